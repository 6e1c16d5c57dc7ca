import type { CallContext } from '../../../model/call-context.ts';
import type { InterpreterSource } from '../../../model/environment.ts';
import { pathsOf } from '../../../util/paths.ts';
import { BATCH_FILE, findProblem, type Candidate } from '../candidate.ts';
import { findPyenvRoot, followPyenv } from '../pyenv.ts';
import { readAppAlias } from './app-alias.ts';
import { followCommand } from './install-manager.ts';

type Told = Pick<Candidate, 'source' | 'evidence'>;

/**
 * Yields what a command in a folder of PATH starts on Windows; nothing if the folder does not have it. Followed are the commands of
 * the Python install manager, app execution aliases, and the batch files of pyenv-win. `asked`: the source that is told of
 * all of them.
 */
export function* discoverWindowsHit(
  path: string,
  name: string,
  told: Told,
  context: CallContext,
  asked: InterpreterSource | undefined,
): Generator<Candidate> {
  const isAlias = readAppAlias(path, context) !== null;
  if (!isAlias && context.files.status(path)?.kind !== 'file') {
    yield* discoverBatchFile(path.replace(/\.exe$/i, '.bat'), name, told, context, asked);
  } else if (isInOwnFolder(path, context)) {
    yield { ...told, path, problem: { reason: 'own-shim', detail: null } };
  } else {
    // Its command pip is known by its own path: what it runs is a script.
    const [isPython, major] = /^(?:python|pypy)(\d)?/i.exec(name) ?? [];
    const target =
      isPython === undefined ? null : followCommand(path, major === undefined ? null : Number(major), context);
    if (target === null) yield { ...told, path, problem: findProblem(path, context) };
    else
      yield* yieldNamed(target.executable, { source: asked ?? 'install-manager', evidence: target.evidence }, context);
  }
}

function* yieldNamed(path: string, told: Told, context: CallContext): Generator<Candidate> {
  if (path === '') yield { ...told, path: null, problem: { reason: 'not-absolute', detail: null } };
  else yield { ...told, path, problem: findProblem(path, context) };
}

/** cmd takes NAME.bat where there is no NAME.exe. Only that of pyenv-win is understood; another may do anything. */
function* discoverBatchFile(
  path: string,
  name: string,
  told: Told,
  context: CallContext,
  asked: InterpreterSource | undefined,
): Generator<Candidate> {
  const { files } = context;
  if (files.status(path)?.kind !== 'file') return;
  const root = findPyenvRoot(context);
  const isShim =
    root !== null && isSameFolder(pathsOf('win32').dirname(path), pathsOf('win32').join(root, 'shims'), context);
  if (root !== null && isShim) {
    for (const step of followPyenv(root, name, context)) yield { source: asked ?? 'pyenv', ...step };
    return;
  }
  yield { ...told, path, problem: { reason: 'not-executable', detail: BATCH_FILE } };
}

/** Our own pip.exe has no text to be recognised by: all that lies in the folder of our shims is ours. */
function isInOwnFolder(path: string, context: CallContext): boolean {
  const { shimsDirectory } = context;
  return shimsDirectory !== null && isSameFolder(pathsOf('win32').dirname(path), shimsDirectory, context);
}

function isSameFolder(one: string, other: string, { files }: CallContext): boolean {
  const place = (folder: string) => (files.realPath(folder) ?? pathsOf('win32').join(folder, '.')).toLowerCase();
  return place(one) === place(other);
}
