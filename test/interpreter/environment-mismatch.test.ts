import { describe, expect, test } from 'vitest';
import { listMismatches } from '../../src/interpreter/environment-mismatch.ts';
import { resolveInterpreter } from '../../src/interpreter/resolve.ts';
import { ANY_VERSION } from '../../src/interpreter/discovery/version-request.ts';
import { describeMismatch } from '../../src/messages/describe-interpreter.ts';
import { debian, installed, script, surroundingsOf, virtual, type World } from './layouts.ts';

type Row = World & { readonly title: string; readonly expected: readonly string[] };

const base = installed('/opt/py', '3.12');
const at = (prefix: string) => virtual(prefix, '/opt/py/bin/python3', '3.12');
const active = { PATH: '/usr/bin', VIRTUAL_ENV: '/code/.venv' };
const activate = (line: string) => ({
  '/code/.venv/bin/activate': `deactivate () {\n    unset VIRTUAL_ENV\n}\n${line}\nexport VIRTUAL_ENV\n`,
});
const moved = '/code/.venv was moved: its activate script says /old/.venv';

const rows: readonly Row[] = [
  { title: 'nothing is active, nothing is wrong', tree: debian(), env: { PATH: '/usr/bin' }, expected: [] },
  {
    title: 'an environment in its project',
    tree: [base, at('/code/.venv'), activate('VIRTUAL_ENV="/code/.venv"')],
    env: active,
    expected: [],
  },
  ...[
    'VIRTUAL_ENV="/old/.venv"',
    "VIRTUAL_ENV='/old/.venv'",
    '    export VIRTUAL_ENV=/old/.venv',
    'VIRTUAL_ENV=/old/.venv',
  ].map((line): Row => ({
    title: `moved: activate says ${line}`,
    tree: [base, at('/code/.venv'), activate(line)],
    env: active,
    expected: [moved],
  })),
  {
    title: 'moved while it was active: the old place is gone, the new one is here',
    tree: [base, at('/code/venv'), { '/code/venv/bin/activate': 'VIRTUAL_ENV="/code/.venv"\n' }],
    env: active,
    expected: ['/code/venv was moved: its activate script says /code/.venv'],
  },
  {
    title: 'what is active is gone, and no environment here was it',
    tree: [base, at('/code/venv'), { '/code/venv/bin/activate': 'VIRTUAL_ENV="/code/venv"\n' }],
    env: active,
    expected: [],
  },
  {
    title: 'activate finds its place by itself (virtualenv --relocatable, uv venv --relocatable)',
    tree: [base, at('/code/.venv'), activate('VIRTUAL_ENV="$(dirname "$0")/.."')],
    env: active,
    expected: [],
  },
  {
    title: 'activate names the place behind a link: the same place',
    tree: [
      base,
      at('/data/venv'),
      { '/code/.venv': { link: '/data/venv' }, '/data/venv/bin/activate': 'VIRTUAL_ENV="/data/venv"\n' },
    ],
    env: active,
    expected: ['/code/.venv is a link to /data/venv'],
  },
  {
    title: 'of another project',
    tree: [base, at('/other/.venv'), { '/code/pyproject.toml': '' }],
    env: { PATH: '/usr/bin', VIRTUAL_ENV: '/other/.venv' },
    expected: ['the active environment /other/.venv is of the project /other, not of /code'],
  },
  {
    title: 'in a folder below the project of the environment',
    tree: [base, at('/code/.venv'), { '/code/pyproject.toml': '', '/code/src/': '' }],
    cwd: '/code/src',
    env: active,
    expected: [],
  },
  {
    title: 'of no project: environments with a name of their own are for many',
    tree: [base, at('/home/me/.virtualenvs/api'), { '/code/pyproject.toml': '' }],
    env: { PATH: '/usr/bin', VIRTUAL_ENV: '/home/me/.virtualenvs/api' },
    expected: [],
  },
  {
    title: 'in a folder that is not a project',
    tree: [base, at('/other/.venv'), { '/code/': '' }],
    env: { PATH: '/usr/bin', VIRTUAL_ENV: '/other/.venv' },
    expected: [],
  },
  {
    title: 'a login shell in an activated one: PATH was reset, VIRTUAL_ENV stayed',
    tree: [base, at('/code/.venv')],
    env: { ...active, PATH: '/opt/py/bin' },
    expected: [
      'python is /opt/py/bin/python in this shell, not that of the active environment /code/.venv, where pip works',
    ],
  },
  {
    title: 'its bin by another name',
    tree: [base, at('/data/.venv'), { '/code': { link: '/data' } }],
    cwd: '/data',
    env: { ...active, PATH: '/data/.venv/bin:/opt/py/bin' },
    expected: [],
  },
  {
    title: "what python is there is another manager's to say",
    tree: [base, at('/code/.venv'), { '/shims/python': script('#!/bin/sh\nexec mise x python "$@"\n') }],
    env: { ...active, PATH: '/shims:/opt/py/bin' },
    expected: [],
  },
  {
    title: 'its base was upgraded in place',
    tree: [installed('/opt/py', '3.13'), virtual('/code/.venv', '/opt/py/bin/python3', '3.12')],
    env: active,
    expected: ['/code/.venv was made for Python 3.12, its python is 3.13 now: packages installed before are not seen'],
  },
  {
    title: 'sudo pip',
    tree: debian(),
    userId: 0,
    env: { PATH: '/usr/bin', SUDO_USER: 'ada' },
    expected: ['called through sudo: what is active for ada is not used here'],
  },
  {
    title: 'sudo --preserve-env pip',
    tree: [base, at('/code/.venv')],
    userId: 0,
    env: { ...active, SUDO_USER: 'ada' },
    expected: ["called through sudo in /code/.venv: files there will be root's, not ada's"],
  },
  { title: 'sudo -u www-data', tree: debian(), userId: 33, env: { PATH: '/usr/bin', SUDO_USER: 'ada' }, expected: [] },
  { title: 'root by itself', tree: debian(), userId: 0, env: { PATH: '/usr/bin' }, expected: [] },
  {
    title: '.venv is a file that names the environment',
    tree: [base, at('/data/venv'), { '/code/.venv': '../data/venv\n' }],
    env: { PATH: '/opt/py/bin' },
    expected: ['/code/.venv is a file that names /data/venv (draft PEP 832)'],
  },
  {
    title: '.venv is an empty file',
    tree: [debian(), { '/code/.venv': '' }],
    env: { PATH: '/usr/bin' },
    expected: ['/code/.venv is a file, and names no environment (draft PEP 832)'],
  },
  {
    title: '.venv is a dangling link',
    tree: [debian(), { '/code/.venv': { link: '/gone' } }],
    env: { PATH: '/usr/bin' },
    expected: ['/code/.venv is a link that leads nowhere'],
  },
];

describe('what does not fit together', () => {
  test.each(rows.map((row) => [row.title, row] as const))('%s', (_, row) => {
    const context = surroundingsOf(row);
    const resolution = resolveInterpreter(context, ANY_VERSION, null);
    const found = listMismatches(context, resolution, ['.venv', 'venv']);
    expect(found.map((each) => describeMismatch(each).text)).toEqual(row.expected);
  });
});
