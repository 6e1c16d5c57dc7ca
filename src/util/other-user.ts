import type { CallContext } from '../model/call-context.ts';
import { readVariable } from './variables.ts';
import { isOfOtherUser } from './windows/other-user.ts';

/** Permission bit that lets everyone add, and without the sticky bit rename, files in a directory. */
const EVERYONE_WRITES = 0o002;

type Viewed = Pick<CallContext, 'files' | 'userId' | 'env' | 'platform' | 'windows'>;

/** Returns whether another user put `file` directly into `directory`, where everyone can write: see `findOtherUser`. */
export function isFromOtherUser(directory: string, file: string, viewed: Viewed): boolean {
  if (PIPWARD_FOR_WINDOWS && viewed.platform === 'win32') return isOfOtherUser(directory, file, viewed);
  return findOtherUser(directory, file, viewed) !== null;
}

/**
 * Returns the user who put `file` directly into `directory`, where everyone can write (/tmp): then it says nothing
 * about a project of the caller's; null if its word counts. The caller, root, and for root the user who typed sudo may put files there; of a link
 * its own owner counts as well. In all other directories ownership is ignored: root in a container obeys a project of the
 * user's. A missing file costs no further look at the disk.
 */
export function findOtherUser(
  directory: string,
  file: string,
  { files, userId, env, platform }: Viewed,
): number | null {
  if (userId === null || platform === 'win32') return null;
  const owners = [files.linkOwner(file), files.status(file)?.owner ?? null].filter((owner) => owner !== null);
  if (owners.length === 0 || ((files.status(directory)?.mode ?? 0) & EVERYONE_WRITES) === 0) return null;
  const trusted = [0, userId, userId === 0 ? readSudoUser({ env, platform }) : null];
  return owners.find((owner) => !trusted.includes(owner)) ?? null;
}

/** The user who typed sudo. Only root can believe it: everyone else can set the variable. */
function readSudoUser(context: Pick<Viewed, 'env' | 'platform'>): number | null {
  const value = readVariable(context, 'SUDO_UID') ?? '';
  return /^\d{1,10}$/.test(value) ? Number(value) : null;
}
