import type { AccessRights, CallContext, WindowsFacts } from '../../model/call-context.ts';

/** Administrators, SYSTEM and TrustedInstaller: what an ordinary user of the machine cannot act as. */
export const MACHINE_IDENTIFIERS: readonly string[] = [
  'S-1-5-32-544',
  'S-1-5-18',
  'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464',
];

/** CREATOR OWNER and OWNER RIGHTS stand for the owner, which is judged by itself. */
const OF_OWNER: readonly string[] = ['S-1-3-0', 'S-1-3-4'];

/** INHERIT_ONLY_ACE: the entry is for what lies below, not for this file or folder. */
const INHERIT_ONLY = 0x8;

const GENERIC_ALL = 0x1000_0000;
const GENERIC_WRITE = 0x4000_0000;
/** DELETE, WRITE_DAC, WRITE_OWNER. */
const TAKES_OVER = 0x0001_0000 | 0x0004_0000 | 0x0008_0000;
/** FILE_WRITE_DATA, FILE_APPEND_DATA. */
const CHANGES_FILE = 0x2 | 0x4;
/** FILE_DELETE_CHILD. */
const DELETES_CHILD = 0x40;
/** FILE_ADD_FILE, FILE_ADD_SUBDIRECTORY. */
const ADDS_CHILD = 0x2 | 0x4;

/**
 * The rights that matter. `file`: to change a file. `holder`: to put another file in the place of one in the folder; to add a file
 * beside it does not count, since all users may do that in folders that are made in C:\ProgramData. `folder`: that, too.
 */
const RIGHTS = {
  file: TAKES_OVER | CHANGES_FILE | GENERIC_WRITE | GENERIC_ALL,
  holder: TAKES_OVER | DELETES_CHILD | GENERIC_ALL,
  folder: TAKES_OVER | DELETES_CHILD | ADDS_CHILD | GENERIC_WRITE | GENERIC_ALL,
};

/** Why a file or folder is not trusted: its owner, who may give themselves every right, or an entry that lets others write. */
export type AccessFault = 'foreign-owner' | 'writable-by-others';

/**
 * Returns what is wrong with access rights if only `trusted` may write; null if nothing is. Entries count as Windows reads them:
 * in their order, so that a right which was denied before to the same identifier, or to everyone, is not allowed behind that.
 * Without a list everyone has every right; an empty list gives none.
 */
export function findAccessFault(
  { owner, entries }: AccessRights,
  kind: keyof typeof RIGHTS,
  trusted: readonly string[],
): AccessFault | null {
  if (!trusted.includes(owner)) return 'foreign-owner';
  if (entries === null) return 'writable-by-others';
  const harmless = new Set([...trusted, ...OF_OWNER]);
  const denied = new Map<string, number>();
  for (const { kind: effect, identifier, mask, flags } of entries) {
    if ((flags & INHERIT_ONLY) !== 0) continue;
    const known = denied.get(identifier) ?? 0;
    if (effect === 'deny') denied.set(identifier, known | expand(mask, kind));
    else if (!harmless.has(identifier)) {
      const left = expand(mask, kind) & ~(known | (denied.get(EVERYONE) ?? 0));
      if ((left & RIGHTS[kind]) !== 0) return 'writable-by-others';
    }
  }
  return null;
}

/** A token is never without it. */
const EVERYONE = 'S-1-1-0';
/** Everyone, authenticated users, those at the console, those who came over the network, and the group of all users. */
const ALL_USERS: readonly string[] = [EVERYONE, 'S-1-5-11', 'S-1-5-4', 'S-1-5-2', 'S-1-5-32-545'];

/** Returns whether all users of the machine may add a file or folder to a folder with these rights. */
export function letsAllAdd({ entries }: AccessRights): boolean {
  if (entries === null) return true;
  return entries.some(
    ({ kind, identifier, mask, flags }) =>
      kind === 'allow' &&
      (flags & INHERIT_ONLY) === 0 &&
      ALL_USERS.includes(identifier) &&
      (expand(mask, 'folder') & ADDS_CHILD) !== 0,
  );
}

/** FILE_READ_DATA, GENERIC_READ, GENERIC_ALL. */
const READS = 0x1 | 0x8000_0000 | GENERIC_ALL;

/** Returns whether all users of the machine may read a file with these rights. What is denied to a group is not looked at. */
export function letsAllRead({ entries }: AccessRights): boolean {
  if (entries === null) return true;
  return entries.some(
    ({ kind, identifier, mask, flags }) =>
      kind === 'allow' && (flags & INHERIT_ONLY) === 0 && ALL_USERS.includes(identifier) && (mask & READS) !== 0,
  );
}

/** Generic rights become those that they stand for: of a folder GENERIC_WRITE lets add files and not delete any. */
function expand(mask: number, kind: keyof typeof RIGHTS): number {
  const all = (mask & GENERIC_ALL) === 0 ? 0 : TAKES_OVER | CHANGES_FILE | (kind === 'file' ? 0 : DELETES_CHILD);
  const write = (mask & GENERIC_WRITE) === 0 ? 0 : CHANGES_FILE;
  return (mask & ~(GENERIC_ALL | GENERIC_WRITE)) | all | write;
}

/**
 * Returns the security identifier of the user who calls: the profile with their folder, in a part of the registry that
 * administrators alone may write. Null if it is not known.
 */
export function findUserIdentifier({ windows }: Pick<CallContext, 'windows'>): string | null {
  const profile = windows?.knownFolder('Profile') ?? null;
  if (windows === undefined || profile === null) return null;
  const found = windows
    .registryKeys(PROFILES)
    .find((key) => readProfileFolder(key, profile, windows).toLowerCase() === profile.toLowerCase());
  return found ?? null;
}

/** Returns the profile folders of the people who have an account here: the names of other accounts do not begin so. */
export function listProfileFolders(windows: WindowsFacts): readonly string[] {
  const own = windows.knownFolder('Profile') ?? 'C:';
  return windows
    .registryKeys(PROFILES)
    .filter((key) => key.startsWith('S-1-5-21-') || key.startsWith('S-1-12-1-'))
    .map((key) => readProfileFolder(key, own, windows))
    .filter((folder) => /^[a-z]:/i.test(folder));
}

/** `own`: a folder on the drive of Windows. SYSTEM and the accounts of services have theirs below %SystemRoot%. */
function readProfileFolder(key: string, own: string, windows: WindowsFacts): string {
  const folder = windows.registryValue(`${PROFILES}\\${key}`, 'ProfileImagePath') ?? '';
  const root = /^%SystemRoot%/i.test(folder) ? windows.registryValue(WINDOWS, 'SystemRoot') : null;
  return folder.replace(/^%SystemRoot%/i, (text) => root ?? text).replace(/^%SystemDrive%/i, own.slice(0, 2));
}

const WINDOWS = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const PROFILES = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
