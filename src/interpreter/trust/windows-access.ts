import type { CallContext } from '../../model/call-context.ts';
import {
  findAccessFault,
  findUserIdentifier,
  MACHINE_IDENTIFIERS,
  type AccessFault,
} from '../../util/windows/access-rights.ts';

/**
 * Returns what lets others than the user and administrators change a file or folder, by its access rights; null if nothing does,
 * if it is missing, or if Windows cannot be asked. What is there and cannot be judged counts as another user's. `isAbove`: a
 * folder that only leads to what is judged. All users may add folders to C:\, which puts nothing in the place of another.
 */
export function findWindowsFault(
  path: string,
  context: Pick<CallContext, 'files' | 'windows'>,
  isAbove: boolean,
): AccessFault | null {
  const status = context.files.status(path);
  if (status === null || context.windows === undefined) return null;
  const rights = context.windows.access(path);
  if (rights === null) return 'foreign-owner';
  const user = findUserIdentifier(context);
  const trusted = user === null ? MACHINE_IDENTIFIERS : [...MACHINE_IDENTIFIERS, user];
  return findAccessFault(rights, status.kind !== 'directory' ? 'file' : isAbove ? 'holder' : 'folder', trusted);
}
