const CAP = 2;

/**
 * The known word that a mistyped one most likely stands for; null if none is near. Case does not count. A short word
 * allows fewer edits (one for every three characters, two at most): `on` must not be answered with `off`.
 */
export function findNearest(typed: string, known: readonly string[]): string | null {
  const word = typed.toLowerCase();
  const allowed = Math.min(CAP, Math.floor(word.length / 3));
  let nearest: string | null = null;
  let least = allowed + 1;
  for (const candidate of known) {
    const distance = measureDistance(word, candidate.toLowerCase());
    if (distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/** Edits (insert, delete, replace, swap of neighbours) from one word to the other: 0, 1, 2, or 3 for "more than two". */
export function measureDistance(from: string, to: string): number {
  // The difference in length is a lower bound, and keeps a key of a megabyte from being measured.
  if (Math.abs(from.length - to.length) > CAP) return CAP + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return Math.min(at(last, to.length), CAP + 1);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? CAP + 1;
}
