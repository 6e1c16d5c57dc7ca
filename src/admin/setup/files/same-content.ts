import { closeSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK = 1 << 20;

/** Returns whether two files hold the same bytes. Reads them piece by piece: a bundled Node has 150 MB. */
export function isSameContent(one: string, other: string): boolean {
  // As whole numbers: the file numbers of NTFS have more digits than others hold, and neighbours would look the same.
  const [own, theirs] = [statSync(one, { bigint: true }), statSync(other, { bigint: true })];
  if (own.dev === theirs.dev && own.ino === theirs.ino) return true;
  const [first, second] = [statSync(one), statSync(other)];
  if (first.size !== second.size) return false;
  const files = [one, other].map((file) => openSync(file, 'r'));
  try {
    const [left, right] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
    const [ownFile = -1, theirFile = -1] = files;
    for (let at = 0; at < first.size; at += CHUNK) {
      const length = Math.min(CHUNK, first.size - at);
      if (fill(ownFile, left, at, length) !== length || fill(theirFile, right, at, length) !== length) return false;
      if (left.compare(right, 0, length, 0, length) !== 0) return false;
    }
    return true;
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Reads `length` bytes; returns how many there were. One read may return fewer than asked for. */
function fill(file: number, into: Buffer, from: number, length: number): number {
  let done = 0;
  while (done < length) {
    const read = readSync(file, into, done, length - done, from + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}
