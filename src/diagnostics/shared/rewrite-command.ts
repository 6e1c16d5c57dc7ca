import type { Applicability, ShellKind } from '../../model/diagnostic.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { scanBoth } from '../../invocation/parse.ts';
import { listOptions } from '../../invocation/pip-commands.ts';
import { USUAL } from '../../invocation/scan.ts';
import { hasSecrets, redactText } from '../../util/redact.ts';
import { isRequirementsFile } from './requirements/requirement.ts';
import { isClean } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';

/** A command line to print. */
export type Printed = {
  readonly text: string;
  readonly applicability: Applicability;
  /** What follows `pip` in it. */
  readonly arguments: readonly string[];
};

/**
 * What may hold a secret. A name before an `@` (but for `//git@host`), with or without password, slashes and scheme: a
 * mistyped address is printed by pipward alone. Every query. Assignments to what sounds like a secret; `==` is not one.
 */
const CREDENTIALS = [
  /(?:\/\/|:\/)(?!git@)[^/@\s]+@/,
  /\/\/[^@\s]*:[^@\s]*@/,
  /[^\s:/@]+:(?!\/\/)[^\s@]*@/,
  /\?[^=]*=/,
  /^(?=.*(?:token|pass|secret|key))[a-z_][\w.-]*=(?!=)/is,
];

/** Returns the words that start the same pip once more. */
export function startOf({ start, name }: PipCommand): readonly string[] {
  return start ?? [name];
}

/** The same command for an active environment: what spoke of another place is left out. `start`: in place of `pip`. */
export function repeatInEnvironment(
  command: PipCommand,
  shell: ShellKind,
  start: readonly string[] = ['pip'],
): Printed {
  return print([...start, ...dropPlace(command)], command, shell, start);
}

/** Returns its arguments for an active environment. */
export function argumentsInEnvironment(command: PipCommand): readonly string[] {
  return dropPlace(command);
}

/** The same command as an install that is meant for the user site. */
export function repeatForUser(command: PipCommand, shell: ShellKind): Printed {
  // Of --user and --no-user the last counts.
  const words = command.arguments.filter((word) => word !== '--no-user');
  return print([...startOf(command), ...addOption('--user', words, command)], command, shell);
}

/** The same command with one option more, in place of what spoke of another place. */
export function repeatWithOption(
  option: string,
  command: PipCommand,
  shell: ShellKind,
  start: readonly string[] = startOf(command),
): Printed {
  return print([...start, ...addOption(option, dropPlace(command), command)], command, shell, start);
}

/** The same command for an active environment, whatever else Python sees already. */
export function repeatRegardless(command: PipCommand, shell: ShellKind): Printed {
  const words = addOption('--ignore-installed', dropPlace(command), command);
  return print(['pip', ...words], command, shell, ['pip']);
}

function addOption(option: string, words: readonly string[], { subcommand }: PipCommand): readonly string[] {
  return words.toSpliced(words.indexOf(subcommand ?? 'install') + 1, 0, option);
}

/** The same command, started by these words in place of `pip`. */
export function repeatWith(start: readonly string[], command: PipCommand, shell: ShellKind): Printed {
  return print([...start, ...command.arguments], command, shell, start);
}

/** The command as it was typed, but for credentials. */
export function repeatAsTyped(command: PipCommand, shell: ShellKind): Printed {
  return print([...startOf(command), ...command.arguments], command, shell);
}

/** The same command with other words in place of one; null if that one was not typed. */
export function repeatReplacing(
  command: PipCommand,
  word: string,
  by: readonly string[],
  shell: ShellKind,
): Printed | null {
  const { arguments: given, subcommand } = command;
  const table = listOptions(subcommand);
  // The value of an option may be the same word: `foo --find-links foo`.
  const at = given.findLastIndex((each, index) => each === word && !takesNext(given[index - 1] ?? '', table));
  return at === -1 ? null : print([...startOf(command), ...command.arguments.toSpliced(at, 1, ...by)], command, shell);
}

/** Options that decide which files pip takes, and from where: what is installed along with a call obeys them as well. */
const SOURCES = [
  '--index-url',
  '--extra-index-url',
  '--no-index',
  '--find-links',
  '--constraint',
  '--only-binary',
  '--no-binary',
  '--uploaded-prior-to',
  '--trusted-host',
  '--cert',
  '--client-cert',
  '--proxy',
  '--no-proxy-env',
  '--keyring-provider',
  '--isolated',
];

/** Whether the command says which files pip takes, or from where. Hashes are of what was asked for, and of nothing else. */
export function choosesSources({ options }: PipCommand): boolean {
  return options.some(({ name }) => name === '--require-hashes' || SOURCES.includes(name));
}

/**
 * Returns the arguments of another install that takes files from where the command takes them; `...` in place of options
 * that are not to be printed once more. Returns null if the command requires hashes: those of other packages are unknown.
 */
export function installFromSameSources(packages: readonly string[], command: PipCommand): readonly string[] | null {
  if (command.options.some(({ name }) => name === '--require-hashes')) return null;
  const options = writeOptions(command.options.filter(({ name }) => SOURCES.includes(name)));
  const isPrintable = !hasCredentials(command) && options.every((word) => isClean(word) && redactText(word) === word);
  return ['install', '--upgrade', ...packages, ...(isPrintable ? options : ['...'])];
}

/** The same command with options behind its subcommand, in place of those of the same names. */
export function repeatChanging(
  command: PipCommand,
  options: readonly (readonly [name: string, ...value: readonly string[]])[],
  shell: ShellKind,
): Printed {
  const { subcommand } = command;
  const kept = options.reduce<readonly string[]>(
    (words, [name]) => dropOption({ arguments: words, subcommand }, name),
    command.arguments,
  );
  const at = kept.indexOf(command.subcommand ?? '') + 1;
  return print([...startOf(command), ...kept.toSpliced(at, 0, ...options.flat())], command, shell);
}

/** The same command with -vv behind its subcommand, so that pip tells what each index answers. `options`: go beside it. */
export function repeatVerbosely(command: PipCommand, shell: ShellKind, options: readonly string[] = []): Printed {
  const kept = command.arguments.filter((word) => !/^(?:-v+|-q+|--verbose|--quiet)$/.test(word));
  const at = kept.indexOf(command.subcommand ?? '') + 1;
  return print([...startOf(command), ...kept.toSpliced(at, 0, '-vv', ...options)], command, shell);
}

/** The same command with the files of a folder in place of an index. */
export function repeatFromFolder(folder: string, command: PipCommand, shell: ShellKind): Printed {
  const without = { ...command, arguments: dropOption(command, '--index-url') };
  return repeatChanging(without, [['--no-index'], ['--find-links', folder]], shell);
}

/** The same command without an option and its value. */
export function repeatWithout(command: PipCommand, option: string, shell: ShellKind): Printed {
  return print([...startOf(command), ...dropOption(command, option)], command, shell);
}

/** The same subcommand and its options for other requirements; files of them are kept, since they may name indexes and pins. */
export function repeatFor(
  command: PipCommand,
  requirements: readonly string[],
  shell: ShellKind,
  start: readonly string[] = startOf(command),
): Printed {
  const options = writeOptions(command.options.filter(({ name }) => name !== '--editable'));
  const printed = print([...start, 'install', ...options, ...requirements], command, shell, start);
  // An option that is not known here cannot be told from what it applies to.
  if (scanBoth(USUAL, command.arguments).own.isKnown) return printed;
  const text = `${joinCommand([...start, 'install'], shell)} ... ${joinCommand(requirements, shell)}`;
  return { ...printed, ...(printed.applicability === 'ready' ? { text } : {}), applicability: 'has-placeholder' };
}

function writeOptions(options: PipCommand['options']): readonly string[] {
  return options.flatMap(({ name, value }) => (value === null ? [name] : [name, value]));
}

/** In every full spelling: `--default-timeout` is `--timeout`. */
function dropOption(
  { arguments: words, subcommand }: Pick<PipCommand, 'arguments' | 'subcommand'>,
  name: string,
): readonly string[] {
  const table = listOptions(subcommand);
  const isMeant = (word: string) => word === name || table.get(word)?.name === name;
  const takesValue = table.get(name)?.takesValue === true;
  return words.filter((word, index) => {
    const [spelling = ''] = word.startsWith('--') ? word.split('=', 1) : [word];
    return !isMeant(spelling) && !(takesValue && isMeant(words[index - 1] ?? ''));
  });
}

/** Whether the next argument is the value of this one. */
function takesNext(word: string, table: ReturnType<typeof listOptions>): boolean {
  return table.get(word)?.takesValue === true;
}

function print(
  words: readonly string[],
  command: PipCommand,
  shell: ShellKind,
  start: readonly string[] = startOf(command),
): Printed {
  const text = joinCommand(words, shell);
  const rest = words.slice(start.length);
  // A command that cleaning would change does not work as printed, nor one that reads what was open for this call: `-r <(...)`.
  const isPast = rest.some((word) => OPEN_FILE.test(word));
  if (!isPast && !hasCredentials(command) && redactText(text) === text && isClean(text)) {
    return { text, applicability: 'ready', arguments: rest };
  }
  const subcommand = command.subcommand !== null && /^[a-z]+$/.test(command.subcommand) ? [command.subcommand] : [];
  return {
    text: `${joinCommand([...start, ...subcommand], shell)} ...`,
    applicability: 'has-placeholder',
    arguments: rest,
  };
}

/** The name of an open file, in an argument or behind its option. */
const OPEN_FILE = /^(?:-[a-z]|--[a-z-]+=)?\/(?:dev\/(?:fd\/|std(?:in|out|err)$)|proc\/(?:self|\d+)\/fd\/)/;

/** Whether something in the command must not appear on a screen or in a log once more. */
export function hasCredentials({ arguments: words, options }: PipCommand): boolean {
  return (
    hasSecrets(words) ||
    words.some((word) => CREDENTIALS.some((pattern) => pattern.test(word))) ||
    options.some(({ name, value }) => value !== null && hasSecrets([name, value]))
  );
}

function dropPlace({ arguments: words, subcommand }: PipCommand): readonly string[] {
  const places = /^--(?:user|no-user|br[a-z-]*|python(?:=.*)?)$/s;
  const kept = words.filter((word, index) => !places.test(word) && words[index - 1] !== '--python');
  const table = listOptions(subcommand);
  // No project can have such a name: the next message would be that -r was left out.
  return kept.flatMap((word, index) =>
    isRequirementsFile(word) && !word.startsWith('-') && !takesNext(kept[index - 1] ?? '', table)
      ? ['-r', word]
      : [word],
  );
}
