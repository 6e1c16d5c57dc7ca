import { pathsOf } from '../util/paths.ts';
import type { CallContext } from '../model/call-context.ts';

/** Files that the kernel makes for the process that reads them, and links to its open files (proc(5)). */
const OF_KERNEL = /^\/(?:proc|sys|dev\/(?:fd|std(?:in|out|err)))$/;
const MAX_STEPS = 1000;

/**
 * Returns whether a path leads through these, such as `/dev/fd/3`: pip may find something else there than we do. Links are
 * followed as the kernel does; true also for a path that has too many of them.
 */
export function isOfKernel(
  target: string,
  { files, platform, cwd }: Pick<CallContext, 'files' | 'platform' | 'cwd'>,
): boolean {
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') return false;
  const paths = pathsOf(platform);
  let rest = (paths.isAbsolute(target) ? target : `${cwd}/${target}`).split('/');
  let at = '/';
  for (let steps = 0; rest.length > 0; steps++) {
    at = paths.join(at, rest.shift() ?? '');
    if (steps > MAX_STEPS || OF_KERNEL.test(at)) return true;
    const link = files.isLink(at) ? files.readLink(at) : null;
    if (link === null) continue;
    rest = [...link.split('/'), ...rest];
    at = link.startsWith('/') ? '/' : paths.dirname(at);
  }
  return false;
}
