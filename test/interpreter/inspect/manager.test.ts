import { describe, expect, test } from 'vitest';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import { findManager } from '../../../src/interpreter/inspect/manager.ts';
import type { Platform } from '../../../src/model/call-context.ts';
import { program, type Tree } from '../../support/tree.ts';
import { conda, debian, installed, script, surroundingsOf, virtual, windows, windowsVirtual } from '../layouts.ts';

const base = installed('/opt/py', '3.12');
const made = (prefix: string, lines: readonly string[] = []) => [
  base,
  virtual(prefix, '/opt/py/bin/python3', '3.12', '24.0', lines),
];
type Row = readonly [
  title: string,
  executable: string,
  tree: Tree | readonly Tree[],
  expected: ReturnType<typeof findManager>,
  env?: Readonly<Record<string, string>>,
  platform?: Platform,
];
const poetry = '/home/me/.cache/pypoetry/virtualenvs/api-x1y2z3-py3.12';
const pipenv = '/home/me/.local/share/virtualenvs/api-a1B2_c3-';
const versions = '/home/me/.pyenv/versions';

const rows: readonly Row[] = [
  ['a plain environment', '/p/.venv/bin/python', made('/p/.venv'), null],
  ['Poetry', `${poetry}/bin/python`, made(poetry), 'poetry'],
  [
    'Poetry on macOS',
    '/Users/me/Library/Caches/pypoetry/virtualenvs/api-x-py3.12/bin/python',
    made('/Users/me/Library/Caches/pypoetry/virtualenvs/api-x-py3.12'),
    'poetry',
    {},
    'darwin',
  ],
  [
    'Poetry on Windows',
    'C:\\U\\AppData\\Local\\pypoetry\\Cache\\virtualenvs\\api-x-py3.12\\Scripts\\python.exe',
    windowsVirtual('C:\\U\\AppData\\Local\\pypoetry\\Cache\\virtualenvs\\api-x-py3.12', 'C:\\Py312', '3.12.1'),
    'poetry',
    {},
    'win32',
  ],
  ['Pipenv', `${pipenv}/bin/python`, [...made(pipenv), { [`${pipenv}/.project`]: '/p' }], 'pipenv'],
  [
    'Hatch',
    '/home/me/.local/share/hatch/env/virtual/api/Ab12/api/bin/python',
    made('/home/me/.local/share/hatch/env/virtual/api/Ab12/api'),
    'hatch',
  ],
  ['virtualenvwrapper', '/home/me/.virtualenvs/api/bin/python', made('/home/me/.virtualenvs/api'), 'virtualenvwrapper'],
  [
    'virtualenvwrapper, WORKON_HOME, with a project',
    '/envs/api/bin/python',
    [...made('/envs/api'), { '/envs/api/.project': '/p' }],
    'virtualenvwrapper',
    { WORKON_HOME: '/envs' },
  ],
  ['pipx', '/home/me/.local/pipx/venvs/black/bin/python', made('/home/me/.local/pipx/venvs/black'), 'pipx'],
  ['uv venv says so in pyvenv.cfg', '/p/.venv/bin/python', made('/p/.venv', ['uv = 0.8.4']), 'uv'],
  ['virtualenv says so in pyvenv.cfg', '/p/.venv/bin/python', made('/p/.venv', ['virtualenv = 20.26.6']), 'virtualenv'],
  [
    'pyenv-virtualenv',
    `${versions}/api/bin/python`,
    [
      installed(`${versions}/3.12.1`, '3.12'),
      virtual(`${versions}/3.12.1/envs/api`, `${versions}/3.12.1/bin/python3.12`, '3.12'),
      { [`${versions}/api`]: { link: `${versions}/3.12.1/envs/api` } },
    ],
    'pyenv-virtualenv',
  ],
  ['pyenv', `${versions}/3.12.1/bin/python`, installed(`${versions}/3.12.1`, '3.12'), 'pyenv'],
  ['conda base', '/opt/conda/bin/python', [conda('/opt/conda', '3.12'), { '/opt/conda/condabin/': '' }], 'conda'],
  ['conda environment', '/opt/conda/envs/x/bin/python', conda('/opt/conda/envs/x', '3.12'), 'conda'],
  ['micromamba', '/home/me/micromamba/envs/x/bin/python', conda('/home/me/micromamba/envs/x', '3.12'), 'micromamba'],
  [
    'micromamba, where mamba 2 keeps it',
    '/home/me/.local/share/mamba/envs/x/bin/python',
    conda('/home/me/.local/share/mamba/envs/x', '3.12'),
    'micromamba',
  ],
  [
    'uv python install',
    '/home/me/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu/bin/python3',
    installed('/home/me/.local/share/uv/python/cpython-3.12.1-linux-x86_64-gnu', '3.12'),
    'uv',
  ],
  [
    'uv on Windows',
    'C:\\U\\AppData\\Roaming\\uv\\python\\cpython-3.12.1\\python.exe',
    windows('C:\\U\\AppData\\Roaming\\uv\\python\\cpython-3.12.1', '312'),
    'uv',
    {},
    'win32',
  ],
  ...(
    [
      ['python.org on Windows, for one user', 'C:\\U\\AppData\\Local\\Programs\\Python\\Python312', 'python.org'],
      ['python.org on Windows, for all users', 'C:\\Program Files\\Python312', 'python.org'],
      ['the install manager', 'C:\\U\\AppData\\Local\\Python\\pythoncore-3.12-64', 'install-manager'],
      ['NuGet', 'C:\\U\\.nuget\\packages\\python\\3.12.1\\tools', 'nuget'],
      ['a folder of that name elsewhere', 'D:\\Python312', null],
      [
        'the Microsoft Store',
        'C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_3.12.1_x64__qbz5n2kfra8p0',
        'microsoft-store',
      ],
    ] as const
  ).map(([title, folder, manager]): Row => [
    title,
    `${folder}\\python.exe`,
    windows(folder, '312'),
    manager,
    {},
    'win32',
  ]),
  [
    'Homebrew: bin/python3 leads into the Cellar',
    '/opt/homebrew/bin/python3',
    [
      installed('/opt/homebrew/Cellar/python@3.12/3.12.1', '3.12'),
      { '/opt/homebrew/bin/python3': { link: '../Cellar/python@3.12/3.12.1/bin/python3' } },
    ],
    'homebrew',
    {},
    'darwin',
  ],
  [
    'python.org on macOS',
    '/Library/Frameworks/Python.framework/Versions/3.12/bin/python3',
    installed('/Library/Frameworks/Python.framework/Versions/3.12', '3.12'),
    'python.org',
    {},
    'darwin',
  ],
  ["Apple's, found by xcrun", '/usr/bin/python3', { '/usr/bin/python3': program }, 'apple', {}, 'darwin'],
  [
    'mise installs/',
    '/m/mise/installs/python/3.12.1/bin/python',
    installed('/m/mise/installs/python/3.12.1', '3.12'),
    'mise',
  ],
  [
    'a mise shim is a link to mise',
    '/home/me/.local/share/mise/shims/python',
    { '/usr/bin/mise': program, '/home/me/.local/share/mise/shims/python': { link: '/usr/bin/mise' } },
    'mise',
  ],
  [
    'an asdf shim',
    '/home/me/.asdf/shims/python',
    { '/home/me/.asdf/shims/python': script('#!/usr/bin/env bash\nexec asdf exec "python" "$@"\n') },
    'asdf',
  ],
  ["Debian's", '/usr/bin/python3', debian(), null],
  ['any wrapper', '/x/python', { '/x/python': script('#!/bin/sh\n') }, null],
];

describe('who made an interpreter, or decides behind it', () => {
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, executable, tree, expected, env, platform]) => {
    const context = surroundingsOf({ tree, env: env ?? {}, platform: platform ?? 'linux' });
    expect(findManager(inspectInterpreter(executable, context), context)).toBe(expected);
  });
});
