import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closeQuietly } from './close-quietly.ts';

/** Both ends of a real pipe. The read end does not block; the write end is to be given away and closed. */
export type Pipe = {
  readonly readEnd: number;
  readonly writeEnd: number;
};

const READ_END = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * A pipe, not the socket pair that Node makes for `stdio: 'pipe'`: opening /dev/stderr, as builds do, fails on a socket.
 * `descriptor` is a here-document of sh; where that is a pipe and /proc is there (Linux with dash, ash, bash 5.1) both
 * ends are opened anew from it, else a FIFO is made in a private folder. Null where neither works. Closes `descriptor`.
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
    const name = path.join(folder, 'pipe');
    const made = spawnSync('/bin/sh', ['-c', 'PATH=/usr/bin:/bin; exec mkfifo -m 600 "$1"', 'sh', name], {
      stdio: 'ignore',
    });
    return made.status === 0 ? openBoth(name) : null;
  } catch {
    return null;
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
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
