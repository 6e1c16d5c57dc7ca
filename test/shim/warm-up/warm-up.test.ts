import { expect, test } from 'vitest';
import { decide } from '../../../src/decision/decide.ts';
import { observeActive, observeTrusting } from '../../../src/shim/warm-up/sample-calls.ts';

test('the person whose calls are warmed up has an environment that is found, trusted and used', () => {
  const { context, layers } = observeTrusting();
  const { resolution, kind } = decide(context, layers, 0);
  expect(kind).toBe('watch');
  expect(resolution).toMatchObject({ kind: 'resolved', source: 'project-environment', pipRunner: null });
});

test('the same person, with that environment active', () => {
  const { context, layers } = observeActive();
  const { resolution, kind } = decide(context, layers, 0);
  expect(kind).toBe('watch');
  expect(resolution).toMatchObject({ kind: 'resolved', source: 'active-environment', pipRunner: null });
});
