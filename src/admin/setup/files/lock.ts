import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';

export const LOCK = 'pipward.new.lock';
/** The lock is held for a second, never while a question waits. After this its process id is another program's by now. */
const MAX_WORK_MILLISECONDS = 10 * 60_000;

/** Takes the lock of an installation. Returns what gives it back, or who holds it. One whose holder has died is taken over. */
export function lockSetup(prefix: string): (() => void) | { readonly heldBy: string; readonly file: string } {
  const file = path.join(prefix, LOCK);
  const self = `${process.pid} ${hostname()}`;
  for (const last of [false, true]) {
    try {
      writeFileSync(file, self, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      const code = errorCode(error) ?? '';
      // On a full disk the file is made, and stays empty: a lock that nothing holds.
      if (code === 'ENOSPC' || code === 'EDQUOT') rmSync(file, { force: true });
      if (code !== 'EEXIST') throw error;
    }
    const holder = readHolder(file);
    if (holder !== null && (last || holder.isAlive)) return { heldBy: holder.pid, file };
    if (holder !== null) removeStale(file, holder.mark);
  }
  return { heldBy: '', file };
}

/** Who holds a lock, and which file it is; null if it was given back meanwhile. */
function readHolder(file: string): { readonly pid: string; readonly isAlive: boolean; readonly mark: string } | null {
  try {
    const mark = markOf(file);
    const [pid = '', host] = readFileSync(file, 'utf8').split(' ');
    const isFresh = Date.now() - statSync(file).mtimeMs < MAX_WORK_MILLISECONDS;
    return { pid, mark, isAlive: isFresh && (host !== hostname() || isRunning(Number(pid))) };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return null;
  }
}

/** An inode number alone is soon that of another file. */
function markOf(file: string): string {
  const { ino, mtimeMs } = statSync(file);
  return `${ino} ${mtimeMs}`;
}

/** Its holder may have given it back and ended just now: then the file is another one by now, of one who works. */
function removeStale(file: string, mark: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    if (markOf(file) !== mark) return;
    renameSync(file, aside);
    if (markOf(aside) !== mark) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  }
  rmSync(aside, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A container without an init keeps the dead.
    return !/^State:\s+Z/m.test(readProcessStatus(pid));
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

function readProcessStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}
