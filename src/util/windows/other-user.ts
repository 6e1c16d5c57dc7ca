import type { CallContext } from '../../model/call-context.ts';
import { findUserIdentifier, letsAllAdd, MACHINE_IDENTIFIERS } from './access-rights.ts';

/**
 * Returns whether another user put `file` directly into `directory`, where all users may add files: C:\Users\Public, C:\Windows\Temp.
 * A missing file takes no question, and the usual file, which is the caller's own, takes one.
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
  const user = findUserIdentifier(context);
  const folder = user === null || user === owner ? null : windows.access(directory);
  return folder !== null && letsAllAdd(folder);
}
