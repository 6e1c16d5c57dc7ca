// Bundles main.ts and runs it: Node 20 does not read TypeScript.
import path from 'node:path';
import { build } from 'esbuild';

const checkout = path.join(import.meta.dirname, '..', '..');
process.chdir(checkout);
const outfile = path.join(checkout, 'dist', 'fidelity.mjs');
await build({
  entryPoints: ['test/fidelity/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
await import(outfile);
