import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BOOTSTRAP } from '../../src/pip/command-line.ts';
import { install, type Installation } from './installation.ts';
import { openWindows, runWine, toWindowsPath, WINE_MISSING } from './wine.ts';

let it: Installation;
const NAMES = ['pip', 'pip3', 'pip3.12', 'pip3.9', 'pip2'];
beforeAll(() => {
  if (WINE_MISSING !== null) return;
  it = install(NAMES);
  rmSync(path.join(it.home, 'node.exe'));
});

/** Makes a folder with copies of the stand-in for Python. */
function makePython(folder: string, ...names: readonly string[]): string {
  const whole = path.join(it.home, folder);
  mkdirSync(whole, { recursive: true });
  for (const name of names) {
    if (name.endsWith('.exe')) copyFileSync(openWindows().python, path.join(whole, name));
    else writeFileSync(path.join(whole, name), '');
  }
  return toWindowsPath(whole);
}

function makeEnvironment(folder: string, configuration: string): string {
  makePython(`${folder}/Scripts`, 'python.exe');
  writeFileSync(path.join(it.home, folder, 'pyvenv.cfg'), configuration);
  return toWindowsPath(path.join(it.home, folder));
}

const missing = (text: string) => `pipward: Node.js was not found; ${text}\n`;
const running = (python: string) => missing(`running ${python} -m pip without it`);

describe.skipIf(WINE_MISSING !== null)('the Python that pip runs with, where there is no Node', () => {
  const expectStart = (python: string, options: Parameters<Installation['pip']>[1], words = ['-c', BOOTSTRAP]) => {
    const result = it.pip(['install', 'x y'], options);
    expect(result).toMatchObject({ status: 0, stderr: running(python) });
    expect(result.starts.map((start) => start.words)).toEqual([[python, ...words, 'install', 'x y']]);
    return result;
  };

  test('is the first on PATH, and the depth counts', () => {
    expect(expectStart(it.python, {}).starts[0]?.variables).toContain('_PIPWARD_DEPTH=1');
  });

  test('is never one of the current directory, or of an entry that depends on it', () => {
    const planted = makePython('planted', 'python.exe', 'python3.exe');
    mkdirSync(path.join(it.home, 'planted/sub'), { recursive: true });
    makePython('planted/sub', 'python.exe');
    const drive = planted.slice(2);
    const entries = [
      '',
      '.',
      'sub',
      '.\\sub',
      drive,
      `Z:sub`,
      '\\',
      `"."`,
      `"${toWindowsPath(path.join(it.home, 'python'))}"`,
    ];
    expectStart(it.python, { folder: planted, env: { PATH: entries.join(';') } });
    const result = it.pip(['install'], { folder: planted, env: { PATH: entries.slice(0, -1).join(';') } });
    expect(result).toMatchObject({ status: 127, starts: [], stderr: missing('and no python was found') });
  });

  test('is never an empty file, as the link to the Store is', () => {
    const store = makePython('Microsoft/WindowsApps');
    writeFileSync(path.join(it.home, 'Microsoft/WindowsApps/python.exe'), '');
    expectStart(it.python, { env: { PATH: `${store};${toWindowsPath(path.join(it.home, 'python'))}` } });
    expect(it.pip(['install'], { env: { PATH: store } })).toMatchObject({ status: 127, starts: [] });
  });

  test('is that of the active environment', () => {
    expect.hasAssertions();
    const environment = makeEnvironment('an env', 'home = Z:\\missing\nversion = 3.12.1\n');
    const python = `${environment}\\Scripts\\python.exe`;
    expectStart(python, { env: { VIRTUAL_ENV: environment } });
    expectStart(python, { env: { VIRTUAL_ENV: environment }, name: 'pip3' });
    const relative = { folder: toWindowsPath(it.home), env: { VIRTUAL_ENV: 'an env' } };
    expectStart(it.python, relative);
    expectStart(it.python, { ...relative, env: { VIRTUAL_ENV: environment.slice(2) } });
    rmSync(path.join(it.home, 'an env/pyvenv.cfg'));
    expectStart(it.python, { env: { VIRTUAL_ENV: environment } });
  });

  test('gets -P only if its version is certain', () => {
    expect.hasAssertions();
    const base = makePython('base', 'python.exe', 'python312.dll', 'python310.dll');
    const make = (line: string) => makeEnvironment('versions', `home = ${base}\n${line}\n`);
    const python = toWindowsPath(path.join(it.home, 'versions/Scripts/python.exe'));
    const check = (line: string, words?: string[], env = {}) =>
      expectStart(python, { env: { VIRTUAL_ENV: make(line), ...env } }, words);
    check('version = 3.12.1', ['-P', '-m', 'pip']);
    check('version_info = 3.12.1.final.0', ['-P', '-m', 'pip']);
    check('version = 3.12.1', ['-P', '-c', BOOTSTRAP], { PYTHONPATH: 'x' });
    check('version = 3.10.4');
    // The base has been upgraded in place.
    check('version = 3.13.0');
    for (const line of ['version = 3', 'version = x', 'version =', 'other = 3.12.1']) check(line);
  });

  test('is what PIPWARD_PYTHON says', () => {
    const environment = makeEnvironment('chosen', '');
    const folder = makePython('a folder', 'python.exe', 'mine.exe');
    const PATH = `${folder};${toWindowsPath(path.join(it.home, 'python'))}`;
    const choose = (PIPWARD_PYTHON: string, python: string) =>
      expectStart(python, { env: { PIPWARD_PYTHON, PATH, VIRTUAL_ENV: environment } });
    choose(environment, `${environment}\\Scripts\\python.exe`);
    choose(folder, `${folder}\\python.exe`);
    choose(`${folder}\\mine.exe`, `${folder}\\mine.exe`);
    choose('mine', `${folder}\\mine.exe`);
    choose('MINE.EXE', `${folder}\\MINE.EXE`);
    for (const PIPWARD_PYTHON of [
      'missing',
      '.\\python.exe',
      'Z:python.exe',
      `${folder}\\none.exe`,
      `${folder}\\*.exe`,
    ]) {
      const result = it.pip(['install'], { folder, env: { PIPWARD_PYTHON, PATH } });
      expect(result).toMatchObject({ status: 127, starts: [], stderr: missing(`and no ${PIPWARD_PYTHON} was found`) });
    }
  });

  test('is never a batch file: cmd would read the arguments again', () => {
    const folder = makePython('batch', 'python.exe');
    for (const name of ['python.bat', 'python.CMD']) {
      writeFileSync(path.join(it.home, 'batch', name), '@echo ran>ran.txt\r\n');
      const PIPWARD_PYTHON = `${folder}\\${name}`;
      const result = it.pip(['install', 'x'], { folder, env: { PIPWARD_PYTHON } });
      expect(result).toMatchObject({ status: 127, starts: [], stderr: missing(`and no ${PIPWARD_PYTHON} was found`) });
      expect(existsSync(path.join(it.home, 'batch', 'ran.txt'))).toBe(false);
    }
  });

  test('has the version of the name', () => {
    const environment = makeEnvironment('twelve', 'home = Z:\\missing\nversion_info = 3.12.4\n');
    const env = { VIRTUAL_ENV: environment };
    expectStart(`${environment}\\Scripts\\python.exe`, { name: 'pip3.12', env });
    const named = makePython('named', 'python3.9.exe', 'python2.exe');
    const plain = makePython('plain', 'python.exe', 'python39.dll');
    expectStart(`${named}\\python3.9.exe`, { name: 'pip3.9', env: { ...env, PATH: named } });
    expectStart(`${named}\\python2.exe`, { name: 'pip2', env: { ...env, PATH: `${plain};${named}` } });
    const other = toWindowsPath(path.join(it.home, 'python'));
    expectStart(`${plain}\\python.exe`, { name: 'pip3.9', env: { ...env, PATH: `${other};${plain}` } });
    const result = it.pip(['install'], { name: 'pip3.9', env });
    expect(result).toMatchObject({ status: 127, starts: [], stderr: missing('and no python3.9 was found') });
    const key = 'HKCU\\Software\\Python\\PythonCore\\3.9\\InstallPath';
    runWine(['reg', 'add', key, '/ve', '/d', `${plain}\\`, '/f']);
    expectStart(`${plain}\\python.exe`, { name: 'pip3.9' });
    runWine(['reg', 'add', key, '/v', 'ExecutablePath', '/d', `${named}\\python3.9.exe`, '/f']);
    expectStart(`${named}\\python3.9.exe`, { name: 'pip3.9' });
    runWine(['reg', 'delete', 'HKCU\\Software\\Python', '/f']);
  });

  test('is not announced to a completion', () => {
    expect(it.pip(['install'], { env: { PIP_AUTO_COMPLETE: '1' } })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe.skipIf(WINE_MISSING !== null)('a system policy, which only Node can evaluate', () => {
  const KEY = 'HKLM\\Software\\Policies\\pipward';
  const folder = () => path.join(openWindows().env['WINEPREFIX'] ?? '', 'drive_c/ProgramData/pipward');
  afterEach(() => {
    rmSync(folder(), { recursive: true, force: true });
    runWine(['reg', 'delete', KEY, '/f']);
  });
  const refused = (file: string, word: string) => ({
    status: 70,
    starts: [],
    stderr: missing(`${file} cannot be evaluated, so pip ${word} was not run`),
  });

  test('in the data of all users', () => {
    mkdirSync(folder(), { recursive: true });
    expect(it.pip(['install', 'x']).status).toBe(0);
    writeFileSync(path.join(folder(), 'policy.toml'), '');
    const file = 'C:\\ProgramData\\pipward\\policy.toml';
    // Where the user says that they are does not count.
    const env = { ProgramData: 'Z:\\missing', ALLUSERSPROFILE: 'Z:\\missing' };
    expect(it.pip(['install', 'x'], { env })).toMatchObject(refused(file, 'install'));
    expect(it.pip(['-v', 'uninstall', 'x'])).toMatchObject(refused(file, 'uninstall'));
    expect(it.pip([], { tail: '-q in"st"all x' })).toMatchObject(refused(file, 'install'));
    expect(it.pip(['list'])).toMatchObject({ status: 0, starts: [{}] });
    expect(it.pip(['download', 'installer'])).toMatchObject({ status: 0, starts: [{}] });
  });

  test('of group policy', () => {
    runWine(['reg', 'add', KEY, '/f']);
    expect(it.pip(['install', 'x']).status).toBe(0);
    runWine(['reg', 'add', KEY, '/v', 'PolicyFile', '/d', 'C:\\company\\policy.toml', '/f']);
    expect(it.pip(['install', 'x'])).toMatchObject(refused('C:\\company\\policy.toml', 'install'));
    // A value of a kind that is not understood is a policy, too.
    runWine(['reg', 'add', KEY, '/v', 'PolicyFile', '/t', 'REG_BINARY', '/d', '00', '/f']);
    expect(it.pip(['install', 'x'])).toMatchObject(refused(KEY, 'install'));
  });
});
