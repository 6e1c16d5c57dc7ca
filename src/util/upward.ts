/**
 * How many directories upward from the current one are looked at. Real projects are not as deep, and a path of 4,096 bytes has
 * 2,000: each look at one of those walks the whole path, so that all of them together take a second.
 */
export const MAX_LEVELS = 128;
/** Of a deeper one: those that it is in, and most of those from the root on, where repositories are. */
const NEAREST = 4;

/** A directory and those above it, nearest first. */
export type Upward = {
  readonly directories: readonly string[];
  /** Position of the first directory behind a gap, where those in between are left out; null if all are listed. */
  readonly gap: number | null;
};

type Paths = { readonly dirname: (path: string) => string };

/**
 * Returns the directory and those above it, MAX_LEVELS at most. What lies at the outer end is never given up for what
 * lies inside of it: a project must not hide its owner's policy by going deep. `paths`: the platform's.
 */
export function listUpward(directory: string, paths: Paths): Upward {
  const all = [directory];
  for (let current = directory, parent = paths.dirname(current); parent !== current; parent = paths.dirname(current)) {
    all.push(parent);
    current = parent;
  }
  return all.length <= MAX_LEVELS
    ? { directories: all, gap: null }
    : { directories: [...all.slice(0, NEAREST), ...all.slice(NEAREST - MAX_LEVELS)], gap: NEAREST };
}
