import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../error-code.ts';

/** The file that is written to, in the state folder. */
export const LOG_NAME = 'audit.jsonl';
/** What it is renamed to when it is full: the time sorts the parts, the rest makes the name unique. */
const PART_NAME = /^audit-\d{8}T\d{9}Z-[\da-z]+-[\da-z]+\.jsonl$/;

export type LogLimits = {
  /** A file of this size is full. */
  readonly partBytes: number;
  /** Of all full parts together: beyond that the oldest are deleted. */
  readonly totalBytes: number;
};
const LOG_LIMITS: LogLimits = { partBytes: 1024 * 1024, totalBytes: 8 * 1024 * 1024 };

/** How often a line is written again whose file was deleted meanwhile. */
const MAX_TRIES = 5;

/**
 * Appends one line, which ends in a line feed, to the log in `folder`, in one write: on a local file system lines of several
 * processes do not mix. The file must be a regular one with one name, and the caller's own; the folder must have been checked.
 * Never waits. Throws if nothing could be written.
 */
export function appendLine(folder: string, line: string, limits: LogLimits = LOG_LIMITS): void {
  const file = path.join(folder, LOG_NAME);
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const fd = openLog(file);
    try {
      const stats = fstatSync(fd);
      // Another process may have renamed it since: then this one is as good, and nothing is renamed twice.
      if (stats.size >= limits.partBytes && isStillNamed(file, stats) && rotate(folder, file, limits)) continue;
      write(fd, stats.size, line);
      if (fstatSync(fd).nlink > 0) return;
    } finally {
      closeSync(fd);
    }
  }
  throw new Error('the log is deleted as fast as it is written');
}

/** Returns the files of the log, the oldest first; the one that is written to is the last. */
export function listLogFiles(folder: string): readonly string[] {
  const names = readdirSync(folder);
  const parts = names.filter((name) => PART_NAME.test(name)).toSorted();
  return [...parts, ...names.filter((name) => name === LOG_NAME)].map((name) => path.join(folder, name));
}

/** Returns what forbids to write to a file that is there: it is not a regular file with one name, or not the caller's. */
export function judgeLog(stats: Stats): 'link' | 'not-a-file' | 'other-user' | null {
  if (stats.isSymbolicLink()) return 'link';
  if (!stats.isFile()) return 'not-a-file';
  if (stats.nlink > 1) return 'link';
  return process.geteuid === undefined || stats.uid === process.geteuid() ? null : 'other-user';
}

/** With O_RDWR a FIFO opens at once, and is closed again; a link does not open. */
function openLog(file: string): number {
  const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants;
  const fd = openSync(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (O_NOCTTY ?? 0), 0o600);
  try {
    const stats = fstatSync(fd);
    const fault = stats.nlink === 0 ? null : judgeLog(stats);
    if (fault !== null) throw new Error(`${file}: ${fault}`);
    if (process.platform !== 'win32' && (stats.mode & 0o777) !== 0o600) fchmodSync(fd, 0o600);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** A writer that was killed, or a full disk, may have left the beginning of a line: what follows starts on a new one. */
function write(fd: number, size: number, line: string): void {
  const last = Buffer.alloc(1);
  const isOpen = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== 10;
  const bytes = Buffer.from(isOpen ? `\n${line}` : line);
  if (size + bytes.length > readSizeLimit()) throw new Error('the limit of file sizes is reached');
  // The rest of a short write would be a write of its own, among those of others.
  if (writeSync(fd, bytes) < bytes.length) throw new Error('no space is left');
}

/** `ulimit -f`: beyond it the kernel sends SIGXFSZ, which would end the call. */
function readSizeLimit(): number {
  try {
    const soft = /^Max file size +(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return soft === undefined ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** The device of an open file and that of a path may differ on Windows, between versions of Node. */
function isStillNamed(file: string, { ino, dev }: Stats): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats?.ino === ino && (process.platform === 'win32' || stats.dev === dev);
}

/**
 * Renames the full file and deletes the oldest parts. Needs no lock: each part has a name of its own, so that a second process
 * that comes to it at the same time renames a short file at most, and no file is put in the place of another.
 */
function rotate(folder: string, file: string, { totalBytes }: LogLimits): boolean {
  const time = chooseTime(folder).toISOString().replaceAll(/[-:.]/g, '');
  const unique = `${process.pid.toString(36)}-${Math.floor(Math.random() * 36 ** 6).toString(36)}`;
  try {
    renameSync(file, path.join(folder, `audit-${time}-${unique}.jsonl`));
  } catch (error) {
    // Renamed by another process: the next try opens the new one. Otherwise it grows.
    return errorCode(error) === 'ENOENT';
  }
  try {
    deleteOldest(folder, totalBytes);
  } catch {
    // It is tried again at the next turn.
  }
  return true;
}

/** The clock may have been set back: a new part is never named before those that are there, or it would be deleted first. */
function chooseTime(folder: string): Date {
  const newest = path.basename(listLogFiles(folder).findLast((part) => path.basename(part) !== LOG_NAME) ?? '');
  const written = newest.replace(/^audit-(....)(..)(..)T(..)(..)(..)(...)Z.*$/s, '$1-$2-$3T$4:$5:$6.$7Z');
  const next = Date.parse(written) + 1;
  const isLater = next > Date.now() && next < LAST_DAY;
  return isLater ? new Date(next) : new Date();
}

const LAST_DAY = Date.parse('9999-12-31');

function deleteOldest(folder: string, totalBytes: number): void {
  let left = totalBytes;
  for (const part of listLogFiles(folder).toReversed()) {
    const stats = lstatSync(part, { throwIfNoEntry: false });
    if (stats === undefined || path.basename(part) === LOG_NAME) continue;
    left -= stats.size;
    if (left < 0 && judgeLog(stats) === null) unlinkSync(part);
  }
}
