import type { Tree } from '../tree.ts';

/** One call, and the machine that it is made on: plain JSON, so that two builds can be given the same. */
export type World = {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly files: Tree;
  readonly env: Readonly<Record<string, string>>;
  /** null: the directory was deleted. */
  readonly cwd: string | null;
  readonly home: string | null;
  readonly accountHome: string | null;
  /** null where the platform has none. */
  readonly userId: number | null;
  /** The name that was called. */
  readonly name: string;
  readonly arguments: readonly string[];
  /** Folder of the installation. */
  readonly program: string;
  /** The day of the call. */
  readonly today: string;
  /** How many calls of pipward are around this one. */
  readonly depth: number;
  /** Columns of the terminal that stderr is; null for none. */
  readonly terminal: number | null;
  readonly pip: PipRun;
  /** What an interpreter answers when it is asked about itself; null: it fails. */
  readonly report: Readonly<Record<string, string | boolean | null>> | null;
};

/** A run of pip. */
export type PipRun = {
  /** What the output is an example of: the name of a fixture. */
  readonly name: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly end:
    | { readonly kind: 'exited'; readonly status: number }
    | { readonly kind: 'signalled'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' }
    | { readonly kind: 'not-started'; readonly reason: 'missing' | 'not-permitted' | 'too-long' | 'failed' };
  /** Whether all output is monitored: not where a stream goes its own way. */
  readonly wasRead: boolean;
};
