import yargs from 'yargs';
import { auditCommand } from './audit/audit.ts';
import type { AdminCommand, AdminContext, CommandArguments } from './command.ts';
import { createCompletionCommand } from './completion/completion.ts';
import { coverageCommand } from './coverage/coverage.ts';
import { diagnoseCommand } from './diagnose/diagnose.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { explainCommand } from './explain.ts';
import { findNearest } from '../util/did-you-mean.ts';
import { complain, say } from './output.ts';
import { pythonsCommand } from './pythons.ts';
import { policyCommand } from './policy/policy.ts';
import { setupCommand } from './setup/setup.ts';
import { readVariables } from '../util/variables.ts';
import { runCommand } from './environments/run.ts';
import { trustCommand } from './environments/trust.ts';
import { unsetupCommand } from './setup/unsetup.ts';
import { untrustCommand } from './environments/untrust.ts';
import { venvCommand } from './environments/venv.ts';
import { describeVersions } from './which/versions.ts';
import { whichCommand } from './which/which.ts';
import { redactMentions } from '../util/redact.ts';
import { cleanText } from '../terminal/clean.ts';
import { COMPARE_HELP } from '../messages/blame-messages.ts';
import { UsageError } from './usage-error.ts';

/** All commands, in the order of `pipward --help`; the man page is made from them, too. */
export const COMMANDS: readonly AdminCommand[] = [
  whichCommand,
  pythonsCommand,
  explainCommand,
  diagnoseCommand,
  doctorCommand,
  coverageCommand,
  policyCommand,
  auditCommand,
  venvCommand,
  runCommand,
  trustCommand,
  untrustCommand,
  setupCommand,
  unsetupCommand,
  createCompletionCommand(() => COMMANDS),
];

/** `pipward --help` has an example of these, the help of each command has all of its own. */
const SHOWN_FIRST: readonly string[] = ['which', 'doctor', 'policy', 'venv'];

/** yargs breaks a longer example, at a width of 80. */
const MAX_EXAMPLE = 38;

type Chosen = { readonly command: AdminCommand; readonly given: CommandArguments };

/** Runs `pipward ARGUMENTS`; returns the exit status: 0 fine, 1 something is wrong, 2 usage. */
export async function runAdmin(words: readonly string[], given: AdminContext): Promise<number> {
  const context = { ...given, env: readVariables(given.env, given.platform) };
  try {
    // yargs ends at --version, whatever stands beside it.
    if (words.length === 2 && words.includes('--version') && words.includes('--verbose')) {
      say(describeVersions(context));
      return 0;
    }
    const chosen = parseWords(words, context.version);
    return typeof chosen === 'number' ? chosen : await chosen.command.run(context, chosen.given);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // A line end in a word would begin a line that looks like one of ours.
    const message = words
      .filter((word) => word.includes('\n'))
      .reduce((text, word) => text.replaceAll(word, () => cleanText(word)), redactMentions(error.message, words));
    complain(`pipward: ${message}`);
    return 2;
  }
}

/** The command to run, or the exit status when help or the version was all that was wanted. */
function parseWords(words: readonly string[], version: string): Chosen | number {
  const [first] = words;
  const names = COMMANDS.map(nameOf);
  if (first !== undefined && !first.startsWith('-') && !names.includes(first)) {
    const nearest = findNearest(first, names);
    throw new UsageError(
      `there is no command ${JSON.stringify(first)}` +
        (nearest === null ? '; see `pipward --help`' : `; did you mean \`pipward ${nearest}\`?`),
    );
  }
  let chosen: Chosen | null = null;
  let printed = '';
  const help = first !== undefined && names.includes(first) ? `pipward ${first} --help` : 'pipward --help';
  const { missing, rest, usage: own } = COMMANDS.find((command) => nameOf(command) === first) ?? {};
  // `pipward run pytest`: what does not belong to pipward goes behind `--`.
  const usage = rest === undefined || words.includes('--') ? null : `pipward ${own} ${rest}`;
  const parser = createParser(version, { help, missing, usage, words }, (next) => {
    chosen = next;
  });
  // With a callback yargs prints nothing and exits nowhere by itself. (It reads the list as its own, hence the copy.)
  void parser.parse(words.length === 0 ? ['--help'] : [...words], {}, (error, _argv, output) => {
    if (error) throw error instanceof UsageError ? error : new UsageError(error.message);
    printed = output;
  });
  if (chosen !== null) return chosen;
  say(addRest(printed));
  return words.length === 0 ? 2 : 0;
}

/** Adds what may follow a command to its line in the list, which yargs makes of the command's own words; if there is room. */
function addRest(printed: string): string {
  return COMMANDS.reduce((text, { usage, rest = '' }) => {
    const room = `\n  pipward ${usage}${' '.repeat(rest.length + 2)}`;
    return rest === '' ? text : text.replace(room, `\n  pipward ${usage} ${rest} `);
  }, printed);
}

/** What is said of words that a command does not take. */
type Complaint = {
  readonly help: string;
  readonly missing: string | undefined;
  /** How the command is used, if that may be the mistake. */
  readonly usage: string | null;
  readonly words: readonly string[];
};

function createParser(version: string, { help, missing, usage, words }: Complaint, choose: (chosen: Chosen) => void) {
  const parser = yargs()
    .scriptName('pipward')
    .usage('Usage: $0 COMMAND [OPTIONS]')
    .locale('en')
    .version('version', 'Show version; with --verbose, how it was installed', version)
    .help()
    .alias('help', 'h')
    .epilogue(`Options and examples of a command: pipward COMMAND --help\n\n${COMPARE_HELP}`)
    .strict()
    .wrap(80)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
    })
    .fail((message, error) => {
      if (error) throw error;
      // yargs only counts the words; the command names what is missing.
      const said = message.startsWith('Not enough non-option') ? missing : undefined;
      // yargs names an option without its dashes.
      const unknown = /^Unknown arguments?: ([^,]*)/.exec(message)?.[1];
      const isWord = unknown !== undefined && words.includes(unknown);
      const way = usage !== null && isWord ? `write: ${usage}` : `see \`${help}\``;
      throw new UsageError(said ?? `${message}; ${way}`);
    });
  for (const command of COMMANDS) {
    const [shown] = SHOWN_FIRST.includes(nameOf(command)) ? command.examples : [];
    if (shown !== undefined) parser.example(...shown);
    parser.command(
      command.usage,
      command.summary,
      (sub) => {
        if (command.rest !== undefined) sub.usage(`$0 ${command.usage} ${command.rest}\n\n${command.summary}`);
        for (const [name, word] of Object.entries(command.words ?? {})) sub.positional(name, word);
        for (const [name, option] of Object.entries(command.options ?? {})) sub.option(name, option);
        for (const [line, meaning] of command.examples) sub.example(line, meaning);
        if (command.note !== undefined) sub.epilogue(command.note);
        // A command that is broken over two lines cannot be copied.
        if (command.examples.some(([line]) => line.length > MAX_EXAMPLE)) sub.wrap(null);
        return sub;
      },
      (values) => choose({ command, given: readArguments(values) }),
    );
  }
  return parser;
}

function readArguments(values: Readonly<Record<string, unknown>>): CommandArguments {
  const rest = values['--'];
  // Of an option that is given twice the last one counts.
  const read = (name: string): unknown => {
    const value = values[name];
    return Array.isArray(value) ? value.at(-1) : value;
  };
  return {
    flag: (name) => read(name) === true,
    text: (name) => {
      const value = read(name);
      return typeof value === 'string' ? value : null;
    },
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    rest: Array.isArray(rest) ? rest.map(String) : [],
  };
}

function nameOf({ usage }: AdminCommand): string {
  return usage.split(' ')[0] ?? usage;
}
