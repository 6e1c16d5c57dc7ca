import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderDiff } from '../../../../src/admin/setup/plan/diff.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pipward-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasDiff = spawnSync('diff', ['--version']).error === undefined;
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');

test.skipIf(!hasDiff).each([
  ['appended', lines(9), `${lines(9)}x\ny\n`],
  ['appended to few lines', 'a\n', 'a\nx\n'],
  ['appended to nothing', '', 'x\n'],
  ['all removed', 'x\ny\n', ''],
  ['in the middle', `${lines(9)}b\n${lines(9)}`, `${lines(9)}x\n${lines(9)}`],
  ['no final newline before', 'a\nb', 'a\nb\nx\n'],
  ['no final newline after', 'a\nb\nx\n', 'a\nb'],
  ['CR LF', 'a\r\nb\r\n', 'a\r\nb\r\nx\r\n'],
  ['at the start', `b\n${lines(5)}`, `x\n${lines(5)}`],
])('is what diff -u prints: %s', (_, before, after) => {
  writeFileSync(path.join(folder, 'before'), before);
  writeFileSync(path.join(folder, 'after'), after);
  const { stdout } = spawnSync('diff', ['-u', '--label', 'f', '--label', 'f', 'before', 'after'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(`${renderDiff('f', before, after)}\n`).toBe(stdout);
});

test('a file that comes or goes is /dev/null on the other side', () => {
  expect(renderDiff('f', null, 'x\n')).toBe('--- /dev/null\n+++ f\n@@ -0,0 +1 @@\n+x');
  expect(renderDiff('f', 'x\n', null)).toBe('--- f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x');
});
