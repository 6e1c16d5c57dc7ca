import path from 'node:path';
import { createFileView } from '../host/files/file-view.ts';
import { readInheritedState, restoreEnvironment, type InheritedState } from '../host/process/inherited-state.ts';
import { observe } from '../host/capture-context.ts';
import { encodeOsString, readOwnProcess } from '../host/files/os-strings.ts';
import { writeBytes } from '../host/streams/writer.ts';
import type { Action } from '../model/decision.ts';
import type { Resolution } from '../model/environment.ts';
import { EXIT } from '../model/exit.ts';
import type { Surroundings } from '../model/call-context.ts';
import { findPolicyLayers } from '../policy/file/find-layers.ts';
import { COMPARE_HINT } from '../messages/blame-messages.ts';
import { writeAnswer, type Answer } from './sh-protocol.ts';
import { decide } from '../decision/decide.ts';
import { isDebugging } from './debugging.ts';
import { judge } from '../decision/evaluate-call.ts';
import { passesOverProject } from '../decision/skipped-environment.ts';
import { formPolicyNotice, hasAdvisedRules } from './report/policy-notice.ts';
import { mayStray } from '../decision/mismatch-check.ts';
import type * as watchPart from './watch.ts';

/** A loop of shims (a wrapper that calls pip by name, which is us) ends here. */
const DEEPEST = 10;
/** Descriptors of the decide way; see shims/pip. */
const ANSWER = 3;
const CALLER_STDERR = 9;

type Own = Pick<NodeJS.Process, 'argv' | 'env' | 'exit'>;

/** Where a call leads to. (warm-up.ts goes the way up to there, and no further.) */
export type Ends = {
  readonly answer: (answer: Answer) => void;
  readonly loadWatch: () => Promise<Pick<typeof watchPart, 'watch' | 'endLike'>>;
};

const ENDS: Ends = { answer: (answer) => writeAnswer(ANSWER, answer), loadWatch: () => import('./watch.ts') };

/**
 * One pip call, top to bottom: observe, decide, then answer sh or run pip ourselves. Resolves to the last act of this
 * process, its exit; `started.pip` is true from the moment when pip may not be started a second time.
 */
export async function runShim(own: Own, started: { pip: boolean }, ends: Ends = ENDS): Promise<() => void> {
  const exact = readOwnProcess(own.argv.slice(2), own.env);
  const [mode, calledAs = 'pip', ...args] = exact.arguments;
  const state = readInheritedState(exact.env);
  const env = restoreEnvironment(exact.env, state.depth + 1);
  const programDirectory = path.dirname(own.argv[1] ?? '');
  const surroundings = observe(calledAs, args, env, path.join(programDirectory, '..', 'shims'));
  if (mode === 'decide') {
    ends.answer(await answerShell(surroundings, state));
    return () => own.exit(0);
  }
  return handleCall(own, surroundings, state, programDirectory, started, ends);
}

/** The decide way: sh waits for what we say and then runs pip in its own process. */
async function answerShell(surroundings: Surroundings, state: InheritedState): Promise<Answer> {
  const stderr = state.closed.has(2) ? null : CALLER_STDERR;
  const speaker = () => loadSpeaker(surroundings, stderr);
  if (state.depth >= DEEPEST) {
    await (await speaker()).say({ code: 'call-loop', depth: state.depth }, null);
    return { kind: 'stop', status: EXIT.notRunnable };
  }
  const action = decide(surroundings, findPolicyLayers(surroundings), state.depth);
  try {
    if (hasPreface(action, surroundings)) await (await speaker()).preface(action);
    if (action.kind === 'refuse') await (await speaker()).refuse(action);
    // sh runs pip, and nothing of ours is left to say it afterwards.
    else if (hasAdvisedRules(action)) await (await speaker()).advise(action);
  } catch (error) {
    standBy(action, error, stderr, surroundings.home);
  }
  return action.kind === 'refuse' ? { kind: 'stop', status: action.status } : { kind: 'run', start: action.start };
}

/** The watch way: we are the process that the caller started, and stay until pip has ended. */
async function handleCall(
  own: Own,
  surroundings: Surroundings,
  state: InheritedState,
  programDirectory: string,
  started: { pip: boolean },
  ends: Ends,
): Promise<() => void> {
  const stderr = state.closed.has(2) ? null : state.stdio[2];
  const speaker = () => loadSpeaker(call.surroundings, stderr);
  let call = lookAt(surroundings, state);
  try {
    if (hasPreface(call.action, surroundings)) await (await speaker()).preface(call.action);
    if (call.action.kind === 'refuse' && call.action.mayOffer) {
      const { action: refusal } = call;
      const again = () => lookAt({ ...surroundings, files: createFileView() }, state, true);
      const judgeFor = (resolution: Resolution) => judge(surroundings, refusal.layers, refusal.command, resolution);
      const offered = await (await speaker()).offer({ refusal, state, again, judge: judgeFor });
      if (offered.kind === 'signalled') {
        const { endLike } = await ends.loadWatch();
        return () => endLike(own, offered);
      }
      call = offered;
    }
    if (call.action.kind === 'refuse') await (await speaker()).refuse(call.action);
  } catch (error) {
    standBy(call.action, error, stderr, surroundings.home);
  }
  const { action } = call;
  if (action.kind === 'refuse') return () => own.exit(action.status);
  const { watch, endLike } = await ends.loadWatch().catch((error: unknown) => {
    standBy(action, error, stderr, surroundings.home);
    throw error;
  });
  const outcome = await watch(action, call.surroundings, state, programDirectory, speaker, () => (started.pip = true));
  return () => endLike(own, outcome);
}

function lookAt(surroundings: Surroundings, { depth }: InheritedState, agreed = false) {
  return { surroundings, action: decide(surroundings, findPolicyLayers(surroundings), depth, agreed) };
}

/**
 * What is refused stays refused, whatever became of our words; else the error goes on, and pip runs without us. What a policy
 * advises is said by then.
 */
function standBy(action: Action, error: unknown, stderr: number | null, home: string | null): void {
  const [why] = String(error).split('\n');
  const notice =
    action.kind === 'refuse'
      ? `pipward: pip was not run; to say why failed (${why}); ${COMPARE_HINT}\n`
      : formPolicyNotice(action, home);
  try {
    if (stderr !== null && notice !== '') writeBytes(stderr, encodeOsString(notice));
  } catch {
    // The status says it.
  }
  if (action.kind !== 'refuse') throw error;
}

/** Words, and what they are made from, are loaded when there is something to say: that is a third of the program. */
async function loadSpeaker(surroundings: Surroundings, stderr: number | null) {
  const { createSpeaker } = await import('./report/reporter.ts');
  return createSpeaker(surroundings, stderr);
}

/**
 * Whether something is to be said before pip runs: the ledger for PIPWARD_DEBUG, a bypass, policy files that are partly
 * ignored, an environment that was not used, that was used in place of a refusal, or that is active and not what it seems.
 */
function hasPreface(action: Action, surroundings: Surroundings): boolean {
  const { layers, verdict } = action;
  if (isDebugging(surroundings.env) || mayStray(action, surroundings)) return true;
  if (action.kind !== 'refuse' && action.insteadOf !== null) return true;
  if (verdict.lifted.some(({ lifted }) => lifted.by === 'bypass')) return true;
  return passesOverProject(action) || layers.some(({ warnings, problems }) => warnings.length + problems.length > 0);
}
