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
  /** `path` is null where it could not be read; `readOnly`: the file system is; `uncaught`: the end of a traceback. */
  | {
      readonly kind: 'permission-denied';
      readonly path: string | null;
      readonly readOnly: boolean;
      readonly uncaught: boolean;
    }
  | { readonly kind: 'uncaught-exception' }
  | ({ readonly kind: 'script-not-on-path' } & ScriptsNotOnPath)
  /** What --dry-run ends with. */
  | { readonly kind: 'would-install' }
  | { readonly kind: 'running-as-root' }
  | { readonly kind: 'user-install-in-venv' }
  | { readonly kind: 'pip-venv-required' }
  | { readonly kind: 'cancelled' }
);

/** From "Successfully installed name-version ...". */
export type InstalledPackage = {
  readonly name: string;
  readonly version: string;
};

/** Programs that were put where this shell does not look for them. */
export type ScriptsNotOnPath = {
  readonly scripts: readonly string[];
  readonly directory: string;
};

/** How pip ended. */
export type Outcome =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signalled'; readonly signal: NodeSignal }
  | { readonly kind: 'not-started'; readonly reason: 'missing' | 'not-permitted' | 'failed' };

/** A signal name such as SIGTERM. */
export type NodeSignal = `SIG${string}`;
