import type { Evidence, InterpreterSource, SkipReason } from '../../model/environment.ts';
import type { FileStatus, CallContext } from '../../model/call-context.ts';
import { readScript } from '../inspect/inspect.ts';
import { explainApp } from './windows/app-alias.ts';
import { pathsOf } from '../../util/paths.ts';

/** Why something that was looked at is no interpreter to use. */
export type Problem = { readonly reason: SkipReason; readonly detail: string | null };

/** One thing that was looked at on the way, before its version and its pip are asked for. */
export type Candidate = {
  readonly source: InterpreterSource;
  readonly evidence: Evidence;
  readonly path: string | null;
  /** null: it can be started. */
  readonly problem: Problem | null;
};

/** A path and what is wrong with it. */
export type Found = Pick<Candidate, 'path' | 'problem'>;

/** In the first lines of every shim of ours, so that a copy or a link is recognised wherever it is. */
export const OWN_MARKER = 'pipward-shim';
const MARKER_RANGE = 256;

/** Why cmd's `python.bat` is not taken. */
export const BATCH_FILE = 'it is a batch file, not a Python';

/** Returns what keeps a file from being started as an interpreter; null if nothing does. */
export function findProblem(
  file: string,
  { files, platform }: Pick<CallContext, 'files' | 'platform'>,
): Problem | null {
  const status = files.status(file);
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
    const detail = explainApp(file, { files, platform });
    if (detail !== undefined) return detail === null ? null : { reason: 'not-executable', detail };
    if (status?.kind === 'file' && !/\.exe$/i.test(file)) {
      // Windows has cmd run a batch file, and cmd reads the arguments of pip a second time: a `&` in one starts a program.
      const isBatch = /\.(?:bat|cmd)$/i.test(file);
      return { reason: 'not-executable', detail: isBatch ? BATCH_FILE : 'its name does not end in .exe' };
    }
  }
  if (status === null) return { reason: files.isLink(file) ? 'dangling-link' : 'missing', detail: null };
  if (status.kind !== 'file' || !status.executable) return { reason: 'not-executable', detail: explainMode(status) };
  return isOwnShim(readScript(file, files)) ? { reason: 'own-shim', detail: null } : null;
}

/** Everybody has the x bit, and still it may not be started: then the file system does not let it. */
export function explainMode({ kind, executable, mode }: FileStatus): string | null {
  return kind === 'file' && !executable && (mode & 0o111) === 0o111
    ? 'its mode allows it: the file system may be mounted noexec'
    : null;
}

/** Returns whether a script's text is one of our shims. */
export function isOwnShim(script: string | null): boolean {
  return script?.slice(0, MARKER_RANGE).includes(OWN_MARKER) === true;
}

/** Returns the interpreter of an environment or installation by its folder, and what is wrong with it. */
export function findInPrefix(prefix: string, context: CallContext): Found {
  const { platform, files } = context;
  const paths = pathsOf(platform);
  const places = (
    PIPWARD_FOR_WINDOWS && platform === 'win32'
      ? ['Scripts/python.exe', 'python.exe', 'bin/python.exe']
      : ['bin/python', 'bin/python3']
  ).map((place) => paths.join(prefix, place));
  const path =
    places.find((place) => files.status(place) !== null) ?? places.find((place) => files.isLink(place)) ?? places[0];
  return path === undefined ? { path: null, problem: null } : { path, problem: findProblem(path, context) };
}

/** Returns what a configured path leads to: an interpreter, or the folder of an environment. */
export function findAtPath(value: string, context: CallContext): Found {
  const paths = pathsOf(context.platform);
  if (!paths.isAbsolute(value)) return { path: null, problem: { reason: 'not-absolute', detail: null } };
  const path = paths.normalize(value);
  return context.files.status(path)?.kind === 'directory'
    ? findInPrefix(path, context)
    : { path, problem: findProblem(path, context) };
}
