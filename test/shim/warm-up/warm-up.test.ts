import { expect, test } from 'vitest';
import { decide } from '../../../src/decision/decide.ts';
import { observeActive, observeTrusting } from '../../../src/shim/warm-up/sample-calls.ts';

test('the person whose calls are warmed up has an environment that is found, trusted and used', () => {
  const { surroundings, layers } = observeTrusting();
  const { resolution, kind } = decide(surroundings, layers, 0);
  expect(kind).toBe('watch');
  expect(resolution).toMatchObject({ kind: 'resolved', source: 'project-environment', driver: null });
});

test('the same person, with that environment active', () => {
  const { surroundings, layers } = observeActive();
  const { resolution, kind } = decide(surroundings, layers, 0);
  expect(kind).toBe('watch');
  expect(resolution).toMatchObject({ kind: 'resolved', source: 'active-environment', driver: null });
});
