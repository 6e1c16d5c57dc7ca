import { parse } from 'smol-toml';
import type { Table } from './validators.ts';

/** Returns the parsed TOML, or the error that says why it is invalid, with its line and column where the reader knows them. */
export function parseToml(text: string): Table | Error {
  const blanked = blankComments(text);
  const quickly = attempt(blanked);
  // What is wrong is said of the text as it is, unless reading it twice would be felt: the place is the same.
  return quickly instanceof Error && blanked !== text && text.length < MAX_READ_TWICE ? attempt(text) : quickly;
}

const MAX_READ_TWICE = 16 * 1024;

function attempt(text: string): Table | Error {
  try {
    // Numbers that only a BigInt holds are valid TOML, and no matter of ours in a pyproject.toml.
    return parse(text, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * The same text with empty lines in place of those that are comments from their first character on: the reader looks at
 * each character, and most of what `pipward policy init` writes is explained by such lines (0.3 ms a file).
 */
function blankComments(text: string): string {
  // In a text of several lines such a line may be none; and a character that no comment may have must be found.
  if (text.includes('"""') || text.includes("'''") || CONTROL.test(text)) return text;
  return text
    .split('\n')
    .map((line) => (line.startsWith('#') ? '' : line))
    .join('\n');
}

/** What TOML allows nowhere, and a carriage return, which it allows in front of a line feed alone. */
const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;
