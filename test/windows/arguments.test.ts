import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { quoteForShell } from '../../src/terminal/quote.ts';
import { install, writes, type Installation } from './installation.ts';
import { VECTORS } from './vectors.ts';
import { toWindowsPath, WINE_MISSING } from './wine.ts';

let it: Installation;
beforeAll(() => {
  if (WINE_MISSING !== null) return;
  it = install();
  it.script(writes('run', `"${it.python}" -P -m pip`), 'read');
});

describe.skipIf(WINE_MISSING !== null)('arguments', () => {
  test('reach pip through CreateProcess as they are', () => {
    const results = it.runAll(VECTORS.map(([, words]) => [words]));
    expect(results.map(({ nodeStarts }) => nodeStarts[0]?.words.slice(3))).toEqual(
      VECTORS.map(([, words]) => ['attend', 'pip', ...words]),
    );
    expect(
      VECTORS.map(([name], index) => [name, results[index]?.status, results[index]?.starts[0]?.words.slice(1)]),
    ).toEqual(VECTORS.map(([name, words]) => [name, 0, ['-P', '-m', 'pip', ...words]]));
  });

  test('are the tail of the line, character by character: 100 random lines', () => {
    let state = 11;
    const choose = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    const characters = '"""\\\\\\  \t/:;=%&|<>^\'abcC-0\u00E9\uD83D\uDE00';
    const lines = Array.from({ length: 100 }, () =>
      Array.from({ length: 1 + choose(30) }, () => characters.charAt(choose(characters.length))).join(''),
    );
    // Without Node, which takes a third of the time.
    const other = install();
    rmSync(path.join(other.home, 'node.exe'));
    const start = `"${other.python}" -c`;
    const results = other.runAll(lines.map((tail) => [[], { tail }]));
    expect(results.map(({ starts }) => starts[0]?.raw.startsWith(start))).toEqual(lines.map(() => true));
    expect(results.map(({ starts }) => starts[0]?.raw.replace(/^[^]*: sys\.exit\(1\)" ?/, ''))).toEqual(
      lines.map((line) => line.replace(/^[ \t]+/, '')),
    );
  });

  test('that are too long for Windows are not cut: pip is not started, and the message says why', () => {
    const { status, stderr, starts } = it.pip([], { tail: 'x'.repeat(32_650) });
    expect(starts).toEqual([]);
    expect(status).toBe(126);
    expect(stderr).toMatch(/python\.exe was not started: the command line is too long \(Windows error 206\)\n$/);
  });
});

/** What no batch file can contain, or wine's cmd reads in another code page. */
const NOT_THROUGH_CMD = new Set([
  'newline',
  'newline command',
  'CR',
  'unicode',
  'emoji',
  'lone surrogate',
  'long, 30000 characters',
]);

describe.skipIf(WINE_MISSING !== null)('a batch file', () => {
  test('gives pip the arguments as they are printed for cmd', () => {
    const possible = VECTORS.slice(0, 44).filter(([name]) => !NOT_THROUGH_CMD.has(name));
    const results = it.runAll(
      possible.map(([, words], index) => {
        // A batch file doubles %; the prompt, which quoteForShell writes for, does not.
        const quoted = words.map((word) => quoteForShell(word, 'cmd').replaceAll('^%', '%').replaceAll('%', '%%'));
        const file = path.join(it.home, 'run', `call-${index}.bat`);
        writeFileSync(file, `@echo off\r\npip ${quoted.join(' ')}\r\n`);
        return [[], { line: `cmd.exe /d /c "${toWindowsPath(file)}"` }];
      }),
    );
    expect(
      possible.map(([name], index) => [name, results[index]?.starts.map((start) => start.words.slice(4))]),
    ).toEqual(possible.map(([name, words]) => [name, [words]]));
    expect(results.filter(({ stdout }) => /^INJECTED/m.test(stdout))).toEqual([]);
  });
});
