/** Version of this product. build.mjs and vitest.config.ts put the value in its place. */
declare const PIPWARD_VERSION: string;
/** False in the program that every call outside Windows loads: build.mjs then leaves out what stands behind it. */
declare const PIPWARD_FOR_WINDOWS: boolean;
