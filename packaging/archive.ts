import { compressStably } from './compress.ts';
import { fileEntry, moveBelow, type PackageEntry } from './entries.ts';
import type { Product } from './product.ts';
import { writeTar } from './tar.ts';
import type { Runtime, Target } from './targets.ts';

/** A file of the release. */
export type Output = { readonly name: string; readonly bytes: Buffer };

/** Makes the archive that needs neither Node nor npm: its install.sh and its programs find the Node beside them. */
export async function makeArchive(
  product: Product,
  target: Target,
  runtime: Runtime,
  nodeVersion: string,
): Promise<Output> {
  const name = `pipward-${product.version}-${target}`;
  const entries = moveBelow(name, [
    ...product.files,
    ...listRuntime(runtime),
    fileEntry('README.txt', renderReadme(product.version, target, nodeVersion)),
  ]);
  return { name: `${name}.tar.gz`, bytes: await compressStably(writeTar(entries, product.epoch)) };
}

/** Makes what `npm install -g` takes. It has the native part for each machine, and no Node. */
export async function makeNpmArchive(
  product: Product,
  natives: readonly PackageEntry[],
  manifest: Buffer,
): Promise<Output> {
  const entries = moveBelow('package', [...product.files, ...natives, fileEntry('package.json', manifest)]);
  return { name: `pipward-${product.version}.tgz`, bytes: await compressStably(writeTar(entries, product.epoch)) };
}

/** Returns the files that depend on the machine. */
export function listRuntime({ node, nodeLicence, pty }: Runtime): readonly PackageEntry[] {
  return [fileEntry('node', node), fileEntry('LICENSE.node', nodeLicence), pty];
}

/** Whether the packages for a machine have been run there. */
export function isUntested(target: Target): boolean {
  return target.startsWith('darwin');
}

function renderReadme(version: string, target: Target, nodeVersion: string): string {
  const warning = isUntested(target)
    ? `
UNTESTED: this archive was built on Linux and has not been run on macOS yet.
Please report what you see: https://github.com/pipward/pipward/issues
`
    : '';
  return `pipward ${version} for ${target}, with Node.js ${nodeVersion}
${warning}
To install for yourself (~/.local/share/pipward and your shells' startup files):

    ./install.sh

To see what it would change first:

    ./install.sh --dry-run

To install for all users, as root, from a folder that only root can change:

    ./install.sh --system

To remove it again:

    pipward unsetup

It needs neither Node.js nor npm, and downloads nothing. After the installation
this folder can be deleted. To upgrade, unpack a newer archive and run its
install.sh: settings and trusted environments stay.

The Node.js in here is updated with each release of pipward; pipward does not
update itself. docs/packages.md says how to verify this archive.

Licences: LICENSE (pipward), LICENSE.node (Node.js), dist/licences.txt (the rest).
`;
}
