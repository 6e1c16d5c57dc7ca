import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { removeEntries, writeEntries, type TreeEntry } from './installation.ts';

/** Files of an installation as they were, so that they can be put back. */
export type TreeSnapshot = {
  readonly present: readonly TreeEntry[];
  readonly absent: readonly string[];
};

/** What stands now under these names, which are relative to the installation. */
export function readEntries(prefix: string, names: readonly string[]): TreeSnapshot {
  const found = names.map((name) => ({ name, entry: readEntry(prefix, name) }));
  return {
    present: found.flatMap(({ entry }) => entry ?? []),
    absent: found.filter(({ entry }) => entry === null).map(({ name }) => name),
  };
}

/** Puts back what was, and deletes what was not there, in the order in which calls that run meanwhile stay whole. */
export function restoreEntries(prefix: string, { present, absent }: TreeSnapshot): void {
  writeEntries(prefix, present);
  removeEntries(prefix, absent.toReversed());
}

function readEntry(prefix: string, name: string): TreeEntry | null {
  const file = path.join(prefix, name);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return stats.isSymbolicLink()
    ? { kind: 'link', path: name, target: readlinkSync(file) }
    : { kind: 'file', path: name, bytes: readFileSync(file), mode: stats.mode & 0o7777 };
}
