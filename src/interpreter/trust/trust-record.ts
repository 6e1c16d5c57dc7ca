import type { RecordIssue } from '../../model/environment.ts';
import type { CallContext, FileStatus } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';
import { CONFIG_LIMIT } from '../inspect/pyvenv-cfg.ts';
import { findInPrefix } from '../discovery/candidate.ts';

/**
 * What is remembered of an environment that is trusted. The text of pyvenv.cfg is kept, not its hash: it is 200 bytes,
 * and node:crypto takes 2 ms to load. No device number: those of btrfs and NFS are other ones after each mount.
 */
export type TrustRecord = {
  /** Every link resolved. */
  readonly prefix: string;
  /** What it is trusted as: its own path, or that of a link to it or of a file that names it. */
  readonly places: readonly string[];
  readonly inode: number | string;
  /** pyvenv.cfg as it was. */
  readonly config: string;
  readonly configInode: number | string;
  /** When pyvenv.cfg was last written, renamed or given other permissions; no program can set this back, except on Windows. */
  readonly configChanged: number;
  /** Where `bin/python` leads, every link resolved. */
  readonly python: string;
  /** Windows, where `Scripts\python.exe` is a copy and leads nowhere: its bytes, its file id, and when it was written. */
  readonly copy?: string;
};

/** Returns the record of an environment as it is now, trusted as itself; null where it has no working python or no readable pyvenv.cfg. */
export function takeRecord(prefix: string, context: CallContext): TrustRecord | null {
  const { files, platform } = context;
  const real = files.realPath(prefix);
  if (real === null) return null;
  const file = pathsOf(platform).join(real, 'pyvenv.cfg');
  const [folder, status, config] = [files.status(real), files.status(file), files.readText(file, CONFIG_LIMIT)];
  const { path, problem } = findInPrefix(real, context);
  const python = path === null || problem !== null ? null : files.realPath(path);
  if (folder === null || status === null || config.kind !== 'text' || python === null) return null;
  return {
    prefix: real,
    places: [real],
    inode: folder.inode,
    config: config.text,
    configInode: status.inode,
    configChanged: status.changed,
    python,
    ...(PIPWARD_FOR_WINDOWS && platform === 'win32' ? { copy: describeCopy(files.status(python)) } : {}),
  };
}

function describeCopy(status: FileStatus | null): string {
  return status === null ? '' : [status.size, status.inode, status.modified].join(' ');
}

/** Returns what is no longer as it was when the environment was trusted; null if nothing is. */
export function findRecordIssue(recorded: TrustRecord, now: TrustRecord): RecordIssue | null {
  if (recorded.inode !== now.inode) return 'replaced';
  if (recorded.config !== now.config) return 'pyvenv-cfg-edited';
  if (recorded.configInode !== now.configInode || recorded.configChanged !== now.configChanged) {
    return 'pyvenv-cfg-touched';
  }
  if (recorded.python !== now.python) return 'python-elsewhere';
  return recorded.copy === now.copy ? null : 'python-replaced';
}

/** Returns whether a value that was read from a file is a record. */
export function isTrustRecord(value: unknown): value is TrustRecord {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return (
    ['prefix', 'config', 'python'].every((name) => typeof fields[name] === 'string') &&
    Array.isArray(fields['places']) &&
    fields['places'].every((place) => typeof place === 'string') &&
    ['inode', 'configInode'].every((name) => ['number', 'string'].includes(typeof fields[name])) &&
    typeof fields['configChanged'] === 'number' &&
    ['string', 'undefined'].includes(typeof fields['copy'])
  );
}
