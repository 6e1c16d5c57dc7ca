import type { LayerScope, RuleName } from '../../model/policy.ts';

/**
 * How well the rules hold for one way to reach pip. `prevents`: the user cannot pass by variables or own files. `deters`: a
 * variable, an option or a file of the user's lifts it. `detects`: pip runs, and a message or the log says so. `open`: nothing.
 */
export type Worth = 'prevents' | 'deters' | 'detects' | 'open';
export const WORTHS: readonly Worth[] = ['open', 'detects', 'deters', 'prevents'];

/** What a way is tried from: new shells of the user, programs that start no shell, a prompt inside an environment, anywhere. */
export type PlaceName = 'login' | 'interactive' | 'cron' | 'crontab' | 'sudo' | 'activated' | 'any';

/** One line of the answer; the names and the order are those of the JSON. */
export type CoverageRow = {
  /** What is typed or started: `pip3`, `python3 -m pip`, `uv`. */
  readonly way: string;
  readonly environment: PlaceName;
  /** The file that it leads to; null for an alias or a function of a shell. */
  readonly path: string | null;
  /** The Python that would be changed; null if reading files does not tell, or if the tool chooses. */
  readonly interpreter: string | null;
  readonly worth: Worth;
  readonly reason: string;
  /** Enforced rules of the machine's and the user's file that an install this way would break. */
  readonly asks: readonly RuleName[];
  /** A command that closes an open way; null where no command does. */
  readonly close: string | null;
};

/** Where a rule is written. */
export type RulePlace = {
  readonly rule: RuleName;
  readonly scope: LayerScope;
  readonly file: string;
  readonly line: number | null;
};

/** An enforced rule, and what lifts it for a call through pipward. */
export type EnforcedRule = RulePlace & { readonly lift: 'bypass' | 'forbidden-bypass' | 'ci' | 'container' | null };

/** A setting of pip that counts for a way, as a place: `/etc/pip.conf:2`, or the name of a variable. */
export type PipSettingFact = { readonly kind: 'file' | 'variable'; readonly place: string };

/** What pip itself would do for an install into one Python. */
export type PipFacts = {
  readonly python: {
    readonly executable: string | null;
    readonly kind: 'virtual' | 'conda' | 'base' | 'unknown';
  } | null;
  /** Version of its pip; null if unknown. */
  readonly pip: string | null;
  /** Rules that an install there would break, and where the strictest of them is written. */
  readonly asks: readonly RulePlace[];
  /** Whether pip.conf can say all that the asking files say: `pipward policy apply` writes nothing otherwise. */
  readonly canApply: boolean;
  readonly requireVirtualenv: PipSettingFact | null;
  /** Whether require-virtualenv counts for uninstall, too. */
  readonly coversUninstall: boolean;
  /** `user = no`. */
  readonly noUser: PipSettingFact | null;
  /** The EXTERNALLY-MANAGED file, if this pip obeys it and no setting overrides it. */
  readonly marker: string | null;
};

/** What rules a call through one shim meets. */
export type ShimFacts = {
  /** Which path of the shim the user can change, as a clause; null if only root can. */
  readonly exposure: string | null;
  readonly enforced: readonly EnforcedRule[];
  /** Rules that are lifted there already, by a variable that is set. */
  readonly lifted: readonly EnforcedRule[];
  readonly advised: readonly RulePlace[];
  /** Files that stop every install because they are invalid. */
  readonly unreadable: readonly RulePlace['file'][];
  readonly isLogged: boolean;
};

/** A tool that installs packages without pip, and a setting that lets it install outside of environments. */
export type ToolFacts = { readonly tool: ToolName; readonly looseBy: string | null };
export type ToolName = 'uv' | 'pipx' | 'poetry' | 'pipenv' | 'conda';

/** One way to reach pip, as the probes found it. */
export type Way = {
  readonly way: string;
  readonly environment: PlaceName;
  readonly path: string | null;
} & (
  | { readonly kind: 'shim'; readonly shim: ShimFacts; readonly pip: PipFacts }
  | { readonly kind: 'pip'; readonly pip: PipFacts }
  /** An alias or a function of the shell: what it starts is not known. */
  | { readonly kind: 'alias'; readonly text: string; readonly pip: PipFacts }
  | {
      readonly kind: 'ensurepip';
      readonly python: string;
      readonly marker: string | null;
      readonly isDisabled: boolean;
    }
  | ({ readonly kind: 'tool' } & ToolFacts)
);

/** What the commands that close a way depend on. */
export type Remedy = {
  /** Word that starts pipward: a name on PATH, or a path; `forRoot`: under sudo, which has another PATH. */
  readonly pipward: { readonly here: string; readonly forRoot: string };
  readonly isRoot: boolean;
  /** Whether a rule of the machine or the user asks for an environment. */
  readonly hasPolicy: boolean;
  /** Whether the current directory holds a module that `python -m pip` would run in place of its own. */
  readonly isShadowed: boolean;
};
