import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const read = (name: string) => readFileSync(path.join(import.meta.dirname, '../dist', name), 'utf8');
/** Texts of the packages that survive minifying. */
const EXECA = 'ExecaError';
const YARGS = 'yargs';

test('the program of every call has neither execa nor yargs in it; the admin command has both', () => {
  for (const name of ['call.cjs', 'watch.cjs', 'reporter.cjs', 'recorder.cjs']) {
    expect(read(name)).not.toContain(EXECA);
    expect(read(name)).not.toContain(YARGS);
  }
  expect(read('admin.cjs')).toContain(EXECA);
  expect(read('admin.cjs')).toContain(YARGS);
});

test('the program of every call is 120 kB at the most', () => {
  expect(read('call.cjs').length).toBeLessThanOrEqual(120_000);
});

test('the program of every call asks Node for three of its modules alone: any more would take time to load', () => {
  const asked = [...read('call.cjs').matchAll(/require\("(node:[^"]+)"\)/g)].map(([, specifier = '']) => specifier);
  expect([...new Set(asked)].toSorted((one, other) => one.localeCompare(other))).toEqual([
    'node:buffer',
    'node:fs',
    'node:path',
  ]);
});

test('to record a call in a file loads two of its modules alone', () => {
  const asked = [...read('recorder.cjs').matchAll(/require\("(node:[^"]+)"\)/g)].map(([, specifier = '']) => specifier);
  expect([...new Set(asked)].toSorted((one, other) => one.localeCompare(other))).toEqual(['node:fs', 'node:path']);
});

test('the program of every call imports no package at run time', () => {
  const required = ['shim.cjs', 'call.cjs', 'watch.cjs', 'reporter.cjs', 'recorder.cjs'].flatMap((name) =>
    [...read(name).matchAll(/require\("([^"]+)"\)/g)].map(([, specifier = '']) => specifier),
  );
  const builtIn =
    /^(node:.*|\.\/(?:watch|reporter|recorder)\.cjs|assert|buffer|child_process|crypto|events|fs|module|net|os|path|process|string_decoder|tty|url|util|vm)$/;
  expect(required.filter((specifier) => !builtIn.test(specifier))).toEqual([]);
});

test('dist/shim.cjs has no syntax that a Node before 8 rejects: it says there that this Node is too old', () => {
  const code = read('shim.cjs')
    .replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '')
    .replaceAll(/'(?:\\.|[^'\\\n])*'/g, "''");
  expect(code.match(/,\s*\)|=>|`|\b(?:const|let|class|async|await)\s|\.\.\.|\?\?|\?\./g) ?? []).toEqual([]);
});
