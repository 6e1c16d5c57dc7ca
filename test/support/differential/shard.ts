import { listDifferences, type Difference } from './compare.ts';
import { countOutcome, type Coverage } from './coverage.ts';
import type { Outcome } from './outcome.ts';
import { generateWorld } from './worlds/generate-world.ts';
import { readOutputs } from './worlds/outputs.ts';
import type { World } from './world.ts';

/** A build: what its adapter makes of a world. */
export type Side = (world: World) => Promise<Outcome>;

export type Found = { readonly number: number; readonly differences: readonly Difference[] };
export type Result = {
  readonly calls: number;
  readonly found: readonly Found[];
  readonly total: number;
  readonly coverage: Coverage;
};

const MAX_FOUND = 10;

/** Gives every world with one of these numbers to both builds. `tree`: whose fixtures are pip's output. */
export async function runShard(
  {
    seed,
    first,
    last,
    step,
    tree,
  }: Readonly<Record<'seed' | 'first' | 'last' | 'step', number>> & { readonly tree: string },
  old: Side,
  now: Side,
): Promise<Result> {
  const outputs = readOutputs(tree);
  const found: Found[] = [];
  const coverage: Coverage = {};
  let [calls, total] = [0, 0];
  for (let number = first; number <= last; number += step) {
    const world = generateWorld(seed, number, outputs);
    const one = await ask(old, world);
    const other = await ask(now, world);
    calls += 1;
    if ('outcome' in other) countOutcome(coverage, world, other.outcome);
    else coverage['failure: threw'] = (coverage['failure: threw'] ?? 0) + 1;
    const differences = listDifferences(one, other);
    if (differences.length === 0) continue;
    total += 1;
    if (found.length < MAX_FOUND) found.push({ number, differences });
  }
  return { calls, found, total, coverage };
}

/** Never throws: that a build throws is an outcome, too. */
async function ask(side: Side, world: World): Promise<{ readonly outcome: Outcome } | { readonly threw: string }> {
  try {
    return { outcome: await side(world) };
  } catch (error) {
    return { threw: error instanceof Error ? ((error.stack ?? error.message).split('\n')[0] ?? '') : String(error) };
  }
}
