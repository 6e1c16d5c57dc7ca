import type { Environment } from './environment.ts';

export type Level = 'off' | 'advise' | 'enforce';
export type LayerScope = 'system' | 'user' | 'project';
export type AcceptedKind = 'venv' | 'conda' | 'conda-base';

/** A value and the place it was written, for messages. `line` is 1-based; null when it could not be found in the text. */
export type Located<T> = {
  readonly value: T;
  readonly line: number | null;
};

export type PolicyRules = {
  readonly requireVirtualEnvironment: Located<Level>;
  readonly accept: readonly AcceptedKind[];
  readonly reason: string | null;
  readonly contact: string | null;
};

/** What the user's or the system's file may say of things that are no policy; a project may not. */
export type Settings = {
  /** `[resolve] python`: absolute path. */
  readonly python: Located<string> | null;
  /** `[resolve] environment-names`. */
  readonly environmentNames: readonly string[] | null;
  /** `[advice] form`. */
  readonly adviceForm: AdviceForm | null;
};

export type AdviceForm = 'full' | 'short' | 'off';

export type PolicyProblem = {
  readonly file: string;
  readonly line: number | null;
  /** Column in characters, 1-based. */
  readonly column: number | null;
  /** Dotted key, for instance `policy.acept`; null when the file is no TOML or cannot be read. */
  readonly key: string | null;
  /** One sentence without a full stop. */
  readonly message: string;
  /** The nearest known key or value; null if nothing is near. */
  readonly nearest: string | null;
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

/** What a layer says of one call. */
export type LayerVerdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'advised' | 'refused';
      readonly layer: PolicyLayer;
      readonly rule: 'require-virtual-environment';
      readonly line: number | null;
    }
  | { readonly kind: 'unreadable'; readonly layer: PolicyLayer };

export type PolicyVerdict = {
  readonly kind: 'allowed' | 'advised' | 'refused' | 'unreadable';
  /** The layers that said so, strictest kind only, in order system, user, outermost project ... innermost project. Empty for `allowed`. */
  readonly layers: readonly Exclude<LayerVerdict, { kind: 'allowed' }>[];
  /** Whether pip can be asked to check again with --require-virtualenv: enforced somewhere, and every enforcing layer accepts virtual environments alone or the environment is one. */
  readonly passRequireVirtualenv: boolean;
};

/** What a policy judges: where the call would install. `null`: not known before pip runs. */
export type PolicyTarget = Environment | null;
