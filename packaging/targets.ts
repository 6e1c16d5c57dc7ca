import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PackageEntry } from './entries.ts';
import { fileEntry } from './entries.ts';
import { fetchPackage } from './fetch-package.ts';
import { readFromTar } from './tar.ts';

/** A machine that there is an archive for; as Node names it. */
export const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'] as const;
export type Target = (typeof TARGETS)[number];

/** The machine of the zip archive (windows.ts), which is made in another way. */
export const WINDOWS_TARGET = 'win32-x64';

/** Debian's names of machines; there is a .deb for these. */
export type DebianArchitecture = 'amd64' | 'arm64';
export const DEBIAN_ARCHITECTURES: Readonly<Partial<Record<Target, DebianArchitecture>>> = {
  'linux-x64': 'amd64',
  'linux-arm64': 'arm64',
};

/** What depends on the machine: the Node that calls are run by, and what monitors pip on a terminal. */
export type Runtime = { readonly node: Buffer; readonly nodeLicence: Buffer; readonly pty: PackageEntry };

/** The Node of this release: one version for all machines (packaging/node.json). */
export type NodeRelease = {
  readonly version: string;
  readonly packages: Readonly<
    Record<Target | typeof WINDOWS_TARGET, { readonly name: string; readonly integrity: string }>
  >;
};

export function readNodeRelease(root: string): NodeRelease {
  return JSON.parse(readFileSync(path.join(root, 'packaging/node.json'), 'utf8'));
}

/** Returns the native part of node-pty for a machine, whose integrity is in package-lock.json. */
export async function readNativePart(
  root: string,
  target: Target,
  cache: string,
  offline: boolean,
): Promise<PackageEntry> {
  const name = `@lydell/node-pty-${target}`;
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/${name}`];
  const tar = await fetchPackage({ name, version, integrity }, cache, offline);
  return fileEntry(`dist/pty-${target}.node`, readFromTar(tar, 'package/pty.node'));
}

export async function readRuntime(root: string, target: Target, cache: string, offline: boolean): Promise<Runtime> {
  const { version, packages } = readNodeRelease(root);
  const tar = await fetchPackage({ ...packages[target], version }, cache, offline);
  return {
    node: readFromTar(tar, 'package/bin/node'),
    nodeLicence: readFromTar(tar, 'package/LICENSE'),
    pty: await readNativePart(root, target, cache, offline),
  };
}
