import type { InheritedState } from '../host/inherited-state.ts';
import { inheritOutput, planOutput, type StreamPlan } from '../host/plan-output.ts';
import { encodeOsString } from '../host/os-strings.ts';
import { writeBytes } from '../host/output.ts';
import { findNativePart } from '../host/pseudo-terminal.ts';
import { runPip } from '../host/run-pip.ts';
import type { Action } from '../model/action.ts';
import { EXIT } from '../model/exit.ts';
import type { Observation, Outcome } from '../model/observation.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { createOutputWatcher, stripEscapes } from '../pip/output-watcher.ts';
import { formPolicyNotice } from './policy-notice.ts';
import type { Speaker } from './speak.ts';

export { endLike } from './end-like.ts';

type Started = Extract<Action, { kind: 'run' | 'watch' }>;

/** Runs pip to its end and says afterwards what there is to say. */
export async function watch(
  action: Started,
  surroundings: Surroundings,
  state: InheritedState,
  programDirectory: string,
  loadSpeaker: () => Promise<Speaker>,
  onStart: () => void,
): Promise<Outcome> {
  const output = action.kind === 'watch' ? planOutput(state, findNativePart(programDirectory)) : inheritOutput(state);
  const watcher = createOutputWatcher();
  const startedAt = Date.now();
  const outcome = await runPip({
    command: [...action.start, ...surroundings.arguments],
    env: surroundings.env,
    state,
    output,
    onBytes: watcher.push,
    onStart,
  });
  const [executable] = action.start;
  if (outcome.kind === 'not-started') {
    await (await loadSpeaker()).say({ code: 'interpreter-not-runnable', executable, reason: outcome.reason }, action);
    return outcome;
  }
  const lost = findLost(output.stdout) ?? findLost(output.stderr);
  if (action.kind === 'watch') {
    try {
      if (lost !== null) await (await loadSpeaker()).sayLost(lost);
      const observations = watcher.finish();
      // -q keeps the lines back that would tell.
      const wasRead = output.stdout.kind === 'tee' && output.stderr.kind === 'tee' && action.command.quiet === 0;
      if (!wasRead || action.verdict.kind === 'advised' || observations.some(isTrouble)) {
        const run = { action, outcome, observations, wasRead, startedAt };
        await (await loadSpeaker()).explain(run, isLineOpen(output.stderr));
      }
    } catch {
      // Whatever happens to us now, pip has run: its status is the status. What a policy says needs no more than the decision.
      sayPolicy(action, surroundings, state);
    }
  }
  // pip itself could write it all, to us: without us its Python would have ended so. (Python 2 does not look.)
  const isPython2 = action.resolution.kind === 'resolved' && action.resolution.interpreter.version?.major === 2;
  const wouldTell = lost !== null && outcome.kind === 'exited' && !isPython2;
  return wouldTell ? { kind: 'exited', status: EXIT.outputLost } : outcome;
}

function sayPolicy(action: Started, { home }: Surroundings, { closed, stdio }: InheritedState): void {
  const notice = formPolicyNotice(action, home);
  try {
    if (notice !== '' && !closed.has(2)) writeBytes(stdio[2], encodeOsString(notice));
  } catch {
    // Nothing is left to say it with.
  }
}

/** What alone is no reason to say anything: it only bears upon the rest. */
const INCIDENTAL: readonly Observation['kind'][] = [
  'installed',
  'would-install',
  'uncaught-exception',
  'cancelled',
  'indexes',
  'building',
  'build-trouble',
];

function isTrouble({ kind }: Observation): boolean {
  return !INCIDENTAL.includes(kind);
}

/** The error by which pip's output did not reach the caller, such as ENOSPC. */
function findLost(plan: StreamPlan): string | null {
  return plan.kind === 'tee' ? plan.tee.writer.lost() : null;
}

/** Whether pip left the cursor in the middle of a line. On a terminal it ends colours behind the line feed. */
function isLineOpen(plan: StreamPlan): boolean {
  const tail = plan.kind === 'tee' ? plan.tee.writer.tail() : new Uint8Array();
  const shown = stripEscapes(Buffer.from(tail).toString('latin1'));
  return shown !== '' && !shown.endsWith('\n');
}
