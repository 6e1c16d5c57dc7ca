import type { PythonVersion } from '../../../model/environment.ts';
import { compareVersions, parseSpecifier, parseVersion } from '../../../util/pep440.ts';

/** Below 0, 0 or above 0, as sort() wants it; what is no version comes first. */
export function compareReleases(one: string, other: string): number {
  const [left, right] = [parseVersion(one), parseVersion(other)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return compareVersions(left, right);
}

/** Whether it is an alpha, beta, candidate or development release, which pip takes only when told to. */
export function isPreRelease(text: string): boolean {
  const version = parseVersion(text);
  return version !== null && (version.pre !== null || version.dev !== null);
}

/** Whether a version meets every clause (`>=3.8,<4,!=3.9.1`) of PEP 440; false for what cannot be read. */
export function satisfies(version: string, specifier: string): boolean {
  const parsed = parseVersion(version);
  const clauses = specifier.split(',').filter((clause) => clause.trim() !== '');
  return parsed !== null && clauses.every((clause) => parseSpecifier(clause)?.(parsed) ?? false);
}

/** Whether a Python fits Requires-Python; where its third number is unknown, only if that does not matter. */
export function fitsPython({ major, minor, patch }: PythonVersion, specifier: string): boolean {
  const patches = patch === null ? [0, 99] : [patch];
  return patches.every((number) => satisfies(`${major}.${minor}.${number}`, specifier));
}
