import type { InstalledPackage, ScriptsNotOnPath } from '../../model/observation.ts';
import type { Observation } from '../../pip/output/messages.ts';
import { normalizeName } from '../../util/project-name.ts';
import { hasSeen, listSeen, type EndedRun, type Seen } from './ended-run.ts';

/** `path` is what could not be written; `readOnly`: its file system is. */
export type PermissionDenied = {
  readonly code: 'permission-denied';
  readonly path: string | null;
  readonly readOnly: boolean;
};

export type UserInstallFallback = {
  readonly code: 'user-install-fallback';
  /** What pip said it installed; null if its output was not read (a terminal): then facts alone speak. */
  readonly installed: readonly InstalledPackage[] | null;
  readonly scripts: ScriptsNotOnPath | null;
};

export type ScriptNotOnPath = { readonly code: 'script-not-on-path' } & ScriptsNotOnPath;

export type RunningAsRoot = { readonly code: 'running-as-root'; readonly installed: readonly InstalledPackage[] };

type Failure = Seen<'permission-denied' | 'directory-lost' | 'file-in-use' | 'path-too-long'>;

/** Returns the error that ended the run, the last of these kinds; null if none did. */
export function findFailure<Kind extends Failure['kind']>(
  { observations, status, command }: EndedRun,
  ...kinds: readonly Kind[]
): Extract<Failure, { kind: Kind }> | null {
  // A traceback counts only behind the line in which pip announces it, because code that pip runs may print one, too.
  const start = observations.findIndex((seen) => seen.kind === 'traceback-announced' && seen.status === status);
  // With --debug pip announces nothing: Python itself prints the traceback.
  const isDebug = status === 1 && command.options.some(({ name }) => name === '--debug');
  const isMeant = (seen: Observation): seen is Extract<Failure, { kind: Kind }> =>
    kinds.some((kind) => kind === seen.kind);
  const ended = observations.findLast((seen, index) => {
    if (!isMeant(seen)) return false;
    return seen.uncaught ? isDebug || (start !== -1 && start < index) : status === 1;
  });
  return ended !== undefined && isMeant(ended) ? ended : null;
}

/** Returns what pip could not write. */
export function findPermissionDenied(run: EndedRun): PermissionDenied | null {
  const denied = findFailure(run, 'permission-denied');
  return denied === null ? null : { code: 'permission-denied', path: denied.path, readOnly: denied.readOnly };
}

// After a failure pip's own message is what matters: the rest is about runs that succeeded.

/** Returns the finding if pip installed, or would have installed, into the user site by itself. */
export function findUserInstallFallback(run: EndedRun): UserInstallFallback | null {
  if (run.status !== 0 || !hasSeen(run, 'user-install-fallback') || isStaged(run)) return null;
  const installed = listInstalled(run);
  // The line comes before anything is resolved, and under --dry-run: it does not prove that something was installed.
  if (isDryRun(run) || installed.length === 0) return null;
  return { code: 'user-install-fallback', installed, scripts: collectScripts(run.observations) };
}

/** Returns the programs that the shell will not find. */
export function findScriptNotOnPath(run: EndedRun): ScriptNotOnPath | null {
  const scripts = run.status === 0 && !isStaged(run) ? collectScripts(run.observations) : null;
  return scripts === null ? null : { code: 'script-not-on-path', ...scripts };
}

/** Returns what root installed outside of an environment; null if the run changed nothing. */
export function findRunningAsRoot(run: EndedRun): RunningAsRoot | null {
  if (run.status !== 0 || !hasSeen(run, 'running-as-root') || isDryRun(run)) return null;
  const installed = listInstalled(run);
  // With -q pip prints neither of these lines, and may have installed something.
  if (installed.length === 0 && hasSeen(run, 'already-satisfied')) return null;
  return { code: 'running-as-root', installed };
}

/** With --root the files are put together for another place: nothing there is for the user to run. */
function isStaged({ command }: EndedRun): boolean {
  return command.options.some(({ name }) => name === '--root');
}

function isDryRun(run: EndedRun): boolean {
  return run.command.dryRun || hasSeen(run, 'would-install');
}

function listInstalled(run: EndedRun): readonly InstalledPackage[] {
  const gone = listSeen(run, 'uninstalled').flatMap(({ packages }) => packages.map(({ name }) => normalizeName(name)));
  return listSeen(run, 'installed')
    .flatMap(({ packages }) => packages)
    .map((each) => (gone.includes(normalizeName(each.name)) ? { ...each, isReplacement: true } : each));
}

/** All that went to the same folder as the first. */
function collectScripts(observations: readonly Observation[]): ScriptsNotOnPath | null {
  const seen = observations.filter((observation) => observation.kind === 'script-not-on-path');
  const directory = seen[0]?.directory;
  if (directory === undefined) return null;
  const own = seen.filter((observation) => observation.directory === directory);
  return { scripts: [...new Set(own.flatMap(({ scripts }) => scripts))], directory };
}
