import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeDeb } from './deb.ts';
import { isUntested, makeArchive, makeNpmArchive, type Output } from './archive.ts';
import { buildProduct, listUncommitted } from './product.ts';
import { describeNode, makeSbom, type BundledNode } from './sbom.ts';
import {
  DEBIAN_ARCHITECTURES,
  readNativePart,
  readNodeRelease,
  readRuntime,
  TARGETS,
  WINDOWS_TARGET,
} from './targets.ts';
import { findMissingTool, makeWindowsArchive, readWindowsParts } from './windows.ts';

/** What --only takes. */
const NAMES: readonly string[] = [
  'npm',
  ...TARGETS,
  WINDOWS_TARGET,
  ...Object.values(DEBIAN_ARCHITECTURES).map((architecture) => `deb-${architecture}`),
];

const HELP = `Usage: npm run package -- [--out DIR] [--cache DIR] [--offline] [--only NAME,...]

Makes all packages of a release from one clean build. The same commit gives the same bytes.

  --out DIR     where to write (default: dist-packages); is emptied first
  --cache DIR   where packages from the npm registry are kept (default: packaging/.cache)
  --offline     fail if a package is not in the cache
  --only NAMES  some of them: ${NAMES.join(', ')}
  --help        print this
`;

/** Makes the packages; returns the exit status. */
export async function main(words: readonly string[], root: string): Promise<number> {
  const given = readWords(words);
  if (typeof given === 'string') {
    console.error(`npm run package: ${given}\n\n${HELP}`);
    return 2;
  }
  if (given.help) {
    console.log(HELP);
    return 0;
  }
  const out = path.resolve(root, given.out);
  const cache = path.resolve(root, given.cache);
  for (const line of listUncommitted(root)) console.error(`not committed, but in the packages if shipped: ${line}`);
  const outputs = await makeOutputs(
    root,
    cache,
    given.offline,
    (name) => given.only.length === 0 || given.only.includes(name),
  );
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const { name, bytes } of [...outputs, renderSums(outputs)]) {
    writeFileSync(path.join(out, name), bytes);
    console.log(`${(bytes.length / 1e6).toFixed(1).padStart(6)} MB  ${name}`);
  }
  return 0;
}

/** Makes everything that is wanted, one after the other: each archive takes 150 MB of memory. */
export async function makeOutputs(
  root: string,
  cache: string,
  offline: boolean,
  isWanted: (name: string) => boolean,
): Promise<readonly Output[]> {
  const product = buildProduct(root);
  const node = readNodeRelease(root);
  const outputs: Output[] = [];
  const nodes: BundledNode[] = [];
  if (isWanted('npm')) {
    const natives = await Promise.all(TARGETS.map((target) => readNativePart(root, target, cache, offline)));
    outputs.push(await makeNpmArchive(product, natives, readFileSync(path.join(root, 'package.json'))));
  }
  for (const target of TARGETS) {
    const architecture = DEBIAN_ARCHITECTURES[target];
    if (!isWanted(target) && !(architecture !== undefined && isWanted(`deb-${architecture}`))) continue;
    const runtime = await readRuntime(root, target, cache, offline);
    nodes.push(describeNode(target, node.packages[target].name, runtime.node));
    if (isWanted(target)) outputs.push(await makeArchive(product, target, runtime, node.version));
    if (architecture !== undefined && isWanted(`deb-${architecture}`)) {
      outputs.push(await makeDeb(root, product, architecture, runtime));
    }
    if (isUntested(target)) console.error(`${target}: untested, it was never run there`);
  }
  if (isWanted(WINDOWS_TARGET)) {
    const missing = findMissingTool();
    if (missing === null) {
      const parts = await readWindowsParts(root, cache, offline);
      nodes.push(describeNode(WINDOWS_TARGET, node.packages[WINDOWS_TARGET].name, parts.node));
      outputs.push(makeWindowsArchive(root, product, parts, node.version));
      console.error(`${WINDOWS_TARGET}: untested, it was never run on a real Windows`);
    } else {
      console.error(
        `${WINDOWS_TARGET}: SKIPPED, since ${missing} is missing (mingw-w64): there is no archive for Windows`,
      );
    }
  }
  return [...outputs, makeSbom(product, node.version, nodes)];
}

/** Renders what `sha256sum --check` reads. */
export function renderSums(outputs: readonly Output[]): Output {
  const lines = outputs
    .map(({ name, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .toSorted((one, other) => (one.slice(66) < other.slice(66) ? -1 : 1));
  return { name: 'SHA256SUMS', bytes: Buffer.from(lines.join('')) };
}

function readWords(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        out: { type: 'string', default: 'dist-packages' },
        cache: { type: 'string', default: 'packaging/.cache' },
        only: { type: 'string', default: '' },
        offline: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const only = values.only.split(',').filter(Boolean);
    const unknown = only.find((name) => !NAMES.includes(name));
    return unknown === undefined ? { ...values, only } : `there is no package ${JSON.stringify(unknown)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
