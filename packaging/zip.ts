import { crc32, deflateRawSync } from 'node:zlib';
import type { PackageEntry } from './entries.ts';

/** Names are UTF-8 (bit 11 of the flags). */
const FLAGS = 0x0800;
const DEFLATE = 8;
const VERSION = 20;

/** Writes a zip archive: sorted, with one date (of UTC), so that the same entries give the same bytes. It has no links. */
export function writeZip(entries: readonly PackageEntry[], epoch: number): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    if (entry.kind === 'link') throw new Error(`${entry.path} is a link, which an archive for Windows cannot have`);
    const name = Buffer.from(entry.path);
    const packed = deflateRawSync(entry.bytes, { level: 9 });
    const common = Buffer.concat([
      words(FLAGS, DEFLATE, ...renderDate(epoch)),
      doubles(crc32(entry.bytes), packed.length, entry.bytes.length),
      words(name.length, 0),
    ]);
    const header = Buffer.concat([doubles(0x04034b50), words(VERSION), common, name]);
    bodies.push(header, packed);
    // No comment, first disk, no attributes.
    directory.push(
      Buffer.concat([doubles(0x02014b50), words(VERSION, VERSION), common, words(0, 0, 0), doubles(0, offset), name]),
    );
    offset += header.length + packed.length;
  }
  const size = directory.reduce((sum, each) => sum + each.length, 0);
  const end = Buffer.concat([
    doubles(0x06054b50),
    words(0, 0, directory.length, directory.length),
    doubles(size, offset),
    words(0),
  ]);
  return Buffer.concat([...bodies, ...directory, end]);
}

/** Time and date of MS-DOS, which begins in 1980. */
function renderDate(epoch: number): readonly [number, number] {
  const date = new Date(epoch * 1000);
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = (Math.max(date.getUTCFullYear() - 1980, 0) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return [time, day];
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, index * 2);
  return bytes;
}

function doubles(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}
