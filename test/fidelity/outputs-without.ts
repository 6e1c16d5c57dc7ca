// Outputs without what is known to differ: two of them are then compared.

/** A traceback, or the call stack that logging prints, from pip's own file on. */
export function takeOutCallers(text: string): string {
  const callers =
    /((?:Traceback \(most recent call last\)|Call stack):\r?\n)[\s\S]*?(?=^ {2}File "[^"]*\/pip\/__main__\.py")/gm;
  return text.replace(callers, '$1');
}

const LATE = /late\r?\n/g;

/** Without the lines of processes that were left behind (fake/pip/__main__.py). */
export const withoutLate = (text: unknown) => String(text).replaceAll(LATE, '');

const LOCALE_WARNING = /^\S+: warning: setlocale: LC_ALL: cannot change locale [^\n]*\n/gm;

/** Without what bash says of a locale that is not installed. */
export const withoutWarnings = (text: unknown) => String(text).replaceAll(LOCALE_WARNING, '');

/** `sh: 0: getcwd() failed`, and how other shells say it. */
const COMPLAINTS = /^(?:\S+: [^\n]*\bgetcwd\b[^\n]*: No such file or directory\r?\n)+/;

/** Without what sh says of a directory that was deleted. */
export const withoutComplaints = (text: unknown) => String(text).replace(COMPLAINTS, '');
