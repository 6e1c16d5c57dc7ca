import type { Decision as Action, Standard, Step } from '../../../fidelity/case.ts';

/** What pip is: one that does as it is told in an interpreter of its own, in a managed one, in one without write access, and so on. */
export const PLACES = ['base', 'managed', 'closed', 'active', 'bare', 'none', 'broken'] as const;

/** One call as a process. In texts `{box}` is the folder of the call and `{base}` the prefix of an interpreter. */
export type Call = {
  /** What it is meant to reach. */
  readonly theme: string;
  readonly program: 'pip' | 'pip3' | 'pipward';
  readonly args: readonly string[];
  readonly place: (typeof PLACES)[number];
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
  /** What the fake pip does. */
  readonly actions: readonly Action[];
  /** Whether the project has an environment, and whether the user trusts it. */
  readonly project: 'none' | 'found' | 'trusted';
  readonly io: readonly [Standard, Standard, Standard];
  readonly size: readonly [rows: number, columns: number];
  readonly steps: readonly Step[];
  readonly unprivileged: boolean;
  /** Runs twice in the same box: what was shown in full is then shown in one line. */
  readonly twice: boolean;
};

/** What came of it. */
export type ProcessOutcome = {
  readonly runs: readonly {
    /** As launch.py tells it. */
    readonly report: Readonly<Record<string, unknown>>;
    readonly stdout: string;
    readonly stderr: string;
    readonly terminal: string;
  }[];
  /** Every file of the box: mode, owner, contents. */
  readonly files: Readonly<Record<string, string>>;
};
