import { constants as real } from 'node:fs';
import { machine } from './machine.ts';

/**
 * Stands in for node:fs in an adapter's bundle: the world's files, read only. What a build imports and this file lacks is
 * an error of the bundle: add it here.
 */
export const constants = real;

type Name = string | Buffer;
type Callback = (error: Error | null, count: number) => void;

/** Without a stack, which would take a third of the time: most of what is asked for is not there. */
function fail(code: string, path: Name = ''): never {
  const error: Error = Object.create(Error.prototype);
  throw Object.assign(error, { code, message: `${code}: ${String(path)}` });
}

function statsOf(path: string, follow: boolean) {
  const { view } = machine();
  if (!follow && view.isLink(path)) return makeStats('link', { owner: view.linkOwner(path) ?? -1 });
  const status = view.status(path);
  return status === null ? undefined : makeStats(status.kind, status, view.readBytes(path, Infinity)?.length ?? 0);
}

type Known = {
  readonly owner: number;
  readonly mode?: number;
  readonly device?: number | string;
  readonly inode?: number | string;
  readonly changed?: number;
};

function makeStats(kind: 'file' | 'directory' | 'other' | 'link', known: Known, size = 0) {
  return {
    uid: known.owner,
    mode: known.mode ?? 0o777,
    dev: known.device ?? 1,
    ino: known.inode ?? 0,
    size,
    mtimeMs: 0,
    ctimeMs: known.changed ?? 0,
    isFile: () => kind === 'file',
    isDirectory: () => kind === 'directory',
    isSymbolicLink: () => kind === 'link',
  };
}

type Stats = ReturnType<typeof makeStats>;
type StatOptions = { readonly throwIfNoEntry?: boolean };

function look(path: Name, follow: boolean, options: StatOptions): Stats | undefined {
  const stats = statsOf(String(path), follow);
  if (stats === undefined && options.throwIfNoEntry !== false) fail('ENOENT', path);
  return stats;
}

export const statSync = (path: Name, options: StatOptions = {}) => look(path, true, options);
export const lstatSync = (path: Name, options: StatOptions = {}) => look(path, false, options);
/** There is always room. */
export const statfsSync = () => ({ bavail: 1024 * 1024, bsize: 4096 });
export const existsSync = (path: Name) => machine().view.status(String(path)) !== null;

export const realpathSync = Object.assign(
  (path: Name): string => machine().view.realPath(String(path)) ?? fail('ENOENT', path),
  { native: (path: Name): string => machine().view.realPath(String(path)) ?? fail('ENOENT', path) },
);

export function readdirSync(path: Name): readonly string[] {
  if (machine().view.status(String(path))?.kind !== 'directory') fail('ENOTDIR', path);
  return machine().view.list(String(path));
}

export function readlinkSync(path: Name): never {
  return fail('EINVAL', path);
}

export function accessSync(path: Name, mode = constants.F_OK): void {
  const { view } = machine();
  const status = view.status(String(path));
  if (status === null) return fail('ENOENT', path);
  if ((mode & constants.W_OK) !== 0 && !view.writable(String(path))) fail('EACCES', path);
  if ((mode & constants.X_OK) !== 0 && !status.executable) fail('EACCES', path);
}

/** What a file that cannot be read is instead; a file that is too large only says so. */
function readAll(path: Name): Buffer {
  const name = String(path);
  const read = machine().view.readText(name, Infinity);
  if (read.kind === 'missing') return fail('ENOENT', path);
  if (read.kind === 'text') return Buffer.from(read.text, 'utf8');
  if (read.reason === 'permission') return fail('EACCES', path);
  return read.reason === 'not-utf-8' ? Buffer.from([0xff, 0xfe, 0xff]) : fail('EIO', path);
}

export function readFileSync(path: Name, options?: string | { readonly encoding?: string }): string | Buffer {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  const bytes = readAll(path);
  return encoding === undefined ? bytes : bytes.toString(encoding === 'latin1' ? 'latin1' : 'utf8');
}

export function openSync(path: Name): number {
  const files = machine().open;
  const fd = 100 + files.size;
  files.set(fd, { path: String(path), bytes: isRegular(path) ? readAll(path) : Buffer.alloc(0), position: 0 });
  return fd;
}

function isRegular(path: Name): boolean {
  const status = machine().view.status(String(path));
  if (status === null) return fail('ENOENT', path);
  return status.kind === 'file';
}

function opened(fd: number) {
  return machine().open.get(fd) ?? fail('EBADF');
}

export function fstatSync(fd: number): Stats {
  const { path, bytes } = opened(fd);
  const status = machine().view.status(path);
  return status === null ? fail('EBADF') : makeStats(status.kind, status, bytes.length);
}

export function readSync(fd: number, buffer: Uint8Array, offset: number, length: number): number {
  const file = opened(fd);
  const part = file.bytes.subarray(file.position, file.position + length);
  buffer.set(part, offset);
  file.position += part.length;
  return part.length;
}

/** Numbers are not used again in a call. */
export function closeSync(fd: number): void {
  opened(fd);
}

function print(bytes: Uint8Array): number {
  machine().printed.push(Buffer.from(bytes));
  return bytes.length;
}

export const writeSync = (_: number, bytes: Uint8Array, offset = 0): number => print(bytes.subarray(offset));

export function write(_: number, bytes: Uint8Array, offset: number, length: number, __: null, done: Callback): void {
  const count = print(bytes.subarray(offset, offset + length));
  queueMicrotask(() => done(null, count));
}

export function writev(_: number, parts: readonly Uint8Array[], done: Callback): void {
  const count = parts.reduce((sum, bytes) => sum + print(bytes), 0);
  queueMicrotask(() => done(null, count));
}

/** The file system cannot be written: what is tried is noted. */
function refuseToWrite(what: string) {
  return (path: Name): never => {
    machine().writes.push(`${what} ${String(path)}`);
    return fail('EROFS', path);
  };
}

export const mkdirSync = refuseToWrite('mkdir');
export const mkdtempSync = refuseToWrite('mkdtemp');
export const writeFileSync = refuseToWrite('write');
export const chmodSync = refuseToWrite('chmod');
export const rmSync = refuseToWrite('rm');
export const unlinkSync = refuseToWrite('unlink');
export const fchmodSync = refuseToWrite('fchmod');
export const rmdirSync = refuseToWrite('rmdir');
export const renameSync = refuseToWrite('rename');
export const fsyncSync = opened;
