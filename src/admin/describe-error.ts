import { errorCode } from '../host/error-code.ts';
import { cleanText } from '../terminal/clean.ts';

/** Why the system refused, and what to do. */
const ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'you have no permission there: change the permissions, or choose another place',
  EPERM: 'you have no permission there: change the permissions, or choose another place',
  EROFS: 'its file system is read-only: choose another place',
  ENOSPC: 'no space is left on its file system: make some, then run this again',
  EDQUOT: 'your quota there is used up: make some space, then run this again',
  ENOTDIR: 'a part of that path is a file, not a folder: choose another place',
  ENOENT: 'a folder on that path is missing, or a link on it leads nowhere: choose another place',
  EISDIR: 'it is a folder, not a file: name a file in it',
  ELOOP: 'a link on that path leads back to itself: choose another place',
};

/**
 * Returns the text of an error for the user. For an error of the system, whose own text does not help, it says why and what
 * to do. Cleaned, since paths in it may come from a repository.
 */
export function describeError(error: unknown): string {
  return explain(error)
    .split('\n')
    .map((line) => cleanText(line))
    .join('\n');
}

/** Returns why a file that was named could not be read; without a path, which the caller prints. */
export function describeReadFailure(error: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EISDIR: 'it is a folder, not a file',
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
    ELOOP: 'it is a link that leads back to itself',
    ENAMETOOLONG: 'that name is too long',
    ERR_STRING_TOO_LONG: 'it is larger than 512 MiB',
    ERR_FS_FILE_TOO_LARGE: 'it is larger than 512 MiB',
  };
  return reasons[errorCode(error) ?? ''] ?? explain(error);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const advice = ADVICE[errorCode(error) ?? ''];
  if (advice === undefined || !('path' in error) || typeof error.path !== 'string') return error.message;
  const target = 'dest' in error && typeof error.dest === 'string' ? error.dest : error.path;
  return `${target} could not be read or written: ${advice} (${errorCode(error)})`;
}
