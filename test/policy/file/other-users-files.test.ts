import { describe, expect, test } from 'vitest';
import { listIgnoredFiles } from '../../../src/admin/policy/ignored-files.ts';
import { findProject, findProjectEnvironments, findRepository } from '../../../src/interpreter/project/project.ts';
import { readPyenvSelection } from '../../../src/interpreter/discovery/pyenv.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import { installed, virtual } from '../../interpreter/layouts.ts';
import { viewOf, type Tree, type TreeEntry } from '../../support/tree.ts';

const ADA = 1000;
const EVE = 1001;
const enforce = '[policy]\nrequire-virtual-environment = "enforce"\n';

const open = (mode: number, owner = 0): TreeEntry => ({ directory: true, owner, mode });
const file = (owner: number, text = enforce): TreeEntry => ({ text, owner });

function at(cwd: string, tree: Tree, changes: Partial<CallContext> = {}): CallContext {
  return {
    platform: 'linux',
    env: {},
    cwd,
    home: '/home/ada',
    userId: ADA,
    name: 'pip',
    arguments: ['install', 'flask'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({
      '/home': open(0o755),
      '/home/ada/': { directory: true },
      [`${cwd}/`]: { directory: true },
      ...tree,
    }),
    ...changes,
  };
}

const files = (context: CallContext) => findPolicyLayers(context).map((layer) => layer.file);

describe('a policy file directly in a directory', () => {
  const sudo = (uid: string) => ({ userId: 0, env: { SUDO_UID: uid } });
  test.each<[what: string, mode: number, entry: TreeEntry, changes: Partial<CallContext>, counts: boolean]>([
    ["another user's, sticky", 0o1777, file(EVE), {}, false],
    ["another user's, not sticky", 0o777, file(EVE), {}, false],
    ["another user's, others write but may not read", 0o773, file(EVE), {}, false],
    ["another user's, group-writable is not everyone", 0o3775, file(EVE), {}, true],
    ["another user's, in a directory that only its owner writes", 0o755, file(EVE), {}, true],
    ["the caller's own", 0o1777, file(ADA), {}, true],
    ["root's", 0o1777, file(0), {}, true],
    ["another user's, read by root", 0o1777, file(EVE), { userId: 0 }, false],
    ['of the user who typed sudo', 0o1777, file(EVE), sudo(`${EVE}`), true],
    ['of another user than typed sudo', 0o1777, file(EVE), sudo(`${ADA}`), false],
    ['SUDO_UID of a caller who is not root', 0o1777, file(EVE), { env: { SUDO_UID: `${EVE}` } }, false],
    ...[`+${EVE}`, ` ${EVE}`, `${EVE}.0`, '0x3e9', '1001 1000', ''].map(
      (uid): [string, number, TreeEntry, Partial<CallContext>, boolean] => [
        `SUDO_UID that is not a plain number: "${uid}"`,
        0o1777,
        file(EVE),
        sudo(uid),
        false,
      ],
    ),
    ["another user's link to a file of the caller's", 0o1777, { link: '/home/ada/mine.toml', owner: EVE }, {}, false],
    ["another user's link to a file of root's", 0o1777, { link: '/etc/roots.toml', owner: EVE }, {}, false],
    ["another user's link that leads nowhere", 0o1777, { link: '/gone', owner: EVE }, {}, false],
    ["the caller's link to a file of another user's", 0o1777, { link: '/srv/eves.toml', owner: ADA }, {}, false],
    ["the caller's link to a file of the caller's", 0o1777, { link: '/home/ada/mine.toml', owner: ADA }, {}, true],
    ["another user's folder of that name", 0o1777, { directory: true, owner: EVE }, {}, false],
    ["another user's file that cannot be read", 0o1777, { unreadable: 'permission', owner: EVE }, {}, false],
    ['the platform has no user ids', 0o1777, file(EVE), { userId: null }, true],
  ])('%s', (_, mode, entry, changes, counts) => {
    const elsewhere: Tree = {
      '/home/ada/mine.toml': file(ADA),
      '/etc/roots.toml': file(0),
      '/srv/eves.toml': file(EVE),
    };
    const found = at('/shared', { ...elsewhere, '/shared': open(mode), '/shared/pipward.toml': entry }, changes);
    expect(files(found)).toEqual(counts ? ['/shared/pipward.toml'] : []);
    expect(listIgnoredFiles(found, ['pipward.toml'])).toEqual(
      counts ? [] : [{ file: '/shared/pipward.toml', owner: EVE }],
    );
  });

  test('a file that does not count is not opened', () => {
    const found = at('/tmp', {
      '/tmp': open(0o1777),
      '/tmp/pipward.toml': file(EVE),
      '/tmp/pyproject.toml': file(EVE, `[tool.pipward.policy]\n`),
    });
    const opened: string[] = [];
    const { readText } = found.files;
    const view = {
      ...found.files,
      readText: (...given: Parameters<typeof readText>) => (opened.push(given[0]), readText(...given)),
    };
    expect(files({ ...found, files: view })).toEqual([]);
    expect(opened.filter((name) => name.startsWith('/tmp'))).toEqual([]);
  });
});

describe('what another user put into /tmp', () => {
  const planted: Tree = {
    '/': open(0o755),
    '/tmp': open(0o1777),
    '/tmp/.git': { directory: true, owner: EVE },
    '/tmp/pipward.toml': file(EVE),
    '/tmp/.python-version': file(EVE, '3.8'),
    '/tmp/requirements.txt': file(EVE, ''),
    '/tmp/.venv': { directory: true, owner: EVE },
  };
  const trees = [planted, installed('/opt/py', '3.12'), virtual('/tmp/.venv', '/opt/py/bin/python3', '3.12')];
  const tree: Tree = Object.assign({}, ...trees.toReversed());

  test("does not become a project of a user's folder below", () => {
    const found = at('/tmp/ada/src', { ...tree, '/tmp/ada/src/': { directory: true } });
    expect(files(found)).toEqual([]);
    expect(findRepository(found)).toBeNull();
    expect(findProject(found)).toBeNull();
    expect(findProjectEnvironments(found, ['.venv'])).toEqual([]);
  });

  test('nor of calls in /tmp itself', () => {
    const found = at('/tmp', tree);
    expect(files(found)).toEqual([]);
    expect(findProject(found)).toBeNull();
    expect(findProjectEnvironments(found, ['.venv'])).toEqual([]);
  });

  test('what the caller put there counts', () => {
    const own = Object.fromEntries(
      Object.entries(tree).map(([name, entry]) => [
        name,
        typeof entry === 'object' && 'owner' in entry && entry.owner === EVE ? { ...entry, owner: ADA } : entry,
      ]),
    );
    const found = at('/tmp/ada/src', { ...own, '/tmp/ada/src/': { directory: true } });
    expect(files(found)).toEqual(['/tmp/pipward.toml']);
    expect(findRepository(found)).toBe('/tmp');
    expect(findProject(found)?.directory).toBe('/tmp');
    expect(findProjectEnvironments(found, ['.venv']).map(({ prefix }) => prefix)).toEqual(['/tmp/.venv']);
  });

  test('pyenv goes on upward past it', () => {
    const root: Tree = { '/opt/pyenv/versions/3.9.1/bin/python': '', '/opt/pyenv/version': '3.9.1' };
    const select = (extra: Tree) =>
      readPyenvSelection('/opt/pyenv', at('/tmp/ada', { ...tree, ...root, ...extra })).map(({ name }) => name);
    expect(select({})).toEqual(['3.9.1']);
    expect(select({ '/.python-version': file(0, '3.7') })).toEqual(['3.7']);
    expect(select({ '/tmp/.python-version': file(ADA, '3.6') })).toEqual(['3.6']);
  });

  test('is listed up to the root of the repository, .python-version up to the root folder', () => {
    const names = ['.git', 'pipward.toml', '.python-version'];
    const list = (extra: Tree) =>
      listIgnoredFiles(at('/tmp/ada/src', { ...tree, '/tmp/ada/src/': { directory: true }, ...extra }), names).map(
        (ignored) => ignored.file,
      );
    expect(list({})).toEqual(['/tmp/.git', '/tmp/pipward.toml', '/tmp/.python-version']);
    expect(list({ '/tmp/ada/.git/HEAD': '' })).toEqual(['/tmp/.python-version']);
  });
});

test("elsewhere a colleague's checkout is obeyed: root in a container, a shared folder", () => {
  const tree: Tree = {
    '/shared': { directory: true, owner: EVE },
    '/shared/.git': { directory: true, owner: EVE },
    '/shared/pipward.toml': file(EVE),
  };
  expect(files(at('/shared', tree, { userId: 0 }))).toEqual(['/shared/pipward.toml']);
  expect(files(at('/shared', tree))).toEqual(['/shared/pipward.toml']);
});
