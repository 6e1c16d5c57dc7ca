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
  /** What pip works on from here on. */
  | { readonly kind: 'building' }
  /** A line of a build that may be its error; `about`: what it would mean as a line of pip's own. */
  | { readonly kind: 'build-trouble'; readonly about: Observation | null }
  /** The command that failed, as pip repeats it: what stands between start and end is source text, not output. */
  | { readonly kind: 'command-shown'; readonly part: 'start' | 'end' }
  /** pip gives up because of a build, or passes a release over because of it. */
  | { readonly kind: 'build-failed' }
  | IndexObservation
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
  | { readonly kind: 'not-started'; readonly reason: 'missing' | 'not-permitted' | 'too-long' | 'failed' };

/** A signal name such as SIGTERM. */
export type NodeSignal = `SIG${string}`;

/** Why a connection failed, as far as pip's words tell; `answer`: it did not, the server answered with an error each time. */
export type NetworkTrouble = 'proxy' | 'certificate' | 'dns' | 'timeout' | 'refused' | 'broken' | 'answer';

/** What pip says of indexes, of versions and of the network. `origin`: who asked for it (`demo-app`, `-r a.txt (line 3)`). */
type IndexObservation =
  | {
      readonly kind: 'requires-python';
      readonly requirement: string;
      readonly specifier: string;
      readonly running: string;
    }
  /** Versions that the index has for other Pythons (22.1 and later). */
  | { readonly kind: 'versions-ignored'; readonly versions: readonly IgnoredVersion[] }
  /** `versions`: those that there are; null when pip did not list them. */
  | {
      readonly kind: 'unsatisfied';
      readonly requirement: string;
      readonly origin: string | null;
      readonly versions: readonly string[] | null;
    }
  /** The end of a run, always after `unsatisfied`. */
  | { readonly kind: 'no-match'; readonly requirement: string; readonly origin: string | null }
  /** Addresses of indexes, told when they are not the usual one; pip has hidden passwords. */
  | { readonly kind: 'indexes'; readonly addresses: readonly string[] }
  | { readonly kind: 'untrusted-host'; readonly host: string }
  | { readonly kind: 'ssl-missing' }
  /** An index did not accept the user or the password. */
  | { readonly kind: 'unauthorised' }
  | {
      readonly kind: 'connection';
      readonly trouble: NetworkTrouble;
      /** The exception as pip printed it. */
      readonly detail: string;
      readonly host: string | null;
      /** Path or address that was asked for. */
      readonly place: string | null;
      /** `retry` is not the end, `last-retry` may be; `skipped`: pip goes on without that index; `failed`: pip ended. */
      readonly stage: 'retry' | 'last-retry' | 'skipped' | 'failed';
    }
  /** An index answered with an error (404, 403, 503) where it should list a project; told with -vv. */
  | { readonly kind: 'page-refused'; readonly status: number; readonly place: string }
  | ({ readonly kind: 'conflict' } & Conflict)
  | { readonly kind: 'unresolvable'; readonly requested: readonly string[] }
  /** `a 1.0 depends on b==1`, `The user requested b==2`. */
  | { readonly kind: 'conflict-cause'; readonly cause: string };

export type IgnoredVersion = { readonly version: string; readonly specifier: string };

/** An installed package whose requirement is not met (any more). */
export type Conflict = {
  readonly dependent: string;
  readonly version: string;
  readonly requirement: string;
  /** What is there instead; null where nothing is. */
  readonly dependency: string | null;
  readonly found: string | null;
  /** Said by the resolver of pip before 20.3. */
  readonly oldResolver: boolean;
};
