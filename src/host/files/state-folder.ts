import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import type { StateObstacle } from '../../model/state-obstacle.ts';

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const STICKY = 0o1000;
const SET_GROUP = 0o2000;
/** How the marks of shown messages are named (shown-messages.ts): a code and 64 bits. */
const SHOWN_NAME = /^[a-z][a-z-]*-[\da-f]{16}$/;
const TRUST_NAMES: readonly string[] = ['trust.json', 'trust.json.lock'];

/**
 * Returns what forbids to write or delete anything in the state folder; null if nothing does. HOME, or the folder of
 * XDG_STATE_HOME, must belong to the caller: root with the HOME of a user leaves that alone. On the way down from there
 * only the caller and root may be able to put something else in the place of a folder. The folder itself is not a link.
 */
export function findStateObstacle(folder: string, home: string | null): StateObstacle | null {
  if (process.platform === 'win32') return null;
  const base = path.dirname(folder);
  const anchor = home !== null && base === path.join(home, '.local', 'state') ? home : base;
  if (anchor === home && !existsSync(home)) return { kind: 'missing', path: home };
  const owned = findExisting(anchor);
  if (!isOwn(statSync(owned))) return { kind: 'other-user', path: owned };
  return findObstacleAbove(findExisting(base), home) ?? judgeFolder(folder);
}

/** Makes the state folder with mode 0700, unless something forbids that. Returns what does. Throws as the file system does. */
export function makeStateFolder(folder: string, home: string | null): StateObstacle | null {
  const obstacle = findStateObstacle(folder, home);
  if (obstacle !== null) return obstacle;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Another process may have been faster.
  const late = findStateObstacle(folder, home);
  if (late === null) closeToOthers(folder);
  return late;
}

/** The same for the folder of shown messages, which is in it. */
export function makeShownFolder(folder: string, home: string | null): StateObstacle | null {
  const obstacle = makeStateFolder(folder, home);
  if (obstacle !== null) return obstacle;
  const shown = shownIn(folder);
  mkdirSync(shown, { recursive: true, mode: 0o700 });
  const late = judgeFolder(shown);
  if (late === null) closeToOthers(shown);
  return late;
}

/** The same question about the folder of shown messages alone. */
export function findShownObstacle(folder: string): StateObstacle | null {
  return judgeFolder(shownIn(folder));
}

/** Returns where the marks of shown messages are, in the state folder. */
export function shownIn(folder: string): string {
  return path.join(folder, 'shown');
}

/** Deletes what is remembered: the files that we write and the folders that are empty then. Returns why not, if not. */
export function clearState(folder: string, home: string | null): StateObstacle | null {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return null;
  const obstacle = findStateObstacle(folder, home);
  if (obstacle !== null) return obstacle;
  for (const name of TRUST_NAMES) removeOwnFile(path.join(folder, name));
  const shown = shownIn(folder);
  const inner = judgeFolder(shown);
  if (inner === null) clearShown(shown, 0);
  for (const empty of inner === null ? [shown, folder] : [folder]) removeEmptyFolder(empty);
  removeStateBase(path.dirname(folder), home);
  return inner;
}

/** Deletes an empty ~/.local/state as makeStateFolder leaves it: with the mode that XDG programs make it with. */
export function removeStateBase(base: string, home: string | null): void {
  if (home === null || base !== path.join(home, '.local', 'state')) return;
  const stats = lstatSync(base, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true && isOwn(stats) && (stats.mode & 0o777) === 0o700) removeEmptyFolder(base);
}

/** Deletes the marks of messages that are older than `age`, and nothing else that may be in the folder. */
export function clearShown(shown: string, age: number): void {
  const names = existsSync(shown) ? readdirSync(shown) : [];
  for (const name of names.filter((each) => SHOWN_NAME.test(each))) {
    const file = path.join(shown, name);
    const modified = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (Date.now() - modified >= age) removeOwnFile(file);
  }
}

/** Returns the first thing on the way up to HOME, or to the root folder, that lets others choose what is below it. */
function findObstacleAbove(start: string, home: string | null): StateObstacle | null {
  const end = home === null ? null : realpathSync(findExisting(home));
  for (let current = realpathSync(start); ; current = path.dirname(current)) {
    const stats = statSync(current);
    if (!isOwn(stats) && stats.uid !== 0) return { kind: 'other-user', path: current };
    if (isOpenToOthers(stats)) return { kind: 'others-write', path: current };
    if (current === end || current === path.dirname(current)) return null;
  }
}

function judgeFolder(folder: string): StateObstacle | null {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isDirectory()) return { kind: stats.isSymbolicLink() ? 'link' : 'not-a-folder', path: folder };
  if (process.platform === 'win32') return null;
  if (!isOwn(stats)) return { kind: 'other-user', path: folder };
  // Another user may already have written into it: its content is not adopted.
  return (stats.mode & (OTHERS_WRITE | GROUP_WRITES)) === 0 ? null : { kind: 'others-write', path: folder };
}

function isOwn({ uid }: Stats): boolean {
  return uid === process.geteuid?.();
}

/** As for environments (docs/explanation/security.md): a group of one's own may write, and in a sticky folder each user has their own files. */
function isOpenToOthers(stats: Stats): boolean {
  if ((stats.mode & STICKY) !== 0) return false;
  const isShared = (stats.mode & SET_GROUP) !== 0 || !isOwn(stats);
  return (stats.mode & OTHERS_WRITE) !== 0 || ((stats.mode & GROUP_WRITES) !== 0 && isShared);
}

function closeToOthers(folder: string): void {
  if (process.platform !== 'win32' && (lstatSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

function removeOwnFile(file: string): void {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || (process.platform !== 'win32' && !isOwn(stats))) return;
  rmSync(file, { force: true });
}

function removeEmptyFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or gone.
  }
}

/** The path, or the nearest folder above it that is there. */
function findExisting(file: string): string {
  let current = file;
  while (!existsSync(current) && current !== path.dirname(current)) current = path.dirname(current);
  return current;
}
