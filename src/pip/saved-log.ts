import type { Observation } from '../model/observation.ts';
import { readLine } from './messages.ts';
import { keepLatest, stripEscapes } from './output-watcher.ts';

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
  /^[│┃║|] /,
];
/** Deeper nesting is nobody's log. */
const MOST_PREFIXES = 4;
/** Where pip begins a line: only such a line may have been broken in two. */
const BEGINNING =
  /^ {0,2}(?:ERROR: |WARNING: |error: |Defaulting to |Successfully installed |Could not |No matching |HINT: )/;
const COLUMNS = 80;
/** A broken line's parts are short and few. */
const MOST_PARTS = 24;
const MOST_BROKEN_AT_SPACES = 8;
const MOST_OF_A_PART = 200;
const MOST_OF_A_LINE = 64 * 1024;

export type LogReader = {
  /** Takes the next part of the text, cut anywhere. Never throws. */
  readonly push: (text: string) => void;
  /** Ends the last line and returns all that was seen, in order. */
  readonly finish: () => readonly Observation[];
};

type Part = { readonly text: string; readonly isFull: boolean };

/**
 * Reads what somebody saved of pip's output, through what other programs put around it, in linear time and bounded memory.
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

  /** Reads the lines that may be one: as one, or each for itself. */
  function settle(): void {
    const held = parts;
    parts = [];
    for (let first = 0; first < held.length;) {
      const joined = joinings(held.slice(first), first === 0).find(({ text }) => read(text));
      first += joined?.count ?? 1;
    }
  }

  function take(raw: string): void {
    const line = stripEscapes(raw).slice(0, MOST_OF_A_LINE);
    const text = unwrap(line);
    const isFull = line.length === COLUMNS || text.length === COLUMNS;
    const begins = BEGINNING.test(text);
    if (parts.length > 0) {
      if (!begins && text.trim() !== '' && text.length <= MOST_OF_A_PART && parts.length < MOST_PARTS) {
        parts.push({ text, isFull });
        return;
      }
      settle();
    }
    if (begins && (isFull || (text.length < COLUMNS && readLine('stdout', text) === null))) parts = [{ text, isFull }];
    else read(text);
  }

  return {
    push: (text) => {
      const lines = (pending + text).split(/\r\n|\n|\r(?!$)/);
      pending = (lines.pop() ?? '').slice(0, MOST_OF_A_LINE);
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
  for (let count = 0; count < MOST_PREFIXES; count += 1) {
    const prefix = PREFIXES.find((pattern) => pattern.test(text));
    if (prefix === undefined) break;
    const isBox = isSide(text[0]);
    text = text.replace(prefix, '');
    if (isBox && isSide(text.at(-1))) text = text.slice(0, -1).trimEnd();
  }
  return text;
}

function isSide(character: string | undefined): boolean {
  return character !== undefined && '│┃║|'.includes(character);
}

/** Returns what the first lines may be as one, most likely first; a line that is as wide as the screen goes on in the next. */
function joinings(
  held: readonly Part[],
  begins: boolean,
): readonly { readonly text: string; readonly count: number }[] {
  const texts = held.map(({ text }) => text);
  const end = held.findIndex(({ isFull }) => !isFull);
  const wide = Math.min(held.length, end === -1 ? held.length : end + 1);
  const ways = wide > 1 ? [{ text: texts.slice(0, wide).join(''), count: wide }] : [];
  ways.push({ text: texts[0] ?? '', count: 1 });
  const most = begins ? Math.min(held.length, MOST_BROKEN_AT_SPACES) : 1;
  for (let count = 2; count <= most; count += 1) {
    ways.push({
      text: texts
        .slice(0, count)
        .map((text) => text.trimEnd())
        .join(' '),
      count,
    });
  }
  return ways;
}
