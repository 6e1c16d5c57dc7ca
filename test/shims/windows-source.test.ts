import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BOOTSTRAP } from '../../src/pip/command-line.ts';
import { chooseSome } from '../support/matrix.ts';

const MAX_LINES = 250;
const root = path.join(import.meta.dirname, '..', '..');
const source = path.join(root, 'shims/windows');
const read = (name: string) => readFileSync(path.join(source, name), 'utf8');
const shim = readFileSync(path.join(root, 'shims/pip'), 'utf8');
const has = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const SANITIZERS = '-fsanitize=address,undefined';
/** gcc may come without these libraries. */
const hasSanitizers =
  spawnSync('gcc', [SANITIZERS, '-x', 'c', '-', '-o', '/dev/null'], { input: 'int main() { return 0; }' }).status === 0;

/** The texts of a table in the C source. */
function readTable(file: string, name: string): readonly string[] {
  const [, body = ''] = new RegExp(`${name}\\[\\] = \\{([^}]*)\\}`).exec(read(file)) ?? [];
  return [...body.matchAll(/L"([^"]*)"/g)].map(([, text = '']) => text);
}

describe('what shims/windows and shims/pip have in common', () => {
  test('the words after which pip changes nothing', () => {
    const [, words = ''] = /^ {4}(list \| .*)\)\n {6}pipward_mode=fast$/m.exec(shim) ?? [];
    expect(words).not.toBe('');
    expect(readTable('command-line.c', 'READ_ONLY')).toEqual(words.split(' | '));
  });

  test('the bootstrap', () => {
    const [, text = ''] = /BOOTSTRAP\[\] =\n([^;]*);/.exec(read('interpreter.c').replaceAll(/^#.*\n/gm, '')) ?? [];
    const lines = [...text.matchAll(/L"((?:[^"\\]|\\.)*)"/g)].map(([, line = '']): string => JSON.parse(`"${line}"`));
    expect(lines.join('')).toBe(BOOTSTRAP);
  });

  test('the variables that Node does not get', () => {
    const [, names = ''] = /^pipward_names='(.*)'$/m.exec(shim) ?? [];
    // Of the dynamic linker, of malloc and of perl: Windows knows none of them.
    const known = names.split(' ').filter((name) => !/^(?:LD|DYLD|GLIBC|MALLOC|PERL)/.test(name));
    const starts = readTable('environment.c', 'ASIDE_STARTS');
    const exact = readTable('environment.c', 'ASIDE_NAMES');
    expect(known.length).toBeGreaterThan(20);
    expect(known.filter((name) => !exact.includes(name) && !starts.some((start) => name.startsWith(start)))).toEqual(
      [],
    );
  });

  test('the exit statuses and the limit of a loop', () => {
    const exit = readFileSync(path.join(root, 'src/model/exit.ts'), 'utf8');
    const main = readFileSync(path.join(root, 'src/shim/main.ts'), 'utf8');
    const number = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? Number.NaN);
    const header = read('launcher.h');
    expect(number(header, /EXIT_INTERNAL = (\d+)/)).toBe(number(exit, /internal: (\d+)/));
    expect(number(header, /EXIT_NOT_RUNNABLE = (\d+)/)).toBe(number(exit, /notRunnable: (\d+)/));
    expect(number(header, /EXIT_NOT_FOUND = (\d+)/)).toBe(number(exit, /notFound: (\d+)/));
    expect(number(header, /MAX_DEPTH = (\d+)/)).toBe(number(main, /(?:DEEPEST|MAX_DEPTH) = (\d+)/));
  });
});

test('no file of the launcher grows past 250 lines', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[ch]$/.test(name));
  const long = files.filter((name) => read(name).split('\n').length > MAX_LINES + 1);
  expect(long).toEqual([]);
});

test.skipIf(!has('cppcheck'))('cppcheck finds nothing (needs cppcheck)', () => {
  const words =
    '--enable=warning,style,performance,portability --suppress=missingIncludeSystem --std=c11 --platform=win64 -q';
  const { status, stderr } = spawnSync('cppcheck', [...words.split(' '), '--error-exitcode=1', source], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

describe.skipIf(!hasSanitizers)(
  'the parts that do not call Windows, compiled here (needs gcc with AddressSanitizer)',
  () => {
    const parts = ['text.c', 'command-line.c', 'messages.c', 'environment.c', 'pyvenv.c'];
    let folder = '';
    const program = () => path.join(folder, 'check');
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'pipward-launcher-'));
      const options = '-std=gnu11 -g -O1 -fshort-wchar -Wall -Wextra -Werror -fno-sanitize-recover=all';
      const native = path.join(root, 'test/windows/native');
      const files = [path.join(native, 'check.c'), ...parts.map((name) => path.join(source, name))];
      execFileSync('gcc', [...options.split(' '), SANITIZERS, '-I', native, '-o', program(), ...files], {
        stdio: 'inherit',
      });
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(chooseSome([1, 20_261_129], 1))(
      '10,000 random command lines, messages and blocks of variables (seed %i)',
      (seed) => {
        const { status, stdout, stderr } = spawnSync(program(), ['10000', String(seed)], { encoding: 'utf8' });
        expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '10000 cases\n', stderr: '' });
      },
    );

    test.each([
      ['install requests', ['install', 'requests']],
      ['  a\t b  ', ['a', 'b']],
      ['""', ['']],
      ['"" ""', ['', '']],
      ['"a b" c', ['a b', 'c']],
      ['a\\"b', ['a"b']],
      ['a\\\\"b c"', ['a\\b c']],
      ['"a\\\\" b', ['a\\', 'b']],
      ['"a""b"', ['a"b']],
      ['"a"" b', ['a" b']],
      ['a"b"c', ['abc']],
      ['C:\\dir\\ x', ['C:\\dir\\', 'x']],
      ['"no end', ['no end']],
      ['li"st"', ['list']],
      ['\\\\server\\share', ['\\\\server\\share']],
      ["it's", ["it's"]],
      ['a\nb', ['a\nb']],
      ['\ud800 x', ['\ud800', 'x']],
    ])('reads the words of %j as python.exe does', (line, expected) => {
      const input = Buffer.from(`${line}\0`, 'utf16le');
      const { stdout } = spawnSync(program(), ['words'], { input, encoding: 'latin1' });
      const words = stdout.replace(/ ?\n$/, '').split(' ');
      expect(
        words.map((word) => word.replaceAll(/..../g, (unit) => String.fromCharCode(Number.parseInt(unit, 16)))),
      ).toEqual(expected);
    });
  },
);
