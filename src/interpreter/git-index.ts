import type { FileView, Platform } from '../model/surroundings.ts';
import { liesWithin, pathsOf } from './paths.ts';

/** Returns up to `limit` bytes of a regular file; null for anything else or larger. The host has it. */
export type ReadBytes = (path: string, limit: number) => Uint8Array | null;

/** An index of half a million files. */
const INDEX_LIMIT = 64 * 1024 * 1024;
const VERSION_OFFSET = 7;
/** A length that does not fit in 12 bits is written as this; the lower byte is what is compared. */
const LONGEST_NAME = 0xfff;

/**
 * Returns whether the repository's index names files of an environment, so that a clone brings them. git itself is not
 * asked: core.fsmonitor of a hostile repository would run. An index that cannot be read is taken to name them.
 * False without `readBytes`, or when there is no index.
 */
export function indexMentions(
  repository: string,
  prefix: string,
  files: FileView,
  platform: Platform,
  readBytes?: ReadBytes,
): boolean {
  const file = findIndex(repository, files, platform);
  if (readBytes === undefined || files.status(file) === null) return false;
  const bytes = readBytes(file, INDEX_LIMIT);
  if (bytes === null) return true;
  // Names are compared without case: on macOS and Windows .VENV is checked out as what .venv opens.
  const text = toSearchable(bytes);
  // Version 4 leaves out of each name what it shares with the one before (gitformat-index(5)).
  const isCut = bytes[VERSION_OFFSET] === 4;
  if (isCut && text.includes('pyvenv.cfg\0')) return true;
  return listTrackedNames(repository, prefix, files, platform).some((name) => mentions(text, name, isCut));
}

function mentions(text: string, name: string, isCut: boolean): boolean {
  // The usual case, and one search in place of ten.
  if (!isCut && !text.includes(name)) return false;
  // lib and lib64 too: a tracked .pth file runs at every start, though the rest of the environment is the user's.
  return (
    [`${name}/pyvenv.cfg`, `${name}/bin/`, `${name}/scripts/`, `${name}/lib`].some((part) =>
      hasNameWith(text, part, isCut),
    ) || [name, `${name}/bin`, `${name}/scripts`].some((entry) => hasEntry(text, entry, isCut))
  );
}

/**
 * A submodule (gitlink) or a link is one entry, the name and nothing below it. In front of a name stands its length, so
 * that `other.venv` is not taken for `.venv`; flags of version 3 may be between. Version 4 has a number of one or two
 * bytes there, and of the name only a tail (gitformat-index(5)).
 */
function hasEntry(text: string, name: string, isCut: boolean): boolean {
  const escape = (part: string) => Array.from(part, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  const length = toSearchable(Uint8Array.of(Math.min(name.length, LONGEST_NAME)));
  const bytes = escape(name);
  const rest = isCut ? `[^]{1,2}(?:${bytes.map((_, index) => bytes.slice(index).join('')).join('|')})` : bytes.join('');
  return new RegExp(`${escape(length).join('')}(?:[^]\\0)?${rest}\\0`).test(text);
}

/**
 * Whether a name in the index begins with `start`; of version 4, whether one contains it. As above the length in front
 * tells where a name begins: `.venv/bin/x` is nothing of `venv`.
 */
function hasNameWith(text: string, start: string, isCut: boolean): boolean {
  if (isCut) return text.includes(start);
  for (let at = text.indexOf(start); at >= 0; at = text.indexOf(start, at + 1)) {
    const length = toSearchable(Uint8Array.of(Math.min(text.indexOf('\0', at) - at, LONGEST_NAME)));
    if (text[at - 1] === length || (text[at - 1] === '\0' && text[at - 3] === length)) return true;
  }
  return false;
}

/** The environment may be a link to a folder of the repository. Names as they are searched for. */
function listTrackedNames(repository: string, prefix: string, files: FileView, platform: Platform): readonly string[] {
  const paths = pathsOf(platform);
  const root = files.realPath(repository) ?? repository;
  const real = files.realPath(prefix) ?? prefix;
  const relatives = new Set(
    [paths.relative(repository, prefix), liesWithin(real, root, platform) ? paths.relative(root, real) : ''].filter(
      Boolean,
    ),
  );
  return [...relatives].map((relative) => toSearchable(Buffer.from(relative.split(paths.sep).join('/'))));
}

/** In a worktree or submodule .git is a file: `gitdir: PATH` (gitrepository-layout(5)). */
function findIndex(repository: string, files: FileView, platform: Platform): string {
  const paths = pathsOf(platform);
  const git = paths.join(repository, '.git');
  if (files.status(git)?.kind !== 'file') return paths.join(git, 'index');
  const read = files.readText(git, 4096);
  const target = read.kind === 'text' ? /^gitdir: (.+)$/m.exec(read.text)?.[1]?.trim() : undefined;
  return paths.join(target === undefined ? git : paths.resolve(repository, target), 'index');
}

/** One character per byte, so that any path can be searched for in any bytes. */
function toSearchable(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1').toLowerCase();
}
