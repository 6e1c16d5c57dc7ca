import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../../host/error-code.ts';
import { removeEmptyFolders } from '../../setup/files/installation.ts';
import type { ConfAccess } from './access.ts';
import type { ConfLine } from './text/conf-line.ts';
import type { ConfEdit } from './text/edit.ts';
import { findRecordFolder, type ConfScope, type RecordContext } from './locate.ts';

const RECORD = 'policy-apply.json';
const BACKUPS = 'pip-conf-backups';

/** policy-apply.json: what `policy apply` wrote, so that `policy revert` takes out that and nothing else. */
export type ApplyRecord = {
  readonly schema: 1;
  readonly scope: ConfScope;
  /** Absolute path of the pip.conf. */
  readonly file: string;
  /** The file was not there before. */
  readonly created: boolean;
  /** Folders that were not there before. */
  readonly createdFolders: readonly string[];
  /** What the policy asked for then. */
  readonly lines: readonly ConfLine[];
  readonly edits: readonly ConfEdit[];
  /** EXTERNALLY-MANAGED files that were made, with their text. */
  readonly markers: readonly { readonly file: string; readonly text: string }[];
};

/** Whether there is a record, whatever it says: `unsetup` would leave the lines without what can take them out. */
export function isPolicyApplied(scope: ConfScope, context: RecordContext): boolean {
  const folder = findRecordFolder(scope, context);
  return folder !== null && existsSync(path.join(folder, RECORD));
}

/** Reads the record; null if there is none, or if it is the system's and only root may read it. Throws if others could have written it, or if pipward did not. */
export function readRecord(folder: string, scope: ConfScope, access: ConfAccess): ApplyRecord | null {
  const file = path.join(folder, RECORD);
  let text: string;
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (!stats.isFile() || !access.isOwnRecord(file, stats))
      throw new Error(`${file} could have been written by another user: look at it, then delete it`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // The system's record is root's alone, and every user may look at pip.conf.
    const isClosed =
      scope === 'system' && !access.isAdministrator() && ['EACCES', 'EPERM'].includes(errorCode(error) ?? '');
    // ENOENT: another pipward took it away just now.
    if (isClosed || ['ENOTDIR', 'ENOENT'].includes(errorCode(error) ?? '')) return null;
    throw error;
  }
  const value = parse(text);
  if (!isRecord(value) || value.scope !== scope) {
    throw new Error(`${file} is not one that this pipward wrote: look at it, then delete it`);
  }
  return value;
}

export function writeRecord(folder: string, record: ApplyRecord): void {
  const file = path.join(folder, RECORD);
  const temporary = `${file}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  writePrivate(temporary, Buffer.from(`${JSON.stringify(record, null, 2)}\n`));
  renameSync(temporary, file);
}

/** Keeps one copy of each state of a file that may hold passwords; only the caller may read it. Returns its path. */
export function backUp(folder: string, name: string, bytes: string): string {
  const backups = path.join(folder, BACKUPS);
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  for (let number = 1; ; number += 1) {
    const copy = path.join(backups, `${name}.${number}`);
    try {
      writePrivate(copy, Buffer.from(bytes, 'latin1'));
      return copy;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      if (lstatSync(copy).isFile() && readFileSync(copy, 'latin1') === bytes) return copy;
    }
  }
}

/** Deletes the record, and the copies of what the file says again (latin1); returns the paths of the others. */
export function removeRecord(folder: string, bytes: string): readonly string[] {
  rmSync(path.join(folder, RECORD), { force: true });
  const backups = path.join(folder, BACKUPS);
  const isFolder = lstatSync(backups, { throwIfNoEntry: false })?.isDirectory() === true;
  const copies = isFolder ? readdirSync(backups).map((name) => path.join(backups, name)) : [];
  const isSame = (copy: string) => lstatSync(copy).isFile() && readFileSync(copy, 'latin1') === bytes;
  const same = copies.filter((copy) => isSame(copy));
  for (const copy of same) rmSync(copy, { force: true });
  removeEmptyFolders([backups, folder]);
  return copies.filter((copy) => !same.includes(copy));
}

function writePrivate(file: string, bytes: Buffer): void {
  const fd = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(fd, bytes);
    fsyncSync(fd);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is ApplyRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, file, created, createdFolders, lines, edits, markers }: Record<string, unknown> = { ...value };
  return (
    schema === 1 &&
    typeof file === 'string' &&
    path.isAbsolute(file) &&
    typeof created === 'boolean' &&
    isListOf(createdFolders, (item) => typeof item === 'string' && file.startsWith(item + path.sep)) &&
    isListOf(lines, (item) => hasTexts(item, ['section', 'option', 'value'])) &&
    isListOf(edits, isEdit) &&
    isListOf(markers, (item) => hasTexts(item, ['file', 'text']))
  );
}

function isEdit(item: unknown): boolean {
  if (hasTexts(item, ['section', 'before', 'after'])) return true;
  const lines: unknown = typeof item === 'object' && item !== null && 'lines' in item ? item.lines : null;
  return hasTexts(item, ['section']) && isListOf(lines, (line) => typeof line === 'string');
}

function hasTexts(item: unknown, names: readonly string[]): boolean {
  const fields: Record<string, unknown> = typeof item === 'object' && item !== null ? { ...item } : {};
  return names.every((name) => typeof fields[name] === 'string');
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isItem(item));
}
