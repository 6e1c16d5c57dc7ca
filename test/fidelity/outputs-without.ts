// Outputs without what is known to differ: two of them are then compared.

/** PYTHONIOENCODING may be utf-16: its zero bytes are left out. */
export const fromUtf16 = (text: unknown) => String(text).replaceAll('\0', '');

/** The box that pip's `--debug` draws round a traceback, on a terminal in colours; its lines break where the paths let them. */
const DRAWN = new RegExp(
  String.raw`^(?:\x1b\[[\d;]*m)*${toBytes('╭─')}[^\n]*Traceback [^]*?^(?:\x1b\[[\d;]*m)*${toBytes('╰')}[^\n]*\n`,
  'gm',
);

/** Outputs are kept as one character a byte. */
function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** A traceback, or the call stack that logging prints, from pip's own file on; one of faulthandler up to that file. */
export function takeOutCallers(text: string): string {
  const callers =
    /((?:Traceback \(most recent call last\)|Call stack):\r?\n)[\s\S]*?(?=^ {2}File "[^"]*\/pip\/__main__\.py")/gm;
  const lastCallers =
    /(^ {2}File "[^"]*\/pip\/__main__\.py", line \d+ in <module>\r?\n)(?: {2}File "[^"]*", line \d+ in \S+\r?\n)+/gm;
  return text.replace(callers, '$1').replace(lastCallers, '$1').replace(DRAWN, '');
}

const LATE = /late\r?\n/g;

/** Without the lines of processes that were left behind (fake/pip/__main__.py). */
export const withoutLate = (text: unknown) => String(text).replaceAll(LATE, '');

const LOCALE_WARNING =
  /^(?:\S+: warning: setlocale: LC_ALL: cannot change locale [^\n]*|W: \S+: setlocale: [^\n]*)\r?\n/gm;

/** Without what bash and mksh say of a locale that is not installed. */
export const withoutWarnings = (text: unknown) => String(text).replaceAll(LOCALE_WARNING, '');

/** `sh: 0: getcwd() failed`, and how other shells say it, with the line of the wrapper before it or not. */
const COMPLAINTS = /^\S+: [^\n]*\bgetcwd\b[^\n]*: No such file or directory\r*\n/gm;

/** Without what sh says of a directory that was deleted. */
export const withoutComplaints = (text: unknown) => String(text).replaceAll(COMPLAINTS, '');

/** An output without its colours and without the zero bytes of UTF-16: what is left can be searched for a text. */
export const withoutColours = (text: unknown) => fromUtf16(text).replaceAll(/\x1b\[[\d;]*m/g, '');

const UNDELIVERED = /^pipward: pip's output could not be written whole \(\w+\)\n/gm;

/** Without what the shim says of output that it could not write. */
export const withoutUndelivered = (text: unknown) => String(text).replaceAll(UNDELIVERED, '');

/** Without the line of stty that begins with the speed. */
export const withoutSpeed = (text: unknown) => String(text).replaceAll(/^speed \d+ baud;.*(?=\r)/gm, 'speed');
