import { StringDecoder } from 'node:string_decoder';
import stripAnsi from 'strip-ansi';
import type { Stream } from '../../model/observation.ts';
import { LONG_LINES } from './index-messages.ts';
import { INSTALLED, NEEDLES, readLine, type Observation } from './messages.ts';

/** Characters of a line that are kept. */
const MAX_OF_A_LINE = 4 * 1024;
/** "Successfully installed" lists everything in one line, others all versions of a package. */
const MAX_OF_A_LIST = 64 * 1024;
/** Limit per kind, so that a repeated line cannot evict others. The last ones of a kind tell why pip ended. */
const MAX_OF_A_KIND = 32;
/** One search for all of them: its time does not grow with their number. */
const NEEDLE = new RegExp(NEEDLES.map((needle) => needle.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'));

export type OutputWatcher = {
  /** Takes the next bytes of a stream, cut anywhere. Never throws. */
  readonly push: (stream: Stream, chunk: Uint8Array) => void;
  /** Ends the last lines and returns all that was seen, in order. */
  readonly finish: () => readonly Observation[];
};

/**
 * Reads pip's output along, in linear time and bounded memory. A carriage return ends a line as a line feed does: what a
 * progress bar draws over is a line of its own.
 */
export function createOutputWatcher(): OutputWatcher {
  const seen: Observation[] = [];
  const report = (observation: Observation) => keepLatest(seen, observation);
  const readers = { stdout: createLineReader('stdout', report), stderr: createLineReader('stderr', report) };
  return {
    push: (stream, chunk) => readers[stream].push(chunk),
    finish: () => {
      readers.stdout.finish();
      readers.stderr.finish();
      return seen;
    },
  };
}

/** Adds an observation; the oldest of its kind goes when there are too many. */
export function keepLatest(seen: Observation[], observation: Observation): void {
  const isSame = ({ kind }: Observation) => kind === observation.kind;
  if (seen.filter(isSame).length >= MAX_OF_A_KIND) seen.splice(seen.findIndex(isSame), 1);
  seen.push(observation);
}

/** Returns the line without colour codes and other escape sequences. */
export function stripEscapes(line: string): string {
  return line.includes('\x1b') || line.includes('\x9b') ? stripAnsi(line) : line;
}

function createLineReader(stream: Stream, report: (observation: Observation) => void) {
  const decoder = new StringDecoder('utf8');
  /** The line that has not ended yet. */
  let pending = '';
  /** How much of it is kept; what comes after is dropped once `skipping` is set. */
  let most = MAX_OF_A_LINE;
  let skipping = false;

  function take(text: string): void {
    const end = findLastLineEnd(text);
    if (end === -1) {
      keep(text);
      return;
    }
    // Most output is rejected here as a whole, without a look at every line.
    const ended = pending + (skipping ? text.slice(findFirstLineEnd(text), end) : text.slice(0, end));
    if (NEEDLE.test(ended)) ended.split(/[\r\n]/).forEach(examine);
    pending = '';
    most = MAX_OF_A_LINE;
    skipping = false;
    keep(text.slice(end + 1));
  }

  function keep(text: string): void {
    if (skipping) return;
    pending += text;
    if (pending.length <= most) return;
    const start = stripEscapes(pending.slice(0, MAX_OF_A_LINE));
    if (start.startsWith(INSTALLED) || LONG_LINES.test(start)) most = MAX_OF_A_LIST;
    if (pending.length <= most) return;
    pending = pending.slice(0, most);
    skipping = true;
  }

  function examine(line: string): void {
    if (!NEEDLE.test(line)) return;
    const observation = readLine(stream, stripEscapes(line.slice(0, MAX_OF_A_LIST)));
    if (observation !== null) report(observation);
  }

  return {
    push: (chunk: Uint8Array) => take(decoder.write(chunk)),
    finish: () => {
      take(decoder.end());
      take('\n');
    },
  };
}

function findLastLineEnd(text: string): number {
  const feed = text.lastIndexOf('\n');
  const back = text.indexOf('\r', feed + 1);
  return back === -1 ? feed : text.lastIndexOf('\r');
}

function findFirstLineEnd(text: string): number {
  const [feed, back] = [text.indexOf('\n'), text.indexOf('\r')];
  return feed === -1 || back === -1 ? Math.max(feed, back) : Math.min(feed, back);
}
