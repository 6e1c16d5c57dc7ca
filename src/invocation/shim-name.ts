import type { Platform } from '../model/call-context.ts';

/** The version that a shim's name asks for; null where the name leaves it open. */
export type ShimName = {
  readonly major: number | null;
  readonly minor: number | null;
  /** `pip3.13t`: a build without the global interpreter lock (PEP 703). */
  readonly freeThreaded: boolean;
};

/** Returns what `pip`, `pip3`, `pip3.12`, `pip3.13t` ask for, or null if it is no name of pip. On Windows `.exe` and case do not matter. */
export function parseShimName(name: string, platform: Platform = 'linux'): ShimName | null {
  const plain = PIPWARD_FOR_WINDOWS && platform === 'win32' ? name.toLowerCase().replace(/\.exe$/, '') : name;
  const match = /^pip(?:([1-9]\d?)(?:\.(0|[1-9]\d{0,2})(t)?)?)?$/.exec(plain);
  if (match === null) return null;
  const [, major, minor, freeThreaded] = match;
  return {
    major: major === undefined ? null : Number(major),
    minor: minor === undefined ? null : Number(minor),
    freeThreaded: freeThreaded !== undefined,
  };
}
