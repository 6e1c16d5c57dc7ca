// Bundles the TypeScript of a checkout, so that two checkouts can run side by side in one process.
import path from 'node:path';
import { build } from 'esbuild';

const COMMON = { bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' };

/** What an adapter's bundle gets in place of Node's modules that have effects. */
const MACHINE = { fs: 'fs', child_process: 'child-process', tty: 'tty', os: 'os' };

/** Bundles the adapter of a checkout with the machine in memory. */
export async function bundleAdapter(checkout, outfile) {
  const folder = path.join(checkout, 'test', 'support', 'differential');
  const inMemory = {
    name: 'in-memory',
    setup: ({ onResolve }) => {
      onResolve({ filter: /^(?:node:)?(?:fs|child_process|tty|os)$/ }, ({ importer, path: name }) =>
        importer.startsWith(folder)
          ? { path: name, external: true }
          : { path: path.join(folder, 'machine', `${MACHINE[name.replace('node:', '')]}.ts`) },
      );
      // The adapter monitors in its place.
      onResolve({ filter: /\/watch\.ts$/ }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: './watch.mjs', external: true } : undefined,
      );
    },
  };
  await bundle(checkout, path.join(folder, 'adapter.ts'), outfile, [inMemory]);
}

/** Bundles one of our own files. */
export async function bundle(checkout, entry, outfile, plugins = []) {
  await build({
    ...COMMON,
    absWorkingDir: checkout,
    entryPoints: [entry],
    outfile,
    plugins,
    define: { PIPWARD_VERSION: '"0"', PIPWARD_FOR_WINDOWS: 'true' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}
