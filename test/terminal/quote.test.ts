import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ShellKind } from '../../src/model/diagnostic.ts';
import { joinCommand, quoteForShell } from '../../src/terminal/quote.ts';
import { checkProperty } from '../support/random.ts';
import { readAsCmd } from '../support/shell-words.ts';
import { chooseSome } from '../support/matrix.ts';

describe('quoteForShell', () => {
  test.each<[shell: ShellKind, word: string, quoted: string]>([
    ['posix', 'requests==2.0', 'requests==2.0'],
    ['posix', '', "''"],
    ['posix', '~/x', "'~/x'"],
    ['posix', "it's", "'it'\\''s'"],
    ['posix', 'requests[socks]>=2', "'requests[socks]>=2'"],
    ['posix', 'a\x1b[2J', `"$(printf 'a\\033[2J')"`],
    ['bash', 'a\nb', "$'a\\x0ab'"],
    ['bash', '\u202ex', "$'\\xe2\\x80\\xaex'"],
    ['bash', '=ls', '=ls'],
    ['zsh', '=ls', "'=ls'"],
    ['zsh', 'a==1', 'a==1'],
    ['fish', "it's \\", "'it\\'s \\\\'"],
    ['fish', 'a\nb', "'a'\\x0a'b'"],
    ['fish', '%self', "'%self'"],
    ['tcsh', 'foo!=1', "'foo'\\!'=1'"],
    ['tcsh', 'a\nb', "'a\\\nb'"],
    ['tcsh', '=1', "'=1'"],
    ['powershell', "it's", "'it''s'"],
    ['powershell', 'a\u2019b', "'a\u2019\u2019b'"],
    ['powershell', 'a,b', "'a,b'"],
    ['powershell', '-a.b', "'-a.b'"],
    ['powershell', 'requests==2.0', 'requests==2.0'],
    ['powershell', 'C:\\Python312\\python.exe', 'C:\\Python312\\python.exe'],
    ['powershell', 'a\n$x', '"a$([char]10)`$x"'],
    ['cmd', 'requests>=2', '"requests>=2"'],
    ['cmd', 'a b\\', '"a b\\\\"'],
    ['cmd', '%PATH%', '^"^%PATH^%^"'],
    ['cmd', 'a\\%b', '^"a\\^%b^"'],
    ['cmd', '"&cmd&"', '^"\\^"^&cmd^&\\^"^"'],
    ['cmd', 'x; python_version < "3.9"', '^"x; python_version ^< \\^"3.9\\^"^"'],
    ['cmd', 'a^b&c', '"a^b&c"'],
    ['cmd', '', '""'],
  ])('%s writes %j as %s', (shell, word, quoted) => {
    expect(quoteForShell(word, shell)).toBe(quoted);
  });
});

test('the model of cmd sees a word that gets out of its quotes', () => {
  expect(readAsCmd('pip "a b" c\\\\"d e\\\\" ^"x^"')).toEqual(['pip', 'a b', 'c\\d e\\', 'x']);
  expect(() => readAsCmd('pip "\\"&cmd&\\""')).toThrow('cmd takes & for its own');
});

test('each word comes through cmd as it is, and starts nothing', () => {
  checkProperty(16_001, (random) => {
    const word = Array.from({ length: random.below(9) }, () =>
      random.pick(Array.from('"&|^%<>()! \\ab;=,\'PATH')),
    ).join('');
    const other = random.pick(['x y', '%PATH%', '"&calc&"', 'a\\']);
    expect(readAsCmd(joinCommand(['pip', word, other], 'cmd'))).toEqual(['pip', word, other]);
  });
});

describe('joinCommand', () => {
  test.each<[shell: ShellKind, words: readonly string[], line: string]>([
    ['bash', ['pip', 'install', 'a b'], "pip install 'a b'"],
    ['bash', ['/x=y/python', '-m', 'pip'], "'/x=y/python' -m pip"],
    ['powershell', ['C:\\Program Files\\python.exe', '-m', 'pip'], "& 'C:\\Program Files\\python.exe' -m pip"],
    ['cmd', ['C:\\Program Files\\python.exe', '-m', 'pip'], '"C:\\Program Files\\python.exe" -m pip'],
    ['cmd', ['C:\\a b\\%x%\\python.exe', '%x%'], '"C:\\a b\\"^%"x"^%"\\python.exe" ^"^%x^%^"'],
  ])('%s joins %j', (shell, words, line) => {
    expect(joinCommand(words, shell)).toBe(line);
  });
});

const HARD_WORDS = [
  '',
  'plain',
  'requests[socks]>=2,<3; python_version < "3.9"',
  '~',
  '~root/x',
  '=ls',
  '=1',
  '%1',
  '%self',
  '-n',
  '--x=y z',
  "it's",
  "''",
  "'",
  '\\',
  'a\\',
  "\\'",
  '\\n',
  '$HOME `id` $(id) ${x}',
  '*?[a-z]{a,b}',
  'a!b !! !$ \\!',
  '!',
  '#x',
  '^a^b',
  'a&b|c;d<e>f(g)',
  '100%',
  '%s %% %n',
  '"double"',
  'a\tb',
  'two\nlines',
  '\x01\x1b[31m\x7f',
  '\u202eevil\u2066\u200b',
  'ünïcödé 日本 🐍',
  '\u{e0041}tag',
  'a=b',
];

/** Arguments that make each shell run a command line as its prompt would, without its start-up files. */
const SHELLS: readonly [program: string, kind: ShellKind, args: readonly string[], skip: RegExp | null][] = [
  ['/bin/sh', 'posix', ['-c'], null],
  ['/bin/dash', 'posix', ['-c'], null],
  ['/bin/bash', 'posix', ['--norc', '-c'], null],
  ['/bin/bash', 'bash', ['--norc', '-c'], null],
  ['/bin/bash', 'bash', ['--norc', '-i', '-o', 'histexpand', '-c'], null],
  ['/usr/bin/zsh', 'zsh', ['-f', '-c'], null],
  ['/usr/bin/zsh', 'zsh', ['-f', '-o', 'extendedglob', '-c'], null],
  ['/usr/bin/fish', 'fish', ['--no-config', '-c'], null],
  ['/usr/bin/tcsh', 'tcsh', ['-f', '-c'], null],
];

describe.each(SHELLS)('%s reads the words of %s back (%j)', (program, kind, args) => {
  test.skipIf(!existsSync(program)).each(chooseSome(HARD_WORDS, 12))('%j', (word) => {
    const line = joinCommand(['/usr/bin/printf', String.raw`%s\0`, word, 'end'], kind);
    const { stdout } = spawnSync(program, [...args, line], { encoding: 'utf8', env: { HOME: '/', LC_ALL: 'C.UTF-8' } });
    expect(stdout).toBe(`${word}\0end\0`);
  });
});
