import type { NextBlock } from '../../model/call-context.ts';
import { findOurTable } from './find-our-table.ts';

/**
 * Returns whether a pyproject.toml may have a table of ours, so that it is worth parsing: most have not. TOML lets each
 * letter of a key be written as an escape; a file that has our name in no form has no such table.
 */
export function namesUs(text: string): boolean {
  return text.includes('pipward') || (text.includes('\\') && ESCAPED.test(text));
}

/** Returns the same of a file's bytes, without decoding them: `true` also where there may be such an escape. */
export function namesUsIn(next: NextBlock): boolean {
  // What lies across the end of a block is found in the next one.
  for (let kept = 0; ;) {
    const { buffer, byteOffset, length } = next(kept);
    if (length === kept) return false;
    const block = Buffer.from(buffer, byteOffset, length);
    if (['pipward', '\\u00', '\\U000000', '\\x'].some((part) => block.includes(part, 0, 'latin1'))) return true;
    kept = Math.min(length, 8);
  }
}

/** A letter of our name as an escape: `\u0070`, `\U00000070`, `\x70` (TOML 1.1). */
const ESCAPED = /\\(?:u00|U000000|x)(?:70|69|77|61|72|64)/;

/**
 * Returns whether a file that is not parsed has a table `tool.pipward`, in any of the ways to write it. One pass, so that
 * neither size nor nesting makes it slow. A line that looks like our header counts, also in a text that is not TOML.
 */
export function hasOurTable(text: string): boolean {
  return namesUs(text) && (LINE.test(text) || findOurTable(text));
}

/** The plain ways to write it, at the start of a line. */
const LINE = /^[ \t]*(?:\[\[?[ \t]*)?tool[ \t]*\.[ \t]*pipward(?![\w-])/m;

/** Returns whether a text that is not valid TOML, so that its parts are not known, is meant to have our table. */
export function seemsOurs(text: string): boolean {
  return text.includes('tool.pipward') || hasOurTable(text);
}
