import type { Finding } from '../../model/diagnostic.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { Observation, ScriptsNotOnPath } from '../../model/observation.ts';

/** Returns why pip failed on the place that it was to work on; null when what it printed names no such reason. */
export function diagnoseFailedPlace(observations: readonly Observation[], status: number): Finding | null {
  const saw = (kind: Observation['kind']) => observations.some((seen) => seen.kind === kind);
  if (status === 3) return saw('pip-venv-required') ? { code: 'pip-venv-required' } : null;
  if (status === 1 && saw('user-install-in-venv')) return { code: 'user-install-in-venv' };
  // A traceback counts from pip's own "Exception:" on: the code that pip runs may end in one, too.
  const start = observations.findIndex(({ kind }) => kind === 'uncaught-exception');
  const denied = observations.findLast(
    (seen, index) =>
      seen.kind === 'permission-denied' &&
      (seen.uncaught ? status === 2 && start !== -1 && start < index : status === 1),
  );
  if (denied?.kind !== 'permission-denied') return null;
  return { code: 'permission-denied', path: denied.path, readOnly: denied.readOnly };
}

/** Returns what is worth a word about the place where a run ended well, or would have installed to; null if nothing. */
export function diagnosePlace(
  observations: readonly Observation[],
  command: PipCommand,
  status: number,
): Finding | null {
  // After a failure pip's own words are what matters.
  if (status !== 0) return null;
  const saw = (kind: Observation['kind']) => observations.some((seen) => seen.kind === kind);
  const installed = observations.flatMap((seen) => (seen.kind === 'installed' ? seen.packages : []));
  const scripts = collectScripts(observations);
  if (saw('user-install-fallback')) {
    // The line comes before anything is resolved, and under --dry-run: it does not prove that something was installed.
    const isDry = command.dryRun || saw('would-install');
    const nothing = isDry ? 'dry-run' : installed.length === 0 ? 'satisfied' : null;
    return { code: 'user-install-fallback', installed: nothing === null ? installed : [], nothing, scripts };
  }
  if (scripts !== null) return { code: 'script-not-on-path', ...scripts };
  return saw('running-as-root') ? { code: 'running-as-root', installed } : null;
}

/** All that went to the same folder as the first. */
function collectScripts(observations: readonly Observation[]): ScriptsNotOnPath | null {
  const seen = observations.filter((observation) => observation.kind === 'script-not-on-path');
  const directory = seen[0]?.directory;
  if (directory === undefined) return null;
  const own = seen.filter((observation) => observation.directory === directory);
  return { scripts: [...new Set(own.flatMap(({ scripts }) => scripts))], directory };
}
