import type { PipCommand, PipOption, Redirection } from '../model/invocation.ts';
import { effectOf, listOptions, PIP_SUBCOMMANDS } from './pip-commands.ts';
import type { OptionSpec } from './pip-commands.ts';

/**
 * Returns the command line as pip's two parsers read it (pip/_internal/cli/main_parser.py): the main one stops at the
 * first word, which is the subcommand; the subcommand's own one reads everything but that word, options before it too.
 * What pip will reject (unknown options, missing values) is left out: to report it is pip's business. Where an abbreviation
 * is ambiguous in some releases alone, what a policy asks about counts as said. Never throws.
 */
export function parsePipCommand(name: string, args: readonly string[]): PipCommand {
  const main = scanArguments(args, null, 'stop-at-word');
  const subcommand = main.words[0] ?? null;
  const own = subcommand === null ? main : scanArguments(removeFirst(args, subcommand), subcommand, 'all');
  const valuesOf = (option: string) => listValues(own.options, option);
  const has = (option: string) => own.options.some((given) => given.name === option);
  // What makes a call harmless counts only where pip is sure to get there: what we do not know may take it as its value.
  const surely = (scan: Scan, option: string) =>
    scan.options.slice(0, scan.known).some((given) => given.name === option);

  return {
    name,
    arguments: args,
    subcommand,
    effect: effectOf(subcommand, own.words),
    options: own.options,
    words: own.words,
    requirementFiles: valuesOf('--requirement'),
    editables: valuesOf('--editable'),
    // `pip install --version` goes on and installs: only the main parser looks at it.
    informational:
      subcommand === null ||
      subcommand === 'help' ||
      surely(own, '--help') ||
      surely(main, '--version') ||
      surely(main, '--help'),
    dryRun: surely(own, '--dry-run'),
    user: readUser(own.options),
    redirection: findRedirection(valuesOf),
    python: listValues(main.options, '--python').at(-1) ?? valuesOf('--python').at(-1) ?? null,
    quiet: own.options.filter((given) => given.name === '--quiet').length,
    // pip asks `"--isolated" in args`: a prefix of it does not isolate, while the word as another option's value does.
    isolated: args.includes('--isolated'),
    breakSystemPackages: has('--break-system-packages'),
  };
}

type Scan = {
  readonly options: readonly PipOption[];
  readonly words: readonly string[];
  /** How many of the options stand before the first that we do not know; pip ends there, if it does not know it either. */
  readonly known: number;
};

/**
 * Reads as Python's optparse does: `stop-at-word` is its parser with interspersed arguments disabled. `parser`: a
 * subcommand, null for the main one. (Its table is made when the first option comes: many calls have none.)
 */
function scanArguments(args: readonly string[], parser: string | null, extent: 'stop-at-word' | 'all'): Scan {
  const options: PipOption[] = [];
  const words: string[] = [];
  const rest = [...args];
  let known: number | null = null;
  while (rest.length > 0) {
    const argument = rest.shift() ?? '';
    if (argument === '--') break;
    if (argument.startsWith('--')) {
      const before = options.length;
      if (!readLongOption(argument, rest, listOptions(parser), options, extent)) known ??= before;
    } else if (argument.startsWith('-') && argument.length > 1) {
      const before = options.length;
      if (!readShortOptions(argument, rest, listOptions(parser), options)) known ??= before;
    } else {
      words.push(argument);
      if (extent === 'stop-at-word') break;
    }
  }
  return { options, words: [...words, ...rest], known: known ?? options.length };
}

/** Returns whether the option is one that we know. */
function readLongOption(
  argument: string,
  rest: string[],
  table: ReadonlyMap<string, OptionSpec>,
  options: PipOption[],
  extent: 'stop-at-word' | 'all',
): boolean {
  const equals = argument.indexOf('=');
  const matches = matchLongOption(equals < 0 ? argument : argument.slice(0, equals), table);
  const [spec] = matches;
  if (spec === undefined) return false;
  // A pip that knows fewer options than our table finds no ambiguity: `--p X install y` is --proxy before 22.3,
  // `--de 5 install y` is --default-timeout before --debug came.
  const isSubcommand = extent === 'stop-at-word' && PIP_SUBCOMMANDS.includes(rest[0] ?? '');
  const takesValue =
    matches.every((match) => match.takesValue) ||
    (extent === 'stop-at-word' && !isSubcommand && matches.some((match) => match.takesValue));
  const value = !takesValue ? null : equals < 0 ? (rest.shift() ?? null) : argument.slice(equals + 1);
  const isSure = matches.length === 1;
  for (const { name } of matches) if (isSure || ABBREVIATED.includes(name)) options.push({ name, value });
  return isSure;
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
function readShortOptions(
  bundle: string,
  rest: string[],
  table: ReadonlyMap<string, OptionSpec>,
  options: PipOption[],
): boolean {
  let isKnown = true;
  for (let index = 1; index < bundle.length; index += 1) {
    const spec = table.get(`-${bundle[index]}`);
    if (spec?.takesValue === true) {
      options.push({ name: spec.name, value: bundle.slice(index + 1) || (rest.shift() ?? null) });
      return isKnown;
    }
    if (spec === undefined) isKnown = false;
    else options.push({ name: spec.name, value: null });
  }
  return isKnown;
}

/** pip removes the first argument that equals the subcommand, wherever it stands (`args.remove(cmd_name)`). */
function removeFirst(args: readonly string[], word: string): readonly string[] {
  return args.toSpliced(args.indexOf(word), 1);
}

function listValues(options: readonly PipOption[], name: string): readonly string[] {
  return options.flatMap((given) => (given.name === name && given.value !== null ? [given.value] : []));
}

function readUser(options: readonly PipOption[]): boolean | null {
  const last = options.findLast((given) => given.name === '--user' || given.name === '--no-user');
  return last === undefined ? null : last.name === '--user';
}

/** Of several the one that pip looks at first; an empty value counts as not given, as in pip. */
function findRedirection(valuesOf: (option: string) => readonly string[]): Redirection | null {
  for (const option of ['--target', '--prefix', '--root'] as const) {
    const value = valuesOf(option).at(-1);
    if (value !== undefined && value !== '') return { option, value };
  }
  return null;
}
