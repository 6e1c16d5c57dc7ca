import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { findExposure } from '../../../host/files/ownership.ts';
import { describeExposure } from '../../exposure-messages.ts';
import { removeTemporaries } from '../../setup/files/startup-file.ts';
import { makeFolders } from '../../setup/files/installation.ts';
import type { ConfScope } from './locate.ts';

/** pip reads a file of any size; a file written by hand is smaller. */
export const MAX_CONF_BYTES = 256 * 1024;
const STICKY = 0o1000;

export type ConfFile =
  | { readonly kind: 'missing' }
  /** `bytes`: latin1, one character for each byte. */
  | { readonly kind: 'file'; readonly bytes: string; readonly stats: Stats }
  /** Why it is left alone, as a clause, and what to do. */
  | { readonly kind: 'unusable'; readonly reason: string; readonly fix: string };

/**
 * Reads a file that is about to be replaced. Only a regular file of the caller's (for all users: of root's) is taken, in
 * folders in which no other user can put another in its place; a link is never followed, and a FIFO never opened.
 */
export function readConfFile(file: string, scope: ConfScope): ConfFile {
  try {
    const exposure = describeOpenPath(file, scope);
    if (exposure !== null) return unusable(exposure, 'change its owner or mode first, after a look at what is in it');
    const look = lstatSync(file, { throwIfNoEntry: false });
    if (look === undefined) return { kind: 'missing' };
    const obstacle = describeObstacle(file, look, scope);
    return obstacle ?? readRegular(file, look);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (['EACCES', 'EPERM', 'ENOTDIR', 'ELOOP'].includes(code)) {
      return unusable(`${file} cannot be read (${code})`, 'look at its permissions and those of its folders');
    }
    throw error;
  }
}

function describeObstacle(file: string, stats: Stats, scope: ConfScope): ConfFile | null {
  if (stats.isSymbolicLink()) {
    return unusable(`${file} is a link`, 'put a file in its place, or write the lines into its target by hand');
  }
  if (!stats.isFile()) return unusable(`${file} is not a regular file`, 'look at what it is, and remove it');
  if (stats.uid !== (scope === 'system' ? 0 : process.geteuid?.())) {
    return unusable(`${file} belongs to another user (${stats.uid})`, 'run this as that user, or change its owner');
  }
  if (stats.nlink > 1) return unusable(`${file} has another name, too (hard link)`, 'make a copy of its own of it');
  // Root may write anywhere, but who took the permission away meant it.
  if ((stats.mode & 0o222) === 0) return unusable(`${file} is read-only (mode ${octal(stats)})`, `chmod u+w it first`);
  if ((stats.mode & 0o022) !== 0 && isOpen(stats)) {
    return unusable(`${file} can be written by other users (mode ${octal(stats)})`, 'chmod go-w it first');
  }
  if (stats.size > MAX_CONF_BYTES) return unusable(`${file} is larger than 256 KiB`, 'shorten it');
  return null;
}

function readRegular(file: string, look: Stats): ConfFile {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(fd);
    if (stats.ino !== look.ino || stats.dev !== look.dev || !stats.isFile()) {
      return unusable(`${file} was replaced while it was read`, 'run this again');
    }
    const buffer = Buffer.alloc(MAX_CONF_BYTES + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count) {
      count = readSync(fd, buffer, length, buffer.length - length, null);
    }
    if (length > MAX_CONF_BYTES) return unusable(`${file} is larger than 256 KiB`, 'shorten it');
    return { kind: 'file', bytes: buffer.toString('latin1', 0, length), stats };
  } finally {
    closeSync(fd);
  }
}

/** Says what lets other users choose what is at the path; null if nothing does. */
function describeOpenPath(file: string, scope: ConfScope): string | null {
  const folder = findExisting(path.dirname(file));
  if (scope === 'system') {
    const exposure = findExposure(path.dirname(file));
    return exposure === null ? null : describeExposure(exposure);
  }
  const nearest = statSync(folder);
  if (!nearest.isDirectory()) return `${folder} is not a folder`;
  if (nearest.uid !== process.geteuid?.()) return `${folder} belongs to another user (${nearest.uid})`;
  for (let current = realpathSync(folder); ; current = path.dirname(current)) {
    const stats = statSync(current);
    if (stats.uid !== 0 && stats.uid !== process.geteuid?.())
      return `${current} belongs to another user (${stats.uid})`;
    const isNearest = current === realpathSync(folder);
    if (isOpen(stats) && (isNearest || (stats.mode & STICKY) === 0)) {
      return `${current} can be written by other users (mode ${octal(stats)})`;
    }
    if (current === path.dirname(current)) return null;
  }
}

/** A group that only this user is in (the usual umask 002) lets no other user write. */
function isOpen({ mode, uid, gid }: Stats): boolean {
  const isOwnGroup = uid !== 0 && gid === uid && (mode & 0o2000) === 0;
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isOwnGroup);
}

/**
 * Puts the bytes in the place of the file by one rename, with its old mode and owner. `before` is what readConfFile said: if
 * that is no longer so, nothing is written and the reason is returned.
 */
export function writeConfFile(file: string, scope: ConfScope, before: ConfFile, bytes: string): string | null {
  if (before.kind === 'unusable') return before.reason;
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.pipward.${randomBytes(6).toString('hex')}`);
  try {
    makeFolders(folder);
    removeTemporaries(folder);
    const fd = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(fd, Buffer.from(bytes, 'latin1'));
      if (before.kind === 'file') keepOwner(fd, before.stats);
      fchmodSync(fd, before.kind === 'file' ? before.stats.mode & 0o7777 : 0o644);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // An editor may have saved while we wrote.
    if (!isUnchanged(file, scope, before)) return `${file} was changed while this ran`;
    renameSync(temporary, file);
    return null;
  } catch (error) {
    const reason = REASONS[errorCode(error) ?? ''];
    if (reason === undefined) throw error;
    return `${file} ${reason}`;
  } finally {
    rmSync(temporary, { force: true });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EPERM: 'cannot be replaced with its owner and group (EPERM)',
  EACCES: 'cannot be written (EACCES)',
  EROFS: 'is on a file system that is read-only',
  ENOSPC: 'does not fit on its file system, which is full',
  EDQUOT: 'does not fit into your quota',
};

function keepOwner(fd: number, { uid, gid }: Stats): void {
  const now = fstatSync(fd);
  if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid, gid);
}

/** Deletes a file that is still as `before` says. Returns why not, if not. */
export function deleteConfFile(file: string, scope: ConfScope, before: ConfFile): string | null {
  if (!isUnchanged(file, scope, before)) return `${file} was changed while this ran`;
  rmSync(file, { force: true });
  return null;
}

function isUnchanged(file: string, scope: ConfScope, before: ConfFile): boolean {
  const now = readConfFile(file, scope);
  if (now.kind !== 'file' || before.kind !== 'file') return now.kind === before.kind;
  return now.bytes === before.bytes && now.stats.ino === before.stats.ino && now.stats.mode === before.stats.mode;
}

function findExisting(folder: string): string {
  let current = folder;
  while (lstatSync(current, { throwIfNoEntry: false }) === undefined && current !== path.dirname(current)) {
    current = path.dirname(current);
  }
  return current;
}

function octal({ mode }: Stats): string {
  return (mode & 0o7777).toString(8);
}

function unusable(reason: string, fix: string): ConfFile {
  return { kind: 'unusable', reason, fix };
}
