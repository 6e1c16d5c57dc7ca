import type { Interpreter } from '../../model/environment.ts';
import type { InterpreterReport } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Outcome } from '../../model/observation.ts';
import type { Observation } from '../../pip/output/messages.ts';
import { findByOutput, type Finding } from '../registry.ts';
import { isPipBefore, mayFallBackToUserSite } from '../../pip/releases.ts';

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
  // The user pressed Ctrl-C: say nothing.
  if (observations.some(({ kind }) => kind === 'cancelled')) return null;
  return findByOutput({ observations, command, status: outcome.status, interpreter });
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

/** Returns the finding that facts alone allow (the rules of pip/_internal/commands/install.py, decide_user_install); null if none. */
export function diagnoseFromFacts(command: PipCommand, outcome: Outcome, facts: RunFacts): Finding | null {
  if (outcome.kind !== 'exited' || command.informational) return null;
  const { interpreter, report, settings } = facts;
  if (outcome.status === 1) {
    if (interpreter?.pip.state === 'absent') return { code: 'no-pip-module', started: true };
    const judged = (command.subcommand === 'install' && !isReportOnly(command)) || command.subcommand === 'uninstall';
    // PEP 668.
    const knowsMarker = facts.pipVersion !== null && !isPipBefore(facts.pipVersion, 23, 0);
    const obeyed = knowsMarker && !settings.redirected && !settings.breakSystemPackages;
    return judged && obeyed && typeof report?.managedMarker === 'string' ? { code: 'externally-managed' } : null;
  }
  const mayFallBack =
    outcome.status === 0 &&
    command.subcommand === 'install' &&
    !command.dryRun &&
    settings.user === null &&
    !settings.redirected &&
    mayFallBackToUserSite(facts.pipVersion);
  if (!mayFallBack || report === null || !facts.userSiteChanged) return null;
  const fellBack = { code: 'user-install-fallback', installed: null, scripts: null } as const;
  return report.userSiteEnabled && !report.siteWritable ? fellBack : null;
}

/** pip does not look for the marker when it only writes a report. */
function isReportOnly({ dryRun, options }: PipCommand): boolean {
  return dryRun && options.some(({ name }) => name === '--report');
}
