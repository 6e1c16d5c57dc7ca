import { parseArgs } from 'node:util';
import { KINDS, type Kind } from './case.ts';

export const HELP = `Usage: npm run fidelity -- [--seed N] [--cases N] [--seconds N] [--kind ${KINDS.join('|')}] [--jobs N]
       npm run fidelity -- --seed N --case N [--kind KIND] [--set NAME=JSON ...]

Runs pairs of \`python -m pip\` and the shim, each in a random situation, and compares all that can be seen of them.

  --seed N          where the random cases start (default: the commit that is checked out)
  --cases N         so many pairs (default: 150)
  --seconds N       start no more pairs after this time
  --kind KIND       one kind only: a fake pip that records what it sees, a real pip, or signals and keys to a fake one
  --jobs N          pairs at the same time (default: 3)
  --case N          this one pair, with both sides printed
  --set NAME=JSON   changes this field of that case (case.ts), to find what a difference depends on`;

export type Options = {
  readonly help: boolean;
  /** Null: that of the commit. */
  readonly seed: number | null;
  readonly cases: number;
  readonly seconds: number;
  readonly kind: Kind | null;
  readonly jobs: number;
  /** One case only; null for many. */
  readonly only: number | null;
  readonly changes: Readonly<Record<string, unknown>>;
};

/** Reads the command line; throws an error with a text for the user. */
export function readOptions(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      seed: text,
      cases: text,
      seconds: text,
      kind: text,
      jobs: text,
      case: text,
      set: { type: 'string', multiple: true },
    },
  });
  return {
    help: values.help ?? false,
    seed: values.seed === undefined ? null : readNumber('seed', values.seed, 0),
    cases: readNumber('cases', values.cases ?? '150', 1),
    seconds: values.seconds === undefined ? Number.POSITIVE_INFINITY : readNumber('seconds', values.seconds, 1),
    kind: values.kind === undefined ? null : readKind(values.kind),
    jobs: readNumber('jobs', values.jobs ?? '3', 1),
    only: values.case === undefined ? null : readNumber('case', values.case, 0),
    changes: Object.fromEntries((values.set ?? []).map(readChange)),
  };
}

function readNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new Error(`--${name} needs a whole number from ${least} on, not ${JSON.stringify(text)}`);
  }
  return value;
}

function readKind(text: string): Kind {
  const kind = KINDS.find((known) => known === text);
  if (kind === undefined) throw new Error(`--kind is one of ${KINDS.join(', ')}, not ${JSON.stringify(text)}`);
  return kind;
}

function readChange(text: string): readonly [string, unknown] {
  const [, name, json] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || json === undefined) throw new Error(`--set needs NAME=JSON, not ${JSON.stringify(text)}`);
  try {
    return [name, JSON.parse(json)];
  } catch {
    throw new Error(`--set ${name}: ${json} is not JSON (a text needs quotes)`);
  }
}

/** A seed that changes with each commit and is the same for the same one. */
export function seedOfCommit(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16);
}
