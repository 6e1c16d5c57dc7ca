import { isWindowsPath } from '../windows/windows-words.ts';
import { hasSeen, listSeen, type EndedRun } from './ended-run.ts';
import { findFailure } from './install-location.ts';

/** Another program uses a file that pip has to write or remove. */
export type FileInUse = {
  readonly code: 'file-in-use';
  readonly path: string | null;
  /** Windows said so (32); else only the kind of file tells that it is likely. */
  readonly isCertain: boolean;
};

export type PathTooLong = { readonly code: 'path-too-long'; readonly path: string | null };

/** pip.exe runs, so neither it nor what it started can put another one in its place. */
export type PipReplacesItself = { readonly code: 'pip-replaces-itself' };

export type LauncherBroken = {
  readonly code: 'launcher-broken';
  /** The Python that it starts, and the launcher itself, as far as it said so. */
  readonly python: string | null;
  readonly program: string | null;
};

export type StoreAlias = { readonly code: 'store-alias' };

export type LeftoverFolders = {
  readonly code: 'leftover-folders';
  readonly names: readonly string[];
  readonly directory: string;
};

/** What Windows keeps from being removed while it runs. Its folder may be anything: pip moves files into one of its own first. */
const PROGRAM_FILE = /\.(?:exe|dll|pyd)$/i;
/** Places that an ordinary user may not write, whatever runs; a Python at the root of a drive is one for all users. */
const OF_ADMINISTRATORS = /^[A-Za-z]:[\\/](?:Program Files(?: \(x86\))?|ProgramData|Windows|Python[\d.-]*)[\\/]/i;
const PIP_EXE = /(?:^|[\\/])pip[\d.]*\.exe$/i;

/** Returns what has to be closed; for a program file, "access denied" means that it runs. */
export function findFileInUse(run: EndedRun): FileInUse | PipReplacesItself | null {
  const failed = findFailure(run, 'file-in-use', 'permission-denied');
  if (failed === null) return null;
  const { path, kind } = failed;
  const isHeld = kind === 'file-in-use' || isProbablyHeld(path ?? '');
  if (!isHeld) return null;
  // pipward starts no pip.exe of a Python: there it is another window that holds it, or the right is missing.
  const isItself = PIP_EXE.test(path ?? '') && (kind === 'file-in-use' || run.interpreter === null);
  return isItself ? { code: 'pip-replaces-itself' } : { code: 'file-in-use', path, isCertain: kind === 'file-in-use' };
}

function isProbablyHeld(path: string): boolean {
  return isWindowsPath(path) && PROGRAM_FILE.test(path) && !OF_ADMINISTRATORS.test(path);
}

export function findPipReplacesItself(run: EndedRun): PipReplacesItself | null {
  return run.status === 1 && hasSeen(run, 'pip-replaces-itself') ? { code: 'pip-replaces-itself' } : null;
}

/** Returns the path that was too long; pip's hint alone does as well. */
export function findPathTooLong(run: EndedRun): PathTooLong | null {
  const failed = findFailure(run, 'path-too-long');
  if (failed !== null) return { code: 'path-too-long', path: failed.path };
  return run.status === 1 && hasSeen(run, 'long-path-hint') ? { code: 'path-too-long', path: null } : null;
}

// pipward starts neither pip's own launcher nor the Store's alias: these two are met in logs alone, where no interpreter is known.

export function findLauncherBroken(run: EndedRun): LauncherBroken | null {
  const failed = run.interpreter === null && run.status === 1 ? listSeen(run, 'launcher-failed')[0] : undefined;
  return failed === undefined ? null : { code: 'launcher-broken', python: failed.python, program: failed.program };
}

export function findStoreAlias(run: EndedRun): StoreAlias | null {
  return run.interpreter === null && run.status === 1 && hasSeen(run, 'store-alias') ? { code: 'store-alias' } : null;
}

/** Returns what an earlier pip could not remove; of no matter to this run. */
export function findLeftoverFolders(run: EndedRun): LeftoverFolders | null {
  if (run.status !== 0 || run.command.effect !== 'environment') return null;
  const seen = listSeen(run, 'leftover');
  const [first] = seen;
  if (first === undefined) return null;
  const names = seen.filter(({ directory }) => directory === first.directory).flatMap(({ name }) => name ?? []);
  return { code: 'leftover-folders', names: [...new Set(names)], directory: first.directory };
}
