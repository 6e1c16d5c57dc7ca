import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeArchive, NODE_MISSING, type Archive } from './archive.ts';
import { openWindows } from './wine.ts';

const MACHINE = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment';
const SYSTEM = 'C:\\windows\\system32';
let archive: Archive;
let profile = '';
let prefix = '';

/** A value of `HKCU\Environment`; null deletes it. */
type Value = { readonly type: 1 | 2; readonly text: string } | null;

/** Lines of a .reg file that set the user's PATH, as bytes: batch files under wine lose letters such as ö. */
function renderValue(value: Value): string {
  if (value === null) return '"Path"=-';
  const bytes = [...Buffer.from(`${value.text}\0`, 'utf16le')].map((byte) => byte.toString(16).padStart(2, '0'));
  return `"Path"=hex(${value.type}):${bytes.join(',')}`;
}

/** Batch lines that set the user's PATH, whatever it was. */
function setPath(name: string, value: Value): readonly string[] {
  const lines = (each: Value) => [
    'Windows Registry Editor Version 5.00',
    '',
    '[HKEY_CURRENT_USER\\Environment]',
    renderValue(each),
    '',
  ];
  writeFileSync(
    path.join(archive.folder, 'work', name),
    `\uFEFF${[...lines(null), ...lines(value).slice(1)].join('\r\n')}`,
    'utf16le',
  );
  return [`reg import ${archive.at(name)}`];
}

const exportTo = (name: string) => `reg export HKCU\\Environment ${archive.at(name)} /y`;
const readFile = (name: string) => readFileSync(path.join(archive.folder, 'work', name));

/** The text of the user's PATH in an export. */
function readPath(name: string): { readonly type: string; readonly text: string } | null {
  const text = readFile(name)
    .toString('utf16le')
    .replaceAll(/\\\r\n\s*/g, '');
  const plain = /^"Path"="(.*)"\r$/m.exec(text)?.[1];
  if (plain !== undefined) return { type: '1', text: plain.replaceAll(/\\(.)/g, '$1') };
  const [, type, hex] = /^"Path"=hex\((\d)\):(\S*)/m.exec(text) ?? [];
  if (type === undefined || hex === undefined) return null;
  return { type, text: Buffer.from(hex.replaceAll(',', ''), 'hex').toString('utf16le').replace(/\0$/, '') };
}

const inProfile = (...parts: readonly string[]) => path.join(profile, ...parts);

describe.skipIf(NODE_MISSING !== null)('setup on Windows', () => {
  beforeAll(() => {
    archive = makeArchive();
    const users = path.join(openWindows().folder, 'wine/drive_c/users');
    const [user = ''] = readdirSync(users).filter((name) => name !== 'Public');
    profile = path.join(users, user);
    prefix = `C:\\users\\${user}\\AppData\\Local\\Programs\\pipward`;
    archive.run(`reg add "${MACHINE}" /v Path /t REG_EXPAND_SZ /d "%%SystemRoot%%\\system32;${archive.python}" /f`);
  });
  beforeEach(() => {
    for (const name of ['before', 'between', 'after']) writeFileSync(path.join(archive.folder, 'work', name), '');
  });

  test.each<readonly [string, Value, string, string]>([
    ['no value', null, '2', ''],
    ['REG_SZ', { type: 1, text: 'C:\\Jörg\\bin;D:\\%x%' }, '1', ';C:\\Jörg\\bin;D:\\%x%'],
    ['REG_EXPAND_SZ', { type: 2, text: '%SystemRoot%\\ö;;"C:\\a;b";' }, '2', ';%SystemRoot%\\ö;;"C:\\a;b";'],
  ])('the registry is the same after setup and unsetup: %s', (_, value, type, rest) => {
    const out = archive.run(
      ...setPath('set.reg', value),
      exportTo('before'),
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --yes`,
      'echo setup %ERRORLEVEL%',
      `if exist "${prefix}.removed" echo left over`,
      exportTo('between'),
      // Once is enough: it takes seconds.
      ...(value === null ? [`${archive.admin} setup --yes`] : []),
      `set PATH=${prefix}\\shims;${SYSTEM};${archive.python}`,
      'pipward unsetup --yes',
      'echo unsetup %ERRORLEVEL%',
      exportTo('after'),
    );
    expect(out).toContain('setup 0');
    expect(out).toMatch(/yes {2}cmd +pip is .*\\shims\\pip\.exe; pip 23\.2\.1/);
    expect(out.includes('already: nothing to change')).toBe(value === null);
    expect(out).toContain('unsetup 0');
    expect(readPath('between')).toEqual({ type, text: `${prefix}\\shims${rest}` });
    expect(readFile('after').equals(readFile('before'))).toBe(true);
    expect(existsSync(inProfile('AppData/Local/Programs/pipward'))).toBe(false);
    // The program that was running while it was removed.
    expect(readdirSync(inProfile('AppData/Local/Programs/pipward.removed'))).toEqual(['pipward.exe']);
    // What an earlier removal had to leave is gone.
    expect(out).not.toContain('left over');
    expect(out).toContain('pipward.removed: delete that folder later, or leave it to the next `pipward setup`');
  });

  test('the folder of a user such as Jörg is recognised in what a shell says', () => {
    const folder = path.join(openWindows().folder, 'wine/drive_c/Jörg');
    mkdirSync(folder);
    const out = archive.run(
      ...setPath('set.reg', null),
      `set PATH=${SYSTEM};${archive.python}`,
      // Batch files under wine lose letters such as ö, but not in what they find.
      `for /d %%i in (C:\\J*rg) do ${archive.admin} setup --yes --prefix %%i\\pipward`,
      'echo setup %ERRORLEVEL%',
      `for /d %%i in (C:\\J*rg) do ${archive.admin} unsetup --yes --prefix %%i\\pipward`,
    );
    expect(out).toMatch(/yes {2}cmd +pip is C:\\Jörg\\pipward\\shims\\pip\.exe; pip 23\.2\.1/);
    expect(out).toContain('setup 0');
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}.removed`, { recursive: true, force: true });
  });

  test('a PATH that would get too long is not written', () => {
    const out = archive.run(
      ...setPath('set.reg', { type: 2, text: 'C:\\x'.repeat(8180) }),
      exportTo('before'),
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --yes`,
      'echo setup %ERRORLEVEL%',
      exportTo('after'),
    );
    expect(out).toMatch(/PATH would have 327\d\d characters, and Windows allows 32766/);
    expect(out).toContain('setup 1');
    expect(readFile('after').equals(readFile('before'))).toBe(true);
    expect(existsSync(inProfile('AppData/Local/Programs/pipward'))).toBe(false);
  });

  test('what other programs did to PATH meanwhile stays', () => {
    archive.run(
      ...setPath('set.reg', { type: 2, text: 'C:\\one' }),
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --yes`,
    );
    archive.run(
      ...setPath('set.reg', { type: 1, text: `D:\\ü;${prefix.toUpperCase()}\\SHIMS\\;C:\\one;E:\\last` }),
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} unsetup --prefix ${prefix} --yes`,
      exportTo('after'),
    );
    expect(readPath('after')).toEqual({ type: '1', text: 'D:\\ü;C:\\one;E:\\last' });
  });

  test('an upgrade replaces pip.exe while it runs, and the next setup deletes the old one', () => {
    const running = archive.at('running');
    const first = archive.run(
      ...setPath('set.reg', null),
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --yes`,
      `set PATH=${prefix}\\shims;%PATH%`,
      'pipward nonsense "a  b^"',
      'echo nonsense %ERRORLEVEL%',
      `start /b pip wait ${running}`,
      ':again',
      `if not exist ${running} goto again`,
    );
    // pipward.exe gives the exit code of Node.
    expect(first).toMatch(/there is no command "nonsense"[^]*\nnonsense 2\n/);
    const installed = inProfile('AppData/Local/Programs/pipward/shims/pip.exe');
    const shipped = path.join(archive.folder, 'archive/dist/windows/pip.exe');
    const old = readFileSync(shipped);
    writeFileSync(shipped, Buffer.concat([old, Buffer.alloc(16)]));
    const out = archive.run(`set PATH=${SYSTEM};${archive.python}`, `${archive.admin} setup --yes`, `del ${running}`);
    expect(out).toMatch(/These programs were running[^]*\\pipward\.old\.\w+\\pip\.exe/);
    expect(readFileSync(installed).equals(readFileSync(shipped))).toBe(true);
    const again = archive.run(
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --no-modify-path --yes`,
      `${archive.admin} unsetup --prefix ${prefix} --yes`,
    );
    writeFileSync(shipped, old);
    expect(again).not.toContain('running');
    expect(existsSync(inProfile('AppData/Local/Programs/pipward'))).toBe(false);
  });

  test("where the machine's PATH has a pip, a block puts pipward first in Git Bash, and cmd stays as it is", () => {
    const bash = inProfile('.bash_profile');
    writeFileSync(bash, 'alias ll="ls -l"\n');
    writeFileSync(
      path.join(archive.folder, 'python/pip.exe'),
      readFileSync(path.join(archive.folder, 'python/python.exe')),
    );
    const out = archive.run(
      ...setPath('set.reg', null),
      'reg add HKLM\\Software\\GitForWindows /v InstallPath /d C:\\Git /f',
      `set PATH=${SYSTEM};${archive.python}`,
      `${archive.admin} setup --yes`,
      'echo setup %ERRORLEVEL%',
    );
    expect(out).toContain(`The machine's PATH has ${archive.python}\\pip.exe, and it comes before a user's PATH.`);
    expect(out).toMatch(/Windows PowerShell is left out, since its execution policy, Restricted, runs no profile/);
    expect(out).toMatch(/NO {3}cmd +pip is .*python\\pip\.exe/);
    expect(out).toContain('setup 1');
    expect(readFileSync(bash, 'utf8')).toMatch(
      /^alias ll="ls -l"\n# >>> pipward >>>\n[^]*shims'*:"\$PATH"; fi\n# <<< pipward <<<\n$/,
    );
    const removed = archive.run(
      `set PATH=${SYSTEM}`,
      `${archive.admin} unsetup --prefix ${prefix} --yes`,
      'echo unsetup %ERRORLEVEL%',
    );
    expect(removed).toContain('unsetup 0');
    expect(readFileSync(bash, 'utf8')).toBe('alias ll="ls -l"\n');
  });
});
