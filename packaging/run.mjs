// `npm run package`: bundles main.ts and runs it, since Node 20 does not read TypeScript.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const checkout = path.join(import.meta.dirname, '..');
process.chdir(checkout);
// Beside the packages that it imports.
const outfile = path.join(checkout, 'node_modules', '.cache', 'pipward', 'package.mjs');
mkdirSync(path.dirname(outfile), { recursive: true });
const { version } = JSON.parse(readFileSync(path.join(checkout, 'package.json'), 'utf8'));
await build({
  entryPoints: ['packaging/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  define: { PIPWARD_VERSION: JSON.stringify(version), PIPWARD_FOR_WINDOWS: 'true' },
});
const { main } = await import(outfile);
process.exitCode = await main(process.argv.slice(2), checkout);
