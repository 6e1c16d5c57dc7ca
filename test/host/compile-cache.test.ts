import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCompileCaches, type CompileCache } from '../../src/host/compile-cache.ts';

const dist = path.join(import.meta.dirname, '../../dist');

/**
 * Loads the programs from their compiled code alone: of the source V8 compares the length, and spaces are as long. A
 * function that the code does not have, or has in a form that V8 does not take, cannot be compiled from spaces.
 */
const WITHOUT_SOURCE = `
const [folder, dist] = process.argv.slice(1);
const { readdirSync, readFileSync } = require('fs');
const vm = require('vm');
const path = require('path');
function load(name) {
  const cache = readdirSync(folder).find((file) => file.startsWith(name + '-'));
  const script = new vm.Script(' '.repeat(readFileSync(path.join(dist, name + '.cjs'), 'latin1').length), {
    filename: path.join(dist, name + '.cjs'),
    cachedData: readFileSync(path.join(folder, cache)),
  });
  if (script.cachedDataRejected) throw new Error(name + ' is rejected');
  const module = { exports: {} };
  const ask = (specifier) => (specifier.startsWith('.') ? load(path.basename(specifier, '.cjs')) : require(specifier));
  script.runInThisContext().call(module.exports, module.exports, ask, module, '', dist);
  return module.exports;
}
load('call').warmUp().then(() => console.log('ran'));
`;

let caches: readonly CompileCache[];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-caches-'));
  caches = makeCompileCaches(process.execPath, path.join(dist, 'shim.cjs'));
  for (const { name, bytes } of caches) writeFileSync(path.join(folder, name), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there is one for each program that a call may load, named by build and Node', () => {
  const names = caches.map(({ name }) => name.replace(/-[0-9a-f]{16}-/, '-BUILD-'));
  expect(names.toSorted()).toEqual(['call', 'speak', 'watch'].map((name) => `${name}-BUILD-${process.version}.cache`));
});

test('what a call runs is all in it, in a form that V8 takes', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', WITHOUT_SOURCE, folder, dist], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'ran\n', stderr: '' });
});

test('without a Node there is none, and no error', () => {
  expect(makeCompileCaches('/nowhere/node', path.join(dist, 'shim.cjs'))).toEqual([]);
  expect(makeCompileCaches(process.execPath, '/nowhere/shim.cjs')).toEqual([]);
});
