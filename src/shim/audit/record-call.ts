import type { CallContext } from '../../model/call-context.ts';
import type { Decision, Start } from '../../model/decision.ts';
import type { Outcome } from '../../model/observation.ts';
import type { Observation } from '../../pip/output/messages.ts';
import { needsRecord } from './needs-record.ts';

/** Writes to the log of the policy, if there is one, before anything is said and before pip starts. It stops nothing. */
export async function recordDecision(decision: Decision, context: CallContext): Promise<void> {
  try {
    if (needsRecord(decision)) (await import('./recorder.ts')).recordDecision(decision, context);
  } catch {
    // `pipward doctor` says whether the log can be written.
  }
}

/** Adds how pip ended to what the log has of the call. `observe`: what pip said; null where that was not read whole. */
export async function recordOutcome(
  decision: Start,
  context: CallContext,
  outcome: Outcome,
  observe: (() => readonly Observation[]) | null,
): Promise<void> {
  try {
    if (!needsRecord(decision)) return;
    const { recordEnd } = await import('./recorder.ts');
    recordEnd(decision, context, outcome, observe?.() ?? null);
  } catch {
    // As above.
  }
}
