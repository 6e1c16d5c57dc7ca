import path from 'node:path';
import { expect, test } from 'vitest';
import { generateCall } from '../support/differential/processes/generate-call.ts';
import { readOutputs } from '../support/differential/worlds/outputs.ts';

const outputs = readOutputs(path.join(import.meta.dirname, '..', '..'));
const calls = Array.from({ length: 300 }, (_, index) => generateCall(7, index + 1, outputs));

test('calls repeat by their seed and number', () => {
  expect(generateCall(7, 12, outputs)).toEqual(calls[11]);
  expect(generateCall(8, 12, outputs)).not.toEqual(calls[11]);
});

test('300 calls reach each theme several times, each form of advice, terminals, and another user than root', () => {
  const themes = [...new Set(calls.map(({ theme }) => theme))];
  expect(themes.length).toBeGreaterThan(50);
  expect(themes.filter((name) => calls.filter(({ theme }) => theme === name).length < 4)).toEqual([]);
  const forms = new Set(calls.map(({ env }) => env['PIPWARD_ADVICE']));
  expect(forms).toEqual(new Set(['full', 'short', 'off', undefined]));
  const some = {
    terminals: calls.filter(({ io }) => io[2] === 'pty').length,
    annotations: calls.filter(({ env }) => env['GITHUB_ACTIONS'] === 'true').length,
    unprivileged: calls.filter(({ unprivileged }) => unprivileged).length,
    twice: calls.filter(({ twice }) => twice).length,
    trusted: calls.filter(({ project }) => project === 'trusted').length,
  };
  expect(Object.entries(some).filter(([, count]) => count <= 15)).toEqual([]);
});
