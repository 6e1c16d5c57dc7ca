import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileEntry } from '../../packaging/entries.ts';
import { makeWindowsArchive } from '../../packaging/windows.ts';
import { writeZip } from '../../packaging/zip.ts';
import { checkout } from '../support/packages.ts';

const EPOCH = Date.UTC(2026, 10, 29, 5, 30, 10) / 1000;
const READ = `import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps([[each.filename, list(each.date_time), archive.read(each).decode("latin1")] for each in archive.infolist()]))
`;
const hasPython = spawnSync('python3', ['-c', 'import zipfile, zlib'], { stdio: 'ignore' }).status === 0;

let folder = '';
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'pipward-zip-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What Python's zipfile makes of an archive, its sums checked. */
function read(bytes: Buffer): readonly (readonly [name: string, date: readonly number[], text: string])[] {
  const file = path.join(folder, 'x.zip');
  writeFileSync(file, bytes);
  const { stdout, stderr } = spawnSync('python3', ['-c', READ, file], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(!hasPython)('zip archives (need a python3 with zipfile)', () => {
  test('another program reads what was written, sorted and with one date', () => {
    const long = 'pip '.repeat(10_000);
    const entries = [
      fileEntry('b/Jörg.txt', long),
      fileEntry('a.txt', ''),
      fileEntry('b/a.exe', Buffer.from([0, 255])),
    ];
    const date = [2026, 11, 29, 5, 30, 10];
    expect(read(writeZip(entries, EPOCH))).toEqual([
      ['a.txt', date, ''],
      ['b/Jörg.txt', date, long],
      ['b/a.exe', date, '\0\u00FF'],
    ]);
    expect(writeZip(entries.toReversed(), EPOCH).equals(writeZip(entries, EPOCH))).toBe(true);
  });

  test('the archive for Windows has its programs and install.ps1, and nothing that only sh runs', () => {
    const files = ['bin/pipward', 'shims/pip', 'install.sh', 'dist/admin.cjs', 'docs/windows.md'].map((name) =>
      fileEntry(name, name),
    );
    const programs = [fileEntry('dist/windows/pip.exe', 'a program')];
    const parts = { node: Buffer.from('a Node'), nodeLicence: Buffer.from('its licence'), programs };
    const product = { version: '1.2.3', epoch: EPOCH, files, bundled: [] };
    const { name, bytes } = makeWindowsArchive(checkout, product, parts, '26.0.0');
    expect(name).toBe('pipward-1.2.3-win32-x64.zip');
    const found = read(bytes);
    expect(found.map(([file]) => file.replace('pipward-1.2.3-win32-x64/', ''))).toEqual([
      'LICENSE.node',
      'README.txt',
      'dist/admin.cjs',
      'dist/windows/pip.exe',
      'docs/windows.md',
      'install.ps1',
      'node.exe',
    ]);
    expect(found[1]?.[2]).toContain('PREVIEW: this archive');
    // Windows PowerShell reads a script without a byte order mark in the code page of the system.
    expect(found[5]?.[2]).toMatch(/^[\n -~]*$/);
  });
});
