import path from 'node:path';
import type { AccessRights } from '../../model/call-context.ts';
import { findAccessFault, type AccessFault } from './access-rights.ts';

/** A file or folder, and what others must not be able to do to it (see `findAccessFault`). */
export type PathPart = { readonly path: string; readonly kind: 'file' | 'holder' | 'folder' };

/** Access rights of each path in the order of the paths; null if they cannot be read. */
export type AccessReader = (paths: readonly string[]) => readonly (AccessRights | 'missing' | null)[];

/** What lets others than the trusted ones choose what is at a path. */
export type WindowsExposure = {
  readonly path: string;
  readonly kind: AccessFault | 'unknown' | 'link';
  readonly owner: string | null;
};

/** Returns the first part that others than `trusted` may change; null if there is none. Missing parts do not count. */
export function findExposedPart(
  parts: readonly PathPart[],
  read: AccessReader,
  trusted: readonly string[],
): WindowsExposure | null {
  const rights = read(parts.map((part) => part.path));
  for (const [index, { path: name, kind }] of parts.entries()) {
    const known = rights[index] ?? null;
    if (known === 'missing') continue;
    if (known === null) return { path: name, kind: 'unknown', owner: null };
    const fault = findAccessFault(known, kind, trusted);
    if (fault !== null) return { path: name, kind: fault, owner: known.owner };
  }
  return null;
}

/**
 * Returns the first thing on the way to a folder that lets others choose what is in it: the folder itself or, if it is missing, the
 * nearest one above, where it will be made; and all above that, where another folder could take its place.
 */
export function findExposedFolder(
  folder: string,
  read: AccessReader,
  trusted: readonly string[],
): WindowsExposure | null {
  const chain = [folder, ...listFoldersAbove(folder)];
  const rights = read(chain);
  const nearest = rights.findIndex((each) => each !== 'missing');
  const parts = chain.map((name, at): PathPart => ({ path: name, kind: at === nearest ? 'folder' : 'holder' }));
  return findExposedPart(parts.toReversed(), () => rights.toReversed(), trusted);
}

/** Returns the folders above a path, the nearest first and the root last. */
export function listFoldersAbove(file: string): readonly string[] {
  const parent = path.win32.dirname(file);
  return parent === file ? [] : [parent, ...listFoldersAbove(parent)];
}
