import type { PythonVersion } from '../model/environment.ts';

/** Returns `3.12`. */
export function formatRelease({ major, minor }: Pick<PythonVersion, 'major' | 'minor'>): string {
  return `${major}.${minor}`;
}

/** Returns `3.12.1`, or `3.12` if only that is known. */
export function formatVersion(version: PythonVersion): string {
  return version.patch === null ? formatRelease(version) : `${formatRelease(version)}.${version.patch}`;
}
