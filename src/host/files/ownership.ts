import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../error-code.ts';

/** What lets users change a file who should not be able to: its owner, or its permissions. */
export type Exposure = {
  readonly path: string;
  /** `link`: a link stands where only a folder may. */
  readonly kind: 'other-user' | 'others-write' | 'link';
  readonly owner: number;
  /** Permission bits alone. */
  readonly mode: number;
};

const GROUP_OR_OTHERS_WRITE = 0o022;
const OTHERS_WRITE = 0o002;
const GROUP_WRITE = 0o020;
/** Debian's group `staff`, which has the number 50 on each machine. */
const STAFF = { gid: 50, name: 'staff' };
/** The kernel's limit. */
const MAX_LINKS = 40;

/**
 * Returns the first thing on the way to a file that is not root's, or that the group or others can write: every folder
 * from the root on, every link and what it leads to, the file itself. Null if only root can change the file or put another
 * in its place. What does not exist yet is not looked at. The sticky bit does not help: a folder in which all may make
 * files must not hold a program of root's. Nor is a folder exposed that belongs to a group without members (see isEmptyStaff).
 */
export function findExposure(file: string): Exposure | null {
  let rest = splitPath(path.resolve(file));
  let links = 0;
  let current = '/';
  let exposure = findOwnExposure(current);
  while (exposure === null && rest.length > 0) {
    const [name = '', ...behind] = rest;
    rest = behind;
    if (name === '..') current = path.dirname(current);
    if (name === '..' || name === '.') continue;
    const next = path.join(current, name);
    exposure = findOwnExposure(next);
    const target = readLink(next);
    if (target === null) current = next;
    // The kernel follows no more, so no program is reached.
    else if ((links += 1) > MAX_LINKS) return null;
    else {
      rest = [...splitPath(target), ...rest];
      if (path.isAbsolute(target)) current = '/';
    }
  }
  return exposure;
}

/** Returns the first file or folder below a folder that is not root's, or that the group or others can write. Links are not followed. */
export function findExposedInside(folder: string): Exposure | null {
  try {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const exposure = findOwnExposure(path.join(folder, name));
      if (exposure !== null) return exposure;
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return null;
}

/**
 * Returns what in an installation is another user's, or leads out of it: its folder, or a folder in it that files are
 * written to or deleted from. Null if only the caller can have put together what its manifest says.
 */
export function findForeignFolder(prefix: string, files: readonly string[]): Exposure | null {
  const top = process.platform === 'win32' ? undefined : statSync(prefix, { throwIfNoEntry: false });
  if (top === undefined) return null;
  if (top.uid !== process.geteuid?.()) return describe(prefix, 'other-user', top);
  if ((top.mode & OTHERS_WRITE) !== 0) return describe(prefix, 'others-write', top);
  for (const folder of new Set(files.flatMap((file) => listFolders(file)))) {
    const inner = path.join(prefix, folder);
    const stats = lstatSync(inner, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    if (!stats.isDirectory()) return describe(inner, 'link', stats);
    if (stats.uid !== top.uid) return describe(inner, 'other-user', stats);
  }
  return null;
}

function findOwnExposure(file: string): Exposure | null {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.uid !== 0) return describe(file, 'other-user', stats);
  const open = stats.mode & GROUP_OR_OTHERS_WRITE;
  const isOpen = !stats.isSymbolicLink() && open !== 0 && !(open === GROUP_WRITE && isEmptyStaff(stats.gid));
  return isOpen ? describe(file, 'others-write', stats) : null;
}

/**
 * Whether this is Debian's group `staff` and no user but root is in it. Debian gives it /usr/local, with write permission;
 * root alone adds members. Any other group counts as other users: containers run arbitrary users in group root.
 */
function isEmptyStaff(gid: number): boolean {
  if (gid !== STAFF.gid) return false;
  const [name, , number, members = ''] = readGroup().split(':');
  const others = members
    .trim()
    .split(',')
    .filter((member) => member !== '' && member !== 'root');
  return name === STAFF.name && number === String(gid) && others.length === 0 && !hasPrimaryMember(gid);
}

/** The line of the group, from every database that the system uses (LDAP, for example). */
function readGroup(): string {
  try {
    return execFileSync('/usr/bin/getent', ['group', String(STAFF.gid)], { encoding: 'utf8', env: {} });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') return '';
    return readLines('/etc/group').find((line) => line.split(':')[2] === String(STAFF.gid)) ?? '';
  }
}

function hasPrimaryMember(gid: number): boolean {
  return readLines('/etc/passwd').some((line) => {
    const [, , user, group] = line.split(':');
    return group === String(gid) && user !== '0';
  });
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function describe(file: string, kind: Exposure['kind'], { uid, mode }: Stats): Exposure {
  return { path: file, kind, owner: uid, mode: mode & 0o7777 };
}

function readLink(file: string): string | null {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true ? readlinkSync(file) : null;
}

function splitPath(file: string): readonly string[] {
  return file.split('/').filter(Boolean);
}

/** `dist`, `dist/diagnostics` of `dist/diagnostics/x.md`. */
function listFolders(file: string): readonly string[] {
  const parent = path.posix.dirname(file);
  return parent === '.' ? [] : [...listFolders(parent), parent];
}
