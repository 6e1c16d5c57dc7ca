import { closeSync, fstatSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StateObstacle } from '../../model/state-obstacle.ts';
import { errorCode } from '../error-code.ts';
import { makeStateFolder } from './state-folder.ts';

const RETRY_MILLISECONDS = 20;
const MAX_WAIT_MILLISECONDS = 10_000;
/** The lock is held for the time of one write. An older lock was left behind by a process that died. */
const STALE_MILLISECONDS = 5_000;

/**
 * Replaces the trust store by what `render` returns, at once: who reads meanwhile finds the old text or the new one.
 * `render` is called under the lock, so that it may read first; where it returns null nothing is written. The new text
 * is written into the lock file itself, which a rename then puts in its place, as git does with its index. The folder
 * becomes 0700, the file 0600. Returns what forbids it: a folder that is a link or another user's. Throws where the file
 * system fails: a full disk.
 */
export async function replaceTrustStore(
  file: string,
  home: string | null,
  render: () => string | null,
): Promise<StateObstacle | null> {
  const obstacle = makeStateFolder(path.dirname(file), home);
  if (obstacle !== null) return obstacle;
  const lock = `${file}.lock`;
  const fd = await takeLock(lock);
  try {
    const text = render();
    if (text === null) return null;
    writeFileSync(fd, text);
    fsyncSync(fd);
    // A process that was suspended for long has lost the lock to another one.
    if (!isSameFile(fd, lock)) throw new Error(`another pipward took ${lock}: try again`);
    renameSync(lock, file);
    return null;
  } finally {
    // After the rename the lock is gone, or is another writer's.
    if (isSameFile(fd, lock)) rmSync(lock, { force: true });
    closeSync(fd);
  }
}

function isSameFile(fd: number, file: string): boolean {
  // File ids of Windows have 64 bits: as numbers two of them could be equal.
  const bigint = process.platform === 'win32';
  return fstatSync(fd, { bigint }).ino === lstatSync(file, { bigint, throwIfNoEntry: false })?.ino;
}

async function takeLock(lock: string): Promise<number> {
  for (let waited = 0; ; waited += RETRY_MILLISECONDS) {
    try {
      return openSync(lock, 'wx', 0o600);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    const age = Date.now() - (lstatSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY);
    if (age > STALE_MILLISECONDS) rmSync(lock, { force: true });
    else if (waited > MAX_WAIT_MILLISECONDS) throw new Error(`another pipward is writing ${lock}: try again`);
    else await sleep(RETRY_MILLISECONDS);
  }
}
