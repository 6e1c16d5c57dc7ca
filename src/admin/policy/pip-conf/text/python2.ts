import type { RawLine, Scan } from './scan.ts';

const INDENTED = /^[ \t\v\f]/;

/**
 * Returns the first line that Python 2 cannot read, though Python 3 does: its ConfigParser takes an indented line for a
 * part of the value before it, and knows no other indented line. pip then ends at it with an error, whatever the call.
 */
export function findPython2Problem(lines: readonly RawLine[]): Scan['problem'] {
  let isOpen = false;
  for (const [index, { bytes }] of lines.entries()) {
    if (bytes.trim() === '' || /^(?:[#;]|rem(?:\s|$))/i.test(bytes)) continue;
    if (INDENTED.test(bytes)) {
      if (!isOpen) return { line: index + 1, message: 'it is indented, which ends the pip of Python 2' };
      // A part of a value there, while Python 3 reads a section.
      if (/^\s*\[.+\]/.test(bytes))
        return { line: index + 1, message: 'to Python 2 it is a part of the value before it' };
    } else isOpen = !bytes.startsWith('[') && /[=:]/.test(bytes);
  }
  return null;
}
