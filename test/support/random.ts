/** The same choices in every run (mulberry32). */
export type Random = ReturnType<typeof createRandom>;

export function createRandom(seed: number) {
  let state = seed;
  /** A whole number from 0 to `limit` - 1. */
  function below(limit: number): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
  function pick<T>(values: readonly T[]): T {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }
  return {
    below,
    pick,
    /** True once in `times`. */
    once: (times: number) => below(times) === 0,
    /** Each value or not. */
    some: <T>(values: readonly T[], times = 2) => values.filter(() => below(times) === 0),
  };
}
