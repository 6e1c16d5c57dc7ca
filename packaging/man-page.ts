import type { AdminCommand } from '../src/admin/command.ts';

/** A few words on what `pipward` is; the commands come from the same definitions as `--help`. */
const DESCRIPTION = `pipward is a \\fBpip\\fR that comes first on PATH. For each call it finds the interpreter that is meant, runs
its pip with the same arguments, and afterwards says what happened and what to do. Where a policy requires a
virtual environment it refuses before pip starts. \\fBpipward\\fR is the command that explains and sets up.`;

/** Renders pipward(1) in the macros of man(7). */
export function renderManPage(commands: readonly AdminCommand[], version: string, epoch: number): string {
  const date = new Date(epoch * 1000).toISOString().slice(0, 10);
  return [
    `.TH PIPWARD 1 "${date}" "pipward ${escapeRoff(version)}" "User Commands"`,
    '.SH NAME',
    'pipward \\- explain what pip will do, set up the pip that is first on PATH',
    '.SH SYNOPSIS',
    '\\fBpipward\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]',
    '.SH DESCRIPTION',
    DESCRIPTION,
    '.SH COMMANDS',
    ...commands.flatMap((command) => renderCommand(command)),
    '.SH OPTIONS',
    '.TP',
    '\\fB\\-h\\fR, \\fB\\-\\-help\\fR',
    'Show help; after a command, that of the command.',
    '.TP',
    '\\fB\\-\\-version\\fR',
    'Show the version.',
    '.SH EXIT STATUS',
    '0: fine; 1: something is wrong; 2: the command line is wrong. (\\fBpip\\fR itself ends as pip ends.)',
    '.SH FILES',
    ...[
      ['/etc/pipward/policy.toml', 'the policy of this machine'],
      ['~/.config/pipward/config.toml', "the user's own policy and settings"],
      ['~/.local/share/pipward', "a user's own installation"],
      ['~/.local/state/pipward', 'which environments are trusted, which messages were shown'],
    ].flatMap(([file = '', meaning = '']) => ['.TP', `\\fI${escapeRoff(file)}\\fR`, escapeLine(meaning)]),
    '.SH SEE ALSO',
    '\\fBpip\\fR(1), \\fBpython3\\fR(1)',
    '',
  ].join('\n');
}

function renderCommand({
  usage,
  rest = '',
  summary,
  options = {},
  words = {},
  examples,
  note,
}: AdminCommand): string[] {
  const parameters = [
    ...Object.entries(words).map(([name, { describe }]) => ({ term: `\\fI${escapeRoff(name)}\\fR`, describe })),
    ...Object.entries(options).map(([name, { describe, type }]) => ({
      term: `\\fB${escapeRoff(`--${name}`)}\\fR${type === 'string' ? ` \\fI${escapeRoff(name.toUpperCase())}\\fR` : ''}`,
      describe,
    })),
  ];
  return [
    `.SS pipward ${escapeRoff(`${usage} ${rest}`.trim())}`,
    escapeLine(summary),
    ...parameters.flatMap(({ term, describe }) => ['.TP', term, escapeLine(describe)]),
    ...examples.flatMap(([line, meaning]) => ['.PP', escapeLine(`${meaning}:`), '.br', `\\fB${escapeRoff(line)}\\fR`]),
    ...(note === undefined ? [] : ['.PP', escapeLine(note)]),
  ];
}

/** In roff a backslash begins an escape, and a plain hyphen may become another character, which cannot be copied. */
export function escapeRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha');
}

/** A line that begins with a dot or an apostrophe is a request. */
function escapeLine(text: string): string {
  return `\\&${escapeRoff(text)}`;
}
