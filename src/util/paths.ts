import path from 'node:path';
import type { Platform } from '../model/call-context.ts';

/**
 * Returns the path rules of a platform, whatever platform we run on. On Windows `\x` is not absolute here: which drive it is on
 * depends on the current directory, which any project may be.
 */
export function pathsOf(platform: Platform): path.PlatformPath {
  return platform === 'win32' ? WINDOWS : path.posix;
}

const WINDOWS: path.PlatformPath = PIPWARD_FOR_WINDOWS
  ? { ...path.win32, isAbsolute: (text) => /^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i.test(text) }
  : path.posix;

/**
 * Returns whether `child` is `parent` or lies below it; links are not resolved. A relative path is one in a current directory
 * that was deleted (else all are absolute): Node may not be asked for that one, it throws.
 */
export function liesWithin(child: string, parent: string, platform: Platform): boolean {
  const paths = pathsOf(platform);
  const anchor = (name: string) => (paths.isAbsolute(name) ? name : paths.join(NOWHERE, name));
  const relative = paths.relative(anchor(parent), anchor(child));
  return relative !== '..' && !relative.startsWith(`..${paths.sep}`) && !paths.isAbsolute(relative);
}

/** No installation lies in it. */
const NOWHERE = '/dev/null/deleted';
