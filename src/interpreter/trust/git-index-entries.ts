/** Names that are looked for in an index, in small letters: how one begins, or all of one. */
export type Signs = { readonly starts: readonly Uint8Array[]; readonly entries: readonly Uint8Array[] };

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

/**
 * Returns whether an index (gitformat-index(5), versions 2 to 4) has an entry with one of the signs; null if it is not
 * one. It goes from entry to entry by their lengths, so that each byte is looked at once. Names are compared without case:
 * on macOS and Windows .VENV is checked out as what .venv opens.
 */
export function findTracked(bytes: Uint8Array, signs: readonly Signs[]): boolean | null {
  if (bytes.length < HEADER || String.fromCharCode(...bytes.subarray(0, 4)) !== 'DIRC') return null;
  const version = readNumber(bytes, 4);
  if (version < 2 || version > 4) return null;
  for (const hash of HASHES) {
    const found = walk(bytes, signs, version, STATUS + hash);
    if (found !== null) return found;
  }
  return null;
}

/** `before`: bytes of an entry in front of its flags. null if that does not fit: it is another hash, or damaged. */
function walk(bytes: Uint8Array, signs: readonly Signs[], version: number, before: number): boolean | null {
  const count = readNumber(bytes, 8);
  // Version 4 leaves out of each name what it shares with the one before.
  const name = new Uint8Array(version === 4 ? MAX_NAME : 0);
  let length = 0;
  let isTracked = false;
  let at = HEADER;
  for (let index = 0; index < count; index += 1) {
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
      isTracked ||= matches(name, 0, length, signs);
    } else {
      const end = told === LONGEST ? bytes.indexOf(0, at + LONGEST) : at + told;
      // One to eight zero bytes fill up to a multiple of eight.
      if (end === -1 || bytes[end] !== 0) return null;
      length = end - at;
      isTracked ||= matches(bytes, at, length, signs);
      at = start + ((end - start + 8) & ~7);
    }
    if (length === 0 || told !== Math.min(length, LONGEST)) return null;
  }
  return at <= bytes.length ? isTracked : null;
}

/** All signs begin with the environment's name, so that nearly every entry ends at its first letters. */
function matches(bytes: Uint8Array, at: number, length: number, signs: readonly Signs[]): boolean {
  // Loops and no closures: a large index has 100,000 entries.
  for (const { starts, entries } of signs) {
    if (lower(bytes[at] ?? 0) !== entries[0]?.[0]) continue;
    for (const start of starts) if (start.length <= length && begins(bytes, at, start)) return true;
    for (const entry of entries) if (entry.length === length && begins(bytes, at, entry)) return true;
  }
  return false;
}

function begins(bytes: Uint8Array, at: number, sign: Uint8Array): boolean {
  for (let index = 0; index < sign.length; index += 1) {
    if (lower(bytes[at + index] ?? 0) !== sign[index]) return false;
  }
  return true;
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
