/** A space, but not the one in `Python 3.12.1`. */
const BREAK = / (?<!\bPython (?=\d))/;

/**
 * Returns the lines of one paragraph, broken at spaces so that they fit `width` columns; a longer word stays whole.
 * Its first line will stand `first` columns from the left; the others are indented by `hanging`.
 */
export function wrapText(text: string, width: number, hanging: number, first = hanging): readonly string[] {
  const margin = ' '.repeat(hanging);
  const lines: string[] = [];
  let line: string | null = null;
  for (const word of text.split(BREAK)) {
    const start = lines.length === 0 ? first : hanging;
    if (line === null) {
      // Spaces at a break are dropped, spaces within a line are kept.
      if (word !== '') line = word;
    } else if (start + line.length + 1 + word.length <= width) {
      line += ` ${word}`;
    } else {
      lines.push(line.trimEnd());
      line = word === '' ? null : word;
    }
  }
  lines.push(line?.trimEnd() ?? '');
  return lines.map((content, index) => (index === 0 ? content : margin + content));
}

/** The same with lines of about the same length: the narrowest text that needs no more lines. */
export function balanceText(text: string, width: number, hanging: number): readonly string[] {
  let lines = wrapText(text, width, hanging);
  for (let narrower = width - 1; narrower > hanging; narrower -= 1) {
    const candidate = wrapText(text, narrower, hanging);
    if (candidate.length > lines.length) break;
    lines = candidate;
  }
  return lines;
}

/** Returns at most `limit` lines; the last one ends with `...` if some were left out. */
export function cutLines(lines: readonly string[], limit: number, width: number): readonly string[] {
  if (lines.length <= limit) return lines;
  const last = lines[limit - 1] ?? '';
  return [...lines.slice(0, limit - 1), `${last.slice(0, Math.max(0, width - 4)).trimEnd()} ...`];
}
