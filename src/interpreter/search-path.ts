import type { Evidence, InterpreterSource } from '../model/environment.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readScript } from './classify.ts';
import { isDeveloperStub } from './developer-tools.ts';
import { pathsOf, readVariable } from './paths.ts';
import { findPyenvRoot, followPyenv } from './pyenv.ts';
import { explainMode, isOwnShim, type Sighting } from './sighting.ts';

/** What execvp(3) takes when PATH is not there, less the current directory. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** A folder of PATH; `position` counts from 1. */
export type PathEntry = { readonly directory: string; readonly position: number; readonly isDefault: boolean };

/** Returns the folders of PATH in order, each once; the usual ones when PATH is unset or empty. */
export function readSearchPath(surroundings: Surroundings): readonly PathEntry[] {
  const variable = readVariable(surroundings, 'PATH');
  const text = variable ?? (surroundings.platform === 'win32' ? '' : DEFAULT_PATH);
  const seen = new Set<string>();
  return text.split(pathsOf(surroundings.platform).delimiter).flatMap((raw, index) => {
    // cmd.exe allows quotes round an entry.
    const directory = surroundings.platform === 'win32' ? raw.replace(/^"(.*)"$/, '$1') : raw;
    if (text === '' || seen.has(directory)) return [];
    seen.add(directory);
    return [{ directory, position: index + 1, isDefault: variable === null }];
  });
}

/**
 * Yields what a command name leads to along PATH, in order, links of pyenv followed to the version that it selects.
 * Relative and empty entries mean the current directory, which may be anybody's: they are named, never looked into.
 */
export function* sightOnPath(name: string, surroundings: Surroundings, asked?: InterpreterSource): Generator<Sighting> {
  const { files, platform } = surroundings;
  const paths = pathsOf(platform);
  for (const { directory, position, isDefault } of readSearchPath(surroundings)) {
    const source = asked ?? (isDefault ? 'default-location' : 'search-path');
    const evidence: Evidence = isDefault
      ? { kind: 'known-location', directory }
      : { kind: 'path-entry', directory, position };
    if (!paths.isAbsolute(directory)) {
      yield { source, evidence, path: null, problem: { reason: 'not-absolute', detail: null } };
      continue;
    }
    // Not join(): on a PATH of 200 entries its normalising is a third of the work.
    const file = platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name;
    const path = directory.endsWith(paths.sep) ? directory + file : directory + paths.sep + file;
    const status = files.status(path);
    // The shell goes past a folder as well as past what is missing.
    if (status?.kind !== 'file') continue;
    const stub = explainStub(path, surroundings);
    if (!status.executable || stub !== null) {
      const detail = status.executable ? stub : explainMode(status);
      yield { source, evidence, path, problem: { reason: 'not-executable', detail } };
      continue;
    }
    const script = readScript(path, files);
    const root = findShimRoot(directory, script, surroundings);
    if (isOwnShim(script)) yield { source, evidence, path, problem: { reason: 'own-shim', detail: null } };
    else if (root === null) yield { source, evidence, path, problem: null };
    else {
      for (const step of followPyenv(root, name, surroundings)) yield { source: asked ?? 'pyenv', ...step };
    }
  }
}

/** Yields the links on PATH that lead nowhere. The shell goes past them in silence: worth a look only when nothing was found. */
export function* sightDanglingLinks(names: readonly string[], surroundings: Surroundings): Generator<Sighting> {
  const { files, platform } = surroundings;
  const paths = pathsOf(platform);
  for (const { directory, position } of readSearchPath(surroundings)) {
    for (const path of paths.isAbsolute(directory) ? names.map((name) => paths.join(directory, name)) : []) {
      if (!files.isLink(path) || files.status(path) !== null) continue;
      const evidence: Evidence = { kind: 'path-entry', directory, position };
      yield { source: 'search-path', evidence, path, problem: { reason: 'dangling-link', detail: null } };
    }
  }
}

/** Returns pyenv's root if a hit is one of its shims: every shim names the root, and all stand in its shims folder. */
function findShimRoot(directory: string, script: string | null, surroundings: Surroundings): string | null {
  const paths = pathsOf(surroundings.platform);
  const written = /^export PYENV_ROOT="([^"]+)"/m.exec(script ?? '')?.[1];
  if (written !== undefined && paths.isAbsolute(written)) return written;
  const folder = paths.join(directory, '.');
  if (paths.basename(folder) !== 'shims') return null;
  const root = findPyenvRoot(surroundings);
  return root !== null && paths.join(root, 'shims') === paths.join(folder) ? root : null;
}

/** What the system's own stub does in place of being a Python; null if it is none. */
function explainStub(path: string, surroundings: Surroundings): string | null {
  if (isStoreStub(path, surroundings)) return 'it only opens the Microsoft Store';
  return isDeveloperStub(path, surroundings) ? 'it only offers to install the command line tools' : null;
}

/** An app execution alias: of an installed Python it leads to that package, else it opens the Microsoft Store. */
function isStoreStub(path: string, { files, platform }: Surroundings): boolean {
  return (
    platform === 'win32' &&
    /\\Microsoft\\WindowsApps\\[^\\]+$/i.test(path) &&
    !/\\PythonSoftwareFoundation\.Python/i.test(files.realPath(path) ?? '')
  );
}
