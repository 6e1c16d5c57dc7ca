export type Stream = 'stdout' | 'stderr';

/** A line of pip's output, without colour codes and line end. */
export type OutputLine = { readonly stream: Stream; readonly line: string };

/** From "Successfully installed name-version ...". */
export type InstalledPackage = {
  readonly name: string;
  readonly version: string;
  /** Whether pip took out another version first: then to uninstall it leaves less than was there before. */
  readonly isReplacement?: boolean;
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

/**
 * Why a connection failed, as far as pip's words tell; `answer`: it did not, the server answered with an error each time;
 * `login`: pip asked for a user name, and could not read one.
 */
export type NetworkTrouble = 'proxy' | 'certificate' | 'dns' | 'timeout' | 'refused' | 'broken' | 'answer' | 'login';

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
