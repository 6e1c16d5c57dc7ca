import {
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  statSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { findExposure } from '../../../host/files/ownership.ts';
import { makeStateFolder } from '../../../host/files/state-folder.ts';
import { describeStateObstacle } from '../../../messages/trust-messages.ts';
import { describeExposure } from '../../exposure-messages.ts';
import type { ConfScope } from './locate.ts';

/** Why a file is left alone, as a clause, and what to do. */
export type Obstacle = { readonly reason: string; readonly fix: string };

/** Who may change what, and how a file is replaced without a change to that: by owner and mode, on Windows by access lists. */
export type ConfAccess = {
  /** What lets other users choose what is at a path; null if nothing does. */
  readonly judgePath: (file: string) => Obstacle | null;
  /** What lets other users change a regular file, or keeps the caller from it; null if nothing does. */
  readonly judgeFile: (file: string, stats: Stats) => Obstacle | null;
  /** Whether only the caller, for all users an administrator, can have written the record. */
  readonly isOwnRecord: (file: string, stats: Stats) => boolean;
  /** Whether a file for all users is closed to some of them; what to do then. */
  readonly findClosed: (file: string) => string | null;
  /** Gives a file that is about to take the place of another one (null: of none) its owner and mode. */
  readonly prepare: (fd: number, before: Stats | null) => void;
  /** Puts a file in the place of another one (null: of none) by one rename. Returns why not, as a clause without its subject. */
  readonly replace: (temporary: string, file: string, before: Stats | null) => string | null;
  /** Makes the folder of the record, open to the caller alone. Throws if others could write there. */
  readonly makeRecordFolder: (folder: string, home: string | null) => void;
  /** Whether this process may change what is for all users. */
  readonly isAdministrator: () => boolean;
};

const STICKY = 0o1000;

export function createUnixAccess(scope: ConfScope): ConfAccess {
  return {
    judgePath: (file) => {
      const reason = describeOpenPath(file, scope);
      return reason === null ? null : { reason, fix: 'change its owner or mode first, after a look at what is in it' };
    },
    judgeFile: (file, stats) => judgeFile(file, stats, scope),
    isOwnRecord: (file, stats) =>
      stats.uid === process.geteuid?.() &&
      (stats.mode & 0o022) === 0 &&
      (scope === 'user' || findExposure(file) === null),
    findClosed: (file) => {
      const stats = scope === 'system' ? statSync(file, { throwIfNoEntry: false }) : undefined;
      return stats === undefined || (stats.mode & 0o004) !== 0 ? null : `chmod a+r ${file}`;
    },
    prepare: (fd, before) => {
      if (before !== null) keepOwner(fd, before);
      fchmodSync(fd, before === null ? 0o644 : before.mode & 0o7777);
    },
    replace: (temporary, file) => {
      renameSync(temporary, file);
      return null;
    },
    makeRecordFolder: (folder, home) => makeRecordFolder(folder, scope, home),
    isAdministrator: () => process.geteuid?.() === 0,
  };
}

function judgeFile(file: string, stats: Stats, scope: ConfScope): Obstacle | null {
  if (stats.uid !== (scope === 'system' ? 0 : process.geteuid?.())) {
    const reason = `${file} belongs to another user (${stats.uid})`;
    return { reason, fix: 'run this as that user, or change its owner' };
  }
  // Root may write anywhere, but who took the permission away meant it.
  if ((stats.mode & 0o222) === 0) {
    return { reason: `${file} is read-only (mode ${octal(stats)})`, fix: 'chmod u+w it first' };
  }
  if ((stats.mode & 0o022) !== 0 && isOpen(stats)) {
    return { reason: `${file} can be written by other users (mode ${octal(stats)})`, fix: 'chmod go-w it first' };
  }
  return null;
}

function describeOpenPath(file: string, scope: ConfScope): string | null {
  const folder = findExisting(path.dirname(file));
  if (scope === 'system') {
    const exposure = findExposure(path.dirname(file));
    return exposure === null ? null : describeExposure(exposure);
  }
  const nearest = statSync(folder);
  if (!nearest.isDirectory()) return `${folder} is not a folder`;
  if (nearest.uid !== process.geteuid?.()) return `${folder} belongs to another user (${nearest.uid})`;
  for (let current = realpathSync(folder); ; current = path.dirname(current)) {
    const stats = statSync(current);
    if (stats.uid !== 0 && stats.uid !== process.geteuid?.())
      return `${current} belongs to another user (${stats.uid})`;
    const isNearest = current === realpathSync(folder);
    if (isOpen(stats) && (isNearest || (stats.mode & STICKY) === 0)) {
      return `${current} can be written by other users (mode ${octal(stats)})`;
    }
    if (current === path.dirname(current)) return null;
  }
}

/** A group that only this user is in (the usual umask 002) lets no other user write. */
function isOpen({ mode, uid, gid }: Stats): boolean {
  const isOwnGroup = uid !== 0 && gid === uid && (mode & 0o2000) === 0;
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && !isOwnGroup);
}

function keepOwner(fd: number, { uid, gid }: Stats): void {
  const now = fstatSync(fd);
  if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid, gid);
}

function makeRecordFolder(folder: string, scope: ConfScope, home: string | null): void {
  if (scope === 'user') {
    const obstacle = makeStateFolder(folder, home);
    if (obstacle !== null) throw new Error(`nothing can be recorded, since ${describeStateObstacle(obstacle)}`);
    return;
  }
  const exposure = findExposure(folder);
  if (exposure !== null) throw new Error(`nothing can be recorded, since ${describeExposure(exposure)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function findExisting(folder: string): string {
  let current = folder;
  while (lstatSync(current, { throwIfNoEntry: false }) === undefined && current !== path.dirname(current)) {
    current = path.dirname(current);
  }
  return current;
}

function octal({ mode }: Stats): string {
  return (mode & 0o7777).toString(8);
}
