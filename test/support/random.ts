import { isMatrix } from './matrix.ts';
import { assert, gen, nat, property, sample as sampleOf, type GeneratorValue } from 'fast-check';

/** Cases of a property. */
export const RUNS = isMatrix ? 10_000 : 500;

/** Small choices out of fast-check's, which makes a failing case as small as it can before it shows it. */
export type Random = ReturnType<typeof choicesOf>;

function choicesOf(generate: GeneratorValue) {
  const below = (limit: number): number => generate(nat, { max: limit - 1 });
  return {
    below,
    pick: <T>(values: readonly T[]): T => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
    /** True once in `times`. */
    once: (times: number) => below(times) === 0,
    /** Each value or not. */
    some: <T>(values: readonly T[], times = 2) => values.filter(() => below(times) === 0),
  };
}

/** Looks at 500 cases, in the matrix at 10,000, the same in every run; throws with the smallest that it finds to break the property. */
export function checkProperty(seed: number, holds: (random: Random) => void): void {
  assert(
    property(gen(), (generate) => holds(choicesOf(generate))),
    { numRuns: RUNS, seed },
  );
}

/** Returns so many things that were made by chance, the same in every run. */
export function sample<T>(seed: number, count: number, make: (random: Random) => T): readonly T[] {
  return sampleOf(gen(), { seed, numRuns: count }).map((generate) => make(choicesOf(generate)));
}
