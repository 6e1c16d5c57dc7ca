import { expect, test } from 'vitest';
import type { ResolutionStep } from '../../../src/model/environment.ts';
import { cleanEnvironment, factsWith, print } from '../build.ts';

const PACKAGE = 'sudo apt install python3-pip';

test.each([
  ['python', true],
  ['python3', true],
  ['python2', false],
  ['python3.12', false],
  ['python3.13t', false],
  ['/opt/python/bin/python', true],
])("%s is not there, and no other Python: Debian's is the way out: %s", (wanted, helps) => {
  const printed = print({ code: 'interpreter-not-found', wanted, known: [], trace: [] }, factsWith(), 'pip install x');
  expect(printed.includes(PACKAGE)).toBe(helps);
  const name = wanted.replace('python', 'pip');
  expect(printed.includes(`    pipward which ${name}\n`)).toBe(!helps);
  expect(printed.includes(`install ${wanted} with this system's packages`)).toBe(!helps);
});

type Reason = Extract<ResolutionStep['outcome'], { kind: 'passed-over' }>['reason'];

/** What PIPWARD_PYTHON names, and what came of it. */
function printNamed(wanted: string, path: string | null, reason: Reason, detail: string | null = null): string {
  const evidence = { kind: 'variable', name: 'PIPWARD_PYTHON', value: wanted } as const;
  const step: ResolutionStep = {
    source: 'pipward-python',
    evidence,
    path,
    outcome: { kind: 'passed-over', reason, detail },
  };
  const facts = factsWith({ project: { environments: [cleanEnvironment] } });
  return print({ code: 'interpreter-not-found', wanted, known: [], trace: [step] }, facts, 'pip install x');
}

const MISSING = 'not on PATH';

test.each<[wanted: string, path: string | null, reason: Reason, detail: string | null, because: string]>([
  ['/opt/python/bin/python', '/opt/python/bin/python', 'missing', null, '/opt/python/bin/python does not exist'],
  [
    '/opt/python',
    '/opt/python/bin/python',
    'dangling-link',
    null,
    '/opt/python/bin/python is a link that leads nowhere',
  ],
  ['nosuch', null, 'missing', MISSING, 'nosuch is not on PATH'],
  ['../x', null, 'not-absolute', null, '../x is not an absolute path'],
  ['.venv', null, 'missing', MISSING, '.venv is not on PATH, and not an absolute path'],
])('PIPWARD_PYTHON=%s: the message says what is wrong with it', (wanted, path, reason, detail, because) => {
  const printed = printNamed(wanted, path, reason, detail);
  expect(printed).toContain('error[interpreter-not-found]: PIPWARD_PYTHON names no Python that can be used\n');
  expect(printed).toContain(`  because       ${because}\n`);
});

test.each<[wanted: string, isNamed: boolean]>([
  ['.venv', true],
  ['./.venv/', true],
  ['.venv/bin/python', true],
  ['.venv2', false],
  ['/home/ada/code/other/.venv', false],
])('an environment of the project by a relative path (%s) is named in full: %s', (wanted, isNamed) => {
  const line = `\n    env PIPWARD_PYTHON=${cleanEnvironment.prefix} pip install x\n`;
  expect(printNamed(wanted, null, 'not-absolute').includes(line)).toBe(isNamed);
});
