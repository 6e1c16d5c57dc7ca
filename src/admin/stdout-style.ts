import { isatty } from 'node:tty';
import { chooseColour } from '../terminal/style.ts';
import type { AdminContext } from './command.ts';

/** What stdout can show. */
export type StdoutStyle = {
  readonly isTerminal: boolean;
  readonly colour: boolean;
  /** Whether characters outside of ASCII, such as a check mark, are shown. */
  readonly signs: boolean;
  /** Width to wrap text at; null without a terminal, where text is not wrapped. */
  readonly columns: number | null;
};

/** A wider text is hard to read. */
const MAX_COLUMNS = 80;
const MIN_COLUMNS = 30;

/** Returns what stdout can show, as the terminal, NO_COLOR, FORCE_COLOR, TERM and the locale say. */
export function readStdoutStyle(env: AdminContext['env']): StdoutStyle {
  const { columns } = process.stdout;
  const isTerminal = isatty(1);
  return {
    isTerminal,
    colour: chooseColour({ isTerminal, env }),
    signs: isTerminal && env['TERM'] !== 'dumb' && hasUnicodeLocale(env),
    columns: isTerminal ? Math.max(MIN_COLUMNS, Math.min(columns || MAX_COLUMNS, MAX_COLUMNS)) : null,
  };
}

/** The first of these that is set decides (POSIX, "Internationalization Variables"). */
function hasUnicodeLocale(env: AdminContext['env']): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '');
  return /utf-?8/i.test(locale ?? '');
}
