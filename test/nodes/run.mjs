// Bundles main.ts and runs it: Node 20 does not read TypeScript.
import path from 'node:path';
import { build } from 'esbuild';

const checkout = path.join(import.meta.dirname, '..', '..');
process.chdir(checkout);
const outfile = path.join(checkout, 'dist', 'nodes.mjs');
await build({
  entryPoints: ['test/nodes/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { main } = await import(outfile);
process.exitCode = await main(process.argv.slice(2), checkout);
