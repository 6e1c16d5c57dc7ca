import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  canOpenPseudoTerminal,
  findNativePart,
  openPseudoTerminal,
} from '../../../src/host/streams/pseudo-terminal.ts';
import { openTerminalTee } from '../../../src/host/streams/terminal-tee.ts';
import { readTerminalSize } from '../../../src/host/streams/terminal-size.ts';
import { isMatrix } from '../../support/matrix.ts';

const native = findNativePart(path.join(import.meta.dirname, '..', '..', '..', 'dist'));
const ANY = Number.POSITIVE_INFINITY;

describe('a pseudo-terminal', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'pipward-pty-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

  function open(size = { columns: 91, rows: 17 }) {
    const pair = openPseudoTerminal(native, size);
    if (pair === null) throw new Error(`no pseudo-terminal with ${native}`);
    return { ...pair, close: () => [pair.master, pair.slave, pair.keeper].forEach((fd) => closeSync(fd)) };
  }

  test('has the size that it was opened with, and that it was given later', () => {
    const pair = open();
    expect(readTerminalSize(pair.slave)).toEqual({ columns: 91, rows: 17 });
    pair.resize({ columns: 40, rows: 30 });
    expect(readTerminalSize(pair.slave)).toEqual({ columns: 40, rows: 30 });
    pair.close();
    expect(() => pair.resize({ columns: 1, rows: 1 })).not.toThrow();
  });

  test('a terminal that does not know its size passes that on', () => {
    const pair = open({ columns: 0, rows: 0 });
    expect(readTerminalSize(pair.slave)).toEqual({ columns: 0, rows: 0 });
    pair.close();
  });

  test('pip’s end blocks, ours do not, and only the master outlives exec', () => {
    const pair = open();
    const flags = (fd: number) => {
      const [, octal = '0'] = /flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
      const bits = Number.parseInt(octal, 8);
      return { blocks: (bits & 0o4000) === 0, closesOnExec: (bits & 0o2000000) !== 0 };
    };
    expect(flags(pair.slave)).toEqual({ blocks: true, closesOnExec: true });
    expect(flags(pair.keeper)).toEqual({ blocks: false, closesOnExec: true });
    // Should node-pty learn to close it on exec, the trampoline need not do it.
    expect(flags(pair.master)).toEqual({ blocks: false, closesOnExec: false });
    pair.close();
  });

  test('output written to the slave is read from the master, which ends when the slave is closed', () => {
    const pair = open();
    writeSync(pair.slave, 'words');
    const buffer = Buffer.alloc(16);
    const read = () => {
      for (;;) {
        try {
          return buffer.toString('latin1', 0, readSync(pair.master, buffer));
        } catch (error) {
          if (!String(error).includes('EAGAIN')) throw error;
        }
      }
    };
    expect(read()).toBe('words');
    closeSync(pair.slave);
    closeSync(pair.keeper);
    expect(read).toThrow('EIO');
    closeSync(pair.master);
  });

  /** This process has files of other tests open, too, which may be closed meanwhile. */
  function listOpenTerminals(): readonly string[] {
    return (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : []).filter((fd) => {
      try {
        return /^\/dev\/(?:pts\/|ptmx)/.test(readlinkSync(`/proc/self/fd/${fd}`));
      } catch {
        return false;
      }
    });
  }

  test('none, and nothing left open, without the native part or where the master’s number is too high', () => {
    expect(openPseudoTerminal(path.join(folder, 'none.node'), { columns: 80, rows: 24 })).toBeNull();
    expect(openPseudoTerminal(process.execPath, { columns: 80, rows: 24 })).toBeNull();
    const before = listOpenTerminals();
    expect(openPseudoTerminal(native, { columns: 80, rows: 24 }, 2)).toBeNull();
    expect(canOpenPseudoTerminal(native)).toBe(true);
    expect(listOpenTerminals()).toEqual(before);
  });

  /** Runs a line of sh on the pseudo-terminal; what the caller got, and what the listener did. */
  async function passThrough(line: string): Promise<{ readonly got: Buffer; readonly heard: number }> {
    const file = path.join(folder, 'got');
    const caller = openSync(file, 'w');
    const tee = openTerminalTee(caller, native, ANY);
    if (tee === null) throw new Error('no tee');
    const child = spawn('/bin/sh', ['-c', `stty -opost <&1\n${line}`], {
      stdio: ['ignore', tee.writeEnd, tee.writeEnd],
    });
    let heard = 0;
    tee.begin(
      (bytes) => (heard += bytes.length),
      () => {},
    );
    await new Promise((resolve) => child.once('exit', resolve));
    await tee.finish();
    closeSync(caller);
    return { got: readFileSync(file), heard };
  }

  test('5 MB of a child that ends at once, many times: no byte is lost, none added', async () => {
    const expected = Buffer.from('0123456789abcde\n'.repeat(320_000));
    const text = path.join(folder, 'text');
    writeSync(openSync(text, 'w'), expected);
    for (let round = 0; round < (isMatrix ? 200 : 15); round += 1) {
      const { got, heard } = await passThrough(`cat '${text}'`);
      expect({ round, whole: got.equals(expected), heard }).toEqual({ round, whole: true, heard: expected.length });
    }
  });

  test('a little, and nothing at all', async () => {
    expect((await passThrough(`printf 'a\\nb'`)).got.toString()).toBe('a\nb');
    expect((await passThrough('exit 3')).got.toString()).toBe('');
  });

  test('a program that stopped the output and went away does not hold us for ever', async () => {
    const line = `echo before; python3 -c 'import termios; termios.tcflow(1, termios.TCOOFF)'`;
    expect((await passThrough(line)).got.toString()).toBe('before\n');
  });
});
