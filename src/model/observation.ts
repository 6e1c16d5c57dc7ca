export type Stream = 'stdout' | 'stderr';

/** What a line of pip's output means; `line` is the evidence, without colour codes and line ends. */
export type Observation = {
  readonly stream: Stream;
  readonly line: string;
} & (
  | { readonly kind: 'user-install-fallback' }
  | { readonly kind: 'externally-managed' }
  | { readonly kind: 'no-pip-module'; readonly executable: string }
  | { readonly kind: 'installed'; readonly packages: readonly InstalledPackage[] }
);

/** From "Successfully installed name-version ...". */
export type InstalledPackage = {
  readonly name: string;
  readonly version: string;
};

/** How pip ended. */
export type Outcome =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: NodeSignal }
  | { readonly kind: 'not-started'; readonly reason: 'missing' | 'not-permitted' | 'failed' };

/** A signal name such as SIGTERM. */
export type NodeSignal = `SIG${string}`;
