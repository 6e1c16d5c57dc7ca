import { renameSync } from 'node:fs';
import path from 'node:path';
import { makeStateFolder } from '../../../host/files/state-folder.ts';
import { describeStateObstacle } from '../../../messages/trust-messages.ts';
import { liesWithin } from '../../../util/paths.ts';
import { letsAllRead, MACHINE_IDENTIFIERS } from '../../../util/windows/access-rights.ts';
import {
  findExposedPart,
  listFoldersAbove,
  type PathPart,
  type WindowsExposure,
} from '../../../util/windows/exposed-path.ts';
import type { WindowsHelper } from '../../setup/windows/helper.ts';
import type { ConfAccess, Obstacle } from './access.ts';
import type { ConfScope } from './locate.ts';

type Helper = Pick<WindowsHelper, 'facts' | 'identity' | 'readAccess' | 'makeClosedFolder' | 'replaceFile'>;

const FIX = 'change its owner or access rights first (icacls), after a look at what is in it';

/** Access lists decide; nothing is known of groups that only administrators are in, so these count as other users. */
export function createWindowsAccess(scope: ConfScope, helper: Helper): ConfAccess {
  const { facts, readAccess } = helper;
  const trusted = scope === 'system' ? MACHINE_IDENTIFIERS : [...MACHINE_IDENTIFIERS, ...helper.identity()];
  const judge = (parts: readonly PathPart[]): Obstacle | null => {
    const exposure = findExposedPart(parts, readAccess, trusted);
    return exposure === null ? null : { reason: describe(exposure), fix: FIX };
  };
  const judgeFolders = (folders: readonly string[]) =>
    judge(folders.map((folder) => ({ path: folder, kind: 'holder' })));
  /** What lies above a user's own folders is for administrators to protect; a redirected folder may be on a server. */
  const listFolders = (file: string) => {
    const folders = listFoldersAbove(file);
    const tops = [facts.knownFolder('Profile'), facts.knownFolder('RoamingAppData')].filter((top) => top !== null);
    return scope === 'system' ? folders : folders.filter((folder) => tops.some((top) => isBelow(folder, top)));
  };
  return {
    judgePath: (file) => judgeFolders(listFolders(file)),
    judgeFile: (file, { mode }) => {
      // What Node makes of the read-only attribute.
      if ((mode & 0o222) === 0) return { reason: `${file} is read-only`, fix: 'attrib -r it first' };
      return judge([{ path: file, kind: 'file' }]);
    },
    isOwnRecord: (file) => judge([{ path: file, kind: 'file' }]) === null && judgeFolders(listFolders(file)) === null,
    findClosed: (file) => {
      const [rights] = scope === 'system' ? readAccess([file]) : [];
      const isOpen = rights === undefined || rights === null || rights === 'missing' || letsAllRead(rights);
      return isOpen ? null : `icacls "${file}" /grant *S-1-5-32-545:R`;
    },
    // A new file has what its folder gives, and an old one keeps its rights: see `replace`.
    prepare: () => {},
    replace: (temporary, file, before) => {
      if (before === null) {
        renameSync(temporary, file);
        return null;
      }
      const error = helper.replaceFile(file, temporary);
      return error === null ? null : `could not be replaced (${error})`;
    },
    makeRecordFolder: (folder, home) => {
      if (scope === 'user') {
        const obstacle = makeStateFolder(folder, home);
        if (obstacle !== null) throw new Error(`nothing can be recorded, since ${describeStateObstacle(obstacle)}`);
        return;
      }
      helper.makeClosedFolder(folder);
      const obstacle = judge([
        { path: folder, kind: 'folder' },
        ...listFoldersAbove(folder).map((above): PathPart => ({ path: above, kind: 'holder' })),
      ]);
      if (obstacle !== null) throw new Error(`nothing can be recorded, since ${obstacle.reason}: ${obstacle.fix}`);
    },
    isAdministrator: () => facts.isElevated(),
  };
}

function isBelow(folder: string, top: string): boolean {
  return liesWithin(folder.toLowerCase(), top.toLowerCase(), 'win32');
}

function describe({ path: name, kind, owner }: WindowsExposure): string {
  switch (kind) {
    case 'foreign-owner':
      return `${name} belongs to another user (${owner})`;
    case 'writable-by-others':
      return `${name} can be written by other users`;
    case 'unknown':
    case 'link':
      return `the access rights of ${path.win32.normalize(name)} cannot be read`;
  }
}
