import { askInterpreter } from '../host/ask-interpreter.ts';
import { createFileView } from '../host/files.ts';
import type { InheritedState } from '../host/inherited-state.ts';
import { inheritOutput, planOutput, type OutputPlan, type StreamPlan } from '../host/plan-output.ts';
import { findNativePart } from '../host/pseudo-terminal.ts';
import { runPip } from '../host/run-pip.ts';
import { diagnose, diagnoseFromFacts } from '../diagnostics/diagnose.ts';
import { readPipVersion } from '../interpreter/pip-presence.ts';
import type { Action } from '../model/action.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Interpreter, Resolution } from '../model/environment.ts';
import type { Observation, Outcome } from '../model/observation.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readInstallSettings } from '../pip/configuration.ts';
import { createOutputWatcher } from '../pip/output-watcher.ts';
import { describeVerdict } from './describe-verdict.ts';
import { dropUntrue } from './drop-untrue.ts';
import type { Speaker } from './speak.ts';

const LINE_FEED = 10;

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
  if (action.kind === 'watch') {
    try {
      const finding = await find(action, surroundings, outcome, output, watcher.finish(), startedAt);
      if (finding !== null) await (await loadSpeaker()).say(finding, action, isLineOpen(output.stderr));
    } catch {
      // Whatever happens to us now, pip has run: its status is the status.
    }
  }
  return outcome;
}

/** Whether pip's last byte left the cursor in the middle of a line. */
function isLineOpen(plan: StreamPlan): boolean {
  const last = plan.kind === 'tee' ? plan.tee.writer.lastByte() : null;
  return last !== null && last !== LINE_FEED;
}

async function find(
  action: Started,
  surroundings: Surroundings,
  outcome: Outcome,
  output: OutputPlan,
  observations: readonly Observation[],
  startedAt: number,
): Promise<Finding | null> {
  const interpreter = findStarted(action.resolution);
  const read = diagnose(dropUntrue(observations, surroundings), action.command, outcome, { interpreter });
  // -q keeps the lines back that would tell.
  const wasRead = output.stdout.kind === 'tee' && output.stderr.kind === 'tee' && action.command.quiet === 0;
  const found = read ?? (wasRead ? null : await findFromFacts(action, surroundings, outcome, startedAt));
  if (found !== null || action.verdict.kind !== 'advised') return found;
  return describeVerdict(false, action.verdict);
}

/** For output that went to a terminal unread (no native part): what pip did is judged by what the interpreter and the disk say. */
async function findFromFacts(
  { command, resolution }: Started,
  surroundings: Surroundings,
  outcome: Outcome,
  startedAt: number,
): Promise<Finding | null> {
  if (resolution.kind !== 'resolved' || command.effect !== 'environment' || outcome.kind !== 'exited') return null;
  const { interpreter } = resolution;
  const { environment, pip } = interpreter;
  const prefix = environment.kind === 'unknown' ? null : environment.prefix;
  // The usual case, and known without asking: pip could write, so it did not fall back.
  if (outcome.status === 0 && isWritable(interpreter, surroundings)) return null;
  const settings = readInstallSettings(command, surroundings, prefix);
  // Another environment, of which nothing is known here.
  if (settings.python !== null) return null;
  const report = await askInterpreter(interpreter.executable, surroundings.env);
  // Not the view of the decision: that remembers how things were before pip ran.
  const userSite = report === null ? null : createFileView().status(report.userSite);
  return diagnoseFromFacts(command, outcome, {
    interpreter: findStarted(resolution),
    report,
    // Clocks of file systems are coarse.
    userSiteChanged: userSite !== null && userSite.modified >= startedAt - 20,
    pipVersion: readPipVersion(
      pip.state === 'present' ? [pip.directory] : interpreter.siteDirectories,
      surroundings.files,
    ),
    settings: {
      user: settings.user,
      redirected: settings.redirection !== null,
      quiet: settings.quiet,
      breakSystemPackages: settings.breakSystemPackages,
    },
  });
}

function isWritable({ siteDirectories }: Interpreter, { files }: Surroundings): boolean {
  return siteDirectories.length > 0 && siteDirectories.every((directory) => files.writable(directory));
}

/** The interpreter that pip ran in: the driver's, where one drives the environment's. */
function findStarted(resolution: Resolution): Interpreter | null {
  if (resolution.kind === 'not-found') return null;
  return resolution.kind === 'resolved' ? (resolution.driver ?? resolution.interpreter) : resolution.interpreter;
}
