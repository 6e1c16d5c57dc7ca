import path from 'node:path';
import type { Platform, Surroundings } from '../model/surroundings.ts';

/** Returns the path rules of a platform, whatever platform we run on. */
export function pathsOf(platform: Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** Returns a variable's value; null when it is unset or empty. On Windows the case of its name does not matter. */
export function readVariable({ env, platform }: Pick<Surroundings, 'env' | 'platform'>, name: string): string | null {
  const key =
    platform === 'win32' && env[name] === undefined
      ? (Object.keys(env).find((candidate) => candidate.toUpperCase() === name) ?? name)
      : name;
  return env[key] || null;
}

/** Returns whether `child` is `parent` or lies below it. Both absolute, links not resolved. */
export function liesWithin(child: string, parent: string, platform: Platform): boolean {
  const paths = pathsOf(platform);
  const relative = paths.relative(parent, child);
  return relative !== '..' && !relative.startsWith(`..${paths.sep}`) && !paths.isAbsolute(relative);
}
