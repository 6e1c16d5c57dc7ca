import { expect, test } from 'vitest';
import { parseShimName } from '../../src/invocation/shim-name.ts';

test.each([
  ['pip', { major: null, minor: null, freeThreaded: false }],
  ['pip3', { major: 3, minor: null, freeThreaded: false }],
  ['pip2', { major: 2, minor: null, freeThreaded: false }],
  ['pip3.12', { major: 3, minor: 12, freeThreaded: false }],
  ['pip2.7', { major: 2, minor: 7, freeThreaded: false }],
  ['pip3.0', { major: 3, minor: 0, freeThreaded: false }],
  ['pip3.13t', { major: 3, minor: 13, freeThreaded: true }],
])('%s asks for %j', (name, expected) => {
  expect(parseShimName(name)).toEqual(expected);
});

test.each([
  '',
  'PIP',
  'pip.exe',
  'pipx',
  'pip3t',
  'pip3.',
  'pip3.12.1',
  'pip3.012',
  'pip-3.12',
  'pip312x',
  'pip3 ',
  'python',
])('%j is not a name of pip on Linux', (name) => {
  expect(parseShimName(name, 'linux')).toBeNull();
});

test.each([
  ['pip.exe', { major: null, minor: null, freeThreaded: false }],
  ['PIP3.EXE', { major: 3, minor: null, freeThreaded: false }],
  ['Pip3.12', { major: 3, minor: 12, freeThreaded: false }],
  ['pip3.13T.exe', { major: 3, minor: 13, freeThreaded: true }],
])('%s on Windows asks for %j', (name, expected) => {
  expect(parseShimName(name, 'win32')).toEqual(expected);
});

test.each(['pip.exe.exe', 'pip.cmd', 'pipexe'])('%s is not a name of pip on Windows', (name) => {
  expect(parseShimName(name, 'win32')).toBeNull();
});
