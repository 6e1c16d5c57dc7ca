import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { removeTemporaries } from '../../setup/files/startup-file.ts';
import { makeFolders } from '../../setup/files/installation.ts';
import type { ConfAccess } from './access.ts';

/** pip reads a file of any size; a file written by hand is smaller. */
export const MAX_CONF_BYTES = 256 * 1024;

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
export function readConfFile(file: string, access: ConfAccess): ConfFile {
  try {
    const open = access.judgePath(file);
    if (open !== null) return unusable(open.reason, open.fix);
    const look = lstatSync(file, { throwIfNoEntry: false });
    if (look === undefined) return { kind: 'missing' };
    const obstacle = describeObstacle(file, look, access);
    return obstacle ?? readRegular(file, look);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (['EACCES', 'EPERM', 'ENOTDIR', 'ELOOP'].includes(code)) {
      return unusable(`${file} cannot be read (${code})`, 'look at its permissions and those of its folders');
    }
    throw error;
  }
}

function describeObstacle(file: string, stats: Stats, access: ConfAccess): ConfFile | null {
  if (stats.isSymbolicLink()) {
    return unusable(`${file} is a link`, 'put a file in its place, or write the lines into its target by hand');
  }
  if (!stats.isFile()) return unusable(`${file} is not a regular file`, 'look at what it is, and remove it');
  if (stats.nlink > 1) return unusable(`${file} has another name, too (hard link)`, 'make a copy of its own of it');
  const obstacle = access.judgeFile(file, stats);
  if (obstacle !== null) return unusable(obstacle.reason, obstacle.fix);
  if (stats.size > MAX_CONF_BYTES) return unusable(`${file} is larger than 256 KiB`, 'shorten it');
  return null;
}

function readRegular(file: string, look: Stats): ConfFile {
  // Windows has neither flag, nor what they are for.
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(fd);
    if (!isSameFile(stats, look) || !stats.isFile()) {
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

/** The device of an open file and that of a path may differ on Windows, between versions of Node. */
function isSameFile(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && (process.platform === 'win32' || one.dev === other.dev);
}

/**
 * Puts the bytes in the place of the file by one rename, with its old mode and owner. `before` is what readConfFile said: if
 * that is no longer so, nothing is written and the reason is returned.
 */
export function writeConfFile(file: string, access: ConfAccess, before: ConfFile, bytes: string): string | null {
  if (before.kind === 'unusable') return before.reason;
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.pipward.${randomBytes(6).toString('hex')}`);
  try {
    makeFolders(folder);
    removeTemporaries(folder);
    const fd = openTemporary(temporary, before.kind === 'file' ? file : null);
    try {
      writeFileSync(fd, Buffer.from(bytes, 'latin1'));
      access.prepare(fd, before.kind === 'file' ? before.stats : null);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // An editor may have saved while we wrote.
    if (!isUnchanged(file, access, before)) return `${file} was changed while this ran`;
    const failed = access.replace(temporary, file, before.kind === 'file' ? before.stats : null);
    return failed === null ? null : `${file} ${failed}`;
  } catch (error) {
    const reason = REASONS[errorCode(error) ?? ''];
    if (reason === undefined) throw error;
    return `${file} ${reason}`;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Opens an empty file to write to. It is made by `cp`, if that can, with all that the old file has and Node does not know:
 * access lists and labels, without which other users could no longer read it.
 */
function openTemporary(temporary: string, old: string | null): number {
  const { O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
  const isCopied =
    old !== null &&
    process.platform === 'linux' &&
    spawnSync('/bin/cp', ['--preserve=all', '--', old, temporary], { stdio: 'ignore', env: {}, timeout: 10_000 })
      .status === 0;
  if (isCopied) return openSync(temporary, O_WRONLY | O_TRUNC | O_NOFOLLOW);
  rmSync(temporary, { force: true });
  return openSync(temporary, 'wx', 0o600);
}

const REASONS: Readonly<Record<string, string>> = {
  EPERM: 'cannot be replaced (EPERM): it is immutable, or may not be given its owner and group again',
  EACCES: 'cannot be written (EACCES)',
  EROFS: 'is on a file system that is read-only',
  ENOSPC: 'does not fit on its file system, which is full',
  EDQUOT: 'does not fit into your quota',
};

/** Deletes a file that is still as `before` says. Returns why not, if not. */
export function deleteConfFile(file: string, access: ConfAccess, before: ConfFile): string | null {
  if (!isUnchanged(file, access, before)) return `${file} was changed while this ran`;
  rmSync(file, { force: true });
  return null;
}

function isUnchanged(file: string, access: ConfAccess, before: ConfFile): boolean {
  const now = readConfFile(file, access);
  if (now.kind !== 'file' || before.kind !== 'file') return now.kind === before.kind;
  return now.bytes === before.bytes && now.stats.ino === before.stats.ino && now.stats.mode === before.stats.mode;
}

function unusable(reason: string, fix: string): ConfFile {
  return { kind: 'unusable', reason, fix };
}
