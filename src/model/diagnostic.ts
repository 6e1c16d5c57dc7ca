import type { ResolutionStep, Interpreter } from './environment.ts';
import type { Conflict, InstalledPackage, NetworkTrouble, ScriptsNotOnPath } from './observation.ts';
import type { PolicyProblem, PolicyVerdict, RuleName } from './policy.ts';
import type { Need } from './trial.ts';

/** The code under which each rule's refusal and advice are told. */
export const POLICY_CODES = {
  'require-virtual-environment': 'venv-required',
  'project-environment-only': 'project-environment-required',
  'forbid-user-install': 'user-install-forbidden',
  'forbid-break-system-packages': 'break-system-packages-forbidden',
  'forbid-root': 'root-forbidden',
  'requires-python': 'python-not-allowed',
  'minimum-pip': 'pip-too-old',
} as const satisfies Record<RuleName, string>;
export type PolicyCode = (typeof POLICY_CODES)[RuleName];

export type DiagnosticCode =
  | PolicyCode
  | 'user-install-fallback'
  | 'externally-managed'
  | 'no-pip-module'
  | 'permission-denied'
  | 'script-not-on-path'
  | 'running-as-root'
  | 'user-install-in-venv'
  | 'pip-venv-required'
  | 'requires-python'
  | 'no-matching-distribution'
  | 'ssl-module-missing'
  | 'network'
  | 'dependency-conflict'
  | 'resolution-impossible'
  | 'build-failed'
  | 'policy-unreadable'
  | 'interpreter-not-found'
  | 'interpreter-not-runnable'
  | 'call-loop'
  | 'internal-error';

/**
 * error: we refused or could not start. warning: pip succeeded, but likely not as meant.
 * advice: pip already reported its failure, we add only the way out. note: worth a line, nothing is wrong.
 */
export type Severity = 'error' | 'warning' | 'advice' | 'note';

/** A row of facts: label of at most 12 characters, and its lines. */
export type FactRow = {
  readonly label: string;
  readonly text: string;
  /** May be left out where the whole would be more than one screen. */
  readonly optional?: true;
  /** Is never shortened: without its end it would say something else. */
  readonly whole?: true;
};

/** `ready` works as printed; `has-placeholder` has a part that the person must replace. */
export type Applicability = 'ready' | 'has-placeholder';

export type Block = {
  readonly kind: 'fix' | 'undo' | 'once' | 'note';
  /** What it achieves; for a note the whole text. */
  readonly title: string;
  /** Printed as they stand: never wrapped, quoted for the caller's shell. */
  readonly commands: readonly string[];
  readonly applicability: Applicability;
  /** What the commands need: a block whose commands would fail is not printed. */
  readonly needs: readonly Need[];
  /** How the commands end, where they repeat the call: it may be made in an environment in its place. */
  readonly repeat?: Repeat;
};

/** A call that is made once more, and what comes before it. */
export type Repeat = {
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
  readonly code: DiagnosticCode;
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

/** What is to be said, as data; the words are in src/diagnostics. */
export type Finding =
  | {
      readonly code: 'user-install-fallback';
      /** What pip said it installed; null when its output was not read (a terminal): then facts alone speak. */
      readonly installed: readonly InstalledPackage[] | null;
      /** Why nothing was installed, though pip said that it would fall back; null: something was. */
      readonly nothing: 'dry-run' | 'satisfied' | null;
      readonly scripts: ScriptsNotOnPath | null;
    }
  | { readonly code: 'externally-managed' }
  | RequiresPython
  | NoMatch
  | { readonly code: 'ssl-module-missing' }
  | NetworkFailure
  | { readonly code: 'dependency-conflict'; readonly conflicts: readonly Conflict[] }
  | {
      readonly code: 'resolution-impossible';
      readonly requested: readonly string[];
      readonly causes: readonly string[];
    }
  | BuildFailure
  /** `started`: pip's interpreter said so itself; otherwise we saw it before anything was started. */
  | { readonly code: 'no-pip-module'; readonly started: boolean }
  /** `path` is what could not be written; `readOnly`: its file system is. */
  | { readonly code: 'permission-denied'; readonly path: string | null; readonly readOnly: boolean }
  | ({ readonly code: 'script-not-on-path' } & ScriptsNotOnPath)
  | { readonly code: 'running-as-root'; readonly installed: readonly InstalledPackage[] }
  | { readonly code: 'user-install-in-venv' }
  | { readonly code: 'pip-venv-required' }
  | { readonly code: PolicyCode; readonly refused: boolean; readonly verdict: PolicyVerdict }
  | { readonly code: 'policy-unreadable'; readonly refused: boolean; readonly problems: readonly PolicyProblem[] }
  | {
      readonly code: 'interpreter-not-found';
      readonly wanted: string;
      readonly known: readonly Interpreter[];
      readonly trace: readonly ResolutionStep[];
    }
  | {
      readonly code: 'interpreter-not-runnable';
      readonly executable: string;
      readonly reason: 'missing' | 'not-permitted' | 'too-long' | 'failed';
    }
  | { readonly code: 'call-loop'; readonly depth: number }
  | { readonly code: 'internal-error'; readonly message: string; readonly refused: boolean };

/** A package is not for this Python. */
export type RequiresPython = {
  readonly code: 'requires-python';
  /** Name or requirement, as pip printed it. */
  readonly requirement: string;
  readonly specifier: string;
  /** This Python's version; empty where pip did not say it. */
  readonly running: string;
  /** Who asked for it; null for the command line. */
  readonly origin: string | null;
  /** Versions of the package that this Python may have. */
  readonly usable: readonly string[];
};

/** pip found nothing, and neither the network nor this Python's version is known to be the cause. */
export type NoMatch = {
  readonly code: 'no-matching-distribution';
  readonly requirement: string;
  readonly origin: string | null;
  /** Versions that there are; null where pip did not list them. */
  readonly versions: readonly string[] | null;
  /** Indexes other than the usual one. */
  readonly addresses: readonly string[];
  /** Host that pip passed over, since it has no certificate. */
  readonly untrusted: string | null;
  /** What indexes answered in place of the project's page, each an error of HTTP; empty where pip did not say. */
  readonly answers: readonly { readonly status: number; readonly host: string | null }[];
};

export type NetworkFailure = {
  readonly code: 'network';
  readonly trouble: NetworkTrouble;
  readonly detail: string;
  readonly host: string | null;
  readonly requirement: string | null;
};

/** A package had to be built, and that failed. */
export type BuildFailure = {
  readonly code: 'build-failed';
  /** The project, path or address that was built, as pip named it; null where it did not. */
  readonly subject: string | null;
  /** Who asked for it; null for the command line. */
  readonly origin: string | null;
  readonly cause: BuildCause;
  /** The line of the build that tells it, or is likely to; null where there is none. */
  readonly evidence: string | null;
  /** pip was installing already (`setup.py install`): what came before is installed. */
  readonly installing: boolean;
};

/** What a build stumbled over, as far as its output tells. */
export type BuildCause =
  /** A file that the C compiler did not find: `Python.h`, `openssl/ssl.h`. */
  | { readonly kind: 'header'; readonly name: string }
  /** A program that failed, or is not there. */
  | { readonly kind: 'program'; readonly name: string; readonly missing: boolean }
  | { readonly kind: 'rust' }
  /** A module that the build imports. */
  | { readonly kind: 'module'; readonly name: string }
  /** setuptools without the package `wheel`. */
  | { readonly kind: 'bdist-wheel' }
  /** A setuptools from before 2023 on Python 3.12 or later. */
  | { readonly kind: 'old-setuptools' }
  /** pip before 19.0 knows nothing but setup.py. */
  | { readonly kind: 'no-setup-py' }
  /** pip before 21.3, or a build backend without PEP 660. */
  | { readonly kind: 'not-editable'; readonly by: 'pip' | 'backend' }
  /** Something that the build itself needs was not found. */
  | { readonly kind: 'requirement'; readonly name: string }
  | { readonly kind: 'unknown' };
