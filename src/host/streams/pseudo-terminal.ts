// Problem: on a terminal, pip draws progress bars and colours only if its output is a terminal too. A pipe would change what
// pip prints, and Node cannot make a pseudo-terminal.
//
// Mechanism: a pseudo-terminal replaces pip's output only. stdin stays the caller's terminal, and pip stays in the caller's
// session and process group, so the kernel handles keys, job control and questions as without pipward. terminal-tee.ts
// reads the master and finds the end of the output.
//
// Tried: node-pty's own spawn loses up to 15 kB at the end, and puts the program into a session of its own; so only `open`
// and `resize` of its native part are used. The slave that `open` returns does not block, which pip would inherit; so it is
// opened again. The master stays open across exec, so the trampoline closes it. See docs/internals/output.md.

import { closeSync, constants, openSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { closeQuietly } from './close-quietly.ts';
import { isSameFile } from './same-descriptor.ts';
import type { TerminalSize } from './terminal-size.ts';

/** A pair of descriptors: what is written to the slave is read from the master. It has no keyboard. */
export type PseudoTerminal = {
  /** Does not block. Not closed on exec, and Node cannot change that: the code that starts a program closes it there. */
  readonly master: number;
  /** For pip. Blocks, as a terminal does. */
  readonly slave: number;
  /** Kept open by us: without it the master would end with the last program that writes. Does not block. */
  readonly keeper: number;
  readonly resize: (size: TerminalSize) => void;
};

/** What is used of the native part of @lydell/node-pty (1.1.0, src/unix/pty.cc): its own spawn loses output. */
type NativePart = {
  readonly open: (columns: number, rows: number) => OpenedPair;
  readonly resize: (master: number, columns: number, rows: number) => void;
};

type OpenedPair = {
  readonly master: number;
  readonly slave: number;
  /** The slave's name. */
  readonly pty: string;
};

/**
 * Where build.mjs puts the native part: beside the program, so that an installed copy needs no node_modules. Setup of a Debian
 * package makes a folder with a link to the program alone: then it is beside what that leads to.
 */
export function findNativePart(programDirectory: string): string {
  const name = `pty-${process.platform}-${process.arch}.node`;
  try {
    return path.join(path.dirname(realpathSync.native(path.join(programDirectory, 'shim.cjs'))), name);
  } catch {
    return path.join(programDirectory, name);
  }
}

/**
 * Opens a pseudo-terminal whose master is a descriptor of at most `highest`. Null where that cannot be: no native part
 * for this platform or C library, no /dev/ptmx, no pseudo-terminals left.
 */
export function openPseudoTerminal(
  nativeFile: string,
  { columns, rows }: TerminalSize,
  highest = Number.POSITIVE_INFINITY,
): PseudoTerminal | null {
  const opened: number[] = [];
  const open = (name: string, flags: number) => {
    const fd = openSync(name, flags | constants.O_NOCTTY);
    opened.push(fd);
    return fd;
  };
  try {
    const native = loadNativePart(nativeFile);
    const { master, slave: given, pty } = native.open(columns, rows);
    opened.push(master, given);
    // The given slave does not block, which pip would inherit, and outlives exec: it is opened again, twice. (By its
    // name it may not be there, in a container that was given a terminal from outside.)
    const name = process.platform === 'linux' ? `/proc/self/fd/${given}` : pty;
    const keeper = open(name, constants.O_RDWR | constants.O_NONBLOCK);
    const slave = open(name, constants.O_RDWR);
    if (master > highest || !isSameFile(keeper, given)) throw new Error('not the descriptors that were asked for');
    closeSync(given);
    return { master, slave, keeper, resize: (size) => resize(native, master, size) };
  } catch {
    for (const fd of opened) closeQuietly(fd);
    return null;
  }
}

/** For doctor: whether output on a terminal can be monitored here. */
export function canOpenPseudoTerminal(nativeFile: string): boolean {
  const opened = openPseudoTerminal(nativeFile, { columns: 80, rows: 24 });
  if (opened === null) return false;
  for (const fd of [opened.master, opened.slave, opened.keeper]) closeSync(fd);
  return true;
}

/** Throws where the file is missing or made for another platform. Not `require`: bundled, that would be the bundler's. */
function loadNativePart(file: string): NativePart {
  // The linker would wait for the writer of a FIFO.
  if (!statSync(file).isFile()) throw new Error(`${file} is not a file`);
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, file);
  const { exports } = loaded;
  if (!isNativePart(exports)) throw new Error(`${file} is not the native part of node-pty`);
  return exports;
}

function isNativePart(value: unknown): value is NativePart {
  return (
    typeof value === 'object' &&
    value !== null &&
    'open' in value &&
    typeof value.open === 'function' &&
    'resize' in value &&
    typeof value.resize === 'function'
  );
}

function resize(native: NativePart, master: number, { columns, rows }: TerminalSize) {
  try {
    native.resize(master, columns, rows);
  } catch {
    // It is closed already: no process can read the size any more.
  }
}
