import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCompileCaches, readCaches, type CompileCache } from '../../../../src/admin/setup/files/compile-cache.ts';

const dist = path.join(import.meta.dirname, '../../../../dist');

/** Loads the programs from a folder of caches; `SOURCE` makes the source of the text that is in dist. */
const LOAD = `
const [folder, dist] = process.argv.slice(1);
const { readdirSync, readFileSync } = require('fs');
const vm = require('vm');
const path = require('path');
function load(name) {
  const cache = readdirSync(folder).find((file) => file.startsWith(name + '-') && file.endsWith('.cache'));
  const text = readFileSync(path.join(dist, name + '.cjs'), 'latin1');
  // The program that makes sample calls is not part of a call.
  const script = new vm.Script(name === 'warm-up' ? text : SOURCE(text), {
    filename: path.join(dist, name + '.cjs'),
    ...(name === 'warm-up' ? {} : { cachedData: readFileSync(path.join(folder, cache)) }),
  });
  if (script.cachedDataRejected) throw new Error(name + ' is rejected');
  const module = { exports: {} };
  const ask = (specifier) => (specifier.startsWith('.') ? load(path.basename(specifier, '.cjs')) : require(specifier));
  script.runInThisContext().call(module.exports, module.exports, ask, module, '', dist);
  return module.exports;
}
`;

/**
 * Of the source V8 compares the length, and spaces are as long. What is not in the cache cannot be compiled from them.
 * No timer ends: what it starts is not part of a call, and a slow machine would get to it. Node's own warnings, which the
 * shim sends to /dev/null, are not what is looked for.
 */
const WITHOUT_SOURCE = `${LOAD}
process.noDeprecation = true;
globalThis.setTimeout = () => ({ ref() {}, unref() {} });
const SOURCE = (text) => ' '.repeat(text.length);
load('warm-up').warmUp().then(() => console.log('ran'));
`;

/** Prints how many bytes of machine code one call makes. */
const MACHINE_CODE = `${LOAD}
const SOURCE = (text) => text;
const size = () => require('v8').getHeapCodeStatistics().code_and_metadata_size;
const { runShim } = load('call');
const before = size();
const own = { argv: ['node', '/dist/shim.cjs', 'decide', 'pip', 'list'], env: { PATH: '/usr/bin', HOME: '/' }, exit() {} };
runShim(own, { pip: false }, { answer() {} }).then(() => console.log(size() - before));
`;

function store(caches: readonly CompileCache[], folder: string): void {
  for (const { name, bytes } of caches) writeFileSync(path.join(folder, name), bytes);
}

let caches: readonly CompileCache[];
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-caches-'));
  caches = makeCompileCaches(process.execPath, path.join(dist, 'shim.cjs'));
  store(caches, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there is one for each program that a call may load, named by build and Node', () => {
  const names = caches.map(({ name }) => name.replace(/-[0-9a-f]{16}-/, '-BUILD-'));
  expect(names.toSorted()).toEqual(
    ['call', 'recorder', 'reporter', 'watch'].map((name) => `${name}-BUILD-${process.version}.cache`),
  );
});

function run(program: string, from: string): { readonly stdout: string; readonly stderr: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program, from, dist], { encoding: 'utf8' });
  return { stdout, stderr };
}

test('it says nothing and makes each once, also where a call would have something to say first', () => {
  const env = { PATH: '/usr/bin:/bin', PIPWARD_DEBUG: '1', PIPWARD_PYTHON: '/nowhere' };
  const command = `ODD=$(printf 'a\\351') exec "$0" "$1" compile`;
  const { status, stdout, stderr } = spawnSync(
    '/bin/sh',
    ['-c', command, process.execPath, path.join(dist, 'shim.cjs')],
    {
      env,
      encoding: 'latin1',
      maxBuffer: 1 << 24,
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const names = [...stdout.matchAll(/(\w+)-[0-9a-f]{16}-v[\d.]+\.cache \d+\n/g)].map(([, name = '']) => name);
  expect(names.toSorted()).toEqual(['call', 'recorder', 'reporter', 'watch']);
});

test('it is for the flags that its Node runs with', () => {
  const entry = path.join(dist, 'shim.cjs');
  const { stdout } = spawnSync(process.execPath, ['--no-sparkplug', entry, 'compile'], { maxBuffer: 1 << 24 });
  const own = path.join(folder, 'flags');
  mkdirSync(own);
  store(readCaches(stdout), own);
  const args = ['--no-sparkplug', '-e', MACHINE_CODE, own, dist];
  expect(spawnSync(process.execPath, args, { encoding: 'utf8' }).stderr).toBe('');
});

test('what a call runs is all in it', () => {
  const another = path.join(folder, 'another');
  // Another try of this test finds it.
  mkdirSync(another, { recursive: true });
  let result = run(WITHOUT_SOURCE, folder);
  // Under load the signal probe may start too late to be heard in a warm-up: then others are made.
  for (let tries = 0; tries < 10 && result.stdout !== 'ran\n'; tries += 1) {
    store(makeCompileCaches(process.execPath, path.join(dist, 'shim.cjs')), another);
    result = run(WITHOUT_SOURCE, another);
  }
  expect(result).toEqual({ stdout: 'ran\n', stderr: '' });
});

// V8 of Node 24 and later takes as much for one as for the other.
const isBefore24 = Number.parseInt(process.versions.node, 10) < 24;
test.skipIf(!isBefore24)(
  'nothing in it makes V8 compile machine code for what runs once (needs Node before 24)',
  () => {
    const other = path.join(folder, 'other');
    mkdirSync(other);
    for (const name of ['call', 'warm-up', 'watch', 'reporter', 'recorder'])
      copyFileSync(path.join(dist, `${name}.cjs`), path.join(other, `${name}.cjs`));
    const entry = readFileSync(path.join(dist, 'shim.cjs'), 'utf8').replaceAll('v8.setFlagsFromString', 'void ');
    writeFileSync(path.join(other, 'shim.cjs'), entry);
    store(makeCompileCaches(process.execPath, path.join(other, 'shim.cjs')), other);
    const [ours, theirs] = [run(MACHINE_CODE, folder), run(MACHINE_CODE, other)];
    expect([ours.stderr, theirs.stderr]).toEqual(['', '']);
    expect(Number(ours.stdout)).toBeLessThan(Number(theirs.stdout) / 2);
  },
);

test('without a Node no cache is made, without an error', () => {
  expect(makeCompileCaches('/nowhere/node', path.join(dist, 'shim.cjs'))).toEqual([]);
  expect(makeCompileCaches(process.execPath, '/nowhere/shim.cjs')).toEqual([]);
});
