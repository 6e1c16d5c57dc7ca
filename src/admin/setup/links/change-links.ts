import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { makeFolders } from '../files/installation.ts';
import { isOurs, readLinkState, type LinkRecord } from './plan-links.ts';

/**
 * Makes the links. Never replaces a file: one that was put there meanwhile stays. Returns the paths that could not be made.
 * `known` are links of an earlier setup, which may have led to another file of the installation.
 */
export function makeLinks(links: readonly LinkRecord[], known: readonly LinkRecord[]): readonly string[] {
  return links
    .filter((link) => {
      const old = known.find((record) => record.path === link.path);
      if (old !== undefined && isOurs(old)) rmSync(old.path, { force: true });
      makeFolders(path.dirname(link.path));
      try {
        symlinkSync(link.target, link.path);
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
      return !isOurs(link);
    })
    .map((link) => link.path);
}

/** Deletes those of the links that are still ours. Returns the paths of those that something else has by now. */
export function removeLinks(links: readonly LinkRecord[]): readonly string[] {
  for (const link of links) if (isOurs(link)) rmSync(link.path, { force: true });
  return links.filter((link) => readLinkState(link) !== 'missing').map((link) => link.path);
}
