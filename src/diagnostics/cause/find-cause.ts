import type { Finding } from '../../model/diagnostic.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { InterpreterReport } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Observation, Outcome } from '../../model/observation.ts';
import { findBuildTrouble } from './build-failure.ts';
import { diagnoseFailedPlace, diagnosePlace } from './install-location.ts';
import { findConflict, findIndexTrouble } from './index-failure.ts';

/**
 * Returns the one finding that is nearest to the cause, from what pip printed; null when there is nothing to say.
 * `interpreter`: the one that was started.
 */
export function diagnose(
  observations: readonly Observation[],
  command: PipCommand,
  outcome: Outcome,
  { interpreter }: { readonly interpreter: Interpreter | null },
): Finding | null {
  if (outcome.kind !== 'exited') return null;
  // Ctrl-C: who stopped it knows why.
  if (observations.some(({ kind }) => kind === 'cancelled')) return null;
  const { status } = outcome;
  if (status === 1) {
    if (observations.some((observation) => isOwnMissingPip(observation, interpreter))) {
      return { code: 'no-pip-module', started: true };
    }
    if (observations.some(({ kind }) => kind === 'externally-managed')) return { code: 'externally-managed' };
  }
  // 2: what nobody caught, such as a read that timed out.
  const failed = diagnoseFailedPlace(observations, status);
  if (failed !== null) return failed;
  const trouble =
    findBuildTrouble(observations, status) ?? (status === 1 || status === 2 ? findIndexTrouble(observations) : null);
  // An environment that does not fit together is worse than one in the wrong place.
  const conflict = status === 0 ? findConflict(observations) : null;
  return trouble ?? conflict ?? diagnosePlace(observations, command, status);
}

/** A build may start a Python of its own that has no pip: then pip is there, or another executable is named. */
function isOwnMissingPip(observation: Observation, interpreter: Interpreter | null): boolean {
  if (observation.kind !== 'no-pip-module') return false;
  if (interpreter === null) return true;
  const { executable } = observation;
  if (executable === interpreter.executable || executable === interpreter.realPath) return true;
  return interpreter.pip.state !== 'present';
}

/** What is known of a run whose output was not read (a terminal). */
export type RunFacts = {
  readonly interpreter: Interpreter | null;
  readonly report: InterpreterReport | null;
  /** Whether the user site's folder changed during the run. */
  readonly userSiteChanged: boolean;
  /** pip's version from its dist-info folder; null when unknown. */
  readonly pipVersion: string | null;
  /** Command line, PIP_ variables and pip's configuration together. */
  readonly settings: {
    readonly user: boolean | null;
    /** --target, --prefix or --root. */
    readonly redirected: boolean;
    readonly quiet: number;
    readonly breakSystemPackages: boolean;
  };
};

/** First release that falls back to a user install by itself. */
const FALLBACK_SINCE = 20;
/** First release that obeys EXTERNALLY-MANAGED (PEP 668). */
const MARKER_SINCE = 23;

/** Returns the finding that facts alone allow (the rules of pip/_internal/commands/install.py, decide_user_install); null if none. */
export function diagnoseFromFacts(command: PipCommand, outcome: Outcome, facts: RunFacts): Finding | null {
  if (outcome.kind !== 'exited' || command.informational) return null;
  const { interpreter, report, settings } = facts;
  const release = facts.pipVersion === null ? null : Number.parseInt(facts.pipVersion, 10);
  if (outcome.status === 1) {
    if (interpreter?.pip.state === 'absent') return { code: 'no-pip-module', started: true };
    const judged = (command.subcommand === 'install' && !isReportOnly(command)) || command.subcommand === 'uninstall';
    const obeyed = release !== null && release >= MARKER_SINCE && !settings.redirected && !settings.breakSystemPackages;
    return judged && obeyed && typeof report?.managedMarker === 'string' ? { code: 'externally-managed' } : null;
  }
  const mayFallBack =
    outcome.status === 0 &&
    command.subcommand === 'install' &&
    !command.dryRun &&
    settings.user === null &&
    !settings.redirected &&
    (release === null || release >= FALLBACK_SINCE);
  if (!mayFallBack || report === null || !facts.userSiteChanged) return null;
  const fellBack = { code: 'user-install-fallback', installed: null, nothing: null, scripts: null } as const;
  return report.userSiteEnabled && !report.siteWritable ? fellBack : null;
}

/** pip does not look for the marker when it only writes a report. */
function isReportOnly({ dryRun, options }: PipCommand): boolean {
  return dryRun && options.some(({ name }) => name === '--report');
}
