import type { Evidence } from '../../model/environment.ts';
import { isFromOtherUser } from '../../util/other-user.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listUpward } from '../../util/upward.ts';
import { readVariable } from '../../util/variables.ts';
import { pathsOf } from '../../util/paths.ts';
import { findPyenvVersion, findVersionPath, isSafeName } from './pyenv-versions.ts';
import { findProblem, type Found } from './candidate.ts';
import { findInVersion, findPyenvWinRoot } from './windows/pyenv-win.ts';

/** A word that pyenv's selection consists of, and where it stands; `null` stands for all that is not read of a long selection. */
export type PyenvWord = { readonly name: string | null; readonly evidence: Evidence };

/** One step of what pyenv would do; the last one that has no problem is what it would start. */
export type PyenvStep = Found & { readonly evidence: Evidence };

/** pyenv reads no more of a line, and real files are shorter. */
const FILE_LIMIT = 64 * 1024;
/** Names of a selection that are looked at: a file may have thousands, and for each the disk is asked. */
export const MAX_VERSION_NAMES = 50;
/** Linux takes no longer path. */
const MAX_NAME = 4096;

/** Returns pyenv's root folder: PYENV_ROOT, or the parent of a shims folder on PATH, or ~/.pyenv; null if there is none. */
export function findPyenvRoot(context: CallContext): string | null {
  const { files, home, platform } = context;
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') return findPyenvWinRoot(context);
  const paths = pathsOf(platform);
  const variable = readVariable(context, 'PYENV_ROOT');
  if (variable !== null && paths.isAbsolute(variable)) return paths.join(variable, '.');
  // rbenv and asdf have folders of that name as well.
  const shims = (readVariable(context, 'PATH') ?? '')
    .split(paths.delimiter)
    .map((entry) => paths.join(entry, '.'))
    .find((entry) => paths.isAbsolute(entry) && /pyenv[^/\\]*[/\\]shims$/.test(entry));
  const root = shims === undefined ? (home === null ? null : paths.join(home, '.pyenv')) : paths.dirname(shims);
  return root !== null && files.status(paths.join(root, 'versions')) !== null ? root : null;
}

/**
 * Returns what pyenv selects: PYENV_VERSION, the nearest .python-version (upward from PYENV_DIR, then from the current
 * directory), the global file, else `system` (pyenv-version-name, pyenv-version-file). A file that was found counts
 * even if nothing is in it.
 */
export function readPyenvSelection(root: string, context: CallContext): readonly PyenvWord[] {
  const paths = pathsOf(context.platform);
  const variable = readVariable(context, 'PYENV_VERSION');
  if (variable !== null) {
    const evidence: Evidence = { kind: 'variable', name: 'PYENV_VERSION', value: variable };
    // pyenv-win takes spaces for pyenv's colons.
    const words =
      PIPWARD_FOR_WINDOWS && context.platform === 'win32' ? variable.trim().split(/\s+/) : splitWord(variable);
    return limitNames(words).map((name) => ({ name, evidence }));
  }
  const directory = readVariable(context, 'PYENV_DIR');
  const starts = [
    directory === null ? null : paths.resolve(context.cwd ?? paths.sep, directory),
    readLogicalDirectory(context),
  ];
  for (const start of starts) {
    const file = start === null ? null : findVersionFile(start, context);
    if (file !== null) return readVersionFile(file, root, context);
  }
  return readVersionFile(paths.join(root, 'version'), root, context);
}

/**
 * Returns what `pyenv which COMMAND` would look at, in order (pyenv-which): the first selected version that has the
 * command. It ends with a problem `pyenv-system` when PATH without the shims is what counts.
 */
export function followPyenv(root: string, command: string, context: CallContext): readonly PyenvStep[] {
  const paths = pathsOf(context.platform);
  const steps: PyenvStep[] = [];
  for (const { name, evidence } of readPyenvSelection(root, context)) {
    if (name === null) {
      steps.push({ evidence, path: null, problem: { reason: 'too-many-versions', detail: null } });
      continue;
    }
    if (name === 'system')
      return [...steps, { evidence, path: null, problem: { reason: 'pyenv-system', detail: null } }];
    if (name.length > MAX_NAME || !isSafeName(name)) {
      steps.push({ evidence, path: null, problem: { reason: 'unsafe-version-name', detail: name.slice(0, 100) } });
      continue;
    }
    const version = findPyenvVersion(root, name, context);
    if (version === null) {
      steps.push({ evidence, path: null, problem: { reason: 'pyenv-version-missing', detail: name } });
      continue;
    }
    const path =
      PIPWARD_FOR_WINDOWS && context.platform === 'win32'
        ? findInVersion(root, version, command, context)
        : paths.join(root, 'versions', version, 'bin', command);
    const problem = findProblem(path, context);
    steps.push({ evidence, path, problem });
    if (problem === null) return steps;
  }
  return steps;
}

/** Returns the lines of a version file as pyenv-version-file-read takes them: the first word of each, `#` lines left out. */
export function parseVersionFile(text: string): readonly { readonly word: string; readonly line: number }[] {
  return text.split('\n').flatMap((content, index) => {
    // What bash takes apart by: a no-break space belongs to a word.
    const word = /[^ \t\r]+/.exec(content)?.[0] ?? '';
    return word === '' || word.startsWith('#') ? [] : [{ word, line: index + 1 }];
  });
}

/** pyenv joins all words with colons and takes them apart again. */
function splitWord(word: string): readonly string[] {
  return word.split(':').filter(Boolean);
}

/** pyenv itself would take the file of another user in /tmp as well; that would let any user choose the Python of ours. */
function findVersionFile(start: string, context: CallContext): string | null {
  const paths = pathsOf(context.platform);
  for (const folder of listUpward(start, paths).directories) {
    const file = paths.join(folder, '.python-version');
    const isFile = context.files.status(file)?.kind === 'file';
    if (isFile && !isFromOtherUser(folder, file, context)) return file;
  }
  return null;
}

function readVersionFile(path: string, root: string, context: CallContext): readonly PyenvWord[] {
  const { files } = context;
  const read = files.status(path) === null ? null : files.readText(path, FILE_LIMIT);
  if (read?.kind === 'unreadable' && read.reason === 'too-large') {
    return [{ name: null, evidence: { kind: 'file', path, line: null, text: '' } }];
  }
  const words = new Map<string, PyenvWord>();
  let isAnyTaken = false;
  for (const { word, line } of read?.kind === 'text' ? parseVersionFile(read.text) : []) {
    // pyenv looks at a word with a slash as a whole, and passes it over if it is not a folder of versions/.
    const hasPath = word.includes('/') || word === '..';
    const isTaken = !hasPath || findVersionPath(root, word, context) !== null;
    for (const text of isTaken ? splitWord(word) : [word]) {
      const name = (text.includes('/') ? findVersionPath(root, text, context) : null) ?? text;
      if (!words.has(name)) words.set(name, { name, evidence: { kind: 'file', path, line, text } });
      isAnyTaken ||= isTaken;
    }
    if (words.size > MAX_VERSION_NAMES) break;
  }
  if (words.size > MAX_VERSION_NAMES) {
    const rest: PyenvWord = { name: null, evidence: { kind: 'file', path, line: null, text: '' } };
    return [...[...words.values()].slice(0, MAX_VERSION_NAMES), rest];
  }
  const system: PyenvWord = { name: 'system', evidence: { kind: 'file', path, line: null, text: 'system' } };
  return [...words.values(), ...(isAnyTaken ? [] : [system])];
}

/** Each name once, since pyenv finds nothing the second time that it did not find before; behind the last that is looked at `null`. */
function limitNames(names: readonly string[]): readonly (string | null)[] {
  const once = [...new Set(names)];
  return once.length > MAX_VERSION_NAMES ? [...once.slice(0, MAX_VERSION_NAMES), null] : once;
}

/** pyenv walks upward by $PWD, which differs from the physical directory behind a link. */
function readLogicalDirectory(context: CallContext): string | null {
  const { cwd, files, platform } = context;
  const logical = readVariable(context, 'PWD');
  if (logical === null || cwd === null || logical === cwd || !pathsOf(platform).isAbsolute(logical)) return cwd;
  // Not the real path: of a directory 2,000 levels deep that takes the kernel 0.2 s.
  const [named, own] = [files.status(logical), files.status(cwd)];
  return named !== null && named.inode === own?.inode && named.device === own.device ? logical : cwd;
}
