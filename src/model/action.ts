import type { Resolution } from './environment.ts';
import type { PipCommand } from './invocation.ts';
import type { AdviceForm, PolicyLayer, PolicyVerdict } from './policy.ts';

/** How to start pip: argv[0] is an absolute path. */
export type StartCommand = readonly [executable: string, ...args: string[]];

type Judged = {
  readonly command: PipCommand;
  readonly layers: readonly PolicyLayer[];
  readonly verdict: PolicyVerdict;
  readonly resolution: Resolution;
  readonly adviceForm: AdviceForm;
};

/** What one call comes to, before anything was started or printed. */
export type Action =
  /** pip with the caller's own descriptors. */
  | (Judged & { readonly kind: 'run'; readonly start: StartCommand })
  /** pip with its output read along. */
  | (Judged & { readonly kind: 'watch'; readonly start: StartCommand })
  /** pip is not started. */
  | (Judged & {
      readonly kind: 'refuse';
      readonly because: 'policy' | 'unreadable-policy' | 'no-interpreter' | 'no-pip';
      /** Exit status, see model/exit.ts. */
      readonly status: number;
    });
