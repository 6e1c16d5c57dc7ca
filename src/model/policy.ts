import type { Environment, PythonVersion } from './environment.ts';
import type { PipCommand } from './invocation.ts';

export type Level = 'off' | 'advise' | 'enforce';
export type LayerScope = 'system' | 'user' | 'project';
export type AcceptedKind = 'venv' | 'conda' | 'conda-base';

/** A value and the place it was written, for messages. `line` is 1-based; null when it could not be found in the text. */
export type Located<T> = {
  readonly value: T;
  readonly line: number | null;
};

/** The rules, the one nearest to the cause first: it gives a refusal its code. */
export const RULE_NAMES = [
  'required-version',
  'require-virtual-environment',
  'project-environment-only',
  'forbid-user-install',
  'forbid-break-system-packages',
  'forbid-root',
  'requires-python',
  'minimum-pip',
] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** What a layer asks for under one rule. */
export type RuleSetting = {
  readonly level: Level;
  /** `2027-01-15`: before that day (UTC) an enforced rule advises; null: from now on. */
  readonly from: string | null;
  /** The version of required-version and minimum-pip, the specifier of requires-python; null for the others. */
  readonly value: string | null;
  readonly line: number | null;
};

/** Where a layer may say that it does not judge. */
type Exemption = 'ci' | 'container' | 'target';

/** How to handle a refusal that another environment would resolve, the most lenient first. */
export const ON_REFUSAL = ['use-project-environment', 'offer', 'refuse'] as const;
export type OnRefusal = (typeof ON_REFUSAL)[number];

export type PolicyRules = {
  /** Only what was written. */
  readonly demands: Readonly<Partial<Record<RuleName, RuleSetting>>>;
  readonly accept: readonly AcceptedKind[];
  readonly exempt: readonly Exemption[];
  /** Names as PEP 503 normalizes them. */
  readonly exemptPackages: readonly string[];
  /** Whether PIPWARD_BYPASS overrides rules; "never" in one layer counts for all of them. */
  readonly allowBypass: 'with-reason' | 'never';
  readonly onRefusal: Located<OnRefusal>;
  readonly reason: string | null;
  readonly contact: string | null;
};

/** Settings that are not policy. Only the user's and the system's file may set them. */
export type Settings = {
  /** `[resolve] python`: absolute path. */
  readonly python: Located<string> | null;
  /** `[resolve] environment-names`. */
  readonly environmentNames: readonly string[] | null;
  /** `[resolve] project-environment`: what becomes of an environment found upward that is not active. */
  readonly projectEnvironment: Located<ProjectEnvironmentUse> | null;
  /** `[advice] form`. */
  readonly adviceForm: AdviceForm | null;
  /** `[audit] log`. */
  readonly auditLog: Located<AuditLog> | null;
};

export type ProjectEnvironmentUse = 'use' | 'advise' | 'ignore';
export type AdviceForm = 'full' | 'short' | 'off';
/** Where calls that a policy has a say in are recorded. */
export type AuditLog = 'off' | 'file' | 'journal';

export type PolicyProblem = {
  readonly file: string;
  readonly line: number | null;
  /** Column in characters, 1-based. */
  readonly column: number | null;
  /** Dotted key, for instance `policy.acept`; null when the file is no TOML or cannot be read. */
  readonly key: string | null;
  /** One sentence without a full stop; `found` completes it. policy/describe-problem.ts writes the whole. */
  readonly message: string;
  /** The value that was found instead; null if the message says all. */
  readonly found: { readonly value: unknown } | null;
  /** What may have been mistyped; null if there is nothing to compare it with. */
  readonly mistyped: Mistyped | null;
};

/** A word that is not known, and the known ones, list by list, the most likely list first. `prefix` is shown before its names. */
export type Mistyped = {
  readonly word: string;
  readonly known: readonly { readonly prefix: string; readonly names: readonly string[] }[];
};

/** One policy file. Each layer judges a call by itself; the strictest verdict wins, so a layer can only tighten. */
export type PolicyLayer = {
  readonly scope: LayerScope;
  /** Absolute path. */
  readonly file: string;
  readonly rules: PolicyRules;
  readonly settings: Settings;
  /** Errors: the file cannot be trusted to say what its author meant. */
  readonly problems: readonly PolicyProblem[];
  /** Ignored parts and demotions, worth a line but no error. */
  readonly warnings: readonly PolicyProblem[];
};

/** Why a layer does not say what it would have said, and what showed it. */
export type Waiver = {
  readonly by: Exemption | 'packages' | 'bypass';
  /** `CI=true`, `/.dockerenv`, `--target vendor`, the reason of a bypass. */
  readonly evidence: string;
};

/** What a layer says of one call under one rule. */
export type RuleVerdict = {
  readonly kind: 'advised' | 'refused';
  readonly layer: PolicyLayer;
  readonly rule: RuleName;
  readonly line: number | null;
  /** The day from which it will be refused, if it is advised only until then. */
  readonly from: string | null;
};

/** What a layer says of one call, one for each rule that is not kept. */
export type LayerVerdict =
  | RuleVerdict
  | { readonly kind: 'unreadable'; readonly layer: PolicyLayer }
  /** It would have been advised or refused. */
  | (Omit<RuleVerdict, 'kind'> & {
      readonly kind: 'lifted';
      readonly would: RuleVerdict['kind'];
      readonly lifted: Waiver;
    });

export type PolicyVerdict = {
  readonly kind: 'allowed' | 'advised' | 'refused' | 'unreadable';
  /** What made it so, strictest kind only, in order system, user, outermost project ... innermost project. Empty for `allowed`. */
  readonly layers: readonly Exclude<LayerVerdict, { kind: 'lifted' }>[];
  /** Every rule that only advises against this call, whatever else stops it: said with each diagnostic of the call. */
  readonly advised: readonly RuleVerdict[];
  /** What would have been said, but for an exemption or a bypass. */
  readonly lifted: readonly Extract<LayerVerdict, { kind: 'lifted' }>[];
  /** Whether pip can be asked to check again with --require-virtualenv: an environment is enforced by a layer that judged, and it is a virtual one. */
  readonly passRequireVirtualenv: boolean;
};

/** What a policy judges: where the call would install. `null`: not known before pip runs. */
export type PolicyTarget = Environment | null;

/** Where an install goes, as seen from the environment that pip works on. */
export type InstallPlace =
  /** The environment itself. */
  | { readonly kind: 'environment' }
  /** The user site: asked for, or because pip would fall back to it. */
  | { readonly kind: 'user-site'; readonly because: 'asked' | 'fallback' }
  /** --target, --prefix or --root, to a folder that is no Python's. `how`: as it was said. */
  | { readonly kind: 'elsewhere'; readonly how: string }
  /** The same, into another Python's packages, or into a user site without --user. */
  | { readonly kind: 'other-python'; readonly how: string; readonly isUserSite?: true };

/** One call as a policy sees it. */
export type PolicyCall = {
  readonly command: PipCommand;
  readonly target: PolicyTarget;
  readonly place: InstallPlace;
  /** --user or --no-user, wherever it was said; null where neither was. */
  readonly user: boolean | null;
  /** Whether settings of pip may count that could not be read: then nothing shows that a rule about them is kept. */
  readonly hasUnknownSettings: boolean;
  /** Physical path of the environment; null when there is none or it is not known. */
  readonly environmentPath: string | null;
  /** Physical path of the project around the current directory; null outside of one. */
  readonly projectDirectory: string | null;
  readonly breakSystemPackages: boolean;
  readonly isRoot: boolean;
  /** Version of the pip that runs; null when unknown. */
  readonly pipVersion: string | null;
  /** Version of the Python that is installed for; null when unknown. */
  readonly pythonVersion: PythonVersion | null;
  /** Whether PIP_REQUIREMENT, pip.conf or the like add to what is installed. */
  readonly hasHiddenRequests: boolean;
  /** Normalized names that an install asks for; null where it asks for anything else, too (package-names.ts). */
  readonly requestedNames: readonly string[] | null;
  /** What shows continuous integration, a container; null outside. */
  readonly ci: string | null;
  readonly container: string | null;
  /** PIPWARD_BYPASS; null when unset or blank. */
  readonly bypass: string | null;
  /** `2026-11-24`, UTC. */
  readonly today: string;
};
