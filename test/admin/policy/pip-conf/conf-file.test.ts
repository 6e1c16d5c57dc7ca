import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createUnixAccess } from '../../../../src/admin/policy/pip-conf/access.ts';
import { deleteConfFile, readConfFile, writeConfFile } from '../../../../src/admin/policy/pip-conf/conf-file.ts';

const USER = createUnixAccess('user');
const isRoot = process.geteuid?.() === 0;
const NOBODY = 65534;
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "pipward 'conf' "));
  file = path.join(folder, 'pip.conf');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what is left alone', () => {
  test.each<[what: string, make: () => void, reason: string, needsRoot?: boolean]>([
    ['a link', () => symlinkSync('/etc/hosts', file), 'is a link'],
    ['a link that leads nowhere', () => symlinkSync('/nonexistent', file), 'is a link'],
    ['a FIFO', () => execFileSync('mkfifo', [file]), 'is not a regular file'],
    ['a folder', () => mkdirSync(file), 'is not a regular file'],
    ['a huge file', () => (writeFileSync(file, ''), truncateSync(file, 2 ** 31)), 'is larger than 256 KiB'],
    ['a file that is read-only', () => writeFileSync(file, '', { mode: 0o444 }), 'is read-only'],
    [
      'a file that all may write',
      () => (writeFileSync(file, ''), chmodSync(file, 0o666)),
      'can be written by other users',
    ],
    [
      'a file with two names',
      () => (writeFileSync(file, ''), linkSync(file, path.join(folder, 'b'))),
      'has another name',
    ],
    ['a folder that all may write', () => chmodSync(folder, 0o777), 'can be written by other users'],
    ['a sticky folder that all may write', () => chmodSync(folder, 0o1777), 'can be written by other users'],
    [
      'a file in the place of the folder',
      () => ((file = path.join(folder, 'a', 'pip.conf')), writeFileSync(path.dirname(file), '')),
      'is not a folder',
    ],
    [
      "another user's file",
      () => (writeFileSync(file, ''), chownSync(file, NOBODY, NOBODY)),
      'belongs to another user',
      true,
    ],
    ["another user's folder", () => chownSync(folder, NOBODY, NOBODY), 'belongs to another user', true],
  ])('%s', (_, make, reason, needsRoot = false) => {
    if (needsRoot && !isRoot) return;
    make();
    expect(readConfFile(file, USER)).toMatchObject({ kind: 'unusable', reason: expect.stringContaining(reason) });
  });

  test.runIf(isRoot)('a file for all users in a folder that is not only root can change (needs root)', () => {
    expect(readConfFile(file, createUnixAccess('system'))).toMatchObject({ kind: 'unusable' });
  });
});

test('a new file is for all to read, and an old one keeps its mode', () => {
  const missing = readConfFile(file, USER);
  expect(missing).toEqual({ kind: 'missing' });
  expect(writeConfFile(file, USER, missing, '[a]\n')).toBeNull();
  expect(statSync(file).mode & 0o7777).toBe(0o644);
  chmodSync(file, 0o600);
  expect(writeConfFile(file, USER, readConfFile(file, USER), '\xe9\n')).toBeNull();
  expect(statSync(file).mode & 0o7777).toBe(0o600);
  expect(readFileSync(file)).toEqual(Buffer.from([0xe9, 0x0a]));
  expect(readdirSync(folder)).toEqual(['pip.conf']);
});

/** Reads the access list of a file as text, after it has set one; null where Python or the file system knows none. */
function useAccessList(name: string, set: boolean): string | null {
  const script = `
import os, struct, sys
if sys.argv[2:]:
    entries = [(1, 6, 2**32 - 1), (2, 4, 1234), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1), (32, 0, 2**32 - 1)]
    os.setxattr(sys.argv[1], "system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in entries))
print(os.getxattr(sys.argv[1], "system.posix_acl_access").hex())`;
  const args = ['-c', script, name, ...(set ? ['set'] : [])];
  const { status, stdout } = spawnSync('python3', args, { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}

test('an access list is kept, where the file system has them (needs Linux and python3)', () => {
  writeFileSync(file, 'a\n');
  const before = useAccessList(file, true);
  if (before === null) return;
  expect(writeConfFile(file, USER, readConfFile(file, USER), '[a]\n')).toBeNull();
  expect(readFileSync(file, 'utf8')).toBe('[a]\n');
  expect(useAccessList(file, false)).toBe(before);
  expect(readdirSync(folder)).toEqual(['pip.conf']);
});

test.runIf(isRoot)('a group is kept (needs root)', () => {
  writeFileSync(file, '');
  chownSync(file, 0, NOBODY);
  expect(writeConfFile(file, USER, readConfFile(file, USER), '[a]\n')).toBeNull();
  expect(statSync(file).gid).toBe(NOBODY);
});

test('what was changed while this ran is not written over', () => {
  writeFileSync(file, 'a');
  const before = readConfFile(file, USER);
  writeFileSync(file, 'b');
  expect(writeConfFile(file, USER, before, 'c')).toContain('was changed while this ran');
  expect(deleteConfFile(file, USER, before)).toContain('was changed while this ran');
  expect(writeConfFile(file, USER, { kind: 'missing' }, 'c')).toContain('was changed while this ran');
  expect(readFileSync(file, 'utf8')).toBe('b');
  expect(readdirSync(folder)).toEqual(['pip.conf']);
});
