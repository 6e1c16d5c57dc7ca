import { describe, expect, test } from 'vitest';
import { indexMentions } from '../../../src/interpreter/trust/git-index.ts';
import type { Platform } from '../../../src/model/call-context.ts';
import { blocksOf, viewOf, type Tree } from '../../support/tree.ts';

/** An index as git writes it (gitformat-index(5)): the signature, version and number, then an entry for each name. */
function indexOf(names: readonly string[], version = 2, hash = 20): Uint8Array {
  const number = (value: number) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
  const entries = names.map((name, index) => {
    const bytes = Buffer.from(name);
    const before = Buffer.from(names[index - 1] ?? '');
    const shared = version === 4 ? [...before, -1].findIndex((byte, at) => byte !== bytes[at]) : 0;
    const length = Math.min(bytes.length, 0xfff);
    // Times, mode, owner, size, hash: anything may be in them, text too.
    const status = Buffer.alloc(40 + hash, index % 2 === 0 ? '.venv/bin/\0' : 0);
    const flags = [(version === 3 ? 0x40 : 0) | (length >> 8), length & 255, ...(version === 3 ? [0x40, 0] : [])];
    const own = Buffer.concat([
      status,
      Buffer.from(flags),
      Buffer.from(version === 4 ? encodeCut(before.length - shared) : []),
      bytes.subarray(shared),
    ]);
    return Buffer.concat([own, Buffer.alloc(version === 4 ? 1 : 8 - (own.length % 8))]);
  });
  return Buffer.concat([Buffer.from('DIRC'), number(version), number(names.length), ...entries, Buffer.alloc(hash)]);
}

/** git's varint.c, encode_varint. */
function encodeCut(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | ((rest -= 1) & 0x7f));
  return bytes;
}

const plain: Tree = { '/p/.git/index': '', '/p/.venv/pyvenv.cfg': '' };

describe('what comes with a clone', () => {
  const rows: readonly (readonly [
    string,
    readonly string[],
    boolean,
    { tree?: Tree; prefix?: string; version?: number; hash?: number; platform?: Platform }?,
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
    ['version 4, names of others alike', ['.venv-x/bin/y', 'a/.venv/bin/y', 'x.venv'], false, { version: 4 }],
    [
      'version 4, cut by more than a byte tells',
      [`${'d/'.repeat(200)}x`, '.venv/lib/x.pth'].toSorted(),
      true,
      { version: 4 },
    ],
    ['version 4, behind a long name', [`.a/${'d/'.repeat(900)}x`, '.venv/lib/x.pth', 'z'], true, { version: 4 }],
    ['hashes of SHA-256', ['README', '.venv/pyvenv.cfg'], true, { hash: 32 }],
    ['hashes of SHA-256, nothing of it', ['README', 'src/x'], false, { hash: 32 }],
    ['hashes of SHA-256, version 4', ['.venv/pyvenv.cfg', 'README'], true, { hash: 32, version: 4 }],
    ['a folder that a sparse checkout left out', ['.venv/', 'README'], true],
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
    const { tree = plain, prefix = '/p/.venv', version = 2, hash = 20, platform = 'linux' } = options;
    expect(indexMentions('/p', prefix, viewOf(tree), platform, blocksOf(indexOf(names, version, hash)))).toBe(expected);
  });
});

const unclear: readonly (readonly [string, Tree, ReturnType<typeof blocksOf> | undefined, boolean | null])[] = [
  ['no repository', { '/p/x': '' }, blocksOf(null), false],
  ['no index yet', { '/p/.git/HEAD': '' }, blocksOf(null), false],
  ['an index that cannot be read may name anything', plain, blocksOf(null), null],
  ['an index that may not be looked at', { '/p/.git/index': { unreadable: 'permission' } }, blocksOf(null), null],
  ['a new repository', { '/p/.git/objects/info/': '', '/p/.git/objects/pack/': '' }, blocksOf(null), false],
  ['the index is gone', { '/p/.git/objects/info/': '', '/p/.git/objects/3f/x': '' }, blocksOf(null), null],
  ['the index is gone from a clone', { '/p/.git/objects/pack/pack-1.pack': '' }, blocksOf(null), null],
  [
    'the index is gone from a clone that shares objects',
    { '/p/.git/objects/info/alternates': '', '/p/.git/objects/pack/': '' },
    blocksOf(null),
    null,
  ],
  ['the index is gone from a worktree', { '/p/.git': 'gitdir: /g\n', '/g/commondir': '../..' }, blocksOf(null), null],
  ['a worktree whose repository is gone', { '/p/.git': 'gitdir: /g\n' }, blocksOf(null), null],
  ['a file .git that names no repository', { '/p/.git': 'x' }, blocksOf(null), false],
  ['no function to read it', plain, undefined, false],
];
test.each(unclear)('%s', (_, tree, readBlocks, expected) => {
  expect(indexMentions('/p', '/p/.venv', viewOf(tree), 'linux', readBlocks)).toBe(expected);
});

test('the index is asked for where git keeps it', () => {
  const asked: string[] = [];
  const tree: Tree = { '/p/.git': 'gitdir: /main/.git/modules/p\n', '/main/.git/modules/p/index': '' };
  indexMentions('/p', '/p/.venv', viewOf(tree), 'linux', (path) => {
    asked.push(path);
    return null;
  });
  expect(new Set(asked)).toEqual(new Set(['/main/.git/modules/p/index']));
});

test.each([
  ['empty', new Uint8Array()],
  ['another signature', Buffer.from(`DIRX${'\0'.repeat(100)}`)],
  ['a version that is not known', indexOf(['README'], 5)],
  ['cut off', indexOf(['README', 'src/x']).subarray(0, 100)],
  ['a number of entries that are not there', Buffer.concat([indexOf([]).subarray(0, 8), Buffer.alloc(64, 255)])],
  ['a length that leads nowhere', Buffer.from(indexOf(['README']).map((byte, at) => (at === 12 + 61 ? 200 : byte)))],
])('an index that is not valid may name anything: %s', (_, bytes) => {
  expect(indexMentions('/p', '/p/.venv', viewOf(plain), 'linux', blocksOf(bytes))).toBeNull();
});

test('an index is read once in a call, and no more than 8 MiB of it', () => {
  const limits: number[] = [];
  const files = viewOf(plain);
  const read: ReturnType<typeof blocksOf> = (name, limit, use) => {
    limits.push(limit);
    return blocksOf(indexOf(['README']))(name, limit, use);
  };
  for (let time = 0; time < 3; time += 1) indexMentions('/p', '/p/.venv', files, 'linux', read);
  expect(limits).toEqual([8 * 1024 * 1024]);
  // Once that much was read, another environment is not looked for: it may be named.
  const large = new Uint8Array(8 * 1024 * 1024);
  large.set(indexOf(['README']));
  const others = viewOf(plain);
  expect(indexMentions('/p', '/p/.venv', others, 'linux', blocksOf(large))).toBe(false);
  expect(indexMentions('/p', '/p/venv', others, 'linux', blocksOf(large))).toBeNull();
});

test('each byte of an index is looked at a few times at most, whatever is in it', () => {
  // Half of what it would search for, again and again: names that begin so, and names that do not end.
  for (const bytes of [
    indexOf(Array.from({ length: 3000 }, () => '.venv/li'.repeat(100))),
    indexOf(
      Array.from({ length: 3000 }, (_, index) => `.venv/bi${'x'.repeat(index % 90)}`),
      4,
    ),
  ]) {
    let looks = 0;
    const count = (block: Uint8Array) =>
      new Proxy(block, {
        get: (target, key) => {
          if (typeof key === 'string' && /^\d+$/.test(key)) looks += 1;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    expect(indexMentions('/p', '/p/.venv', viewOf(plain), 'linux', blocksOf(bytes, count))).toBe(false);
    expect(looks).toBeLessThan(bytes.length * 3);
  }
});
