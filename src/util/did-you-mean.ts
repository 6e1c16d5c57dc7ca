/** A shorter word is changed into another one by a single letter: `on`, `off`; `flak`, `flask`. */
const MIN_FOR_LETTER = 6;
/** Two letters changed places: sure enough in words that are not tiny. */
const MIN_FOR_SWAP = 4;
/** The beginning of a word that stands for it, where no other one begins so. */
const MIN_PREFIX = 3;

/**
 * Returns the known word that a mistyped one most likely means; null where there is none, or more than one. What comes out is
 * a guess: it is asked (`did you mean X?`), and never taken as meant.
 */
export function findNearest(typed: string, known: readonly string[]): string | null {
  const near = findNear(typed, known);
  if (near.length > 0) return near.length === 1 ? (near[0] ?? null) : null;
  const start = normalizeWord(typed);
  if (start.length < MIN_PREFIX) return null;
  const begun = known.filter((word) => normalizeWord(word).startsWith(start));
  return begun.length === 1 ? (begun[0] ?? null) : null;
}

/**
 * Returns the known words that differ from a typed one in case and separators alone; else those that differ by two letters that
 * changed places, or by one letter in a word of six or more.
 */
export function findNear(typed: string, known: readonly string[]): readonly string[] {
  const same = known.filter((word) => isSameWord(word, typed));
  return same.length > 0 ? same : known.filter((word) => isNear(normalizeWord(typed), normalizeWord(word)));
}

/** Whether two words are the same but for case and separators (PEP 503). */
export function isSameWord(one: string, other: string): boolean {
  return normalizeWord(one) === normalizeWord(other);
}

function normalizeWord(word: string): string {
  return word.toLowerCase().replace(/[-_.\s]+/g, '-');
}

/** Compares from both ends: linear, since keys of a megabyte come here, too. */
function isNear(typed: string, known: string): boolean {
  const [short, long] = typed.length < known.length ? [typed, known] : [known, typed];
  const more = long.length - short.length;
  if (more > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  let end = 0;
  while (end < short.length - start && short[short.length - 1 - end] === long[long.length - 1 - end]) end += 1;
  const changed = short.length - start - end;
  // A missing letter, or one in place of another.
  if (changed + more === 1) return long.length >= MIN_FOR_LETTER;
  const isSwap = more === 0 && changed === 2 && short[start] === long[start + 1] && short[start + 1] === long[start];
  return isSwap && short.length >= MIN_FOR_SWAP;
}
