import {
  accessSync,
  constants,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  type BigIntStats,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import type { FileStatus, FileView } from '../../model/call-context.ts';
import { errorCode } from '../error-code.ts';
import { decodeOsBytes, needsRawBytes, osPath } from './os-strings.ts';
import { readBlocks, readBytes, readText } from './read-file.ts';

/** What one look at a path told; `isMissing` is not said of what could not be looked at. */
type Look = { readonly status: FileStatus | null; readonly linkOwner: number | null; readonly isMissing: boolean };

const NOTHING: Look = { status: null, linkOwner: null, isMissing: true };
const HIDDEN: Look = { status: null, linkOwner: null, isMissing: false };

/** The real disk. Answers about one path are remembered: one call judges by one look. */
export function createFileView(): FileView {
  const looks = new Map<string, Look>();
  const lists = new Map<string, readonly string[]>();
  const realPaths = new Map<string, string | null>();
  // Written out: on a long PATH this is what there is most of.
  const look = (name: string): Look => {
    let found = looks.get(name);
    if (found === undefined) looks.set(name, (found = lookAt(name)));
    return found;
  };
  return {
    status: (name) => look(name).status,
    isLink: (name) => look(name).linkOwner !== null,
    linkOwner: (name) => look(name).linkOwner,
    readLink: (name) => attempt(() => readlinkSync(osPath(name)), null),
    list: (name) => remembered(lists, name, readNames),
    realPath: (name) => remembered(realPaths, name, readRealPath),
    // Most paths do not exist, and an exception takes ten times as long as a stat.
    readText: (name, limit) => (look(name).isMissing ? { kind: 'missing' } : readText(name, limit)),
    readBytes,
    readBlocks,
    writable: isWritable,
  };
}

function remembered<T>(memory: Map<string, T>, name: string, look: (name: string) => T): T {
  const known = memory.get(name);
  if (known !== undefined) return known;
  const fresh = look(name);
  memory.set(name, fresh);
  return fresh;
}

function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** lstat first: for what is not there, which is most, that one call answers all questions. */
function lookAt(name: string): Look {
  try {
    const file = osPath(name);
    if (PIPWARD_FOR_WINDOWS && process.platform === 'win32') return lookAtExactly(name);
    const own = lstatSync(file, { throwIfNoEntry: false });
    if (own === undefined) return NOTHING;
    const linkOwner = own.isSymbolicLink() ? own.uid : null;
    const stats = linkOwner === null ? own : attempt(() => statSync(file, { throwIfNoEntry: false }), null);
    return stats
      ? { status: describe(name, stats), linkOwner, isMissing: false }
      : { status: null, linkOwner, isMissing: stats === undefined };
  } catch {
    return HIDDEN;
  }
}

/**
 * The same on Windows. bigint: file ids have 64 bits there. An app execution alias is a link whose target cannot be looked at
 * (nodejs/node#36790).
 */
function lookAtExactly(name: string): Look {
  const options = { bigint: true, throwIfNoEntry: false } as const;
  const own = lstatSync(name, options);
  if (own === undefined) return NOTHING;
  const linkOwner = own.isSymbolicLink() ? -1 : null;
  const stats = linkOwner === null ? own : attempt(() => statSync(name, options), null);
  return stats
    ? { status: describeExactly(stats), linkOwner, isMissing: false }
    : { status: null, linkOwner, isMissing: stats === undefined };
}

/** Exported for its test: the rest of it needs Windows. */
export function describeExactly(stats: BigIntStats): FileStatus {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    executable: true,
    owner: -1,
    mode: Number(stats.mode) & 0o7777,
    device: String(stats.dev),
    inode: String(stats.ino),
    modified: Number(stats.mtimeNs) / 1e6,
    changed: Number(stats.ctimeNs) / 1e6,
    size: Number(stats.size),
  };
}

function describe(name: string, stats: Stats): FileStatus {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other',
    // Directories are never queried for this. Without an x bit access(2), which throws, is not needed.
    executable: isExecutable(name, stats),
    owner: stats.uid,
    mode: stats.mode & 0o7777,
    device: stats.dev,
    inode: stats.ino,
    modified: stats.mtimeMs,
    changed: stats.ctimeMs,
  };
}

function isExecutable(name: string, stats: Stats): boolean {
  return (
    stats.isFile() &&
    (stats.mode & 0o111) !== 0 &&
    attempt(() => (accessSync(osPath(name), constants.X_OK), true), false)
  );
}

/** A folder of 100,000 names takes 0.1 s to be listed, and the author of a project chose how many it has. */
const MAX_FOLDER_BYTES = 2 * 1024 * 1024;

function readNames(name: string): readonly string[] {
  return attempt(() => {
    if (statSync(osPath(name)).size > MAX_FOLDER_BYTES) return [];
    const names = readdirSync(osPath(name));
    // Reads the names as buffers only if one of them is not valid UTF-8: site-packages has thousands.
    if (!names.some((entry) => entry.includes('\uFFFD'))) return names;
    return readdirSync(osPath(name), { encoding: 'buffer' }).map((entry) => decodeOsBytes(entry));
  }, []);
}

function readRealPath(name: string): string | null {
  return attempt(() => {
    if (!needsRawBytes(name)) {
      const real = realpathSync.native(name);
      if (!real.includes('\uFFFD')) return real;
    }
    return decodeOsBytes(realpathSync.native(osPath(name), { encoding: 'buffer' }));
  }, null);
}

function isWritable(name: string): boolean {
  for (let current = name; ; current = path.dirname(current)) {
    try {
      accessSync(osPath(current), constants.W_OK);
      return true;
    } catch (error) {
      const code = errorCode(error);
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || current === path.dirname(current)) return false;
    }
  }
}
