import { describe, expect, test } from 'vitest';
import { inspectInterpreter } from '../../src/interpreter/inspect/inspect.ts';
import { findOtherPip } from '../../src/interpreter/shadowed-pip.ts';
import { program } from '../support/tree.ts';
import { debian, installed, script, surroundingsOf, virtual, windows, windowsVirtual, type World } from './layouts.ts';

const ownShim = script('#!/bin/sh\n# pipward-shim: ours\nexec node\n');
const pipOf = (python: string) => script(`#!${python}\nimport sys\nfrom pip._internal.cli.main import main\n`);
const system = [debian(), { '/usr/bin/pip': pipOf('/usr/bin/python3') }];
const local = installed('/usr/local', '3.12');
const path = { PATH: '/home/me/.pipward/shims:/usr/local/bin:/usr/bin' };
const shim = { '/home/me/.pipward/shims/pip': ownShim };

type Row = World & {
  readonly title: string;
  /** The interpreter that was resolved. */
  readonly resolved: string;
  /** `PIP for PYTHON`, with `, elsewhere`; null: PATH has no other pip. */
  readonly expected: string | null;
};

const rows: readonly Row[] = [
  {
    title: 'its #! line names the same Python',
    tree: [shim, ...system],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /usr/bin/python3',
  },
  {
    title: 'its #! line names another',
    tree: [shim, ...system, local],
    env: path,
    resolved: '/usr/local/bin/python',
    expected: '/usr/bin/pip for /usr/bin/python3, elsewhere',
  },
  {
    title: 'another name of the same program is the same place',
    tree: [shim, debian(), { '/usr/bin/pip': pipOf('/usr/bin/python3.11') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /usr/bin/python3.11',
  },
  {
    title: 'an environment is another place than the Python that it was made from',
    tree: [
      shim,
      local,
      virtual('/p/.venv', '/usr/local/bin/python3', '3.12'),
      { '/usr/local/bin/pip': pipOf('/usr/local/bin/python3.12') },
    ],
    env: path,
    resolved: '/p/.venv/bin/python',
    expected: '/usr/local/bin/pip for /usr/local/bin/python3.12, elsewhere',
  },
  {
    title: 'no other pip',
    tree: [shim, debian()],
    env: path,
    resolved: '/usr/bin/python3',
    expected: null,
  },
  {
    title: 'only a copy of our shim',
    tree: [shim, debian(), { '/usr/local/bin/pip': ownShim }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: null,
  },
  {
    title: 'a relative entry of PATH is not looked into',
    tree: [shim, debian(), { '/code/bin/pip': pipOf('/usr/bin/python3') }],
    env: { PATH: 'bin:/usr/bin' },
    resolved: '/usr/bin/python3',
    expected: null,
  },
  {
    title: '#!/usr/bin/env python3',
    tree: [shim, debian(), local, { '/usr/bin/pip': script('#!/usr/bin/env python3\nimport pip\n') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /usr/local/bin/python3, elsewhere',
  },
  {
    title: '#!/usr/bin/env -S python3 -s',
    tree: [shim, debian(), { '/usr/bin/pip': script('#!/usr/bin/env -S python3 -s\nimport pip\n') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /usr/bin/python3',
  },
  {
    title: '#!/usr/bin/env with a relative program: it would be the current directory’s',
    tree: [shim, debian(), { '/usr/bin/pip': script('#!/usr/bin/env ./python3\n') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for ?',
  },
  {
    title: 'a path too long for #!: distlib writes a sh script that is Python, too',
    tree: [
      shim,
      debian(),
      local,
      { '/usr/bin/pip': script(`#!/bin/sh\n'''exec' "/usr/local/bin/python3.12" "$0" "$@"\n' '''\nimport re\n`) },
    ],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /usr/local/bin/python3.12, elsewhere',
  },
  {
    title: 'a hand-written wrapper',
    tree: [
      shim,
      debian(),
      local,
      { '/usr/bin/pip': script('#!/bin/bash\nset -e\nexec /usr/local/bin/python3 -m pip "$@"\n') },
    ],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /usr/local/bin/python3, elsewhere',
  },
  {
    title: 'a wrapper whose program only running it would tell',
    tree: [shim, debian(), { '/usr/bin/pip': script('#!/bin/sh\nexec "$PYTHON" -m pip "$@"\n') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for ?',
  },
  {
    title: 'a program that is not a script',
    tree: [shim, debian(), { '/usr/bin/pip': program }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for ?',
  },
  {
    title: 'the Python of its #! line is gone: not known where it would have installed',
    tree: [shim, debian(), { '/usr/bin/pip': pipOf('/opt/gone/bin/python') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/bin/pip for /opt/gone/bin/python, elsewhere',
  },
  {
    title: "pyenv's shim: the pip of the version that it selects",
    tree: [
      shim,
      debian(),
      installed('/home/me/.pyenv/versions/3.12.1', '3.12'),
      {
        '/home/me/.pyenv/shims/pip': program,
        '/home/me/.pyenv/versions/3.12.1/bin/pip': pipOf('/home/me/.pyenv/versions/3.12.1/bin/python3.12'),
      },
    ],
    env: { PATH: '/home/me/.pyenv/shims:/usr/bin', PYENV_VERSION: '3.12.1' },
    resolved: '/usr/bin/python3',
    expected: '/home/me/.pyenv/versions/3.12.1/bin/pip for /home/me/.pyenv/versions/3.12.1/bin/python3.12, elsewhere',
  },
  {
    title: 'an asdf shim: only asdf can tell',
    tree: [shim, debian(), { '/usr/local/bin/pip': script('#!/usr/bin/env bash\nexec asdf exec "pip" "$@"\n') }],
    env: path,
    resolved: '/usr/bin/python3',
    expected: '/usr/local/bin/pip for ?',
  },
  {
    title: 'Windows: the launcher of an installation, python.exe one folder up',
    platform: 'win32',
    tree: [windows('C:\\Py312', '312'), windows('C:\\Py310', '310'), { 'C:\\Py310\\Scripts\\pip.exe': program }],
    env: { PATH: 'C:\\Py310\\Scripts' },
    resolved: 'C:\\Py312\\python.exe',
    expected: 'C:\\Py310\\Scripts\\pip.exe for C:\\Py310\\python.exe, elsewhere',
  },
  {
    title: 'Windows: the launcher of an environment, python.exe beside it',
    platform: 'win32',
    tree: [windowsVirtual('C:\\p\\.venv', 'C:\\Py312', '3.12.1'), { 'C:\\p\\.venv\\Scripts\\pip.exe': program }],
    env: { PATH: 'C:\\p\\.venv\\Scripts' },
    resolved: 'C:\\p\\.venv\\Scripts\\python.exe',
    expected: 'C:\\p\\.venv\\Scripts\\pip.exe for C:\\p\\.venv\\Scripts\\python.exe',
  },
  {
    title: 'Windows: the command pip of the Python install manager',
    platform: 'win32',
    tree: [
      windows('C:\\m\\pythoncore-3.14-64', '314'),
      {
        'C:\\m\\bin\\pip.exe': program,
        'C:\\m\\bin\\pip.exe.__target__': 'C:\\m\\pythoncore-3.14-64\\python.exe',
        'C:\\m\\bin\\pip.exe.__script__.py': 'import sys\n',
      },
    ],
    env: { PATH: 'C:\\m\\bin' },
    resolved: 'C:\\m\\pythoncore-3.14-64\\python.exe',
    expected: 'C:\\m\\bin\\pip.exe for C:\\m\\pythoncore-3.14-64\\python.exe',
  },
  {
    title: 'Windows: the batch file of pyenv-win',
    platform: 'win32',
    tree: [
      windows('C:\\pyenv-win\\versions\\3.12.4', '312'),
      {
        'C:\\pyenv-win\\bin\\pyenv.bat': '',
        'C:\\pyenv-win\\version': '3.12.4',
        'C:\\pyenv-win\\shims\\pip.bat': '@echo off',
        'C:\\pyenv-win\\versions\\3.12.4\\Scripts\\pip.exe': program,
      },
    ],
    env: { PATH: 'C:\\pyenv-win\\shims' },
    resolved: 'C:\\pyenv-win\\versions\\3.12.4\\python.exe',
    expected: 'C:\\pyenv-win\\versions\\3.12.4\\Scripts\\pip.exe for C:\\pyenv-win\\versions\\3.12.4\\python.exe',
  },
];

describe('the pip that would have run without us', () => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', (_, row) => {
    const context = { ...surroundingsOf(row), shimsDirectory: '/home/me/.pipward/shims' };
    const found = findOtherPip(context, inspectInterpreter(row.resolved, context));
    const shown =
      found === null
        ? null
        : `${found.path} for ${found.interpreter?.executable ?? '?'}${found.isElsewhere ? ', elsewhere' : ''}`;
    expect(shown).toBe(row.expected);
  });

  test('a shim of pipward without its marker is recognised by its identity', () => {
    const tree = [debian(), { '/home/me/.pipward/shims/pip': script('#!/bin/sh\n# edited\n') }];
    const context = { ...surroundingsOf({ tree, env: path }), shimsDirectory: '/home/me/.pipward/shims' };
    expect(findOtherPip(context, null)).toBe(null);
  });
});
