import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleAdapter } from '../support/differential/bundle.mjs';
import { addCoverage, findMissing } from '../support/differential/coverage.ts';
import { MINIMUMS } from '../support/differential/minimums.ts';
import { runShard, type Result, type Side } from '../support/differential/shard.ts';
import { generateWorld } from '../support/differential/worlds/generate-world.ts';
import { readOutputs } from '../support/differential/worlds/outputs.ts';

const checkout = path.join(import.meta.dirname, '..', '..');
const WORK = { seed: 1, first: 1, last: 400, step: 1, tree: checkout };

let folder = '';
let side: Side;
let same: Result;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-differential-'));
  const outfile = path.join(folder, 'adapter.mjs');
  await bundleAdapter(checkout, outfile);
  const loaded: { readonly outcomeOf: Side } = await import(outfile);
  side = loaded.outcomeOf;
  same = await runShard(WORK, side, side);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a build does not differ from itself', () => {
  expect(same).toMatchObject({ calls: 400, total: 0, found: [] });
});

test('random calls reach the common cases: outcomes, verdicts, notices, diagnostics', () => {
  const often = Object.fromEntries(Object.entries(MINIMUMS).filter(([, perThousand]) => perThousand >= 10));
  expect(Object.keys(often).length).toBeGreaterThan(50);
  expect(findMissing(same.coverage, often, WORK.last)).toEqual([]);
  expect(Object.keys(same.coverage).filter((name) => name.startsWith('failure'))).toEqual([]);
});

test('cases that are not reached often enough are named', () => {
  expect(findMissing(addCoverage({ a: 1 }, { a: 2 }), { a: 30, b: 1, c: 0 }, 100)).toEqual([]);
  expect(findMissing({ a: 2 }, { a: 30, c: 0 }, 100)).toEqual(['a: 2, and 3 are wanted']);
  expect(findMissing({ a: 999_999 }, { a: 30, c: 0 }, 20_000)).toEqual(['c: 0, and 1 are wanted']);
});

test('one changed outcome among many is found, with the place that differs', async () => {
  const outputs = readOutputs(checkout);
  const changed: Side = async (world) => {
    const outcome = await side(world);
    const isMeant = JSON.stringify(world) === JSON.stringify(generateWorld(1, 7, outputs));
    return isMeant ? { ...outcome, decision: { ...outcome.decision, mayOffer: !outcome.decision.mayOffer } } : outcome;
  };
  const { found, total } = await runShard({ ...WORK, last: 20 }, side, changed);
  expect(total).toBe(1);
  expect(found.map(({ number, differences }) => [number, differences.map(({ place }) => place)])).toEqual([
    [7, ['outcome.decision.mayOffer']],
  ]);
});

test('a build that throws differs from one that does not', async () => {
  const throwing: Side = () => Promise.reject(new Error('out of order'));
  const { total, coverage } = await runShard({ ...WORK, last: 3 }, side, throwing);
  expect({ total, threw: coverage['failure: threw'] }).toEqual({ total: 3, threw: 3 });
});

test('worlds repeat by their seed and number', () => {
  const outputs = readOutputs(checkout);
  expect(generateWorld(1, 2, outputs)).toEqual(generateWorld(1, 2, outputs));
  expect(generateWorld(1, 2, outputs)).not.toEqual(generateWorld(2, 2, outputs));
});
