import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ShellKind } from '../../src/model/diagnostic.ts';
import { joinCommand } from '../../src/terminal/quote.ts';
import { readAsCmd, readAsPowerShell } from '../support/shell-words.ts';

/** What may stand in a command that we print on Windows: paths, requirements, addresses, and what a project may be named. */
const WORDS = [
  'C:\\Program Files\\Python312\\python.exe',
  'C:\\Users\\J\u00f6rg M\u00fcller\\.venv\\Scripts\\python.exe',
  'C:\\a b\\',
  'C:\\a\\',
  '\\\\srv\\share\\x y',
  'C:\\R&D\\py',
  "C:\\Bob's\\py",
  'C:\\50% off\\py',
  'C:\\a^b\\py',
  'C:\\a!b\\py',
  'C:\\(x86)\\py',
  'C:\\a;b,c=d\\py',
  'C:\\{a}\\@b\\#c',
  'C:\\$HOME\\`x`',
  '',
  '"&cmd&"',
  '"|more',
  '" & calc & "',
  'x" > out.txt',
  'a\\"b\\\\"c',
  'flask; python_version < "3.9"',
  'requests[socks]>=2,<3',
  'git+https://host/x.git@main#egg=x&subdirectory=y',
  '--index-url=https://host/simple?a=1&b=2',
  '%PATH%',
  '%',
  '^',
  '\u2019x\u2019',
  '\u65e5\u672c \ud83d\udc0d',
  '--%',
];

type Read = (line: string) => readonly string[];

/** What Git Bash makes of a line: the same as bash elsewhere. */
const readAsBash: Read = (line) => {
  const { stdout } = spawnSync('/bin/bash', ['--norc', '-c', `printf '%s\\0' ${line}`], {
    encoding: 'utf8',
    env: { HOME: '/', LC_ALL: 'C.UTF-8' },
  });
  return stdout.split('\0').slice(0, -1);
};

const SHELLS: readonly (readonly [name: string, kind: ShellKind, read: Read, skipped: boolean])[] = [
  ['cmd', 'cmd', readAsCmd, false],
  ['PowerShell', 'powershell', readAsPowerShell, false],
  ['Git Bash', 'bash', readAsBash, !existsSync('/bin/bash')],
];

describe.each(SHELLS)('%s reads each word back, and starts nothing else', (_, kind, read, skipped) => {
  test.skipIf(skipped).each(WORDS)('%j', (word) => {
    expect(read(joinCommand(['pip', 'install', word, 'end'], kind))).toEqual(['pip', 'install', word, 'end']);
  });
});

describe.each(SHELLS)('%s starts a program by its path', (_, kind, read, skipped) => {
  const paths = WORDS.filter((word) => word.endsWith('python.exe'));
  test.skipIf(skipped).each([...paths, 'C:\\R&D\\50%\\python.exe'])('%s', (path) => {
    // bash looks a word without a slash up on PATH.
    const started = kind === 'bash' ? path.replaceAll('\\', '/') : path;
    expect(read(joinCommand([path, '-m', 'pip'], kind))).toEqual([started, '-m', 'pip']);
  });
});

describe('the model of PowerShell sees what would not be a word', () => {
  test.each(['pip a&b', 'pip $x', 'pip "$x"', "pip 'a'b'", 'pip a;b', 'pip (x)', 'pip @x', 'pip 1kb'])('%s', (line) => {
    expect(() => readAsPowerShell(line)).toThrow(/PowerShell takes|a variable|no end of a word/);
  });
});

test('there are at least 60 rows', () => {
  expect(WORDS.length * SHELLS.length).toBeGreaterThanOrEqual(60);
});
