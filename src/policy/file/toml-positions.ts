import { parse } from 'smol-toml';
import { skipString } from './skip-string.ts';

/** The line (1-based) on which a key or table was first named; null if it is not in the text. */
export type LineOf = (path: readonly string[]) => number | null;

/**
 * Where the keys of a TOML text stand: a parser gives values without places. The text must be valid, so that nothing
 * has to be checked here; of anything else the answers are merely wrong. Keys in arrays have no place. `within`: only
 * what is below this key is remembered, so that the tables of others cost little.
 */
export function locateKeys(text: string, within: readonly string[] = []): LineOf {
  const lines = new Map<string, number>();
  let position = 0;
  let line = 1;
  let counted = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0] ?? '';
    position += found.length;
    return found;
  }

  function record(path: readonly string[]): void {
    for (; counted < position; counted++) if (text[counted] === '\n') line++;
    if (within.some((name, index) => path[index] !== name)) return;
    for (let length = 1; length <= Math.min(path.length, DEEPEST); length++) {
      const name = nameOf(path.slice(0, length));
      if (!lines.has(name)) lines.set(name, line);
    }
  }

  function takeKey(prefix: readonly string[]): readonly string[] {
    const path = [...prefix];
    do {
      take(BLANK);
      const segment = takeSegment();
      if (path.length <= DEEPEST) path.push(segment);
      take(BLANK);
    } while (take(DOT) !== '');
    record(path);
    return path;
  }

  function takeSegment(): string {
    const start = position;
    if (!isQuote(text[position])) return take(BARE_KEY);
    position = skipString(text, position);
    const raw = text.slice(start, position);
    return raw.includes('\\') ? (Object.keys(parse(`${raw} = 0`))[0] ?? '') : raw.slice(1, -1);
  }

  /** `path` null: inside an array, where keys are passed without a record. */
  function skipValue(path: readonly string[] | null): void {
    take(VOID);
    const first = text[position];
    if (first === '[' || first === '{') skipContainer(first, path);
    else if (isQuote(first)) position = skipString(text, position);
    else take(BARE_VALUE);
  }

  function skipContainer(open: '[' | '{', path: readonly string[] | null): void {
    const close = open === '[' ? ']' : '}';
    position++;
    for (take(VOID); position < text.length && text[position] !== close; take(VOID)) {
      const before = position;
      if (text[position] === ',') position++;
      else if (open === '[') skipValue(null);
      else skipPair(path);
      if (position === before) position++;
    }
    position++;
  }

  function skipPair(prefix: readonly string[] | null): void {
    if (prefix === null) {
      while (position < text.length && text[position] !== '=') {
        position = isQuote(text[position]) ? skipString(text, position) : position + 1;
      }
      position++;
      skipValue(null);
      return;
    }
    const path = takeKey(prefix);
    position++;
    skipValue(path);
  }

  let table: readonly string[] = [];
  // As far as it must: a file with thousands of unknown keys is refused for its first ones.
  return (path) => {
    const name = nameOf(path);
    for (take(VOID); position < text.length && !lines.has(name); take(VOID)) {
      const before = position;
      if (take(HEADER) === '') {
        skipPair(table);
      } else {
        table = takeKey([]);
        take(HEADER_END);
      }
      if (position === before) position++;
    }
    return lines.get(name) ?? null;
  };
}

/** Segments that a key of ours can have: tool.pipward.policy.require-virtual-environment.level. A repository may write a million. */
const DEEPEST = 5;

const BLANK = /[ \t]*/y;
const DOT = /\.?/y;
const VOID = /(?:[ \t\r\n]+|#[^\n]*)*/y;
const BARE_KEY = /[\w-]*/y;
const BARE_VALUE = /[^,\]}#\r\n]*/y;
const HEADER = /(?:\[\[?)?/y;
const HEADER_END = /\]*/y;

function nameOf(path: readonly string[]): string {
  return path.join('\0');
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'";
}
