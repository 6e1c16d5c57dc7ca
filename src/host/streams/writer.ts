import { write, writeSync, writev } from 'node:fs';

/** Writes bytes to one descriptor of the caller, in order, waiting as long as the reader makes us wait. */
export type Writer = {
  readonly write: (bytes: Uint8Array) => void;
  /** Resolves when all is written, or cannot be. */
  readonly flushed: () => Promise<void>;
  /** Bytes that wait; the reading side stops above a limit, so that pip waits as it would without us. */
  readonly waiting: () => number;
  /** The last bytes written, a few dozen at most, to know whether a line is open; empty if nothing was written. */
  readonly tail: () => Uint8Array;
  /** Code of the first error by which bytes were lost: ENOSPC, or EPIPE when the reader is gone. */
  readonly lost: () => string | null;
};

const RETRY_MILLISECONDS = 5;
/** Some codes that end colours may stand behind the last line feed. */
const TAIL_BYTES = 64;
/** IOV_MAX is 1024 on Linux and macOS, 16 at the least (POSIX, limits.h). */
const MAX_BUFFERS = 64;

/**
 * A writer by asynchronous fs.write alone: process.stdout would make a pipe that is shared with other processes
 * non-blocking, and these would lose output with EAGAIN. `onChange` is called after each write, and with the reader gone.
 */
export function createWriter(fd: number, onChange: (state: 'progress' | 'reader-gone') => void = () => {}): Writer {
  let queue: Uint8Array[] = [];
  let waiting = 0;
  let tail: Uint8Array = new Uint8Array();
  let busy = false;
  let gone = false;
  let lost: string | null = null;
  let idle: (() => void)[] = [];

  function settle() {
    const resolvers = idle;
    idle = [];
    for (const resolve of resolvers) resolve();
  }

  function next() {
    if (gone || queue.length === 0) {
      busy = false;
      settle();
      return;
    }
    busy = true;
    const batch = queue.slice(0, MAX_BUFFERS);
    if (batch.length === 1 && batch[0] !== undefined) write(fd, batch[0], 0, batch[0].length, null, done);
    else writev(fd, batch, done);
  }

  function done(error: NodeJS.ErrnoException | null, count: number) {
    if (error?.code === 'EAGAIN') {
      // Another process made this pipe non-blocking, and it is full.
      setTimeout(next, RETRY_MILLISECONDS);
      return;
    }
    if (error !== null) lost ??= error.code ?? error.message;
    if (error !== null && !isReaderGone(error)) {
      // A full disk, say: pip's own writes fail one by one, and it goes on.
      advance(queue.slice(0, MAX_BUFFERS).reduce((sum, bytes) => sum + bytes.length, 0));
      onChange('progress');
    } else if (error !== null) {
      gone = true;
      queue = [];
      waiting = 0;
      onChange('reader-gone');
    } else {
      advance(count);
      onChange('progress');
    }
    next();
  }

  function advance(count: number) {
    waiting -= count;
    let rest = count;
    while (rest > 0) {
      const first = queue[0];
      if (first === undefined) return;
      if (first.length > rest) queue[0] = first.subarray(rest);
      else queue.shift();
      rest -= first.length;
    }
  }

  return {
    write: (bytes) => {
      if (bytes.length === 0) return;
      tail = Buffer.concat([tail, bytes.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
      if (gone) return;
      queue.push(bytes);
      waiting += bytes.length;
      if (!busy) next();
    },
    flushed: () => (busy ? new Promise((resolve) => void idle.push(resolve)) : Promise.resolve()),
    waiting: () => waiting,
    tail: () => tail,
    lost: () => lost,
  };
}

/** EIO is what a terminal says that has hung up. */
function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'ECONNRESET' || code === 'EIO';
}

/** Writes all bytes before it returns; throws where the descriptor cannot be written. For a pipe that is being read. */
export function writeBytes(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
