import { createHash } from 'node:crypto';
import type { Output } from './archive.ts';
import type { Product } from './product.ts';
import type { Target, WINDOWS_TARGET } from './targets.ts';

/** A Node that was put into a package: which machine it is for, and its program. */
export type BundledNode = {
  readonly target: Target | typeof WINDOWS_TARGET;
  readonly name: string;
  readonly sha256: string;
};

/** Returns what the list says of a Node. */
export function describeNode(target: BundledNode['target'], name: string, program: Buffer): BundledNode {
  return { target, name, sha256: createHash('sha256').update(program).digest('hex') };
}

/** Lists what is in the packages, as CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). */
export function makeSbom(
  { version, epoch, bundled }: Product,
  nodeVersion: string,
  nodes: readonly BundledNode[],
): Output {
  const own = `pkg:npm/pipward@${version}`;
  const packages = bundled.map((each) => ({
    type: 'library',
    'bom-ref': toPurl(each.name, each.version),
    name: each.name,
    version: each.version,
    scope: 'required',
    licenses: [describeLicence(each.license)],
    purl: toPurl(each.name, each.version),
  }));
  const runtimes = nodes.map(({ target, name, sha256 }) => ({
    type: 'application',
    'bom-ref': toPurl(name, nodeVersion),
    name: 'node',
    version: nodeVersion,
    description: `Node.js for ${target}; ${target === 'win32-x64' ? 'bin/node.exe' : 'bin/node'} of the npm package ${name}, the official build of nodejs.org`,
    scope: 'required',
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    licenses: [describeLicence('MIT')],
    purl: toPurl(name, nodeVersion),
    cpe: `cpe:2.3:a:nodejs:node.js:${nodeVersion}:*:*:*:*:*:*:*`,
  }));
  const components = [...packages, ...runtimes];
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${makeUuid(JSON.stringify([version, epoch, components]))}`,
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString().replace('.000Z', 'Z'),
      component: {
        type: 'application',
        'bom-ref': own,
        name: 'pipward',
        version,
        licenses: [describeLicence('MIT')],
        purl: own,
      },
    },
    components,
    dependencies: [
      { ref: own, dependsOn: components.map((each) => each['bom-ref']) },
      ...components.map((each) => ({ ref: each['bom-ref'], dependsOn: [] })),
    ],
  };
  return { name: `pipward-${version}.cdx.json`, bytes: Buffer.from(`${JSON.stringify(document, null, 2)}\n`) };
}

/** `MIT OR Apache-2.0` is an expression; a single name is an id of SPDX's list. */
function describeLicence(license: string) {
  return /^[\w.+-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}

/** The at sign of a scope is written as %40 (package-url). */
function toPurl(name: string, version: string): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** Returns a UUID of version 8, which follows from the text: the same build has the same one. */
function makeUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
