import { describe, expect, test } from 'vitest';
import { resolveInterpreter } from '../../src/interpreter/resolve.ts';
import { program, type Tree } from '../support/tree.ts';
import {
  conda,
  debian,
  installed,
  pipIn,
  script,
  surroundingsOf,
  virtual,
  windows,
  windowsVirtual,
} from './layouts.ts';
import { expectedOutcome, readOutcome, resolve, type Row } from './resolution-rows.ts';

const bothOnPath = { PATH: '/usr/local/bin:/usr/bin' };
const usr = { PATH: '/usr/bin' };
const venv = { VIRTUAL_ENV: '/p/.venv' };
const base312 = installed('/opt/py', '3.12');
const inVenv = virtual('/p/.venv', '/opt/py/bin/python3', '3.12');
const bareVenv = virtual('/p/.venv', '/opt/py/bin/python3', '3.12', null);
/** An environment without pip; nor is there one in the Python that it was made from. */
const bareVenvOf = (version: string): readonly Tree[] => [
  installed('/opt/base', version, null),
  virtual('/p/.venv', '/opt/base/bin/python3', version, null),
];
/** pip 23.0.1 of Debian 12 does not support 3.12. */
const newDebian = debian('3.13', '25.1.1');
const ownShim = script('#!/bin/sh\n# pipward-shim 1\nexec node\n');
const shims: Tree = {
  '/home/me/.pyenv/shims/python': program,
  '/home/me/.pyenv/shims/python3': program,
  '/home/me/.pyenv/shims/python3.12': program,
};
const pyenv = [
  shims,
  installed('/home/me/.pyenv/versions/3.12.1', '3.12'),
  installed('/home/me/.pyenv/versions/3.9.18', '3.9'),
];
const pyenvPath = { PATH: '/home/me/.pyenv/shims:/usr/bin' };
const py312 = 'C:\\Users\\me\\AppData\\Local\\Programs\\Python\\Python312';
const py310 = 'C:\\Users\\me\\AppData\\Local\\Programs\\Python\\Python310';

const explicit: readonly Row[] = [
  {
    title: 'an interpreter',
    tree: [debian(), base312],
    env: { ...usr, PIPWARD_PYTHON: '/opt/py/bin/python3' },
    chosen: '/opt/py/bin/python3 by pipward-python',
  },
  {
    title: 'it comes before the active environment',
    tree: [debian(), base312, inVenv],
    env: { ...usr, ...venv, PIPWARD_PYTHON: '/usr/bin/python3' },
    chosen: '/usr/bin/python3 by pipward-python',
  },
  {
    title: 'it comes before the version in the name',
    tree: [debian(), base312],
    name: 'pip3.11',
    env: { ...usr, PIPWARD_PYTHON: '/opt/py/bin/python3' },
    chosen: '/opt/py/bin/python3 by pipward-python',
  },
  {
    title: 'the folder of an environment',
    tree: [base312, inVenv],
    env: { PIPWARD_PYTHON: '/p/.venv/' },
    chosen: '/p/.venv/bin/python by pipward-python',
  },
  {
    title: 'the folder of an environment on Windows',
    platform: 'win32',
    tree: [windows(py312, '312'), windowsVirtual('C:\\p\\.venv', py312, '3.12.1')],
    env: { PIPWARD_PYTHON: 'C:\\p\\.venv' },
    chosen: 'C:\\p\\.venv\\Scripts\\python.exe by pipward-python',
  },
  {
    title: 'a bare name, found on PATH',
    tree: [debian(), installed('/usr/local', '3.12')],
    env: { ...bothOnPath, PIPWARD_PYTHON: 'python3.11' },
    chosen: '/usr/bin/python3.11 by pipward-python',
  },
  {
    title: 'a bare name that pyenv resolves',
    tree: [...pyenv, debian()],
    env: { ...pyenvPath, PIPWARD_PYTHON: 'python3.12', PYENV_VERSION: '3.12.1' },
    chosen: '/home/me/.pyenv/versions/3.12.1/bin/python3.12 by pipward-python',
  },
  {
    title: 'empty means not set',
    tree: debian(),
    env: { ...usr, PIPWARD_PYTHON: '' },
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'missing: nothing else is taken in its place',
    tree: debian(),
    env: { ...usr, PIPWARD_PYTHON: '/opt/none/bin/python' },
    chosen: 'no /opt/none/bin/python',
    passed: ['missing /opt/none/bin/python'],
  },
  {
    title: 'a bare name that is not on PATH',
    tree: debian(),
    env: { ...usr, PIPWARD_PYTHON: 'python3.99' },
    chosen: 'no python3.99',
    passed: ['missing [PIPWARD_PYTHON]'],
  },
  {
    title: 'relative: it would mean another file in every directory',
    tree: { ...debian(), '/code/bin/python': program },
    env: { ...usr, PIPWARD_PYTHON: 'bin/python' },
    chosen: 'no bin/python',
    passed: ['not-absolute [PIPWARD_PYTHON]'],
  },
  {
    title: '`..` is a path, not a name',
    tree: debian(),
    env: { ...usr, PIPWARD_PYTHON: '..' },
    chosen: 'no ..',
    passed: ['not-absolute [PIPWARD_PYTHON]'],
  },
  {
    title: 'not executable',
    tree: { ...debian(), '/opt/python': 'text' },
    env: { ...usr, PIPWARD_PYTHON: '/opt/python' },
    chosen: 'no /opt/python',
    passed: ['not-executable /opt/python'],
  },
  {
    title: 'a dangling link',
    tree: { ...debian(), '/opt/python': { link: '/gone' } },
    env: { ...usr, PIPWARD_PYTHON: '/opt/python' },
    chosen: 'no /opt/python',
    passed: ['dangling-link /opt/python'],
  },
  {
    title: 'our own shim would call itself for ever',
    tree: { ...debian(), '/home/me/.pipward/pip': ownShim, '/opt/python': { link: '/home/me/.pipward/pip' } },
    env: { ...usr, PIPWARD_PYTHON: '/opt/python' },
    chosen: 'no /opt/python',
    passed: ['own-shim /opt/python'],
  },
  {
    title: 'a wrapper is taken at its word',
    tree: { '/opt/python': script('#!/bin/sh\nexec python3.8 "$@"\n') },
    env: { PIPWARD_PYTHON: '/opt/python' },
    chosen: '/opt/python by pipward-python',
  },
  {
    title: "without pip: another interpreter's pip drives it",
    tree: [installed('/opt/bare', '3.12', null), newDebian],
    env: { ...usr, PIPWARD_PYTHON: '/opt/bare/bin/python' },
    chosen: '/opt/bare/bin/python by pipward-python driven by /usr/bin/python3',
  },
];

const active: readonly Row[] = [
  {
    title: 'a virtual environment',
    tree: [debian(), base312, inVenv],
    env: { ...usr, ...venv },
    chosen: '/p/.venv/bin/python by active-environment',
  },
  {
    title: 'a slash at the end of VIRTUAL_ENV',
    tree: [debian(), base312, inVenv],
    env: { ...usr, VIRTUAL_ENV: '/p/.venv/' },
    chosen: '/p/.venv/bin/python by active-environment',
  },
  {
    title: 'a virtual environment made by virtualenv 16, without pyvenv.cfg',
    tree: [
      debian(),
      installed('/opt/py2', '2.7'),
      {
        '/p/env/bin/python': program,
        '/p/env/bin/activate_this.py': '',
        '/p/env/lib/python2.7/os.py': '',
        '/p/env/lib/python2.7/orig-prefix.txt': '/opt/py2',
        ...pipIn('/p/env/lib/python2.7/site-packages'),
      },
    ],
    env: { ...usr, VIRTUAL_ENV: '/p/env' },
    chosen: '/p/env/bin/python by active-environment',
  },
  {
    title: 'an environment that has only python3',
    tree: [
      base312,
      { '/p/.venv/pyvenv.cfg': 'home = /opt/py/bin', '/p/.venv/bin/python3': { link: '/opt/py/bin/python3' } },
    ],
    env: { ...venv },
    chosen: '/p/.venv/bin/python3 by active-environment',
  },
  {
    title: 'on Windows',
    platform: 'win32',
    tree: [windows(py312, '312'), windowsVirtual('C:\\p\\.venv', py312, '3.12.1')],
    env: { Path: py312, VIRTUAL_ENV: 'C:\\p\\.venv' },
    chosen: 'C:\\p\\.venv\\Scripts\\python.exe by active-environment',
  },
  {
    title: 'its folder was deleted',
    tree: debian(),
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['missing [VIRTUAL_ENV]'],
  },
  {
    title: 'its base Python was removed',
    tree: [debian(), inVenv],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['dangling-link /p/.venv/bin/python'],
  },
  {
    title: 'there is no python in it',
    tree: [debian(), { '/p/.venv/pyvenv.cfg': 'home = /usr/bin' }],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['missing /p/.venv/bin/python'],
  },
  {
    title: 'its python is not executable',
    tree: [debian(), { '/p/.venv/pyvenv.cfg': 'home = /usr/bin', '/p/.venv/bin/python': 'text' }],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-executable /p/.venv/bin/python'],
  },
  {
    title: 'its python is a copy on a file system mounted noexec',
    tree: [
      debian(),
      { '/p/.venv/pyvenv.cfg': 'home = /usr/bin', '/p/.venv/bin/python': { mode: 0o755, executable: false } },
    ],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-executable /p/.venv/bin/python (its mode allows it: the file system may be mounted noexec)'],
  },
  ...(
    [
      ['Poetry', '/home/me/.cache/pypoetry/virtualenvs/api-x1y2z3-py3.12', {}],
      ['Poetry, called by `poetry run`', '/home/me/.cache/pypoetry/virtualenvs/api-x-py3.12', { POETRY_ACTIVE: '1' }],
      ['Pipenv', '/home/me/.local/share/virtualenvs/api-a1B2_c3-', { PIPENV_ACTIVE: '1' }],
      ['Hatch', '/home/me/.local/share/hatch/env/virtual/api/Ab12/api', { HATCH_ENV_ACTIVE: 'default' }],
      ['virtualenvwrapper', '/home/me/.virtualenvs/api', { WORKON_HOME: '/home/me/.virtualenvs' }],
    ] as const
  ).map(([tool, prefix, env]): Row => ({
    title: `an environment of ${tool}: it sets VIRTUAL_ENV`,
    tree: [debian(), base312, virtual(prefix, '/opt/py/bin/python3', '3.12')],
    env: { ...usr, VIRTUAL_ENV: prefix, ...env },
    chosen: `${prefix}/bin/python by active-environment`,
  })),
  {
    title: "an environment of pyenv-virtualenv that is active, under pyenv's name for it",
    tree: [
      ...pyenv,
      virtual('/home/me/.pyenv/versions/3.12.1/envs/api', '/home/me/.pyenv/versions/3.12.1/bin/python3.12', '3.12'),
      { '/home/me/.pyenv/versions/api': { link: '/home/me/.pyenv/versions/3.12.1/envs/api' } },
    ],
    env: { ...pyenvPath, VIRTUAL_ENV: '/home/me/.pyenv/versions/api', PYENV_VERSION: 'api' },
    chosen: '/home/me/.pyenv/versions/api/bin/python by active-environment',
  },
  {
    title: 'a micromamba environment',
    tree: [debian(), conda('/home/me/micromamba/envs/x', '3.11')],
    env: { ...usr, CONDA_PREFIX: '/home/me/micromamba/envs/x', MAMBA_ROOT_PREFIX: '/home/me/micromamba' },
    chosen: '/home/me/micromamba/envs/x/bin/python by conda-prefix',
  },
  {
    title: 'base, which conda activates in every shell',
    tree: [debian(), conda('/home/me/miniconda3', '3.12'), { '/home/me/miniconda3/condabin/': '' }],
    env: { ...usr, CONDA_PREFIX: '/home/me/miniconda3', CONDA_DEFAULT_ENV: 'base' },
    chosen: '/home/me/miniconda3/bin/python by conda-prefix',
  },
  {
    title: 'VIRTUAL_ENV is a link to the environment: it is known by the link',
    tree: [base312, inVenv, { '/code/.venv': { link: '/p/.venv' } }],
    env: { ...usr, VIRTUAL_ENV: '/code/.venv' },
    chosen: '/code/.venv/bin/python by active-environment',
  },
  {
    title: 'VIRTUAL_ENV is a file that names an environment (draft PEP 832): no environment itself',
    tree: [debian(), base312, inVenv, { '/code/.venv': '/p/.venv\n' }],
    env: { ...usr, VIRTUAL_ENV: '/code/.venv' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['missing /code/.venv/bin/python'],
  },
  {
    title: 'a .venv in the current directory that is not active is not taken',
    tree: [debian(), base312, virtual('/code/.venv', '/opt/py/bin/python3', '3.12')],
    env: usr,
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'sudo: the environment of the person who called is not in root’s variables',
    tree: [debian(), base312, inVenv],
    userId: 0,
    env: { ...usr, SUDO_USER: 'ada', SUDO_UID: '1000' },
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'VIRTUAL_ENV names a Python that is not an environment',
    tree: [debian(), base312],
    env: { ...usr, VIRTUAL_ENV: '/opt/py' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['no-pyvenv-cfg /opt/py/bin/python'],
  },
  {
    title: 'a relative VIRTUAL_ENV, though it is there',
    tree: [debian(), base312, virtual('/code/.venv', '/opt/py/bin/python3', '3.12')],
    env: { ...usr, VIRTUAL_ENV: '.venv' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-absolute [VIRTUAL_ENV]'],
  },
  {
    title: 'its python is our shim',
    tree: [debian(), { '/p/.venv/pyvenv.cfg': 'home = /usr/bin', '/p/.venv/bin/python': ownShim }],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['own-shim /p/.venv/bin/python'],
  },
  {
    title: 'a conda environment',
    tree: [debian(), conda('/conda/envs/x', '3.11')],
    env: { ...usr, CONDA_PREFIX: '/conda/envs/x' },
    chosen: '/conda/envs/x/bin/python by conda-prefix',
  },
  {
    title: 'a conda environment on Windows: python.exe in its folder',
    platform: 'win32',
    tree: [{ ...windows('C:\\conda', '311'), 'C:\\conda\\conda-meta\\history': '' }],
    env: { CONDA_PREFIX: 'C:\\conda' },
    chosen: 'C:\\conda\\python.exe by conda-prefix',
  },
  {
    title: 'a venv inside an active conda environment',
    tree: [conda('/conda', '3.12'), virtual('/p/.venv', '/conda/bin/python', '3.12')],
    env: { ...venv, CONDA_PREFIX: '/conda' },
    chosen: '/p/.venv/bin/python by active-environment',
  },
  {
    title: 'a stale venv inside an active conda environment',
    tree: conda('/conda', '3.12'),
    env: { ...venv, CONDA_PREFIX: '/conda' },
    chosen: '/conda/bin/python by conda-prefix',
    passed: ['missing [VIRTUAL_ENV]'],
  },
  {
    title: 'a conda environment without Python (R, say)',
    tree: [debian(), { '/conda/envs/r/conda-meta/history': '' }],
    env: { ...usr, CONDA_PREFIX: '/conda/envs/r' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['missing /conda/envs/r/bin/python'],
  },
  {
    title: 'CONDA_PREFIX names a folder with an empty conda-meta',
    tree: [debian(), base312, { '/opt/py/conda-meta/': '' }],
    env: { ...usr, CONDA_PREFIX: '/opt/py' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['no-conda-meta /opt/py/bin/python'],
  },
  {
    title: 'CONDA_PREFIX names what conda did not make',
    tree: [debian(), base312],
    env: { ...usr, CONDA_PREFIX: '/opt/py' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['no-conda-meta /opt/py/bin/python'],
  },
  {
    title: 'pip3 in an environment of Python 2',
    name: 'pip3',
    tree: [debian(), installed('/opt/py2', '2.7'), virtual('/p/.venv', '/opt/py2/bin/python', '2.7')],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['other-version /p/.venv/bin/python'],
  },
  {
    title: 'pip3 in an environment of Python 3',
    name: 'pip3',
    tree: [debian(), base312, inVenv],
    env: { ...usr, ...venv },
    chosen: '/p/.venv/bin/python by active-environment',
  },
];

const withoutPip: readonly Row[] = [
  {
    title: 'the first Python of the shell with pip 22.3 or later drives it',
    tree: [newDebian, base312, bareVenv],
    env: { ...usr, ...venv },
    chosen: '/p/.venv/bin/python by active-environment driven by /usr/bin/python3',
  },
  {
    title: 'a pip older than 22.3 cannot',
    tree: [debian('3.11', '22.2.2'), installed('/usr/local', '3.11', '22.3'), ...bareVenvOf('3.11')],
    env: { PATH: '/usr/bin:/usr/local/bin', ...venv },
    chosen: '/p/.venv/bin/python by active-environment driven by /usr/local/bin/python',
  },
  ...(
    [
      ['3.11', '22.3', true],
      ['3.12', '23.0.1', false],
      ['3.12', '23.1.2', false],
      ['3.12', '23.2', true],
      ['3.13', '23.1.2', false],
      ['3.13', '23.2.1', true],
      ['3.14', '24.3.1', false],
      ['3.14', '25.1.1', true],
      ['3.15', '25.0', false],
    ] as const
  ).map(([python, pip, drives]): Row => ({
    title: `Python ${python}, pip ${pip}: ${drives ? 'drives it' : 'dies or may die of it, so the next is taken'}`,
    tree: [debian('3.11', pip), installed('/usr/local', '3.11', '25.3'), ...bareVenvOf(python)],
    env: { PATH: '/usr/bin:/usr/local/bin', ...venv },
    // The shell's `python` is asked before `python3`.
    configured: '/usr/bin/python3',
    chosen: `/p/.venv/bin/python by active-environment driven by ${drives ? '/usr/bin/python3' : '/usr/local/bin/python'}`,
  })),
  {
    title: "no pip that is new enough for the environment's Python",
    tree: [debian(), ...bareVenvOf('3.12')],
    env: { ...usr, ...venv },
    chosen: '/p/.venv/bin/python by active-environment without pip',
  },
  {
    title: "a pip that does not support the environment's Python cannot",
    tree: [
      installed('/usr', '3.12', null, ['python3']),
      pipIn('/usr/lib/python3.12/site-packages', '25.3', '3.9'),
      installed('/usr/local', '3.9', '24.0', ['python3']),
      installed('/opt/py', '3.8'),
      virtual('/p/.venv', '/opt/py/bin/python3', '3.8', null),
    ],
    env: { PATH: '/usr/bin:/usr/local/bin', ...venv },
    chosen: '/p/.venv/bin/python by active-environment driven by /usr/local/bin/python3',
  },
  {
    title: 'the environment before it on PATH is itself no driver',
    tree: [newDebian, base312, bareVenv],
    env: { PATH: '/p/.venv/bin:/usr/bin', ...venv },
    chosen: '/p/.venv/bin/python by active-environment driven by /usr/bin/python3',
  },
  {
    title: "the configured Python's pip is asked first",
    tree: [newDebian, base312, bareVenv],
    env: { ...usr, ...venv },
    configured: '/opt/py/bin/python3',
    chosen: '/p/.venv/bin/python by active-environment driven by /opt/py/bin/python3',
  },
  {
    title: 'one that is not on PATH drives it',
    tree: [base312, installed('/home/me/.local/share/uv/python/cpython-3.12.1', '3.12'), bareVenv],
    env: { PATH: '/nothing', ...venv },
    chosen:
      '/p/.venv/bin/python by active-environment driven by /home/me/.local/share/uv/python/cpython-3.12.1/bin/python3.12',
  },
  {
    title: 'nothing to drive it with: no other place is taken',
    tree: [debian('3.11', '20.3.4'), base312, bareVenv],
    env: { ...usr, ...venv },
    chosen: '/p/.venv/bin/python by active-environment without pip',
  },
  {
    title: 'a conda environment is not left either',
    tree: [debian(), conda('/conda/envs/x', '3.11', null)],
    env: { ...usr, CONDA_PREFIX: '/conda/envs/x' },
    chosen: '/conda/envs/x/bin/python by conda-prefix driven by /usr/bin/python3',
  },
  {
    title: 'an environment that is first on PATH but not activated',
    tree: [newDebian, base312, bareVenv],
    env: { PATH: '/p/.venv/bin:/usr/bin' },
    chosen: '/p/.venv/bin/python by search-path driven by /usr/bin/python3',
  },
];

const versioned: readonly Row[] = [
  {
    title: 'the active environment, if it is that version',
    name: 'pip3.12',
    tree: [debian(), base312, inVenv],
    env: { ...usr, ...venv },
    chosen: '/p/.venv/bin/python by active-environment',
  },
  {
    title: 'the active environment is another version',
    name: 'pip3.11',
    tree: [debian(), base312, inVenv],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3.11 by versioned-name',
    passed: ['other-version /p/.venv/bin/python'],
  },
  {
    title: 'the active environment of unknown version',
    name: 'pip3.11',
    tree: [debian(), { '/p/.venv/pyvenv.cfg': 'home = /gone', '/p/.venv/bin/python': program }],
    env: { ...usr, ...venv },
    chosen: '/usr/bin/python3.11 by versioned-name',
    passed: ['other-version /p/.venv/bin/python'],
  },
  {
    title: 'the active conda environment',
    name: 'pip3.11',
    tree: [installed('/opt/py', '3.11'), conda('/conda/envs/x', '3.11')],
    env: { PATH: '/opt/py/bin', CONDA_PREFIX: '/conda/envs/x' },
    chosen: '/conda/envs/x/bin/python by conda-prefix',
  },
  {
    title: 'python3.12 on PATH',
    name: 'pip3.12',
    tree: [debian(), base312],
    env: { PATH: '/usr/bin:/opt/py/bin' },
    chosen: '/opt/py/bin/python3.12 by versioned-name',
  },
  {
    title: 'a python on PATH that is this version, under another name',
    name: 'pip3.12',
    platform: 'win32',
    tree: [windows(py310, '310'), windows(py312, '312')],
    env: { PATH: `${py310};${py312}` },
    chosen: `${py312}\\python.exe by versioned-name`,
    passed: [`other-version ${py310}\\python.exe`],
  },
  {
    title: 'a python3.12 that is no 3.12',
    name: 'pip3.12',
    tree: [debian(), base312, { '/x/python3.12': { link: '/usr/bin/python3.11' } }],
    env: { PATH: '/x:/opt/py/bin' },
    chosen: '/opt/py/bin/python3.12 by versioned-name',
    passed: ['other-version /x/python3.12'],
  },
  {
    title: "a wrapper's name is believed",
    name: 'pip3.12',
    tree: { '/x/python3.12': script('#!/bin/sh\n') },
    env: { PATH: '/x' },
    chosen: '/x/python3.12 by versioned-name',
  },
  {
    title: "pyenv's selected version",
    name: 'pip3.12',
    tree: [...pyenv, debian()],
    env: { ...pyenvPath, PYENV_VERSION: '3.12.1' },
    chosen: '/home/me/.pyenv/versions/3.12.1/bin/python3.12 by versioned-name',
  },
  {
    title: "pyenv's version, though another one is selected",
    name: 'pip3.12',
    tree: [...pyenv, { '/usr/bin/cat': program }],
    env: { ...pyenvPath, PYENV_VERSION: '3.9.18' },
    chosen: '/home/me/.pyenv/versions/3.12.1/bin/python3.12 by versioned-name',
    passed: [
      'missing /home/me/.pyenv/versions/3.9.18/bin/python3.12',
      'other-version /home/me/.pyenv/versions/3.9.18/bin/python3',
      'other-version /home/me/.pyenv/versions/3.9.18/bin/python',
    ],
  },
  {
    title: "uv's, which is not on PATH",
    name: 'pip3.12',
    tree: [debian(), installed('/home/me/.local/share/uv/python/cpython-3.12.1-linux', '3.12')],
    env: usr,
    chosen: '/home/me/.local/share/uv/python/cpython-3.12.1-linux/bin/python3.12 by versioned-name',
    passed: ['other-version /usr/bin/python3'],
  },
  {
    title: "Homebrew's, which is not on PATH",
    name: 'pip3.12',
    platform: 'darwin',
    tree: installed('/opt/homebrew', '3.12'),
    env: usr,
    chosen: '/opt/homebrew/bin/python3.12 by versioned-name',
  },
  {
    title: "python.org's on macOS",
    name: 'pip3.12',
    platform: 'darwin',
    tree: installed('/Library/Frameworks/Python.framework/Versions/3.12', '3.12'),
    env: usr,
    chosen: '/Library/Frameworks/Python.framework/Versions/3.12/bin/python3.12 by versioned-name',
  },
  {
    title: 'a Windows installation that is not on PATH',
    name: 'pip3.12',
    platform: 'win32',
    tree: [windows(py310, '310'), windows(py312, '312')],
    env: { PATH: py310, LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' },
    chosen: `${py312}\\python.exe by versioned-name`,
    passed: [`other-version ${py310}\\python.exe`],
  },
  ...(
    [
      ['mise', '/home/me/.local/share/mise/installs/python/3.12.1', {}],
      ['mise, MISE_DATA_DIR', '/data/mise/installs/python/3.12.1', { MISE_DATA_DIR: '/data/mise' }],
      ['asdf', '/home/me/.asdf/installs/python/3.12.1', {}],
      ['uv, UV_PYTHON_INSTALL_DIR', '/data/uv/cpython-3.12.1-linux', { UV_PYTHON_INSTALL_DIR: '/data/uv' }],
      ['uv, XDG_DATA_HOME', '/data/uv/python/cpython-3.12.1-linux', { XDG_DATA_HOME: '/data' }],
    ] as const
  ).map(([tool, prefix, env]): Row => ({
    title: `installed by ${tool}, which is not on PATH`,
    name: 'pip3.12',
    tree: [debian(), installed(prefix, '3.12')],
    env: { ...usr, ...env },
    chosen: `${prefix}/bin/python3.12 by versioned-name`,
    passed: ['other-version /usr/bin/python3'],
  })),
  {
    title: 'a relative UV_PYTHON_INSTALL_DIR would be the current directory’s',
    name: 'pip3.12',
    tree: [debian(), installed('/code/uv/cpython-3.12.1', '3.12')],
    env: { ...usr, UV_PYTHON_INSTALL_DIR: 'uv' },
    chosen: 'no python3.12',
    passed: ['other-version /usr/bin/python3'],
  },
  {
    title: "Homebrew's python@3.12 that is not linked",
    name: 'pip3.12',
    platform: 'darwin',
    tree: [
      installed('/opt/homebrew/Cellar/python@3.12/3.12.1', '3.12'),
      { '/opt/homebrew/opt/python@3.12': { link: '../Cellar/python@3.12/3.12.1' } },
    ],
    env: usr,
    chosen: '/opt/homebrew/opt/python@3.12/bin/python3.12 by versioned-name',
  },
  {
    title: 'free-threaded: pyenv’s 3.13.0t, though 3.13.0 is selected',
    name: 'pip3.13t',
    tree: [
      installed('/home/me/.pyenv/versions/3.13.0', '3.13'),
      {
        '/home/me/.pyenv/shims/python3.13t': program,
        '/home/me/.pyenv/versions/3.13.0t/bin/python3.13t': program,
        '/home/me/.pyenv/versions/3.13.0t/lib/python3.13t/os.py': '',
        ...pipIn('/home/me/.pyenv/versions/3.13.0t/lib/python3.13t/site-packages'),
      },
    ],
    env: { ...pyenvPath, PYENV_VERSION: '3.13.0' },
    chosen: '/home/me/.pyenv/versions/3.13.0t/bin/python3.13t by versioned-name',
    passed: ['missing /home/me/.pyenv/versions/3.13.0/bin/python3.13t'],
  },
  {
    title: 'not there: the version is never exchanged for another',
    name: 'pip3.99',
    tree: debian(),
    env: usr,
    chosen: 'no python3.99',
    passed: ['other-version /usr/bin/python3'],
  },
  {
    title: 'without pip: the next of that version that has it',
    name: 'pip3.12',
    tree: [installed('/usr', '3.12', null), base312],
    env: { PATH: '/usr/bin:/opt/py/bin' },
    chosen: '/opt/py/bin/python3.12 by versioned-name',
    passed: ['no-pip /usr/bin/python3.12'],
  },
  {
    title: 'free-threaded: python3.13t',
    name: 'pip3.13t',
    tree: [
      installed('/usr', '3.13'),
      {
        '/opt/t/bin/python3.13t': program,
        '/opt/t/lib/python3.13t/os.py': '',
        ...pipIn('/opt/t/lib/python3.13t/site-packages'),
      },
    ],
    env: { PATH: '/usr/bin:/opt/t/bin' },
    chosen: '/opt/t/bin/python3.13t by versioned-name',
  },
  {
    title: 'free-threaded: an ordinary environment is not it',
    name: 'pip3.12t',
    tree: [base312, inVenv],
    env: { ...venv, PATH: '/none' },
    chosen: 'no python3.12t',
    passed: ['other-version /p/.venv/bin/python'],
  },
];

const inShell: readonly Row[] = [
  {
    title: 'python first, wherever python3 stands',
    tree: [installed('/usr/local', '3.12', '24.0', ['python3']), installed('/usr', '3.11', '24.0', ['python'])],
    env: bothOnPath,
    chosen: '/usr/bin/python by search-path',
  },
  { title: 'python3 where there is no python', tree: debian(), env: usr, chosen: '/usr/bin/python3 by search-path' },
  {
    title: 'pip3: python3 first',
    name: 'pip3',
    tree: [installed('/usr/local', '2.7', '20.3.4', ['python']), installed('/usr', '3.11')],
    env: bothOnPath,
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'pip3: a python that is a Python 2 is not it',
    name: 'pip3',
    tree: installed('/usr', '2.7', '20.3.4', ['python']),
    env: usr,
    chosen: 'no python3',
    passed: ['other-version /usr/bin/python'],
  },
  {
    title: 'pip2: python2',
    name: 'pip2',
    tree: [debian(), installed('/usr/local', '2.7', '20.3.4', ['python2'])],
    env: bothOnPath,
    chosen: '/usr/local/bin/python2 by search-path',
  },
  {
    title: 'pip2: a python that is a Python 2',
    name: 'pip2',
    tree: {
      '/opt/py2/bin/python': program,
      '/opt/py2/lib/python2.7/os.py': '',
      ...pipIn('/opt/py2/lib/python2.7/site-packages'),
    },
    env: { PATH: '/opt/py2/bin' },
    chosen: '/opt/py2/bin/python by search-path',
  },
  {
    title: 'pip2: a wrapper called python may be any',
    name: 'pip2',
    tree: { '/x/python': script('#!/bin/sh\n') },
    env: { PATH: '/x' },
    chosen: 'no python2',
    passed: ['other-version /x/python'],
  },
  {
    title: 'no pip: a later one that has it',
    tree: [installed('/usr/local', '3.12', null), debian()],
    env: bothOnPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: ['no-pip /usr/local/bin/python', 'no-pip /usr/local/bin/python3'],
  },
  {
    title: 'no pip: a python behind the first python and python3',
    tree: [installed('/usr/local', '3.12', null), installed('/usr', '3.11', '24.0', ['python'])],
    env: bothOnPath,
    chosen: '/usr/bin/python by search-path',
    passed: ['no-pip /usr/local/bin/python', 'no-pip /usr/local/bin/python3'],
  },
  {
    title: 'no pip anywhere: the first is meant',
    tree: [installed('/usr/local', '3.12', null), debian('3.11', null)],
    env: bothOnPath,
    chosen: '/usr/local/bin/python by search-path without pip',
    passed: ['no-pip /usr/local/bin/python3', 'no-pip /usr/bin/python3'],
  },
  {
    title: 'pip in the user site is pip',
    tree: [debian('3.11', null), pipIn('/home/me/.local/lib/python3.11/site-packages')],
    env: usr,
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'an environment on PATH that was not activated',
    tree: [debian(), base312, inVenv],
    env: { PATH: '/p/.venv/bin:/usr/bin' },
    chosen: '/p/.venv/bin/python by search-path',
  },
  {
    title: 'a relative entry is never looked into',
    tree: [debian(), { '/code/bin/python': program, '/code/bin/python3': program }],
    env: { PATH: 'bin:/usr/bin' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-absolute [PATH 1: bin]'],
  },
  {
    title: 'an empty entry means the current directory',
    tree: [debian(), { '/code/python': program }],
    env: { PATH: ':/usr/bin:' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-absolute [PATH 1: ]'],
  },
  {
    title: 'our own shim, copied under the name python',
    tree: { ...debian(), '/usr/local/bin/python': ownShim },
    env: bothOnPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: ['own-shim /usr/local/bin/python'],
  },
  {
    title: 'a file that cannot be executed',
    tree: { ...debian(), '/usr/local/bin/python': 'text' },
    env: bothOnPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-executable /usr/local/bin/python'],
  },
  {
    title: 'a folder called python is gone past',
    tree: { ...debian(), '/usr/local/bin/python/': '' },
    env: bothOnPath,
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'nothing: a dangling link on PATH explains it',
    tree: { '/opt/homebrew/bin/python3': { link: '../Cellar/python@3.11/3.11.1/bin/python3' } },
    env: { PATH: '/opt/homebrew/bin' },
    platform: 'darwin',
    chosen: 'no python',
    passed: ['dangling-link /opt/homebrew/bin/python3'],
  },
  { title: 'PATH is not set', tree: debian(), env: {}, chosen: '/usr/bin/python3 by default-location' },
  { title: 'PATH is empty', tree: debian(), env: { PATH: '' }, chosen: '/usr/bin/python3 by default-location' },
  {
    title: 'an asdf shim: only running it would tell',
    tree: [debian(), { '/home/me/.asdf/shims/python': script('#!/usr/bin/env bash\nexec asdf exec "python" "$@"\n') }],
    env: { PATH: '/home/me/.asdf/shims:/usr/bin' },
    chosen: '/home/me/.asdf/shims/python by search-path',
  },
  {
    title: 'a mise shim: a link to mise, which decides when it is started',
    tree: [
      debian(),
      { '/usr/bin/mise': program, '/home/me/.local/share/mise/shims/python': { link: '/usr/bin/mise' } },
    ],
    env: { PATH: '/home/me/.local/share/mise/shims:/usr/bin' },
    chosen: '/home/me/.local/share/mise/shims/python by search-path',
  },
  {
    title: "Debian's python3 beside a python3 in /usr/local: PATH decides",
    tree: [debian(), installed('/usr/local', '3.12', '24.0', ['python3'])],
    env: bothOnPath,
    chosen: '/usr/local/bin/python3 by search-path',
  },
  {
    title: 'the same, with /usr/bin first',
    tree: [debian(), installed('/usr/local', '3.12', '24.0', ['python3'])],
    env: { PATH: '/usr/bin:/usr/local/bin' },
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'macOS: python3 without developer tools only offers to install them',
    platform: 'darwin',
    tree: [{ '/usr/bin/python3': program }, installed('/opt/homebrew', '3.12')],
    env: { PATH: '/usr/bin:/opt/homebrew/bin' },
    name: 'pip3',
    chosen: '/opt/homebrew/bin/python3 by search-path',
    passed: ['not-executable /usr/bin/python3 (it only offers to install the command line tools)'],
  },
  ...(
    [
      ['the command line tools', '/Library/Developer/CommandLineTools', {}],
      ['Xcode', '/Applications/Xcode.app/Contents/Developer', {}],
      [
        'another Xcode, by DEVELOPER_DIR',
        '/Applications/Xcode-beta.app/Contents/Developer',
        { DEVELOPER_DIR: '/Applications/Xcode-beta.app/Contents/Developer' },
      ],
    ] as const
  ).map(([what, folder, env]): Row => ({
    title: `macOS: python3 with ${what}`,
    platform: 'darwin',
    tree: { '/usr/bin/python3': program, [`${folder}/usr/bin/python3`]: program },
    env: { ...usr, ...env },
    chosen: '/usr/bin/python3 by search-path',
  })),
  {
    title: 'macOS: python3 with what xcode-select chose',
    platform: 'darwin',
    tree: {
      '/usr/bin/python3': program,
      '/var/db/xcode_select_link': { link: '/Volumes/X/Developer' },
      '/Volumes/X/Developer/usr/bin/python3': program,
    },
    env: usr,
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'Windows: python.exe, by a PATH with quotes, under the name Path',
    platform: 'win32',
    tree: windows(py312, '312'),
    env: { Path: `"${py312}"` },
    chosen: `${py312}\\python.exe by search-path`,
  },
  {
    title: 'Windows: the stub that opens the Microsoft Store',
    platform: 'win32',
    tree: [windows(py312, '312'), { 'C:\\Users\\me\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe': program }],
    env: { PATH: `C:\\Users\\me\\AppData\\Local\\Microsoft\\WindowsApps;${py312}` },
    chosen: `${py312}\\python.exe by search-path`,
    passed: [
      'not-executable C:\\Users\\me\\AppData\\Local\\Microsoft\\WindowsApps\\python.exe (it only opens the Microsoft Store)',
    ],
  },
  {
    title: 'Windows: the alias of a Python from the Microsoft Store',
    platform: 'win32',
    tree: {
      'C:\\L\\Microsoft\\WindowsApps\\python.exe': {
        link: 'C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_x\\python.exe',
      },
      ...windows('C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_x', '312'),
    },
    env: { PATH: 'C:\\L\\Microsoft\\WindowsApps' },
    chosen: 'C:\\L\\Microsoft\\WindowsApps\\python.exe by search-path',
  },
  {
    title: 'Windows: no PATH, no usual places',
    platform: 'win32',
    tree: windows(py312, '312'),
    env: {},
    chosen: 'no python',
  },
];

const configured: readonly Row[] = [
  {
    title: 'before what is on PATH',
    tree: [debian(), base312],
    env: usr,
    configured: '/opt/py/bin/python3',
    chosen: '/opt/py/bin/python3 by configured',
  },
  {
    title: 'after what is active',
    tree: [debian(), base312, inVenv],
    env: { ...usr, ...venv },
    configured: '/usr/bin/python3',
    chosen: '/p/.venv/bin/python by active-environment',
  },
  {
    title: 'the folder of an environment',
    tree: [debian(), base312, inVenv],
    env: usr,
    configured: '/p/.venv',
    chosen: '/p/.venv/bin/python by configured',
  },
  {
    title: 'missing',
    tree: debian(),
    env: usr,
    configured: '/opt/none/bin/python',
    chosen: '/usr/bin/python3 by search-path',
    passed: ['missing /opt/none/bin/python'],
  },
  {
    title: 'relative',
    tree: debian(),
    env: usr,
    configured: 'venv/bin/python',
    chosen: '/usr/bin/python3 by search-path',
    passed: ['not-absolute [/etc/pipward/policy.toml:3]'],
  },
  {
    title: 'another version than pip2 asks for',
    name: 'pip2',
    tree: [base312, installed('/usr', '2.7', '20.3.4')],
    env: usr,
    configured: '/opt/py/bin/python',
    chosen: '/usr/bin/python2.7 by search-path',
    passed: ['other-version /opt/py/bin/python'],
  },
  {
    title: 'without pip, when PATH has one with it',
    tree: [debian(), installed('/opt/bare', '3.12', null)],
    env: usr,
    configured: '/opt/bare/bin/python',
    chosen: '/usr/bin/python3 by search-path',
    passed: ['no-pip /opt/bare/bin/python'],
  },
];

const underPyenv: readonly Row[] = [
  {
    title: 'PYENV_VERSION',
    tree: [...pyenv, debian()],
    env: { ...pyenvPath, PYENV_VERSION: '3.9.18' },
    chosen: '/home/me/.pyenv/versions/3.9.18/bin/python by pyenv',
  },
  {
    title: '.python-version above the current directory, a prefix in it',
    tree: [...pyenv, debian(), { '/code/.python-version': '# ours\n3.12\n' }],
    cwd: '/code/api/src',
    env: pyenvPath,
    chosen: '/home/me/.pyenv/versions/3.12.1/bin/python by pyenv',
  },
  {
    title: 'the global version',
    tree: [...pyenv, debian(), { '/home/me/.pyenv/version': '3.9.18\n' }],
    env: pyenvPath,
    chosen: '/home/me/.pyenv/versions/3.9.18/bin/python by pyenv',
  },
  {
    title: 'system: what is on PATH otherwise',
    tree: [...pyenv, debian()],
    env: pyenvPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: ['pyenv-system [/home/me/.pyenv/version]'],
  },
  {
    title: 'a version that is not installed: pyenv goes on to the python of PATH',
    tree: [...pyenv, installed('/usr', '3.11'), { '/code/.python-version': '3.99.0\n' }],
    env: pyenvPath,
    chosen: '/usr/bin/python by search-path',
    passed: ['pyenv-version-missing [/code/.python-version:1]'],
  },
  {
    title: 'a version that is not installed, no python on PATH: pyenv says so, python3 is not taken in its place',
    tree: [...pyenv, debian(), { '/code/.python-version': '# ours\n3.99.0\n' }],
    env: pyenvPath,
    chosen: 'no 3.99.0 (/code/.python-version:2)',
    passed: ['pyenv-version-missing [/code/.python-version:2]'],
  },
  {
    title: 'the same by PYENV_VERSION, several that are not installed',
    tree: [...pyenv, debian()],
    env: { ...pyenvPath, PYENV_VERSION: '3.99.0:3.98' },
    chosen: 'no 3.99.0 (PYENV_VERSION)',
    passed: ['pyenv-version-missing [PYENV_VERSION]', 'pyenv-version-missing [PYENV_VERSION]'],
  },
  {
    title: 'the same called as pip3: python3 is what pyenv goes on to',
    name: 'pip3',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.99.0\n' }],
    env: pyenvPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: ['pyenv-version-missing [/code/.python-version:1]'],
  },
  {
    title: 'a version that is not installed, pyenv’s shims not on PATH: the file does not matter',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.99.0\n' }],
    env: usr,
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'an installed version, pyenv’s shims not on PATH: `python` does not mean it either',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.12.1\n' }],
    env: { ...usr, PYENV_ROOT: '/home/me/.pyenv' },
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'PYENV_VERSION without the shims on PATH',
    tree: [...pyenv, debian()],
    env: { ...usr, PYENV_VERSION: '3.99.0' },
    chosen: '/usr/bin/python3 by search-path',
  },
  {
    title: 'several versions: the first that is installed and has the command',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.9.18\n3.12.1\n' }],
    env: pyenvPath,
    chosen: '/home/me/.pyenv/versions/3.9.18/bin/python by pyenv',
  },
  {
    title: 'several versions, a name with a version: the second has it',
    name: 'pip3.12',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.9.18\n3.12.1\n' }],
    env: pyenvPath,
    chosen: '/home/me/.pyenv/versions/3.12.1/bin/python3.12 by versioned-name',
    passed: ['missing /home/me/.pyenv/versions/3.9.18/bin/python3.12'],
  },
  {
    title: 'PYENV_VERSION with several, by colons',
    tree: [...pyenv, debian()],
    env: { ...pyenvPath, PYENV_VERSION: '3.99.0:3.12.1' },
    chosen: '/home/me/.pyenv/versions/3.12.1/bin/python by pyenv',
    passed: ['pyenv-version-missing [PYENV_VERSION]'],
  },
  {
    title: 'a version that is not installed, then one that is',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.99.0\n3.9.18\n' }],
    env: pyenvPath,
    chosen: '/home/me/.pyenv/versions/3.9.18/bin/python by pyenv',
    passed: ['pyenv-version-missing [/code/.python-version:1]'],
  },
  {
    title: 'a version that is not installed, then system: PATH is asked for',
    tree: [...pyenv, debian(), { '/code/.python-version': '3.99.0\nsystem\n' }],
    env: pyenvPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: ['pyenv-version-missing [/code/.python-version:1]', 'pyenv-system [/code/.python-version:2]'],
  },
  {
    title: 'a version that is not installed, behind a python that comes first on PATH',
    tree: [...pyenv, base312, { '/code/.python-version': '3.99.0\n' }],
    env: { PATH: '/opt/py/bin:/home/me/.pyenv/shims' },
    chosen: '/opt/py/bin/python by search-path',
  },
  {
    title: 'a version that is not installed does not matter in an active environment',
    tree: [...pyenv, base312, inVenv, { '/code/.python-version': '3.99.0\n' }],
    env: { ...pyenvPath, ...venv },
    chosen: '/p/.venv/bin/python by active-environment',
  },
  {
    title: 'a cloned repository points out of versions/',
    tree: [
      ...pyenv,
      debian(),
      { '/code/.python-version': '../../../../code/evil\n', '/code/evil/bin/python': program },
    ],
    env: pyenvPath,
    chosen: '/usr/bin/python3 by search-path',
    // pyenv passes the word over, and then nothing is selected.
    passed: ['unsafe-version-name [/code/.python-version:1]', 'pyenv-system [/code/.python-version]'],
  },
  ...['python-..', 'python-../x', 'python-/x'].map((name): Row => ({
    title: `a cloned repository points out of versions/, python- in front: ${name}`,
    tree: [
      ...pyenv,
      debian(),
      {
        '/code/.python-version': `${name}\n`,
        '/home/me/.pyenv/bin/python': program,
        '/home/me/.pyenv/x/bin/python': program,
        '/home/me/.pyenv/versions/x/bin/python': program,
      },
    ],
    env: pyenvPath,
    chosen: '/usr/bin/python3 by search-path',
    passed: [
      'unsafe-version-name [/code/.python-version:1]',
      ...(name.includes('/') ? ['pyenv-system [/code/.python-version]'] : []),
    ],
  })),
  {
    title: 'the same by PYENV_VERSION',
    tree: [...pyenv, debian(), { '/home/me/.pyenv/x/bin/python': program }],
    env: { ...pyenvPath, PYENV_VERSION: 'python-../x' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['unsafe-version-name [PYENV_VERSION]'],
  },
  {
    title: 'a version without pip: the system has it',
    tree: [shims, installed('/home/me/.pyenv/versions/3.12.1', '3.12', null), debian()],
    env: { ...pyenvPath, PYENV_VERSION: '3.12.1' },
    chosen: '/usr/bin/python3 by search-path',
    passed: ['no-pip /home/me/.pyenv/versions/3.12.1/bin/python', 'no-pip /home/me/.pyenv/versions/3.12.1/bin/python3'],
  },
  {
    title: 'an environment of pyenv-virtualenv',
    tree: [
      ...pyenv,
      virtual('/home/me/.pyenv/versions/3.12.1/envs/api', '/home/me/.pyenv/versions/3.12.1/bin/python3.12', '3.12'),
      {
        '/home/me/.pyenv/versions/api': { link: '/home/me/.pyenv/versions/3.12.1/envs/api' },
        '/code/.python-version': 'api',
      },
    ],
    env: pyenvPath,
    chosen: '/home/me/.pyenv/versions/api/bin/python by pyenv',
  },
  {
    title: 'a shim outside of its folder names its root',
    tree: [
      installed('/opt/pyenv/versions/3.12.1', '3.12'),
      {
        '/usr/local/bin/python': script(
          '#!/usr/bin/env bash\nset -e\nexport PYENV_ROOT="/opt/pyenv"\nexec pyenv exec "$program" "$@"\n',
        ),
      },
    ],
    env: { ...bothOnPath, PYENV_VERSION: '3.12.1' },
    chosen: '/opt/pyenv/versions/3.12.1/bin/python by pyenv',
  },
  {
    title: 'PATH has a Python before the shims',
    tree: [...pyenv, debian()],
    env: { PATH: '/usr/bin:/home/me/.pyenv/shims', PYENV_VERSION: '2.7' },
    name: 'pip3',
    chosen: '/usr/bin/python3 by search-path',
  },
];

describe.each([
  ['PIPWARD_PYTHON', explicit],
  ['what is active', active],
  ['an environment without pip', withoutPip],
  ['a version in the name', versioned],
  ['what python means in the shell', inShell],
  ['the configured Python', configured],
  ['pyenv', underPyenv],
])('%s', (_, rows) => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', (__, row) => {
    expect(readOutcome(row)).toEqual(expectedOutcome(row));
  });
});

test('evidence tells what to check and change', () => {
  const pyenvByFile = resolve({
    title: '',
    tree: [...pyenv, { '/code/.python-version': '\n3.12\n' }],
    env: pyenvPath,
    chosen: '',
  });
  expect(pyenvByFile.trace.at(-1)?.evidence).toEqual({
    kind: 'file',
    path: '/code/.python-version',
    line: 2,
    text: '3.12',
  });
  const onPath = resolve({ title: '', tree: debian(), env: { PATH: '/bin2:/usr/bin' }, chosen: '' });
  expect(onPath.trace.at(-1)?.evidence).toEqual({ kind: 'path-entry', directory: '/usr/bin', position: 2 });
});

describe('the known Pythons when none was found', () => {
  const known = (row: Omit<Row, 'title' | 'chosen'>) => {
    const resolution = resolve({ ...row, title: '', chosen: '' });
    return resolution.kind === 'not-found' ? resolution.known.map(({ executable }) => executable) : null;
  };
  test('PATH first, then pyenv, newest first, then the usual places; each installation once', () => {
    expect(known({ tree: [...pyenv, debian()], env: usr, name: 'pip3.99' })).toEqual([
      '/usr/bin/python3.11',
      '/home/me/.pyenv/versions/3.12.1/bin/python3.12',
      '/home/me/.pyenv/versions/3.9.18/bin/python3.9',
    ]);
  });
  test('wrappers and our shim are left out', () => {
    expect(
      known({
        tree: { '/x/python3': ownShim, '/x/python3.12': script('#!/bin/sh\n') },
        env: { PATH: '/x' },
        name: 'pip3.99',
      }),
    ).toEqual([]);
  });
  test('an environment is another place than its base', () => {
    expect(known({ tree: [base312, inVenv], env: { PATH: '/p/.venv/bin:/opt/py/bin' }, name: 'pip3.99' })).toEqual([
      '/p/.venv/bin/python3.12',
      '/opt/py/bin/python3.12',
    ]);
  });
  test('twelve at most', () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      installed(`/home/me/.local/share/uv/python/cpython-3.${index}`, `3.${index}`),
    );
    expect(known({ tree: many, env: usr, name: 'pip3.99' })).toHaveLength(12);
  });
});

describe('it looks no further than it must', () => {
  const looks = (row: Omit<Row, 'title' | 'chosen'>) => {
    const context = surroundingsOf(row);
    const seen: string[] = [];
    const { status, isLink, list, realPath, readText } = context.files;
    const counted =
      <T extends readonly [string, ...unknown[]], R>(look: (...args: T) => R) =>
      (...args: T) => {
        seen.push(args[0]);
        return look(...args);
      };
    const files = {
      ...context.files,
      status: counted(status),
      isLink: counted(isLink),
      list: counted(list),
      realPath: counted(realPath),
      readText: counted(readText),
    };
    resolveInterpreter({ ...context, files }, { major: null, minor: null, freeThreaded: false }, null);
    return seen;
  };
  test('an active environment: nothing of PATH, no folder is listed', () => {
    const seen = looks({ tree: [base312, inVenv], env: { ...venv, PATH: '/usr/local/bin:/usr/bin' } });
    expect(seen.length).toBeLessThanOrEqual(16);
    expect(seen.filter((path) => path.startsWith('/usr'))).toEqual([]);
  });
  test('/usr/bin/python3', () => {
    expect(looks({ tree: debian(), env: usr }).length).toBeLessThanOrEqual(18);
  });
  test('nothing in the current directory', () => {
    const seen = looks({
      tree: [debian(), { '/code/bin/python': program }],
      env: { PATH: 'bin::/usr/bin', PYTHONPATH: 'lib' },
    });
    expect(seen.filter((path) => !path.startsWith('/') || path.startsWith('/code'))).toEqual([]);
  });
});
