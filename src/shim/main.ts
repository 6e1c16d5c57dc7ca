import path from 'node:path';
import { createFileView } from '../host/files/file-view.ts';
import { readInheritedState, restoreEnvironment, type InheritedState } from '../host/process/inherited-state.ts';
import { captureContext } from '../host/capture-context.ts';
import { encodeOsString, readOwnProcess } from '../host/files/os-strings.ts';
import { writeBytes } from '../host/streams/writer.ts';
import type { Decision, Refusal } from '../model/decision.ts';
import { EXIT } from '../model/exit.ts';
import type { Outcome } from '../model/observation.ts';
import type { CallContext } from '../model/call-context.ts';
import { findPolicyLayers } from '../policy/file/find-layers.ts';
import { COMPARE_HINT } from '../messages/blame-messages.ts';
import { needsRecord } from './audit/needs-record.ts';
import { writeAnswer, type Answer } from './sh-protocol.ts';
import { decide } from '../decision/decide.ts';
import { collectNotices } from '../decision/notices.ts';
import { formPolicyNotice, hasAdvisedRules } from './report/policy-notice.ts';
import type { Reporter } from './report/reporter.ts';
import type * as watchPart from './watch.ts';

/** A loop of shims (a wrapper that calls pip by name, which is us) ends here. */
const DEEPEST = 10;
/** Descriptors in mode decide; see shims/pip. */
const ANSWER = 3;
const CALLER_STDERR = 9;

type Own = Pick<NodeJS.Process, 'argv' | 'env' | 'exit'>;

/** The ends of a call. (warm-up.ts makes a call up to there, and no further.) */
export type Ends = {
  readonly answer: (answer: Answer) => void;
  readonly loadWatch: () => Promise<Pick<typeof watchPart, 'watch' | 'mirrorExit'>>;
};

const ENDS: Ends = { answer: (answer) => writeAnswer(ANSWER, answer), loadWatch: () => import('./watch.ts') };

/**
 * Runs one pip call, top to bottom: capture, decide, then answer sh or run pip. Resolves to a callback that exits this
 * process; `started.pip` is true from the moment when pip may not be started a second time.
 */
export async function runShim(own: Own, started: { pip: boolean }, ends: Ends = ENDS): Promise<() => void> {
  const exact = readOwnProcess(own.argv.slice(2), own.env);
  const [mode, calledAs = 'pip', ...args] = exact.arguments;
  const state = readInheritedState(exact.env);
  const env = restoreEnvironment(exact.env, state.depth + 1);
  const programDirectory = path.dirname(own.argv[1] ?? '');
  const context = captureContext(calledAs, args, env, path.join(programDirectory, '..', 'shims'));
  if (mode === 'decide') {
    ends.answer(await answerShell(context, state));
    return () => own.exit(0);
  }
  return handleCall(own, context, state, programDirectory, started, ends);
}

/** Mode decide: sh waits for the answer and then runs pip in its own process. */
async function answerShell(context: CallContext, state: InheritedState): Promise<Answer> {
  const stderr = state.closed.has(2) ? null : CALLER_STDERR;
  const reporter = () => loadReporter(context, stderr);
  if (state.depth >= DEEPEST) {
    await (await reporter()).report({ code: 'call-loop', depth: state.depth }, null);
    return { kind: 'stop', status: EXIT.notRunnable };
  }
  const decision = decide(context, findPolicyLayers(context), state.depth);
  await record(decision, context);
  try {
    const notices = collectNotices(decision, context);
    if (notices.length > 0) await (await reporter()).reportNotices(notices, decision);
    if (decision.kind === 'refuse') await (await reporter()).reportRefusal(decision);
    // sh runs pip, and no program of pipward is left to say it afterwards.
    else if (hasAdvisedRules(decision)) await (await reporter()).reportAdvised(decision);
  } catch (error) {
    standBy(decision, error, stderr, context.home);
  }
  return decision.kind === 'refuse'
    ? { kind: 'stop', status: decision.status }
    : { kind: 'run', start: decision.start };
}

/** Mode watch: this is the process that the caller started, and it stays until pip has ended. */
async function handleCall(
  own: Own,
  context: CallContext,
  state: InheritedState,
  programDirectory: string,
  started: { pip: boolean },
  ends: Ends,
): Promise<() => void> {
  const stderr = state.closed.has(2) ? null : state.stdio[2];
  const reporter = () => loadReporter(call.context, stderr);
  let call = lookAt(context, state);
  await record(call.decision, context);
  try {
    const notices = collectNotices(call.decision, context);
    if (notices.length > 0) await (await reporter()).reportNotices(notices, call.decision);
    if (call.decision.kind === 'refuse' && call.decision.mayOffer) {
      const offered = await offerEnvironment(await reporter(), call.decision, context, state);
      if (offered.kind === 'signalled') {
        const { mirrorExit } = await ends.loadWatch();
        return () => mirrorExit(own, offered);
      }
      call = offered;
      // The refusal is recorded before the question; what the user chose instead is recorded, too.
      if (call.decision.kind !== 'refuse') await record(call.decision, call.context);
    }
    if (call.decision.kind === 'refuse') await (await reporter()).reportRefusal(call.decision);
  } catch (error) {
    standBy(call.decision, error, stderr, context.home);
  }
  const { decision } = call;
  if (decision.kind === 'refuse') return () => own.exit(decision.status);
  const { watch, mirrorExit } = await ends.loadWatch().catch((error: unknown) => {
    standBy(decision, error, stderr, context.home);
    throw error;
  });
  const outcome = await watch(decision, call.context, state, programDirectory, reporter, () => (started.pip = true));
  return () => mirrorExit(own, outcome);
}

/** Writes to the log of the policy, if there is one, before anything is said and before pip starts. It stops nothing. */
async function record(decision: Decision, context: CallContext): Promise<void> {
  try {
    if (needsRecord(decision)) (await import('./audit/recorder.ts')).recordDecision(decision, context);
  } catch {
    // `pipward doctor` says whether the log can be written.
  }
}

/** A decision, and the view of the disk that it was made with. */
type Call = { readonly kind: 'decided'; readonly context: CallContext; readonly decision: Decision };

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
): Promise<Call | Extract<Outcome, { kind: 'signalled' }>> {
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
function standBy(decision: Decision, error: unknown, stderr: number | null, home: string | null): void {
  const [why] = String(error).split('\n');
  const notice =
    decision.kind === 'refuse'
      ? `pipward: pip was not run; to say why failed (${why}); ${COMPARE_HINT}\n`
      : formPolicyNotice(decision, home);
  try {
    if (stderr !== null && notice !== '') writeBytes(stderr, encodeOsString(notice));
  } catch {
    // The status says it.
  }
  if (decision.kind !== 'refuse') throw error;
}

/** The reporter and the diagnostics are loaded when there is something to say: that is a third of the program. */
async function loadReporter(context: CallContext, stderr: number | null): Promise<Reporter> {
  const { createReporter } = await import('./report/reporter.ts');
  return createReporter(context, stderr);
}
