import type { Interpreter } from './environment.ts';
import type { SettingOrigin } from './pip-call.ts';
import type { RuleName, RuleVerdict } from './policy.ts';

/** What a printed command needs, so that it does what it promises. */
export type Need =
  | PipNeed
  /** A new folder at this path. */
  | { readonly kind: 'folder'; readonly path: string }
  /** The modules venv and ensurepip of this interpreter. */
  | { readonly kind: 'venv'; readonly base: Interpreter }
  /** The module ensurepip of an environment's Python. */
  | { readonly kind: 'ensurepip'; readonly prefix: string }
  /** The rights of root; `command` is what takes them. */
  | { readonly kind: 'root'; readonly command: string }
  /** A program on PATH. */
  | { readonly kind: 'program'; readonly name: string }
  /** A home directory to write to. */
  | { readonly kind: 'home' };

/** pip, with the arguments behind its name, changes what `place` names. */
export type PipNeed = {
  readonly kind: 'pip';
  readonly arguments: readonly string[];
  readonly place: TrialPlace;
  /** Variables that a command before this one takes away. */
  readonly unset?: readonly string[];
  /** What commands before this one bring about: pip itself, the right to write, rules that are kept from then on. */
  readonly after?: { readonly pip?: true; readonly writable?: true; readonly rules?: readonly RuleName[] };
};

/** What pip works on. */
export type TrialPlace =
  /** What it worked on in this call. */
  | { readonly kind: 'same' }
  | { readonly kind: 'interpreter'; readonly interpreter: Interpreter }
  /** An environment that is there. */
  | { readonly kind: 'environment'; readonly prefix: string }
  /** One that `base` makes by a command before this one. */
  | { readonly kind: 'new-environment'; readonly prefix: string; readonly base: Interpreter };

/** Why a command would not do what it promises. */
export type Obstacle =
  | { readonly kind: 'not-found'; readonly path: string }
  | { readonly kind: 'no-pip'; readonly executable: string }
  | { readonly kind: 'managed'; readonly executable: string; readonly marker: string }
  | { readonly kind: 'not-writable'; readonly path: string }
  /** venv refuses a path with the character that separates entries of PATH. */
  | { readonly kind: 'path-separator'; readonly path: string }
  /** `place`: the user site or what it is in; `isRelative`: there is no home directory to start from. */
  | { readonly kind: 'no-user-site'; readonly place: string; readonly isRelative: boolean }
  | { readonly kind: 'user-site-off' }
  | { readonly kind: 'user-in-environment' }
  /** A setting of pip: `--user`, `--require-virtualenv`, `--target` ... */
  | { readonly kind: 'setting'; readonly option: string; readonly origin: SettingOrigin }
  | { readonly kind: 'policy'; readonly rule: RuleVerdict }
  | { readonly kind: 'policy-unreadable'; readonly file: string }
  | { readonly kind: 'no-venv'; readonly executable: string; readonly missing: 'venv' | 'ensurepip' }
  | { readonly kind: 'no-root'; readonly command: string }
  | { readonly kind: 'no-program'; readonly name: string };
