import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { LOCK } from './lock.ts';
import { isSameContent } from './same-content.ts';
import { OWN_MARKER } from '../../../interpreter/discovery/candidate.ts';

/** A file of the installation; `path` is relative to its folder, with `/`. */
export type TreeEntry =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Buffer; readonly mode: number }
  /** A file that is too large to be held in memory (a bundled Node: 150 MB). */
  | { readonly kind: 'copy'; readonly path: string; readonly source: string; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const STAGING = 'pipward.new.';

/** Whether a file is a pip shim of ours, wherever it is linked or copied: by the marker at its start, or as the same file as `own`. */
export function isOwnShim(file: string, own: string | null = null): boolean {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return false;
    const ours = own === null ? undefined : statSync(own, { throwIfNoEntry: false });
    if (ours !== undefined && ours.dev === stats.dev && ours.ino === stats.ino) return true;
    const fd = openSync(file, 'r');
    try {
      const start = Buffer.alloc(256);
      return start.toString('latin1', 0, readSync(fd, start, 0, start.length, 0)).includes(OWN_MARKER);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

/** Every file below a folder, as paths relative to it with `/`, sorted; empty if there is no such folder. */
export function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Names in a folder, but for what an interrupted setup left behind; null if there is no such folder. */
export function listInstalled(prefix: string): readonly string[] | null {
  try {
    return readdirSync(prefix).filter((name) => !name.startsWith(STAGING));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Whether the installation has exactly this file already. */
export function hasEntry(prefix: string, entry: TreeEntry): boolean {
  const file = path.join(prefix, entry.path);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (entry.kind === 'link') return stats.isSymbolicLink() && readlinkSync(file) === entry.target;
  if (!stats.isFile() || (stats.mode & 0o777) !== entry.mode) return false;
  return entry.kind === 'copy' ? isSameContent(file, entry.source) : readFileSync(file).equals(entry.bytes);
}

/** The folder and its parents as far as they are not there, outermost first. */
export function listMissingFolders(folder: string): readonly string[] {
  const missing: string[] = [];
  for (let current = folder; lstatSync(current, { throwIfNoEntry: false }) === undefined;) {
    missing.unshift(current);
    current = path.dirname(current);
  }
  return missing;
}

/** The folder with its parents. (Node's own `recursive` never returns where the system makes none, as in /proc.) */
export function makeFolders(folder: string): void {
  for (const missing of listMissingFolders(folder)) {
    try {
      mkdirSync(missing);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/**
 * Writes the entries in the given order. Each is complete on the disk before one rename puts it in its place, so that a call
 * that runs meanwhile always finds the old file or the new one.
 */
export function writeEntries(prefix: string, entries: readonly TreeEntry[]): void {
  const staging = path.join(prefix, STAGING + randomBytes(6).toString('hex'));
  mkdirSync(staging, { mode: 0o700 });
  try {
    for (const [index, entry] of entries.entries()) stageEntry(path.join(staging, String(index)), entry);
    for (const [index, entry] of entries.entries()) {
      const file = path.join(prefix, entry.path);
      mkdirSync(path.dirname(file), { recursive: true });
      renameSync(path.join(staging, String(index)), file);
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Deletes files of the installation and the folders in it that are empty then; `prefix` itself stays. */
export function removeEntries(prefix: string, files: readonly string[]): void {
  for (const file of files) rmSync(path.join(prefix, file), { force: true });
  const folders = new Set(files.flatMap((file) => parentsOf(file)));
  removeEmptyFolders([...folders].map((folder) => path.join(prefix, folder)));
}

/** Deletes a folder that is ours, with all that is in it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Deletes what an interrupted setup left behind. Only under the lock. */
export function removeStaging(prefix: string): void {
  for (const name of readdirSync(prefix)) {
    if (name.startsWith(STAGING) && name !== LOCK) rmSync(path.join(prefix, name), { recursive: true, force: true });
  }
}

/** Deletes those of the folders that are empty, innermost first. */
export function removeEmptyFolders(folders: readonly string[]): void {
  for (const folder of folders.toSorted((one, other) => other.length - one.length)) {
    try {
      rmdirSync(folder);
    } catch {
      // Not empty, or gone: not ours any more.
    }
  }
}

function stageEntry(file: string, entry: TreeEntry): void {
  if (entry.kind === 'link') {
    symlinkSync(entry.target, file);
    return;
  }
  if (entry.kind === 'copy') copyFileSync(entry.source, file, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  const fd = openSync(file, entry.kind === 'copy' ? 'r' : 'wx');
  try {
    if (entry.kind === 'file') writeFileSync(fd, entry.bytes);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  // Of its own, since the umask takes bits from a mode that is given at the opening.
  chmodSync(file, entry.mode);
}

function parentsOf(file: string): readonly string[] {
  const parent = path.posix.dirname(file);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}
