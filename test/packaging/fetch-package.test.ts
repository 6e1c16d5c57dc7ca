import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compressStably } from '../../packaging/compress.ts';
import { fileEntry } from '../../packaging/entries.ts';
import { fetchPackage } from '../../packaging/fetch-package.ts';
import { readFromTar, writeTar } from '../../packaging/tar.ts';
import { readNodeRelease, TARGETS } from '../../packaging/targets.ts';

let cache = '';
let integrity = '';
let bytes: Buffer = Buffer.alloc(0);
beforeAll(async () => {
  cache = mkdtempSync(path.join(tmpdir(), 'pipward-cache-'));
  bytes = await compressStably(writeTar([fileEntry('package/bin/node', 'a Node')], 5));
  integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  writeFileSync(path.join(cache, '@own+part-1.0.0.tgz'), bytes);
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

test('a package in the cache is used without a network', async () => {
  const tar = await fetchPackage({ name: '@own/part', version: '1.0.0', integrity }, cache, true);
  expect(readFromTar(tar, 'package/bin/node').toString()).toBe('a Node');
});

test.each([
  ['changed', () => Buffer.concat([bytes, Buffer.from('x')])],
  ['cut off', () => bytes.subarray(0, -1)],
])('a package in the cache that was %s is refused', async (_, change) => {
  writeFileSync(path.join(cache, 'other-1.0.0.tgz'), change());
  await expect(fetchPackage({ name: 'other', version: '1.0.0', integrity }, cache, true)).rejects.toThrow(
    'is not what was recorded for other@1.0.0',
  );
});

test('a package that is not in the cache fails with --offline', async () => {
  const wanted = { name: 'missing', version: '1.0.0', integrity };
  await expect(fetchPackage(wanted, cache, true)).rejects.toThrow('--offline was given');
});

test('one version of Node is recorded for all machines, each with its hash', () => {
  const { version, packages } = readNodeRelease(path.join(import.meta.dirname, '../..'));
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  // Even major versions become LTS.
  expect(Number(version.split('.')[0]) % 2).toBe(0);
  for (const target of TARGETS) expect(packages[target].integrity).toMatch(/^sha512-[\w+/]{86}==$/);
});
