import { diagnose, diagnoseFromFacts } from '../../diagnostics/cause/find-cause.ts';
import { askInterpreter } from '../../host/process/query-interpreter.ts';
import { createFileView } from '../../host/files/file-view.ts';
import { readPipVersion } from '../../interpreter/inspect/pip-presence.ts';
import type { Decision } from '../../model/decision.ts';
import type { Finding } from '../../model/diagnostic.ts';
import type { Interpreter, Resolution } from '../../model/environment.ts';
import type { Observation, Outcome } from '../../model/observation.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readInstallSettings } from '../../pip/install-settings.ts';
import { describeVerdict } from './verdict-finding.ts';
import { dropUntrue } from './filter-false-warnings.ts';

type Started = Extract<Decision, { kind: 'run' | 'watch' }>;

/** How a run of pip went, as it was seen from outside. */
export type WatchedRun = {
  readonly decision: Started;
  readonly outcome: Outcome;
  readonly observations: readonly Observation[];
  /** Whether all that pip says was read: not where a stream went its own way, nor with -q. */
  readonly wasRead: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};

/** Returns what there is to say after a run: its cause, else what a policy advises; null if nothing. */
export async function findCause(run: WatchedRun, context: CallContext): Promise<Finding | null> {
  const { decision, outcome, observations, wasRead } = run;
  const interpreter = findStarted(decision.resolution);
  const read = diagnose(dropUntrue(observations, context), decision.command, outcome, { interpreter });
  const found = read ?? (wasRead ? null : await findFromFacts(run, context));
  if (found !== null || decision.verdict.kind !== 'advised') return found;
  return describeVerdict(false, decision.verdict);
}

/** For output that went to a terminal unread (no native part): what pip did is judged by what the interpreter and the disk say. */
async function findFromFacts(
  { decision: { command, resolution }, outcome, startedAt }: WatchedRun,
  context: CallContext,
): Promise<Finding | null> {
  if (resolution.kind !== 'resolved' || command.effect !== 'environment' || outcome.kind !== 'exited') return null;
  const { interpreter } = resolution;
  const { environment, pip } = interpreter;
  const prefix = environment.kind === 'unknown' ? null : environment.prefix;
  // The usual case, and known without asking: pip could write, so it did not fall back.
  if (outcome.status === 0 && isWritable(interpreter, context)) return null;
  const settings = readInstallSettings(command, context, prefix);
  // Another environment, of which nothing is known here.
  if (settings.python !== null) return null;
  const report = await askInterpreter(interpreter.executable, context.env);
  // Not the view of the decision: that remembers how things were before pip ran.
  const userSite = report === null ? null : createFileView().status(report.userSite);
  return diagnoseFromFacts(command, outcome, {
    interpreter: findStarted(resolution),
    report,
    // Clocks of file systems are coarse.
    userSiteChanged: userSite !== null && userSite.modified >= startedAt - 20,
    pipVersion: readPipVersion(pip.state === 'present' ? [pip.directory] : interpreter.siteDirectories, context.files),
    settings: {
      user: settings.user,
      redirected: settings.redirection !== null,
      quiet: settings.quiet,
      breakSystemPackages: settings.breakSystemPackages,
    },
  });
}

function isWritable({ siteDirectories }: Interpreter, { files }: CallContext): boolean {
  return siteDirectories.length > 0 && siteDirectories.every((directory) => files.writable(directory));
}

/** The interpreter that pip ran in: the pip runner's, where one drives the environment's. */
function findStarted(resolution: Resolution): Interpreter | null {
  if (resolution.kind === 'not-found') return null;
  return resolution.kind === 'resolved' ? (resolution.pipRunner ?? resolution.interpreter) : resolution.interpreter;
}
