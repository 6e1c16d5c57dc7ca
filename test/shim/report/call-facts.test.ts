import { describe, expect, test } from 'vitest';
import { asksInterpreter, gatherOwnFacts } from '../../../src/diagnostics/describe-finding.ts';
import type { Finding } from '../../../src/diagnostics/registry.ts';
import { decide } from '../../../src/decision/decide.ts';
import { createFactSource, gatherCallFacts } from '../../../src/shim/report/call-facts.ts';
import { installed, virtual } from '../../interpreter/layouts.ts';
import { viewOf, type Tree } from '../../support/tree.ts';
import { type AllFacts, fallback, layerWith, verdictOf } from '../../diagnostics/build.ts';

// Nothing below /tree exists: an interpreter that is asked does not answer.
const machine: Tree = {
  ...installed('/tree/py', '3.12'),
  ...virtual('/tree/env', '/tree/py/bin/python3.12', '3.12'),
  '/tree/home/code/pyproject.toml': '',
};
const venvRequired: Finding = { code: 'venv-required', refused: true, verdict: verdictOf('refused', layerWith()) };

async function gather(
  finding: Finding,
  {
    tree = {},
    env = {},
    line = 'install x',
    words = line.split(' '),
    name = 'pip',
  }: { tree?: Tree; env?: Record<string, string>; line?: string; words?: readonly string[]; name?: string },
): Promise<Partial<AllFacts>> {
  const context = {
    platform: 'linux',
    env: { PATH: '/tree/py/bin', ...env },
    cwd: '/tree/home/code',
    home: '/tree/home',
    userId: 0,
    name,
    arguments: words,
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ ...machine, ...tree }),
  } as const;
  const decision = decide(context, [], 0);
  const facts = await gatherCallFacts(context, decision, asksInterpreter(finding));
  return { ...facts, ...gatherOwnFacts(finding, createFactSource(context, decision)) };
}

test.each<[case_: string, env: Record<string, string>, tree: Tree, stale: AllFacts['staleEnvironment']]>([
  ['not set', {}, {}, null],
  ['in use', { VIRTUAL_ENV: '/tree/env' }, {}, null],
  ['gone', { VIRTUAL_ENV: '/tree/gone' }, {}, { path: '/tree/gone', exists: false }],
  [
    'its Python is gone',
    { VIRTUAL_ENV: '/tree/old' },
    { '/tree/old/pyvenv.cfg': '', '/tree/old/bin/python': { link: '/tree/none' } },
    { path: '/tree/old', exists: true },
  ],
  ['empty', { VIRTUAL_ENV: '/tree/old' }, { '/tree/old/': '' }, { path: '/tree/old', exists: true }],
])('VIRTUAL_ENV: %s', async (_, env, tree, stale) => {
  expect((await gather(venvRequired, { env, tree })).staleEnvironment).toEqual(stale);
});

test.each<
  [case_: string, name: string, env: Record<string, string>, active: readonly { prefix: string; reason: string }[]]
>([
  ['used', 'pip', { VIRTUAL_ENV: '/tree/env' }, []],
  ['none', 'pip', {}, []],
  [
    'of another version than the name asks for',
    'pip3.11',
    { VIRTUAL_ENV: '/tree/env/', PATH: '/tree/py11/bin' },
    [{ prefix: '/tree/env', reason: 'but pip3.11 asks for another Python' }],
  ],
  [
    'and PIPWARD_PYTHON set',
    'pip',
    { VIRTUAL_ENV: '/tree/env', PIPWARD_PYTHON: '/tree/py/bin/python3.12' },
    [{ prefix: '/tree/env', reason: 'but PIPWARD_PYTHON names another Python' }],
  ],
  ['broken', 'pip', { VIRTUAL_ENV: '/tree/gone' }, []],
])('an environment that is active: %s', async (_, name, env, active) => {
  const tree = installed('/tree/py11', '3.11');
  expect((await gather(venvRequired, { env, tree, name })).activeElsewhere).toEqual(active);
});

test.each<[case_: string, line: string, env: Record<string, string>, tree: Tree, other: AllFacts['otherPython']]>([
  ['nothing', 'install x', {}, {}, null],
  ['--python', '--python /x install y', { PIP_PYTHON: '/z' }, {}, { value: '/x', origin: { kind: 'command-line' } }],
  [
    'PIP_PYTHON',
    'install y',
    { PIP_PYTHON: '/z' },
    {},
    { value: '/z', origin: { kind: 'variable', name: 'PIP_PYTHON', value: '/z' } },
  ],
  [
    "the environment's own pip.conf",
    'install y',
    { VIRTUAL_ENV: '/tree/env' },
    { '/tree/env/pip.conf': '[global]\npython = /q\n' },
    { value: '/q', origin: { kind: 'file', path: '/tree/env/pip.conf', line: 2, text: 'python = /q' } },
  ],
])('%s leads pip to another Python', async (_, line, env, tree, other) => {
  expect((await gather(venvRequired, { line, env, tree })).otherPython).toEqual(other);
});

test('a file with the name of the new environment makes pipward choose another name', async () => {
  const tree = { '/tree/home/code/.venv/lib/x.pth': 'import x', '/tree/home/code/.venv-2': { link: 'gone' } };
  expect((await gather(venvRequired, { tree })).project?.freeName).toBe('.venv-3');
  expect((await gather(venvRequired, {})).project?.freeName).toBe('.venv');
});

describe('the Python whose pip can remove from the user site', () => {
  const env = { VIRTUAL_ENV: '/tree/env' };
  test.each<[case_: string, env: Record<string, string>, tree: Tree, python: string | null]>([
    ['no environment: the one in use', {}, {}, '/tree/py/bin/python'],
    ['a virtual environment: the one that it was made with', env, {}, '/tree/py/bin/python3.12'],
    ['which another tool manages', env, { '/tree/py/lib/python3.12/EXTERNALLY-MANAGED': '' }, null],
  ])('%s', async (_, variables, tree, python) => {
    expect((await gather(fallback('x'), { env: variables, tree })).userSitePython).toBe(python);
  });

  test('which has no pip', async () => {
    const tree = { ...installed('/tree/bare', '3.9', null), ...virtual('/tree/e', '/tree/bare/bin/python3.9', '3.9') };
    expect((await gather(fallback('x'), { env: { VIRTUAL_ENV: '/tree/e' }, tree })).userSitePython).toBeNull();
  });
});

const missing: Finding = {
  code: 'no-matching-distribution',
  requirement: 'demo-lib',
  origin: null,
  versions: [],
  addresses: [],
  untrusted: null,
  answers: [],
};

test('the lines of requirements files, those that they include with their own place', async () => {
  const tree = {
    '/tree/home/code/r.txt':
      '# all\n\ndemo-lib==1 # why\n-r sub/more.txt\n-c limits.txt\nother --hash=sha256:0\n-r sub/more.txt\n',
    // A file that includes itself comes to an end.
    '/tree/home/code/sub/more.txt': 'third\n-r more.txt\n-r /tree/shared/all.txt\n',
    '/tree/shared/all.txt': 'everywhere\n',
    '/tree/home/code/limits.txt': 'fourth\n',
  };
  const { index } = await gather(missing, { tree, line: 'install -r r.txt -r nowhere.txt' });
  expect(index?.requested).toEqual([
    { file: 'r.txt', line: 3, requirement: 'demo-lib==1' },
    { file: 'sub/more.txt', line: 1, requirement: 'third' },
    { file: '/tree/shared/all.txt', line: 1, requirement: 'everywhere' },
    { file: 'r.txt', line: 6, requirement: 'other' },
  ]);
});

const built = (cause: Extract<Finding, { code: 'build-failed' }>['cause']): Finding => ({
  code: 'build-failed',
  subject: 'a',
  origin: null,
  cause,
  evidence: null,
  installing: false,
});

test.each<[case_: string, line: string, env: Record<string, string>, tree: Tree, build: Partial<AllFacts['build']>]>([
  [
    'nothing is there',
    'install a',
    {},
    {},
    { setuptools: null, wheel: null, isolated: true, headers: false, program: false },
  ],
  [
    'setuptools and wheel, by their names',
    'install a',
    {},
    {
      '/tree/py/lib/python3.12/site-packages/setuptools-70.0.0.dist-info/': '',
      '/tree/py/lib/python3.12/site-packages/wheel-0.43-py3.12.egg-info': '',
    },
    // What was installed is looked for on the disk itself, after pip: not in this tree.
    { isolated: true },
  ],
  ['--no-build-isolation', 'install --no-build-isolation a', {}, {}, { isolated: false }],
  ['said by a variable', 'install a', { PIP_NO_BUILD_ISOLATION: '0' }, {}, { isolated: false }],
  ["Python's headers", 'install a', {}, { '/tree/py/include/python3.12/Python.h': '' }, { headers: true }],
  ["an old Python's headers", 'install a', {}, { '/tree/py/include/python3.12m/Python.h': '' }, { headers: true }],
])('builds: %s', async (_, line, env, tree, build) => {
  const facts = await gather(built({ kind: 'program', name: 'gcc', missing: false }), { tree, env, line });
  expect(facts.build).toMatchObject(build ?? {});
});

const shim = (root: string) => ({
  text: `#!/usr/bin/env bash\nexport PYENV_ROOT="${root}"\nexec pyenv exec\n`,
  executable: true,
});
const pyenv: Tree = {
  ...installed('/tree/pyenv/versions/3.12.1', '3.12'),
  ...installed('/tree/pyenv/versions/3.11.7', '3.11'),
  ...Object.fromEntries(
    ['python', 'python3', 'python3.11', 'python3.12'].map((name) => [`/tree/pyenv/shims/${name}`, shim('/tree/pyenv')]),
  ),
};

test.each<[case_: string, name: string, path: string, tree: Tree, word: string | null]>([
  ['first on PATH', 'pip', '/tree/py/bin', {}, 'python'],
  ['asked for by its version', 'pip3.11', '/tree/py/bin:/tree/py11/bin', {}, 'python3.11'],
  [
    'not selected, so that the shim does not start it',
    'pip3.12',
    '/tree/pyenv/shims',
    { '/tree/pyenv/version': '3.11.7\n' },
    null,
  ],
  ['by a shim of pyenv', 'pip', '/tree/pyenv/shims', { '/tree/pyenv/version': '3.12.1\n' }, 'python'],
  [
    'by a shim of pyenv, one of two',
    'pip3.11',
    '/tree/pyenv/shims',
    { '/tree/pyenv/version': '3.12.1\n3.11.7\n' },
    'python3.11',
  ],
])('the name of the Python: %s', async (_, name, path, tree, word) => {
  const machineOf = { ...installed('/tree/py11', '3.11'), ...pyenv, ...tree };
  expect((await gather(venvRequired, { env: { PATH: path }, tree: machineOf, name })).commandName).toBe(word);
});

test.each<[case_: string, words: readonly string[], path: string, sentBy: string | null]>([
  ['--report', ['install', '--report', '/root/x.json', 'y'], '/root/x.json', '--report'],
  ['--report, relative', ['install', '--report', 'x.json', 'y'], '/tree/home/code/x.json', '--report'],
  ['another file', ['install', '--report', 'x.json', 'y'], '/usr/lib/y', null],
  ['--log of a download', ['download', '--log', '/root/l', 'y'], '/root/l', '--log'],
  ['--target', ['install', '--target', '/root/t', 'y'], '/root/t/y', '--target'],
  ['--src', ['install', '--src', '/root/s', '-e', 'git+https://h/y#egg=y'], '/root/s/y', '--src'],
  ['a clone', ['install', '-e', 'git+https://h/y#egg=y'], '/tree/home/code/src/y', 'the current directory'],
  ['a project', ['install', '-e', './y'], '/tree/home/code/src/y', null],
])('what sent the files to where they were denied: %s', async (_, words, path, sentBy) => {
  expect((await gather({ code: 'permission-denied', path, readOnly: false }, { words })).sentBy).toBe(sentBy);
});

test.each<[case_: string, words: readonly string[], env: Record<string, string>, places: readonly string[]]>([
  ['typed: a space is a part of the value', ['--find-links', './a b'], {}, ['/tree/home/code/a b']],
  ['a variable names several', [], { PIP_FIND_LINKS: './a ./b' }, ['/tree/home/code/a', '/tree/home/code/b']],
])('the folders of --find-links: %s', async (_, options, env, places) => {
  const finding = { code: 'ssl-module-missing' } as const;
  const { index } = await gather(finding, { words: ['install', ...options, 'x'], env });
  expect([...new Set(index?.places.map((place) => place.path))]).toEqual(places);
});
