import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileEntry } from '../../packaging/entries.ts';
import { makeArchive } from '../../packaging/archive.ts';
import { buildProduct, type Product } from '../../packaging/product.ts';
import { TARGETS, type Runtime, type Target } from '../../packaging/targets.ts';

export const checkout = path.join(import.meta.dirname, '..', '..');
/** Where `npm run package` keeps the Nodes of the registry. */
export const cache = path.join(checkout, 'packaging/.cache');

/** The target that this machine is. */
export const ownTarget: Target =
  TARGETS.find((target) => target === `${process.platform}-${process.arch}`) ?? 'linux-x64';

/** The Node that runs the tests in the place of the registry's, so that no test needs a network. */
export function readOwnRuntime(): Runtime {
  const pty = path.join(checkout, `dist/pty-${ownTarget}.node`);
  return {
    node: readFileSync(realpathSync(process.execPath)),
    nodeLicence: Buffer.from('the licence of Node.js\n'),
    pty: fileEntry(`dist/pty-${ownTarget}.node`, existsSync(pty) ? readFileSync(pty) : ''),
  };
}

/** Makes the archive for this machine and unpacks it; returns its folder. */
export async function unpackOwnArchive(product: Product, into: string): Promise<string> {
  const { name, bytes } = await makeArchive(product, ownTarget, readOwnRuntime(), process.versions.node);
  mkdirSync(into, { recursive: true });
  execFileSync('tar', ['-xzf', '-', '-C', into], { input: bytes });
  return path.join(into, name.replace('.tar.gz', ''));
}

/** Copies the checkout, with what is not committed, as a repository of its own; with another version if one is given. */
export function copyCheckout(target: string, version: string | null = null): string {
  mkdirSync(target, { recursive: true });
  const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  for (const name of names.split('\0').filter(Boolean)) {
    if (existsSync(path.join(checkout, name))) cpSync(path.join(checkout, name), path.join(target, name));
  }
  // Hard links where the file system allows: 150 MB.
  const modules = [path.join(checkout, 'node_modules'), path.join(target, 'node_modules')] as const;
  if (spawnSync('cp', ['-al', ...modules]).status !== 0) cpSync(...modules, { recursive: true, force: true });
  if (version !== null) {
    const manifest = path.join(target, 'package.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(/"version": "[^"]+"/, `"version": "${version}"`));
  }
  execFileSync('git', ['init', '--quiet'], { cwd: target });
  execFileSync('git', ['add', '--all'], { cwd: target });
  return target;
}

/** Builds the checkout, or a copy of it, with a date that does not depend on its history. */
export function buildTestProduct(root = checkout): Product {
  return buildProduct(root, { SOURCE_DATE_EPOCH: '1700000000' });
}
