/**
 * Whether every combination is tried (`npm run test:matrix`), and not those alone that have failed on their own before. A
 * test for the matrix alone is `test.runIf(isMatrix)('… (needs the matrix)')`: a similar one is among the usual ones.
 */
export const isMatrix = process.env['TESTS_RUN'] === 'matrix';

/** Returns all of them in the matrix; else so many, spread evenly, the first and the last among them. */
export function chooseSome<T extends unknown[] | [unknown]>(all: readonly T[], count: number): readonly T[];
export function chooseSome<T>(all: readonly T[], count: number): readonly T[];
export function chooseSome<T>(all: readonly T[], count: number): readonly T[] {
  if (isMatrix || all.length <= count) return all;
  const step = (all.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => all[Math.round(index * step)]).filter((one) => one !== undefined);
}
