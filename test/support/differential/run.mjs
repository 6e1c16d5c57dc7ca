// Gives random calls to two builds and compares what they make of them:
//
//   node test/support/differential/run.mjs --old DIR --new DIR [--calls 50000] [--seed S] [--call NUMBER]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle, bundleAdapter } from './bundle.mjs';
import { readOptions } from './options.mjs';

const options = readOptions(process.argv.slice(2));
const folder = mkdtempSync(path.join(tmpdir(), 'pipward-differential-'));
try {
  const at = (name) => path.join(folder, name);
  const here = path.join(options.new, 'test', 'support', 'differential');
  await Promise.all([
    bundleAdapter(options.old, at('old.mjs')),
    bundleAdapter(options.new, at('new.mjs')),
    bundle(options.new, path.join(here, 'main.ts'), at('main.mjs')),
    bundle(options.new, path.join(here, 'worker.ts'), at('worker.mjs')),
  ]);
  const { main } = await import(at('main.mjs'));
  process.exitCode = await main(options, folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
