import { parseSpecifier, parseVersion } from '../util/pep440.ts';

/** The version of this pipward, for instance `0.2.0`. */
export const OWN_VERSION = PIPWARD_VERSION;

/** Returns whether this pipward is older than a file asks for; `required` as in `>=0.2`, undefined where it asks for none. */
export function isTooOld(required: string | null | undefined): boolean {
  const isIn = parseSpecifier(required ?? '');
  const own = parseVersion(OWN_VERSION);
  return isIn !== null && own !== null && !isIn(own);
}
