import type { Interpreter, PythonVersion } from '../../model/environment.ts';
import { formatRelease } from '../../util/python-version.ts';

/** The version that the called name asks for: nothing for `pip`, 3.12 for `pip3.12`. */
export type VersionRequest = {
  readonly major: number | null;
  readonly minor: number | null;
  readonly freeThreaded: boolean;
};

export const ANY_VERSION: VersionRequest = { major: null, minor: null, freeThreaded: false };

/** Returns the name of what is wanted: `python`, `python2`, `python3.13t`. */
export function nameWanted({ major, minor, freeThreaded }: VersionRequest): string {
  if (major === null) return 'python';
  return minor === null ? `python${major}` : `python${major}.${minor}${freeThreaded ? 't' : ''}`;
}

/** Returns the commands that mean it in a shell, the most likely first. */
export function listCommandNames(wanted: VersionRequest): readonly string[] {
  const name = nameWanted(wanted);
  if (wanted.major === null) return ['python', 'python3'];
  // Many places have no python3.12 or python2 of their own: Windows, and most virtual environments of Python 2.
  if (wanted.minor !== null) return [name, `python${wanted.major}`, 'python'];
  return wanted.major === 2 ? [name, 'python2.7', 'python'] : [name, 'python'];
}

/** Returns the interpreter's version if it is not the requested one, as `3.11` or `version unknown`; null if it is. */
export function findMismatch(
  { executable, realPath, stdlib, siteDirectories, version }: Interpreter,
  wanted: VersionRequest,
): string | null {
  if (wanted.major === null) return null;
  const named = /[/\\](?:python|pypy)(\d)(?:\.(\d+))?(t?)(?:\.exe)?$/i.exec(executable);
  const major = version?.major ?? (named === null ? null : Number(named[1]));
  const minor = version?.minor ?? null;
  // Of a wrapper named `python` it may be expected that it is no Python 2.
  if (major === null) return wanted.major === 3 && wanted.minor === null ? null : 'version unknown';
  if (major !== wanted.major) return showVersion(version) ?? `${major}`;
  if (wanted.minor === null) return null;
  if (minor !== wanted.minor) return showVersion(version) ?? 'version unknown';
  const isFreeThreaded = [realPath, stdlib ?? '', ...siteDirectories].some((path) =>
    /python\d\.\d+t(?![a-z])/i.test(path),
  );
  return wanted.freeThreaded && !isFreeThreaded ? `${major}.${minor} with the global lock` : null;
}

function showVersion(version: PythonVersion | null): string | null {
  return version === null ? null : formatRelease(version);
}
