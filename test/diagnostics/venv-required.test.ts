import { expect, test } from 'vitest';
import type { Finding } from '../../src/diagnostics/registry.ts';
import type { PolicyLayer } from '../../src/model/policy.ts';
import {
  type AllFacts,
  type FactChanges,
  cleanEnvironment,
  factsWith,
  layerWith,
  print,
  sharedEnvironment,
  systemPython,
  verdictOf,
} from './build.ts';

const ubuntu = factsWith({
  interpreter: { ...systemPython, version: { major: 3, minor: 12, patch: 3 } },
  report: null,
});
const refused = (...layers: readonly PolicyLayer[]): Finding => ({
  code: 'venv-required',
  refused: true,
  verdict: verdictOf('refused', ...layers),
});

test('refused by the project, at 80 columns', () => {
  expect(print(refused(layerWith()), ubuntu, 'pip install flask')).toMatchInlineSnapshot(`
    "error[venv-required]: policy allows \`pip install\` only in an environment

      command       pip install flask
      interpreter   /usr/bin/python3 (Python 3.12.3), first on PATH, not a venv
      policy        ~/code/api/pipward.toml:3
                    require-virtual-environment = "enforce"
      reason        "Shared build host." (for an exception, ask #python-help)
      result        pip was not run, nothing changed

    fix: create an environment for this project once, then install there
        python3 -m venv .venv
        source .venv/bin/activate
        pip install flask

    more: pipward explain venv-required
    "
  `);
});

test('the same at 50 columns', () => {
  expect(print(refused(layerWith()), ubuntu, 'pip install flask', { columns: 50 })).toMatchInlineSnapshot(`
    "error[venv-required]: policy allows \`pip install\`
      only in an environment

      command       pip install flask
      interpreter   /usr/bin/python3 (Python 3.12.3),
                    first on PATH, not a venv
      policy        ~/code/api/pipward.toml:3
                    require-virtual-environment
                    = "enforce"
      reason        "Shared build host." (for an
                    exception, ask #python-help)
      result        pip was not run, nothing changed

    fix: create an environment for this project once,
         then install there
        python3 -m venv .venv
        source .venv/bin/activate
        pip install flask

    more: pipward explain venv-required
    "
  `);
});

test('the same, short', () => {
  expect(print(refused(layerWith()), ubuntu, 'pip install flask', { form: 'short' })).toMatchInlineSnapshot(`
    "error[venv-required]: policy allows \`pip install\` only in an environment (~/code/api/pipward.toml:3); fix: python3 -m venv .venv && source .venv/bin/activate && pip install flask
    "
  `);
});

test.each<[where: string, facts: FactChanges, folder: string]>([
  ['of a server', {}, '/home/ada/.venv'],
  [
    'of a server, as root',
    { caller: { isRoot: true, home: '/root' }, project: { homePlace: '/root/.venv' } },
    '/root/.venv',
  ],
  ['of an image', { caller: { isRoot: true, container: '/.dockerenv' } }, '/opt/venv'],
  ['that is also the home directory', { caller: { home: '/' }, project: { homePlace: '/.venv' } }, '/.venv'],
  ['without a home directory', { caller: { home: null }, project: { homePlace: null } }, '/.venv'],
])('in the root folder %s', (_, more, folder) => {
  const facts = factsWith({
    ...more,
    interpreter: systemPython,
    caller: { ...more.caller, cwd: '/' },
    project: { directory: null, homePlace: '/home/ada/.venv', ...more.project },
  });
  expect(print(refused(layerWith()), facts, 'pip install flask')).toContain(`\n    python3 -m venv ${folder}\n`);
});

test('advised, with an environment at hand', () => {
  const rules = {
    ...layerWith().rules,
    demands: { 'require-virtual-environment': { level: 'advise', from: null, value: null, line: 3 } },
    reason: null,
    contact: null,
  } as const;
  const verdict = verdictOf('advised', layerWith({ rules }));
  const finding: Finding = { code: 'venv-required', refused: false, verdict };
  const facts = factsWith({
    project: { environments: [cleanEnvironment] },
    report: null,
    advised: verdict.advised,
  });
  expect(print(finding, facts, 'pip uninstall flask')).toMatchInlineSnapshot(`
    "warning[venv-required]: project policy asks for a virtual environment

      command       pip uninstall flask
      interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH, not a venv
      policy        ~/code/api/pipward.toml:3
                    require-virtual-environment = "advise"
      found         ./.venv (Python 3.10.12), not active in this shell
      result        pip ran anyway

    fix: uninstall from the project's virtual environment
        source .venv/bin/activate
        pip uninstall flask

    more: pipward explain venv-required
    "
  `);
});

test('several layers, conda, no project, a reason of many lines', () => {
  const rules = { ...layerWith().rules, reason: `Line one\nline two ${'and so on '.repeat(40)}`, contact: null };
  const finding = refused(
    layerWith({ scope: 'system', file: '/etc/pipward/policy.toml', rules }),
    layerWith({ file: '/home/ada/code/pipward.toml' }),
    layerWith(),
  );
  const facts = factsWith({
    interpreter: {
      ...systemPython,
      executable: '/opt/conda/bin/python',
      environment: { kind: 'conda', prefix: '/opt/conda', isBase: true },
    },
    source: 'conda-prefix',
    evidence: { kind: 'variable', name: 'CONDA_PREFIX', value: '/opt/conda' },
    commandName: 'python',
    project: { directory: null },
    report: null,
  });
  expect(print(finding, facts, 'pip uninstall flask')).toMatchInlineSnapshot(`
    "error[venv-required]: policy allows \`pip uninstall\` only in an environment

      command       pip uninstall flask
      interpreter   /opt/conda/bin/python (Python 3.10.12),
                    from CONDA_PREFIX, conda base environment
      policy        /etc/pipward/policy.toml:3
                    require-virtual-environment = "enforce"
      policy        ~/code/pipward.toml:3  require-virtual-environment = "enforce"
      accepted      venv, conda
      reason        "Line one line two and so on and so on and so on and so
                    on and so on and so on and so on and so on and so on and
                    so on and so on and so on and so on and so on an..."
      result        pip was not run, nothing changed

    fix: activate the environment that the package is in, then uninstall it there
    more: pipward explain venv-required
    "
  `);
});

test('before an interpreter is known', () => {
  const facts = factsWith({ interpreter: null, source: null, evidence: null, commandName: null, report: null });
  expect(print(refused(layerWith({ scope: 'user' })), facts, 'pip install flask')).toMatchInlineSnapshot(`
    "error[venv-required]: policy allows \`pip install\` only in an environment

      command       pip install flask
      policy        ~/code/api/pipward.toml:3
                    require-virtual-environment = "enforce"
      reason        "Shared build host." (for an exception, ask #python-help)
      result        pip was not run, nothing changed

    fix: create an environment for this project once, then install there
        python3 -m venv .venv
        source .venv/bin/activate
        pip install flask

    more: pipward explain venv-required
    "
  `);
});

const active = {
  interpreter: sharedEnvironment,
  source: 'active-environment',
  evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: '/srv/shared' },
  report: null,
} as const;
const byVariable = {
  value: '/home/ada/x/python',
  origin: { kind: 'variable', name: 'PIP_PYTHON', value: '/home/ada/x/python' },
} as const;

test('an environment is active, but PIP_PYTHON leads out of it', () => {
  const facts = factsWith({ ...active, otherPython: byVariable });
  expect(print(refused(layerWith()), facts, 'pip install flask')).toMatchInlineSnapshot(`
    "error[venv-required]: policy allows \`pip install\` only in an environment

      command       pip install flask
      interpreter   /srv/shared/bin/python (Python 3.10.12),
                    the active environment, virtual environment
      target        ~/x/python, from PIP_PYTHON
      policy        ~/code/api/pipward.toml:3
                    require-virtual-environment = "enforce"
      reason        "Shared build host." (for an exception, ask #python-help)
      result        pip was not run, nothing changed

    fix: leave PIP_PYTHON out, then install
        unset PIP_PYTHON
        pip install flask

    more: pipward explain venv-required
    "
  `);
});

type Way = readonly [case_: string, other: AllFacts['otherPython'], line: string, way: string, target: string];

test.each<Way>([
  [
    '--python',
    { value: '/x/python', origin: { kind: 'command-line' } },
    'pip --python /x/python install flask',
    'fix: leave --python out, then install\n    pip install flask\n',
    '/x/python, from --python\n',
  ],
  [
    'a file of pip',
    { value: '/x/python', origin: { kind: 'file', path: '/home/ada/.config/pip/pip.conf', line: 3, text: '' } },
    'pip uninstall flask',
    'fix: remove `python` from ~/.config/pip/pip.conf:3, then uninstall\n    pip uninstall flask\n',
    '/x/python, from ~/.config/pip/pip.conf:3\n',
  ],
])('an environment is active, and %s leads out of it', (_, otherPython, line, way, target) => {
  const text = print(refused(layerWith()), factsWith({ ...active, otherPython }), line);
  expect(text).toContain(way);
  expect(text).toContain(`target        ${target}`);
});

test('no environment is active, and PIP_PYTHON would lead out of the new one', () => {
  const text = print(refused(layerWith()), factsWith({ report: null, otherPython: byVariable }), 'pip install flask');
  expect(text).toContain('install there\n    unset PIP_PYTHON\n    python3 -m venv .venv\n');
});

type Accept = PolicyLayer['rules']['accept'];

test.each<[accepted: string, layers: readonly Accept[], way: string]>([
  [
    'conda',
    [['conda']],
    'fix: activate a conda environment, then install\n    conda activate ENVIRONMENT\n    pip install flask\n',
  ],
  [
    'conda-base',
    [['venv', 'conda-base'], ['conda-base']],
    "fix: activate conda's base environment, then install\n    conda activate base\n    pip install flask\n",
  ],
  [
    'nothing: these policies accept no kind in common',
    [['venv'], ['conda']],
    'note: ask the authors of these policies: together they accept no environment\n',
  ],
])('in a virtual environment, accepted is %s', (accepted, layers, way) => {
  const facts = factsWith({ ...active, project: { environments: [cleanEnvironment] } });
  const finding = refused(...layers.map((accept) => layerWith({ rules: { ...layerWith().rules, accept } })));
  const text = print(finding, facts, 'pip install flask');
  expect(text).toContain(`accepted      ${accepted}\n`);
  expect(text).toContain(way);
  expect(text).not.toMatch(/-m venv|not active in this shell/);
});

test('a bypass that has no effect: the file that forbids it is named, if it is not the one of the rule', () => {
  const never = { rules: { ...layerWith().rules, allowBypass: 'never' } } as const;
  const [own, other] = [layerWith(never), layerWith({ ...never, file: '/etc/pipward/policy.toml' })];
  const row = (layer: PolicyLayer, bypassBan: PolicyLayer | null) =>
    /\n  bypass +(.*(?:\n {16}.*)*)/
      .exec(print(refused(layer), { ...ubuntu, hasBypass: true, bypassBan }, 'pip install flask'))?.[1]
      ?.replace(/\s+/g, ' ');
  expect([row(own, own), row(layerWith(), other), row(layerWith(), null)]).toEqual([
    'PIPWARD_BYPASS has no effect here: allow-bypass = "never"',
    'PIPWARD_BYPASS has no effect here: /etc/pipward/policy.toml says allow-bypass = "never"',
    undefined,
  ]);
});

test.each([
  [null, ''],
  [{ log: null }, '  to override   env PIPWARD_BYPASS="REASON" pip ... (the reason is not recorded)\n'],
  [{ log: 'file' }, '  to override   env PIPWARD_BYPASS="REASON" pip ... (the reason is recorded)\n'],
  [{ log: 'journal' }, '  to override   env PIPWARD_BYPASS="REASON" pip ... (the reason is recorded)\n'],
] as const)('the bypass is named only where it works, and whether it is recorded: %j', (bypass, row) => {
  const text = print(refused(layerWith()), { ...ubuntu, bypass }, 'pip install flask');
  expect(text).toContain(`\n  result        pip was not run, nothing changed\n${row}\n`);
  expect(print(refused(layerWith()), { ...ubuntu, bypass }, 'pip install flask', { form: 'short' })).not.toContain(
    'BYPASS',
  );
});
