import { closeSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { createWriter, type Writer } from './writer.ts';
import { openPipe } from './pipes.ts';

/** Above this pip waits for the caller's reader, as it would without us. */
const MAX_WAITING = 256 * 1024;

/** A pipe or pseudo-terminal that pip writes to and whose bytes go on to the caller's descriptor unchanged. */
export type Tee = {
  /** The end to give to pip. */
  readonly writeEnd: number;
  /** The other end, if it is a pseudo-terminal's: pip must not inherit it, and processes its output no further. */
  readonly master: number | null;
  /**
   * To be called once pip has its end: ours must be closed, or the end of its output would never be seen. `onEnd` is
   * called when a pipe has no writer any more, which is before Node hears that pip has ended.
   */
  readonly begin: (onBytes: (bytes: Uint8Array) => void, onEnd: () => void) => void;
  /** To be called when pip has ended: passes on what is still on the way, and resolves when the caller has it all. */
  readonly finish: () => Promise<void>;
  readonly writer: Writer;
};

/** Moves bytes from what pip writes to, to the caller. */
export type Flow = {
  readonly writer: Writer;
  /** Passes bytes on and shows them to the listener. */
  readonly pass: (bytes: Uint8Array) => void;
  /** Starts reading; `filter` gets the bytes and passes on what is pip's. */
  readonly start: (source: Socket, onBytes: (bytes: Uint8Array) => void, filter?: (bytes: Uint8Array) => void) => void;
  readonly source: () => Socket | null;
};

/** As fast as the caller's reader takes it, and no faster. Without that reader the source is destroyed. */
export function createFlow(fd: number): Flow {
  let socket: Socket | null = null;
  let listener: (bytes: Uint8Array) => void = () => {};
  const writer = createWriter(fd, (state) => {
    // Without a reader pip must meet a broken pipe or a terminal that is gone, as it would without us.
    if (state === 'reader-gone') socket?.destroy();
    else if (writer.waiting() < MAX_WAITING) socket?.resume();
  });
  const pass = (bytes: Uint8Array) => {
    writer.write(bytes);
    listener(bytes);
  };
  return {
    writer,
    pass,
    source: () => socket,
    start: (source, onBytes, filter = pass) => {
      socket = source;
      listener = onBytes;
      source.on('data', (bytes: Buffer) => {
        filter(bytes);
        if (writer.waiting() >= MAX_WAITING) source.pause();
      });
      source.on('error', () => {});
    },
  };
}

/** `pipeDescriptor`: a here-document of sh, see openPipe. Null where there is no pipe to be had. */
export function openPipeTee(fd: number, pipeDescriptor: number | null): Tee | null {
  const pipe = openPipe(pipeDescriptor);
  if (pipe === null) return null;
  const flow = createFlow(fd);
  return {
    writeEnd: pipe.writeEnd,
    master: null,
    writer: flow.writer,
    begin: (listener, onEnd) => {
      closeSync(pipe.writeEnd);
      const socket = new Socket({ fd: pipe.readEnd, readable: true, writable: false });
      socket.once('end', onEnd);
      flow.start(socket, listener);
    },
    finish: async () => {
      const socket = flow.source();
      if (socket !== null && !socket.destroyed) {
        socket.pause();
        // read() itself emits `data`, and so passes on what the stream holds.
        while (socket.read() !== null);
        drain(pipe.readEnd, flow.pass);
        socket.destroy();
      }
      await flow.writer.flushed();
    },
  };
}

/** What a pipe holds at most (pipe(7): /proc/sys/fs/pipe-max-size of those who are not root). */
const MAX_PIPE = 1024 * 1024;

/**
 * Passes on what is in the pipe now. Does not wait for processes that outlive pip: one that writes without a pause would
 * never let this process end.
 */
function drain(fd: number, pass: (bytes: Uint8Array) => void) {
  for (let passed = 0; passed < MAX_PIPE;) {
    const buffer = Buffer.allocUnsafe(64 * 1024);
    let count: number;
    try {
      count = readSync(fd, buffer);
    } catch {
      return; // EAGAIN: empty
    }
    if (count === 0) return;
    passed += count;
    pass(buffer.subarray(0, count));
  }
}
