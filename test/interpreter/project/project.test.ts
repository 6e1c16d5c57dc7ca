import { describe, expect, test } from 'vitest';
import type { CheckIssue } from '../../../src/model/environment.ts';
import { findCondaPrefix, findUnusualNames } from '../../../src/interpreter/project/unusual-names.ts';
import { findProject, findProjectEnvironments, MAX_ENVIRONMENTS } from '../../../src/interpreter/project/project.ts';
import { blocksOf, program, type TreeEntry } from '../../support/tree.ts';
import { debian, installed, pipIn, surroundingsOf, virtual, windows, windowsVirtual, type World } from '../layouts.ts';

const base = installed('/opt/py', '3.12');
const names = ['.venv', 'venv'];
const venvAt = (prefix: string) => virtual(prefix, '/opt/py/bin/python3', '3.12');
const find = (world: World) => findProjectEnvironments(surroundingsOf(world), names);
const folder = (entry: object): TreeEntry => ({ directory: true, ...entry });

test.each([
  ['pyproject.toml', { '/code/api/pyproject.toml': '' }, '/code/api', 'pyproject.toml'],
  ['requirements.txt', { '/code/api/requirements.txt': '' }, '/code/api', 'requirements.txt'],
  ['the nearest', { '/code/setup.py': '', '/code/api/Pipfile': '' }, '/code/api', 'Pipfile'],
  ['above the current directory', { '/code/api/src/': '', '/code/.git/HEAD': '' }, '/code', '.git'],
  ['.git is a file in a worktree', { '/code/.git': 'gitdir: /x' }, '/code', '.git'],
])('project: %s', (_, tree, directory, marker) => {
  expect(findProject(surroundingsOf({ tree, cwd: '/code/api/src' }))).toEqual({ directory, marker });
});

test.each([
  ['nothing marks one', {}, '/code'],
  ['the home directory is not a project', { '/home/me/.git/HEAD': '', '/home/me/x/': '' }, '/home/me/x'],
  ['nor what is above it', { '/home/setup.py': '', '/home/me/x/': '' }, '/home/me/x'],
  [
    'the home directory behind a link',
    { '/home/me': { link: '/data/me' }, '/data/me/setup.py': '', '/data/me/x/': '' },
    '/data/me/x',
  ],
  ['the current directory was deleted', { '/setup.py': '' }, null],
])('no project: %s', (_, tree, cwd) => {
  expect(findProject(surroundingsOf({ tree, cwd }))).toBeNull();
});

describe('environments upward', () => {
  const rows: readonly (readonly [string, World, readonly string[]])[] = [
    ['here', { tree: [base, venvAt('/code/.venv')] }, ['/code/.venv']],
    [
      'both names, in the order of the names',
      { tree: [base, venvAt('/code/venv'), venvAt('/code/.venv')] },
      ['/code/.venv', '/code/venv'],
    ],
    [
      'nearest first',
      { tree: [base, venvAt('/code/.venv'), venvAt('/code/api/.venv')], cwd: '/code/api' },
      ['/code/api/.venv', '/code/.venv'],
    ],
    [
      'up to the repository root',
      {
        tree: [base, venvAt('/a/.venv'), venvAt('/a/b/.venv'), { '/a/b/.git/HEAD': '', '/a/b/c/': '' }],
        cwd: '/a/b/c',
      },
      ['/a/b/.venv'],
    ],
    [
      "within a repository, though a folder is another's",
      {
        tree: [base, venvAt('/a/.venv'), { '/a/.git/HEAD': '', '/a/b': folder({ owner: 7 }), '/a/b/c/': '' }],
        cwd: '/a/b/c',
      },
      ['/a/.venv'],
    ],
    [
      "without one, up to a folder that is another's",
      {
        tree: [base, venvAt('/a/.venv'), venvAt('/a/b/.venv'), { '/a': folder({ owner: 7 }), '/a/b/c/': '' }],
        cwd: '/a/b/c',
      },
      ['/a/b/.venv'],
    ],
    [
      'not in the home directory',
      { tree: [base, venvAt('/home/me/.venv'), { '/home/me/x/': '' }], cwd: '/home/me/x' },
      [],
    ],
    ['a folder without pyvenv.cfg is not an environment', { tree: [base, { '/code/venv/bin/python': program }] }, []],
    [
      'on Windows',
      {
        platform: 'win32',
        tree: [windows('C:\\Py', '312'), windowsVirtual('C:\\work\\.venv', 'C:\\Py', '3.12.1')],
        cwd: 'C:\\work\\api',
      },
      ['C:\\work\\.venv'],
    ],
    ['the current directory was deleted', { tree: [base, venvAt('/.venv')], cwd: null }, []],
  ];
  test.each(rows)('%s', (_, world, expected) => {
    expect(find(world).map(({ prefix }) => prefix)).toEqual(expected);
  });
});

test('the facts about one environment', () => {
  expect(find({ tree: [base, venvAt('/code/.venv')] })).toEqual([
    {
      prefix: '/code/.venv',
      version: { major: 3, minor: 12, patch: 1 },
      hasPip: true,
      isWritable: true,
      issues: [],
    },
  ]);
});

test('one that the user may not write to', () => {
  const site = '/code/.venv/lib/python3.12/site-packages';
  const tree = [base, venvAt('/code/.venv'), { [site]: folder({ readOnly: true }) }];
  const [found] = find({ tree });
  expect(found).toMatchObject({ hasPip: true, isWritable: false, issues: [] });
});

test('without pip, and broken: pyvenv.cfg still tells the version', () => {
  const [bare] = find({ tree: [base, virtual('/code/.venv', '/opt/py/bin/python3', '3.12', null)] });
  expect(bare).toMatchObject({ hasPip: false, issues: [] });
  const [broken] = find({ tree: virtual('/code/.venv', '/gone/bin/python3', '3.12') });
  expect(broken).toMatchObject({ version: { major: 3, minor: 12, patch: 1 }, hasPip: false, issues: ['broken'] });
});

describe('what speaks against one', () => {
  const mine = [base, venvAt('/code/.venv')];
  const prefix = '/code/.venv';
  const brew = '/opt/homebrew/Cellar/python@3.12/3.12.1';
  const cfg = (home: string) => ({ [`${prefix}/pyvenv.cfg`]: `home = ${home}\nversion = 3.12.1\n` });
  const rows: readonly (readonly [string, World, readonly CheckIssue[]])[] = [
    ['nothing', { tree: mine }, []],
    ["Debian's python3", { tree: [debian(), virtual(prefix, '/usr/bin/python3', '3.11')] }, []],
    [
      "Homebrew's: home is a folder of links into the framework",
      {
        platform: 'darwin',
        tree: [
          installed(`${brew}/Frameworks/P`, '3.12'),
          {
            '/opt/homebrew/opt/python@3.12': { link: brew },
            [`${brew}/bin/python3.12`]: { link: '../Frameworks/P/bin/python3.12' },
          },
          virtual(prefix, '/opt/homebrew/opt/python@3.12/bin/python3.12', '3.12'),
        ],
      },
      [],
    ],
    [
      'Windows: a python.exe of its own is usual',
      { platform: 'win32', tree: [windows('C:\\Py', '312'), windowsVirtual('C:\\work\\.venv', 'C:\\Py', '3.12.1')] },
      [],
    ],
    ['its python is gone', { tree: virtual(prefix, '/gone/bin/python', '3.12') }, ['broken']],
    [
      'its python leads into the project',
      {
        tree: [
          { '/code/tools/bin/python3': program, '/code/.git/HEAD': '' },
          virtual(prefix, '/code/tools/bin/python3', '3.12'),
        ],
      },
      ['python-inside-project'],
    ],
    [
      'the project is the repository, not the folder alone',
      {
        cwd: '/code/api',
        tree: [
          { '/code/tools/bin/python3': program, '/code/.git/HEAD': '' },
          virtual('/code/api/.venv', '/code/tools/bin/python3', '3.12'),
        ],
      },
      ['python-inside-project'],
    ],
    [
      'its python is a file of its own',
      { tree: [...mine, { [`${prefix}/bin/python`]: program }] },
      ['python-inside-project', 'home-disagrees'],
    ],
    [
      'Windows: home lies in the project',
      {
        platform: 'win32',
        tree: [windows('C:\\work\\py', '312'), windowsVirtual('C:\\work\\.venv', 'C:\\work\\py', '3.12.1')],
      },
      ['python-inside-project'],
    ],
    ['home names another Python than its link', { tree: [...mine, debian(), cfg('/usr/bin')] }, ['home-disagrees']],
    ['home is not there', { tree: [...mine, { [`${prefix}/pyvenv.cfg`]: 'version = 3.12.1\n' }] }, ['home-disagrees']],
    ['home is relative', { tree: [...mine, cfg('../py/bin')] }, ['home-disagrees']],
    [
      'Windows: there is no python.exe in home',
      { platform: 'win32', tree: windowsVirtual('C:\\work\\.venv', 'C:\\gone', '3.12.1') },
      ['home-disagrees'],
    ],
    ['a submodule', { tree: [...mine, { [`${prefix}/.git`]: 'gitdir: ../.git/modules/env\n' }] }, ['in-repository']],
    ['a repository of its own', { tree: [...mine, { [`${prefix}/.git/HEAD`]: '' }] }, ['in-repository']],
    ["another user's", { tree: [...mine, { [prefix]: folder({ owner: 7 }) }] }, ['foreign-owner']],
    ["another user's programs", { tree: [...mine, { [`${prefix}/bin`]: folder({ owner: 7 }) }] }, ['foreign-owner']],
    ["root's is fine", { tree: [...mine, { [prefix]: folder({ owner: 0 }) }] }, []],
    ['anybody may write', { tree: [...mine, { [`${prefix}/lib`]: folder({ mode: 0o777 }) }] }, ['writable-by-others']],
    ['anybody may write, but only delete their own', { tree: [...mine, { [prefix]: folder({ mode: 0o1777 }) }] }, []],
    ["umask 002, the user's own group", { tree: [...mine, { [prefix]: folder({ mode: 0o775 }) }] }, []],
    ['a group that is shared', { tree: [...mine, { [prefix]: folder({ mode: 0o2775 }) }] }, ['writable-by-others']],
    [
      "root's, and a group may write",
      { tree: [...mine, { [prefix]: folder({ mode: 0o775, owner: 0 }) }] },
      ['writable-by-others'],
    ],
  ];
  test.each(rows)('%s', (_, world, expected) => {
    expect(find(world)[0]?.issues).toEqual(expected);
  });

  test('it came with the repository', () => {
    const make = () => surroundingsOf({ tree: [...mine, { '/code/.git/index': '' }] });
    const index = Buffer.concat([
      Buffer.from('DIRC\0\0\0\u0002\0\0\0\u0001'),
      Buffer.alloc(60),
      Buffer.from('\0\u0010.venv/bin/python\0\0'),
      Buffer.alloc(20),
    ]);
    const judge = (bytes: Buffer) => findProjectEnvironments(make(), names, blocksOf(bytes))[0]?.issues;
    expect(judge(index)).toEqual(['in-repository']);
    // What is damaged may have named it or not.
    expect(judge(index.subarray(0, 80))).toEqual(['repository-unknown']);
    expect(findProjectEnvironments(make(), names)[0]?.issues).toEqual([]);
  });

  test('pip that only PYTHONPATH has is not looked for in the project', () => {
    const [found] = find({
      tree: [base, virtual(prefix, '/opt/py/bin/python3', '3.12', null), pipIn('/code/lib')],
      env: { PYTHONPATH: 'lib' },
    });
    expect(found?.hasPip).toBe(false);
  });
});

describe('bounds', () => {
  const levels = Array.from({ length: 60 }, (_, index) => '/d'.repeat(index + 1));

  test('the nearest environments are looked at', () => {
    const found = find({
      tree: [base, ...levels.map((level) => venvAt(`${level}/.venv`))],
      cwd: levels.at(-1) ?? null,
    });
    expect(found.map(({ prefix }) => prefix)).toEqual(
      levels
        .toReversed()
        .slice(0, MAX_ENVIRONMENTS)
        .map((level) => `${level}/.venv`),
    );
  });

  test('in a directory with more than 128 above it there is no project', () => {
    const place = (depth: number) => ({
      tree: [base, venvAt('/.venv'), { '/.git/HEAD': '' }],
      cwd: '/d'.repeat(depth),
      userId: 1000,
    });
    expect(findProject(surroundingsOf(place(127)))).not.toBeNull();
    expect(findProject(surroundingsOf(place(128)))).toBeNull();
    expect(find(place(127))).toHaveLength(1);
    expect(find(place(128))).toEqual([]);
  });

  test.each([
    ['a file that names it', (far: string): TreeEntry => far],
    ['a link', (far: string): TreeEntry => ({ link: far })],
  ])('no environment is used that lies as deep: %s', (_, name) => {
    const [near, far] = ['/x'.repeat(20), '/x'.repeat(200)];
    for (const [place, expected] of [
      [near, 1],
      [far, 0],
    ] as const) {
      const tree = [base, venvAt(place), { '/code/.venv': name(place) }];
      expect(find({ tree, cwd: '/code' })).toHaveLength(expected);
    }
  });

  test('a pyvenv.cfg of more than 8 KiB says nothing', () => {
    const cfg = `home = /opt/py/bin\nversion = 3.12.1\n`;
    const prefix = (text: string): World => ({
      tree: [base, venvAt('/code/.venv'), { '/code/.venv/pyvenv.cfg': text }],
    });
    expect(find(prefix(cfg))[0]?.issues).toEqual([]);
    expect(find(prefix(cfg + '#'.repeat(8192)))[0]?.issues).toContain('home-disagrees');
  });
});

describe('findUnusualNames', () => {
  test.each<[what: string, tree: World['tree'], cwd: string | null, found: readonly string[]]>([
    ['env and myenv, here', [base, venvAt('/code/myenv'), venvAt('/code/env')], '/code', ['env', 'myenv']],
    ['not those of a usual name', [base, venvAt('/code/.venv'), venvAt('/code/env')], '/code', ['env']],
    [
      'in the folder of the project',
      { '/code/.git/HEAD': '', '/code/env/pyvenv.cfg': '', '/code/src/': '' },
      '/code/src',
      ['env'],
    ],
    [
      'here and there',
      { '/code/.git/HEAD': '', '/code/env/pyvenv.cfg': '', '/code/src/my/pyvenv.cfg': '' },
      '/code/src',
      ['env', 'my'],
    ],
    ['not two levels below', { '/code/.tox/py39/pyvenv.cfg': '' }, '/code', []],
    ['not a folder without pyvenv.cfg', { '/code/env/bin/python': '' }, '/code', []],
    ['not in the home directory', { '/home/me/env/pyvenv.cfg': '' }, '/home/me', []],
    ['not in a deleted directory', { '/env/pyvenv.cfg': '' }, null, []],
  ])('%s', (_, tree, cwd, found) => {
    expect(findUnusualNames(surroundingsOf({ tree, cwd }), names)).toEqual(found);
  });
});

test.each<[what: string, tree: World['tree'], cwd: string | null, found: string | null]>([
  ['here', { '/code/.conda/conda-meta/': '' }, '/code', '/code/.conda'],
  [
    'in the folder of the project',
    { '/code/.git/HEAD': '', '/code/env/conda-meta/': '', '/code/src/': '' },
    '/code/src',
    '/code/env',
  ],
  ['a virtual environment is not one', [base, venvAt('/code/env')], '/code', null],
  ['not in the home directory', { '/home/me/env/conda-meta/': '' }, '/home/me', null],
])('findCondaPrefix: %s', (_, tree, cwd, found) => {
  expect(findCondaPrefix(surroundingsOf({ tree, cwd }))).toBe(found);
});
