import { errorCode } from '../host/error-code.ts';
import { cleanText } from '../terminal/clean.ts';

/** What the system said no to, why, and what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that there: look at the permissions, or choose another place',
  EPERM: 'this user may not do that there: look at the permissions, or choose another place',
  EROFS: 'its file system is read-only: choose another place',
  ENOSPC: 'no space is left on its file system: make some, then run this again',
  EDQUOT: 'your quota there is used up: make some space, then run this again',
  ENOTDIR: 'a part of that path is a file, not a folder: choose another place',
  ENOENT: 'a folder on that path is missing, or a link on it leads nowhere: choose another place',
  ELOOP: 'a link on that path leads back to itself: choose another place',
};

/**
 * The text of an error for a person; of the system's own, which name neither a reason that helps nor a way out, more. Paths
 * in it may be a repository's.
 */
export function describeError(error: unknown): string {
  return explain(error)
    .split('\n')
    .map((line) => cleanText(line))
    .join('\n');
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = ADVICE[errorCode(error) ?? ''];
  if (advice === undefined || !('path' in error) || typeof error.path !== 'string') return error.message;
  const target = 'dest' in error && typeof error.dest === 'string' ? error.dest : error.path;
  return `${target} could not be read or written: ${advice} (${errorCode(error)})`;
}
