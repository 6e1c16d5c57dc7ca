import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Output } from './archive.ts';
import { fileEntry, moveBelow, readTree, type PackageEntry } from './entries.ts';
import { fetchPackage } from './fetch-package.ts';
import type { Product } from './product.ts';
import { readFromTar } from './tar.ts';
import { readNodeRelease, WINDOWS_TARGET } from './targets.ts';
import { writeZip } from './zip.ts';

const TOOLS = ['x86_64-w64-mingw32-gcc', 'x86_64-w64-mingw32-windres'];

/** What the archive for Windows has beside the product. */
export type WindowsParts = {
  readonly node: Buffer;
  readonly nodeLicence: Buffer;
  /** dist/windows: pip.exe and the other programs in C. */
  readonly programs: readonly PackageEntry[];
};

/** Returns the name of a tool that the programs in C are built with and that is missing; null if all are there. */
export function findMissingTool(): string | null {
  return TOOLS.find((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0) ?? null;
}

/** Builds the programs in C, and takes Node from the npm registry, whose hash is recorded as for the others. */
export async function readWindowsParts(root: string, cache: string, offline: boolean): Promise<WindowsParts> {
  const { version, packages } = readNodeRelease(root);
  const tar = await fetchPackage({ ...packages[WINDOWS_TARGET], version }, cache, offline);
  // That package has no LICENSE; the text is the same for all systems.
  const other = await fetchPackage({ ...packages['linux-x64'], version }, cache, offline);
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-windows-programs-'));
  try {
    execFileSync(process.execPath, ['shims/windows/build.mjs', `--outdir=${path.join(folder, 'dist/windows')}`], {
      cwd: root,
      stdio: 'inherit',
    });
    return {
      node: readFromTar(tar, 'package/bin/node.exe'),
      nodeLicence: readFromTar(other, 'package/LICENSE'),
      programs: readTree(folder, 'dist/windows'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the zip archive. What only sh can run is left out. */
export function makeWindowsArchive(root: string, product: Product, parts: WindowsParts, nodeVersion: string): Output {
  const name = `pipward-${product.version}-${WINDOWS_TARGET}`;
  const files = product.files.filter((entry) => !/^(?:bin|shims)\/|^install\.sh$/.test(entry.path));
  const entries = moveBelow(name, [
    ...files,
    ...parts.programs,
    fileEntry('node.exe', parts.node),
    fileEntry('LICENSE.node', parts.nodeLicence),
    fileEntry('install.ps1', readFileSync(path.join(root, 'install.ps1'))),
    fileEntry('README.txt', renderReadme(product.version, nodeVersion).replaceAll('\n', '\r\n')),
  ]);
  return { name: `${name}.zip`, bytes: writeZip(entries, product.epoch) };
}

function renderReadme(version: string, nodeVersion: string): string {
  return `pipward ${version} for Windows (x64), with Node.js ${nodeVersion}

PREVIEW: this archive was built on Linux and has not been run on a real Windows.
docs\\windows.md says what was tried, and how. Please report what you see:
https://github.com/pipward/pipward/issues

To install for yourself, in PowerShell:

    .\\install.ps1

If PowerShell answers that running scripts is disabled on this system:

    powershell -ExecutionPolicy Bypass -File install.ps1

In cmd:

    node.exe dist\\admin.cjs setup

For all users, as administrator: see docs\\windows.md ("All users") first.
Each of them shows what it would change with --dry-run. To remove it again:

    pipward unsetup

It needs neither Node.js nor an administrator, and downloads nothing. After the
installation this folder can be deleted.

Licences: LICENSE (pipward), LICENSE.node (Node.js), dist\\licences.txt (the rest).
`;
}
