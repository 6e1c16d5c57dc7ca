import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isMarkedBlock } from '../startup-files/marked-block.ts';
import type { TreeEntry } from '../files/installation.ts';
import type { LinkRecord } from '../links/plan-links.ts';

export const MANIFEST = 'manifest.json';

/** A startup file that has our block. */
export type ProfileRecord = {
  readonly path: string;
  /** False: we created it, so that it goes with our block when nothing else is in it. */
  readonly existed: boolean;
  /** What is ours in it, byte for byte (UTF-8). */
  readonly block: string;
};

/** manifest.json: what setup did, so that unsetup undoes that and nothing else. */
export type Manifest = {
  readonly schema: 1;
  readonly version: string;
  /** As it was given: the place that the startup files and PATH name. */
  readonly prefix: string;
  /** Relative to the installation, sorted; without the manifest itself. */
  readonly files: readonly string[];
  readonly profiles: readonly ProfileRecord[];
  /** Links outside the installation that lead into it. (Not in the file if there are none, as in those of pipward 0.1.) */
  readonly links: readonly LinkRecord[];
  /** Absolute paths of folders that were not there before. */
  readonly createdFolders: readonly string[];
  /** On Windows: what the user's PATH was before setup, in the form of pipward-setup.exe. */
  readonly pathBefore?: string;
  /** Whether setup was told --in-environments; a manifest of an older version does not say. */
  readonly inEnvironments?: boolean;
};

/** The manifest of an installation, with today's paths and without created folders that do not lead to what it names; null if it is missing. Throws if it cannot be trusted to be ours. */
export function readManifest(prefix: string): Manifest | null {
  const file = path.join(prefix, MANIFEST);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
  const value = parse(text);
  if (typeof value === 'object' && value !== null && !('links' in value)) Object.assign(value, { links: [] });
  if (!isManifest(value)) throw new Error(`${file} is not one that this pipward wrote: look at it, then delete it`);
  const followed = followMove(value, prefix);
  return { ...followed, createdFolders: listLeading(followed.createdFolders, { ...followed, prefix }) };
}

/** Both paths without the names at their ends that they share. */
function cutSameEnd(one: string, other: string): readonly [string, string] {
  const [first, second] = [path.dirname(one), path.dirname(other)];
  const isSame = path.basename(one) === path.basename(other) && first !== one && second !== other;
  return isSame ? cutSameEnd(first, second) : [one, other];
}

/** With today's paths, where the home directory was moved or is called by another name: what leads to the installation differs. */
function followMove(manifest: Manifest, prefix: string): Manifest {
  const [from, to] = cutSameEnd(manifest.prefix, prefix);
  const isRoot = [from, to].includes(path.parse(prefix).root);
  if (from === to || isRoot) return manifest;
  const follow = (file: string) =>
    file === from || file.startsWith(from + path.sep) ? to + file.slice(from.length) : file;
  return {
    ...manifest,
    profiles: manifest.profiles.map((record) => ({ ...record, path: follow(record.path) })),
    createdFolders: manifest.createdFolders.map(follow),
  };
}

/**
 * Returns those of the folders that lead to what the manifest names. Of a home directory that was moved, or has another name
 * now, others may be left.
 */
export function listLeading(
  folders: readonly string[],
  { prefix, profiles, links }: Pick<Manifest, 'prefix' | 'profiles' | 'links'>,
): readonly string[] {
  const written = [prefix, ...[...profiles, ...links].map((record) => record.path)];
  return folders.filter((folder) => isAbove(folder, written));
}

export function renderManifest(manifest: Manifest): TreeEntry {
  const { links, ...rest } = manifest;
  const text = `${JSON.stringify(links.length === 0 ? rest : { ...rest, links }, null, 2)}\n`;
  return { kind: 'file', path: MANIFEST, bytes: Buffer.from(text), mode: 0o644 };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const {
    schema,
    version,
    prefix,
    files,
    profiles,
    links,
    createdFolders,
    inEnvironments,
    pathBefore,
  }: Record<string, unknown> = {
    ...value,
  };
  return (
    schema === 1 &&
    typeof version === 'string' &&
    typeof prefix === 'string' &&
    isListOf(files, isInside) &&
    isListOf(profiles, isProfileRecord) &&
    (pathBefore === undefined || typeof pathBefore === 'string') &&
    (inEnvironments === undefined || typeof inEnvironments === 'boolean') &&
    isListOf(links, (item) => isLinkRecord(item, prefix)) &&
    isListOf(createdFolders, isAbsolute)
  );
}

/** Setup makes the folders that lead to what it writes, and no others. */
function isAbove(folder: string, written: readonly string[]): boolean {
  return written.some((each) => each === folder || each.startsWith(`${folder}${path.sep}`));
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isItem(item));
}

function isAbsolute(item: unknown): boolean {
  return typeof item === 'string' && path.isAbsolute(item);
}

/** Files are deleted by this list: nothing outside the installation may be in it. */
function isInside(item: unknown): boolean {
  return typeof item === 'string' && item !== '' && !path.isAbsolute(item) && !item.split(/[\\/]/).includes('..');
}

/** Links are deleted by this list: only what leads into the installation may be in it. */
function isLinkRecord(item: unknown, prefix: string): item is LinkRecord {
  if (typeof item !== 'object' || item === null) return false;
  const { path: file, target }: Record<string, unknown> = { ...item };
  return isAbsolute(file) && typeof target === 'string' && target.startsWith(`${prefix}/`);
}

function isProfileRecord(item: unknown): item is ProfileRecord {
  if (typeof item !== 'object' || item === null) return false;
  const { path: file, existed, block }: Record<string, unknown> = { ...item };
  return isAbsolute(file) && typeof existed === 'boolean' && typeof block === 'string' && isMarkedBlock(block);
}
