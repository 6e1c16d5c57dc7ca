import type { Observation } from '../../pip/output/messages.ts';
import { NEEDLES, readLine } from '../../pip/output/messages.ts';
import { keepLatest, stripEscapes } from '../../pip/output/output-watcher.ts';

/**
 * What programs put before the lines of another: BuildKit's step and seconds, time stamps (GitHub, GitLab with its stream
 * mark, Jenkins, pip's own log), the job and step of `gh run view --log`, docker compose's service, a diff, a quotation, a box.
 */
const PREFIXES: readonly RegExp[] = [
  /^#\d{1,5} (?:\d{1,6}\.\d{1,6} )?/,
  /^\d{1,6}\.\d{3} (?=\S)/,
  /^(?:[^\t]{1,200}\t){2}(?=\d{4}-\d\d-\d\dT)/,
  /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?: \d\d[EO]\+?)? ?/,
  /^\[?\d\d:\d\d:\d\d(?:[.,]\d{1,6})?\]? {1,2}/,
  /^##\[(?:error|warning)\]/,
  /^[a-z0-9][\w.-]{0,60}[-_]\d{1,3} {1,40}\| /i,
  /^[+>] ?(?=\S| {2})/,
  /^[\u2502\u2503\u2551|] /,
];
/** Real logs are not nested deeper. */
const MAX_PREFIXES = 4;
/** Where pip begins a line: only such a line may have been broken in two. */
const BEGINNING =
  /^ {0,2}(?:ERROR: |WARNING: |error: |Defaulting to |Successfully installed |Could not |No matching |HINT: )/;
const COLUMNS = 80;
/** A broken line's parts are short and few. */
const MAX_PARTS = 24;
const MAX_BROKEN_AT_SPACES = 8;
const MAX_OF_A_PART = 200;
const MAX_OF_A_LINE = 64 * 1024;

export type LogReader = {
  /** Takes the next part of the text, cut anywhere. Never throws. */
  readonly push: (text: string) => void;
  /** Ends the last line and returns all that was seen, in order. */
  readonly finish: () => readonly Observation[];
};

type Part = { readonly text: string; readonly isFull: boolean };

/**
 * Reads saved output of pip, through what other programs put around it, in linear time and bounded memory.
 * A line broken at 80 columns, or at a space before, is put together again when that gives a line of pip's.
 */
export function createLogReader(): LogReader {
  const seen: Observation[] = [];
  /** The line that has not ended yet. */
  let pending = '';
  let parts: Part[] = [];

  const read = (text: string): boolean => {
    const observation = readLine('stdout', text);
    if (observation !== null) keepLatest(seen, observation);
    return observation !== null;
  };
  const readWhole = (text: string) => NEEDLES.some((needle) => text.includes(needle)) && read(text);

  /** Reads the lines that may be one: as one, or each for itself. */
  function settle(): void {
    const held = parts;
    parts = [];
    let next = readFirst(held, read);
    while (next < held.length) {
      const wide = countWide(held, next);
      if (wide > 1 && read(join(held.slice(next, next + wide), ''))) next += wide;
      else readWhole(held[next++]?.text ?? '');
    }
  }

  function take(raw: string): void {
    const line = stripEscapes(raw.slice(0, MAX_OF_A_LINE));
    const text = unwrap(line);
    const isFull = line.length === COLUMNS || text.length === COLUMNS;
    const begins = BEGINNING.test(text);
    if (parts.length > 0) {
      if (!begins && text.trim() !== '' && text.length <= MAX_OF_A_PART && parts.length < MAX_PARTS) {
        parts.push({ text, isFull });
        return;
      }
      settle();
    }
    if (begins && (isFull || (!read(text) && text.length < COLUMNS))) parts = [{ text, isFull }];
    else if (!begins) readWhole(text);
  }

  return {
    push: (text) => {
      const lines = (pending + text).split(/\r\n|\n|\r(?!$)/);
      pending = (lines.pop() ?? '').slice(0, MAX_OF_A_LINE);
      lines.forEach(take);
    },
    finish: () => {
      take(pending);
      settle();
      return seen;
    },
  };
}

/** Returns a line without what other programs put around it. */
export function unwrap(line: string): string {
  let text = line;
  for (let count = 0; count < MAX_PREFIXES; count += 1) {
    const prefix = PREFIXES.find((pattern) => pattern.test(text));
    if (prefix === undefined) break;
    const isBox = isSide(text[0]);
    text = text.replace(prefix, '');
    if (isBox && isSide(text.at(-1))) text = text.slice(0, -1).trimEnd();
  }
  return text;
}

function isSide(character: string | undefined): boolean {
  return character !== undefined && '\u2502\u2503\u2551|'.includes(character);
}

/** Returns how many lines were used up by the first, which pip began: on the full width, alone, or broken at spaces. */
function readFirst(held: readonly Part[], read: (text: string) => boolean): number {
  const [first] = held;
  if (first === undefined) return 0;
  const wide = countWide(held, 0);
  if (wide > 1 && read(join(held.slice(0, wide), ''))) return wide;
  // A shorter one was tried when it came.
  if (first.isFull && read(first.text)) return 1;
  for (let count = 2; count <= Math.min(held.length, MAX_BROKEN_AT_SPACES); count += 1) {
    if (read(join(held.slice(0, count), ' '))) return count;
  }
  return 1;
}

/** A line that is as wide as the screen goes on in the next. */
function countWide(held: readonly Part[], from: number): number {
  let end = from;
  while (end < held.length - 1 && held[end]?.isFull === true) end += 1;
  return end - from + 1;
}

function join(held: readonly Part[], between: string): string {
  return held.map(({ text }) => (between === '' ? text : text.trimEnd())).join(between);
}
