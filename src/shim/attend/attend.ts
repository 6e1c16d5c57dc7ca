import path from 'node:path';
import { captureContext } from '../../host/capture-context.ts';
import { readOwnProcess } from '../../host/files/os-strings.ts';
import { readInheritedState, restoreEnvironment } from '../../host/process/inherited-state.ts';
import { openConsole } from '../../host/windows/console.ts';
import { connectLauncher, type Launcher } from '../../host/windows/launcher.ts';
import { createWindowsFacts } from '../../host/windows/windows-facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Start } from '../../model/decision.ts';
import type { Outcome } from '../../model/observation.ts';
import { needsRecord } from '../audit/needs-record.ts';
import { recordOutcome } from '../audit/record-call.ts';
import { formPolicyNotice, hasAdvisedRules } from '../report/policy-notice.ts';
import { settleCall, type Voice } from '../settle-call.ts';
import { formatCommandLine } from './command-line.ts';

/** Descriptors of the two pipes to the launcher. */
const FROM_LAUNCHER = 0;
const TO_LAUNCHER = 1;
/** How a program ends that does not handle Ctrl-C (STATUS_CONTROL_C_EXIT of ntstatus.h). */
const CONTROL_C = 0xc000013a;

type Own = Pick<NodeJS.Process, 'argv' | 'env' | 'exit'>;

/**
 * Mode attend, the one of Windows: pip.exe owns pip, and this process advises it. Decides the call, tells the launcher how to
 * start pip, and says afterwards what there is to say. Resolves to a callback that exits this process; `started.pip` is
 * true from the moment when pip may not be started a second time. What it throws before that ends this process without
 * an answer, and the launcher runs pip alone.
 */
export async function runAttend(own: Own, started: { pip: boolean }): Promise<() => void> {
  const launcher = connectLauncher(FROM_LAUNCHER, TO_LAUNCHER);
  const exact = readOwnProcess(own.argv.slice(2), own.env);
  const [, calledAs = 'pip', ...args] = exact.arguments;
  const state = readInheritedState(exact.env);
  const env = restoreEnvironment(exact.env, state.depth + 1);
  const shims = path.join(path.dirname(own.argv[1] ?? ''), '..', 'shims');
  const voice = speakThrough(launcher);
  const call = await settleCall(captureContext(calledAs, args, env, shims, createWindowsFacts(launcher)), state, voice);
  // Nothing passes on a signal here: this process has no console.
  if (call.kind === 'signalled') throw new Error(`${call.signal} ended the command that creates the environment`);
  const { decision, context } = call;
  if (decision.kind === 'refuse') {
    launcher.stop(decision.status);
    return () => own.exit(0);
  }
  if (decision.kind === 'run' && hasAdvisedRules(decision)) {
    await (await voice.loadReporter(context)).reportAdvised(decision);
  }
  const startedAt = Date.now();
  started.pip = true;
  launcher.run(formatCommandLine(decision.start));
  // Nothing will be said or recorded: the launcher needs no Node any more.
  if (decision.kind === 'run' && !needsRecord(decision)) return () => own.exit(0);
  const code = launcher.waitForEnd();
  if (code !== null) await finish(decision, context, code, startedAt, voice);
  return () => own.exit(0);
}

function speakThrough(launcher: Launcher): Voice {
  const { output, prompt } = openConsole(launcher);
  return {
    loadReporter: async (context) =>
      (await import('../report/reporter.ts')).createReporterOn(context, output, () => prompt),
    print: launcher.say,
  };
}

/** Records and reports how pip ended. Its output went to the caller unread, so what it did is judged from facts. */
async function finish(
  decision: Start,
  context: CallContext,
  code: number,
  startedAt: number,
  { loadReporter, print }: Voice,
): Promise<void> {
  const outcome: Outcome =
    code === CONTROL_C ? { kind: 'signalled', signal: 'SIGINT' } : { kind: 'exited', status: code };
  await recordOutcome(decision, context, outcome, null);
  if (decision.kind === 'run') return;
  try {
    const run = { decision, outcome, observations: [], wasRead: false, startedAt };
    await (await loadReporter(context)).reportRun(run, false);
  } catch {
    // pip has run: its status is the status. What a policy says needs no more than the decision.
    const notice = formPolicyNotice(decision, context.home);
    if (notice !== '') print(notice);
  }
}
