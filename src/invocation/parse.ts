import type { PipCommand, PipOption, Redirection } from '../model/invocation.ts';
import { effectOf } from './pip-commands.ts';
import { scanArguments, USUAL, type Choose, type Scan } from './scan.ts';

/**
 * Returns the command line as pip's two parsers read it (pip/_internal/cli/main_parser.py): the main one stops at the
 * first word, which is the subcommand; the subcommand's own one reads everything but that word, options before it too.
 * What pip will reject (unknown options, missing values) is left out: to report it is pip's business. Where an abbreviation
 * is ambiguous in some releases alone, what a policy asks about counts as said. Never throws.
 */
export function parsePipCommand(name: string, args: readonly string[]): PipCommand {
  return parseBy(USUAL, name, args);
}

export type Scans = { readonly main: Scan; readonly own: Scan; readonly subcommand: string | null };

/** Returns the main parser's look at the arguments, and that of the subcommand's. */
export function scanBoth(choose: Choose, args: readonly string[]): Scans {
  const main = scanArguments(args, null, 'stop-at-word', choose);
  const subcommand = main.words[0] ?? null;
  const own = subcommand === null ? main : scanArguments(removeFirst(args, subcommand), subcommand, 'all', choose);
  return { main, own, subcommand };
}

/** Returns the command line with a choice where an argument may mean several things. */
export function parseBy(choose: Choose, name: string, args: readonly string[]): PipCommand {
  const { main, own, subcommand } = scanBoth(choose, args);
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
