import type { Resolution } from './environment.ts';
import type { PipCommand } from './invocation.ts';
import type { PipCall } from './pip-call.ts';
import type { AdviceForm, PolicyLayer, PolicyVerdict } from './policy.ts';

/** How to start pip: argv[0] is an absolute path. */
export type StartCommand = readonly [executable: string, ...args: string[]];

/** One call, where it goes and what the policy says of that. */
export type Evaluation = {
  readonly command: PipCommand;
  readonly layers: readonly PolicyLayer[];
  readonly verdict: PolicyVerdict;
  readonly resolution: Resolution;
  /** What the call means to pip there. */
  readonly pip: PipCall;
  readonly adviceForm: AdviceForm;
};

type InsteadOf = {
  /** What was refused, where pip works in the project's environment instead (`on-refusal`); null where nothing was. */
  readonly insteadOf: Pick<Evaluation, 'verdict' | 'resolution'> | null;
};

/** What one call comes to, before anything was started or printed. */
export type Decision =
  /** pip with the caller's own descriptors. */
  | (Evaluation & InsteadOf & { readonly kind: 'run'; readonly start: StartCommand })
  /** pip with its output monitored. */
  | (Evaluation & InsteadOf & { readonly kind: 'watch'; readonly start: StartCommand })
  /** pip is not started. */
  | (Evaluation & {
      readonly kind: 'refuse';
      readonly because: 'policy' | 'unreadable-policy' | 'no-interpreter' | 'no-pip';
      /** Whether the user may be asked if the project's environment would do: `on-refusal = "offer"`. */
      readonly mayOffer: boolean;
      /** Exit status, see model/exit.ts. */
      readonly status: number;
    });

export type Refusal = Extract<Decision, { kind: 'refuse' }>;
/** pip is to be started. */
export type Start = Exclude<Decision, Refusal>;
