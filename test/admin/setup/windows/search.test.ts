import { describe, expect, test } from 'vitest';
import {
  chooseWindowsProfiles,
  renderBashBlock,
  renderPowerShellBlock,
} from '../../../../src/admin/setup/windows/profiles.ts';
import { checkWindowsPrefix } from '../../../../src/admin/setup/windows/places.ts';
import { findMachinePip, listPrograms, renderSessionPath } from '../../../../src/admin/setup/windows/search.ts';
import { readAnswer } from '../../../../src/admin/setup/windows/verify.ts';
import { judgeRegistryPath, listOnWindowsPath, renderPathCommand } from '../../../../src/admin/doctor/check-windows.ts';
import type { RawValue } from '../../../../src/admin/setup/windows/path-value.ts';
import type { WindowsFacts } from '../../../../src/model/call-context.ts';
import { program, viewOf } from '../../../support/tree.ts';

const PREFIX = 'C:\\Users\\Jörg\\pipward';
const SHIMS = `${PREFIX}\\shims`;
const env = { SystemRoot: 'C:\\Windows', USERPROFILE: 'C:\\Users\\Jörg', Path: 'C:\\Windows;C:\\pwsh' };
const value = (text: string): RawValue => ({ type: 2, bytes: Buffer.from(`${text}\0`, 'utf16le') });
const files =
  (...names: readonly string[]) =>
  (file: string) =>
    names.some((name) => name.toLowerCase() === file.toLowerCase());

test('a new session has the PATH of the machine, then that of the user, expanded', () => {
  expect(renderSessionPath(value('%SystemRoot%;C:\\a;'), value(`${SHIMS};D:\\x`), env)).toBe(
    `C:\\Windows;C:\\a;${SHIMS};D:\\x`,
  );
  expect(renderSessionPath(null, value('D:\\x'), env)).toBe('D:\\x');
});

test.each<readonly [string, readonly string[], readonly string[]]>([
  ['C:\\a;C:\\b', ['C:\\b\\pip.exe', 'C:\\a\\pip.cmd'], ['C:\\a\\pip.cmd', 'C:\\b\\pip.exe']],
  ['C:\\a', ['C:\\a\\pip.bat', 'C:\\a\\pip.exe'], ['C:\\a\\pip.exe']],
  ['"C:\\a;b"', ['C:\\a;b\\pip.exe'], ['C:\\a;b\\pip.exe']],
  ['.;a;\\a;C:a', ['.\\pip.exe', 'a\\pip.exe', '\\a\\pip.exe', 'C:a\\pip.exe'], []],
  ['C:\\a', ['C:\\a\\pip', 'C:\\a\\pip.ps1'], []],
])('programs named pip on %s', (path, names, found) => {
  expect(listPrograms(path, 'pip', files(...names))).toEqual(found);
});

test.each<readonly [string, string, readonly string[], string | null]>([
  ['none', 'C:\\Windows', [], null],
  ['of a Python', '%SystemRoot%;C:\\P\\Scripts', ['C:\\P\\Scripts\\pip.exe'], 'C:\\P\\Scripts\\pip.exe'],
  ['ours', `${SHIMS};C:\\P`, [`${SHIMS}\\pip.exe`, 'C:\\P\\pip.exe'], null],
])("the machine's pip: %s", (_, machine, names, found) => {
  expect(findMachinePip(value(machine), SHIMS, env, files(...names))).toBe(found);
});

test.each<readonly [string, RawValue, RawValue, readonly string[], readonly string[]]>([
  ['all is well', value('C:\\Windows'), value(`${SHIMS};C:\\x`), [`${SHIMS}\\pip.exe`], ['ok']],
  ['not there', value('C:\\Windows'), value('C:\\x'), [], ['wrong']],
  ["only in the machine's", value(SHIMS), null, [], ['ok']],
  ['a pip before it', value(''), value(`C:\\x;${SHIMS}`), ['C:\\x\\pip.exe'], ['wrong']],
  ['a folder without pip before it', value(''), value(`C:\\x;${SHIMS}`), [], ['ok']],
  ["a pip in the machine's", value('C:\\P'), value(SHIMS), ['C:\\P\\pip.exe'], ['ok', 'note']],
])('what doctor says of PATH in the registry: %s', (_, machine, user, names, states) => {
  expect(judgeRegistryPath(machine, user, SHIMS, env, files(...names)).map(({ state }) => state)).toEqual(states);
});

test.each<readonly [string, RawValue, readonly string[], readonly string[], string | null]>([
  ['first', value(`${SHIMS};C:\\P`), [`${SHIMS}\\pip.exe`, 'C:\\P\\pip.exe'], ['ok'], null],
  ['behind another pip', value(`C:\\P;${SHIMS}`), ['C:\\P\\pip.exe', `${SHIMS}\\pip.exe`], ['wrong'], 'setup --system'],
  ['not there', value('C:\\P'), ['C:\\P\\pip.exe'], ['wrong'], 'setup --system'],
])('what doctor says of an installation for all users: %s', (_, machine, names, states, fix) => {
  const found = judgeRegistryPath(machine, value('D:\\x'), SHIMS, env, files(...names), 'machine');
  expect(found.map(({ state }) => state)).toEqual(states);
  const expected: unknown = expect.stringContaining(fix ?? '');
  expect(found[0]?.fix ?? null).toEqual(fix === null ? null : expected);
});

test('a script that PowerShell finds is another pip', () => {
  const stdout = 'C:\\P\\pip.ps1\r\npip 24.0 from x\r\n';
  const result = { stdout, stderr: '', exitCode: 0, timedOut: false };
  expect(readAnswer('PowerShell', SHIMS, result)).toMatchObject({ found: 'C:\\P\\pip.ps1', isOurs: false });
});

test('an app execution alias comes first like any other program', () => {
  const apps = `C:\\Users\\me\\AppData\\Local\\Microsoft\\WindowsApps`;
  const target = 'C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_3.12.1_x64__q\\pip.exe';
  const view = viewOf({ [`${apps}\\pip.exe`]: { link: target, alias: true }, [`${SHIMS}\\pip.exe`]: program }, 'win32');
  const session = { env: { PATH: `${apps};${SHIMS}` }, files: view, platform: 'win32' } as const;
  expect(listOnWindowsPath(session, 'pip')).toEqual([`${apps}\\pip.exe`, `${SHIMS}\\pip.exe`]);
});

test.each<readonly ['cmd' | 'powershell' | 'bash', string]>([
  ['cmd', `set "PATH=${SHIMS};%PATH%"`],
  ['powershell', `$env:PATH = '${SHIMS};' + $env:PATH`],
  ['bash', `PATH='/c/Users/Jörg/pipward/shims':"$PATH"`],
])('PATH of a session in %s', (shell, command) => {
  expect(renderPathCommand(SHIMS, shell)).toBe(command);
});

describe('startup files', () => {
  const facts = (values: Readonly<Record<string, string>>): WindowsFacts => ({
    knownFolder: (name) => (name === 'Profile' ? 'C:\\Users\\Jörg' : null),
    registryValue: (key, name) => values[`${key}\\${name}`] ?? null,
    registryKeys: () => [],
    mayAddFile: () => null,
    access: () => null,
    parentProgram: () => null,
    isElevated: () => false,
  });
  const context = { env, programDirectory: '', node: '', version: '1', platform: 'win32' } as const;
  const WINDOWS_POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
  const OF_USER = 'HKCU\\Software\\Microsoft\\PowerShell\\1\\ShellIds\\Microsoft.PowerShell\\ExecutionPolicy';
  const GROUP = 'HKLM\\Software\\Policies\\Microsoft';
  const OF_GROUP = `${GROUP}\\Windows\\PowerShell\\ExecutionPolicy`;
  const GIT = { 'HKLM\\Software\\GitForWindows\\InstallPath': 'C:\\Git' };
  const FOLDERS = 'HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders\\Personal';
  const HOME = 'C:\\Users\\Jörg';

  test.each<readonly [string, Readonly<Record<string, string>>, readonly string[], readonly string[], number]>([
    ['no shell', {}, [], [], 0],
    ['Windows PowerShell as it is at first', {}, [WINDOWS_POWERSHELL], [], 1],
    [
      'Windows PowerShell that runs scripts',
      { [OF_USER]: 'RemoteSigned' },
      [WINDOWS_POWERSHELL],
      [`${HOME}\\Documents\\WindowsPowerShell\\profile.ps1`],
      0,
    ],
    ['a group policy against it', { [OF_USER]: 'RemoteSigned', [OF_GROUP]: 'AllSigned' }, [WINDOWS_POWERSHELL], [], 1],
    [
      'a group policy that switches scripts off',
      { [OF_USER]: 'RemoteSigned', [`${GROUP}\\Windows\\PowerShell\\EnableScripts`]: '0' },
      [WINDOWS_POWERSHELL],
      [],
      1,
    ],
    [
      'a group policy that allows scripts',
      {
        [`${GROUP}\\Windows\\PowerShell\\EnableScripts`]: '1',
        [`${GROUP}\\Windows\\PowerShell\\ExecutionPolicy`]: 'RemoteSigned',
      },
      [WINDOWS_POWERSHELL],
      [`${HOME}\\Documents\\WindowsPowerShell\\profile.ps1`],
      0,
    ],
    [
      'PowerShell 7 with a group policy against it',
      { [`${GROUP}\\PowerShellCore\\ExecutionPolicy`]: 'AllSigned' },
      ['C:\\pwsh\\pwsh.exe'],
      [],
      1,
    ],
    [
      'scripts of PowerShell 7 switched off',
      { [`${GROUP}\\PowerShellCore\\EnableScripts`]: '0', [OF_USER]: 'Bypass' },
      ['C:\\pwsh\\pwsh.exe', WINDOWS_POWERSHELL],
      [`${HOME}\\Documents\\WindowsPowerShell\\profile.ps1`],
      1,
    ],
    [
      'documents elsewhere',
      { [OF_USER]: 'bypass', [FOLDERS]: '%USERPROFILE%\\OneDrive\\Docs' },
      [WINDOWS_POWERSHELL],
      [`${HOME}\\OneDrive\\Docs\\WindowsPowerShell\\profile.ps1`],
      0,
    ],
    ['PowerShell 7', {}, ['C:\\pwsh\\pwsh.exe'], [`${HOME}\\Documents\\PowerShell\\profile.ps1`], 0],
    ['Git Bash', GIT, [], [`${HOME}\\.bash_profile`], 0],
    ['Git Bash with .profile', GIT, [`${HOME}\\.profile`, `${HOME}\\.bashrc`], [`${HOME}\\.profile`], 0],
    ['Git Bash with .bashrc alone', GIT, [`${HOME}\\.bashrc`], [`${HOME}\\.bashrc`], 0],
  ])('%s', (_, values, names, paths, blocked) => {
    const disk = { isProgram: files(...names), isFolder: () => false };
    const chosen = chooseWindowsProfiles(context, facts(values), PREFIX, disk);
    expect(chosen.profiles.map((each) => each.path)).toEqual(paths);
    expect(chosen.blocked).toHaveLength(blocked);
  });

  test.each<readonly [string, Readonly<Record<string, string>>, boolean, string]>([
    ['HOME', { Home: 'D:\\me', HOMEDRIVE: 'H:', HOMEPATH: '\\me' }, true, 'D:\\me'],
    ['HOME of a shell that is not of Windows', { HOME: '/home/me' }, true, HOME],
    ['a share of the company', { HOMEDRIVE: 'H:', HOMEPATH: '\\me' }, true, 'H:\\me'],
    ['one that is not connected', { HOMEDRIVE: 'H:', HOMEPATH: '\\me' }, false, HOME],
    ['one that is the drive itself', { HOMEDRIVE: 'H:', HOMEPATH: '\\' }, true, 'H:'],
    ['the profile', {}, true, HOME],
  ])('the home of Git Bash: %s', (_, variables, isThere, home) => {
    const disk = { isProgram: () => false, isFolder: () => isThere };
    const chosen = chooseWindowsProfiles({ ...context, env: { ...env, ...variables } }, facts(GIT), PREFIX, disk);
    expect(chosen.profiles.map((each) => each.path)).toEqual([`${home}\\.bash_profile`]);
  });

  test('the block of PowerShell is ASCII, whatever the name of the user', () => {
    const [, , line = ''] = renderPowerShellBlock('C:\\Users\\Jörg $x `"').split('\n');
    expect(line).toMatch(/^[ -~]*$/);
    expect(line).toContain('"C:\\Users\\J$([char]246)rg `$x ```"\\shims"');
  });

  test('the block of Git Bash names the folder as Git Bash does', () => {
    expect(renderBashBlock("D:\\it's")).toContain(`PATH='/d/it'\\''s/shims':"$PATH"`);
  });
});

test.each<readonly [string, string]>([
  ['pipward', '--prefix must be a path with a drive'],
  ['\\pipward', 'a path with a drive'],
  ['C:pipward', 'a path with a drive'],
  ['C:\\', 'the root of a drive'],
  ['C:\\a;b', 'PATH cannot hold them'],
  ['C:\\%x%', 'PATH cannot hold them'],
])('a prefix that cannot be one: %s', (given, message) => {
  expect(() => checkWindowsPrefix(given, '--prefix')).toThrow(message);
});

test.each<
  readonly [string, { stdout: string; stderr: string; exitCode?: number }, boolean, string | null, string | null]
>([
  [
    'ours',
    { stdout: `${SHIMS.toUpperCase()}\\pip.EXE\r\npip 24.0 from x\r\n`, stderr: '', exitCode: 0 },
    true,
    'pip 24.0 from x',
    null,
  ],
  [
    'another',
    { stdout: 'C:\\P\\pip.exe\r\npip 24.0 from x\r\n', stderr: '', exitCode: 0 },
    false,
    'pip 24.0 from x',
    null,
  ],
  [
    'no Python',
    { stdout: `${SHIMS}\\pip.exe\r\n`, stderr: 'no python\r\nmore', exitCode: 127 },
    true,
    null,
    '`pip --version` ended with 127: no python',
  ],
  [
    'a version and a failure',
    { stdout: `${SHIMS}\\pip.exe\r\npip 24.0 from x\r\n`, stderr: '', exitCode: 1 },
    true,
    null,
    '`pip --version` ended with 1',
  ],
  ['silence', { stdout: '', stderr: '', exitCode: 0 }, false, null, 'it gave no answer'],
  ['not started', { stdout: '', stderr: '' }, false, null, 'it could not be started: no reason given'],
])('the answer of a shell: %s', (_, result, isOurs, version, problem) => {
  expect(readAnswer('cmd', SHIMS, { timedOut: false, ...result })).toMatchObject({ isOurs, version, problem });
});
