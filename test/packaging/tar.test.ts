import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compressStably } from '../../packaging/compress.ts';
import { fileEntry, type PackageEntry } from '../../packaging/entries.ts';
import { readFromTar, writeTar } from '../../packaging/tar.ts';

const long = `${'a'.repeat(90)}/${'b'.repeat(60)}.md`;
const entries: readonly PackageEntry[] = [
  fileEntry('x/shims/pip', '#!/bin/sh\n'),
  fileEntry('x/README.txt', 'text'),
  { kind: 'link', path: 'x/bin/it', target: '../shims/pip' },
  fileEntry(`x/${long}`, ''),
];

function list(archive: Buffer): readonly string[] {
  const { stdout } = spawnSync('tar', ['--utc', '--full-time', '-tvf', '-'], { input: archive, encoding: 'utf8' });
  return stdout.trim().split('\n');
}

test('tar reads the names, modes, owner and date', () => {
  expect(list(writeTar(entries, 1_700_000_000)).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'drwxr-xr-x root/root 0 2023-11-14 22:13:20 x/',
    '-rw-r--r-- root/root 4 2023-11-14 22:13:20 x/README.txt',
    `drwxr-xr-x root/root 0 2023-11-14 22:13:20 x/${'a'.repeat(90)}/`,
    `-rw-r--r-- root/root 0 2023-11-14 22:13:20 x/${long}`,
    'drwxr-xr-x root/root 0 2023-11-14 22:13:20 x/bin/',
    'lrwxrwxrwx root/root 0 2023-11-14 22:13:20 x/bin/it -> ../shims/pip',
    'drwxr-xr-x root/root 0 2023-11-14 22:13:20 x/shims/',
    '-rwxr-xr-x root/root 10 2023-11-14 22:13:20 x/shims/pip',
  ]);
});

test('the order in which the files were found does not matter', () => {
  expect(writeTar(entries.toReversed(), 5).equals(writeTar(entries, 5))).toBe(true);
});

test('a file is read back, also one with a long name', () => {
  const archive = writeTar([...entries, fileEntry('x/node', Buffer.alloc(1000, 7))], 5);
  expect(readFromTar(archive, 'x/README.txt').toString()).toBe('text');
  expect(readFromTar(archive, 'x/node').equals(Buffer.alloc(1000, 7))).toBe(true);
  expect(readFromTar(archive, `x/${long}`).length).toBe(0);
  expect(() => readFromTar(archive, 'x/other')).toThrow('x/other is not in the archive');
});

test('a name that tar cannot hold is refused', () => {
  expect(() => writeTar([fileEntry('c'.repeat(101), '')], 5)).toThrow('too long for tar');
});

test('compressed bytes have no date, no name and no system in them', async () => {
  const bytes = await compressStably(Buffer.from('text'));
  expect([...bytes.subarray(3, 8), bytes[9]]).toEqual([0, 0, 0, 0, 0, 255]);
  expect(gunzipSync(bytes).toString()).toBe('text');
});
