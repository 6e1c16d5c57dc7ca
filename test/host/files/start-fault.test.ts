import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { endianness, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findStartFault } from '../../../src/host/files/start-fault.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pipward-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, bytes: string | Buffer): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  chmodSync(file, 0o755);
  return file;
}

describe('a script', () => {
  test.each<[text: string, fault: string | null]>([
    ['#!/bin/sh\n', null],
    ['#! /bin/sh -e\n', null],
    ['#!/nowhere/python3 -E\n', 'its first line names /nowhere/python3, which does not exist'],
    ['#!/bin/sh\r\n', 'its first line ends as lines do on Windows (CR LF)'],
    ['#!\n', 'its first line names no program'],
    ['print(1)\n', 'it is not a program'],
    ['', 'it is not a program'],
  ])('%j: %s', (text, fault) => {
    expect(findStartFault(write('script', text))).toBe(fault);
  });
});

const isElf = readFileSync(process.execPath).toString('latin1', 1, 4) === 'ELF' && endianness() === 'LE';

describe.skipIf(!isElf)('a program in the format of Linux (skipped on other systems)', () => {
  const shell = readFileSync('/bin/sh');
  /** The shell with other bytes in one place. */
  const change = (at: number, bytes: Buffer) =>
    Buffer.concat([shell.subarray(0, at), bytes, shell.subarray(at + bytes.length)]);
  const loader = /\/lib[\w/.-]*\/ld-[\w.-]+/.exec(shell.toString('latin1'));

  test('that runs has no fault', () => {
    expect([findStartFault('/bin/sh'), findStartFault(process.execPath)]).toEqual([null, null]);
  });

  test('for another machine', () => {
    const file = write('foreign', change(18, Buffer.from([0x2a])));
    expect(spawnSync(file, ['-c', 'true']).status).not.toBe(0);
    expect(findStartFault(file)).toBe('it is made for another kind of machine');
  });

  test.skipIf(loader === null)('without its loader', () => {
    const name = loader?.[0] ?? '';
    const file = write('loader', change(loader?.index ?? 0, Buffer.from(name.replace('/ld-', '/xx-'))));
    expect(spawnSync(file, ['-c', 'true']).status).not.toBe(0);
    expect(findStartFault(file)).toBe(`it needs ${name.replace('/ld-', '/xx-')}, which does not exist`);
  });

  test('cut off', () => {
    expect(findStartFault(write('cut', shell.subarray(0, 100)))).toBeNull();
  });
});

test('what cannot be read tells nothing', () => {
  expect([findStartFault(folder), findStartFault(path.join(folder, 'nothing'))]).toEqual([null, null]);
});
