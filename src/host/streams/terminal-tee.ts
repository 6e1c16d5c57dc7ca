// Problem: the end of pip's output must be found without losing a byte or waiting for processes that outlive pip. A master
// reports a hang-up when the last writer closes the slave. libuv takes a short read together with a hang-up for the end and
// drops what is still to come.
//
// Mechanism: pipward keeps the slave open, so there is no hang-up. After pip's exit it writes a random marker to the slave and
// reads the master up to the marker: what pip wrote is before it. If nothing moves for two seconds, it goes on without.
//
// Tried: node-pty's own spawn, which loses up to 15 kB. See docs/internals/output.md.

import { closeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { closeQuietly } from './close-quietly.ts';
import { createWriter, type Writer } from './writer.ts';
import { openPseudoTerminal, type PseudoTerminal } from './pseudo-terminal.ts';
import { createFlow, type Tee } from './tee.ts';
import { findStty, readTerminalSize } from './terminal-size.ts';

/** sh, which closes the master for pip, knows no descriptors of two digits. (A test has no low ones to give.) */
const HIGHEST = 9;
/** In the foreground we hear of a new size at once; after the background, when we go on. */
const RESIZING = ['SIGWINCH', 'SIGCONT'] as const;
/** A program that stopped the output of its terminal (tcflow) and went away keeps the marker back: then we go without. */
const LOOK_MILLISECONDS = 500;
const MAX_SILENT_LOOKS = 4;

/**
 * A pseudo-terminal of the size of the terminal `fd`, for output alone: pip's session, its keyboard and its signals stay
 * those of the caller's. Null where it cannot be had.
 */
export function openTerminalTee(fd: number, nativePart: string, highest = HIGHEST): Tee | null {
  // Without stty the pseudo-terminal would put a carriage return before each line feed, as the caller's does again.
  const pair = findStty() === null ? null : openPseudoTerminal(nativePart, readTerminalSize(fd), highest);
  if (pair === null) return null;
  const reader = openReader(pair);
  if (reader === null) return null;
  const flow = createFlow(fd);
  const marker = createMarkerFilter(flow.pass);
  const resize = () => pair.resize(readTerminalSize(fd));
  return {
    writeEnd: pair.slave,
    master: pair.master,
    writer: flow.writer,
    begin: (listener) => {
      closeSync(pair.slave);
      flow.start(reader, listener, marker.push);
      for (const signal of RESIZING) process.on(signal, resize);
    },
    finish: async () => {
      for (const signal of RESIZING) process.off(signal, resize);
      if (!reader.destroyed) {
        // The marker is made only now, so that earlier output cannot contain it. It comes after all that pip wrote.
        createWriter(pair.keeper).write(marker.begin(makeMarker()));
        await waitForMarker(reader, flow.writer, marker);
        reader.destroy();
      }
      // A marker that is not through is still being written: the number must not become another file's meanwhile.
      if (marker.isFound()) closeSync(pair.keeper);
      await flow.writer.flushed();
    },
  };
}

/** libuv takes a short read together with a hang-up for the end; with our keeper open there is no hang-up. */
function openReader({ master, slave, keeper }: PseudoTerminal): ReadStream | null {
  try {
    return new ReadStream(master);
  } catch {
    for (const fd of [master, slave, keeper]) closeQuietly(fd);
    return null;
  }
}

type MarkerFilter = {
  /** Passes bytes on up to the marker; what comes after it is not pip's. */
  readonly push: (bytes: Uint8Array) => void;
  /** From now on the marker is looked for. Returns it. */
  readonly begin: (marker: Buffer) => Buffer;
  /** Passes on what was held back because it could have been the marker's beginning. */
  readonly giveUp: () => void;
  readonly isFound: () => boolean;
  /** Bytes that came, to see whether anything still moves. */
  readonly count: () => number;
};

function createMarkerFilter(pass: (bytes: Uint8Array) => void): MarkerFilter {
  let marker: Buffer | null = null;
  let held: Buffer = Buffer.alloc(0);
  let found = false;
  let count = 0;
  return {
    begin: (wanted) => (marker = wanted),
    isFound: () => found,
    count: () => count,
    giveUp: () => void (held.length > 0 && pass(held)),
    push: (bytes) => {
      count += bytes.length;
      if (found) return;
      if (marker === null) {
        pass(bytes);
        return;
      }
      const all = Buffer.concat([held, bytes]);
      const place = all.indexOf(marker);
      found = place !== -1;
      const end = found ? place : Math.max(0, all.length - marker.length + 1);
      if (end > 0) pass(all.subarray(0, end));
      held = all.subarray(end);
    },
  };
}

/** Resolves when the marker was read, when the caller's terminal is gone, or when nothing has moved for two seconds. */
function waitForMarker(reader: ReadStream, writer: Writer, marker: MarkerFilter): Promise<void> {
  return new Promise((resolve) => {
    let before = marker.count();
    let silent = 0;
    const timer = setInterval(() => {
      // A caller's terminal that takes nothing (Ctrl-S) is waited for, as pip would wait.
      silent = marker.count() === before && writer.waiting() === 0 ? silent + 1 : 0;
      before = marker.count();
      if (silent >= MAX_SILENT_LOOKS) end();
    }, LOOK_MILLISECONDS);
    const end = () => {
      clearInterval(timer);
      if (!marker.isFound()) marker.giveUp();
      resolve();
    };
    reader.on('data', () => void (marker.isFound() && end()));
    reader.once('close', end);
  });
}

/** Letters and digits, which no terminal setting changes. */
function makeMarker(): Buffer {
  const word = () => Math.random().toString(36).slice(2).padEnd(12, '0');
  return Buffer.from(word() + word() + word());
}
