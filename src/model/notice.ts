import type { ResolutionStep } from './environment.ts';
import type { AuditLog, LayerVerdict, PolicyProblem } from './policy.ts';

/** An environment that `project-environment = "use"` would have used, and why it was skipped. */
export type UntrustedEnvironment = {
  readonly prefix: string;
  readonly outcome: Extract<ResolutionStep['outcome'], { kind: 'passed-over' }>;
};

/** What must be said before pip runs, as data. The reporter prints it. */
export type Notice =
  /** PIPWARD_DEBUG asks for the resolution trace. */
  | { readonly kind: 'trace' }
  /** A policy file is ignored in part. */
  | { readonly kind: 'policy-warning'; readonly problem: PolicyProblem }
  /** The active environment may not be the one that the user means: the reporter looks closer, and may say nothing. */
  | { readonly kind: 'environment-mismatch' }
  /** pip changes another environment than the project's, which is not trusted. */
  | ({ readonly kind: 'skipped-environment' } & UntrustedEnvironment)
  /** pip works in the project's environment because a policy would have refused. */
  | { readonly kind: 'substitution' }
  /** PIPWARD_BYPASS overrides rules; `log`: where that is recorded. */
  | {
      readonly kind: 'bypass';
      readonly lifted: readonly Extract<LayerVerdict, { kind: 'lifted' }>[];
      readonly log: Exclude<AuditLog, 'off'> | null;
    };
