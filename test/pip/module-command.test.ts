import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startModule } from '../../src/pip/module-command.ts';
import type { PythonVersion } from '../../src/model/environment.ts';
import { joinCommand } from '../../src/terminal/quote.ts';
import { chooseSome } from '../support/matrix.ts';
import { listPyenvPythons } from '../support/pythons.ts';

const src = path.join(import.meta.dirname, '../../src');
const pythons = listPyenvPythons();
const at = (text: string): PythonVersion => {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { major, minor, patch: null };
};
const start = (
  version: string | null,
  module: 'pip' | 'venv' | 'ensurepip',
  isEnvironment = false,
  isShadowed = true,
) => startModule({ word: 'py', version: version === null ? null : at(version), isEnvironment }, module, isShadowed);

test('a plain directory gets the plain form', () => {
  expect(start('3.9', 'pip', false, false)).toEqual(['py', '-m', 'pip']);
  expect(start(null, 'venv', false, false)).toEqual(['py', '-m', 'venv']);
});

test.each([
  ['3.11', 'pip', false, ['py', '-P', '-m', 'pip']],
  ['3.11', 'pip', true, ['py', '-P', '-m', 'pip']],
  ['3.10', 'pip', true, ['py', '-I', '-m', 'pip']],
  ['3.10', 'venv', false, ['py', '-I', '-m', 'venv']],
  ['3.13', 'ensurepip', false, ['py', '-I', '-m', 'ensurepip']],
  [null, 'venv', false, ['py', '-I', '-m', 'venv']],
] as const)('Python %s, %s, in an environment: %s', (version, module, isEnvironment, expected) => {
  expect(start(version, module, isEnvironment)).toEqual(expected);
});

test.each([
  ['3.10', 'pip', false],
  ['2.7', 'pip', true],
  ['2.7', 'ensurepip', false],
  [null, 'pip', true],
] as const)('Python %s, %s, in an environment: %s: neither -P nor -I would do', (version, module, isEnvironment) => {
  expect(start(version, module, isEnvironment).slice(1, 2)).toEqual(['-c']);
});

test('no other part of the program writes such a command', () => {
  const writers = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.ts') &&
      /'-m', ?'?(?:pip|venv|ensurepip)|\$\{\w+\} -m /.test(readFileSync(path.join(src, name), 'utf8')),
  );
  expect(writers.toSorted()).toEqual(['admin/environments/choose-venv-tool.ts', 'pip/command-line.ts']);
});

describe.skipIf(pythons.length === 0)('in a hostile directory (skipped without pyenv Pythons)', () => {
  let folder: string;
  const trace = () => path.join(folder, 'trace.txt');

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pipward-test-'));
    const planted = `open(${JSON.stringify(trace())}, "a").write(__name__ + "\\n")\n`;
    const names = [
      'pip/__init__',
      'pip/__main__',
      'venv/__init__',
      'venv/__main__',
      'ensurepip/__init__',
      'runpy',
      'pkgutil',
    ];
    for (const name of [
      ...names,
      'typing',
      'logging',
      'random',
      'json',
      '_manylinux',
      'tempfile',
      'argparse',
      'shutil',
    ]) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, `${name}.py`), planted);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(words: readonly string[]) {
    return spawnSync('sh', ['-c', joinCommand(words, 'posix')], { cwd: folder, encoding: 'utf8', timeout: 120_000 });
  }

  describe.each(chooseSome(pythons, 1))('Python $version', ({ executable, version }) => {
    const python = (isEnvironment: boolean) => ({ word: executable, version: at(version), isEnvironment });

    test('printed commands run pip, venv and ensurepip, and no file of the directory', () => {
      const isThree = !version.startsWith('2.');
      const commands = [
        [...startModule(python(false), 'pip', true), '--version'],
        [...startModule({ ...python(false), version: null }, 'pip', true), 'list', '--format=freeze'],
        [...startModule(python(false), 'ensurepip', true), '--version'],
        ...(isThree
          ? [
              [...startModule(python(false), 'venv', true), 'made'],
              ['made/bin/python', ...startModule(python(true), 'pip', true).slice(1), 'list', '--format=freeze'],
            ]
          : []),
      ];
      const results = commands.map(run);
      rmSync(path.join(folder, 'made'), { recursive: true, force: true });
      expect(results.map(({ status, stderr }) => (status === 0 ? 0 : stderr))).toEqual(commands.map(() => 0));
      expect(results[0]?.stdout).toMatch(/^pip \d/);
      expect(existsSync(trace())).toBe(false);
    });
  });

  test('the plain form would have run one (so that this test can fail)', () => {
    const word = pythons.at(-1)?.executable ?? '';
    run([...startModule({ word, version: null, isEnvironment: false }, 'pip', false), '--version']);
    expect(existsSync(trace())).toBe(true);
  });
});
