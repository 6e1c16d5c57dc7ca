import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A file of a package, with its place in it. Its owner is root, its date that of the release: the same bytes come of it each time. */
export type PackageEntry =
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly bytes: Buffer }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** Files that are run; the mode on the disk depends on the umask and on the file system of whoever cloned. */
const PROGRAMS = /(?:^|\/)(?:install\.sh|bin\/pipward|shims\/pip|node)$/;

/** Returns a file of a package; its mode follows from its name. */
export function fileEntry(name: string, bytes: Buffer | string): PackageEntry {
  return { kind: 'file', path: name, mode: PROGRAMS.test(name) ? 0o755 : 0o644, bytes: Buffer.from(bytes) };
}

/** Returns every file below a folder, or the file of that name; names are those below `root`. */
export function readTree(root: string, name: string): readonly PackageEntry[] {
  const full = path.join(root, name);
  if (!statSync(full).isDirectory()) return [fileEntry(name, readFileSync(full))];
  return readdirSync(full)
    .toSorted()
    .flatMap((child) => readTree(root, `${name}/${child}`));
}

/** Puts the entries below a folder of the package. */
export function moveBelow(folder: string, entries: readonly PackageEntry[]): readonly PackageEntry[] {
  return entries.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` }));
}

/** Returns the folders that the entries are in, outermost first. */
export function listFolders(entries: readonly PackageEntry[]): readonly string[] {
  const folders = new Set<string>();
  for (const { path: name } of entries) {
    const parts = name.split('/').slice(0, -1);
    for (let count = 1; count <= parts.length; count += 1) folders.add(parts.slice(0, count).join('/'));
  }
  return [...folders].toSorted();
}
