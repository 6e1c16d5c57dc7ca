import { parseSpecifier, parseVersion, type Version } from '../../../util/pep440.ts';

/** Real requirements have ten clauses at most; a file from a stranger must not cost seconds. */
const MAX_CLAUSES = 24;
/** Above every number that real releases have, dates included. */
const HUGE = 1e9;

/**
 * Returns whether a version can meet all of these specifiers, whatever an index has; null if one of them cannot be read.
 * It tries the versions at and around each bound: between two neighbouring bounds, every version gets the same answer.
 */
export function canMeet(specifiers: readonly string[]): boolean | null {
  const clauses = specifiers.flatMap(listClauses);
  if (clauses.length > MAX_CLAUSES) return null;
  const parsed = clauses.map(parseSpecifier);
  const bounds = clauses.map((clause) => parseVersion(clause.replace(/^[<>=!~\s]+/, '').replace(/\.\*$/, '')));
  const known = bounds.filter((bound) => bound !== null);
  if (parsed.includes(null) || known.length < bounds.length) return null;
  if (clauses.length === 0) return true;
  return known.flatMap(listAround).some((version) => parsed.every((isIn) => isIn?.(version) ?? false));
}

/** Returns the clauses of a specifier, without spaces, in an order that does not depend on how it was written. */
export function listClauses(specifier: string): readonly string[] {
  return specifier
    .split(',')
    .map((clause) => clause.replace(/\s+/g, ''))
    .filter((clause) => clause !== '')
    .toSorted();
}

/** Versions at a bound, directly below and above it, and behind all versions that begin with its numbers. */
function listAround(bound: Version): readonly Version[] {
  const { epoch, release, pre, post, dev } = bound;
  const final: Version = { epoch, release, pre: null, post: null, dev: null, local: [] };
  const padding = Array.from({ length: 16 }, () => 0);
  const own: Version = { ...bound, local: [] };
  return [
    bound,
    own,
    final,
    { ...final, release: [...release, ...padding, 1] },
    { ...final, release: [...release.slice(0, -1), (release.at(-1) ?? 0) + 1] },
    ...stepBelow(release).map((lower) => ({ ...final, release: lower })),
    { ...final, dev: 0 },
    { ...final, pre: [-1, 0] },
    { ...final, pre: [1, HUGE] },
    { ...final, post: 0 },
    { ...final, post: HUGE },
    ...(pre === null ? [] : listBeside(pre[1]).map((number): Version => ({ ...own, pre: [pre[0], number] }))),
    ...(post === null ? [] : listBeside(post).map((number): Version => ({ ...own, post: number }))),
    ...(dev === null ? [{ ...own, dev: 0 }] : listBeside(dev).map((number): Version => ({ ...own, dev: number }))),
    { ...own, post: (post ?? 0) + 1, dev: null },
  ];
}

function listBeside(number: number): readonly number[] {
  return number === 0 ? [1] : [number - 1, number + 1];
}

/** `2.1` -> `2.0.1000000000`; nothing is below `0`. */
function stepBelow(release: readonly number[]): readonly (readonly number[])[] {
  const last = release.findLastIndex((part) => part > 0);
  return last === -1 ? [] : [[...release.slice(0, last), (release[last] ?? 0) - 1, HUGE]];
}
