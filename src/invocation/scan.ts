import type { PipOption } from '../model/invocation.ts';
import { listOptions, PIP_SUBCOMMANDS } from './pip-commands.ts';
import type { OptionSpec } from './pip-commands.ts';

export type Scan = {
  readonly options: readonly PipOption[];
  readonly words: readonly string[];
  /** Number of options before the first one that is not known; a pip that does not know it either ends there. */
  readonly known: number;
  readonly isKnown: boolean;
};

/**
 * Chooses one of `count` meanings of an argument that pips may read differently. 0 is the usual meaning: an option that
 * is not known takes no value.
 */
export type Choose = (count: number) => number;

export const USUAL: Choose = () => 0;

type State = {
  readonly table: ReadonlyMap<string, OptionSpec>;
  readonly extent: 'stop-at-word' | 'all';
  readonly choose: Choose;
  readonly rest: string[];
  readonly options: PipOption[];
};

/**
 * Reads as Python's optparse does: `stop-at-word` is its parser with interspersed arguments disabled. `parser`: a
 * subcommand, null for the main one.
 */
export function scanArguments(
  args: readonly string[],
  parser: string | null,
  extent: State['extent'],
  choose: Choose,
): Scan {
  const words: string[] = [];
  const [rest, options]: [string[], PipOption[]] = [[...args], []];
  let known: number | null = null;
  // The table of options is made for the first option: many calls have none.
  let state: State | null = null;
  while (rest.length > 0) {
    const argument = rest.shift() ?? '';
    if (argument === '--') break;
    if (argument.startsWith('-') && argument.length > 1) {
      const before = options.length;
      state ??= { table: listOptions(parser), extent, choose, rest, options };
      if (!(argument.startsWith('--') ? readLongOption : readShortOptions)(argument, state)) known ??= before;
    } else {
      words.push(argument);
      if (extent === 'stop-at-word') break;
    }
  }
  return { options, words: [...words, ...rest], known: known ?? options.length, isKnown: known === null };
}

/** Returns whether the option is known. */
function readLongOption(argument: string, state: State): boolean {
  const { rest, options, choose } = state;
  const equals = argument.indexOf('=');
  const attached = equals < 0 ? null : argument.slice(equals + 1);
  const matches = matchLongOption(attached === null ? argument : argument.slice(0, equals), state.table);
  const take = (takesValue: boolean) => (takesValue ? (attached ?? rest.shift() ?? null) : null);
  const [spec] = matches;
  if (spec === undefined) {
    // A newer pip knows it: the next argument may be its value.
    if (attached === null && rest.length > 0 && choose(2) === 1) rest.shift();
    return false;
  }
  if (matches.length === 1) {
    options.push({ name: spec.name, value: take(spec.takesValue) });
    return true;
  }
  // An older pip that lacks some of these takes the abbreviation for one of the others.
  const choice = choose(matches.length + 1);
  const meant = choice === 0 ? undefined : matches[choice - 1];
  if (meant !== undefined) options.push({ name: meant.name, value: take(meant.takesValue) });
  else {
    const value = take(usuallyTakesValue(matches, state));
    for (const { name } of matches) if (ABBREVIATED.includes(name)) options.push({ name, value });
  }
  return false;
}

/**
 * A pip that knows fewer options than our table finds no ambiguity: `--p X install y` is --proxy before 22.3,
 * `--de 5 install y` is --default-timeout before --debug came.
 */
function usuallyTakesValue(matches: readonly OptionSpec[], { extent, rest }: State): boolean {
  const isSubcommand = extent === 'stop-at-word' && PIP_SUBCOMMANDS.includes(rest[0] ?? '');
  return (
    matches.every((match) => match.takesValue) ||
    (extent === 'stop-at-word' && !isSubcommand && matches.some((match) => match.takesValue))
  );
}

/**
 * Some releases take an ambiguous abbreviation for these, as they lack the rest: `--us` in 18.1, `--ro` before 22.1,
 * `--b` in 23.0 to 25.0, `--requirem` before 26, `--g` from 25.1 on. Others end with exit 2, whatever is made of it.
 */
const ABBREVIATED = ['--user', '--root', '--break-system-packages', '--requirement', '--group'];

/** An exact name wins over prefixes; a prefix that fits several spellings, even of one option, is ambiguous. */
function matchLongOption(given: string, table: ReadonlyMap<string, OptionSpec>): readonly OptionSpec[] {
  const exact = table.get(given);
  if (exact !== undefined) return [exact];
  return [...table].filter(([spelling]) => spelling.startsWith(given)).map(([, spec]) => spec);
}

/** Reads a bundle such as `-qtDIR`: the first option that takes a value takes the rest of it, or the next argument. Returns whether all are known. */
function readShortOptions(bundle: string, { table, rest, options, choose }: State): boolean {
  let isKnown = true;
  for (let index = 1; index < bundle.length; index += 1) {
    const spec = table.get(`-${bundle[index]}`);
    const attached = bundle.slice(index + 1);
    if (spec?.takesValue === true) {
      options.push({ name: spec.name, value: attached || (rest.shift() ?? null) });
      return isKnown;
    }
    if (spec !== undefined) options.push({ name: spec.name, value: null });
    else {
      isKnown = false;
      if ((attached !== '' || rest.length > 0) && choose(2) === 1) {
        if (attached === '') rest.shift();
        return false;
      }
    }
  }
  return isKnown;
}
