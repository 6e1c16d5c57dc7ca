import { closeSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK = 1 << 20;

/** Returns whether two files hold the same bytes. Reads them piece by piece: a bundled Node has 150 MB. */
export function isSameContent(one: string, other: string): boolean {
  const [first, second] = [statSync(one), statSync(other)];
  if (first.dev === second.dev && first.ino === second.ino) return true;
  if (first.size !== second.size) return false;
  const files = [one, other].map((file) => openSync(file, 'r'));
  try {
    const [own, theirs] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
    const [ownFile = -1, theirFile = -1] = files;
    for (let at = 0; at < first.size; at += CHUNK) {
      const length = Math.min(CHUNK, first.size - at);
      if (fill(ownFile, own, at, length) !== length || fill(theirFile, theirs, at, length) !== length) return false;
      if (own.compare(theirs, 0, length, 0, length) !== 0) return false;
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
