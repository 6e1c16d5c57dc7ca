import { expect, test } from 'vitest';
import type { Finding } from '../../../src/diagnostics/registry.ts';
import { factsWith, managedFacts, print, sharedEnvironment, systemPython, type FactChanges } from '../build.ts';

const found: Finding = { code: 'no-pip-module', started: false };

test('an environment without pip, seen before anything was started', () => {
  const facts = factsWith({
    interpreter: { ...sharedEnvironment, pip: { state: 'absent' } },
    source: 'active-environment',
    evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: '/srv/shared' },
    report: null,
  });
  expect(print(found, facts, 'pip install flask')).toMatchInlineSnapshot(`
    "error[no-pip-module]: this virtual environment has no pip

      interpreter   /srv/shared/bin/python (Python 3.10.12), the active environment
      result        pip was not run, nothing changed

    fix: install pip into it
        /srv/shared/bin/python -m ensurepip --upgrade
        pip install flask

    more: pipward explain no-pip-module
    "
  `);
  expect(print(found, facts, 'pip install flask', { columns: 50 })).toMatchInlineSnapshot(`
    "error[no-pip-module]: this virtual environment has
      no pip

      interpreter   /srv/shared/bin/python
                    (Python 3.10.12), the
                    active environment
      result        pip was not run, nothing changed

    fix: install pip into it
        /srv/shared/bin/python -m ensurepip --upgrade
        pip install flask

    more: pipward explain no-pip-module
    "
  `);
  expect(print(found, facts, 'pip install flask', { form: 'short' })).toMatchInlineSnapshot(`
    "error[no-pip-module]: this virtual environment has no pip; fix: /srv/shared/bin/python -m ensurepip --upgrade && pip install flask
    "
  `);
});

test("Debian's Python, which said so itself", () => {
  expect(print({ code: 'no-pip-module', started: true }, factsWith(), 'pip list')).toMatchInlineSnapshot(`
    "advice[no-pip-module]: this Python has no pip

      interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
      result        nothing was done

    fix: install pip for it
        sudo apt install python3-pip
        pip list

    more: pipward explain no-pip-module
    "
  `);
});

const fixOf = (changes: FactChanges) =>
  print(found, factsWith(changes), 'pip install flask')
    .match(/^(?:fix|check): .*(?:\n {4}.*)+/m)?.[0]
    .split('\n')
    .slice(1)
    .map((line) => line.trim());

const local = { ...systemPython, executable: '/opt/py/bin/python3', stdlib: '/opt/py/lib/python3.10' };
const condaPython = { ...local, environment: { kind: 'conda', prefix: '/opt/conda/envs/x', isBase: false } } as const;

test.each<[case_: string, changes: FactChanges, commands: readonly string[]]>([
  [
    'Debian, environment, no ensurepip',
    { interpreter: sharedEnvironment, tools: { ensurepip: false } },
    ['sudo apt install python3.10-venv', '/srv/shared/bin/python -m ensurepip --upgrade', 'pip install flask'],
  ],
  [
    'environment of another Python, no ensurepip',
    { interpreter: sharedEnvironment, tools: { ensurepip: false, apt: false } },
    ['virtualenv --python /srv/shared/bin/python /srv/shared', 'pip install flask'],
  ],
  ['conda', { interpreter: condaPython }, ['conda install --prefix /opt/conda/envs/x pip', 'pip install flask']],
  ['any other Python', { interpreter: local }, ['/opt/py/bin/python3 -m ensurepip --upgrade', 'pip install flask']],
  ['Debian, as root', { caller: { isRoot: true } }, ['apt install python3-pip', 'pip install flask']],
])('%s', (_, changes, commands) => {
  expect(fixOf(changes)).toEqual(commands);
});

test('a managed Python that is not Debian’s gets an environment', () => {
  expect(print(found, managedFacts({ tools: { apt: false } }), 'pip install flask')).toContain(
    '    python3 -m venv .venv\n',
  );
});

test('any other Python, without ensurepip: no fix is known, only where to look', () => {
  const text = print(found, factsWith({ interpreter: local, tools: { ensurepip: false } }), 'pip install flask');
  expect(text).toContain('check: see which Pythons pipward considered\n    pipward which\n');
  expect(text).not.toContain('fix:');
});
