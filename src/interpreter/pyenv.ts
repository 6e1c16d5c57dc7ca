import type { Evidence } from '../model/environment.ts';
import { isFromOtherUser } from '../model/other-user.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readVariable } from '../model/variables.ts';
import { pathsOf } from './paths.ts';
import { findPyenvVersion, isSafeName } from './pyenv-versions.ts';
import { findProblem, type Found } from './sighting.ts';

/** A word that pyenv's selection consists of, and where it stands. */
export type PyenvWord = { readonly name: string; readonly evidence: Evidence };

/** One step of what pyenv would do; the last one that has no problem is what it would start. */
export type PyenvStep = Found & { readonly evidence: Evidence };

/** pyenv reads no more of a line, and nobody writes longer files. */
const FILE_LIMIT = 64 * 1024;

/** Returns pyenv's root folder: PYENV_ROOT, or the parent of a shims folder on PATH, or ~/.pyenv; null if there is none. */
export function findPyenvRoot(surroundings: Surroundings): string | null {
  const { files, home, platform } = surroundings;
  const paths = pathsOf(platform);
  const variable = readVariable(surroundings, 'PYENV_ROOT');
  if (variable !== null && paths.isAbsolute(variable)) return paths.join(variable, '.');
  // rbenv and asdf have folders of that name as well.
  const shims = (readVariable(surroundings, 'PATH') ?? '')
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
export function readPyenvSelection(root: string, surroundings: Surroundings): readonly PyenvWord[] {
  const paths = pathsOf(surroundings.platform);
  const variable = readVariable(surroundings, 'PYENV_VERSION');
  if (variable !== null) {
    const evidence: Evidence = { kind: 'variable', name: 'PYENV_VERSION', value: variable };
    return splitWord(variable).map((name) => ({ name, evidence }));
  }
  const directory = readVariable(surroundings, 'PYENV_DIR');
  const starts = [
    directory === null ? null : paths.resolve(surroundings.cwd ?? paths.sep, directory),
    readLogicalDirectory(surroundings),
  ];
  for (const start of starts) {
    const file = start === null ? null : findVersionFile(start, surroundings);
    if (file !== null) return readVersionFile(file, surroundings);
  }
  return readVersionFile(paths.join(root, 'version'), surroundings);
}

/**
 * Returns what `pyenv which COMMAND` would look at, in order (pyenv-which): the first selected version that has the
 * command. It ends with a problem `pyenv-system` when PATH without the shims is what counts.
 */
export function followPyenv(root: string, command: string, surroundings: Surroundings): readonly PyenvStep[] {
  const paths = pathsOf(surroundings.platform);
  const steps: PyenvStep[] = [];
  for (const { name, evidence } of readPyenvSelection(root, surroundings)) {
    if (name === 'system')
      return [...steps, { evidence, path: null, problem: { reason: 'pyenv-system', detail: null } }];
    if (!isSafeName(name)) {
      steps.push({ evidence, path: null, problem: { reason: 'unsafe-version-name', detail: name } });
      continue;
    }
    const version = findPyenvVersion(root, name, surroundings);
    if (version === null) {
      steps.push({ evidence, path: null, problem: { reason: 'pyenv-version-missing', detail: name } });
      continue;
    }
    const path = paths.join(root, 'versions', version, 'bin', command);
    const problem = findProblem(path, surroundings);
    steps.push({ evidence, path, problem });
    if (problem === null) return steps;
  }
  return steps;
}

/** Returns the lines of a version file as pyenv-version-file-read takes them: the first word of each, `#` lines left out. */
export function parseVersionFile(text: string): readonly { readonly name: string; readonly line: number }[] {
  return text.split('\n').flatMap((content, index) => {
    const word = content.trim().split(/\s+/)[0] ?? '';
    return word === '' || word.startsWith('#') ? [] : splitWord(word).map((name) => ({ name, line: index + 1 }));
  });
}

/** pyenv joins all words with colons and takes them apart again. */
function splitWord(word: string): readonly string[] {
  return word.split(':').filter(Boolean);
}

/** pyenv itself would take the file of another user in /tmp as well; that would let any user choose the Python of ours. */
function findVersionFile(start: string, surroundings: Surroundings): string | null {
  const paths = pathsOf(surroundings.platform);
  for (let folder = start; ; folder = paths.dirname(folder)) {
    const file = paths.join(folder, '.python-version');
    const isFile = surroundings.files.status(file)?.kind === 'file';
    if (isFile && !isFromOtherUser(folder, file, surroundings)) return file;
    if (folder === paths.dirname(folder)) return null;
  }
}

function readVersionFile(path: string, { files }: Surroundings): readonly PyenvWord[] {
  const read = files.status(path) === null ? null : files.readText(path, FILE_LIMIT);
  const words = read?.kind === 'text' ? parseVersionFile(read.text) : [];
  return words.length === 0
    ? [{ name: 'system', evidence: { kind: 'file', path, line: null, text: 'system' } }]
    : words.map(({ name, line }) => ({ name, evidence: { kind: 'file', path, line, text: name } }));
}

/** pyenv walks upward by $PWD, which differs from the physical directory behind a link. */
function readLogicalDirectory(surroundings: Surroundings): string | null {
  const { cwd, files, platform } = surroundings;
  const logical = readVariable(surroundings, 'PWD');
  return logical !== null && logical !== cwd && pathsOf(platform).isAbsolute(logical) && files.realPath(logical) === cwd
    ? logical
    : cwd;
}
