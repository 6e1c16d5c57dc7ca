import { spawnSync } from 'node:child_process';
import { constants, existsSync, openSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import { closeQuietly } from './close-quietly.ts';

export const DEFAULT_COLUMNS = 80;

/** Zeros if the terminal does not know its size. */
export type TerminalSize = {
  readonly columns: number;
  readonly rows: number;
};

/** Whether the descriptor is a terminal. */
export function isTerminalDescriptor(fd: number): boolean {
  return isatty(fd);
}

/** Columns of the terminal behind a descriptor; 80 if it does not say. */
export function readColumns(fd: number): number {
  return readTerminalSize(fd).columns || DEFAULT_COLUMNS;
}

/** Reads the size from a descriptor that is opened again: Node would change the mode of the caller's. */
export function readTerminalSize(fd: number): TerminalSize {
  return readByNode(fd) ?? readByStty(fd);
}

/** stty of the system, which no project can replace; null where there is none. */
export function findStty(): string | null {
  return ['/bin/stty', '/usr/bin/stty'].find((file) => existsSync(file)) ?? null;
}

function readByNode(fd: number): TerminalSize | null {
  let own: number;
  try {
    own = openSync(`/dev/fd/${fd}`, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    return null; // after su the terminal belongs to another user
  }
  try {
    const stream = new WriteStream(own);
    const size = { columns: stream.columns, rows: stream.rows };
    // Closes the terminal that libuv opened for itself, not `own`; if libuv could open none, it closes `own`.
    stream.destroy();
    return size;
  } catch {
    return null;
  } finally {
    closeQuietly(own);
  }
}

function readByStty(fd: number): TerminalSize {
  const stty = findStty();
  if (stty === null) return { columns: 0, rows: 0 };
  const { stdout } = spawnSync(stty, ['size'], {
    stdio: [fd, 'pipe', 'ignore'],
    encoding: 'latin1',
    timeout: 500,
  });
  const [, rows, columns] = /^(\d+) (\d+)/.exec(stdout ?? '') ?? [];
  return { columns: Number(columns ?? 0), rows: Number(rows ?? 0) };
}
