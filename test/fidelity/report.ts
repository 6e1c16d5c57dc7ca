import type { Case, Kind, Outcome } from './case.ts';
import { isUnexplained, type Explained, type Result } from './try-case.ts';

const MAX_VALUE = 600;
/** So much is shown of what is the same before a difference. */
const CONTEXT = 100;

/** The command that runs one case again. */
export function repeatCommand(seed: number, number: number, kind: Kind): string {
  return `npm run fidelity -- --seed ${seed} --case ${number} --kind ${kind}`;
}

/** A case that failed: what differs, in which situation, and how to see it again. */
export function describeFailure(seed: number, number: number, chosen: Case, result: Result): string {
  return [
    `case ${number} differs: ${summarize(chosen)}`,
    ...result.differences.filter(isUnexplained).flatMap(describeDifference),
    `  again: ${repeatCommand(seed, number, chosen.kind)}`,
    '',
  ].join('\n');
}

function summarize({ kind, version, mode, shell, wrapper, io, args }: Case): string {
  const situation = [`Python ${version}`, mode, `shell ${shell}`, `wrapper ${wrapper}`, `0-2 ${io.join(' ')}`];
  return `${kind}, ${situation.join(', ')}, pip ${show(args.slice(0, 6))}`;
}

function describeDifference({ difference: { key, bare, shim }, known }: Explained): string[] {
  const start = findFirstDifference(bare, shim);
  return [
    `  ${key}${known === null ? '' : ` (known: ${known})`}${start === 0 ? '' : `, from character ${start} on`}`,
    `    bare  ${show(bare, start)}`,
    `    shim  ${show(shim, start)}`,
  ];
}

/** Where two long texts part, with some of what is before it; 0 for all else. */
function findFirstDifference(bare: unknown, shim: unknown): number {
  if (typeof bare !== 'string' || typeof shim !== 'string' || bare.length < MAX_VALUE) return 0;
  let index = 0;
  while (index < bare.length && bare[index] === shim[index]) index += 1;
  return Math.max(0, index - CONTEXT);
}

/** One case in full: its situation, both sides, every difference. */
export function describePair(chosen: Case, result: Result): string {
  return [
    show(chosen, 0, 3000),
    ...describeOutcome('bare', result.bare),
    ...describeOutcome('shim', result.shim),
    ...(result.diagnostic === '' ? [] : [`said after pip: ${show(result.diagnostic)}`]),
    ...result.differences.flatMap(describeDifference),
    '',
  ].join('\n');
}

function describeOutcome(name: string, outcome: Outcome): string[] {
  const { status, timedOut, output, signals, survivors, notes, notStarted } = outcome;
  const lines = [
    ...Object.entries(output).map(([stream, text]) => [`output ${stream}`, text] as const),
    ['signals', signals] as const,
    ['survivors', survivors.join(', ')] as const,
    ['notes', notes.join(', ')] as const,
    ['not started', notStarted] as const,
  ].filter(([, text]) => text !== '');
  const end =
    status % 128 === 0 ? `exit status ${status >> 8}` : `signal ${status & 127}${status & 128 ? ', core' : ''}`;
  return [`${name}: ${end}${timedOut ? ', timed out' : ''}`, ...lines.map(([key, text]) => `  ${key}: ${show(text)}`)];
}

function show(value: unknown, start = 0, longest = MAX_VALUE): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(start) : value) ?? 'nothing';
  const half = longest / 2;
  return text.length <= longest ? text : `${text.slice(0, half)} ... ${text.slice(-half)}`;
}

export type Tried = { readonly number: number; readonly chosen: Case; readonly result: Result };

/** Totals of a run. */
export function describeTotals(seed: number, tried: readonly Tried[], seconds: number): string {
  const failed = tried.filter(({ result }) => result.differences.some(isUnexplained));
  const kinds = countBy(tried.map(({ chosen }) => chosen.kind));
  const repeats = tried.reduce((sum, { result }) => sum + result.repeats, 0);
  const known = countBy(
    tried.flatMap(({ result }) => [...new Set(result.differences.flatMap((found) => found.known ?? []))]),
  );
  const unknown = countBy(
    failed.flatMap(({ result }) => result.differences.filter(isUnexplained).map(({ difference }) => difference.key)),
  );
  return [
    `${tried.length} pairs in ${seconds.toFixed(0)} s, seed ${seed}: ${kinds.map(([kind, count]) => `${count} ${kind}`).join(', ')}`,
    `${tried.filter(({ result }) => result.diagnostic !== '').length} with a diagnostic after pip`,
    `${tried.filter(({ result }) => result.bare.timedOut && result.shim.timedOut).length} hung on both sides`,
    `${repeats} pairs were run again because they differed; ${tried.filter(({ result }) => result.passing.length > 0).length} then differed less`,
    ...known.map(([name, count]) => `known in ${count}: ${name}`),
    ...unknown.map(([key, count]) => `UNKNOWN in ${count}: ${key}`),
    failed.length === 0
      ? 'no difference without a known reason'
      : `${failed.length} pairs differ for no known reason: ${failed.map(({ number }) => number).join(', ')}`,
  ].join('\n');
}

function countBy(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}
