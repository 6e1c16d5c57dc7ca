import { describe, expect, test } from 'vitest';
import type { PolicyLayer } from '../../../src/model/policy.ts';
import type { FileView, CallContext } from '../../../src/model/call-context.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

const enforce = '[policy]\nrequire-virtual-environment = "enforce"\n';
const ours = '[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\n';
const large = '#'.repeat(1024 * 1024 + 1);

/** Directories of root, as on a real machine. */
const rootOwned: Tree = {
  '/etc': { directory: true, owner: 0 },
  '/etc/pipward': { directory: true, owner: 0 },
  '/home': { directory: true, owner: 0 },
  '/tmp': { directory: true, owner: 0, mode: 0o1777 },
};

/** A tree in which / is root's, too. */
function machineOf(tree: Tree): FileView {
  const view = viewOf({ ...rootOwned, ...tree });
  return {
    ...view,
    status: (name) => {
      const status = view.status(name);
      return status !== null && name === '/' ? { ...status, owner: 0 } : status;
    },
  };
}

const systemPolicy = (text: string, special: { owner?: number; mode?: number } = {}): Tree => ({
  '/etc/pipward/policy.toml': { text, owner: 0, ...special },
});

function surround(tree: Tree, changes: Partial<CallContext> = {}): CallContext {
  return {
    platform: 'linux',
    env: {},
    cwd: '/home/ada/api',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: ['install', 'flask'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: machineOf({ '/home/ada/api/': { directory: true }, ...tree }),
    ...changes,
  };
}

const summary = (layers: readonly PolicyLayer[]) => layers.map(({ scope, file }) => `${scope} ${file}`);

describe('which files', () => {
  test.each<[what: string, tree: Tree, changes: Partial<CallContext>, expected: readonly string[]]>([
    ['none', {}, {}, []],
    [
      'all of them, in order',
      {
        ...systemPolicy(enforce),
        '/home/ada/.config/pipward/config.toml': enforce,
        '/home/ada/pipward.toml': enforce,
        '/home/ada/api/pyproject.toml': ours,
        '/home/ada/api/pipward.toml': enforce,
      },
      {},
      [
        'system /etc/pipward/policy.toml',
        'user /home/ada/.config/pipward/config.toml',
        'project /home/ada/pipward.toml',
        'project /home/ada/api/pipward.toml',
        'project /home/ada/api/pyproject.toml',
      ],
    ],
    ['an empty file is a layer', { '/home/ada/api/pipward.toml': '' }, {}, ['project /home/ada/api/pipward.toml']],
    [
      'XDG_CONFIG_HOME',
      { '/cfg/pipward/config.toml': enforce, '/home/ada/.config/pipward/config.toml': enforce },
      { env: { XDG_CONFIG_HOME: '/cfg' } },
      ['user /cfg/pipward/config.toml'],
    ],
    ...['cfg', './cfg', ''].map((value): [string, Tree, Partial<CallContext>, readonly string[]] => [
      `XDG_CONFIG_HOME that is not absolute counts as not set: "${value}"`,
      { '/home/ada/api/cfg/pipward/config.toml': enforce, '/home/ada/.config/pipward/config.toml': enforce },
      { env: { XDG_CONFIG_HOME: value } },
      ['user /home/ada/.config/pipward/config.toml'],
    ]),
    ['no home', { '/home/ada/.config/pipward/config.toml': enforce }, { home: null }, []],
    [
      'no home, but XDG_CONFIG_HOME',
      { '/cfg/pipward/config.toml': enforce },
      { home: null, env: { XDG_CONFIG_HOME: '/cfg' } },
      ['user /cfg/pipward/config.toml'],
    ],
    [
      'a user file of another owner can only tighten',
      { '/home/ada/.config/pipward/config.toml': { text: enforce, owner: 1001 } },
      {},
      ['user /home/ada/.config/pipward/config.toml'],
    ],
    [
      'no current directory: no project',
      { ...systemPolicy(enforce), '/home/ada/pipward.toml': enforce },
      { cwd: null },
      ['system /etc/pipward/policy.toml'],
    ],
    [
      'macOS, as on Linux',
      { ...systemPolicy(enforce), '/Users/ada/.config/pipward/config.toml': enforce },
      { platform: 'darwin', home: '/Users/ada', cwd: '/Users/ada' },
      ['system /etc/pipward/policy.toml', 'user /Users/ada/.config/pipward/config.toml'],
    ],
  ])('%s', (_, tree, changes, expected) => {
    expect(summary(findPolicyLayers(surround(tree, changes)))).toEqual(expected);
  });
});

describe('how far up', () => {
  const nested = '/home/ada/api/src/deep';
  const everywhere = ['/', '/home/', '/home/ada/', '/home/ada/api/', '/home/ada/api/src/', `${nested}/`];
  const tree: Tree = Object.fromEntries(everywhere.map((folder) => [`${folder}pipward.toml`, enforce]));
  const foundFrom = (changes: Partial<CallContext>, special: Tree) =>
    findPolicyLayers(surround({ ...tree, ...special }, { cwd: nested, ...changes })).map(({ file }) =>
      file.slice(0, -'pipward.toml'.length),
    );

  test.each<[what: string, special: Tree, changes: Partial<CallContext>, outermost: string]>([
    ['the root of the repository', { '/home/ada/api/.git/HEAD': '' }, {}, '/home/ada/api/'],
    ['a worktree or submodule: .git is a file', { '/home/ada/api/src/.git': 'gitdir: x' }, {}, '/home/ada/api/src/'],
    ['the nearest of two repositories', { '/home/ada/.git/': '', [`${nested}/.git/`]: '' }, {}, `${nested}/`],
    ['a .git that leads nowhere is not a repository', { '/home/ada/api/.git': { link: '/gone' } }, {}, '/home/ada/'],
    ['no repository: the last directory of the user', {}, {}, '/home/ada/'],
    [
      'no repository: a directory of another user in between does not end the search',
      { '/home/ada/api': { directory: true, owner: 0 } },
      {},
      '/home/ada/',
    ],
    ["no repository: nothing is the user's", {}, { userId: 1001 }, `${nested}/`],
    ['no repository: root goes to the top', {}, { userId: 0 }, '/'],
    ['no user ids: the home directory', {}, { userId: null }, '/home/ada/'],
    ['no user ids, not below home: the top', {}, { userId: null, home: '/home/eve' }, '/'],
    ['a repository of another owner', { '/home/.git': { directory: true, owner: 0 } }, {}, '/home/'],
    ['the top is a repository', { '/.git/': '' }, {}, '/'],
  ])('%s', (_, special, changes, outermost) => {
    expect(foundFrom(changes, special)).toEqual(everywhere.slice(everywhere.indexOf(outermost)));
  });

  test('a directory that cannot be read does not end the search', () => {
    const known = machineOf(tree);
    const files: FileView = {
      ...known,
      status: (name) => (name.startsWith('/home/ada/api') ? null : known.status(name)),
    };
    expect(foundFrom({ files }, {})[0]).toBe('/home/ada/');
  });

  test('each directory is looked at once', () => {
    const asked: string[] = [];
    const known = machineOf(tree);
    const files: FileView = { ...known, readText: (name, limit) => (asked.push(name), known.readText(name, limit)) };
    findPolicyLayers(surround({}, { cwd: nested, files }));
    expect(asked).toEqual([...new Set(asked)]);
    expect(asked).toHaveLength(2 + 2 * 4);
  });
});

describe("the system's file", () => {
  const file = '/etc/pipward/policy.toml';
  test.each<[what: string, tree: Tree, warning: string | null]>([
    ["root's alone", systemPolicy(enforce), null],
    ["root's, readable by root only", systemPolicy(enforce, { mode: 0o600 }), null],
    ['of another owner', systemPolicy(enforce, { owner: 1000 }), `${file} is not owned by root`],
    ['writable by the group', systemPolicy(enforce, { mode: 0o664 }), `${file} can be written by others than root`],
    ['writable by all', systemPolicy(enforce, { mode: 0o646 }), `${file} can be written by others than root`],
    [
      'in a directory of another',
      { ...systemPolicy(enforce), '/etc/pipward': { directory: true, owner: 1000 } },
      '/etc/pipward is not owned by root',
    ],
    [
      'in a directory that is writable by all, sticky or not',
      { ...systemPolicy(enforce), '/etc/pipward': { directory: true, owner: 0, mode: 0o1777 } },
      '/etc/pipward can be written by others than root',
    ],
    [
      "a link to another's file",
      { [file]: { link: '/home/ada/policy.toml' }, '/home/ada/policy.toml': enforce },
      `${file} is not owned by root`,
    ],
  ])('%s', (_, tree, warning) => {
    const [layer] = findPolicyLayers(surround(tree));
    expect(layer?.rules.demands['require-virtual-environment']?.level).toBe('enforce');
    expect(layer?.scope).toBe(warning === null ? 'system' : 'user');
    expect(layer?.warnings.map(({ message }) => message)).toEqual(
      warning === null ? [] : [`${warning}, so it counts as the user's, without its [resolve]`],
    );
  });

  test.each<[what: string, options: object, layer: object]>([
    ["root's", {}, { scope: 'system', settings: { python: { value: '/opt/python' }, environmentNames: ['env'] } }],
    [
      "another's: who may write it would choose what each user runs",
      { owner: 1000 },
      {
        scope: 'user',
        settings: { python: null, projectEnvironment: null, adviceForm: 'short' },
      },
    ],
  ])('[resolve] in a file that is %s', (_, options, layer) => {
    const resolve = '[resolve]\npython = "/opt/python"\nenvironment-names = ["env"]\nproject-environment = "use"\n';
    const text = `${resolve}[advice]\nform = "short"\n`;
    expect(findPolicyLayers(surround(systemPolicy(text, options)))).toMatchObject([layer]);
  });

  test('root is held to the same', () => {
    const [layer] = findPolicyLayers(surround(systemPolicy(enforce, { owner: 1000 }), { userId: 0 }));
    expect(layer?.scope).toBe('user');
  });

  test("a directory that is anybody's, and no file: nothing to say", () => {
    expect(findPolicyLayers(surround({ '/etc/pipward': { directory: true, owner: 1000 } }))).toEqual([]);
  });

  test("in a directory that only root may look into: unreadable, and the system's", () => {
    const known = surround({}).files;
    const files: FileView = {
      ...known,
      status: (name) => (name === file ? null : known.status(name)),
      readText: (name) => (name === file ? { kind: 'unreadable', reason: 'permission' } : known.readText(name)),
    };
    const layers = findPolicyLayers(surround({}, { files }));
    expect(layers).toMatchObject([{ scope: 'system', problems: [{ file }], warnings: [] }]);
  });
});

describe('files that cannot be read', () => {
  const reasons = ['permission', 'not-a-file', 'too-large', 'not-utf-8', 'failed'] as const;
  const projectFile = '/home/ada/api/pipward.toml';
  const pyproject = '/home/ada/api/pyproject.toml';

  test.each(reasons)('%s: a problem of the layer', (unreadable) => {
    const layers = findPolicyLayers(
      surround({
        '/etc/pipward/policy.toml': { unreadable, owner: 0 },
        '/home/ada/.config/pipward/config.toml': { unreadable },
        [projectFile]: { unreadable },
      }),
    );
    expect(layers.map(({ scope, problems }) => [scope, problems.length])).toEqual([
      ['system', 1],
      ['user', 1],
      ['project', 1],
    ]);
    for (const { file, problems } of layers) expect(problems[0]?.file).toBe(file);
  });

  test.each<[what: string, tree: Tree, message: string]>([
    ['a FIFO', { [projectFile]: { unreadable: 'not-a-file' } }, 'the file is not a regular file'],
    ['a directory', { [`${projectFile}/x`]: '' }, 'the file is not a regular file'],
    ['above 1 MiB', { [projectFile]: large }, 'the file is larger than 1 MiB'],
    ['a link that leads nowhere', { [projectFile]: { link: '/gone' } }, 'the file is a link that leads nowhere'],
    [
      'broken TOML',
      { [projectFile]: '[policy' },
      'the file is not valid TOML: incomplete key-value: cannot find end of key',
    ],
    ['a pyproject.toml above 1 MiB that names us', { [pyproject]: `${ours}${large}` }, 'the file is larger than 1 MiB'],
    [
      'a broken pyproject.toml that names us',
      { [pyproject]: '[tool.pipward' },
      expect.stringMatching(/not valid TOML/),
    ],
  ])('%s', (_, tree, message) => {
    expect(findPolicyLayers(surround(tree))).toMatchObject([
      { scope: 'project', problems: [{ message }], warnings: [] },
    ]);
  });

  test.each<[what: string, tree: Tree]>([
    ['a broken pyproject.toml without our table', { [pyproject]: '[project\nname' }],
    ['a pyproject.toml above 1 MiB that does not name us', { [pyproject]: large }],
    ['a pyproject.toml that is a FIFO', { [pyproject]: { unreadable: 'not-a-file' } }],
    ['a pyproject.toml that is a directory', { [`${pyproject}/x`]: '' }],
    ['a pyproject.toml that leads nowhere', { [pyproject]: { link: '/gone' } }],
  ])('%s changes nothing', (_, tree) => {
    expect(findPolicyLayers(surround(tree))).toEqual([]);
  });

  // A FIFO is told by its status; here the file is a regular one.
  test.each(['permission', 'not-utf-8', 'failed'] as const)(
    'a pyproject.toml of which it is not known that it names us is a warning, no problem: %s',
    (unreadable) => {
      const [layer, ...others] = findPolicyLayers(surround({ [pyproject]: { unreadable } }));
      expect(others).toEqual([]);
      expect(layer).toMatchObject({ scope: 'project', problems: [] });
      expect(layer?.rules.demands).toEqual({});
      expect(layer?.warnings).toMatchObject([
        { file: pyproject, message: expect.stringMatching(/, so a policy in it is ignored$/) },
      ]);
    },
  );

  test('in a directory that the user may not look into nothing is known of a file: a warning, no problem', () => {
    const known = surround({}).files;
    const files: FileView = {
      ...known,
      status: (name) => (name.startsWith('/home/ada') ? null : known.status(name)),
      readText: (name) =>
        name.startsWith('/home/ada') ? { kind: 'unreadable', reason: 'permission' } : known.readText(name),
    };
    const layers = findPolicyLayers(surround({}, { files, home: '/home/app', userId: 1001 }));
    const message = expect.stringMatching(/see whether the file is there, so a policy in it is ignored$/);
    expect(layers).toMatchObject([{ file: projectFile, problems: [], warnings: [{ line: null, message }] }]);
  });
});

describe('Windows', () => {
  const files = viewOf(
    {
      'C:\\ProgramData\\pipward\\policy.toml': enforce,
      'D:\\Data\\pipward\\policy.toml': enforce,
      'C:\\Users\\ada\\AppData\\Roaming\\pipward\\config.toml': enforce,
      'E:\\Roaming\\pipward\\config.toml': enforce,
      'C:\\pipward.toml': enforce,
      'C:\\Users\\ada\\pipward.toml': enforce,
      'C:\\Users\\ada\\api\\pyproject.toml': ours,
      'C:\\Users\\ada\\api\\src\\.git': 'gitdir: x',
      'C:\\work\\pipward.toml': enforce,
    },
    'win32',
  );
  const windows: Partial<CallContext> = { platform: 'win32', home: 'C:\\Users\\ada', userId: null, files };
  const system = 'system C:\\ProgramData\\pipward\\policy.toml';
  const user = 'user C:\\Users\\ada\\AppData\\Roaming\\pipward\\config.toml';
  const inHome = 'project C:\\Users\\ada\\pipward.toml';
  const inApi = 'project C:\\Users\\ada\\api\\pyproject.toml';
  const api = 'C:\\Users\\ada\\api';

  test.each<[what: string, changes: Partial<CallContext>, expected: readonly string[]]>([
    ['up to the home directory', { cwd: api }, [system, user, inHome, inApi]],
    // The view of tests tells the case of names apart: the user's own file is not found under this name.
    ['the case of home does not count', { cwd: api, home: 'c:\\users\\ADA' }, [system, inHome, inApi]],
    ['below a repository', { cwd: `${api}\\src` }, [system, user]],
    [
      'elsewhere: up to the root',
      { cwd: 'C:\\work' },
      [system, user, 'project C:\\pipward.toml', 'project C:\\work\\pipward.toml'],
    ],
    ['a share', { cwd: '\\\\server\\share\\api' }, [system, user]],
    ['%ProgramData%', { cwd: null, env: { ProgramData: 'D:\\Data' } }, ['system D:\\Data\\pipward\\policy.toml', user]],
    ['%PROGRAMDATA%', { cwd: null, env: { PROGRAMDATA: 'D:\\Data' } }, ['system D:\\Data\\pipward\\policy.toml', user]],
    ['%ProgramData% that is not absolute', { cwd: null, env: { ProgramData: 'Data' } }, [system, user]],
    ['%APPDATA%', { cwd: null, env: { APPDATA: 'E:\\Roaming' } }, [system, 'user E:\\Roaming\\pipward\\config.toml']],
    ['no home', { cwd: null, home: null }, [system]],
  ])('%s', (_, changes, expected) => {
    const layers = findPolicyLayers(surround({}, { ...windows, ...changes }));
    expect(summary(layers)).toEqual(expected);
    expect(layers.flatMap(({ warnings }) => warnings)).toEqual([]);
  });
});
