import { expect, test } from 'vitest';
import { findUnusualNames } from '../../src/interpreter/project/unusual-names.ts';
import { chooseFreeName } from '../../src/interpreter/project/unused-name.ts';
import { findProjectEnvironments } from '../../src/interpreter/project/project.ts';
import { MAX_PARTS } from '../../src/interpreter/trust/trust-checks.ts';
import { inspectInterpreter } from '../../src/interpreter/inspect/inspect.ts';
import { holdsShadowingModule } from '../../src/diagnostics/shared/shadowing-modules.ts';
import type { CallContext, FileView } from '../../src/model/call-context.ts';
import { installed, surroundingsOf, virtual } from '../interpreter/layouts.ts';
import type { Tree } from '../support/tree.ts';

const MANY = 4000;
const base = installed('/opt/py', '3.12');
const environment = virtual('/code/.venv', '/opt/py/bin/python3', '3.12');
const SITE = '/code/.venv/lib/python3.12/site-packages';

/** Files with a number in their names. */
const numbered = (name: (index: number) => string): Tree =>
  Object.fromEntries(Array.from({ length: MANY }, (_, index) => [name(index), '']));

/** Counts the looks at the disk. */
function countLooks(context: CallContext): { readonly context: CallContext; readonly count: () => number } {
  let looks = 0;
  const counting = new Proxy(context.files, {
    get: (view, name: keyof FileView) => {
      const look = view[name];
      return typeof look !== 'function'
        ? look
        : (...args: unknown[]) => {
            looks += 1;
            return Reflect.apply(look, view, args);
          };
    },
  });
  return { context: { ...context, files: counting }, count: () => looks };
}

const ROWS: readonly (readonly [what: string, tree: Tree[], cwd: string, look: (context: CallContext) => unknown])[] = [
  ['names for a new environment', [numbered((i) => `/code/.venv-${i}`), environment], '/code', (context) =>
    chooseFreeName('/code', context)],
  ['environments beside the project, deep in it', [
    numbered((i) => `/code/e${i}/pyvenv.cfg`),
    { '/code/setup.py': '', [`/code${'/d'.repeat(100)}/x`]: '' },
  ], `/code${'/d'.repeat(100)}`, (context) => findProjectEnvironments(context, findUnusualNames(context, []))],
  ['libraries of an environment', [base, environment, numbered((i) => `/code/.venv/lib/python3.${i}/site-packages/x`)],
    '/code', (context) => findProjectEnvironments(context, ['.venv'])],
  ['.pth files of an environment', [base, environment, numbered((i) => `${SITE}/${i}.pth`)], '/code', (context) =>
    findProjectEnvironments(context, ['.venv'])],
  ['libraries beside a python', [numbered((i) => `/code/lib/python3.${i}/x`), { '/code/bin/python': { executable: true } }],
    '/code', (context) => inspectInterpreter('/code/bin/python', context)],
  ['folders that may be packages', [numbered((i) => `/code/_d${i}/x`)], '/code', (context) =>
    holdsShadowingModule(context)],
]; // prettier-ignore

test.each(ROWS)('of many %s few are looked at', (_, tree, cwd, look) => {
  const { context, count } = countLooks(surroundingsOf({ tree, cwd }));
  look(context);
  expect(count()).toBeLessThan(MANY);
});

test('a name that is free is found among many', () => {
  const tree = { '/code/.venv': '', ...numbered((i) => `/code/.venv-${i}`) };
  const { files, platform } = surroundingsOf({ tree });
  const name = chooseFreeName('/code', { files, platform });
  expect(files.status(`/code/${name}`)).toBeNull();
});

test('an environment with more files than are checked is not trusted', () => {
  const issuesOf = (count: number) => {
    const files = Object.fromEntries(Array.from({ length: count }, (_, index) => [`${SITE}/${index}.pth`, '']));
    const context = surroundingsOf({ tree: [base, environment, files] });
    return findProjectEnvironments(context, ['.venv'])[0]?.issues;
  };
  expect(issuesOf(MAX_PARTS - 20)).toEqual([]);
  expect(issuesOf(MAX_PARTS + 20)).toEqual(['too-many-files']);
});
