import { accessSync, constants, existsSync, lstatSync, statfsSync } from 'node:fs';
import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';
import { findStateFolder } from '../../util/state-location.ts';
import { findStateObstacle, makeStateFolder } from '../files/state-folder.ts';
import { judgeLog, LOG_NAME } from './append-line.ts';

/** Where the log is, or would be: a state folder with the home directory that it is checked against. */
export type LogFolder = { readonly folder: string; readonly home: string | null };

type Where = Pick<CallContext, 'env' | 'home' | 'platform'> & Partial<Pick<CallContext, 'accountHome'>>;

/**
 * Returns the folders that the log may be in, the one that is tried first at the front. Root with the HOME of another user
 * writes nothing there: the folder of the account itself comes after it.
 */
export function listLogFolders(context: Where): readonly LogFolder[] {
  const { home, platform, accountHome = null } = context;
  const account = { env: {}, home: accountHome, platform };
  return [
    { folder: findStateFolder(context), home },
    { folder: accountHome === home ? null : findStateFolder(account), home: accountHome },
  ].flatMap(({ folder, home: above }) => (folder === null ? [] : [{ folder, home: above }]));
}

/** Makes the first folder that nothing speaks against, and returns it; null if there is none. */
export function makeLogFolder(context: CallContext): string | null {
  const { env, home, platform } = context;
  // The account is looked up only if it is needed.
  const usual = findStateFolder({ env, home, platform });
  if (usual !== null && isUsable({ folder: usual, home })) return usual;
  return listLogFolders(context).find(isUsable)?.folder ?? null;
}

/** A folder that is there is checked once; only a new one, or one that is open to others, takes more. */
function isUsable({ folder, home }: LogFolder): boolean {
  try {
    const mode = lstatSync(folder, { throwIfNoEntry: false })?.mode ?? 0o777;
    return ((mode & 0o077) === 0 ? findStateObstacle : makeStateFolder)(folder, home) === null;
  } catch {
    return false;
  }
}

/** Returns the folder that a call would write its log to, or why none: for doctor and audit, which write nothing. */
export function findLogFolder(context: Where): { readonly folder: string } | { readonly why: string } {
  let why: string | null = null;
  for (const { folder, home } of listLogFolders(context)) {
    const fault = describeFault(folder, home);
    if (fault === null) return { folder };
    // Where HOME is another user's, the account's own folder is what counts.
    if (why === null || why.endsWith(FAULTS['other-user'])) why = fault;
  }
  return { why: why ?? 'there is no home directory' };
}

function describeFault(folder: string, home: string | null): string | null {
  let place = folder;
  try {
    const obstacle = findStateObstacle(folder, home);
    if (obstacle !== null) return `${obstacle.path} ${FAULTS[obstacle.kind]}`;
    const file = path.join(folder, LOG_NAME);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    const fault = stats === undefined ? null : judgeLog(stats);
    if (fault !== null) return `${file} ${FAULTS[fault]}`;
    place = stats === undefined ? findExisting(folder) : file;
    accessSync(place, constants.W_OK);
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize < LINE_BYTES ? `no space is left for ${file}` : null;
  } catch {
    return `${place} cannot be written`;
  }
}

/** As much as a line may have. */
const LINE_BYTES = 4096;

const FAULTS = {
  missing: 'does not exist',
  link: 'is a link',
  'not-a-folder': 'is not a folder',
  'not-a-file': 'is not a regular file',
  'other-user': 'belongs to another user',
  'others-write': 'can be written by other users',
} as const;

function findExisting(folder: string): string {
  return existsSync(folder) || folder === path.dirname(folder) ? folder : findExisting(path.dirname(folder));
}
