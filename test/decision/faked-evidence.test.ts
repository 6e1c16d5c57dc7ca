import { expect, test } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { findPolicyLayers } from '../../src/policy/file/find-layers.ts';
import { program, viewOf, type Tree } from '../support/tree.ts';

const BIN: Tree = {
  '/usr/bin/python3': { link: 'python3.12' },
  '/usr/bin/python3.12': program,
  '/usr/lib/python3.12/os.py': '',
  '/usr/lib/python3/dist-packages/pip/__main__.py': '',
  '/etc/pipward': { directory: true, owner: 0 },
};
const environment = (pip: string): Tree => ({
  '/code/.venv/pyvenv.cfg': 'home = /usr/bin\nversion = 3.12.1\n',
  '/code/.venv/bin/python': { link: '/usr/bin/python3.12' },
  '/code/.venv/lib/python3.12/site-packages/pip/__main__.py': '',
  [`/code/.venv/lib/python3.12/site-packages/pip-${pip}.dist-info/METADATA`]: '',
});

function decideWith(policy: string, tree: Tree, today = '2027-02-01', env: Readonly<Record<string, string>> = {}) {
  const files = viewOf({ ...BIN, '/etc/pipward/policy.toml': { text: `[policy]\n${policy}\n`, owner: 0 }, ...tree });
  const context = {
    platform: 'linux' as const,
    env: { PATH: '/usr/bin', HOME: '/home/ada', ...env },
    cwd: '/code',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: ['install', 'x'],
    shimsDirectory: null,
    today,
    files,
  };
  return decide(context, findPolicyLayers(context), 0).kind;
}

test('a faked pip-99.dist-info: minimum-pip takes its name for the version', () => {
  const active = { VIRTUAL_ENV: '/code/.venv' };
  expect(decideWith('minimum-pip = "99"', environment('24.0'), undefined, active)).toBe('refuse');
  expect(decideWith('minimum-pip = "99"', environment('99'), undefined, active)).toBe('watch');
});

test('a faked conda environment: a Python that the user may change looks like one, unless the policy accepts venv alone', () => {
  const python = {
    '/home/ada/py/bin/python': program,
    '/home/ada/py/lib/python3.12/os.py': '',
    '/home/ada/py/lib/python3.12/site-packages/pip/__main__.py': '',
  };
  const tree = { ...python, '/home/ada/py/conda-meta/history': '' };
  const env = { PIPWARD_PYTHON: '/home/ada/py/bin/python' };
  const policy = 'require-virtual-environment = "enforce"';
  expect(decideWith(policy, python, undefined, env)).toBe('refuse');
  expect(decideWith(policy, tree, undefined, env)).toBe('watch');
  expect(decideWith(`${policy}\naccept = ["venv"]`, tree, undefined, env)).toBe('refuse');
});

const BUILDKIT = '127.0.0.1\tlocalhost buildkitsandbox\n::1\tlocalhost ip6-localhost ip6-loopback\n';

test.each<[evidence: string, tree: Tree, run: string]>([
  ["a file of Docker's, root's", { '/.dockerenv': { owner: 0 } }, 'watch'],
  ["one of a user's", { '/.dockerenv': { owner: 1000 } }, 'refuse'],
  ["Podman's", { '/run/.containerenv': { owner: 0 } }, 'watch'],
  ['the host name of a RUN of BuildKit', { '/etc/hosts': { text: BUILDKIT, owner: 0 } }, 'watch'],
  ['that in a file of a user', { '/etc/hosts': { text: BUILDKIT, owner: 1000 } }, 'refuse'],
  [
    'a machine that knows one of that name',
    { '/etc/hosts': { text: '10.0.0.9 buildkitsandbox\n', owner: 0 } },
    'refuse',
  ],
])('a faked container: exempt = ["container"] and %s', (_, tree, run) => {
  const policy = 'require-virtual-environment = "enforce"\nexempt = ["container"]';
  expect(decideWith(policy, tree)).toBe(run);
});

test('a changed clock: a rule of a later day only advises', () => {
  const policy = 'require-virtual-environment = { level = "enforce", from = 2027-01-15 }';
  expect(decideWith(policy, {})).toBe('refuse');
  expect(decideWith(policy, {}, '2026-12-31')).toBe('watch');
});
