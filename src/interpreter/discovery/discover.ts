import type { Evidence, Interpreter } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { inspectInterpreter } from '../inspect/inspect.ts';
import { listKnownFolders, listKnownInterpreters } from './known-installations.ts';
import { pathsOf } from '../../util/paths.ts';
import { discoverOnPath } from './search-path.ts';
import { findAtPath, findProblem, type Candidate, type Found } from './candidate.ts';
import { readAppAlias } from './windows/app-alias.ts';
import { discoverWindowsDefault } from './windows/default-python.ts';
import { followCommand } from './windows/install-manager.ts';
import { ANY_VERSION, listCommandNames, nameWanted, type VersionRequest } from './version-request.ts';

/** `[resolve] python` of the user's or the system's configuration, and the file that sets it. */
export type ConfiguredPython = { readonly path: string; readonly file: string; readonly line: number | null };

/** Yields what PIPWARD_PYTHON names: an interpreter, the folder of an environment, or a command on PATH. */
export function* discoverExplicit(value: string, context: CallContext): Generator<Candidate> {
  const evidence: Evidence = { kind: 'variable', name: 'PIPWARD_PYTHON', value };
  if (/^[^/\\]+$/.test(value) && !['.', '..'].includes(value)) {
    for (const candidate of discoverOnPath(value, context, 'pipward-python')) {
      yield candidate.problem === null ? { ...candidate, evidence } : candidate;
    }
    yield { source: 'pipward-python', evidence, path: null, problem: { reason: 'missing', detail: 'not on PATH' } };
  } else yield { source: 'pipward-python', evidence, ...findNamed(value, context) };
}

/** What a configured path leads to; a command of the Python install manager is followed, as it is on PATH. */
function findNamed(value: string, context: CallContext): Found {
  const target = PIPWARD_FOR_WINDOWS && context.platform === 'win32' ? followCommand(value, null, context) : null;
  return findAtPath(target?.executable ?? value, context);
}

/**
 * Yields what `python` means in this shell: the configured one, then the first hit of each name on PATH, then the hits
 * behind them. Ends where the command itself would fail: pyenv's shim with a version that is not installed.
 */
export function* discoverInShell(
  context: CallContext,
  wanted: VersionRequest,
  configured: ConfiguredPython | null,
): Generator<Candidate> {
  if (configured !== null) {
    const evidence: Evidence = { kind: 'file', path: configured.file, line: configured.line, text: configured.path };
    yield { source: 'configured', evidence, ...findNamed(configured.path, context) };
  }
  const walks = listCommandNames(wanted).map((name) => discoverOnPath(name, context));
  let isMeant = false;
  for (const walk of walks) {
    const passed = yield* takeUntilUsable(walk, context);
    isMeant ||= passed === null;
    if (!isMeant && passed !== null && failsInPyenv(passed)) return;
  }
  for (const walk of walks) yield* walk;
  if (PIPWARD_FOR_WINDOWS && context.platform === 'win32') yield* discoverWindowsDefault(context, wanted.major);
}

/** Yields the interpreters of one version, wherever they are: on PATH by their names, then in the known places. */
export function* discoverVersioned(context: CallContext, wanted: VersionRequest): Generator<Candidate> {
  const source = 'versioned-name';
  for (const name of listCommandNames(wanted)) yield* discoverOnPath(name, context, source);
  const paths = pathsOf(context.platform);
  const file = PIPWARD_FOR_WINDOWS && context.platform === 'win32' ? 'python.exe' : nameWanted(wanted);
  for (const directory of listKnownFolders(context)) {
    const path = paths.join(directory, file);
    const isAlias = PIPWARD_FOR_WINDOWS && readAppAlias(path, context) !== null;
    if (context.files.status(path) === null && !isAlias) continue;
    yield { source, evidence: { kind: 'known-location', directory }, path, problem: findProblem(path, context) };
  }
}

/** Yields interpreters whose pip might drive another's environment: what the shell means first. */
export function* listPipRunners(context: CallContext, configured: ConfiguredPython | null): Generator<Interpreter> {
  for (const { path, problem } of discoverInShell(context, ANY_VERSION, configured)) {
    if (path !== null && problem === null) yield inspectInterpreter(path, context);
  }
  yield* listKnownInterpreters(context);
}

/** Yields up to the first usable candidate. Leaves the rest of the walk for later, which for...of would end. Returns what was skipped; null if one is usable. */
function* takeUntilUsable(
  walk: Generator<Candidate>,
  { platform }: CallContext,
): Generator<Candidate, readonly Candidate[] | null> {
  const passed: Candidate[] = [];
  for (let next = walk.next(); next.done !== true; next = walk.next()) {
    // pyenv-win itself goes on to no other folder of PATH.
    if (PIPWARD_FOR_WINDOWS && platform === 'win32' && next.value.source !== 'pyenv' && failsInPyenv(passed)) break;
    yield next.value;
    if (next.value.problem === null) return null;
    passed.push(next.value);
  }
  return passed;
}

/**
 * pyenv goes on to PATH when it has none of the selected versions (pyenv-which, seen with 2.6.30); with nothing there
 * it says that they are not installed. `system` or an installed version in the list is another matter.
 */
function failsInPyenv(passed: readonly Candidate[]): boolean {
  const reasons = passed.flatMap(({ source, problem }) => (source === 'pyenv' ? [problem?.reason] : []));
  return (
    reasons.includes('pyenv-version-missing') &&
    reasons.every((reason) => reason === 'pyenv-version-missing' || reason === 'unsafe-version-name')
  );
}
