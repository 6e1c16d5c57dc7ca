import { describe, expect, test } from 'vitest';
import { program, type Tree } from '../support/tree.ts';
import {
  ADD,
  ADMINISTRATORS,
  allow,
  AUTHENTICATED,
  EVE,
  FULL,
  INSTALLER,
  ME,
  READ,
  rights,
  SYSTEM,
  USERS,
  type WindowsValues,
} from '../support/windows-facts.ts';
import { windows, windowsVirtual } from './layouts.ts';
import { expectedOutcome, readOutcome, resolve, type Row } from './resolution-rows.ts';

type WindowsRow = Omit<Row, 'platform' | 'title'>;

const local = 'C:\\Users\\me\\AppData\\Local';
const roaming = 'C:\\Users\\me\\AppData\\Roaming';
const apps = `${local}\\Microsoft\\WindowsApps`;
const py310 = `${local}\\Programs\\Python\\Python310`;
const py312 = `${local}\\Programs\\Python\\Python312`;
const shared313 = 'C:\\Program Files\\Python313';
const venv = 'C:\\p\\.venv';
const inVenv = [windows(py312, '312'), windowsVirtual(venv, py312, '3.12.1')];

/** An app execution alias, as Windows makes them. */
const alias = (path: string, target: string): Tree => ({
  [path]: { link: `C:\\Program Files\\WindowsApps\\${target}`, alias: true },
});
const stub = alias(
  `${apps}\\python.exe`,
  'Microsoft.DesktopAppInstaller_1_x64__8wekyb3d8bbwe\\AppInstallerPythonRedirector.exe',
);
const storePackage = 'PythonSoftwareFoundation.Python.3.12_3.12.2800.0_x64__qbz5n2kfra8p0';
const store = ['python.exe', 'python3.12.exe'].map((name) => alias(`${apps}\\${name}`, `${storePackage}\\${name}`));
const managerAlias = alias(
  `${apps}\\python.exe`,
  'PythonSoftwareFoundation.PythonManager_26.1_x64__3847v3x7pw1km\\python.exe',
);

/** What its MSI package installs. */
const manager: Tree = Object.fromEntries(
  ['python.exe', 'python3.exe', 'py.exe', 'pymanager.exe', 'pymanager.json'].map((name) => [
    `C:\\Program Files\\PyManager\\${name}`,
    program,
  ]),
);

/** A Python of the install manager: its folder, its record, and the registry key that it writes. */
const managed = (version: string, tag = `${version}-64`, extra = {}): Tree => ({
  ...windows(`${local}\\Python\\pythoncore-${tag}`, version.replace('.', '')),
  [`${local}\\Python\\pythoncore-${tag}\\__install__.json`]: JSON.stringify({
    schema: 1,
    company: 'PythonCore',
    tag,
    executable: 'python.exe',
    ...extra,
  }),
});
const managedExe = (tag: string) => `${local}\\Python\\pythoncore-${tag}\\python.exe`;
const bin = `${local}\\Python\\bin`;
const command = (name: string, target: string): Tree => ({
  [`${bin}\\${name}.exe`]: program,
  [`${bin}\\${name}.exe.__target__`]: target,
});

const registered = (
  hive: string,
  company: string,
  tag: string,
  folder: string,
  named?: string,
): NonNullable<WindowsValues['registry']> => ({
  [`${hive}\\Software\\Python\\${company}\\${tag}\\InstallPath`]: {
    '': `${folder}\\`,
    ...(named === undefined ? {} : { ExecutablePath: named }),
  },
});
const both: WindowsValues = {
  registry: {
    ...registered('HKCU', 'PythonCore', '3.10', py310),
    ...registered('HKCU', 'PythonCore', '3.12', py312),
  },
};
const bothTrees = [windows(py310, '310'), windows(py312, '312')];

const root = 'C:\\Users\\me\\.pyenv\\pyenv-win';
const pyenv: readonly Tree[] = [
  windows(`${root}\\versions\\3.12.4`, '312'),
  windows(`${root}\\versions\\3.10.5`, '310'),
  windows(`${root}\\versions\\3.10.5-win32`, '310'),
  {
    [`${root}\\bin\\pyenv.bat`]: '',
    [`${root}\\shims\\python.bat`]: '@echo off\r\ncall pyenv exec %~n0 %*\r\n',
    [`${root}\\shims\\python`]: '#!/bin/sh\n',
    [`${root}\\versions\\3.12.4\\python3.exe`]: program,
  },
];
const pyenvPath = { PATH: `${root}\\bin;${root}\\shims`, PYENV: `${root}\\` };
const of = (version: string, name = 'python') => `${root}\\versions\\${version}\\${name}.exe`;

const onPath: Record<string, WindowsRow> = {
  'a folder of PATH': {
    tree: windows(py312, '312'),
    env: { PATH: py312 },
    chosen: `${py312}\\python.exe by search-path`,
  },
  'PATH under another name': {
    tree: windows(py312, '312'),
    env: { pAtH: py312 },
    chosen: `${py312}\\python.exe by search-path`,
  },
  'the first of two': {
    tree: bothTrees,
    env: { PATH: `${py310};${py312}` },
    chosen: `${py310}\\python.exe by search-path`,
  },
  'a folder with quotes and a backslash at its end': {
    tree: windows(shared313, '313'),
    env: { PATH: `"${shared313}\\"` },
    chosen: `${shared313}\\python.exe by search-path`,
  },
  slashes: {
    tree: windows(py312, '312'),
    env: { PATH: py312.replaceAll('\\', '/') },
    chosen: `${py312.replaceAll('\\', '/')}\\python.exe by search-path`,
  },
  'a share': {
    tree: windows('\\\\srv\\tools\\py', '312'),
    env: { PATH: '\\\\srv\\tools\\py' },
    chosen: '\\\\srv\\tools\\py\\python.exe by search-path',
  },
  'a folder without a drive depends on the current one': {
    tree: [windows('C:\\py', '312'), windows(py312, '312')],
    env: { PATH: `\\py;${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-absolute [PATH 1: \\py]'],
  },
  'a drive without a folder is its current directory': {
    tree: [windows('D:\\py', '312'), windows(py312, '312')],
    env: { PATH: `D:py;${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-absolute [PATH 1: D:py]'],
  },
  'the current directory, which cmd would look into first': {
    tree: [windows('C:\\work', '310'), windows(py312, '312')],
    env: { PATH: `.;${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-absolute [PATH 1: .]'],
  },
  'an empty entry': {
    tree: windows(py312, '312'),
    env: { PATH: `;${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-absolute [PATH 1: ]'],
  },
  'a folder twice, in another case: told once': {
    tree: [py312, py312.toUpperCase(), py312.toLowerCase()].map((folder) => windows(folder, '312', null)),
    env: { PATH: `${py312};${py312.toUpperCase()};${py312.toLowerCase()}\\` },
    chosen: `${py312}\\python.exe by search-path without pip`,
  },
  'python3.exe alone': {
    tree: { ...windows('C:\\py', '312'), 'C:\\py\\python.exe': { directory: true }, 'C:\\py\\python3.exe': program },
    env: { PATH: 'C:\\py' },
    chosen: 'C:\\py\\python3.exe by search-path',
  },
  'a Scripts folder has no Python': {
    tree: windows(py312, '312'),
    env: { PATH: `${py312}\\Scripts` },
    chosen: 'no python',
  },
  MSYS2: {
    tree: {
      'C:\\msys64\\ucrt64\\bin\\python.exe': program,
      'C:\\msys64\\ucrt64\\lib\\python3.11\\os.py': '',
      'C:\\msys64\\ucrt64\\lib\\python3.11\\EXTERNALLY-MANAGED': '',
      'C:\\msys64\\ucrt64\\lib\\python3.11\\site-packages\\pip\\__main__.py': '',
    },
    env: { PATH: 'C:\\msys64\\ucrt64\\bin', MSYSTEM: 'UCRT64' },
    chosen: 'C:\\msys64\\ucrt64\\bin\\python.exe by search-path',
  },
  'a batch file of that name may start anything': {
    tree: [{ 'C:\\tools\\python.bat': '@py %*' }, windows(py312, '312')],
    env: { PATH: `C:\\tools;${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-executable C:\\tools\\python.bat (it is a batch file, not a Python)'],
  },
  'python.exe goes before python.bat in one folder': {
    tree: { ...windows('C:\\py', '312'), 'C:\\py\\python.bat': '' },
    env: { PATH: 'C:\\py' },
    chosen: 'C:\\py\\python.exe by search-path',
  },
  'a batch file under PIPWARD_PYTHON: cmd would read the arguments again': {
    tree: [{ 'C:\\tools\\python.bat': '@py %*' }, windows(py312, '312')],
    env: { PATH: py312, PIPWARD_PYTHON: 'C:\\tools\\python.bat' },
    chosen: 'no C:\\tools\\python.bat',
    passed: ['not-executable C:\\tools\\python.bat (it is a batch file, not a Python)'],
  },
  'a batch file that the configuration names': {
    tree: [{ 'C:\\tools\\py.CMD': '@py %*' }, windows(py312, '312')],
    env: { PATH: py312 },
    configured: 'C:\\tools\\py.CMD',
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-executable C:\\tools\\py.CMD (it is a batch file, not a Python)'],
  },
  'a name that Windows takes for one of a batch file': {
    tree: { 'C:\\tools\\python.bat.': '@py %*' },
    env: { PIPWARD_PYTHON: 'C:\\tools\\python.bat.' },
    chosen: 'no C:\\tools\\python.bat.',
    passed: ['not-executable C:\\tools\\python.bat. (its name does not end in .exe)'],
  },
  'what lies in the folder of our own shims': {
    tree: [{ 'C:\\pipward\\shims\\python.exe': program }, windows(py312, '312')],
    env: { PATH: `C:\\pipward\\shims;${py312}` },
    shimsDirectory: 'C:\\PIPWARD\\shims\\',
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['own-shim C:\\pipward\\shims\\python.exe'],
  },
  'the same under PIPWARD_PYTHON': {
    tree: [{ 'C:\\pipward\\shims\\python.exe': program }, windows(py312, '312')],
    env: { PATH: `C:\\pipward\\shims;${py312}`, pipward_python: 'python' },
    shimsDirectory: 'C:\\pipward\\shims',
    chosen: `${py312}\\python.exe by pipward-python`,
    passed: ['own-shim C:\\pipward\\shims\\python.exe'],
  },
};

const stubText = 'it only opens the Microsoft Store';
const fromStore: Record<string, WindowsRow> = {
  'the stub is recognised and never run': {
    tree: [stub, windows(py312, '312')],
    env: { PATH: `${apps};${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: [`not-executable ${apps}\\python.exe (${stubText})`],
  },
  'the stub alone': {
    tree: stub,
    env: { PATH: apps },
    chosen: 'no python',
    passed: [`not-executable ${apps}\\python.exe (${stubText})`],
  },
  'the stub under PIPWARD_PYTHON': {
    tree: stub,
    env: { PIPWARD_PYTHON: `${apps}\\python.exe` },
    chosen: `no ${apps}\\python.exe`,
    passed: [`not-executable ${apps}\\python.exe (${stubText})`],
  },
  'an alias of a package that is not known': {
    tree: alias(`${apps}\\python.exe`, 'Example.Tools_1\\python.exe'),
    env: { PATH: apps },
    chosen: 'no python',
    passed: [`not-executable ${apps}\\python.exe (${stubText})`],
  },
  'a Python from the Store, whose package cannot be looked into': {
    tree: store,
    env: { PATH: apps },
    chosen: `${apps}\\python.exe by search-path`,
  },
  'a Python from the Store, by its version': {
    tree: [...store, windows(py310, '310')],
    name: 'pip3.12',
    env: { PATH: `${py310};${apps}` },
    chosen: `${apps}\\python3.12.exe by versioned-name`,
  },
  'another version than that of the Store': {
    tree: store,
    name: 'pip3.11',
    env: { PATH: apps },
    chosen: 'no python3.11',
    passed: [`other-version ${apps}\\python.exe`],
  },
  'a Python from the Store in the folder of its own aliases': {
    tree: alias(
      `${apps}\\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0\\python.exe`,
      `${storePackage}\\python.exe`,
    ),
    name: 'pip3.12',
    env: {},
    chosen: `${apps}\\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0\\python.exe by versioned-name`,
  },
};

const installManager: Record<string, WindowsRow> = {
  'its command python leads to a Python': {
    tree: [managed('3.14'), command('python', managedExe('3.14-64'))],
    env: { PATH: bin },
    chosen: `${managedExe('3.14-64')} by install-manager`,
  },
  'a line end behind the target': {
    tree: [managed('3.14'), command('python', `${managedExe('3.14-64')}\r\n`)],
    env: { PATH: bin },
    chosen: `${managedExe('3.14-64')} by install-manager`,
  },
  'its command of a version': {
    tree: [managed('3.13'), managed('3.14'), command('python3.13', managedExe('3.13-64'))],
    name: 'pip3.13',
    env: { PATH: bin },
    chosen: `${managedExe('3.13-64')} by versioned-name`,
  },
  'a target that was removed': {
    tree: [command('python', managedExe('3.14-64')), windows(py312, '312')],
    env: { PATH: `${bin};${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: [`missing ${managedExe('3.14-64')}`],
  },
  'a target that is not absolute': {
    tree: [command('python', 'python.exe'), windows(py312, '312')],
    env: { PATH: `${bin};${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: [`not-absolute [${bin}\\python.exe.__target__]`],
  },
  'its alias in WindowsApps starts the newest release': {
    tree: [managerAlias, managed('3.9'), managed('3.13'), managed('3.15', '3.15-dev-64')],
    env: { PATH: apps },
    chosen: `${managedExe('3.13-64')} by install-manager`,
  },
  '64 bits before 32': {
    tree: [managerAlias, managed('3.13', '3.13-32'), managed('3.13')],
    env: { PATH: apps },
    chosen: `${managedExe('3.13-64')} by install-manager`,
  },
  PYTHON_MANAGER_DEFAULT: {
    tree: [managerAlias, managed('3.9'), managed('3.13')],
    env: { PATH: apps, PYTHON_MANAGER_DEFAULT: '3.9' },
    chosen: `${managedExe('3.9-64')} by install-manager`,
  },
  '3.1 is not 3.13': {
    tree: [managerAlias, managed('3.13')],
    env: { PATH: apps, PYTHON_MANAGER_DEFAULT: '3.1' },
    chosen: 'no python',
    passed: [
      `not-executable ${apps}\\python.exe (it starts what the Python install manager has installed, which is nothing)`,
    ],
  },
  'a default with its platform and company': {
    tree: [managerAlias, managed('3.13', '3.13-32'), managed('3.13')],
    env: { PATH: apps, PYTHON_MANAGER_DEFAULT: 'PythonCore/3.13-32' },
    chosen: `${managedExe('3.13-32')} by install-manager`,
  },
  "the user's file comes before the variable": {
    tree: [
      managerAlias,
      managed('3.9'),
      managed('3.13'),
      { [`${roaming}\\Python\\PyManager.json`]: '{"default_tag": "3.13"}' },
    ],
    env: { PATH: apps, PYTHON_MANAGER_DEFAULT: '3.9' },
    chosen: `${managedExe('3.13-64')} by install-manager`,
  },
  'PYTHON_MANAGER_CONFIG comes before both': {
    tree: [
      managerAlias,
      managed('3.9'),
      managed('3.13'),
      { [`${roaming}\\Python\\PyManager.json`]: '{"default_tag": "3.13"}', 'D:\\m.json': '{"default_tag": "%MINE%"}' },
    ],
    env: { PATH: apps, PYTHON_MANAGER_CONFIG: 'D:\\m.json', MINE: '3.9' },
    chosen: `${managedExe('3.9-64')} by install-manager`,
  },
  'group policy comes before all': {
    tree: [managerAlias, managed('3.9'), managed('3.13')],
    env: { PATH: apps, PYTHON_MANAGER_DEFAULT: '3.13' },
    facts: { registry: { 'HKLM\\Software\\Policies\\Python\\PyManager': { default_tag: '3.9' } } },
    chosen: `${managedExe('3.9-64')} by install-manager`,
  },
  'a settings file that is damaged counts as empty': {
    tree: [managerAlias, managed('3.13'), { [`${roaming}\\Python\\PyManager.json`]: '{' }],
    env: { PATH: apps },
    chosen: `${managedExe('3.13-64')} by install-manager`,
  },
  'another folder for its Pythons': {
    tree: [
      managerAlias,
      windows('D:\\py\\pythoncore-3.13-64', '313'),
      { [`${roaming}\\Python\\PyManager.json`]: '{"install_dir": "D:\\\\py"}' },
    ],
    env: { PATH: apps },
    chosen: 'D:\\py\\pythoncore-3.13-64\\python.exe by install-manager',
  },
  'a record that leads out of its folder': {
    tree: [
      managerAlias,
      managed('3.13', '3.13-64', { executable: '..\\..\\x\\python.exe' }),
      windows(`${local}\\x`, '313'),
    ],
    env: { PATH: apps },
    chosen: 'no python',
    passed: [
      `not-executable ${apps}\\python.exe (it starts what the Python install manager has installed, which is nothing)`,
    ],
  },
  'its MSI package puts the manager itself on PATH': {
    tree: [manager, managed('3.13'), managed('3.14')],
    env: { PATH: 'C:\\Program Files\\PyManager' },
    chosen: `${managedExe('3.14-64')} by install-manager`,
  },
  'PIPWARD_PYTHON names the manager itself': {
    tree: [manager, managed('3.13')],
    env: { PIPWARD_PYTHON: 'C:\\Program Files\\PyManager\\python.exe' },
    chosen: `${managedExe('3.13-64')} by pipward-python`,
  },
  'the manager itself has nothing to start': {
    tree: manager,
    env: { PATH: 'C:\\Program Files\\PyManager' },
    chosen: 'no python',
    passed: [
      'not-executable C:\\Program Files\\PyManager\\python.exe (it starts what the Python install manager has installed, which is nothing)',
      'not-executable C:\\Program Files\\PyManager\\python3.exe (it starts what the Python install manager has installed, which is nothing)',
    ],
  },
  'PIPWARD_PYTHON names its command': {
    tree: [managed('3.14'), command('python', managedExe('3.14-64'))],
    env: { PIPWARD_PYTHON: `${bin}\\python.exe` },
    chosen: `${managedExe('3.14-64')} by pipward-python`,
  },
  'the configuration names its alias in WindowsApps': {
    tree: [managerAlias, managed('3.13')],
    env: {},
    configured: `${apps}\\python.exe`,
    chosen: `${managedExe('3.13-64')} by configured`,
  },
  'no command of it is on PATH: its default all the same': {
    tree: [managed('3.13'), managed('3.14')],
    env: { PATH: 'C:\\Windows' },
    chosen: `${managedExe('3.14-64')} by install-manager`,
  },
  'pip3.13 without any command on PATH': {
    tree: [managed('3.13'), managed('3.14')],
    name: 'pip3.13',
    env: {},
    chosen: `${managedExe('3.13-64')} by versioned-name`,
    passed: [`other-version ${managedExe('3.14-64')}`],
  },
};

const withoutPython: Record<string, WindowsRow> = {
  'the newest that is registered': {
    tree: bothTrees,
    env: {},
    facts: both,
    chosen: `${py312}\\python.exe by registry`,
  },
  'a Python on PATH comes before': {
    tree: bothTrees,
    env: { PATH: py310 },
    facts: both,
    chosen: `${py310}\\python.exe by search-path`,
  },
  'the install manager comes before': {
    tree: [...bothTrees, managed('3.9')],
    env: {},
    facts: both,
    chosen: `${managedExe('3.9-64')} by install-manager`,
  },
  'a key that is left over from a Python that was removed': {
    tree: windows(py310, '310'),
    env: {},
    facts: both,
    chosen: `${py310}\\python.exe by registry`,
    passed: [`missing ${py312}\\python.exe`],
  },
  'registered for the machine': {
    tree: windows(shared313, '313'),
    env: {},
    facts: { registry: registered('HKLM', 'PythonCore', '3.13', shared313) },
    chosen: `${shared313}\\python.exe by registry`,
  },
  'registered by a program of 32 bits': {
    tree: windows('C:\\py32', '313'),
    env: {},
    facts: { registry: registered('HKLM32', 'PythonCore', '3.13-32', 'C:\\py32') },
    chosen: 'C:\\py32\\python.exe by registry',
  },
  "the user's key hides the machine's of that name": {
    tree: [windows(py312, '312'), windows('C:\\py', '312')],
    env: {},
    facts: {
      registry: {
        ...registered('HKLM', 'PythonCore', '3.12', 'C:\\py'),
        ...registered('HKCU', 'PythonCore', '3.12', py312),
      },
    },
    chosen: `${py312}\\python.exe by registry`,
  },
  ExecutablePath: {
    tree: { ...windows('C:\\a', '312'), 'C:\\a\\python3.12.exe': program },
    env: {},
    facts: { registry: registered('HKCU', 'PythonCore', '3.12', 'C:\\a', 'C:\\a\\python3.12.exe') },
    chosen: 'C:\\a\\python3.12.exe by registry',
  },
  'a path that is not absolute': {
    tree: windows('C:\\work\\py', '312'),
    env: {},
    facts: { registry: registered('HKCU', 'PythonCore', '3.12', 'py', 'py\\python.exe') },
    chosen: 'no python',
  },
  'python.org before another company, however new': {
    tree: [windows(py310, '310'), windows('C:\\conda', '313')],
    env: {},
    facts: {
      registry: {
        ...registered('HKCU', 'ContinuumAnalytics', '3.13', 'C:\\conda'),
        ...registered('HKCU', 'PythonCore', '3.10', py310),
      },
    },
    chosen: `${py310}\\python.exe by registry`,
  },
  'another company alone': {
    tree: windows('C:\\conda', '313'),
    env: {},
    facts: { registry: registered('HKCU', 'ContinuumAnalytics', '3.13', 'C:\\conda') },
    chosen: 'C:\\conda\\python.exe by registry',
  },
  'the key of the launcher is not a Python': {
    tree: {},
    env: {},
    facts: { registry: registered('HKLM', 'PyLauncher', '3.12', 'C:\\Windows') },
    chosen: 'no python',
  },
  'pip3 asks for Python 3': {
    tree: [windows('C:\\py27', '27'), windows(py310, '310')],
    name: 'pip3',
    env: {},
    facts: {
      registry: {
        ...registered('HKCU', 'PythonCore', '2.7', 'C:\\py27'),
        ...registered('HKCU', 'PythonCore', '3.10', py310),
      },
    },
    chosen: `${py310}\\python.exe by registry`,
  },
  'pip3.10 of the registry': {
    tree: bothTrees.map((tree) =>
      Object.fromEntries(Object.entries(tree).map(([name, entry]) => [name.replace(local, 'D:'), entry])),
    ),
    name: 'pip3.10',
    env: {},
    facts: { registry: registered('HKCU', 'PythonCore', '3.10', 'D:\\Programs\\Python\\Python310') },
    chosen: 'D:\\Programs\\Python\\Python310\\python.exe by versioned-name',
  },
  PY_PYTHON: {
    tree: bothTrees,
    env: { PY_PYTHON: '3.10' },
    facts: both,
    chosen: `${py310}\\python.exe by py-launcher`,
  },
  'PY_PYTHON=3 and PY_PYTHON3': {
    tree: bothTrees,
    env: { PY_PYTHON: '3', PY_PYTHON3: '3.10' },
    facts: both,
    chosen: `${py310}\\python.exe by py-launcher`,
  },
  'PY_PYTHON3 alone says nothing of pip': {
    tree: bothTrees,
    env: { PY_PYTHON3: '3.10' },
    facts: both,
    chosen: `${py312}\\python.exe by registry`,
  },
  'PY_PYTHON3 for pip3': {
    tree: bothTrees,
    name: 'pip3',
    env: { PY_PYTHON3: '3.10' },
    facts: both,
    chosen: `${py310}\\python.exe by py-launcher`,
  },
  "the user's py.ini": {
    tree: [...bothTrees, { [`${local}\\py.ini`]: '; mine\r\n[Defaults]\r\nPython = "3.10"\r\npython=3.12\r\n' }],
    env: {},
    facts: both,
    chosen: `${py310}\\python.exe by py-launcher`,
  },
  "the machine's py.ini": {
    tree: [...bothTrees, { 'C:\\Windows\\py.ini': '[defaults]\npython=3.10\n' }],
    env: { SystemRoot: 'C:\\Windows' },
    facts: both,
    chosen: `${py310}\\python.exe by py-launcher`,
  },
  "the user's py.ini before the machine's, PY_PYTHON before both": {
    tree: [
      ...bothTrees,
      { 'C:\\Windows\\py.ini': '[defaults]\npython=3.12', [`${local}\\py.ini`]: '[defaults]\npython=3.10' },
    ],
    env: { SystemRoot: 'C:\\Windows', py_python: '3.12' },
    facts: both,
    chosen: `${py312}\\python.exe by py-launcher`,
  },
  'a section of py.ini that is not about defaults': {
    tree: [...bothTrees, { [`${local}\\py.ini`]: '[commands]\npython=3.10\n' }],
    env: {},
    facts: both,
    chosen: `${py312}\\python.exe by registry`,
  },
  'py.ini names a version that is not installed: `py` fails as well': {
    tree: [...bothTrees, { [`${local}\\py.ini`]: '[defaults]\npython=3.8\n' }],
    env: {},
    facts: both,
    chosen: `no Python 3.8 (${local}\\py.ini:2)`,
    passed: [`missing [${local}\\py.ini:2]`],
  },
  'PY_PYTHON names one that is not installed': {
    tree: bothTrees,
    env: { PY_PYTHON: '3.12-32' },
    facts: both,
    chosen: 'no Python 3.12-32 (PY_PYTHON)',
    passed: ['missing [PY_PYTHON]'],
  },
  'py.ini says nothing where python.exe is on PATH': {
    tree: [...bothTrees, { [`${local}\\py.ini`]: '[defaults]\npython=3.10\n' }],
    env: { PATH: py312 },
    facts: both,
    chosen: `${py312}\\python.exe by search-path`,
  },
  'PY_PYTHON may mean a Python of the install manager': {
    tree: [managed('3.13'), managed('3.14'), { 'C:\\Windows\\py.exe': program }],
    env: { PY_PYTHON: '3.13', SystemRoot: 'C:\\Windows' },
    chosen: `${managedExe('3.13-64')} by py-launcher`,
  },
  "the user's own launcher reads PY_PYTHON as well": {
    tree: [managed('3.13'), managed('3.14'), { [`${local}\\Programs\\Python\\Launcher\\py.exe`]: program }],
    env: { PY_PYTHON: '3.13' },
    chosen: `${managedExe('3.13-64')} by py-launcher`,
  },
  'the py of the install manager reads neither PY_PYTHON nor py.ini': {
    tree: [managed('3.14'), { [`${local}\\py.ini`]: '[defaults]\npython=3.8\n' }],
    env: { PY_PYTHON: '3.10', SystemRoot: 'C:\\Windows' },
    chosen: `${managedExe('3.14-64')} by install-manager`,
  },
  'nor does its alias, where it has installed nothing': {
    tree: [
      ...bothTrees,
      alias(`${apps}\\py.exe`, 'PythonSoftwareFoundation.PythonManager_26.1_x64__3847v3x7pw1km\\py.exe'),
    ],
    env: { PY_PYTHON: '3.8' },
    facts: both,
    chosen: `${py312}\\python.exe by registry`,
  },
};

const underPyenv: Record<string, WindowsRow> = {
  'its batch file is followed to the global version': {
    tree: [...pyenv, { [`${root}\\version`]: '3.12.4\r\n' }],
    env: pyenvPath,
    chosen: `${of('3.12.4')} by pyenv`,
  },
  '.python-version above the current directory': {
    tree: [...pyenv, { [`${root}\\version`]: '3.12.4', 'C:\\work\\.python-version': '3.10.5\r\n' }],
    cwd: 'C:\\work\\src',
    env: pyenvPath,
    chosen: `${of('3.10.5')} by pyenv`,
  },
  'a prefix means the newest of this architecture': {
    tree: [...pyenv, { 'C:\\work\\.python-version': '3.10' }],
    env: pyenvPath,
    chosen: `${of('3.10.5')} by pyenv`,
  },
  'a version of 32 bits': {
    tree: [...pyenv, { 'C:\\work\\.python-version': '3.10.5-win32' }],
    env: pyenvPath,
    chosen: `${of('3.10.5-win32')} by pyenv`,
  },
  'PYENV_VERSION with two versions': {
    tree: pyenv,
    env: { ...pyenvPath, PYENV_VERSION: '3.10.5 3.12.4' },
    chosen: `${of('3.10.5')} by pyenv`,
  },
  'a version that is not installed: nothing else is tried': {
    tree: [...pyenv, windows(py312, '312'), { 'C:\\work\\.python-version': '3.13.0' }],
    env: { ...pyenvPath, PATH: `${pyenvPath.PATH};${py312}` },
    chosen: 'no 3.13.0 (C:\\work\\.python-version:1)',
    passed: ['pyenv-version-missing [C:\\work\\.python-version:1]'],
  },
  'pip3.12, of a version that is not selected': {
    tree: [...pyenv, { [`${root}\\version`]: '3.10.5' }],
    name: 'pip3.12',
    env: pyenvPath,
    chosen: `${of('3.12.4')} by versioned-name`,
    passed: [`other-version ${of('3.10.5')}`],
  },
  'PYENV_ROOT of a pyenv for POSIX is not taken for it': {
    tree: [
      {
        'C:\\Users\\me\\.pyenv\\versions\\3.9.1\\bin\\python': program,
        'C:\\Users\\me\\.pyenv\\shims\\python': program,
      },
      windows(py312, '312'),
    ],
    env: { PATH: `C:\\Users\\me\\.pyenv\\shims;${py312}`, PYENV_ROOT: 'C:\\Users\\me\\.pyenv' },
    chosen: `${py312}\\python.exe by search-path`,
  },
  'PYENV_ROOT of Git Bash is not a path of Windows': {
    tree: [...pyenv, { [`${root}\\version`]: '3.12.4' }],
    env: { PATH: `${root}\\shims`, PYENV_ROOT: '/c/Users/me/.pyenv' },
    chosen: `${of('3.12.4')} by pyenv`,
  },
};

const active: Record<string, WindowsRow> = {
  'an environment': {
    tree: inVenv,
    env: { VIRTUAL_ENV: venv },
    chosen: `${venv}\\Scripts\\python.exe by active-environment`,
  },
  'the variable in another case': {
    tree: inVenv,
    env: { Virtual_Env: venv },
    chosen: `${venv}\\Scripts\\python.exe by active-environment`,
  },
  'a backslash at its end': {
    tree: inVenv,
    env: { VIRTUAL_ENV: `${venv}\\` },
    chosen: `${venv}\\Scripts\\python.exe by active-environment`,
  },
  'without a drive it depends on the current one': {
    tree: inVenv,
    env: { VIRTUAL_ENV: '\\p\\.venv', PATH: py312 },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-absolute [VIRTUAL_ENV]'],
  },
  'as Git Bash writes it': {
    tree: inVenv,
    env: { VIRTUAL_ENV: '/c/p/.venv', PATH: py312 },
    chosen: `${py312}\\python.exe by search-path`,
    passed: ['not-absolute [VIRTUAL_ENV]'],
  },
  'of MSYS2, with bin': {
    tree: { 'C:\\m\\pyvenv.cfg': 'home = C:\\msys64\\ucrt64\\bin\n', 'C:\\m\\bin\\python.exe': program },
    env: { VIRTUAL_ENV: 'C:\\m' },
    chosen: 'C:\\m\\bin\\python.exe by active-environment without pip',
  },
  'of another version than the name asks for': {
    tree: [...inVenv, windows(py310, '310')],
    name: 'pip3.10',
    env: { VIRTUAL_ENV: venv, LOCALAPPDATA: local },
    chosen: `${py310}\\python.exe by versioned-name`,
    passed: [`other-version ${venv}\\Scripts\\python.exe`, `other-version ${py312}\\python.exe`],
  },
  'without pip, driven by a Python that is only registered': {
    tree: [windows(py312, '312'), windowsVirtual(venv, py312, '3.12.1', null)],
    env: { VIRTUAL_ENV: venv },
    facts: both,
    chosen: `${venv}\\Scripts\\python.exe by active-environment driven by ${py312}\\python.exe`,
  },
};

const places: readonly (readonly [where: string, folder: string, env?: Record<string, string>])[] = [
  ['python.org, for one user', `${local}\\Programs\\Python\\Python313`],
  ['python.org, for all users', shared313],
  ['python.org, 32 bits', 'C:\\Program Files (x86)\\Python313-32'],
  ['an old installer', 'C:\\Python313'],
  ['uv', `${roaming}\\uv\\python\\cpython-3.13.1-windows-x86_64-none`],
  ['uv, UV_PYTHON_INSTALL_DIR', 'D:\\uv\\cpython-3.13.1', { UV_PYTHON_INSTALL_DIR: 'D:\\uv' }],
  ['miniconda of a user', 'C:\\Users\\me\\miniconda3'],
  ['Anaconda for all users', 'C:\\ProgramData\\anaconda3'],
  ['miniforge', `${local}\\miniforge3`],
  ['mise', `${local}\\mise\\installs\\python\\3.13.1`],
  ['mise, MISE_DATA_DIR', 'D:\\mise\\installs\\python\\3.13.1', { MISE_DATA_DIR: 'D:\\mise' }],
  ['asdf', 'C:\\Users\\me\\.asdf\\installs\\python\\3.13.1'],
  ['nuget', 'C:\\Users\\me\\.nuget\\packages\\python\\3.13.1\\tools'],
  ['scoop', 'C:\\Users\\me\\scoop\\apps\\python\\current'],
  ['WinPython', 'C:\\WPy64-31310\\python'],
];

/** Who made a folder in C:\ or C:\ProgramData, where Windows lets all users add some. */
const madeBy = (owner: string, ...folders: readonly string[]): WindowsValues => ({
  registry: {
    [`HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\${ME}`]: {
      ProfileImagePath: 'C:\\Users\\me',
    },
  },
  access: {
    'C:\\': rights(INSTALLER, allow(ADMINISTRATORS, FULL), allow(AUTHENTICATED, 0x4)),
    'C:\\ProgramData': rights(SYSTEM, allow(USERS, READ), allow(USERS, ADD)),
    ...Object.fromEntries(folders.map((folder) => [folder, rights(owner, allow(owner, FULL))])),
  },
});
const planted = ['C:\\Python313', 'C:\\ProgramData\\anaconda3', 'C:\\WPy64-31310', 'C:\\msys64'];

const foreign: Record<string, WindowsRow> = Object.fromEntries(
  ['C:\\Python313', 'C:\\ProgramData\\anaconda3', 'C:\\WPy64-31310\\python', 'C:\\msys64\\ucrt64\\bin'].flatMap(
    (folder) => {
      const tree = folder.startsWith('C:\\msys64')
        ? {
            [`${folder}\\python.exe`]: program,
            'C:\\msys64\\ucrt64\\lib\\python3.13\\os.py': '',
            'C:\\msys64\\ucrt64\\lib\\python3.13\\site-packages\\pip\\__main__.py': '',
          }
        : windows(folder, '313');
      const row = { tree, name: 'pip3.13', env: {} };
      const found = `${folder}\\python.exe by versioned-name`;
      return [
        [`${folder} of another user`, { ...row, facts: madeBy(EVE, ...planted), chosen: 'no python3.13' }],
        [`${folder} of the user`, { ...row, facts: madeBy(ME, ...planted), chosen: found }],
        [`${folder} of administrators`, { ...row, facts: madeBy(ADMINISTRATORS, ...planted), chosen: found }],
      ];
    },
  ),
);

const usual: Record<string, WindowsRow> = Object.fromEntries(
  places.map(([where, folder, env = {}]) => [
    where,
    {
      tree: windows(folder, '313'),
      name: 'pip3.13',
      env: {
        ProgramFiles: 'C:\\Program Files',
        'ProgramFiles(x86)': 'C:\\Program Files (x86)',
        ProgramData: 'C:\\ProgramData',
        ...env,
      },
      chosen: `${folder}\\python.exe by versioned-name`,
    },
  ]),
);

describe.each([
  ['on PATH', onPath],
  ['app execution aliases', fromStore],
  ['the Python install manager', installManager],
  ['without a Python on PATH', withoutPython],
  ['pyenv-win', underPyenv],
  ['active environments', active],
  ['usual places, by a version in the name', usual],
  ['places where all users may add folders', foreign],
])('Windows: %s', (_, rows) => {
  test.each(Object.entries(rows))('%s', (title, row) => {
    const given: Row = { ...row, title, platform: 'win32' };
    expect(readOutcome(given)).toEqual(expectedOutcome(given));
  });
});

test('there are at least 80 situations of Windows', () => {
  const groups = [onPath, fromStore, installManager, withoutPython, underPyenv, active, usual];
  expect(groups.flatMap((rows) => Object.keys(rows)).length).toBeGreaterThanOrEqual(80);
});

test('a Python from the Store: its version and its folders, though nothing in its package can be seen', () => {
  const resolution = resolve({ title: '', platform: 'win32', tree: store, env: { PATH: apps }, chosen: '' });
  expect(resolution).toMatchObject({
    interpreter: {
      realPath: `C:\\Program Files\\WindowsApps\\${storePackage}\\python.exe`,
      version: { major: 3, minor: 12 },
      environment: { kind: 'base', managedMarker: null },
      pip: { state: 'unknown' },
    },
  });
  const site = `${local}\\Packages\\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0\\LocalCache\\local-packages\\Python312\\site-packages`;
  const withPip: Tree = { [`${site}\\pip\\__main__.py`]: '' };
  const found = resolve({ title: '', platform: 'win32', tree: [...store, withPip], env: { PATH: apps }, chosen: '' });
  expect(found).toMatchObject({ interpreter: { pip: { state: 'present', directory: site } } });
});
