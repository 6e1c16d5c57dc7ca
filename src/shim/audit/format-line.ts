import type { AuditRecord } from '../../model/audit-record.ts';
import { toAsciiJson } from '../../util/ascii-json.ts';

/** Bytes of a line with its line feed. Less than what syslog daemons cut (8 kB), and one page. */
export const MAX_LINE = 4096;
/** Characters of a text, tried in turn; a list has a 25th of that in items, and one at least. */
const LIMITS = [1000, 300, 100, 30, 8];
const CUT = '...';

/**
 * Returns the record as one line of JSON, of at most MAX_LINE bytes: in a longer one texts and lists are cut, and `truncated`
 * says so. All characters are printable ASCII, so that nothing in it can move a cursor or be taken for the end of a line.
 */
export function formatLine(record: AuditRecord): string {
  let line = '';
  for (const limit of LIMITS) {
    const mark = { wasCut: false };
    const cut = cutDeep(record, limit, mark);
    line = `${toAsciiJson(mark.wasCut ? Object.assign(cut, { truncated: true }) : cut)}\n`;
    if (line.length <= MAX_LINE) return line;
  }
  return line;
}

function cutDeep<T>(value: T, limit: number, mark: { wasCut: boolean }): T;
function cutDeep(value: unknown, limit: number, mark: { wasCut: boolean }): unknown {
  if (typeof value === 'string') {
    if (value.length <= limit) return value;
    mark.wasCut = true;
    return cutText(value, limit);
  }
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const most = Math.max(1, Math.floor(limit / 25));
    if (items.length > most) mark.wasCut = true;
    return items.slice(0, most).map((item) => cutDeep(item, limit, mark));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    FIXED.includes(key) ? item : cutDeep(item, limit, mark),
  ]);
  return Object.fromEntries(entries);
}

/** What pipward itself writes, and what joins records. */
const FIXED = 'call time version event verdict rule from signal'.split(' ');

/** A pair of surrogates stays whole. */
function cutText(text: string, limit: number): string {
  const end = limit - CUT.length;
  const code = text.charCodeAt(end - 1);
  return text.slice(0, code >= 0xd800 && code < 0xdc00 ? end - 1 : end) + CUT;
}
