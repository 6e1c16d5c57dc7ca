import type { Evidence, InterpreterSource } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { readScript } from '../inspect/inspect.ts';
import { isDeveloperStub } from './apple-stub.ts';
import { pathsOf } from '../../util/paths.ts';
import { findPyenvRoot, followPyenv } from './pyenv.ts';
import { explainMode, isOwnShim, type Candidate } from './candidate.ts';
import { discoverWindowsHit } from './windows/hits.ts';

/** What execvp(3) takes when PATH is not there, less the current directory. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** A folder of PATH; `position` counts from 1. */
export type PathEntry = { readonly directory: string; readonly position: number; readonly isDefault: boolean };

/** Returns the folders of PATH in order, each once; the usual ones when PATH is unset or empty. */
export function readSearchPath(context: Pick<CallContext, 'env' | 'platform'>): readonly PathEntry[] {
  const variable = readVariable(context, 'PATH');
  const { platform } = context;
  const text = variable ?? (PIPWARD_FOR_WINDOWS && platform === 'win32' ? '' : DEFAULT_PATH);
  if (text === '') return [];
  const seen = new Set<string>();
  const entries: PathEntry[] = [];
  let position = 0;
  for (const raw of text.split(pathsOf(platform).delimiter)) {
    position += 1;
    // cmd.exe allows quotes round an entry.
    const directory = PIPWARD_FOR_WINDOWS && platform === 'win32' ? raw.replace(/^"(.*)"$/, '$1') : raw;
    const key = PIPWARD_FOR_WINDOWS && platform === 'win32' ? directory.toLowerCase().replace(/\\$/, '') : directory;
    if (seen.has(key)) continue;
    seen.add(key);
    entries.push({ directory, position, isDefault: variable === null });
  }
  return entries;
}

/**
 * Yields what a command name leads to along PATH, in order, links of pyenv followed to the version that it selects.
 * Relative and empty entries mean the current directory, which any user may own: they are named, never looked into.
 */
export function* discoverOnPath(name: string, context: CallContext, asked?: InterpreterSource): Generator<Candidate> {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const file = PIPWARD_FOR_WINDOWS && platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  for (const entry of readSearchPath(context)) {
    const { directory } = entry;
    if (!paths.isAbsolute(directory)) {
      yield { ...describeEntry(entry, asked), path: null, problem: { reason: 'not-absolute', detail: null } };
      continue;
    }
    // Not join(): on a PATH of 200 entries its normalising is a third of the work.
    const path = directory.endsWith(paths.sep) ? directory + file : directory + paths.sep + file;
    if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
      yield* discoverWindowsHit(path, name, describeEntry(entry, asked), context, asked);
    }
    // The shell goes past a folder as well as past what is missing.
    else if (files.status(path)?.kind === 'file') yield* discoverHit(path, name, entry, context, asked);
  }
}

function* discoverHit(
  path: string,
  name: string,
  entry: PathEntry,
  context: CallContext,
  asked: InterpreterSource | undefined,
): Generator<Candidate> {
  const { files } = context;
  const told = { ...describeEntry(entry, asked), path };
  const status = files.status(path);
  const stub = isDeveloperStub(path, context) ? 'it only offers to install the command line tools' : null;
  if (status?.executable !== true || stub !== null) {
    const detail = status === null || status.executable ? stub : explainMode(status);
    yield { ...told, problem: { reason: 'not-executable', detail } };
    return;
  }
  const script = readScript(path, files);
  const root = findShimRoot(entry.directory, script, context);
  if (isOwnShim(script)) yield { ...told, problem: { reason: 'own-shim', detail: null } };
  else if (root === null) yield { ...told, problem: null };
  else {
    for (const step of followPyenv(root, name, context)) yield { source: asked ?? 'pyenv', ...step };
  }
}

function describeEntry(
  { directory, position, isDefault }: PathEntry,
  asked: InterpreterSource | undefined,
): Pick<Candidate, 'source' | 'evidence'> {
  return {
    source: asked ?? (isDefault ? 'default-location' : 'search-path'),
    evidence: isDefault ? { kind: 'known-location', directory } : { kind: 'path-entry', directory, position },
  };
}

/** Yields the links on PATH that lead nowhere. The shell goes past them in silence: worth a look only when nothing was found. */
export function* discoverDanglingLinks(names: readonly string[], context: CallContext): Generator<Candidate> {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  for (const { directory, position } of readSearchPath(context)) {
    for (const path of paths.isAbsolute(directory) ? names.map((name) => paths.join(directory, name)) : []) {
      if (!files.isLink(path) || files.status(path) !== null) continue;
      const evidence: Evidence = { kind: 'path-entry', directory, position };
      yield { source: 'search-path', evidence, path, problem: { reason: 'dangling-link', detail: null } };
    }
  }
}

/** Returns pyenv's root if a hit is one of its shims: every shim names the root, and all stand in its shims folder. */
function findShimRoot(directory: string, script: string | null, context: CallContext): string | null {
  const paths = pathsOf(context.platform);
  const written = /^export PYENV_ROOT="([^"]+)"/m.exec(script ?? '')?.[1];
  if (written !== undefined && paths.isAbsolute(written)) return written;
  const folder = paths.join(directory, '.');
  if (paths.basename(folder) !== 'shims') return null;
  const root = findPyenvRoot(context);
  return root !== null && paths.join(root, 'shims') === paths.join(folder) ? root : null;
}
