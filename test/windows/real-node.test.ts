import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, type Installation, type Result } from './installation.ts';
import { VECTORS } from './vectors.ts';
import { toWindowsPath, WINE_MISSING } from './wine.ts';

/** test/windows/fetch-node.mjs puts it there. */
const { file }: { file: string } = JSON.parse(readFileSync(new URL('node-for-windows.json', import.meta.url), 'utf8'));
const NODE_FILE = path.join(import.meta.dirname, '..', '..', file);
const isMissing = WINE_MISSING !== null || !existsSync(NODE_FILE);

let it: Installation;
let env: Record<string, string> = {};
beforeAll(() => {
  if (isMissing) return;
  it = install();
  copyFileSync(NODE_FILE, path.join(it.home, 'node.exe'));
  copyFileSync(path.join(import.meta.dirname, 'programs', 'shim.cjs'), path.join(it.home, 'dist', 'shim.cjs'));
  env = { STANDIN_PYTHON: it.python, STANDIN_EXIT: '300' };
});

/** What the program in Node said of itself, and what it said at the end. */
function readSaid({ stderr }: Result): readonly unknown[] {
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => (line.startsWith('{') ? JSON.parse(line) : line));
}

describe.skipIf(isMissing)('the real node.exe (needs wine, mingw-w64 and the package of Node for Windows)', () => {
  test('decides, asks, speaks at the end, and gets the arguments', () => {
    const chosen = VECTORS.filter(([name]) =>
      ['quote', 'only empty args', 'unicode', 'emoji', 'caret at end'].includes(name),
    );
    const words = chosen.flatMap(([, each]) => each);
    const result = it.pip(words, { env });
    expect(result).toMatchObject({ status: 300, stdout: 'python ran\n' });
    expect(result.starts.map((start) => start.words.slice(1))).toEqual([['-P', '-m', 'pip', ...words]]);
    expect(readSaid(result)).toEqual([
      { mode: 'attend', name: 'pip', words, folder: 'C:\\ProgramData', options: null },
      'ended 300 \u2014 caf\u00E9',
    ]);
  });

  test('starts under options that would stop it, which pip gets', () => {
    const options = {
      NODE_OPTIONS: '--no-such-option',
      OPENSSL_CONF: 'Z:\\missing',
      NODE_EXTRA_CA_CERTS: 'Z:\\missing',
    };
    const result = it.pip(['install'], { env: { ...env, ...options } });
    expect(result).toMatchObject({ status: 300, stderr: expect.stringContaining('ended 300') });
    expect(result.starts[0]?.variables).toContain('NODE_OPTIONS=--no-such-option');
  });

  test('refuses', () => {
    expect(it.pip(['refuse'], { env })).toMatchObject({ status: 3, starts: [] });
  });

  test.each(['before', 'half'])('that ends early (%s): pip runs without it', (STANDIN_FAIL) => {
    const result = it.pip(['install'], { env: { ...env, STANDIN_FAIL } });
    expect(result).toMatchObject({ status: 300, starts: [{}] });
    expect(result.stderr).toContain(
      `pipward: its program gave no answer (${toWindowsPath(path.join(it.home, 'node.exe'))}); running`,
    );
  });

  test('that ends while pip runs: pip ends as it ended', () => {
    expect(it.pip(['install'], { env: { ...env, STANDIN_FAIL: 'after' } })).toMatchObject({
      status: 300,
      starts: [{}],
    });
  });
});
