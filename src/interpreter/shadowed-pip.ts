import type { Interpreter, ShadowedPip } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { inspectInterpreter, readScript } from './inspect/inspect.ts';
import { pathsOf } from '../util/paths.ts';
import { discoverOnPath } from './discovery/search-path.ts';
import { followManagerAlias } from './discovery/windows/install-manager.ts';

/**
 * Returns the pip that the called name would have started without us: the first on PATH that is no shim of ours, pyenv's
 * shims followed. It is read, never run. null if PATH has none.
 */
export function findOtherPip(context: CallContext, resolved: Interpreter | null): ShadowedPip | null {
  for (const { path, problem } of discoverOnPath(context.name, context)) {
    if (path === null || problem !== null || isOwnFile(path, context)) continue;
    const python = findStarter(path, context);
    const interpreter = python === null ? null : inspectInterpreter(python, context);
    const isElsewhere = interpreter !== null && resolved !== null && !isSamePlace(interpreter, resolved, context);
    return { path, interpreter, isElsewhere };
  }
  return null;
}

/** By identity, as well as by the marker that discoverOnPath knows: a shim may have been edited. */
function isOwnFile(path: string, { shimsDirectory, files, platform }: CallContext): boolean {
  if (shimsDirectory === null) return false;
  const own = files.status(pathsOf(platform).join(shimsDirectory, 'pip'));
  const found = files.status(path);
  return own !== null && found !== null && own.device === found.device && own.inode === found.inode;
}

/** Returns the absolute path of the Python that a pip's script, launcher or wrapper starts; null where reading does not tell. */
export function findStarter(pip: string, context: CallContext): string | null {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const script = readScript(pip, files);
  if (script === null) {
    if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
      const managed = followManagerAlias(pip, context)?.executable ?? '';
      if (managed !== '') return managed;
    }
    // A launcher of Windows: its environment's python.exe is beside it, that of an installation one folder up.
    const folder = paths.dirname(pip);
    const beside = [folder, paths.dirname(folder)].map((place) => paths.join(place, 'python.exe'));
    return platform === 'win32' ? (beside.find((file) => files.status(file)?.kind === 'file') ?? null) : null;
  }
  const [line = ''] = script.slice(2).split('\n', 1);
  const [first = '', second = '', third = ''] = line.trim().split(/\s+/);
  if (paths.basename(first) === 'env') return findCommand(second === '-S' ? third : second, context);
  const starter = /^(?:ba|da|z|k)?sh$/.test(paths.basename(first)) ? readExec(script) : first;
  return starter !== null && paths.isAbsolute(starter) ? starter : null;
}

/**
 * What a sh script becomes: that of distlib and setuptools where the path is too long for a #! line
 * (`'''exec' "/long/python" "$0" "$@"`), or a hand-written wrapper (`exec /opt/python -m pip "$@"`).
 */
function readExec(script: string): string | null {
  return (
    /^[ \t]*(?:'''exec'|exec)[ \t]+(?:"([^"$`]+)"|'([^']+)'|([^\s"'$`]+))/m.exec(script)?.slice(1).find(Boolean) ?? null
  );
}

function findCommand(name: string, context: CallContext): string | null {
  if (!/^(?:python|pypy)[\d.]*t?$/.test(name)) return null;
  for (const { path, problem } of discoverOnPath(name, context)) {
    if (path !== null && problem === null) return path;
  }
  return null;
}

/** Returns whether two interpreters install into one place: an environment is its folder, any other the program itself. */
export function isSamePlace(one: Interpreter, other: Interpreter, { files }: CallContext): boolean {
  const placeOf = ({ environment, realPath }: Interpreter) =>
    environment.kind === 'virtual' || environment.kind === 'conda'
      ? (files.realPath(environment.prefix) ?? environment.prefix)
      : realPath;
  return placeOf(one) === placeOf(other);
}
