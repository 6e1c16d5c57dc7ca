import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BOOTSTRAP } from '../../src/pip/command-line.ts';
import { install, writes, type Installation, type Options } from './installation.ts';
import { openWindows, toWindowsPath, WINE_MISSING } from './wine.ts';

let it: Installation;
let environment = '';
const inEnvironment = (name: string) => path.join(it.home, 'my env', name);

beforeAll(() => {
  if (WINE_MISSING !== null) return;
  it = install(['pip', 'pip3', 'PIP', 'pip3.12', 'pipx']);
  environment = toWindowsPath(inEnvironment(''));
  environment = environment.replace(/\\$/, '');
  // What Node says starts another Python, so that the two ways are told apart.
  it.script(writes('run', `"${it.python}" -m decided`), 'read');
});

beforeEach(() => {
  if (WINE_MISSING !== null) return;
  rmSync(inEnvironment(''), { recursive: true, force: true });
  mkdirSync(inEnvironment('Scripts'), { recursive: true });
  mkdirSync(inEnvironment('Lib/site-packages/pip'), { recursive: true });
  copyFileSync(openWindows().python, inEnvironment('Scripts/python.exe'));
  writeFileSync(inEnvironment('Lib/site-packages/pip/__main__.py'), '');
  const base = path.join(it.home, 'base');
  mkdirSync(base, { recursive: true });
  for (const name of ['python312.dll', 'python310.dll']) writeFileSync(path.join(base, name), '');
  writeFileSync(inEnvironment('pyvenv.cfg'), `home = ${toWindowsPath(base)}\r\nversion = 3.12.1\r\n`);
});

/** Whether the call was made without Node; and the words that pip was started with. */
function call(words: readonly string[], options: Options = {}) {
  const env = { VIRTUAL_ENV: environment, STANDIN_EXIT: '300', ...options.env };
  const result = it.pip(words, { ...options, env });
  expect(result).toMatchObject({ status: 300, stderr: '', starts: [{}] });
  return { isFast: result.nodeStarts.length === 0, start: result.starts[0] };
}

describe.skipIf(WINE_MISSING !== null)('the fast path', () => {
  test('starts the python of the active environment, with its variables unchanged', () => {
    const { isFast, start } = call(['list', 'a"b'], { env: { NODE_OPTIONS: '--x', _PIPWARD_DEPTH: '20' } });
    expect(isFast).toBe(true);
    expect(start?.words).toEqual([`${environment}\\Scripts\\python.exe`, '-P', '-m', 'pip', 'list', 'a"b']);
    expect(start?.variables).toEqual(expect.arrayContaining(['NODE_OPTIONS=--x', '_PIPWARD_DEPTH=20']));
  });

  test.each([
    [[], true],
    [['--version'], true],
    [['-V'], true],
    [['help', 'install'], true],
    [['freeze'], true],
    [['install', 'x'], false],
    [['completion', '--bash'], false],
    [['download'], false],
    [[''], false],
    [['-v', 'list'], false],
    [['LIST'], false],
    [['list '], false],
    [['lists'], false],
  ])('%j: %s', (words, expected) => {
    expect(call(words).isFast).toBe(expected);
  });

  test.each(['pip', 'pip3', 'PIP'])('under the name %s', (name) => {
    expect(call(['list'], { name }).isFast).toBe(true);
  });

  test.each(['pip3.12', 'pipx'])('not under the name %s', (name) => {
    expect(call(['list'], { name }).isFast).toBe(false);
  });

  test.each([{ PIPWARD_PYTHON: 'x' }, { PIPWARD_DEBUG: '1' }, { pipward_debug: '1' }, { VIRTUAL_ENV: '' }])(
    'not with %j',
    (env: Record<string, string>) => {
      expect(call(['list'], { env }).isFast).toBe(false);
    },
  );

  test('not with a folder that depends on the current directory or drive', () => {
    const folder = toWindowsPath(it.home);
    for (const VIRTUAL_ENV of ['my env', '.\\my env', environment.slice(2), 'Z:my env']) {
      expect(call(['list'], { folder, env: { VIRTUAL_ENV } }).isFast).toBe(false);
    }
  });

  test.each(['pyvenv.cfg', 'Scripts/python.exe', 'Lib/site-packages/pip/__main__.py'])('not without %s', (name) => {
    expect(call(['list']).isFast).toBe(true);
    rmSync(inEnvironment(name));
    expect(call(['list']).isFast).toBe(false);
  });

  test('gives the bootstrap to a Python without -P, and to one whose version is not certain', () => {
    const words = (env = {}) => call(['list'], { env }).start?.words.slice(1);
    expect(words({ PYTHONPATH: 'x' })).toEqual(['-P', '-c', BOOTSTRAP, 'list']);
    const home = `home = ${toWindowsPath(path.join(it.home, 'base'))}`;
    for (const text of [`${home}\nversion = 3.10.2\n`, `${home}\nversion = 3.13.2\n`, 'version = 3.12.1\n', '']) {
      writeFileSync(inEnvironment('pyvenv.cfg'), text);
      expect(words()).toEqual(['-c', BOOTSTRAP, 'list']);
    }
  });
});
