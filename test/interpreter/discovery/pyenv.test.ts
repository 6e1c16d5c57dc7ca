import { describe, expect, test } from 'vitest';
import { findLatest, findPyenvVersion } from '../../../src/interpreter/discovery/pyenv-versions.ts';
import {
  findPyenvRoot,
  followPyenv,
  MAX_VERSION_NAMES,
  parseVersionFile,
  readPyenvSelection,
} from '../../../src/interpreter/discovery/pyenv.ts';
import { program, type Tree } from '../../support/tree.ts';
import { surroundingsOf } from '../layouts.ts';

const root = '/home/me/.pyenv';
const bin = (version: string, ...names: readonly string[]): Tree =>
  Object.fromEntries(
    (names.length > 0 ? names : ['python']).map((name) => [`${root}/versions/${version}/bin/${name}`, program]),
  );

describe('where pyenv is', () => {
  const home: Tree = { '/home/me/.pyenv/versions/3.12.1/': '' };
  test.each([
    ['PYENV_ROOT', { PYENV_ROOT: '/opt/pyenv/' }, home, '/opt/pyenv'],
    [
      'the shims folder on PATH',
      { PATH: '/usr/bin:/opt/pyenv/shims/' },
      { ...home, '/opt/pyenv/versions/': '' },
      '/opt/pyenv',
    ],
    ['~/.pyenv', { PATH: '/usr/bin' }, home, '/home/me/.pyenv'],
    ["rbenv's shims are not pyenv's", { PATH: '/home/me/.rbenv/shims' }, { '/home/me/.rbenv/versions/': '' }, null],
    ['a relative PYENV_ROOT is not taken', { PYENV_ROOT: 'pyenv' }, {}, null],
    ['a relative shims folder is not taken', { PATH: 'pyenv/shims' }, {}, null],
    ['no pyenv', { PATH: '/usr/bin' }, {}, null],
  ])('%s', (_, env, tree, expected) => {
    expect(findPyenvRoot(surroundingsOf({ tree, env }))).toBe(expected);
  });
});

test.each([
  ['one version', '3.12.1\n', ['3.12.1']],
  ['several lines', '3.12.1\n3.11.7\n', ['3.12.1', '3.11.7']],
  ['only the first word of a line', '3.12.1 3.11.7 # two\n', ['3.12.1']],
  ['words with colons', '3.12.1:system\n', ['3.12.1:system']],
  ['a no-break space', '3.12.1\u00A03\n', ['3.12.1\u00A03']],
  ['comments and empty lines', '# mine\n\n  # indented\n3.12.1\n', ['3.12.1']],
  ['Windows line ends', '3.12.1\r\n3.11.7\r\n', ['3.12.1', '3.11.7']],
  ['spaces in front, no line end', '  \t3.12.1', ['3.12.1']],
  ['nothing', '\n', []],
])('.python-version: %s', (_, text, expected) => {
  expect(parseVersionFile(text).map(({ word }) => word)).toEqual(expected);
});

test('a word knows its line', () => {
  expect(parseVersionFile('# mine\n\n3.12.1\n')).toEqual([{ word: '3.12.1', line: 3 }]);
});

describe('what pyenv selects', () => {
  const global: Tree = { [`${root}/version`]: '3.9.1\n' };
  const show = (tree: Tree, env: Record<string, string> = {}, cwd: string | null = '/code/api/src') =>
    readPyenvSelection(root, surroundingsOf({ tree, env, cwd })).map(
      ({ name, evidence }) =>
        `${name} by ${evidence.kind === 'file' ? `${evidence.path}:${evidence.line}` : evidence.kind}`,
    );
  test.each([
    [
      'PYENV_VERSION',
      { ...global, '/code/.python-version': '3.8' },
      { PYENV_VERSION: '3.12:system' },
      ['3.12 by variable', 'system by variable'],
    ],
    ['an empty PYENV_VERSION is not set', global, { PYENV_VERSION: '' }, [`3.9.1 by ${root}/version:1`]],
    [
      'the nearest .python-version',
      { ...global, '/code/.python-version': '3.8', '/code/api/.python-version': '3.7' },
      {},
      ['3.7 by /code/api/.python-version:1'],
    ],
    [
      'PYENV_DIR before the current directory',
      { '/else/.python-version': '3.6', '/code/.python-version': '3.8' },
      { PYENV_DIR: '/else/sub' },
      ['3.6 by /else/.python-version:1'],
    ],
    [
      'the current directory when PYENV_DIR has none',
      { '/code/.python-version': '3.8' },
      { PYENV_DIR: '/else/sub' },
      ['3.8 by /code/.python-version:1'],
    ],
    [
      'the directory as the shell names it, behind a link',
      {
        '/link': { link: '/code/api/src' },
        '/code/api/src/': '',
        '/.python-version': '3.5',
        '/code/.python-version': '3.8',
      },
      { PWD: '/link' },
      ['3.5 by /.python-version:1'],
    ],
    [
      'a PWD that is not where we are does not count',
      { '/other/.python-version': '3.5', '/code/api/src/': '', '/code/.python-version': '3.8' },
      { PWD: '/other' },
      ['3.8 by /code/.python-version:1'],
    ],
    ['the global file', global, {}, [`3.9.1 by ${root}/version:1`]],
    [
      'an empty file found first means system',
      { ...global, '/code/.python-version': '\n' },
      {},
      ['system by /code/.python-version:null'],
    ],
    [
      'a folder of that name does not count',
      { ...global, '/code/.python-version/': '' },
      {},
      [`3.9.1 by ${root}/version:1`],
    ],
    [
      'words with colons',
      { '/code/.python-version': '3.12:system' },
      {},
      ['3.12 by /code/.python-version:1', 'system by /code/.python-version:1'],
    ],
    ['nothing means system', {}, {}, [`system by ${root}/version:null`]],
  ])('%s', (_, tree, env, expected) => {
    expect(show(tree as Tree, env)).toEqual(expected);
  });

  test('a deleted current directory', () => {
    expect(show(global, {}, null)).toEqual([`3.9.1 by ${root}/version:1`]);
  });
});

describe('pyenv-latest', () => {
  const versions = [
    '2.7.18',
    '3.9.18',
    '3.12.1',
    '3.12.10',
    '3.12.2',
    '3.13.0t',
    '3.13.0rc1',
    '3.13-dev',
    '3.120.0',
    'pypy3.10-7.3.12',
    'pypy3.10-7.3.9',
  ];
  test.each([
    ['3.12', '3.12.10'],
    ['3', '3.120.0'],
    ['3.1', null],
    ['3.13', null],
    ['3.13t', '3.13.0t'],
    ['3.9', '3.9.18'],
    ['pypy3.10', 'pypy3.10-7.3.12'],
    ['3.12.1', null],
    ['', null],
  ])('%s means %s', (prefix, expected) => {
    expect(findLatest(prefix, versions)).toBe(expected);
  });
});

/** What those names would lead to. */
const outside: Tree = {
  ...bin('x'),
  [`${root}/versions/bin/python`]: program,
  [`${root}/bin/python`]: program,
  [`${root}/x/bin/python`]: program,
};

test.each(['..', '../x', '/x', '', 'python-..', 'python-../x', 'python-/x', 'python-'])(
  'no version is looked for by the name %j',
  (name) => {
    expect(findPyenvVersion(root, name, surroundingsOf({ tree: outside }))).toBeNull();
  },
);

describe('what pyenv would start', () => {
  const all = {
    ...bin('3.12.1', 'python', 'python3.12'),
    ...bin('3.11.7', 'python', 'python3.11'),
    ...bin('3.11.7/envs/api'),
  };
  const named: Tree = { ...all, [`${root}/versions/api`]: { link: `${root}/versions/3.11.7/envs/api` } };
  test.each([
    ['an exact version', '3.12.1', 'python', all, ['3.12.1/bin/python']],
    ['a prefix', '3.12', 'python', all, ['3.12.1/bin/python']],
    ['python- in front', 'python-3.11', 'python', all, ['3.11.7/bin/python']],
    [
      'the first of several that has the command',
      '3.12.1:3.11.7',
      'python3.11',
      all,
      ['missing', '3.11.7/bin/python3.11'],
    ],
    ['an environment of pyenv-virtualenv', '3.11.7/envs/api', 'python', all, ['3.11.7/envs/api/bin/python']],
    ['the same by its short name', 'api', 'python', named, ['api/bin/python']],
    [
      'a prefix does not mean an environment',
      '3.11',
      'python',
      { ...named, [`${root}/versions/3.11.9`]: { link: `${root}/versions/3.11.7/envs/api` } },
      ['3.11.7/bin/python'],
    ],
    ['not installed', '3.99', 'python', all, ['pyenv-version-missing 3.99']],
    [
      'not installed, then one that is',
      '3.99:3.12',
      'python',
      all,
      ['pyenv-version-missing 3.99', '3.12.1/bin/python'],
    ],
    ['system', 'system', 'python', all, ['pyenv-system']],
    ['system ends the list', 'system:3.12', 'python', all, ['pyenv-system']],
    [
      'up and out',
      '../../../../../code/evil',
      'python',
      { ...all, '/code/evil/bin/python': program },
      ['unsafe-version-name ../../../../../code/evil'],
    ],
    [
      'absolute',
      '/code/evil',
      'python',
      { ...all, '/code/evil/bin/python': program },
      ['unsafe-version-name /code/evil'],
    ],
    ['up, once python- is taken off', 'python-..', 'python', outside, ['unsafe-version-name python-..']],
    [
      'up and down again, once python- is taken off',
      'python-../x',
      'python',
      outside,
      ['unsafe-version-name python-../x'],
    ],
    ['absolute, once python- is taken off', 'python-/x', 'python', outside, ['unsafe-version-name python-/x']],
    ['nothing, once python- is taken off', 'python-', 'python', outside, ['unsafe-version-name python-']],
    ['a dot in the middle', '3.12.1/./envs', 'python', all, ['unsafe-version-name 3.12.1/./envs']],
    ['a glob', '3.*', 'python', all, ['unsafe-version-name 3.*']],
    ['a control character', '3.12\u001B[2J', 'python', all, ['unsafe-version-name 3.12\u001B[2J']],
  ])('%s', (_, version, command, tree, expected) => {
    const steps = followPyenv(root, command, surroundingsOf({ tree, env: { PYENV_VERSION: version } }));
    expect(
      steps.map(({ path, problem }) =>
        problem === null
          ? path?.replace(`${root}/versions/`, '')
          : [problem.reason, problem.detail].filter(Boolean).join(' '),
      ),
    ).toEqual(expected);
  });
});

describe('bounds of what a version file may cost', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `4.${index}\n`).join('');
  const versions: Tree = {
    ...Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${root}/versions/3.${index}/`, ''])),
    ...bin('3.12.1'),
  };
  function follow(text: string) {
    const context = surroundingsOf({ tree: [versions, { '/code/.python-version': text }], cwd: '/code' });
    const counts = { looks: 0, lists: 0 };
    const { files } = context;
    const counting = {
      ...files,
      status: (name: string) => ((counts.looks += 1), files.status(name)),
      realPath: (name: string) => ((counts.looks += 1), files.realPath(name)),
      list: (name: string) => ((counts.lists += 1), files.list(name)),
    };
    return { counts, steps: followPyenv(root, 'python', { ...context, files: counting }) };
  }

  test('of very many names fifty are considered, and the trace says that the others are not', () => {
    const { counts, steps } = follow(names(9000));
    expect(steps).toHaveLength(MAX_VERSION_NAMES + 1);
    expect(steps.at(-1)).toMatchObject({ path: null, problem: { reason: 'too-many-versions' } });
    // A name as it is and without `python-`; the versions that are there once.
    expect(counts.looks).toBeLessThan(MAX_VERSION_NAMES * 2 + 50);
    expect(counts.lists).toBe(1);
  });

  test('fifty names are all considered', () => {
    expect(follow(`${names(MAX_VERSION_NAMES - 1)}3.12.1\n`).steps.at(-1)).toMatchObject({ problem: null });
    expect(follow(`${names(MAX_VERSION_NAMES)}3.12.1\n`).steps.at(-1)).toMatchObject({
      problem: { reason: 'too-many-versions' },
    });
  });

  test.each([
    ['on lines', '3.5.1\n'.repeat(9000)],
    ['on one line', '3.5.1:'.repeat(9000)],
  ])('a name counts once: %s', (_, text) => {
    expect(follow(`${text}\n3.12.1\n`).steps).toMatchObject([{ problem: {} }, { problem: null }]);
  });

  test.each([
    ['a file above 64 KiB', '#'.repeat(65 * 1024), 'too-many-versions'],
    ['a name that no folder can have', 'x'.repeat(60_000), 'unsafe-version-name'],
  ])('%s selects nothing', (_, text, reason) => {
    expect(follow(text).steps).toMatchObject([{ path: null, problem: { reason } }]);
  });
});
