import { describe, expect, test } from 'vitest';
import { findProjectEnvironments } from '../../../src/interpreter/project/project.ts';
import { installed, surroundingsOf, virtual, windows, windowsVirtual, type World } from '../layouts.ts';

const base = installed('/opt/py', '3.12');
const at = (prefix: string) => virtual(prefix, '/opt/py/bin/python3', '3.12');
const find = (world: World) => findProjectEnvironments(surroundingsOf(world), ['.venv', 'venv']);
const data = [base, at('/data/env')];

describe('.venv is a file that names the environment (draft PEP 832)', () => {
  const rows: readonly (readonly [title: string, world: World, expected: readonly string[]])[] = [
    ['an absolute path', { tree: [...data, { '/code/.venv': '/data/env' }] }, ['/data/env']],
    ['a line feed at the end', { tree: [...data, { '/code/.venv': '/data/env\n' }] }, ['/data/env']],
    ['CR LF at the end', { tree: [...data, { '/code/.venv': '/data/env\r\n' }] }, ['/data/env']],
    ['relative to the file', { tree: [...data, { '/code/.venv': '../data/env\n' }] }, ['/data/env']],
    [
      'relative to the file, not to the current directory',
      { tree: [base, at('/code/envs/dev'), { '/code/.venv': 'envs/dev', '/code/src/': '' }], cwd: '/code/src' },
      ['/code/envs/dev'],
    ],
    [
      'spaces belong to the path',
      { tree: [base, at('/data/my env'), { '/code/.venv': '/data/my env\n' }] },
      ['/data/my env'],
    ],
    [
      'the nearest first, folder or file',
      { tree: [...data, at('/code/api/.venv'), { '/code/.venv': '/data/env' }], cwd: '/code/api' },
      ['/code/api/.venv', '/data/env'],
    ],
    [
      'a link to such a file',
      { tree: [...data, { '/code/.venv': { link: '/etc/name' }, '/etc/name': '/data/env' }] },
      ['/data/env'],
    ],
    [
      'on Windows',
      {
        platform: 'win32',
        tree: [
          windows('C:\\Py', '312'),
          windowsVirtual('D:\\env', 'C:\\Py', '3.12.1'),
          { 'C:\\work\\.venv': 'D:\\env\r\n' },
        ],
      },
      ['D:\\env'],
    ],
    ['nothing', { tree: [...data, { '/code/.venv': '' }] }, []],
    ['blanks', { tree: [...data, { '/code/.venv': '  \n' }] }, []],
    ['a second line', { tree: [...data, { '/code/.venv': '/data/env\n/data/env\n' }] }, []],
    ['an empty second line', { tree: [...data, { '/code/.venv': '/data/env\n\n' }] }, []],
    ['a folder that is not there', { tree: [...data, { '/code/.venv': '/data/gone\n' }] }, []],
    ['a folder that is not an environment', { tree: [...data, { '/code/.venv': '/data\n' }] }, []],
    ['the project itself', { tree: [...data, { '/code/.venv': '.' }] }, []],
    ['itself', { tree: [...data, { '/code/.venv': '.venv' }] }, []],
    ['another such file', { tree: [...data, { '/code/.venv': '/code/two', '/code/two': '/data/env' }] }, []],
    ["the environment's python", { tree: [...data, { '/code/.venv': '/data/env/bin/python' }] }, []],
    ['a tilde is a name like any other', { tree: [base, at('/home/me/env'), { '/code/.venv': '~/env\n' }] }, []],
    ['a variable, too', { tree: [base, at('/home/me/env'), { '/code/.venv': '$HOME/env\n' }] }, []],
    [
      'an escape code in a name that is there',
      { tree: [base, at('/data/\u001b[2J'), { '/code/.venv': '/data/\u001b[2J' }] },
      [],
    ],
    ['a byte of zero', { tree: [...data, { '/code/.venv': '/data/env\0' }] }, []],
    ['longer than any path', { tree: [...data, { '/code/.venv': `/data/${'./'.repeat(2100)}env` }] }, []],
    ['not UTF-8', { tree: [...data, { '/code/.venv': { unreadable: 'not-utf-8' } }] }, []],
    ['a FIFO', { tree: [...data, { '/code/.venv': { unreadable: 'not-a-file' } }] }, []],
    ['one that may not be read', { tree: [...data, { '/code/.venv': { unreadable: 'permission' } }] }, []],
  ];
  test.each(rows)('%s', (_, world, expected) => {
    expect(find(world).map(({ prefix }) => prefix)).toEqual(expected);
  });

  test('names the environment, and the file that selects it', () => {
    expect(find({ tree: [...data, { '/code/.venv': '/data/env' }] })).toMatchObject([
      { prefix: '/data/env', namedBy: '/code/.venv', hasPip: true, issues: [] },
    ]);
  });

  test("another user's file, or one that others can write", () => {
    const [foreign] = find({ tree: [...data, { '/code/.venv': { text: '/data/env', owner: 7 } }] });
    expect(foreign?.issues).toEqual(['foreign-owner']);
    const [open] = find({ tree: [...data, { '/code/.venv': { text: '/data/env', mode: 0o666 } }] });
    expect(open?.issues).toEqual(['writable-by-others']);
  });

  test('a python that leads into the project around the file, though not into the folder of the environment', () => {
    const tools = installed('/code/tools', '3.12');
    const tree = [tools, virtual('/code/deep/env', '/code/tools/bin/python3', '3.12'), { '/code/.venv': 'deep/env' }];
    expect(find({ tree })[0]?.issues).toEqual(['python-inside-project']);
  });
});
