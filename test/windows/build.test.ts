import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWindows, WINE_MISSING } from './wine.ts';

const MAX_SIZE = 40_000;
const root = path.join(import.meta.dirname, '..', '..');
let folder = '';
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'pipward-build-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(WINE_MISSING !== null)('pip.exe', () => {
  test('is built of the same bytes in two folders', () => {
    const home = path.join(folder, 'another folder');
    mkdirSync(home);
    for (const file of ['shims', 'package.json'])
      cpSync(path.join(root, file), path.join(home, file), { recursive: true });
    execFileSync(process.execPath, ['shims/windows/build.mjs'], { cwd: home, stdio: 'inherit' });
    expect(readFileSync(path.join(home, 'dist/windows/pip.exe')).equals(readFileSync(openWindows().pip))).toBe(true);
  });

  test('is at most 40 kB', () => {
    expect(statSync(openWindows().pip).size).toBeLessThanOrEqual(MAX_SIZE);
  });

  test('loads at its start only libraries that Windows always takes from System32', () => {
    const headers = execFileSync('x86_64-w64-mingw32-objdump', ['-p', openWindows().pip], { encoding: 'utf8' });
    const names = [...headers.matchAll(/DLL Name: (\S+)/g)].map(([, name = '']) => name.toLowerCase());
    expect(names.toSorted()).toEqual(['advapi32.dll', 'kernel32.dll', 'msvcrt.dll']);
    expect(headers).toMatch(/HIGH_ENTROPY_VA\s+DYNAMIC_BASE\s+NX_COMPAT/);
  });

  test('carries the version of package.json, and its manifest', () => {
    const bytes = readFileSync(openWindows().pip);
    const { version }: { version: string } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    // Each value starts at a multiple of four bytes.
    expect(bytes.toString('utf16le')).toMatch(new RegExp(`ProductVersion\\0{1,2}${version.replaceAll('.', '\\.')}\\0`));
    expect(bytes.includes('longPathAware')).toBe(true);
    expect(bytes.includes('asInvoker')).toBe(true);
  });
});
