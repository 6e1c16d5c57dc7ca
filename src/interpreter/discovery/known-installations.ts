import type { Interpreter } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { inspectInterpreter } from '../inspect/inspect.ts';
import { pathsOf } from '../../util/paths.ts';
import { findPyenvRoot } from './pyenv.ts';
import { compareVersions, listPyenvVersions } from './pyenv-versions.ts';
import { readSearchPath } from './search-path.ts';
import { findProblem } from './candidate.ts';
import { followManagerAlias } from './windows/install-manager.ts';
import { listWindowsFolders } from './windows/known-folders.ts';

/** As many as fit into a message. */
const MAX_KNOWN = 12;

/** Yields folders with interpreters that need not be on PATH: pyenv's versions, the usual places, uv's installations. */
export function* listKnownFolders(context: CallContext): Generator<string> {
  const { files, home, platform } = context;
  const paths = pathsOf(platform);
  const below = function* (parent: string, ...rest: readonly string[]) {
    for (const name of [...files.list(parent)].sort((a, b) => compareVersions(b, a))) {
      yield paths.join(parent, name, ...rest);
    }
  };
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
    yield* listWindowsFolders(context);
    return;
  }
  const root = findPyenvRoot(context);
  if (root !== null) {
    for (const version of listPyenvVersions(root, context)) yield paths.join(root, 'versions', version, 'bin');
  }
  yield* ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];
  // Versioned formulas that are not linked (keg-only) are reached by opt/ alone.
  for (const brew of ['/opt/homebrew', '/usr/local', '/home/linuxbrew/.linuxbrew']) {
    for (const name of files.list(paths.join(brew, 'opt')).filter((each) => each.startsWith('python@'))) {
      yield paths.join(brew, 'opt', name, 'bin');
    }
  }
  if (platform === 'darwin') yield* below('/Library/Frameworks/Python.framework/Versions', 'bin');
  if (home === null) return;
  const data = readVariable(context, 'XDG_DATA_HOME') ?? paths.join(home, '.local', 'share');
  const asdf = readVariable(context, 'ASDF_DATA_DIR') ?? paths.join(home, '.asdf');
  const mise = readVariable(context, 'MISE_DATA_DIR') ?? paths.join(data, 'mise');
  const uv = readVariable(context, 'UV_PYTHON_INSTALL_DIR') ?? paths.join(data, 'uv', 'python');
  const folders = [uv, paths.join(mise, 'installs', 'python'), paths.join(asdf, 'installs', 'python')];
  // Relative ones are the current directory's.
  for (const folder of folders.filter((each) => paths.isAbsolute(each))) yield* below(folder, 'bin');
}

/** Yields the interpreters on PATH, then in the known folders, each installation once. Wrappers are left out: nothing is known of them. */
export function* listKnownInterpreters(context: CallContext): Generator<Interpreter> {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const seen = new Set<string>();
  const onPath = readSearchPath(context).map(({ directory }) => directory);
  for (const directory of new Set([
    ...onPath.filter((entry) => paths.isAbsolute(entry)),
    ...listKnownFolders(context),
  ])) {
    const names = files.list(directory).filter((name) => /^python(?:\d(?:\.\d+t?)?)?(?:\.exe)?$/i.test(name));
    for (const name of names.sort((a, b) => compareVersions(b, a))) {
      const found = paths.join(directory, name);
      const target = PIPWARD_FOR_WINDOWS && platform === 'win32' ? followManagerAlias(found, context) : null;
      const executable = target?.executable ?? found;
      if (findProblem(executable, context) !== null) continue;
      const interpreter = inspectInterpreter(executable, context);
      const { environment, realPath } = interpreter;
      const identity = environment.kind === 'virtual' ? environment.prefix : realPath;
      if (environment.kind === 'unknown' || seen.has(identity)) continue;
      seen.add(identity);
      yield interpreter;
    }
  }
}

/** Returns interpreters that are there, for the message that none was found; at most 12. */
export function collectKnown(context: CallContext): readonly Interpreter[] {
  const known: Interpreter[] = [];
  for (const interpreter of listKnownInterpreters(context)) {
    known.push(interpreter);
    if (known.length === MAX_KNOWN) break;
  }
  return known;
}
