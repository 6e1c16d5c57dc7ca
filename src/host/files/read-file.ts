import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileView, NextBlock, TextRead } from '../../model/call-context.ts';
import { errorCode } from '../error-code.ts';
import { osPath } from './os-strings.ts';

const MEBIBYTE = 1024 * 1024;

/** See `FileView`. Does not wait for a FIFO's writer. */
export function readBytes(name: string, limit: number): Buffer | null {
  const read = openRegular(name, limit, readWhole);
  return Buffer.isBuffer(read) ? read : null;
}

/** See `FileView`. */
export const readBlocks: FileView['readBlocks'] = (name, limit, use) => {
  const read = openRegular(name, limit, (fd, size) => ({
    kind: 'used' as const,
    value: use(blocksOf(fd, size), size),
  }));
  return read.kind === 'used' ? read.value : null;
};

const BLOCK = 128 * 1024;

/** `left`: bytes to read; the file may grow meanwhile. */
function blocksOf(fd: number, left: number): NextBlock {
  const buffer = Buffer.allocUnsafe(BLOCK);
  let end = 0;
  return (keep) => {
    buffer.copyWithin(0, end - keep, end);
    const count = fill(fd, buffer.subarray(keep, keep + left));
    left -= count;
    end = keep + count;
    return buffer.subarray(0, end);
  };
}

/** Returns the number of bytes: fewer only at the end of the file. */
function fill(fd: number, buffer: Buffer): number {
  let length = 0;
  for (let count = -1; count !== 0 && length < buffer.length; length += count) {
    count = readSync(fd, buffer, length, buffer.length - length, null);
  }
  return length;
}

function readWhole(fd: number, size: number): Buffer {
  // (What is short comes out of Node's pool, without an allocation.)
  const buffer = Buffer.allocUnsafe(size);
  return buffer.subarray(0, fill(fd, buffer));
}

/** See `FileView`. */
export function readText(name: string, limit = MEBIBYTE): TextRead {
  const bytes = openRegular(name, limit, readWhole);
  if (!Buffer.isBuffer(bytes)) return bytes;
  if (!isUtf8(bytes)) return { kind: 'unreadable', reason: 'not-utf-8' };
  const text = bytes.toString('utf8');
  return { kind: 'text', text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

/** `use` gets the file, and the bytes to expect. */
function openRegular<T>(
  name: string,
  limit: number,
  use: (fd: number, size: number) => T,
): T | Exclude<TextRead, { kind: 'text' }> {
  let fd: number;
  try {
    // O_NONBLOCK: opening a FIFO would wait for its writer.
    fd = openSync(osPath(name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    return { kind: 'unreadable', reason: code === 'EACCES' || code === 'EPERM' ? 'permission' : 'failed' };
  }
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) return { kind: 'unreadable', reason: 'not-a-file' };
    if (stats.size > limit) return { kind: 'unreadable', reason: 'too-large' };
    // Files of /proc say that they have 0 bytes.
    return use(fd, Math.min(limit, stats.size || 4096));
  } catch {
    return { kind: 'unreadable', reason: 'failed' };
  } finally {
    closeSync(fd);
  }
}
