import type { CallContext } from '../../model/call-context.ts';
import { findUserIdentifier, letsAllAdd, MACHINE_IDENTIFIERS } from './access-rights.ts';

/**
 * Returns whether another user put `file` directly into `directory`, where all users may add files: C:\Users\Public, C:\Windows\Temp.
 * A missing file takes no question, the usual one two.
 */
export function isOfOtherUser(
  directory: string,
  file: string,
  context: Pick<CallContext, 'files' | 'windows'>,
): boolean {
  const { files, windows } = context;
  if (windows === undefined || files.status(file) === null) return false;
  const owner = windows.access(file)?.owner;
  if (owner === undefined || MACHINE_IDENTIFIERS.includes(owner)) return false;
  // Asked before who the user is, which takes most questions: few folders are open to all.
  const folder = windows.access(directory);
  if (folder === null || !letsAllAdd(folder)) return false;
  const user = findUserIdentifier(context);
  return user !== null && user !== owner;
}
