import { describe, expect, test } from 'vitest';
import { classifyWays, listUncovered } from '../../../src/admin/coverage/classify.ts';
import type { EnforcedRule, PipFacts, Remedy, RulePlace, ShimFacts, Way } from '../../../src/admin/coverage/model.ts';

const remedy: Remedy = {
  pipward: { here: 'pipward', forRoot: '/opt/p/bin/pipward' },
  isRoot: false,
  hasPolicy: false,
  isShadowed: false,
};
const rule = (changes: Partial<EnforcedRule> = {}): EnforcedRule => ({
  rule: 'require-virtual-environment',
  scope: 'system',
  file: '/etc/pipward/policy.toml',
  line: 2,
  lift: null,
  ...changes,
});
const asked = (changes: Partial<RulePlace> = {}): RulePlace => {
  const { lift: _lift, ...place } = rule();
  return { ...place, ...changes };
};
const base: PipFacts = {
  python: { executable: '/usr/bin/python3.11', kind: 'base' },
  pip: '23.0.1',
  asks: [],
  canApply: true,
  requireVirtualenv: null,
  coversUninstall: true,
  noUser: null,
  marker: null,
};
const noRules: ShimFacts = { exposure: null, enforced: [], lifted: [], advised: [], unreadable: [], isLogged: false };
const place = { environment: 'login', path: '/usr/bin/pip' } as const;
const shim = (facts: Partial<ShimFacts>, pip: Partial<PipFacts> = {}): Way => {
  return { kind: 'shim', way: 'pip', ...place, shim: { ...noRules, ...facts }, pip: { ...base, ...pip } };
};
const pip = (facts: Partial<PipFacts>, environment: Way['environment'] = 'login'): Way => {
  return { kind: 'pip', way: 'pip', ...place, environment, pip: { ...base, ...facts } };
};
const venv = { executable: '/p/.venv/bin/python', kind: 'virtual' } as const;
const conf = { kind: 'file', place: '/etc/pip.conf:2' } as const;

const judge = (way: Way, changes: Partial<Remedy> = {}) => {
  const [row] = classifyWays([way], { ...remedy, ...changes });
  return row ?? expect.fail('no row');
};

describe('a shim', () => {
  test.each<[what: string, way: Way, worth: string, reason: string]>([
    [
      "the machine's file, root's shim",
      shim({ enforced: [rule()] }),
      'prevents',
      '/etc/pipward/policy.toml:2 enforces require-virtual-environment',
    ],
    [
      'a bypass with a reason',
      shim({ enforced: [rule({ lift: 'bypass' })] }),
      'deters',
      'PIPWARD_BYPASS lifts that rule',
    ],
    ['exempt = ["ci"]', shim({ enforced: [rule({ lift: 'ci' })] }), 'deters', 'CI=true lifts that rule'],
    [
      'a shim that the user can change',
      shim({ enforced: [rule()], exposure: '/h/pip belongs to user ada' }),
      'deters',
      'but /h/pip belongs to user ada',
    ],
    ["the user's own file", shim({ enforced: [rule({ scope: 'user' })] }), 'deters', 'the user can change that file'],
    ["a project's file", shim({ enforced: [rule({ scope: 'project' })] }), 'deters', 'in this project only'],
    [
      'one rule of two that nothing lifts',
      shim({ enforced: [rule({ lift: 'bypass' }), rule({ rule: 'forbid-root', line: 4 })] }),
      'prevents',
      ':4 enforces forbid-root',
    ],
    ['a bypass that is set there', shim({ lifted: [rule({ lift: 'bypass' })] }), 'open', 'PIPWARD_BYPASS is set there'],
    ['a file that cannot be read', shim({ unreadable: ['/etc/pipward/policy.toml'] }), 'prevents', 'is invalid'],
    ['advice', shim({ advised: [asked()] }), 'detects', 'only advises require-virtual-environment'],
    ['advice with a log', shim({ advised: [asked()], isLogged: true }), 'detects', ', recorded in the log'],
    ['no rule', shim({}), 'open', 'no rule is enforced'],
    ['no rule, but pip.conf', shim({}, { requireVirtualenv: conf }), 'deters', 'require-virtualenv in /etc/pip.conf:2'],
    ['advice and pip.conf', shim({ advised: [asked()] }, { requireVirtualenv: conf }), 'deters', '/etc/pip.conf:2'],
    [
      "the machine's file and pip.conf",
      shim({ enforced: [rule()] }, { requireVirtualenv: conf }),
      'prevents',
      'policy.toml:2',
    ],
  ])('%s', (_, way, worth, reason) => {
    expect(judge(way)).toMatchObject({ worth, reason: expect.stringContaining(reason) });
  });
});

describe("another pip, or a Python's own", () => {
  test.each<[what: string, way: Way, worth: string, reason: string, isUncovered?: boolean]>([
    ['nothing', pip({}), 'open', 'no setting of pip refuses'],
    [
      'nothing, and a rule asks that pip.conf cannot say',
      pip({ asks: [asked()], canApply: false }),
      'open',
      'pip.conf cannot say all that /etc/pipward/policy.toml says',
      true,
    ],
    ['nothing, and a rule asks', pip({ asks: [asked()] }), 'open', 'no setting of pip refuses', true],
    ['pip.conf', pip({ asks: [asked()], requireVirtualenv: conf }), 'deters', 'unless PIP_REQUIRE_VIRTUALENV=0 is set'],
    [
      'a variable',
      pip({ requireVirtualenv: { kind: 'variable', place: 'PIP_REQUIRE_VIRTUALENV' } }),
      'deters',
      'the variable PIP_REQUIRE_VIRTUALENV',
    ],
    [
      'pip.conf for install alone',
      pip({ requireVirtualenv: conf, coversUninstall: false }),
      'deters',
      '(not for uninstall)',
    ],
    [
      'a marker',
      pip({ asks: [asked()], marker: '/usr/lib/EXTERNALLY-MANAGED' }),
      'deters',
      'unless --break-system-packages is given',
    ],
    [
      'a marker, where a rule forbids what lifts it',
      pip({ asks: [asked({ rule: 'forbid-break-system-packages' })], marker: '/m' }),
      'open',
      'forbids --break-system-packages',
      true,
    ],
    [
      'user = no, where that is all that is asked',
      pip({ asks: [asked({ rule: 'forbid-user-install' })], noUser: conf }),
      'deters',
      'user = no',
    ],
    [
      'user = no, where more is asked',
      pip({ asks: [asked(), asked({ rule: 'forbid-user-install' })], noUser: conf }),
      'open',
      '',
      true,
    ],
    [
      'an environment',
      pip({ python: venv, requireVirtualenv: conf }),
      'open',
      'a virtual environment, where pipward is not called: no enforced rule would be broken',
    ],
    [
      'an environment, and a rule asks',
      pip({ python: venv, asks: [asked({ rule: 'minimum-pip' })] }),
      'open',
      'does not know minimum-pip',
      true,
    ],
    [
      'an alias',
      { kind: 'alias', way: 'pip', ...place, path: null, text: "alias pip='x'", pip: { ...base, python: null } },
      'open',
      'an alias of the shell comes first',
    ],
    [
      'a function',
      { kind: 'alias', way: 'pip', ...place, path: null, text: 'pip', pip: { ...base, requireVirtualenv: conf } },
      'deters',
      'a function or a builtin',
    ],
  ])('%s', (_, way, worth, reason, isUncovered = false) => {
    const row = judge(way);
    expect(row).toMatchObject({ worth, reason: expect.stringContaining(reason) });
    expect(listUncovered([row])).toEqual(isUncovered ? [row] : []);
  });
});

test.each<[what: string, way: Way, worth: string, reason: string]>([
  [
    'ensurepip',
    { kind: 'ensurepip', way: 'e', ...place, python: '/p', marker: null, isDisabled: false },
    'open',
    'reads no pip.conf',
  ],
  [
    'ensurepip and a marker',
    { kind: 'ensurepip', way: 'e', ...place, python: '/p', marker: '/m', isDisabled: false },
    'prevents',
    '/m stops it',
  ],
  [
    "Debian's ensurepip",
    { kind: 'ensurepip', way: 'e', ...place, python: '/p', marker: null, isDisabled: true },
    'prevents',
    'switched it off',
  ],
  ['pipx', { kind: 'tool', way: 'pipx', ...place, tool: 'pipx', looseBy: null }, 'deters', 'unless --pip-args'],
  ['uv', { kind: 'tool', way: 'uv', ...place, tool: 'uv', looseBy: null }, 'deters', 'UV_SYSTEM_PYTHON=1'],
  [
    'uv with a variable',
    { kind: 'tool', way: 'uv', ...place, tool: 'uv', looseBy: 'UV_SYSTEM_PYTHON' },
    'open',
    'UV_SYSTEM_PYTHON lets uv',
  ],
  [
    'poetry',
    { kind: 'tool', way: 'poetry', ...place, tool: 'poetry', looseBy: null },
    'deters',
    'POETRY_VIRTUALENVS_CREATE=false',
  ],
  ['pipenv', { kind: 'tool', way: 'pipenv', ...place, tool: 'pipenv', looseBy: null }, 'deters', '--system'],
  ['conda', { kind: 'tool', way: 'conda', ...place, tool: 'conda', looseBy: null }, 'open', 'without pip'],
])('%s', (_, way, worth, reason) => {
  expect(judge(way)).toMatchObject({ worth, asks: [], reason: expect.stringContaining(reason) });
});

describe('what closes it', () => {
  const config = '/usr/bin/python3.11 -m pip config';
  const environment = { kind: 'virtual', executable: null } as const;
  test.each<[what: string, way: Way, changes: Partial<Remedy>, close: string | null]>([
    ["the machine's rule", pip({ asks: [asked()] }), {}, 'sudo /opt/p/bin/pipward policy apply --system'],
    ["the machine's rule, as root", pip({ asks: [asked()] }), { isRoot: true }, 'pipward policy apply --system'],
    ["the user's rule", pip({ asks: [asked({ scope: 'user' })] }), {}, 'pipward policy apply --user'],
    ['a rule that pip.conf cannot say', pip({ asks: [asked()], canApply: false }), {}, null],
    ['no rule', pip({}), {}, `${config} --user set install.require-virtualenv true`],
    ['no rule, for root', pip({}, 'sudo'), {}, `sudo ${config} --global set install.require-virtualenv true`],
    [
      'no rule, a pip.py in the current directory',
      pip({}),
      { isShadowed: true },
      `/usr/bin/python3.11 -c 'import sys; sys.path[0] or sys.path.pop(0); import runpy; del sys.argv[0]; runpy.run_module(sys.argv[0], None, __name__, True)' pip config --user set install.require-virtualenv true`,
    ],
    ['no rule, an old pip', pip({ pip: '9.0.3' }), {}, null],
    ['no rule here, but a policy', pip({}), { hasPolicy: true }, null],
    ['conda', pip({ python: { kind: 'conda', executable: '/c/bin/python' } }), {}, null],
    [
      'a name with a space',
      pip({ python: { kind: 'base', executable: '/a b/python' } }),
      {},
      "'/a b/python' -m pip config --user set install.require-virtualenv true",
    ],
    [
      'a prompt in an environment',
      pip({ python: environment, asks: [asked({ rule: 'minimum-pip' })] }, 'activated'),
      {},
      'pipward setup --in-environments',
    ],
    [
      'an environment by its path',
      pip({ python: environment, asks: [asked({ rule: 'minimum-pip' })] }, 'any'),
      {},
      null,
    ],
    ['what is not open', pip({ asks: [asked()], requireVirtualenv: conf }), {}, null],
    ['a bypass in a startup file', shim({ lifted: [rule({ lift: 'bypass' })] }, { asks: [asked()] }), {}, null],
    [
      'uv',
      { kind: 'tool', way: 'uv', ...place, tool: 'uv', looseBy: 'UV_SYSTEM_PYTHON' },
      {},
      'unset UV_SYSTEM_PYTHON',
    ],
    ['uv by its file', { kind: 'tool', way: 'uv', ...place, tool: 'uv', looseBy: '/etc/uv/uv.toml' }, {}, null],
    [
      'poetry by its file',
      { kind: 'tool', way: 'poetry', ...place, tool: 'poetry', looseBy: '/h/config.toml' },
      {},
      'poetry config virtualenvs.create true',
    ],
  ])('%s', (_, way, changes, close) => {
    expect(judge(way, changes).close).toBe(close);
  });
});
