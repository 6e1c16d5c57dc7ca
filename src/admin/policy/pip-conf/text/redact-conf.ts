import { cleanText } from '../../../../terminal/clean.ts';
import { redactValue, redactWords } from '../../../../util/redact.ts';
import { renderDiff } from '../../../setup/plan/diff.ts';
import { decodeBytes, scanLines, splitLines } from './scan.ts';

/** Returns a unified diff of two states of a pip.conf (latin1; null: no file) for a user: without secrets and escape codes. */
export function renderConfDiff(file: string, before: string | null, after: string | null): string {
  const [old, next] = [before, after].map((bytes) => (bytes === null ? null : hideSecrets(bytes)));
  const name = cleanText(file);
  return renderDiff(name, old ?? null, next ?? null);
}

/**
 * Returns the text with its lines as they are shown. An address may be in any value, in the lines that go on with it, and in
 * a comment that was one; a line is hidden as a whole rather than in too small a part, since a password may have spaces.
 */
function hideSecrets(bytes: string): string {
  const lines = splitLines(bytes);
  const entryOf = new Map(
    scanLines(lines).entries.flatMap((entry) => {
      return Array.from(
        { length: entry.last - entry.first + 1 },
        (_, offset) => [entry.first + offset, entry] as const,
      );
    }),
  );
  const shown = lines.map((line, index) => {
    const text = decodeBytes(line.bytes);
    const entry = entryOf.get(index);
    const isComment = /^\s*[#;]/.test(text);
    const asWhole = redactValue(text);
    if (isComment && asWhole !== text) return asWhole;
    const head =
      entry?.first === index || isComment ? (/^[^=:]*[=:]\s*/.exec(text)?.[0] ?? '') : (/^\s*/.exec(text)?.[0] ?? '');
    const option = entry === undefined || isComment ? head.replace(/[\s#;=:]+/g, '') : entry.name;
    return head + hideValue(option, text.slice(head.length));
  });
  return lines
    .map(({ end }, index) => cleanText((shown[index] ?? '').replaceAll('\t', ' ')) + (end === '' ? '' : '\n'))
    .join('');
}

function hideValue(option: string, value: string): string {
  if (value === '') return '';
  const [, hidden = ''] = redactWords([`--${option.toLowerCase().replaceAll('_', '-')}`, value]);
  return redactValue(hidden);
}
