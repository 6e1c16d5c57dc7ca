import { describe, expect, test } from 'vitest';
import { describeWith, gatherOwnFacts } from '../../src/diagnostics/describe-finding.ts';
import type { Finding } from '../../src/diagnostics/registry.ts';
import { findObstacle } from '../../src/diagnostics/obstacles/find-obstacle.ts';
import { standAlone } from '../../src/diagnostics/stand-alone.ts';
import { showEnd } from '../../src/diagnostics/windows/windows-words.ts';
import { describeMismatch } from '../../src/messages/describe-interpreter.ts';
import type { Block, ShellKind } from '../../src/model/diagnostic.ts';
import type { FactSource } from '../../src/model/facts.ts';
import type { CallContext } from '../../src/model/call-context.ts';
import type { Need, Obstacle } from '../../src/model/trial.ts';
import { decide } from '../../src/decision/decide.ts';
import { viewOf, type Tree } from '../support/tree.ts';
import { command, factsWith, layerWith, print } from './build.ts';
import { windowsFacts, windowsPython } from './windows-places.ts';

/** A Python of one user, and one for all users. */
const machine: Tree = {
  'C:\\Python312\\python.exe': { executable: true },
  'C:\\Python312\\Lib\\os.py': '',
  'C:\\Python312\\include\\Python.h': '',
  'C:\\Python312\\DLLs\\python3.dll': '',
  'C:\\Python312\\Lib\\site-packages\\pip\\__main__.py': '',
  'C:\\Python312\\Lib\\site-packages\\pip-24.2.dist-info\\METADATA': '',
  'C:\\Users\\ada\\code\\': '',
  'C:\\Users\\ada\\AppData\\Roaming\\': '',
  'C:\\closed\\': '',
};

function contextOf(changes: Partial<CallContext> = {}, tree: Tree = {}): CallContext {
  return {
    platform: 'win32',
    env: { Path: 'C:\\Python312', APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' },
    cwd: 'C:\\Users\\ada\\code',
    home: 'C:\\Users\\ada',
    userId: null,
    name: 'pip',
    arguments: ['install', 'x'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ ...machine, ...tree }, 'win32'),
    ...changes,
  };
}

const sourceOf = (context: CallContext): FactSource => ({
  context,
  decision: decide(context, [], 0),
  viewNow: () => context.files,
  findUserName: (id) => `account ${id}`,
  findLogFault: () => null,
});

describe('what is known of the machine', () => {
  test('nothing is said of owners: Node knows none', () => {
    const finding: Finding = {
      code: 'permission-denied',
      path: 'C:\\Python312\\Lib\\site-packages\\x',
      readOnly: false,
    };
    expect(gatherOwnFacts(finding, sourceOf(contextOf()))).toMatchObject({ denied: null });
    const fallback: Finding = { code: 'user-install-fallback', installed: null, scripts: null };
    expect(gatherOwnFacts(fallback, sourceOf(contextOf()))).toMatchObject({ prefixOwner: null });
  });

  test('the headers are beside the library', () => {
    const finding: Finding = {
      code: 'build-failed',
      subject: 'x',
      origin: null,
      cause: { kind: 'header', name: 'Python.h' },
      evidence: null,
      installing: false,
    };
    expect(gatherOwnFacts(finding, sourceOf(contextOf()))).toMatchObject({ build: { headers: true } });
  });
});

describe('what keeps a command from working', () => {
  const trial = (changes: Partial<CallContext> = {}, tree: Tree = {}) => {
    const callContext = contextOf(changes, tree);
    const { resolution } = decide(callContext, [], 0);
    return { callContext, layers: [], resolution, report: null, tools: { hasSudo: false } };
  };
  test.each<[what: string, need: Need, expected: Obstacle | null]>([
    ['a folder', { kind: 'folder', path: 'C:\\Users\\ada\\code\\.venv' }, null],
    [
      'a folder with a semicolon',
      { kind: 'folder', path: 'C:\\Users\\ada\\a;b\\.venv' },
      { kind: 'path-separator', path: 'C:\\Users\\ada\\a;b' },
    ],
    ['a home directory', { kind: 'home' }, null],
  ])('%s', (_, need, expected) => {
    expect(findObstacle(need, trial())).toEqual(expected);
  });

  test('a new environment has Scripts and Lib', () => {
    const need: Need = {
      kind: 'pip',
      arguments: ['install', 'x'],
      place: { kind: 'new-environment', prefix: 'C:\\Users\\ada\\code\\.venv', base: windowsPython },
    };
    expect(findObstacle(need, trial())).toBeNull();
  });

  test('the user site is below %APPDATA%', () => {
    const need: Need = { kind: 'pip', arguments: ['install', '--user', 'x'], place: { kind: 'same' } };
    const closed = { 'C:\\Users\\ada\\AppData\\Roaming\\Python': { directory: true, readOnly: true } } as const;
    expect(findObstacle(need, trial())).toBeNull();
    expect(findObstacle(need, trial({}, closed))).toEqual({
      kind: 'no-user-site',
      place: 'C:\\Users\\ada\\AppData\\Roaming\\Python',
      isRelative: false,
    });
    expect(findObstacle(need, trial({ env: { Path: 'C:\\Python312', PythonNoUserSite: '1' } }))).toEqual({
      kind: 'user-site-off',
    });
  });
});

test.each<[shell: ShellKind, printed: readonly string[]]>([
  [
    'cmd',
    [
      'set "A=" && set "B=" && .venv\\Scripts\\python.exe -m pip install x',
      'set "A=" && set "B=" && pip uninstall --yes y',
    ],
  ],
  [
    'powershell',
    [
      'Remove-Item Env:A; Remove-Item Env:B; .venv\\Scripts\\python.exe -m pip install x',
      'Remove-Item Env:A; Remove-Item Env:B; pip uninstall --yes y',
    ],
  ],
  ['posix', ['env -u A -u B .venv\\Scripts\\python.exe -m pip install x', 'env -u A -u B pip uninstall --yes y']],
])('where a shell ends with each command, %s unsets in the same line', (shell, printed) => {
  const unset = {
    cmd: ['set "A="', 'set "B="'],
    powershell: ['Remove-Item Env:A', 'Remove-Item Env:B'],
    posix: ['unset A', 'unset B'],
  };
  const own = shell === 'cmd' || shell === 'powershell' ? unset[shell] : unset.posix;
  const commands = [...own, '.venv\\Scripts\\python.exe -m pip install x', 'pip uninstall y'];
  const block: Block = { kind: 'fix', title: 't', commands, applicability: 'ready', needs: [] };
  const diagnostic = { severity: 'note', code: 'c', headline: 'h', facts: [], blocks: [block] } as const;
  const facts = windowsFacts(shell, { caller: { keepsState: false } });
  expect(standAlone(diagnostic, facts).blocks[0]?.commands).toEqual(printed);
});

describe('a path that is too long', () => {
  const inProject = (length: number): Finding => {
    const start = 'C:\\Users\\ada\\work\\a-customer\\a-project\\.venv\\Lib\\site-packages\\';
    return { code: 'path-too-long', path: start + 'x'.repeat(length - start.length) };
  };
  const prefix = 'C:\\Users\\ada\\work\\a-customer\\a-project\\.venv';
  const facts = windowsFacts('cmd', {
    interpreter: {
      ...windowsPython,
      executable: `${prefix}\\Scripts\\python.exe`,
      environment: { kind: 'virtual', prefix, home: 'C:\\Python312', seesSystemSite: false },
    },
  });

  test('an environment in the home directory, where that is enough', () => {
    const [fix] = describeWith(inProject(270), facts, command('pip install x')).blocks;
    expect(fix).toMatchObject({ kind: 'fix', applicability: 'ready' });
    expect(fix?.commands).toEqual([
      `${prefix}\\Scripts\\python.exe -m venv C:\\Users\\ada\\.venv`,
      'C:\\Users\\ada\\.venv\\Scripts\\activate.bat',
      'pip install x',
    ]);
  });

  test('else a folder that the person names', () => {
    const [fix, once] = describeWith(inProject(300), facts, command('pip install x')).blocks;
    expect(fix).toMatchObject({ applicability: 'has-placeholder' });
    expect(fix?.commands).toEqual([`${prefix}\\Scripts\\python.exe -m venv C:\\NAME`]);
    // What takes an administrator never comes first, and says so.
    expect(once).toMatchObject({ kind: 'once', title: expect.stringContaining('as administrator') });
  });
});

test("a setting of the Microsoft Store's Python is not one to remove", () => {
  const file = 'C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_3.12.2\\pip.ini';
  const setting = { value: 'yes', origin: { kind: 'file', path: file, line: 2, text: 'user = yes' } } as const;
  const text = print({ code: 'user-install-in-venv' }, windowsFacts('cmd', { setting }), 'pip install x');
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    "the file is part of the Microsoft Store's Python and cannot be changed",
  );
  expect(text).not.toContain('take the line out');
});

test.each<[detail: string, said: string, not: string]>([
  ['it only opens the Microsoft Store', 'only opens the Microsoft Store', 'py install'],
  [
    'it starts what the Python install manager has installed, which is nothing',
    'the Python install manager has no Python yet: py install default',
    'Microsoft Store',
  ],
])('what the alias in WindowsApps is: %s', (detail, said, not) => {
  const directory = 'C:\\Users\\ada\\AppData\\Local\\Microsoft\\WindowsApps';
  const finding: Finding = {
    code: 'interpreter-not-found',
    wanted: 'python',
    known: [],
    trace: [
      {
        source: 'search-path',
        evidence: { kind: 'path-entry', directory, position: 1 },
        path: `${directory}\\python.exe`,
        outcome: { kind: 'passed-over', reason: 'not-executable', detail },
      },
    ],
  };
  const facts = windowsFacts('cmd', { interpreter: null });
  expect(print(finding, facts, 'pip install x')).toContain(said);
  expect(print(finding, facts, 'pip install x')).not.toContain(not);
  expect(print({ ...finding, trace: [] }, facts, 'pip install x')).not.toContain(said);
});

test.each<[log: boolean, platform: 'linux' | 'win32', shell: ShellKind, printed: string]>([
  [true, 'linux', 'bash', "tasklist /fi 'imagename eq demo.exe'"],
  [true, 'win32', 'cmd', 'tasklist /fi "imagename eq demo.exe"'],
  [false, 'win32', 'bash', "tasklist //fi 'imagename eq demo.exe'"],
])(
  'a log of Windows gets words of Windows wherever it is read (log: %s, %s, %s)',
  (isLog, platform, shell, printed) => {
    const finding: Finding = { code: 'file-in-use', path: 'C:\\v\\Scripts\\demo.exe', isCertain: true };
    const facts = factsWith({ isLog, platform, caller: { shell }, interpreter: null });
    expect(print(finding, facts, 'pip install x')).toContain(printed);
  },
);

test('access denied on Windows in a log read on Linux names no sudo', () => {
  const finding: Finding = { code: 'permission-denied', path: 'C:\\Program Files\\Python312\\x', readOnly: false };
  const text = print(finding, factsWith({ isLog: true, interpreter: null, report: null }), 'pip install x');
  expect(text).not.toContain('sudo');
  expect(text).toContain('Activate.ps1');
});

test('what Windows denies in your own environment, a program may use', () => {
  const prefix = 'C:\\Users\\ada\\code\\api\\.venv';
  const finding: Finding = { code: 'permission-denied', path: `${prefix}\\Lib\\site-packages\\demo`, readOnly: false };
  const facts = windowsFacts('cmd', {
    interpreter: {
      ...windowsPython,
      executable: `${prefix}\\Scripts\\python.exe`,
      environment: { kind: 'virtual', prefix, home: 'C:\\Python312', seesSystemSite: false },
    },
  });
  const text = print(finding, facts, 'pip install x');
  expect(text).toContain('it is in your own folder: a program that runs may use it');
  expect(text).not.toContain('-m venv');
  const elsewhere = print({ ...finding, path: 'D:\\shared\\x' }, facts, 'pip install x');
  expect(elsewhere).toContain('you may not change this environment');
  expect(elsewhere).toContain('-m venv');
});

test.each([
  ['C:\\v\\Scripts\\demo.exe', 'C:\\v\\Scripts\\demo.exe'],
  [`C:\\${'a-folder\\'.repeat(9)}demo.exe`, `...\\${'a-folder\\'.repeat(5)}demo.exe`],
  [`C:\\${'x'.repeat(90)}.exe`, `...${'x'.repeat(57)}.exe`],
])('of %s is shown %s', (file, shown) => {
  expect(showEnd(file)).toBe(shown);
  expect(shown.length).toBeLessThanOrEqual(64);
});

test('what is to be first on PATH is Scripts', () => {
  const found = { kind: 'python-elsewhere', prefix: 'C:\\p\\.venv', python: 'C:\\Python312\\python.exe' } as const;
  expect(describeMismatch(found).fix).toBe('activate it again: its Scripts is not first on PATH');
  expect(describeMismatch({ ...found, prefix: '/p/.venv' }).fix).toBe(
    'activate it again: its bin is not first on PATH',
  );
});

describe('the execution policy of PowerShell', () => {
  const NOTE = 'note: if scripts are disabled: Set-ExecutionPolicy -Scope Process RemoteSigned';
  const finding: Finding = { code: 'externally-managed' };
  test.each<[shell: ShellKind, keepsState: boolean, isSaid: boolean]>([
    ['powershell', true, true],
    ['powershell', false, false],
    ['cmd', true, false],
    ['posix', true, false],
  ])('%s, an interactive shell: %s, is said: %s', (shell, keepsState, isSaid) => {
    const text = print(finding, windowsFacts(shell, { caller: { keepsState } }), 'pip install x');
    expect(text.includes(NOTE)).toBe(isSaid);
  });

  test('is not said where the message would be more than one screen', () => {
    const verdict = {
      kind: 'refused' as const,
      layers: [1, 2, 3].map((line) => ({
        kind: 'refused' as const,
        layer: layerWith({ file: `C:\\${'a-long-folder '.repeat(6)}\\pipward.toml` }),
        rule: 'project-environment-only' as const,
        line,
        from: null,
      })),
      advised: [],
      lifted: [],
      passRequireVirtualenv: false,
    };
    const refused: Finding = { code: 'project-environment-required', refused: true, verdict };
    const facts = windowsFacts('powershell', {
      caller: { cwd: 'C:\\Users\\ada', script: 'C:\\x\\build.ps1' },
      project: { directory: null, marker: null },
      otherPython: { value: 'C:\\Python39\\python.exe', origin: { kind: 'variable', name: 'PIP_PYTHON', value: '' } },
      hasBypass: true,
      bypassBan: layerWith(),
    });
    const text = print(refused, facts, 'pip install x');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(18);
    expect(text).not.toContain(NOTE);
  });
});

test.each<[line: string, isLog: boolean, note: string, fix: string | null]>([
  ['pip install demo', false, 'if there is none, look for a wheel for a Python', 'pip install --only-binary demo demo'],
  ['pip install --no-binary :all: demo', false, 'leave --no-binary out', null],
  ['pip install --only-binary other demo', false, 'another version of the package, or a wheel for a Python', null],
  ['pip install demo', true, 'another version of the package, or a wheel for a Python', null],
])("Microsoft's compiler, %s (a log: %s): %s", (line, isLog, note, fix) => {
  const cause = { kind: 'visual-c' } as const;
  const finding: Finding = {
    code: 'build-failed',
    subject: 'demo',
    origin: null,
    cause,
    evidence: null,
    installing: false,
  };
  const { blocks } = describeWith(finding, windowsFacts('cmd', { isLog }), command(line));
  expect(blocks.map(({ title }) => title).join('\n')).toContain(note);
  expect(blocks[0]?.commands[0] ?? null).toBe(fix);
});
