import { createFileView } from '../host/files/file-view.ts';
import type { InheritedState } from '../host/process/inherited-state.ts';
import type { CallContext } from '../model/call-context.ts';
import type { Decision, Refusal } from '../model/decision.ts';
import type { Outcome } from '../model/observation.ts';
import { COMPARE_HINT } from '../messages/blame-messages.ts';
import { findPolicyLayers } from '../policy/file/find-layers.ts';
import { decide } from '../decision/decide.ts';
import { collectNotices } from '../decision/notices.ts';
import { recordDecision } from './audit/record-call.ts';
import { formPolicyNotice } from './report/policy-notice.ts';
import type { Reporter } from './report/reporter.ts';

/** A decision, and the view of the disk that it was made with. */
export type Call = { readonly kind: 'decided'; readonly context: CallContext; readonly decision: Decision };

type Signalled = Extract<Outcome, { kind: 'signalled' }>;

/** How a call reaches its user before pip starts. */
export type Voice = {
  /** Loads the reporter and the diagnostics: that is a third of the program, so only when there is something to say. */
  readonly loadReporter: (context: CallContext) => Promise<Reporter>;
  /** Prints without the reporter. Throws where nothing can be printed. */
  readonly print: (text: string) => void;
};

/**
 * Decides a call, records it, and says what must be said before pip starts: notices, the question of `on-refusal = "offer"`,
 * the refusal. Resolves to what to go on with, or to the signal that ended the making of an environment.
 */
export async function settleCall(
  context: CallContext,
  state: InheritedState,
  { loadReporter, print }: Voice,
): Promise<Call | Signalled> {
  let call = lookAt(context, state);
  await recordDecision(call.decision, context);
  try {
    const notices = collectNotices(call.decision, context);
    if (notices.length > 0) await (await loadReporter(context)).reportNotices(notices, call.decision);
    if (call.decision.kind === 'refuse' && call.decision.mayOffer) {
      const offered = await offerEnvironment(await loadReporter(context), call.decision, context, state);
      if (offered.kind === 'signalled') return offered;
      call = offered;
      // The refusal is recorded before the question; what the user chose instead is recorded, too.
      if (call.decision.kind !== 'refuse') await recordDecision(call.decision, call.context);
    }
    if (call.decision.kind === 'refuse') await (await loadReporter(call.context)).reportRefusal(call.decision);
  } catch (error) {
    standBy(call.decision, error, print, context.home);
  }
  return call;
}

function lookAt(context: CallContext, { depth }: InheritedState, options: Parameters<typeof decide>[3] = {}): Call {
  return { kind: 'decided', context, decision: decide(context, findPolicyLayers(context), depth, options) };
}

/**
 * Asks the user whether the project's environment will do, and decides again, each time with a fresh view of the disk.
 * Returns what to go on with, or the signal that ended the making of an environment.
 */
async function offerEnvironment(
  reporter: Reporter,
  refusal: Refusal,
  context: CallContext,
  state: InheritedState,
): Promise<Call | Signalled> {
  if (!reporter.canAsk(refusal, state)) return { kind: 'decided', context, decision: refusal };
  const decideAgain = () => lookAt({ ...context, files: createFileView() }, state, { useProjectEnvironment: true });
  const agreed = decideAgain();
  const answer = await reporter.offer(refusal, agreed.decision, state);
  if (answer.kind === 'signalled') return answer;
  const next = answer.kind === 'declined' ? agreed : decideAgain();
  return answer.kind === 'accepted' || next.decision.kind === 'refuse' ? next : { ...next, decision: refusal };
}

/**
 * A refusal stands even if printing it failed. Any other error goes on, so that pip runs without pipward; what a policy
 * advises is said first.
 */
export function standBy(decision: Decision, error: unknown, print: Voice['print'], home: string | null): void {
  const [why] = String(error).split('\n');
  const notice =
    decision.kind === 'refuse'
      ? `pipward: pip was not run, and the message that says why could not be printed (${why}); ${COMPARE_HINT}\n`
      : formPolicyNotice(decision, home);
  try {
    if (notice !== '') print(notice);
  } catch {
    // The status says it.
  }
  if (decision.kind !== 'refuse') throw error;
}
