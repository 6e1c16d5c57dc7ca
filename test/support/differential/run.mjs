// `npm run differential`: random calls, given to two builds, and what comes of them compared. See CONTRIBUTING.md.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle, bundleAdapter } from './bundle.mjs';
import { HELP, readOptions } from './options.mjs';

const options = readOptions(process.argv.slice(2));
const here = path.join(options.new, 'test', 'support', 'differential');
if (options.help) console.log(HELP);
else process.exitCode = Math.max(await compareInMemory(), await compareProcesses());

async function compareInMemory() {
  if (options.calls === 0) return 0;
  return inFolder(async (at) => {
    await Promise.all([
      bundleAdapter(options.old, at('old.mjs')),
      bundleAdapter(options.new, at('new.mjs')),
      bundle(options.new, path.join(here, 'main.ts'), at('main.mjs')),
      bundle(options.new, path.join(here, 'worker.ts'), at('worker.mjs')),
    ]);
    const { main } = await import(at('main.mjs'));
    return main(options, at(''));
  });
}

async function compareProcesses() {
  if (options.processes === 0) return 0;
  for (const checkout of options.build ? new Set([options.old, options.new]) : []) {
    const { status } = spawnSync(process.execPath, ['build.mjs'], { cwd: checkout, stdio: 'inherit' });
    if (status !== 0) throw new Error(`${checkout} cannot be built`);
  }
  // The harness of test/fidelity looks for its own files here.
  process.chdir(options.new);
  const codes = readdirSync(path.join(options.new, 'docs', 'diagnostics'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length));
  return inFolder(async (at) => {
    await bundle(options.new, path.join(here, 'processes', 'main.ts'), at('processes.mjs'));
    const { main } = await import(at('processes.mjs'));
    return main(options, codes);
  });
}

async function inFolder(use) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-differential-'));
  try {
    return await use((name) => path.join(folder, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
