import { cleanText, shortenHome } from '../../terminal/clean.ts';
import type { AuditEntry } from './parse-log.ts';
import { countVerdicts, groupBy, listPatterns, type Count, type Grouping } from './summarize.ts';

/** Lines of the list; --json has all. */
const MAX_PATTERNS = 20;
/** Of a name or a path in a column, and of a reason. */
const MAX_CELL = 60;
const MAX_REASON = 200;

/** Returns how many calls there were, in words: `14 calls from 2026-11-22 to 2026-11-29: 11 bypassed, 3 refused`. */
export function renderTotals(entries: readonly AuditEntry[]): string {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return 'no calls';
  const [from, to] = [first.time.slice(0, 10), last.time.slice(0, 10)];
  const days = from === to ? `on ${from}` : `from ${from} to ${to}`;
  const parts = countVerdicts(entries).map(({ verdict, calls }) => `${calls} ${verdict}`);
  return `${entries.length} ${entries.length === 1 ? 'call' : 'calls'} ${days} (UTC): ${parts.join(', ')}`;
}

/** Returns the calls that are alike in one line each, and the reason of a bypass below. */
export function renderPatterns(entries: readonly AuditEntry[], home: string | null): readonly string[] {
  const patterns = listPatterns(entries);
  const shown = patterns.slice(0, MAX_PATTERNS);
  const rows = shown.map(({ latest, calls }) => {
    const { verdict, caller, directory, time, user } = latest;
    const where = directory === null ? '-' : shortenHome(directory, home);
    const who = user.name ?? String(user.id ?? '-');
    return [String(calls), verdict, caller?.name ?? '-', where, who, time.slice(0, 16).replace('T', ' ')];
  });
  const table = renderTable([['calls', 'verdict', 'called by', 'in', 'user', 'last (UTC)'], ...rows]);
  const [header = '', ...lines] = table;
  const left = patterns.length - shown.length;
  return [
    header,
    ...lines.flatMap((line, index) => {
      const latest = shown[index]?.latest;
      return latest === undefined ? [line] : [line, `       ${describeWhy(latest, home)}`];
    }),
    ...(left > 0 ? [`and ${left} more: pipward audit --json`] : []),
  ];
}

function describeWhy({ rule, file, line, from, bypassReason, exemption, evidence }: AuditEntry, home: string | null) {
  const place = `${shortenHome(file, home)}${line === null ? '' : `:${line}`}`;
  const parts = [
    `${rule ?? 'invalid policy file'} (${place})`,
    ...(from === null ? [] : [`refused from ${from}`]),
    ...(bypassReason === null ? [] : [`reason: ${bypassReason}`]),
    ...(exemption === null ? [] : [`exempt: ${exemption}${evidence === null ? '' : `, ${evidence}`}`]),
  ];
  return clean(parts.join('; '), MAX_REASON);
}

/** Returns a table of users, rules or projects by verdict. */
export function renderGroups(entries: readonly AuditEntry[], by: Grouping, home: string | null): readonly string[] {
  const verdicts = countVerdicts(entries).map(({ verdict }) => verdict);
  const count = (counts: readonly Count[], verdict: string) =>
    String(counts.find((each) => each.verdict === verdict)?.calls ?? 0);
  const rows = groupBy(entries, by).map(({ name, calls, verdicts: counts }) => [
    String(calls),
    ...verdicts.map((verdict) => count(counts, verdict)),
    name === null ? '-' : shortenHome(name, home),
  ]);
  return renderTable([['calls', ...verdicts, by], ...rows]);
}

/** Columns two blanks apart; numbers to the right. What a cell holds cannot end its line or reach into another one. */
function renderTable(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => clean(cell, MAX_CELL)));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = widths.map((_, column) => cells.slice(1).every((row) => /^\d+$/.test(row[column] ?? '')));
  return cells.map((row) =>
    row
      .map((cell, column) =>
        isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function clean(text: string, maximum: number): string {
  const characters = Array.from(cleanText(text));
  return characters.length <= maximum ? characters.join('') : `${characters.slice(0, maximum - 3).join('')}...`;
}
