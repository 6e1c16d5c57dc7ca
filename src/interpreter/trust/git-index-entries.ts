import type { NextBlock } from '../../model/call-context.ts';

/**
 * What a clone brings of an environment, below it. lib and lib64 too: a tracked .pth file runs at every start, though the rest
 * of the environment is the user's.
 */
const PARTS = ['pyvenv.cfg', 'bin/', 'scripts/', 'lib', 'bin', 'scripts'].map((part) => Buffer.from(part));
/** Of these the first ones may go on. Of the others the name ends there: a submodule (gitlink) or a link is one entry. */
const STARTS = 4;
const SLASH = 0x2f;

/** An entry before its name: times, mode, owner, size (40 bytes), the hash, flags. SHA-1, then SHA-256. */
const HASHES = [20, 32] as const;
const STATUS = 40;
const HEADER = 12;
/** The flag that says that two more bytes of flags follow (version 3). */
const EXTENDED = 0x40;
/** A length that does not fit in 12 bits is written as this; then the zero byte behind it counts. */
const LONGEST = 0xfff;
/** Linux takes no longer path. */
const MAX_NAME = 4096 * 4;

/** An entry with the longest name that is read. */
const MAX_ENTRY = MAX_NAME + 256;

/**
 * Returns whether an index (gitformat-index(5), versions 2 to 4) names what a clone brings of an environment; null if it is
 * not an index, or cannot be read. `read` gives the file to a function, from its beginning. `environments`: their paths in
 * the repository, in small letters. It goes from entry to entry by their lengths, so that each byte is looked at once. Names
 * are compared without case: on macOS and Windows .VENV is checked out as what .venv opens.
 */
export function findTracked(
  read: (use: (next: NextBlock) => boolean | null) => boolean | null,
  environments: readonly Uint8Array[],
): boolean | null {
  for (const hash of HASHES) {
    const found = read((next) => walk(next, environments, STATUS + hash));
    if (found !== null) return found;
  }
  return null;
}

/** `before`: bytes of an entry in front of its flags. null if that does not fit: it is another hash, or damaged. */
function walk(next: NextBlock, environments: readonly Uint8Array[], before: number): boolean | null {
  let bytes = next(0);
  if (bytes.length < HEADER || String.fromCharCode(...bytes.subarray(0, 4)) !== 'DIRC') return null;
  const version = readNumber(bytes, 4);
  if (version < 2 || version > 4) return null;
  const count = readNumber(bytes, 8);
  // Version 4 leaves out of each name what it shares with the one before.
  const name = new Uint8Array(version === 4 ? MAX_NAME : 0);
  let length = 0;
  let isTracked = false;
  let at = HEADER;
  let isLast = false;
  for (let index = 0; index < count; index += 1) {
    while (!isLast && bytes.length - at < MAX_ENTRY) {
      const kept = bytes.length - at;
      bytes = next(kept);
      at = 0;
      isLast = bytes.length === kept;
    }
    const start = at;
    const flags = start + before;
    if (flags + 2 >= bytes.length) return null;
    const told = ((bytes[flags] ?? 0) & 0x0f) * 256 + (bytes[flags + 1] ?? 0);
    at = flags + ((bytes[flags] ?? 0) & EXTENDED ? 4 : 2);
    if (version === 4) {
      const cut = readVariable(bytes, at);
      const end = bytes.indexOf(0, cut.end);
      const kept = length - cut.value;
      if (end === -1 || kept < 0 || kept + end - cut.end > MAX_NAME) return null;
      name.set(bytes.subarray(cut.end, end), kept);
      length = kept + end - cut.end;
      at = end + 1;
      isTracked ||= matches(name, 0, length, environments);
    } else {
      const end = told === LONGEST ? bytes.indexOf(0, at + LONGEST) : at + told;
      // One to eight zero bytes fill up to a multiple of eight.
      if (end === -1 || bytes[end] !== 0) return null;
      length = end - at;
      isTracked ||= matches(bytes, at, length, environments);
      at = start + ((end - start + 8) & ~7);
    }
    if (length === 0 || told !== Math.min(length, LONGEST)) return null;
  }
  return at <= bytes.length ? isTracked : null;
}

/** A large index has 100,000 entries: nothing is allocated for one, no iterator either, and each letter is compared once. */
function matches(bytes: Uint8Array, at: number, length: number, environments: readonly Uint8Array[]): boolean {
  const end = at + length;
  for (let index = 0; index < environments.length; index += 1) {
    const below = begins(bytes, at, end, environments, index);
    if (below === 0) continue;
    if (below === end) return true;
    if (bytes[below] !== SLASH) continue;
    if (below + 1 === end) return true;
    for (let part = 0; part < PARTS.length; part += 1) {
      const behind = begins(bytes, below + 1, end, PARTS, part);
      if (behind === end || (behind !== 0 && part < STARTS)) return true;
    }
  }
  return false;
}

/** Returns the position behind the sign; 0 if it is not there. */
function begins(bytes: Uint8Array, at: number, end: number, signs: readonly Uint8Array[], which: number): number {
  const sign = signs[which];
  if (sign === undefined || end - at < sign.length) return 0;
  for (let index = 0; index < sign.length; index += 1) {
    if (lower(bytes[at + index] ?? 0) !== sign[index]) return 0;
  }
  return at + sign.length;
}

function lower(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}

function readNumber(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0);
}

/** The offset encoding of git's varint.c: seven bits a byte, one added for each byte more. */
function readVariable(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let at = start;
  let byte = bytes[at] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0 && value < MAX_NAME) {
    at += 1;
    byte = bytes[at] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, end: at + 1 };
}
