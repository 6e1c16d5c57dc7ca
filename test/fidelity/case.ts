/** Which pip runs: `fake` records what it sees, `real` is pip itself, `signal` is a fake one that waits for signals. */
export const KINDS = ['fake', 'real', 'signal'] as const;
export type Kind = (typeof KINDS)[number];

/** What a standard descriptor of the caller is; `same` is a copy of descriptor 1, `tty` is /dev/tty opened again. */
export type Standard =
  | 'null'
  | 'pipe'
  | 'file'
  | 'append'
  | 'socket'
  | 'closed'
  | 'full'
  | 'read-only'
  | 'pty'
  | 'tty'
  | 'same';

export type Extra = 'pipe-reader' | 'pipe-writer' | 'file' | 'socket' | 'null' | 'folder';

/** What the caller set before pip started; the words are those of launch.py. */
export type Precondition = readonly [kind: string, ...values: readonly (string | number | null)[]];

/** What the fake pip does, one after the other; the words are those of fake/pip/__main__.py. */
export type Decision = readonly [kind: string, ...values: readonly (string | number | boolean)[]];

/** What happens to the program while it waits. */
export type Step =
  | readonly ['process' | 'group', signal: number]
  | readonly ['key', key: string]
  | readonly ['resize']
  | readonly ['stop-reading', ...streams: readonly (number | 'terminal')[]];

/** Where pip is: a folder on PATH, an active environment, an interpreter that the user cannot write, the system's. */
type Mode = 'path' | 'venv' | 'copy' | 'system';

/** One pair of runs. In texts `{box}` and `{wheels}` are folders of this run; a lone surrogate is a byte (PEP 383). */
export type Case = {
  readonly kind: Kind;
  /** `3.12`. */
  readonly version: string;
  readonly mode: Mode;
  readonly args: readonly string[];
  readonly actions: readonly Decision[];
  readonly io: readonly [Standard, Standard, Standard];
  readonly extra: Readonly<Record<number, Extra>>;
  readonly env: readonly (readonly [name: string, value: string])[];
  /** As `env -i`: nothing but PATH. */
  readonly bareEnvironment: boolean;
  readonly before: readonly Precondition[];
  /** Rows and columns of the terminal, if there is one. */
  readonly size: readonly [number, number];
  readonly wrapper: string;
  /** The shell that runs the shim; `direct` by its #! line. */
  readonly shell: string;
  readonly deleteCwd: boolean;
  readonly steps: readonly Step[];
  /** Runs as another user than root; only where the caller is root. */
  readonly unprivileged: boolean;
};

/** What the fake pip saw: see fake/pip/__main__.py. */
export type PipRecord = Readonly<Record<string, unknown>>;

/** What came of one run. */
export type Outcome = {
  /** As wait() tells it: a signal in the low seven bits, a core file in the eighth, above them the exit status. */
  readonly status: number;
  readonly timedOut: boolean;
  /** How many signals pip had seen after each step; null once it had ended. */
  readonly counts: readonly (number | null)[];
  /** What the launcher could not do. */
  readonly notes: readonly string[];
  /** Modes of the terminal after the end. */
  readonly terminal: string | null;
  readonly signals: string;
  readonly notStarted: string;
  /** Command lines of what was left running. */
  readonly survivors: readonly string[];
  readonly record: PipRecord | null;
  /** What arrived, a character for each byte. */
  readonly output: Readonly<Record<'1' | '2' | 'terminal', string>>;
  /** Every file below the box, by its name. */
  readonly files: Readonly<Record<string, string>>;
};
