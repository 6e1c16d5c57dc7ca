import { expect, test } from 'vitest';
import { findDenied } from '../../../src/diagnostics/install-location/denied-place.ts';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import type { FactSource } from '../../../src/model/facts.ts';
import { installed, surroundingsOf, virtual } from '../../interpreter/layouts.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

const USER = 1000;
const of = (owner: number) => ({ directory: true, owner, mode: owner === USER ? 0o755 : 0o555 }) as const;
const env = '/home/me/code/.venv';
const site = `${env}/lib/python3.12/site-packages`;
const userSite = '/home/me/.local/lib/python3.12/site-packages';

function find(target: string, tree: Tree, python: string) {
  const machine: Tree = {
    ...installed('/opt/py', '3.12'),
    ...virtual(env, '/opt/py/bin/python3.12', '3.12'),
    '/home/me': of(USER),
    '/home/me/code': of(USER),
    ...tree,
  };
  const context = { ...surroundingsOf({ tree: machine, cwd: '/home/me/code', home: '/home/me' }), userId: USER };
  const files = viewOf(machine);
  const view = {
    ...files,
    // Only what belongs to the user may be written.
    writable: (name: string) => files.status(name)?.owner === USER,
  };
  const source: FactSource = {
    context: { ...context, files: view },
    decision: null,
    viewNow: () => view,
    findUserName: (id) => (id === 0 ? 'root' : 'me'),
    findLogFault: () => null,
  };
  return findDenied(target, source, inspectInterpreter(python, source.context));
}

test.each<[case_: string, target: string, python: string, tree: Tree, place: string | null, top: string | null]>([
  [
    'a whole path',
    `${site}/a-1.dist-info`,
    `${env}/bin/python`,
    { [env]: of(USER), [site]: of(USER), [`${site}/a-1.dist-info`]: of(0) },
    `${site}/a-1.dist-info`,
    env,
  ],
  [
    'a name, in what pip was about to remove',
    'RECORD',
    `${env}/bin/python`,
    {
      [env]: of(USER),
      [site]: of(USER),
      [`${site}/a-1.dist-info`]: of(USER),
      [`${site}/a-1.dist-info/RECORD`]: '',
      [`${site}/~-1.dist-info`]: of(0),
      [`${site}/~-1.dist-info/RECORD`]: { owner: 0 },
    },
    `${site}/~-1.dist-info`,
    env,
  ],
  [
    'a name, deep in a package',
    'x.py',
    `${env}/bin/python`,
    {
      [env]: of(USER),
      [site]: of(USER),
      [`${site}/a`]: of(USER),
      [`${site}/a/b`]: of(USER),
      [`${site}/a/b/c`]: of(0),
      [`${site}/a/b/c/x.py`]: { owner: 0 },
    },
    `${site}/a/b/c`,
    env,
  ],
  [
    'a name, in the user site, which was renamed as a whole',
    'RECORD',
    '/opt/py/bin/python3.12',
    {
      '/home/me/.local': of(USER),
      '/home/me/.local/lib': of(USER),
      '/home/me/.local/lib/python3.12': of(USER),
      [userSite]: of(USER),
      '/home/me/.local/lib/python3.12/~ite-packages': of(USER),
      '/home/me/.local/lib/python3.12/~ite-packages/a-1.dist-info': of(0),
      '/home/me/.local/lib/python3.12/~ite-packages/a-1.dist-info/RECORD': { owner: 0 },
    },
    '/home/me/.local/lib/python3.12/~ite-packages/a-1.dist-info',
    '/home/me/.local',
  ],
  ['a name that is nowhere', 'RECORD', `${env}/bin/python`, { [env]: of(USER), [site]: of(USER) }, null, null],
  [
    'a name that could not be made in the current directory',
    'out',
    `${env}/bin/python`,
    { '/home/me/code': of(0), [env]: of(USER), [site]: of(USER) },
    '/home/me/code',
    '/home/me/code',
  ],
  [
    'behind a link of the caller: not theirs, and not to be given to them',
    '/home/me/code/out/x',
    `${env}/bin/python`,
    { '/home/me/code/out': { link: '/opt/shared' }, '/opt/shared': of(0), '/opt': of(0), '/': of(0) },
    '/opt/shared',
    '/opt',
  ],
  [
    'an environment of root behind a link',
    '/home/me/v/lib/python3.12/site-packages/x',
    '/home/me/v/bin/python',
    {
      ...virtual('/opt/v', '/opt/py/bin/python3.12', '3.12'),
      '/home/me/v': { link: '/opt/v' },
      '/opt/v/lib/python3.12/site-packages': of(0),
      '/opt/v/lib/python3.12': of(0),
      '/opt/v/lib': of(0),
      '/opt/v': of(0),
      '/opt': of(0),
      '/': of(0),
    },
    '/opt/v/lib/python3.12/site-packages',
    '/opt',
  ],
])('what was denied: %s', (_, target, python, tree, place, top) => {
  const denied = find(target, tree, python);
  expect({ place: denied?.place ?? null, top: denied?.top ?? null }).toEqual({ place, top });
});
