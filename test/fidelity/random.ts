import { createHash } from 'node:crypto';

/** Choices that are the same for the same seed, on every machine and in every version of Node. */
export type Random = ReturnType<typeof createRandom>;

export function createRandom(seed: string) {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();

  /** From 0 up to 1 (mulberry32). */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  const below = (limit: number): number => Math.floor(next() * limit);

  function pick<T>(values: readonly T[]): T {
    const [value] = values.slice(below(values.length));
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  /** So many different ones, in random order. */
  function sample<T>(values: readonly T[], count: number): T[] {
    const rest = [...values];
    return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(below(rest.length), 1)).flat();
  }

  return {
    below,
    pick,
    sample,
    /** True with this probability. */
    chance: (probability: number) => next() < probability,
    /** From `first` to `last`, both included. */
    between: (first: number, last: number) => first + below(last - first + 1),
  };
}
