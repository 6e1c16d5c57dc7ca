import { diagnose, diagnoseFromFacts } from '../../diagnostics/cause/find-cause.ts';
import type { Finding } from '../../diagnostics/registry.ts';
import { findStartFault } from '../../host/files/start-fault.ts';
import { createFileView } from '../../host/files/file-view.ts';
import { askInterpreter } from '../../host/process/query-interpreter.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Start } from '../../model/decision.ts';
import type { Interpreter } from '../../model/environment.ts';
import { NOT_STARTED } from '../../model/exit.ts';
import type { Outcome } from '../../model/observation.ts';
import type { Observation } from '../../pip/output/messages.ts';
import { dropUntrue } from './filter-false-warnings.ts';
import { describeVerdict } from './verdict-finding.ts';
import { isWritable } from '../../util/windows/writable.ts';

/** How a run of pip went, as it was seen from outside. */
export type WatchedRun = {
  readonly decision: Start;
  readonly outcome: Outcome;
  readonly observations: readonly Observation[];
  /** Whether all that pip says was read: not if a stream went its own way, nor with -q. */
  readonly wasRead: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
};

/** Returns what there is to say after a run: its cause, else what a policy advises; null if nothing. */
export async function findCause(run: WatchedRun, context: CallContext): Promise<Finding | null> {
  const { decision, outcome, observations, wasRead } = run;
  const notStarted = findNotStarted(decision, outcome);
  if (notStarted !== null) return notStarted;
  const interpreter = decision.pip.runner;
  const read = diagnose(dropUntrue(observations, context), decision.command, outcome, { interpreter });
  const found = read ?? (wasRead ? null : await findFromFacts(run, context));
  if (found !== null || decision.verdict.kind !== 'advised') return found;
  return describeVerdict(false, decision.verdict);
}

/** sh could not start the Python, and said so in its own words. */
function findNotStarted({ start: [executable] }: Start, outcome: Outcome): Finding | null {
  if (outcome.kind !== 'exited' || !NOT_STARTED.includes(outcome.status)) return null;
  const fault = findStartFault(executable);
  return fault === null ? null : { code: 'interpreter-not-runnable', executable, reason: 'failed', fault };
}

/** For output that went to a terminal unread (no native part): what pip did is judged by what the interpreter and the disk say. */
async function findFromFacts(
  { decision: { command, pip }, outcome, startedAt }: WatchedRun,
  context: CallContext,
): Promise<Finding | null> {
  const { interpreter, runner } = pip;
  if (interpreter === null || command.effect !== 'environment' || outcome.kind !== 'exited') return null;
  // The usual case, and known without asking: pip could write, so it did not fall back.
  if (outcome.status === 0 && canWrite(interpreter, context)) return null;
  const settings = pip.settings();
  // Another environment, of which nothing is known here.
  if (settings.python !== null) return null;
  const report = await askInterpreter(interpreter.executable, context);
  // Not the view of the decision: that remembers how things were before pip ran.
  const userSite = report === null ? null : createFileView().status(report.userSite);
  return diagnoseFromFacts(command, outcome, {
    interpreter: runner,
    report,
    // Clocks of file systems are coarse.
    userSiteChanged: userSite !== null && userSite.modified >= startedAt - 20,
    pipVersion: pip.version(),
    settings: {
      user: settings.user,
      redirected: settings.redirection !== null,
      quiet: settings.quiet,
      breakSystemPackages: settings.breakSystemPackages,
    },
  });
}

function canWrite({ siteDirectories }: Interpreter, context: CallContext): boolean {
  return siteDirectories.length > 0 && siteDirectories.every((directory) => isWritable(directory, context));
}
