// Builds dist/: the programs of a call (CommonJS, 5 ms faster to start than modules; each as the function that it is run
// as) and the admin command. `--outdir=DIR` writes into another folder, `--bundled=FILE` lists the packages in it (JSON).
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const metafiles = process.argv.includes('--metafile');
const readOption = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const outdir = readOption('outdir') ?? 'dist';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  // What only pip.exe's Node needs is left out of the program of every call elsewhere.
  define: { PIPWARD_VERSION: JSON.stringify(version), PIPWARD_FOR_WINDOWS: 'true' },
};

mkdirSync(outdir, { recursive: true });
// Programs of their own, loaded only when pip is watched, or when there is something to say.
const partsApart = {
  name: 'parts-apart',
  setup: ({ onLoad, onResolve }) => {
    const part = /(?<![\w.])import\('[./\w-]*\/(watch|reporter|recorder)\.ts'\)/g;
    // As require() gives them: import() of a script takes 0.4 kB of helpers, which copy each export.
    onLoad(
      { filter: /\/src\/shim\/(?:main|watch|settle-call|attend\/attend|audit\/record-call|warm-up\/warm-up)\.ts$/ },
      ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(part, "(async () => require('./$1.cjs'))()"),
        loader: 'ts',
      }),
    );
    onResolve({ filter: /^\.\/(?:watch|reporter|recorder)\.cjs$/ }, ({ path }) => ({ path, external: true }));
  },
};
// Else each file that imports it asks for node:path by itself and copies its properties: 0.3 ms a call.
const pathOnce = {
  name: 'path-once',
  setup: ({ onLoad, onResolve }) => {
    onResolve({ filter: /^node:path$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'path', namespace: 'once' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'once' }, () => ({
      contents: "const path = require('node:path'); export default path;",
    }));
  },
};
// As require() wraps what it loads: entry.cjs makes a script of it as it is. (To put this around 93 kB on every call copies
// them, and brings on a collection of garbage before pip starts.)
const wrapped = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
};
const call = await build({
  ...common,
  ...wrapped,
  entryPoints: ['src/bin/shim.ts'],
  outfile: `${outdir}/call.cjs`,
  define: { ...common.define, PIPWARD_FOR_WINDOWS: 'false' },
  minify: true,
  plugins: [partsApart, pathOnce],
  // A script (entry.cjs) has no import().
  supported: { 'dynamic-import': false },
});
await build({
  ...common,
  ...wrapped,
  entryPoints: ['src/bin/attend.ts'],
  outfile: `${outdir}/attend.cjs`,
  minify: true,
  plugins: [partsApart, pathOnce],
  supported: { 'dynamic-import': false },
});
// Makes a call of its own for setup, with the functions of the program of every call.
const functionsOfCall = {
  name: 'functions-of-call',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/(?:main|decide|capture-context|parse-policy-file|sh-protocol)\.ts$/ }, () => ({
      path: './call.cjs',
      external: true,
    }));
  },
};
const warmUp = await build({
  ...common,
  ...wrapped,
  entryPoints: ['src/shim/warm-up/warm-up.ts'],
  outfile: `${outdir}/warm-up.cjs`,
  minify: true,
  plugins: [partsApart, functionsOfCall],
  supported: { 'dynamic-import': false },
});
const [watch, words, records] = await Promise.all(
  ['watch', 'report/reporter', 'audit/recorder'].map((part) =>
    build({
      ...common,
      ...wrapped,
      entryPoints: [`src/shim/${part}.ts`],
      outfile: `${outdir}/${part.replace(/^.*\//, '')}.cjs`,
      minify: true,
      // watch.ts asks for the recorder that the call has.
      plugins: [partsApart, pathOnce],
      supported: { 'dynamic-import': false },
    }),
  ),
);
const admin = await build({
  ...common,
  entryPoints: ['src/bin/admin.ts'],
  outfile: `${outdir}/admin.cjs`,
  minifySyntax: true,
  // yargs is a module that looks for itself by import.meta.url, which a CommonJS file does not have.
  define: { ...common.define, 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl = require('node:url').pathToFileURL(__filename).href;" },
});
// Not bundled and not minified: it must parse on any Node there ever was, so that it can say that a Node is too old.
const programs = ['call', 'attend', 'watch', 'reporter', 'recorder'].map((name) => `${outdir}/${name}.cjs`);
// esbuild's note for import() of ES modules, which none of these is loaded by.
for (const file of programs) {
  writeFileSync(file, readFileSync(file, 'utf8').replace(/0&&\(module\.exports=\{[\w,]*\}\);\n/, '\n'));
}
const buildId = createHash('sha256')
  .update(Buffer.concat(programs.map((file) => readFileSync(file))))
  .digest('hex')
  .slice(0, 16);
// By this mark dist/shim.cjs sees that an upgrade is replacing them.
for (const file of programs) appendFileSync(file, `//${buildId}\n`);
writeFileSync(`${outdir}/shim.cjs`, readFileSync('src/bin/entry.cjs', 'utf8').replace("'unbuilt'", `'${buildId}'`));
chmodSync(`${outdir}/shim.cjs`, 0o644);

// The native part of node-pty, for the platform that is built on; beside the program, which has no node_modules.
const platform = `${process.platform}-${process.arch}`;
try {
  const native = createRequire(import.meta.url).resolve(`@lydell/node-pty-${platform}/pty.node`);
  cpSync(native, `${outdir}/pty-${platform}.node`);
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.warn(`no node-pty for ${platform}: on a terminal pip's output will not be monitored`);
}

rmSync(`${outdir}/diagnostics`, { recursive: true, force: true });
cpSync('docs/diagnostics', `${outdir}/diagnostics`, { recursive: true });
cpSync('docs/policy.schema.json', `${outdir}/policy.schema.json`);
// For another pipward, which says what is on PATH: not every package has the one of the project.
writeFileSync(`${outdir}/package.json`, `${JSON.stringify({ name: 'pipward', version })}\n`);

// The bundled packages are other authors' work, so their licences are shipped, too.
const packages = new Set(
  [call, warmUp, watch, words, records, admin]
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1])
    .filter((name) => name !== undefined),
);
// Also where it was not built for: an archive for another platform has its native part.
packages.add('@lydell/node-pty');
const bundled = [...packages].toSorted().map((name) => {
  const folder = `node_modules/${name}`;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const { version: number, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const text = file === undefined ? `License: ${license}` : readFileSync(`${folder}/${file}`, 'utf8').trim();
  return { name, version: number, license, text };
});
const licences = bundled.map((each) => `${each.name} ${each.version}\n\n${each.text}\n`);
writeFileSync(`${outdir}/licences.txt`, licences.join(`\n${'-'.repeat(72)}\n\n`));
const list = readOption('bundled');
if (list !== undefined) {
  writeFileSync(
    list,
    JSON.stringify(bundled.map(({ name, version: number, license }) => ({ name, version: number, license }))),
  );
}

if (metafiles) {
  writeFileSync(`${outdir}/call.meta.json`, JSON.stringify(call.metafile));
  writeFileSync(`${outdir}/admin.meta.json`, JSON.stringify(admin.metafile));
}
