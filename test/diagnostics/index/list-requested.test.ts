import { describe, expect, test } from 'vitest';
import type { FileView } from '../../../src/model/call-context.ts';
import {
  listRequested,
  MAX_REQUIREMENTS_BYTES,
  MAX_REQUIREMENTS_FILES,
} from '../../../src/diagnostics/index/list-requested.ts';
import { surroundingsOf } from '../../interpreter/layouts.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

function list(tree: Tree, ...files: readonly string[]) {
  const counts = { files: 0, bytes: 0 };
  const view = viewOf(tree);
  const counting: FileView = {
    ...view,
    readText: (name, limit) => {
      const read = view.readText(name, limit);
      counts.files += 1;
      counts.bytes += read.kind === 'text' ? read.text.length : 0;
      return read;
    },
  };
  const context = { ...surroundingsOf({ tree, cwd: '/p' }), files: counting };
  return { counts, names: listRequested(files, [], context).requested.map(({ requirement }) => requirement) };
}

test.each([
  ['options behind a requirement', 'a==1 --hash=sha256:00 --hash=sha256:11\n', ['a==1']],
  ['a comment', 'a # b\n#c\nd#e\n', ['a', 'd#e']],
  ['options alone', '-i https://h/\n--no-binary :all:\na\n', ['a']],
  ['Windows line ends', 'a\r\nb\r\n', ['a', 'b']],
  ['a line that goes on', 'a==1 \\\n    --hash=sha256:00\nb\n', ['a==1', 'b']],
])('%s', (_, text, names) => {
  expect(list({ '/p/r.txt': text }, 'r.txt').names).toEqual(names);
});

test('-c and -r in either kind of file, relative to the file that has them', () => {
  const tree = {
    '/p/r.txt': '-r sub/r.txt\n-c https://user:pw@h/c.txt\na\n',
    '/p/sub/r.txt': 'b\n-c ../c.txt\n--constraint=none.txt\n',
    '/p/c.txt': 'x<2\n-r more.txt\n',
    '/p/more.txt': 'c\n',
    '/p/d.txt': '\ny<3\n',
  };
  expect(listRequested(['r.txt'], ['d.txt'], surroundingsOf({ tree, cwd: '/p' }))).toEqual({
    requested: [
      { file: 'sub/r.txt', line: 1, requirement: 'b' },
      { file: 'more.txt', line: 1, requirement: 'c' },
      { file: 'r.txt', line: 3, requirement: 'a' },
    ],
    constraints: [
      { file: 'c.txt', line: 1, requirement: 'x<2' },
      { file: 'd.txt', line: 2, requirement: 'y<3' },
    ],
    unread: ['sub/none.txt', 'https://user:pw@h/c.txt'],
  });
});

describe('limits of the files read for advice', () => {
  test('files that include one more each', () => {
    const tree = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`/p/r${index}.txt`, `-r r${index + 1}.txt\nx${index}\n`]),
    );
    const { counts, names } = list(tree, 'r0.txt');
    expect(counts.files).toBe(MAX_REQUIREMENTS_FILES);
    expect(names).toHaveLength(MAX_REQUIREMENTS_FILES);
  });

  test('a file that includes very many', () => {
    const includes = Array.from({ length: 5000 }, (_, index) => `-r r${index}.txt\n`).join('');
    expect(list({ '/p/r.txt': includes }, 'r.txt').counts.files).toBe(MAX_REQUIREMENTS_FILES);
  });

  test('bytes of all files together', () => {
    const tree = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`/p/r${index}.txt`, `x${index}\n${'#\n'.repeat(50_000)}`]),
    );
    const { counts, names } = list(tree, ...Array.from({ length: 20 }, (_, index) => `r${index}.txt`));
    expect(counts.bytes).toBeLessThanOrEqual(MAX_REQUIREMENTS_BYTES);
    expect(names).toEqual(['x0', 'x1']);
  });

  test.each([
    ['spaces', `a${' '.repeat(100_000)}b`],
    ['signs of an option', `-r${'='.repeat(100_000)} x y`],
    ['letters', 'a'.repeat(100_000)],
  ])('a line of any length is skipped: %s', (_, line) => {
    expect(list({ '/p/r.txt': `a\n${line}\nb\n` }, 'r.txt').names).toEqual(['a', 'b']);
  });
});
