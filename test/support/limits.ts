/**
 * How long anything may take that ends by itself: a limit stops what hangs, and says nothing about speed. Ten times the
 * load of a busy machine is far below it. The tests' own limit, in vitest.config.ts, is longer still.
 */
export const LIMIT_SECONDS = 600;

/** That of a whole test or hook, in milliseconds. */
export const TEST_LIMIT = 3 * LIMIT_SECONDS * 1000;
