import type { Case, Outcome } from './case.ts';
import { normalize } from './normalize.ts';

export type Difference = {
  /** `status`, `output 2`, `file home/x`, `record env 'PWD'`. */
  readonly key: string;
  readonly bare: unknown;
  readonly shim: unknown;
};

export type Comparison = {
  readonly differences: readonly Difference[];
  /** What the shim said after pip; empty if it said nothing. */
  readonly diagnostic: string;
};

/** Records say who started pip; that is not compared. */
const NOT_COMPARED = new Set(['parent']);

/** Everything in which the two outcomes differ, but for one diagnostic at the end of what goes to the error output. */
export function compareOutcomes(chosen: Case, bare: Outcome, shim: Outcome, codes: readonly string[]): Comparison {
  const outputs = compareOutputs(chosen, bare, shim, codes);
  const pairs: (readonly [string, unknown, unknown])[] = [
    ['timed out', bare.timedOut, shim.timedOut],
    ['not started', bare.notStarted, shim.notStarted],
    ['status', bare.status, shim.status],
    ['signals', bare.signals, shim.signals],
    ...(chosen.kind === 'signal' ? [['signals after each step', whileAlive(bare), whileAlive(shim)] as const] : []),
    ['survivors', bare.survivors.length, shim.survivors.length],
    ['terminal modes at the end', bare.terminal, shim.terminal],
    ...pairUp('file ', bare.files, shim.files),
    ...pairUpRecords(bare.record, shim.record),
  ];
  const differences = pairs
    .filter(([, left, right]) => JSON.stringify(left) !== JSON.stringify(right))
    .map(([key, left, right]) => ({ key, bare: left, shim: right }));
  return { differences: [...outputs.differences, ...differences], diagnostic: outputs.diagnostic };
}

/** Whether the end of pip is noticed right after the step that caused it, or not any more, is chance. */
const whileAlive = ({ counts }: Outcome) => counts.filter((count) => count !== null);

function compareOutputs(chosen: Case, bare: Outcome, shim: Outcome, codes: readonly string[]): Comparison {
  const found: Difference[] = [];
  let diagnostic = '';
  for (const name of ['1', '2', 'terminal'] as const) {
    const [expected, got] = [normalize(bare.output[name]), normalize(shim.output[name])];
    if (expected === got) continue;
    const added = got.startsWith(expected) && maySpeak(chosen, name) ? got.slice(expected.length) : '';
    if (isDiagnostic(added, codes) && findEnd(added) === added.length) diagnostic = added;
    else {
      // What differs before it, or behind it by a wrapper, is compared by itself.
      const start = maySpeak(chosen, name) ? findDiagnostic(got, codes) : got.length;
      const end = start + findEnd(got.slice(start));
      diagnostic = got.slice(start, end) || diagnostic;
      const others = got.slice(0, start) + got.slice(end);
      if (others !== expected) found.push({ key: `output ${name}`, bare: expected, shim: others });
    }
  }
  return { differences: found, diagnostic };
}

/** Whether the error output arrives there. */
function maySpeak({ io, wrapper }: Case, name: '1' | '2' | 'terminal'): boolean {
  // nohup takes what would go to a terminal to stdout.
  return name === '1' ? io[2] === 'same' || (wrapper === 'nohup' && (io[2] === 'pty' || io[2] === 'tty')) : true;
}

/** A diagnostic in full form up to its last line. */
const LAST_LINE = /^[^]*?\n(?:\u001b\[[0-9;]*m)*more:(?:\u001b\[[0-9;]*m)* pipward explain [\w-]+\r*\n/;

/** Returns where it ends; the short form, and one that was cut off, at the end of the text. */
function findEnd(diagnostic: string): number {
  return LAST_LINE.exec(diagnostic)?.[0].length ?? diagnostic.length;
}

/** Returns where the last diagnostic of the shim begins; the length of the text if it has no diagnostic. */
function findDiagnostic(text: string, codes: readonly string[]): number {
  const starts = [...text.matchAll(/(?<=\n)(?=\r?\n(?:\u001b\[[0-9;]*m)*(?:error|warning|note|advice|hint)\[)/g)];
  const last = starts.at(-1)?.index;
  return last !== undefined && isDiagnostic(text.slice(last), codes) ? last : text.length;
}

/** One diagnostic of the shim, whose codes are those of docs/diagnostics. */
export function isDiagnostic(text: string, codes: readonly string[]): boolean {
  const start = new RegExp(
    `^(?:\\r?\\n)*(?:\u001b\\[[0-9;]*m)*(?:error|warning|note|advice|hint)\\[(?:${codes.join('|')})\\]`,
  );
  return start.test(text);
}

function pairUpRecords(bare: Outcome['record'], shim: Outcome['record']): (readonly [string, unknown, unknown])[] {
  if (bare === null || shim === null) return [['pip started', bare !== null, shim !== null]];
  return pairUp('record ', bare, shim).filter(([key]) => !NOT_COMPARED.has(key.slice('record '.length)));
}

type Tree = Readonly<Record<string, unknown>>;

/** Values of two trees of objects by their path; what only one side has is undefined on the other. */
function pairUp(start: string, left: Tree, right: Tree): (readonly [string, unknown, unknown])[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].toSorted();
  return names.flatMap((name) => {
    const [one, other] = [left[name], right[name]];
    return isTree(one) && isTree(other)
      ? pairUp(`${start}${name} `, one, other)
      : [[`${start}${name}`, one, other] as const];
  });
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
