import type { RuleName } from './policy.ts';
import type { Need } from './trial.ts';

/** The code under which each rule's refusal and advice are told. */
export const POLICY_CODES = {
  'required-version': 'pipward-too-old',
  'require-virtual-environment': 'venv-required',
  'project-environment-only': 'project-environment-required',
  'forbid-user-install': 'user-install-forbidden',
  'forbid-break-system-packages': 'break-system-packages-forbidden',
  'forbid-root': 'root-forbidden',
  'requires-python': 'python-not-allowed',
  'minimum-pip': 'pip-too-old',
} as const satisfies Record<RuleName, string>;
export type PolicyCode = (typeof POLICY_CODES)[RuleName];

/**
 * error: we refused or could not start. warning: pip succeeded, but likely not as meant.
 * advice: pip already reported its failure, we add only the way out. note: worth a line, nothing is wrong.
 */
export type Severity = 'error' | 'warning' | 'advice' | 'note';

/** A row of facts: label of at most 12 characters, and its lines. */
export type FactRow = {
  readonly label: string;
  readonly text: string;
  /** May be left out where the whole would be more than one screen; `at-last` only if all others in one line are too many. */
  readonly optional?: true | 'at-last';
  /** Is never shortened: without its end it would say something else. */
  readonly whole?: true;
};

/** `ready` works as printed; `has-placeholder` has a part that the user must replace. */
export type Applicability = 'ready' | 'has-placeholder';

export type Block = {
  /** `check`: a command that shows the cause and changes nothing by itself. */
  readonly kind: 'fix' | 'check' | 'undo' | 'once' | 'note';
  /** What it achieves; for a note the whole text. */
  readonly title: string;
  /** Printed as they stand: never wrapped, quoted for the caller's shell. */
  readonly commands: readonly string[];
  readonly applicability: Applicability;
  /** What the commands need: a block whose commands would fail is not printed. */
  readonly needs: readonly Need[];
  /** How the commands end, where they repeat the call: it may be made in an environment in its place. */
  readonly repeat?: Repeat;
  /** May be left out where the whole is more than one screen even with short facts. */
  readonly optional?: true;
};

/** A call that is made once more, and what comes before it. */
type Repeat = {
  readonly arguments: readonly string[];
  readonly before: readonly Step[];
};

/** A command of a block and what it needs; `pip`: the arguments of the pip that it runs, if it is one. */
export type Step = {
  readonly text: string;
  readonly pip: readonly string[] | null;
  readonly needs: readonly Need[];
};

/** Words and values of one finding, ready to render; no colour, no wrapping yet. */
export type Diagnostic = {
  readonly severity: Severity;
  /** Its name in the registry (src/diagnostics/registry.ts). */
  readonly code: string;
  /** Under 80 columns together with severity and code, no full stop. */
  readonly headline: string;
  /** File and line that the form in one line must not leave out. */
  readonly place?: string;
  /** Rules that advise against this call: file and line, rule and level, date. Every form carries them. */
  readonly policy?: readonly string[];
  readonly facts: readonly FactRow[];
  readonly blocks: readonly Block[];
};

/** Shells that commands are quoted for. */
export type ShellKind = 'posix' | 'bash' | 'zsh' | 'fish' | 'tcsh' | 'powershell' | 'cmd';
