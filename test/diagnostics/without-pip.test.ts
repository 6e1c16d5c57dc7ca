import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/diagnostics/registry.ts';
import type { PolicyProblem } from '../../src/model/policy.ts';
import { COMPARE_HINT } from '../../src/messages/blame-messages.ts';
import { factsWith, print, systemPython } from './build.ts';

const none = factsWith({ interpreter: null, source: null, evidence: null, commandName: null, report: null });
const problem: PolicyProblem = {
  file: '/home/ada/code/api/pipward.toml',
  line: 3,
  column: 1,
  key: 'policy.acept',
  message: 'unknown key',
  found: null,
  mistyped: { word: 'acept', known: [{ prefix: 'policy.', names: ['accept'] }] },
};
const unreadable = (...problems: readonly PolicyProblem[]): Finding => ({
  code: 'policy-unreadable',
  problems,
});

test('a policy that is not understood, refused', () => {
  expect(print(unreadable(problem), none, 'pip install flask')).toMatchInlineSnapshot(`
    "error[policy-unreadable]: a policy file is invalid, so pip was not run

      file          ~/code/api/pipward.toml:3:1
      problem       unknown key
      did you mean  policy.accept?
      result        pip was not run, nothing changed

    check: correct the file, then see whether it is valid
        pipward policy check

    more: pipward explain policy-unreadable
    "
  `);
  expect(print(unreadable(problem), none, 'pip install flask', { columns: 50 })).toMatchInlineSnapshot(`
    "error[policy-unreadable]: a policy file is
      invalid, so pip was not run

      file          ~/code/api/pipward.toml:3:1
      problem       unknown key
      did you mean  policy.accept?
      result        pip was not run, nothing changed

    check: correct the file, then see whether it is
           valid
        pipward policy check

    more: pipward explain policy-unreadable
    "
  `);
  expect(print(unreadable(problem), none, 'pip install flask', { form: 'short' })).toMatchInlineSnapshot(`
    "error[policy-unreadable]: a policy file is invalid, so pip was not run (~/code/api/pipward.toml:3:1); check: pipward policy check
    "
  `);
});

test('a policy file that cannot be read, and more of them', () => {
  const closed = { ...problem, line: null, column: null, key: null, mistyped: null, message: 'permission denied' };
  expect(print(unreadable(closed, problem, problem), none, 'pip list')).toMatchInlineSnapshot(`
    "error[policy-unreadable]: a policy file is invalid, so pip was not run

      file          ~/code/api/pipward.toml
      problem       permission denied
      next problem  ~/code/api/pipward.toml:3:1: unknown key, and 1 more
      result        pip was not run, nothing changed

    check: correct the file, then see whether it is valid
        pipward policy check

    more: pipward explain policy-unreadable
    "
  `);
});

test('no such Python, others are here', () => {
  const known = ['3.9', '3.10', '3.11', '3.12', '3.13'].map((version) => ({
    ...systemPython,
    executable: `/home/ada/.pyenv/versions/${version}/bin/python`,
    version: { major: 3, minor: Number(version.slice(2)), patch: null },
  }));
  const finding: Finding = { code: 'interpreter-not-found', wanted: 'python3.8', known, trace: [] };
  expect(print(finding, none, 'pip3.8 install flask')).toMatchInlineSnapshot(`
    "error[interpreter-not-found]: python3.8 was not found

      requested     python3.8
      available     ~/.pyenv/versions/3.9/bin/python (Python 3.9)
                    ~/.pyenv/versions/3.10/bin/python (Python 3.10)
                    ~/.pyenv/versions/3.11/bin/python (Python 3.11)
                    ~/.pyenv/versions/3.12/bin/python (Python 3.12) and 1 more
      result        pip was not run, nothing changed

    fix: use a Python that is installed
        /home/ada/.pyenv/versions/3.9/bin/python -m pip install flask

    more: pipward explain interpreter-not-found
    "
  `);
  expect(print(finding, none, 'pip3.8 install flask', { columns: 50 })).toMatchInlineSnapshot(`
    "error[interpreter-not-found]: python3.8 was not
      found

      requested     python3.8
      available     ~/.pyenv/versions/3.9/bin/python
                    (Python 3.9)
                    ~/.pyenv/versions/3.10/bin/python
                    (Python 3.10)
                    ~/.pyenv/versions/3.11/bin/python
                    (Python 3.11)
                    ~/.pyenv/versions/3.12/bin/python
                    (Python 3.12) and 1 more
      result        pip was not run, nothing changed

    fix: use a Python that is installed
        /home/ada/.pyenv/versions/3.9/bin/python -m pip install flask

    more: pipward explain interpreter-not-found
    "
  `);
  expect(print(finding, none, 'pip3.8 install flask', { form: 'short' })).toMatchInlineSnapshot(`
    "error[interpreter-not-found]: python3.8 was not found; fix: /home/ada/.pyenv/versions/3.9/bin/python -m pip install flask
    "
  `);
});

test('no Python at all', () => {
  const finding: Finding = { code: 'interpreter-not-found', wanted: 'python', known: [], trace: [] };
  expect(print(finding, none, 'pip install flask')).toMatchInlineSnapshot(`
    "error[interpreter-not-found]: python was not found

      requested     python
      result        pip was not run, nothing changed

    fix: install Python and pip
        sudo apt install python3-pip

    more: pipward explain interpreter-not-found
    "
  `);
  expect(print(finding, factsWith({ interpreter: null, tools: { apt: false } }), 'pip install flask'))
    .toMatchInlineSnapshot(`
      "error[interpreter-not-found]: python was not found

        requested     python
        result        pip was not run, nothing changed

      check: see where pipward looked
          pipward which

      note: install Python with this system's packages, or from www.python.org
      more: pipward explain interpreter-not-found
      "
    `);
});

test('a Python that does not start', () => {
  const finding = (reason: 'missing' | 'not-permitted' | 'too-long' | 'failed'): Finding => ({
    code: 'interpreter-not-runnable',
    executable: '/home/ada/x/bin/python',
    reason,
  });
  expect(print(finding('missing'), none, 'pip install flask')).toMatchInlineSnapshot(`
    "error[interpreter-not-runnable]: Python could not be started

      interpreter   ~/x/bin/python
      because       that file does not exist
      result        pip was not run, nothing changed

    check: see why this Python was chosen
        pipward which

    note: if this Python belongs to an environment, the Python that the environment
          was created with may be gone
    more: pipward explain interpreter-not-runnable
    "
  `);
  expect(print(finding('not-permitted'), none, 'pip install flask')).toContain('this user may not run it');
  expect(print(finding('too-long'), none, 'pip install flask')).toContain('longer than the system allows');
  expect(print(finding('failed'), none, 'pip install flask')).toContain('the system could not start it');
});

test('a loop', () => {
  expect(print({ code: 'call-loop', depth: 10 }, none, 'pip install flask')).toMatchInlineSnapshot(`
    "error[call-loop]: pip and pipward keep calling each other

      depth         10 calls, each started by the one before
      result        pip was not run again, the loop ends here

    check: find the program that calls pip again
        pipward doctor

    note: usual cause: a script named python or pip that calls pip, and finds
          pipward on PATH
    note: to see whether pipward is to blame, run the command after "starts" in
          \`pipward which\`; if that loops, too, pipward is not the cause
    more: pipward explain call-loop
    "
  `);
});

test('one hint for what breaks where no words can be loaded', () => {
  const entry = readFileSync(path.join(import.meta.dirname, '../../src/bin/entry.cjs'), 'utf8');
  expect(entry).toContain(`'${COMPARE_HINT}'`);
});
