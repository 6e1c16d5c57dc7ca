import type { InheritedState } from '../host/process/inherited-state.ts';
import { inheritOutput, planOutput, type OutputPlan, type StreamPlan } from '../host/streams/plan-output.ts';
import { encodeOsString } from '../host/files/os-strings.ts';
import { writeBytes } from '../host/streams/writer.ts';
import { findNativePart } from '../host/streams/pseudo-terminal.ts';
import { runPip } from '../host/process/run-pip.ts';
import type { Decision } from '../model/decision.ts';
import { NOT_STARTED } from '../model/exit.ts';
import type { Outcome } from '../model/observation.ts';
import type { CallContext } from '../model/call-context.ts';
import { startEnvironment } from '../pip/command-line.ts';
import { isTelling } from '../pip/output/messages.ts';
import { createOutputWatcher, stripEscapes } from '../pip/output/output-watcher.ts';
import { cleanText } from '../terminal/clean.ts';
import { once } from '../util/lazy.ts';
import { recordOutcome } from './audit/record-call.ts';
import { endAsWithoutUs, type Losses } from './lost-output.ts';
import { formPolicyNotice } from './report/policy-notice.ts';
import type { Reporter } from './report/reporter.ts';

export { mirrorExit } from './mirror-exit.ts';

type Started = Extract<Decision, { kind: 'run' | 'watch' }>;

/** Runs pip to its end and says afterwards what there is to say. */
export async function watch(
  decision: Started,
  context: CallContext,
  state: InheritedState,
  programDirectory: string,
  loadReporter: () => Promise<Reporter>,
  onStart: () => void,
): Promise<Outcome> {
  const output = decision.kind === 'watch' ? planOutput(state, findNativePart(programDirectory)) : inheritOutput(state);
  const watcher = createOutputWatcher();
  const observe = once(() => watcher.finish());
  const startedAt = Date.now();
  const outcome = await runPip({
    command: [...decision.start, ...context.arguments],
    env: startEnvironment(decision.start, context.env),
    state,
    output,
    onBytes: watcher.push,
    onStart,
  });
  const [executable] = decision.start;
  // -q keeps the lines back that would tell.
  const wasRead =
    decision.kind === 'watch' &&
    output.stdout.kind === 'tee' &&
    output.stderr.kind === 'tee' &&
    decision.command.quiet === 0;
  await recordOutcome(decision, context, outcome, wasRead ? observe : null);
  if (outcome.kind === 'not-started') {
    await (
      await loadReporter()
    ).report({ code: 'interpreter-not-runnable', executable, reason: outcome.reason }, decision);
    return outcome;
  }
  const ending = endAsWithoutUs(outcome, findLosses(output), findVersion(decision));
  if (decision.kind === 'watch') {
    try {
      if (ending.say !== null) await (await loadReporter()).reportLostOutput(ending.say);
      const observations = observe();
      if (!wasRead || isOfShell(outcome) || decision.verdict.kind === 'advised' || observations.some(isTelling)) {
        const run = { decision, outcome, observations, wasRead, startedAt };
        await (await loadReporter()).reportRun(run, isLineOpen(output.stderr));
      }
    } catch (error) {
      // Whatever happens to us now, pip has run: its status is the status. What a policy says needs no more than the decision.
      const why = (error instanceof Error ? error.message : String(error)).split('\n', 1).join();
      const failure = `pipward: no advice, since a part of it failed (${cleanText(why)}); check it: pipward doctor\n`;
      say(formPolicyNotice(decision, context.home) + failure, state);
    }
  }
  return ending.outcome;
}

const isOfShell = (outcome: Outcome) => outcome.kind === 'exited' && NOT_STARTED.includes(outcome.status);

/** Of the Python that runs pip. */
function findVersion({ resolution }: Started) {
  return resolution.kind === 'resolved' ? (resolution.pipRunner ?? resolution.interpreter).version : null;
}

function say(text: string, { closed, stdio }: InheritedState): void {
  try {
    if (!closed.has(2)) writeBytes(stdio[2], encodeOsString(text));
  } catch {
    // Nothing is left to say it with.
  }
}

/** The errors by which pip's output did not reach the caller. */
function findLosses({ stdout, stderr }: OutputPlan): Losses {
  const lost = (plan: StreamPlan) => (plan.kind === 'tee' ? plan.tee.writer.lost() : null);
  const isShared = stdout.kind === 'tee' && stderr.kind === 'tee' && stdout.tee === stderr.tee;
  return { stdout: lost(stdout), stderr: isShared ? null : lost(stderr) };
}

/** Whether pip left the cursor in the middle of a line. On a terminal it ends colours behind the line feed. */
function isLineOpen(plan: StreamPlan): boolean {
  const tail = plan.kind === 'tee' ? plan.tee.writer.tail() : new Uint8Array();
  const shown = stripEscapes(Buffer.from(tail).toString('latin1'));
  return shown !== '' && !shown.endsWith('\n');
}
