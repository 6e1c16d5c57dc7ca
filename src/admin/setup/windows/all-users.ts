import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { MACHINE_IDENTIFIERS } from '../../../util/windows/access-rights.ts';
import {
  findExposedFolder,
  findExposedPart,
  listFoldersAbove,
  type AccessReader,
  type PathPart,
  type WindowsExposure,
} from '../../../util/windows/exposed-path.ts';
import type { WindowsFile } from './files.ts';
import type { WindowsHelper } from './helper.ts';
import { isSameWindowsFolder } from './path-value.ts';

const paths = path.win32;
/** An example of a folder that all users may read and only administrators may write. */
const SAFE_FOLDER = 'C:\\Program Files\\pipward-archive';

/** Throws if this process has no administrator's rights; nothing here asks for them. */
export function requireElevated({ facts }: Pick<WindowsHelper, 'facts'>): void {
  if (facts.isElevated()) return;
  throw new Error(
    "an installation for all users needs an administrator's rights, and nothing here asks for them. Nothing was changed: " +
      'open a terminal with "Run as administrator", and run this again there',
  );
}

/** Throws if others than administrators could choose what is in the installation, which all users run. */
export function requireAdministratorsOnly(prefix: string, helper: Pick<WindowsHelper, 'readAccess'>): void {
  const exposure = findExposure(prefix, helper);
  if (exposure !== null) throw new Error(describeExposedPlace(exposure, prefix));
}

/** Looks at the installation, at all that is in it, and at the folders above. */
export function findExposure(
  prefix: string,
  { readAccess }: Pick<WindowsHelper, 'readAccess'>,
): WindowsExposure | null {
  const link = [...listFoldersAbove(prefix).toReversed(), prefix].find((folder) => isLink(folder));
  if (link !== undefined) return { path: link, kind: 'link', owner: null };
  return findExposedPlace(prefix, listInside(prefix), readAccess);
}

/** Returns what lets others than administrators choose what is in the installation: on the way to it, or in it. */
export function findExposedPlace(
  prefix: string,
  inside: readonly (PathPart | WindowsExposure)[],
  read: AccessReader,
): WindowsExposure | null {
  const link = inside.find((each) => each.kind === 'link');
  if (link?.kind === 'link') return link;
  const parts = inside.filter((each): each is PathPart => !('owner' in each));
  return findExposedFolder(prefix, read, MACHINE_IDENTIFIERS) ?? findExposedPart(parts, read, MACHINE_IDENTIFIERS);
}

/** Why the place is refused, and what an administrator can do. A command is given only for what is pipward's own. */
export function describeExposedPlace(exposure: WindowsExposure, prefix: string): string {
  const { path: name, kind } = exposure;
  const isInside = isSameWindowsFolder(name, prefix) || name.toLowerCase().startsWith(`${prefix.toLowerCase()}\\`);
  const why = `${describeExposure(exposure)}, and all users would run what is in ${prefix}. Nothing was changed: `;
  if (kind === 'link') return `${why}put a folder in the place of the link`;
  if (kind === 'unknown' || !isInside) return `${why}have only administrators write there first`;
  const command =
    kind === 'foreign-owner' ? `icacls "${prefix}" /setowner *S-1-5-32-544 /t` : `icacls "${prefix}" /reset /t`;
  return `${why}look at what is in it, then run, as administrator\n    ${command}`;
}

/**
 * Throws if a file that is about to become each user's pip is one that others than administrators own, or could replace: the Node
 * first of all, which runs at each call.
 */
export function requireSafeSources(
  files: readonly WindowsFile[],
  root: string,
  { readAccess }: Pick<WindowsHelper, 'readAccess'>,
): void {
  const sources = files.map(({ source }) => realpathSync.native(source));
  const exposure = findExposedSource(sources, readAccess);
  if (exposure !== null) throw new Error(describeExposedSource(exposure, root));
}

/** Returns what lets others than administrators change one of these files, or put another in its place. */
export function findExposedSource(sources: readonly string[], read: AccessReader): WindowsExposure | null {
  const folders = [...new Set(sources.flatMap((source) => listFoldersAbove(source)))];
  const parts = [
    ...folders.map((folder): PathPart => ({ path: folder, kind: 'holder' })),
    ...sources.map((source): PathPart => ({ path: source, kind: 'file' })),
  ];
  return findExposedPart(parts, read, MACHINE_IDENTIFIERS);
}

/** `root` is the folder of the archive or of the checkout. */
export function describeExposedSource(exposure: WindowsExposure, root: string): string {
  const isOurs = exposure.path.toLowerCase().startsWith(`${root.toLowerCase()}\\`);
  const isNode = paths.basename(exposure.path).toLowerCase() === 'node.exe' && !isOurs;
  return (
    `${describeExposure(exposure)}, and what is there would run as each user's pip. Nothing was changed: ` +
    (isNode
      ? 'use a Node.js that its installer put in Program Files, or the archive for Windows, which has one'
      : `as administrator, unpack the archive into a folder that only administrators can change (${SAFE_FOLDER}, say), ` +
        'and run this there')
  );
}

/** A clause. */
export function describeExposure({ path: name, kind, owner }: WindowsExposure): string {
  switch (kind) {
    case 'foreign-owner':
      return `${name} belongs to ${owner}, which is not Administrators, SYSTEM or TrustedInstaller`;
    case 'writable-by-others':
      return `${name} can be changed by users who are not administrators`;
    case 'unknown':
      return `it cannot be read who may change ${name}`;
    case 'link':
      return `${name} is a link to another folder`;
  }
}

/** All that is in a folder. */
function listInside(folder: string): readonly (PathPart | WindowsExposure)[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
      const name = path.join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink()) return { path: name, kind: 'link', owner: null };
      return { path: name, kind: entry.isDirectory() ? 'folder' : 'file' };
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
