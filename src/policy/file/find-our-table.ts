import { skipString } from './skip-string.ts';

/** Where keys are read: at the top, in the table `tool`, or elsewhere. */
type Place = 'top' | 'tool' | 'other';

/**
 * Returns whether a TOML text has a table or key `tool.pipward`, however it is written: as a header, a dotted key or an
 * inline table, with quotes and escapes. One pass without recursion, so that neither size nor nesting makes it slow; of
 * a text that is not valid the answer may be wrong.
 */
export function findOurTable(text: string): boolean {
  let place: Place = 'top';
  for (let at = skipVoid(text, 0); at < text.length;) {
    const isHeader = text.charCodeAt(at) === OPEN_LIST;
    const start = isHeader ? at + (text.charCodeAt(at + 1) === OPEN_LIST ? 2 : 1) : at;
    const key = readKey(text, start, isHeader ? 'top' : place);
    if (key.place === 'ours') return true;
    let next = key.end;
    if (isHeader) {
      place = key.place;
      while (text.charCodeAt(next) === CLOSE_LIST) next += 1;
    } else {
      next = skipBlank(text, text[next] === '=' ? next + 1 : next);
      const end = skipValue(text, next, key.place === 'tool');
      if (end === 'ours') return true;
      next = end;
    }
    at = skipVoid(text, Math.max(next, at + 1));
  }
  return false;
}

/** Reads a dotted key; `place` is that of the value or table that it names. */
function readKey(text: string, start: number, outer: Place): { readonly end: number; readonly place: Place | 'ours' } {
  let place: Place | 'ours' = outer;
  for (let at = start; ; at += 1) {
    at = skipBlank(text, at);
    const from = at;
    const first = text.charCodeAt(at);
    if (first === QUOTE || first === APOSTROPHE) at = skipString(text, at);
    else while (isBare(text.charCodeAt(at))) at += 1;
    if (place === 'top' || place === 'tool') place = enter(place, text, from, at);
    at = skipBlank(text, at);
    if (text[at] !== '.') return { end: at, place };
  }
}

function enter(place: 'top' | 'tool', text: string, from: number, to: number): Place | 'ours' {
  // Written with `\U` for each letter, our name is no longer than this.
  const name = to - from > 80 ? '' : unquote(text.slice(from, to));
  if (place === 'top') return name === 'tool' ? 'tool' : 'other';
  return name === 'pipward' ? 'ours' : 'other';
}

function unquote(written: string): string {
  const inner = /^["']/.test(written) ? written.slice(1, -1) : written;
  if (!written.startsWith('"') || !inner.includes('\\')) return inner;
  return inner.replace(
    /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8})|x([\da-fA-F]{2}))/g,
    (_, ...codes: (string | undefined)[]) => {
      const code = Number.parseInt(codes.slice(0, 3).find(Boolean) ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}

/** Returns the position behind the value; `ours` if it is the inline table of `tool` and has a key of our name. */
function skipValue(text: string, start: number, isTool: boolean): number | 'ours' {
  const first = text.charCodeAt(start);
  if (first === QUOTE || first === APOSTROPHE) return skipString(text, start);
  if (first !== OPEN_LIST && first !== OPEN_TABLE) return endOfLine(text, start);
  const looksForUs = isTool && first === OPEN_TABLE;
  let depth = 0;
  for (let at = start; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE || code === APOSTROPHE) at = skipString(text, at);
    else if (code === HASH) at = endOfLine(text, at);
    else {
      at += 1;
      if (code === OPEN_LIST || code === OPEN_TABLE) depth += 1;
      else if (code === CLOSE_LIST || code === CLOSE_TABLE) depth -= 1;
      if (depth === 0) return at;
      if (looksForUs && depth === 1 && (code === OPEN_TABLE || code === COMMA)) {
        const key = readKey(text, skipVoid(text, at), 'tool');
        if (key.place === 'ours') return 'ours';
        at = key.end;
      }
    }
  }
  return text.length;
}

// Codes, not characters: a file that is looked through has up to a million of them.
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_TABLE = 123;
const CLOSE_TABLE = 125;

function skipBlank(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); code === 32 || code === 9; code = text.charCodeAt(at)) at += 1;
  return at;
}

/** Skips spaces, line ends and comments. */
function skipVoid(text: string, start: number): number {
  for (let at = start; ;) {
    const code = text.charCodeAt(at);
    if (code === HASH) at = endOfLine(text, at);
    else if (code === 32 || code === 9 || code === 10 || code === 13) at += 1;
    else return at;
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/** Letters, digits, `_` and `-`. */
function isBare(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 45 ||
    code === 95
  );
}
