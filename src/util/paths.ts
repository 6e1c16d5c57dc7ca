import path from 'node:path';
import type { Platform } from '../model/call-context.ts';

/** Returns the path rules of a platform, whatever platform we run on. */
export function pathsOf(platform: Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** Returns whether `child` is `parent` or lies below it. Both absolute, links not resolved. */
export function liesWithin(child: string, parent: string, platform: Platform): boolean {
  const paths = pathsOf(platform);
  const relative = paths.relative(parent, child);
  return relative !== '..' && !relative.startsWith(`..${paths.sep}`) && !paths.isAbsolute(relative);
}
