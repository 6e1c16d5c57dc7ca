import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';

const TEMPORARY = '.pipward.';

/** Why a file is left to the user. */
export type ProfileObstacle =
  | 'read-only'
  | 'not-a-file'
  | 'dangling-link'
  | 'hard-linked'
  | 'other-owner'
  | 'unreadable'
  | 'changed-meanwhile'
  /** `>>` and Out-File of Windows PowerShell write it: bytes of another encoding would be garbage in it. */
  | 'utf-16';

export type Profile =
  | { readonly kind: 'missing' }
  /** `target` is the file itself where the profile is a link to it (`linked`). */
  | {
      readonly kind: 'file';
      readonly bytes: Buffer;
      readonly target: string;
      readonly linked: boolean;
      readonly mode: number;
    }
  | { readonly kind: 'unusable'; readonly obstacle: ProfileObstacle };

export type ProfileWrite =
  | { readonly kind: 'written' }
  | { readonly kind: 'unusable'; readonly obstacle: ProfileObstacle };

/** A shell's startup file as it is now, and whether it can be replaced. */
export function readProfile(file: string): Profile {
  try {
    const link = lstatSync(file, { throwIfNoEntry: false });
    if (link === undefined) return canWrite(closestFolder(file)) ? { kind: 'missing' } : unusable('read-only');
    if (link.isSymbolicLink() && !existsSync(file)) return unusable('dangling-link');
    const target = realpathSync.native(file);
    const stats = statSync(target);
    if (!stats.isFile()) return unusable('not-a-file');
    // A new file would part the names of this one.
    if (stats.nlink > 1) return unusable('hard-linked');
    // Root may write anywhere, but who took the permission away meant it.
    if ((stats.mode & 0o222) === 0 || !canWrite(target) || !canWrite(path.dirname(target)))
      return unusable('read-only');
    return {
      kind: 'file',
      bytes: readFileSync(target),
      target,
      linked: link.isSymbolicLink(),
      mode: stats.mode & 0o7777,
    };
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) return unusable('unreadable');
    throw error;
  }
}

/**
 * Puts `bytes` in the place of the profile at once: a shell that starts meanwhile reads the old file or the new one.
 * Mode, owner and links stay. `before` is what `readProfile` said; if that is no longer so, nothing is written.
 */
export function writeProfile(file: string, before: Profile, bytes: Buffer, backups: string): ProfileWrite {
  if (before.kind === 'unusable') return before;
  removeTemporaries(path.dirname(before.kind === 'file' ? before.target : file));
  if (!isUnchanged(file, before)) return unusable('changed-meanwhile');
  if (before.kind === 'missing') {
    mkdirSync(path.dirname(file), { recursive: true });
    return replaceFile(file, bytes, null, before, file);
  }
  backUp(before.target, path.basename(file), backups);
  return replaceFile(before.target, bytes, before.mode, before, file);
}

/** Deletes a profile that is still as `before` says. */
export function deleteProfile(file: string, before: Profile): ProfileWrite {
  removeTemporaries(path.dirname(file));
  if (!isUnchanged(file, before)) return unusable('changed-meanwhile');
  rmSync(file, { force: true });
  return { kind: 'written' };
}

function replaceFile(
  target: string,
  bytes: Buffer,
  mode: number | null,
  before: Profile,
  profile: string,
): ProfileWrite {
  const temporary = path.join(path.dirname(target), TEMPORARY + randomBytes(6).toString('hex'));
  try {
    const fd = openSync(temporary, 'wx', mode === null ? 0o644 : 0o600);
    try {
      writeFileSync(fd, bytes);
      if (mode !== null) {
        const { uid, gid } = statSync(target);
        fchownSync(fd, uid, gid);
        fchmodSync(fd, mode);
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // An editor may have saved while we wrote.
    if (!isUnchanged(profile, before)) return unusable('changed-meanwhile');
    renameSync(temporary, target);
    return { kind: 'written' };
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'EPERM') return unusable('other-owner');
    if (code === 'EACCES' || code === 'EROFS') return unusable('read-only');
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** What a setup that was killed left beside a startup file. Only under the lock. */
export function removeTemporaries(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const isOurs = name.startsWith(TEMPORARY) && /^[\da-f]{12}$/.test(name.slice(TEMPORARY.length));
    const stats = isOurs ? lstatSync(path.join(folder, name), { throwIfNoEntry: false }) : undefined;
    if (stats?.isFile() === true && stats.uid === process.geteuid?.()) rmSync(path.join(folder, name), { force: true });
  }
}

function isUnchanged(file: string, before: Profile): boolean {
  const now = readProfile(file);
  if (now.kind !== 'file' || before.kind !== 'file') return now.kind === before.kind;
  return now.target === before.target && now.bytes.equals(before.bytes);
}

/** Keeps one copy of each state. Startup files may hold secrets, so only the owner may read the copy. */
function backUp(target: string, name: string, backups: string): void {
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  for (let number = 1; ; number += 1) {
    const copy = path.join(backups, `${name}.${number}`);
    if (existsSync(copy)) {
      if (readFileSync(copy).equals(readFileSync(target))) return;
      continue;
    }
    copyFileSync(target, copy, constants.COPYFILE_EXCL);
    const fd = openSync(copy, 'r+');
    fchmodSync(fd, 0o600);
    fsyncSync(fd);
    closeSync(fd);
    return;
  }
}

function closestFolder(file: string): string {
  let folder = path.dirname(file);
  while (!existsSync(folder) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  return folder;
}

function canWrite(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function unusable(obstacle: ProfileObstacle): { readonly kind: 'unusable'; readonly obstacle: ProfileObstacle } {
  return { kind: 'unusable', obstacle };
}
