import { describe, expect, test } from 'vitest';
import { indexMentions } from '../../src/interpreter/git-index.ts';
import type { Platform } from '../../src/model/surroundings.ts';
import { viewOf, type Tree } from '../support/tree.ts';

/**
 * An index as far as it matters (gitformat-index(5)): signature, version, and of each entry the end of a hash, the
 * length, in version 3 the extended flags, and the name. Version 4 leaves out what it shares with the one before.
 */
function indexOf(names: readonly string[], version = 2): Uint8Array {
  const entries = names.map((name, index) => {
    const bytes = Buffer.from(name);
    const before = Buffer.from(names[index - 1] ?? '');
    const shared = version === 4 ? [...before, -1].findIndex((byte, at) => byte !== bytes[at]) : 0;
    const flags = [
      0xff,
      0xfe,
      version === 3 ? 0x40 : 0x00,
      Math.min(bytes.length, 0xfff),
      ...(version === 3 ? [0x40, 0x00] : []),
    ];
    return Buffer.concat([
      Buffer.from([...flags, ...(version === 4 ? [before.length - shared] : [])]),
      bytes.subarray(shared),
      Buffer.from([0]),
    ]);
  });
  return Buffer.concat([Buffer.from([...Buffer.from('DIRC'), 0, 0, 0, version, 0, 0, 0, names.length]), ...entries]);
}

const plain: Tree = { '/p/.git/index': '', '/p/.venv/pyvenv.cfg': '' };
const all = (bytes: Uint8Array | null) => () => bytes;

describe('what comes with a clone', () => {
  const rows: readonly (readonly [
    string,
    readonly string[],
    boolean,
    { tree?: Tree; prefix?: string; version?: number; platform?: Platform }?,
  ])[] = [
    ['nothing of it', ['README', 'src/bin/x'], false],
    ['its pyvenv.cfg', ['README', '.venv/pyvenv.cfg'], true],
    ['its programs', ['.venv/bin/activate'], true],
    ['its programs, Windows', ['.venv/Scripts/activate.bat'], true],
    ['a .pth file alone', ['.venv/lib/python3.12/site-packages/x.pth'], true],
    ['a file that only keeps the folder', ['.venv/.gitignore'], false],
    ['another environment', ['env/pyvenv.cfg'], false],
    ['another, whose name ends in this one', ['x.venv/bin/python', 'x.venv/pyvenv.cfg', 'x/.venv/lib/y.pth'], false],
    ['a name that is longer than the index tells', [`.venv/lib/${'d/'.repeat(3000)}x.pth`], true],
    ['in a folder of the repository', ['api/.venv/pyvenv.cfg'], true, { prefix: '/p/api/.venv' }],
    ['a name that is not ASCII', ['größe/.venv/bin/python'], true, { prefix: '/p/größe/.venv' }],
    ['another case, on a disk that does not tell them apart', ['.VENV/bin/python'], true, { platform: 'darwin' }],
    [
      'the folder that it is a link to',
      ['tools/env/bin/python'],
      true,
      { tree: { '/p/.git/index': '', '/p/.venv': { link: 'tools/env' }, '/p/tools/env/pyvenv.cfg': '' } },
    ],
    [
      'the link itself',
      ['.venv'],
      true,
      { tree: { '/p/.git/index': '', '/p/.venv': { link: '/tmp/env' }, '/tmp/env/pyvenv.cfg': '' } },
    ],
    ['version 4, where names are cut', ['.gitignore', '.venv/bin/activate', '.venv/pyvenv.cfg'], true, { version: 4 }],
    ['a submodule', ['.gitmodules', '.venv'], true],
    ['a submodule for its programs', ['.gitmodules', '.venv/bin'], true],
    ['a submodule for its programs, Windows', ['.gitmodules', '.venv/Scripts'], true],
    ['a submodule of another name that ends so', ['.gitmodules', 'other.venv', 'other/.venv'], false],
    ['a submodule, of which nothing is checked out here', ['.gitmodules', '.venv'], true, { version: 3 }],
    ['a submodule, version 4', ['.gitmodules', '.venv', 'setup.py'], true, { version: 4 }],
    ['a submodule, version 4, nothing before it', ['.venv', 'setup.py'], true, { version: 4 }],
    ['a submodule of another name, version 4', ['.gitmodules', 'other.venv'], false, { version: 4 }],
    ['version 4, nothing of it', ['.gitignore', 'setup.py'], false, { version: 4 }],
    [
      'a worktree',
      ['.venv/pyvenv.cfg'],
      true,
      {
        tree: { '/p/.git': 'gitdir: ../main/.git/worktrees/p\n', '/main/.git/worktrees/p/index': '', '/p/.venv/': '' },
      },
    ],
  ];
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, names, expected, options = {}]) => {
    const { tree = plain, prefix = '/p/.venv', version = 2, platform = 'linux' } = options;
    expect(indexMentions('/p', prefix, viewOf(tree), platform, all(indexOf(names, version)))).toBe(expected);
  });
});

test.each([
  ['no index yet', { '/p/.git/HEAD': '' }, all(null), false],
  ['an index that cannot be read may name anything', plain, all(null), true],
  ['nobody to read it', plain, undefined, false],
])('%s', (_, tree, readBytes, expected) => {
  expect(indexMentions('/p', '/p/.venv', viewOf(tree as Tree), 'linux', readBytes)).toBe(expected);
});

test('the index is asked for where git keeps it', () => {
  const asked: string[] = [];
  const tree: Tree = { '/p/.git': 'gitdir: /main/.git/modules/p\n', '/main/.git/modules/p/index': '' };
  indexMentions('/p', '/p/.venv', viewOf(tree), 'linux', (path) => {
    asked.push(path);
    return null;
  });
  expect(asked).toEqual(['/main/.git/modules/p/index']);
});
