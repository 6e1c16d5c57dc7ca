import type { Case, Outcome } from './case.ts';
import type { Difference } from './compare.ts';

/** A difference together with the runs that it was found in. */
export type Finding = {
  readonly difference: Difference;
  readonly chosen: Case;
  readonly bare: Outcome;
  readonly shim: Outcome;
};

export type KnownDifference = {
  readonly name: string;
  /** Why it is so, and where that is documented. */
  readonly reason: string;
  readonly matches: (finding: Finding) => boolean;
};

/** Everything in which the shim differs from `python -m pip` for a known reason. All else fails the run. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [];

/** The entry that explains a difference; null if none does. */
export function findKnown(finding: Finding): KnownDifference | null {
  return KNOWN_DIFFERENCES.find(({ matches }) => matches(finding)) ?? null;
}
