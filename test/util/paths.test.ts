import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, onTestFinished, test } from 'vitest';
import { liesWithin } from '../../src/util/paths.ts';

describe('liesWithin', () => {
  test.each([
    ['/a/b', '/a', true],
    ['/a', '/a', true],
    ['/ab', '/a', false],
    ['/a/..b', '/a', true],
    ['/a/../b', '/a', false],
    // Relative paths are left over where the current directory was deleted.
    ['a/b', 'a', true],
    ['a', '/a', false],
    ['/a', 'a', false],
    ['b', 'a', false],
    ['', 'a', false],
  ])('%j below %j: %s', (child, parent, expected) => {
    expect(liesWithin(child, parent, 'linux')).toBe(expected);
  });

  test.each([
    ['C:\\a\\b', 'C:\\a', true],
    ['c:\\A\\b', 'C:\\a', true],
    ['D:\\a', 'C:\\a', false],
    ['a\\b', 'a', true],
  ])('%j below %j on Windows: %s', (child, parent, expected) => {
    expect(liesWithin(child, parent, 'win32')).toBe(expected);
  });

  test.skipIf(process.platform === 'win32')(
    'asks Node for no current directory (skipped on Windows, where it cannot be deleted)',
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'pipward-paths-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const outfile = path.join(folder, 'paths.cjs');
      const source = path.join(import.meta.dirname, '../../src/util/paths.ts');
      const define = { PIPWARD_FOR_WINDOWS: 'true' };
      await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'cjs', define });
      const program = `console.log(require(process.argv[1]).liesWithin('a/b', '/usr', 'linux'))`;
      const gone = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"';
      const args = ['-c', gone, process.execPath, '-e', program, outfile];
      const { stdout, stderr } = spawnSync('sh', args, { cwd: folder, encoding: 'utf8' });
      expect({ stdout, stderr }).toEqual({ stdout: 'false\n', stderr: '' });
    },
  );
});
