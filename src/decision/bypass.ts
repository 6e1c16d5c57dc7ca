import type { CallContext } from '../model/call-context.ts';
import type { Decision } from '../model/decision.ts';
import type { AuditLog, PolicyLayer } from '../model/policy.ts';
import { evaluateCall } from './evaluate-call.ts';
import { findAuditLog } from './settings.ts';

/** What PIPWARD_BYPASS would do for a refused call: pip runs, and the reason is recorded there. */
export type Bypass = { readonly log: Exclude<AuditLog, 'off'> | null };

/**
 * Returns what a bypass would do; null if the call is not refused by a rule, or would be all the same: a layer says
 * `allow-bypass = "never"`, cannot be read, or was written for a newer pipward. The call is judged again, so that no
 * combination of layers is forgotten.
 */
export function findBypass(decision: Decision, context: CallContext): Bypass | null {
  if (decision.kind !== 'refuse' || decision.because !== 'policy' || hasBypass(context)) return null;
  const { layers, pip } = decision;
  const { kind } = evaluateCall({ ...context, env: { ...context.env, PIPWARD_BYPASS: 'why' } }, layers, pip);
  return kind === 'allowed' || kind === 'advised' ? { log: findLog(layers) } : null;
}

/** Returns the log that records a bypass; null if there is none. */
export function findLog(layers: readonly PolicyLayer[]): Bypass['log'] {
  return findAuditLog(layers)?.log ?? null;
}

/** Whether PIPWARD_BYPASS is set. */
export function hasBypass({ env }: Pick<CallContext, 'env'>): boolean {
  return (env['PIPWARD_BYPASS'] ?? '').trim() !== '';
}
