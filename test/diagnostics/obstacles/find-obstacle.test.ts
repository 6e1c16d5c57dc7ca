import { describe, expect, test } from 'vitest';
import { decide } from '../../../src/decision/decide.ts';
import { findObstacle } from '../../../src/diagnostics/obstacles/find-obstacle.ts';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import type { PipNeed, TrialPlace } from '../../../src/model/trial.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { layerWith } from '../build.ts';
import { noRules } from '../../../src/policy/file/defaults.ts';
import type { RuleSetting, PolicyLayer, RuleName } from '../../../src/model/policy.ts';
import { debian, installed, pipIn, virtual } from '../../interpreter/layouts.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

const readOnly = { directory: true, readOnly: true } as const;

/** A Python that this user cannot write, one that the system manages, environments, a home and a project. */
const machine: Tree = {
  ...installed('/opt/py', '3.12'),
  '/opt/py/lib/python3.12/site-packages': readOnly,
  '/opt/py/lib/python3.12/venv/__init__.py': '',
  '/opt/py/lib/python3.12/ensurepip/__init__.py': '',
  '/opt/py/lib/python3.12/ensurepip/_bundled/pip-23.2.1-py3-none-any.whl': '',
  ...installed('/opt/bare', '3.11', null),
  ...debian(),
  ...virtual('/p/.venv', '/opt/py/bin/python3.12', '3.12'),
  ...virtual('/p/closed', '/opt/py/bin/python3.12', '3.12'),
  '/p/closed/lib/python3.12/site-packages': readOnly,
  ...pipIn('/p/closed/lib/python3.12/site-packages'),
  '/home/ada/.local/': '',
  '/closed': readOnly,
};

type World = {
  readonly tree?: Tree;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly rules?: Readonly<Partial<Record<RuleName, Partial<RuleSetting>>>>;
  readonly home?: string | null;
  readonly cwd?: string | null;
  readonly userId?: number;
};

const OLD_PIP: World = {
  tree: { ...installed('/opt/old', '3.8', '19.3.1'), '/opt/old/lib/python3.8/site-packages': readOnly },
  env: { PATH: '/opt/old/bin' },
};

function worldOf({ tree = {}, env = {}, rules = {}, home = '/home/ada', cwd = '/p', userId = 1000 }: World) {
  const callContext: CallContext = {
    platform: 'linux',
    env: { PATH: '/opt/py/bin', HOME: '/home/ada', ...env },
    cwd,
    home,
    userId,
    name: 'pip',
    arguments: ['install', 'x'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ ...machine, ...tree }),
  };
  const demands = Object.fromEntries(
    Object.entries(rules).map(([rule, demand]) => [
      rule,
      { level: 'advise', from: null, value: null, line: 2, ...demand },
    ]),
  );
  const layers: readonly PolicyLayer[] =
    Object.keys(rules).length === 0 ? [] : [layerWith({ file: '/p/pipward.toml', rules: { ...noRules, demands } })];
  const { resolution } = decide(callContext, layers, 0);
  return { callContext, layers, resolution, report: null, tools: { hasSudo: false } };
}

const same: TrialPlace = { kind: 'same' };
const found = (prefix: string): TrialPlace => ({ kind: 'environment', prefix });

describe('pip', () => {
  test.each<[what: string, line: string, place: TrialPlace | string, world: World, expected: string | null]>([
    ['falls back to a user site that is there', 'install x', same, {}, null],
    ['a pip that never falls back', 'install x', same, OLD_PIP, 'not-writable'],
    ['the same, --user', 'install --user x', same, OLD_PIP, null],
    ['--user', 'install --user x', same, {}, null],
    ['--user without a home', 'install --user x', same, { env: { HOME: '/closed/none' } }, 'no-user-site'],
    ['falls back without a home', 'install x', same, { env: { HOME: '/closed' } }, 'no-user-site'],
    ['HOME is empty', 'install --user x', same, { env: { HOME: '' }, tree: { '/.local': readOnly } }, 'no-user-site'],
    ['HOME is relative', 'install --user x', same, { env: { HOME: 'h' } }, 'no-user-site'],
    [
      'HOME is not set, nor an account',
      'install --user x',
      same,
      { env: { HOME: undefined }, home: null },
      'no-user-site',
    ],
    ['another user base', 'install --user x', same, { env: { HOME: '/closed', PYTHONUSERBASE: '/home/ada/u' } }, null],
    ['the user site is off', 'install --user x', same, { env: { PYTHONNOUSERSITE: '1' } }, 'user-site-off'],
    ['the user site is off, no --user', 'install x', same, { env: { PYTHONNOUSERSITE: '1' } }, 'not-writable'],
    ['--no-user', 'install --no-user x', same, {}, 'not-writable'],
    ['--target', 'install --target vendor x', same, {}, null],
    ['--target that cannot be written', 'install --target /closed/v x', same, {}, 'not-writable'],
    ['--prefix that cannot be written', 'install --prefix /closed x', same, {}, 'not-writable'],
    ['nothing is changed', 'download x', same, { env: { HOME: '/closed' } }, null],
    ['an environment', 'install x', found('/p/.venv'), {}, null],
    ['one that cannot be written', 'install x', found('/p/closed'), {}, 'not-writable'],
    ['one that is not there', 'install x', found('/p/none'), {}, 'not-found'],
    ['--user in it', 'install --user x', found('/p/.venv'), {}, 'user-in-environment'],
    ['PIP_USER in it', 'install x', found('/p/.venv'), { env: { PIP_USER: '1' } }, 'user-in-environment'],
    ['PIP_USER and --no-user in it', 'install --no-user x', found('/p/.venv'), { env: { PIP_USER: '1' } }, null],
    ['require-virtualenv outside', 'install --user x', same, { env: { PIP_REQUIRE_VIRTUALENV: 'yes' } }, 'setting'],
    ['require-virtualenv in one', 'install x', found('/p/.venv'), { env: { PIP_REQUIRE_VIRTUALENV: 'yes' } }, null],
    ['a Python without pip', 'install x', '/opt/bare/bin/python3', {}, 'no-pip'],
    ['a Python that is not there', 'install x', '/opt/none/bin/python3', {}, 'not-found'],
    ['the system manages it', 'install x', '/usr/bin/python3', {}, 'managed'],
    ['the same, --user', 'install --user x', '/usr/bin/python3', {}, 'managed'],
    ['the same, uninstall', 'uninstall x', '/usr/bin/python3', {}, 'managed'],
    ['the same, --target', 'install --target v x', '/usr/bin/python3', {}, null],
    ['the same, with the option', 'install --user --break-system-packages x', '/usr/bin/python3', {}, null],
    [
      'a policy advises an environment',
      'install --user x',
      same,
      { rules: { 'require-virtual-environment': {} } },
      'policy',
    ],
    ['in one it is kept', 'install x', found('/p/.venv'), { rules: { 'require-virtual-environment': {} } }, null],
    [
      'a later day',
      'install x',
      same,
      { rules: { 'require-virtual-environment': { level: 'enforce', from: '2031-01-15' } } },
      'policy',
    ],
    ['a policy is off', 'install --user x', same, { rules: { 'require-virtual-environment': { level: 'off' } } }, null],
    ['the user site is advised against', 'install x', same, { rules: { 'forbid-user-install': {} } }, 'policy'],
    [
      'a bypass does not reach the next call',
      'install x',
      same,
      { rules: { 'forbid-user-install': { level: 'enforce' } }, env: { PIPWARD_BYPASS: 'why' } },
      'policy',
    ],
    ['root', 'install x', found('/p/.venv'), { rules: { 'forbid-root': {} }, userId: 0 }, 'policy'],
    [
      'another Python is asked for',
      'install x',
      found('/p/.venv'),
      { rules: { 'requires-python': { value: '>=3.13' } } },
      'policy',
    ],
  ])('%s: pip %s', (_, line, place, world, expected) => {
    const context = worldOf(world);
    const where: TrialPlace =
      typeof place === 'string'
        ? { kind: 'interpreter', interpreter: inspectInterpreter(place, context.callContext) }
        : place;
    const need: PipNeed = { kind: 'pip', arguments: line.split(' '), place: where };
    expect(findObstacle(need, context)?.kind ?? null).toBe(expected);
  });

  test.each<[what: string, need: Partial<PipNeed>, world: World, expected: string | null]>([
    [
      'a variable was unset before',
      { place: found('/p/.venv'), unset: ['PIP_USER'] },
      { env: { PIP_USER: '1' } },
      null,
    ],
    ['pip was put there before', { after: { pip: true } }, { env: { PIPWARD_PYTHON: '/opt/bare/bin/python3' } }, null],
    ['it was made writable before', { after: { writable: true } }, { env: { HOME: '/closed' } }, null],
    [
      'pip was upgraded before',
      { after: { rules: ['minimum-pip'] } },
      { rules: { 'minimum-pip': { value: '99' } } },
      null,
    ],
    ['pip was not upgraded', {}, { rules: { 'minimum-pip': { value: '99' } } }, 'policy'],
  ])('%s', (_, need, world, expected) => {
    const full: PipNeed = { kind: 'pip', arguments: ['install', 'x'], place: same, ...need };
    expect(findObstacle(full, worldOf(world))?.kind ?? null).toBe(expected);
  });

  test.each<[what: string, rules: World['rules'], expected: string | null]>([
    ['nothing speaks against it', {}, null],
    ['an environment is enforced', { 'require-virtual-environment': { level: 'enforce' } }, null],
    ['its bundled pip is new enough', { 'minimum-pip': { level: 'enforce', value: '23.0' } }, null],
    ['its bundled pip is too old', { 'minimum-pip': { level: 'enforce', value: '24.0' } }, 'policy'],
    ["the project's own environment", { 'project-environment-only': { level: 'enforce' } }, null],
    ['another Python is asked for', { 'requires-python': { level: 'enforce', value: '<3.12' } }, 'policy'],
  ])('in an environment that is yet to be made: %s', (_, rules, expected) => {
    const context = worldOf({ rules: rules ?? {} });
    const base = inspectInterpreter('/opt/py/bin/python3', context.callContext);
    const place: TrialPlace = { kind: 'new-environment', prefix: '/p/.venv-2', base };
    expect(findObstacle({ kind: 'pip', arguments: ['install', 'x'], place }, context)?.kind ?? null).toBe(expected);
  });
});

test.each<[what: string, path: string, tree: Tree, expected: string | null]>([
  ['beside it nothing is', '/p/new', {}, null],
  [
    'in a folder with the separator of PATH in its name',
    '/p/a:b/new',
    { '/p/a:b/': { directory: true } },
    'path-separator',
  ],
  ['in a closed folder', '/closed/new', {}, 'not-writable'],
  ['below a file', '/p/file/new', { '/p/file': '' }, 'not-writable'],
  ['below a link that leads nowhere', '/p/link/new', { '/p/link': { link: '/none' } }, 'not-writable'],
  ['not absolute: there is no directory to start from', '.venv', {}, 'not-writable'],
])('a folder, %s', (_, path, tree, expected) => {
  expect(findObstacle({ kind: 'folder', path }, worldOf({ tree }))?.kind ?? null).toBe(expected);
});

test('venv, root, programs and a home', () => {
  const context = worldOf({});
  const { callContext } = context;
  const baseOf = (python: string) => inspectInterpreter(python, callContext);
  expect(findObstacle({ kind: 'venv', base: baseOf('/opt/py/bin/python3') }, context)).toBe(null);
  expect(findObstacle({ kind: 'venv', base: baseOf('/opt/bare/bin/python3') }, context)).toMatchObject({
    missing: 'venv',
  });
  expect(findObstacle({ kind: 'root', command: 'apt install x' }, context)).toMatchObject({ kind: 'no-root' });
  expect(findObstacle({ kind: 'root', command: 'apt install x' }, { ...context, tools: { hasSudo: true } })).toBe(null);
  expect(findObstacle({ kind: 'program', name: 'python3' }, context)).toBe(null);
  expect(findObstacle({ kind: 'program', name: 'virtualenv' }, context)).toMatchObject({ kind: 'no-program' });
  expect(findObstacle({ kind: 'home' }, context)).toBe(null);
  expect(findObstacle({ kind: 'home' }, worldOf({ home: '/closed' }))).toMatchObject({ kind: 'not-writable' });
});
