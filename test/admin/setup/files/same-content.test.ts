import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasEntry, writeEntries, type TreeEntry } from '../../../../src/admin/setup/files/installation.ts';
import { isSameContent } from '../../../../src/admin/setup/files/same-content.ts';

let folder = '';
const at = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-same-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const large = Buffer.alloc((1 << 20) + 5, 1);
const changedAt = (index: number) => {
  const bytes = Buffer.from(large);
  bytes[index] = 2;
  return bytes;
};

test.each<[string, Buffer, boolean]>([
  ['the same bytes', Buffer.from(large), true],
  ['another first byte', changedAt(0), false],
  ['another last byte, in the second piece', changedAt(large.length - 1), false],
  ['one byte less', large.subarray(1), false],
  ['nothing', Buffer.alloc(0), false],
])('%s', (_, bytes, expected) => {
  writeFileSync(at('one'), large);
  writeFileSync(at('other'), bytes);
  expect(isSameContent(at('one'), at('other'))).toBe(expected);
});

test('a copied file is there with its mode, and is replaced when its source changes', () => {
  writeFileSync(at('source'), 'first');
  const entry: TreeEntry = { kind: 'copy', path: 'prefix/node', source: at('source'), mode: 0o755 };
  expect(hasEntry(folder, entry)).toBe(false);
  writeEntries(folder, [entry]);
  expect(hasEntry(folder, entry)).toBe(true);
  expect(hasEntry(folder, { ...entry, mode: 0o644 })).toBe(false);
  writeFileSync(at('source'), 'other');
  expect(hasEntry(folder, entry)).toBe(false);
});

test('a file that is its own source needs no copy: setup runs from the installation', () => {
  writeFileSync(at('node'), 'a Node', { mode: 0o755 });
  linkSync(at('node'), at('second name'));
  expect(isSameContent(at('node'), at('second name'))).toBe(true);
  expect(hasEntry(folder, { kind: 'copy', path: 'node', source: at('node'), mode: 0o755 })).toBe(true);
});
