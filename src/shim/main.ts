import path from 'node:path';
import { readInheritedState, restoreEnvironment, type InheritedState } from '../host/process/inherited-state.ts';
import { captureContext } from '../host/capture-context.ts';
import { encodeOsString, readOwnProcess } from '../host/files/os-strings.ts';
import { writeBytes } from '../host/streams/writer.ts';
import { EXIT } from '../model/exit.ts';
import type { CallContext } from '../model/call-context.ts';
import { findPolicyLayers } from '../policy/file/find-layers.ts';
import { writeAnswer, type Answer } from './sh-protocol.ts';
import { decide } from '../decision/decide.ts';
import { collectNotices } from '../decision/notices.ts';
import { recordDecision } from './audit/record-call.ts';
import { hasAdvisedRules } from './report/policy-notice.ts';
import { settleCall, standBy, type Voice } from './settle-call.ts';
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
  const voice = speakOn(state.closed.has(2) ? null : CALLER_STDERR);
  const reporter = () => voice.loadReporter(context);
  if (state.depth >= DEEPEST) {
    await (await reporter()).report({ code: 'call-loop', depth: state.depth }, null);
    return { kind: 'stop', status: EXIT.notRunnable };
  }
  const decision = decide(context, findPolicyLayers(context), state.depth);
  await recordDecision(decision, context);
  try {
    const notices = collectNotices(decision, context);
    if (notices.length > 0) await (await reporter()).reportNotices(notices, decision);
    if (decision.kind === 'refuse') await (await reporter()).reportRefusal(decision);
    // sh runs pip, and no program of pipward is left to say it afterwards.
    else if (hasAdvisedRules(decision)) await (await reporter()).reportAdvised(decision);
  } catch (error) {
    standBy(decision, error, voice.print, context.home);
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
  const voice = speakOn(state.closed.has(2) ? null : state.stdio[2]);
  const call = await settleCall(context, state, voice);
  if (call.kind === 'signalled') {
    const { mirrorExit } = await ends.loadWatch();
    return () => mirrorExit(own, call);
  }
  const { decision } = call;
  if (decision.kind === 'refuse') return () => own.exit(decision.status);
  const { watch, mirrorExit } = await ends.loadWatch().catch((error: unknown) => {
    standBy(decision, error, voice.print, context.home);
    throw error;
  });
  const reporter = () => voice.loadReporter(call.context);
  const outcome = await watch(decision, call.context, state, programDirectory, reporter, () => (started.pip = true));
  return () => mirrorExit(own, outcome);
}

/** `stderr`: the caller's descriptor in this process; null if the caller has none. */
function speakOn(stderr: number | null): Voice {
  return {
    loadReporter: async (context) => (await import('./report/reporter.ts')).createReporter(context, stderr),
    print: (text) => {
      if (stderr !== null) writeBytes(stderr, encodeOsString(text));
    },
  };
}
