import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closeQuietly } from './close-quietly.ts';
import { isSameFile } from './same-descriptor.ts';

/** Both ends of a real pipe. The read end does not block; the write end is to be given away and closed. */
export type Pipe = {
  readonly readEnd: number;
  readonly writeEnd: number;
};

const FIFO = 'pipe';
const READ_END = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * A pipe, not the socket pair that Node makes for `stdio: 'pipe'`: opening /dev/stderr, as builds do, fails on a socket.
 * `descriptor` is a here-document of sh; where that is a pipe and /proc is there (Linux with dash, ash, bash 5.1) both
 * ends are opened again from it, else a FIFO is made in a private folder. Null where neither works. Closes `descriptor`.
 */
export function openPipe(descriptor: number | null): Pipe | null {
  return (descriptor === null ? null : reopenPipe(descriptor)) ?? openFifo();
}

function reopenPipe(descriptor: number): Pipe | null {
  try {
    if (!fstatSync(descriptor).isFIFO()) return null;
    // The mark that sh wrote is in it, since some shells make no pipe of an empty document.
    readSync(descriptor, Buffer.alloc(16));
    const name = `/proc/self/fd/${descriptor}`;
    return openBoth(name);
  } catch {
    return null;
  } finally {
    closeQuietly(descriptor);
  }
}

function openFifo(): Pipe | null {
  let folder: string | null = null;
  try {
    folder = mkdtempSync(path.join(tmpdir(), 'pipward-'));
    const name = path.join(folder, FIFO);
    const made = spawnSync('/bin/sh', ['-c', 'PATH=/usr/bin:/bin; exec mkfifo -m 600 "$1"', 'sh', name], {
      stdio: 'ignore',
    });
    return made.status === 0 ? openOwn(name) : null;
  } catch {
    return null;
  } finally {
    if (folder !== null) removeFifo(folder);
  }
}

/** Only what was made here goes: where TMPDIR has no sticky bit, another user may have put something else in its place. */
function removeFifo(folder: string): void {
  try {
    rmSync(path.join(folder, FIFO), { force: true });
    rmdirSync(folder);
  } catch {
    // An empty folder stays.
  }
}

/** The FIFO that was made, not one of another user's in its place: pip's output goes through it. */
function openOwn(name: string): Pipe | null {
  const pipe = openBoth(name);
  const { uid, mode } = fstatSync(pipe.readEnd);
  const isOwn = uid === process.geteuid?.() && (mode & 0o077) === 0;
  if (isOwn && isSameFile(pipe.readEnd, pipe.writeEnd)) return pipe;
  closeSync(pipe.readEnd);
  closeSync(pipe.writeEnd);
  return null;
}

/** The read end first: opening the other one would wait for a reader. */
function openBoth(name: string): Pipe {
  const readEnd = openSync(name, READ_END);
  try {
    return { readEnd, writeEnd: openSync(name, constants.O_WRONLY) };
  } catch (error) {
    closeSync(readEnd);
    throw error;
  }
}
