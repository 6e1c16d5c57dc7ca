import { spawn } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  hasEntry,
  isOwnShim,
  listMissingFolders,
  removeEmptyFolders,
  removeEntries,
  writeEntries,
  type TreeEntry,
} from '../../../../src/admin/setup/files/installation.ts';
import { lockSetup } from '../../../../src/admin/setup/files/lock.ts';

let folder = '';
const at = (...names: readonly string[]) => path.join(folder, ...names);
const file = (name: string, text: string, mode = 0o644): TreeEntry => ({
  kind: 'file',
  path: name,
  bytes: Buffer.from(text),
  mode,
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

describe('isOwnShim', () => {
  test.each([
    ['our marker in the second line', '#!/bin/sh\n# pipward-shim: x\n', true],
    ['our marker as the last of the first 256 bytes', `${'x'.repeat(244)}pipward-shim`, true],
    ['our marker too far below', `${'x'.repeat(245)}pipward-shim`, false],
    ["pip's own script", '#!/usr/bin/python3\nfrom pip._internal import main\n', false],
    ['an empty file', '', false],
  ])('%s', (_, text, expected) => {
    writeFileSync(at('pip'), text);
    expect(isOwnShim(at('pip'))).toBe(expected);
  });

  test('links of any kind are the same file', () => {
    mkdirSync(at('shims'));
    writeFileSync(at('shims/pip'), 'no marker in it');
    symlinkSync('shims/pip', at('pip3'));
    linkSync(at('shims/pip'), at('pip3.12'));
    writeFileSync(at('pip'), 'no marker in it');
    expect(['pip3', 'pip3.12', 'pip'].map((name) => isOwnShim(at(name), at('shims/pip')))).toEqual([true, true, false]);
  });

  test('a missing file, a folder or a dangling link is not our shim', () => {
    symlinkSync('gone', at('link'));
    expect(['missing', '', 'link'].map((name) => isOwnShim(at(name), at('gone')))).toEqual([false, false, false]);
  });
});

test('entries are what they were said to be, whatever was there before', () => {
  const entries = [file('bin/a', 'a', 0o755), file('b', 'b'), { kind: 'link', path: 'c', target: 'b' }] as const;
  writeFileSync(at('b'), 'older', { mode: 0o600 });
  writeFileSync(at('c'), 'was not a link');
  expect(entries.map((entry) => hasEntry(folder, entry))).toEqual([false, false, false]);
  const umask = process.umask(0o077);
  try {
    writeEntries(folder, entries);
  } finally {
    process.umask(umask);
  }
  expect(entries.map((entry) => hasEntry(folder, entry))).toEqual([true, true, true]);
  expect(readdirSync(folder).toSorted()).toEqual(['b', 'bin', 'c']);
});

test('a call that runs while files are replaced always finds one', async () => {
  mkdirSync(at('shims'));
  writeEntries(folder, [file('shims/pip', '#!/bin/sh\necho 0\n', 0o755)]);
  const loop = 'i=0; while [ ! -e "$1/stop" ]; do "$1/shims/pip" >/dev/null || exit 1; i=$((i+1)); echo $i; done';
  const caller = spawn('/bin/sh', ['-c', loop, 'sh', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const output: string[] = [];
  caller.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => {
    caller.once('close', resolve);
  });
  // Until the file was replaced 100 times, and called 10 times meanwhile.
  let round = 0;
  for (; round < 100 || output.join('').split('\n').length <= 10; round += 1) {
    writeEntries(folder, [file('shims/pip', `#!/bin/sh\necho ${round}\n`, 0o755)]);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
  writeFileSync(at('stop'), '');
  expect(await ended).toBe(0);
  expect(readFileSync(at('shims/pip'), 'utf8')).toBe(`#!/bin/sh\necho ${round - 1}\n`);
});

test('removal takes the files, and the folders that are empty then', () => {
  writeEntries(folder, [file('dist/a', ''), file('dist/deep/b', ''), file('shims/pip', '')]);
  writeFileSync(at('shims/foreign'), '');
  removeEntries(folder, ['dist/a', 'dist/deep/b', 'shims/pip', 'gone/already']);
  expect(readdirSync(folder, { recursive: true })).toEqual(['shims', 'shims/foreign']);
});

test('folders that are missing are named outermost first, and removed innermost first', () => {
  const missing = listMissingFolders(at('a/b/c'));
  expect(missing).toEqual([at('a'), at('a/b'), at('a/b/c')]);
  mkdirSync(at('a/b/c'), { recursive: true });
  removeEmptyFolders(missing);
  expect(readdirSync(folder)).toEqual([]);
});

describe('the lock', () => {
  test('keeps a second setup out until it is given back', () => {
    const unlock = lockSetup(folder);
    expect(lockSetup(folder)).toEqual({ heldBy: String(process.pid), file: at('pipward.new.lock') });
    if (typeof unlock === 'function') unlock();
    expect(lockSetup(folder)).toBeTypeOf('function');
  });

  test.each([
    ['of a process that has died', `4194304 ${hostname()}`, 0, 'function'],
    ['of a process that runs', `1 ${hostname()}`, 0, 'object'],
    ['of another machine', '4194304 elsewhere.example', 0, 'object'],
    ['of another machine, an hour old', '4194304 elsewhere.example', 3600, 'function'],
    ['of a process id that another process has by now', `1 ${hostname()}`, 3600, 'function'],
  ] as const)('%s', (_, content, age, outcome) => {
    writeFileSync(at('pipward.new.lock'), content);
    const then = Date.now() / 1000 - age;
    utimesSync(at('pipward.new.lock'), then, then);
    expect(lockSetup(folder)).toBeTypeOf(outcome);
  });
});
