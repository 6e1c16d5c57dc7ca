// `node run-typescript.mjs FILE ARGUMENTS...`: bundles a program of this checkout and runs its main(words, checkout), since
// Node 20 does not read TypeScript.
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const checkout = import.meta.dirname;
const [file, ...words] = process.argv.slice(2);
process.chdir(checkout);
// Below node_modules, so that it finds the packages that it imports.
const outfile = path.join('node_modules/.cache/pipward', `${file.replaceAll('/', '-')}.mjs`);
mkdirSync(path.dirname(outfile), { recursive: true });
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  // As build.mjs does.
  define: { PIPWARD_VERSION: JSON.stringify(version), PIPWARD_FOR_WINDOWS: 'true' },
});
const { main } = await import(path.resolve(outfile));
process.exitCode = await main(words, checkout);
