import type { EnvironmentMismatch, Interpreter, Resolution } from '../model/environment.ts';
import { isFromOtherUser } from '../util/other-user.ts';
import type { CallContext } from '../model/call-context.ts';
import { readVariable } from '../util/variables.ts';
import { discoverInShell } from './discovery/discover.ts';
import { inspectInterpreter } from './inspect/inspect.ts';
import { followName } from './project/environment-file.ts';
import { liesWithin, pathsOf } from '../util/paths.ts';
import { findProject, listFoundPrefixes } from './project/project.ts';
import { ANY_VERSION } from './discovery/version-request.ts';
import { formatRelease } from '../util/python-version.ts';

/** Scripts to activate an environment are a few kB; more is not read. */
const ACTIVATE_LIMIT = 64 * 1024;

/**
 * Returns what does not fit together here though pip may well run: for `pipward which` and `doctor`, which have time.
 * Everything is read, nothing is started.
 */
export function listMismatches(
  context: CallContext,
  resolution: Resolution,
  environmentNames: readonly string[],
): readonly EnvironmentMismatch[] {
  const active = readVariable(context, 'VIRTUAL_ENV');
  const paths = pathsOf(context.platform);
  const prefix = active !== null && paths.isAbsolute(active) ? paths.join(active, '.') : null;
  return [
    ...(prefix === null
      ? []
      : [
          findMove(prefix, context),
          findNewPlace(prefix, context, environmentNames),
          findOtherProject(prefix, context, environmentNames),
        ]),
    resolution.kind === 'not-found' ? null : findUpgrade(resolution.interpreter),
    findOtherPython(context, resolution),
    findSudo(prefix, context),
    ...listNamedElsewhere(context, environmentNames),
  ].filter((found) => found !== null);
}

/** Returns the move of an environment: its script `activate` names another path, and would activate what is there now. */
export function findMove(prefix: string, { files, platform }: CallContext): EnvironmentMismatch | null {
  const paths = pathsOf(platform);
  const read = files.readText(
    paths.join(prefix, PIPWARD_FOR_WINDOWS && platform === 'win32' ? 'Scripts' : 'bin', 'activate'),
    ACTIVATE_LIMIT,
  );
  if (read.kind !== 'text') return null;
  // venv up to 3.12 writes "..." or '...', virtualenv too; later ones quote only where they must, behind an `export`.
  const written = /^[ \t]*(?:export )?VIRTUAL_ENV=(?:"([^"$`]+)"|'([^'$`]+)'|([^\s"'$`;]+))[ \t\r]*$/m.exec(read.text);
  const place = written?.slice(1).find(Boolean);
  if (place === undefined || !paths.isAbsolute(place)) return null;
  const isSame = (files.realPath(place) ?? paths.join(place, '.')) === (files.realPath(prefix) ?? prefix);
  return isSame ? null : { kind: 'environment-moved', prefix, from: place };
}

/** What is active is gone: an environment here may be it, if its script still activates the old place. */
function findNewPlace(prefix: string, context: CallContext, names: readonly string[]): EnvironmentMismatch | null {
  if (context.files.status(prefix) !== null) return null;
  const moves = listFoundPrefixes(context, names).map((found) => findMove(found, context));
  return moves.find((move) => move?.kind === 'environment-moved' && move.from === prefix) ?? null;
}

/** An environment of the usual name belongs to the folder that it is in. */
function findOtherProject(prefix: string, context: CallContext, names: readonly string[]): EnvironmentMismatch | null {
  const { cwd, files, platform } = context;
  const paths = pathsOf(platform);
  if (cwd === null || !names.includes(paths.basename(prefix))) return null;
  const owner = paths.dirname(files.realPath(prefix) ?? prefix);
  if (files.status(owner) === null || liesWithin(cwd, owner, platform)) return null;
  const project = findProject(context);
  return project === null || liesWithin(project.directory, owner, platform)
    ? null
    : { kind: 'environment-of-other-project', prefix, project: owner, here: project.directory };
}

/** The link leads to a newer Python now: what was installed for the old one is in a folder that it does not look into. */
function findUpgrade({ environment, version }: Interpreter): EnvironmentMismatch | null {
  if (environment.kind !== 'virtual' || environment.upgradedFrom === undefined || version === null) return null;
  return {
    kind: 'base-upgraded',
    prefix: environment.prefix,
    from: formatRelease(environment.upgradedFrom),
    to: formatRelease(version),
  };
}

/** pip works in what is active; what `python` starts should be its python. A shim of another manager does not say. */
function findOtherPython(context: CallContext, resolution: Resolution): EnvironmentMismatch | null {
  if (resolution.kind === 'not-found' || resolution.source !== 'active-environment') return null;
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const folderOf = (file: string) => files.realPath(paths.dirname(file)) ?? paths.dirname(file);
  const { executable, environment } = resolution.interpreter;
  for (const { path: python, problem } of discoverInShell(context, ANY_VERSION, null)) {
    if (python === null || problem !== null) continue;
    const isOwn = folderOf(python) === folderOf(executable);
    const isUnknown = inspectInterpreter(python, context).environment.kind === 'unknown';
    if (isOwn || isUnknown || environment.kind !== 'virtual') return null;
    return { kind: 'python-elsewhere', prefix: environment.prefix, python };
  }
  return null;
}

/** sudo clears most variables (env_reset of sudoers(5)), so the user's environment is not the one that root's pip means. */
function findSudo(prefix: string | null, context: CallContext): EnvironmentMismatch | null {
  const user = readVariable(context, 'SUDO_USER');
  if (user === null || user === 'root' || context.userId !== 0) return null;
  return { kind: 'sudo', user, environment: prefix };
}

/** `.venv` as a file that names the environment (draft PEP 832), or as a link to one elsewhere. */
function listNamedElsewhere(context: CallContext, names: readonly string[]): readonly EnvironmentMismatch[] {
  const { cwd, files, platform } = context;
  if (cwd === null) return [];
  const paths = pathsOf(platform);
  return names.flatMap((name): readonly EnvironmentMismatch[] => {
    const path = paths.join(cwd, name);
    const status = files.status(path);
    if (isFromOtherUser(cwd, path, context)) return [];
    if (files.isLink(path)) return [{ kind: 'environment-link', path, to: files.realPath(path) }];
    if (status?.kind !== 'file') return [];
    return [{ kind: 'environment-file', path, to: followName(path, context) }];
  });
}
