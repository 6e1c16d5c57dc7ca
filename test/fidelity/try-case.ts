import type { Case, Outcome } from './case.ts';
import { compareOutcomes, type Difference } from './compare.ts';
import { findKnown } from './known-differences.ts';
import { runSide } from './run-side.ts';
import type { Workshop } from './workshop.ts';

/** A pair that differs is run again so often before it counts: a machine under load does not fail it. */
const REPEATS = 2;

export type Explained = { readonly difference: Difference; readonly known: string | null };

export type Result = {
  readonly bare: Outcome;
  readonly shim: Outcome;
  readonly differences: readonly Explained[];
  readonly diagnostic: string;
  /** How often the pair was run again. */
  readonly repeats: number;
  /** Differences that did not come again, each as its key. */
  readonly passing: readonly string[];
};

export const isUnexplained = ({ known }: Explained): boolean => known === null;

/** Runs the pair; again, both sides, while it differs in the same points for no known reason. */
export async function tryCase(
  chosen: Case,
  workshop: Workshop,
  folder: string,
  codes: readonly string[],
): Promise<Result> {
  let result = await runPair(chosen, workshop, folder, codes);
  const seen = new Set(result.differences.filter(isUnexplained).map(({ difference }) => difference.key));
  const first = [...seen];
  let repeats = 0;
  while (seen.size > 0 && repeats < REPEATS) {
    repeats += 1;
    result = await runPair(chosen, workshop, folder, codes);
    const again = new Set(result.differences.filter(isUnexplained).map(({ difference }) => difference.key));
    for (const key of seen) if (!again.has(key)) seen.delete(key);
  }
  return {
    ...result,
    differences: result.differences.filter((found) => !isUnexplained(found) || seen.has(found.difference.key)),
    repeats,
    passing: first.filter((key) => !seen.has(key)),
  };
}

async function runPair(
  chosen: Case,
  workshop: Workshop,
  folder: string,
  codes: readonly string[],
): Promise<Omit<Result, 'repeats' | 'passing'>> {
  const bare = await runSide(chosen, 'bare', workshop, folder, null);
  const shim = await runSide(chosen, 'shim', workshop, folder, bare.counts);
  const { differences, diagnostic } = compareOutcomes(chosen, bare, shim, codes);
  const explained = differences.map((difference) => ({
    difference,
    known: findKnown({ difference, chosen, bare, shim })?.name ?? null,
  }));
  return { bare, shim, differences: explained, diagnostic };
}
