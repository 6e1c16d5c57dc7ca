import { cleanText, shortenHome } from '../../terminal/clean.ts';
import { paint, type Style } from '../../terminal/style.ts';
import { wrapText } from '../../terminal/wrap.ts';
import type { StdoutStyle } from '../stdout-style.ts';
import { WORTHS, type CoverageRow, type RulePlace, type Worth } from './model.ts';

export type CoverageStyle = StdoutStyle & { readonly home: string | null };

/** A column for the words of Worth. */
const LABEL = 10;
/** More ways of one kind are counted, and are in the JSON. */
const MAX_WAYS = 6;

const STYLES = { open: 'error', detects: 'warning', deters: 'note', prevents: 'command' } as const satisfies Record<
  Worth,
  Style
>;

/** What the words mean, shorter than docs/reference/coverage.md. */
const MEANINGS = {
  open: 'nothing stops or reports it',
  detects: 'pip runs, and a message or the log reports it',
  deters: 'it is refused, unless the user overrides that',
  prevents: 'it is refused, and the user cannot override that',
} as const satisfies Record<Worth, string>;

/** Places whose names in the JSON do not explain themselves. */
const PLACES: Readonly<Record<string, string>> = {
  activated: 'in an active environment',
  cron: "the user's crontab",
  crontab: '/etc/crontab',
};

/** Returns what the words in the first column mean. */
export function renderMeanings(rows: readonly CoverageRow[]): readonly string[] {
  const used = WORTHS.filter((worth) => rows.some((row) => row.worth === worth));
  return [
    'What happens to an install that breaks a rule:',
    ...used.map((worth) => `  ${worth.padEnd(LABEL)}${MEANINGS[worth]}`),
  ];
}

/** Returns the rows for people, the open ones first; rows that differ in name and environment alone are one. */
export function renderRows(rows: readonly CoverageRow[], style: CoverageStyle): readonly string[] {
  const groups = new Map<string, CoverageRow[]>();
  for (const worth of WORTHS) {
    for (const row of rows.filter((each) => each.worth === worth)) {
      const key = JSON.stringify([worth, row.interpreter ?? row.path, row.reason, row.close]);
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
  }
  return mergeEnvironments([...groups.values()]).flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    ...renderGroup(group, style),
  ]);
}

/** Environments differ in their Python, and there are many: those that are worth the same are one. */
function mergeEnvironments(groups: readonly (readonly CoverageRow[])[]): readonly (readonly CoverageRow[])[] {
  const merged: (readonly CoverageRow[])[] = [];
  for (const group of groups) {
    const at = merged.findIndex(([first]) => first !== undefined && isSameByPath(first, group[0]));
    if (at === -1) merged.push(group);
    else merged[at] = [...(merged[at] ?? []), ...group];
  }
  return merged;
}

function isSameByPath(one: CoverageRow, other: CoverageRow | undefined): boolean {
  return (
    other !== undefined &&
    one.environment === 'any' &&
    other.environment === 'any' &&
    one.worth === other.worth &&
    one.reason === other.reason &&
    one.close === other.close
  );
}

function renderGroup(group: readonly CoverageRow[], style: CoverageStyle): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { worth, reason, close } = first;
  const margin = ' '.repeat(LABEL);
  const pythons = [...new Set(group.map(({ interpreter, path }) => interpreter ?? path))].filter(
    (each) => each !== null,
  );
  const [only] = pythons;
  const target =
    pythons.length === 1 && only !== undefined && !first.way.startsWith(only) ? `${shorten(only, style)}: ` : '';
  const [head = '', ...rest] = wrap(describeWays(group, style), style);
  return [
    `${paint(worth, STYLES[worth], style.colour)}${' '.repeat(LABEL - worth.length)}${head}`,
    ...rest.map((line) => margin + line.trimStart()),
    ...wrap(cleanText(`${target}${shorten(reason, style)}`), style).map((line) => margin + line.trimStart()),
    // A command is never wrapped.
    ...(close === null ? [] : [`${margin}close it: ${cleanText(close)}`]),
  ];
}

function wrap(text: string, { columns }: CoverageStyle): readonly string[] {
  return columns === null ? [text] : wrapText(text, columns - LABEL, 0);
}

function shorten(text: string, { home }: CoverageStyle): string {
  return cleanText(shortenHome(text, home));
}

/** `pip, pip3 (login, cron)`; what differs between names is told apart. */
function describeWays(group: readonly CoverageRow[], style: CoverageStyle): string {
  const places = new Map<string, string[]>();
  for (const { way, environment } of group) {
    const known = places.get(way) ?? [];
    if (!known.includes(environment)) places.set(way, [...known, environment]);
  }
  const byPlaces = new Map<string, string[]>();
  for (const [way, names] of places) {
    const key = names.map((name) => PLACES[name] ?? name).join(', ');
    byPlaces.set(key, [...(byPlaces.get(key) ?? []), way]);
  }
  return [...byPlaces]
    .map(([names, ways]) => {
      const shown = ways.slice(0, MAX_WAYS).map((way) => shorten(way, style));
      const more = ways.length > MAX_WAYS ? `, and ${ways.length - MAX_WAYS} more` : '';
      return `${shown.join(', ')}${more}${names === 'any' ? '' : ` (${names})`}`;
    })
    .join('; ');
}

/** Returns the enforced rules, as the first line. */
export function renderAsked(asked: readonly RulePlace[], unreadable: readonly string[], home: string | null): string {
  if (asked.length === 0 && unreadable.length > 0) return 'enforced rules: not known, since a policy file is invalid';
  if (asked.length === 0)
    return "enforced rules: none in the policy of the machine or the user (a project's file is ignored here)";
  const rules = asked.map(
    ({ rule, file, line }) => `${rule} (${shortenHome(file, home)}${line === null ? '' : `:${line}`})`,
  );
  return cleanText(`enforced rules: ${rules.join(', ')}`);
}

/** Returns the last line: how many open ways allow an install that breaks an enforced rule. */
export function renderCount(
  open: readonly CoverageRow[],
  asked: readonly RulePlace[],
  unreadable: readonly string[],
): string {
  if (unreadable.length > 0 && open.length === 0) return 'What needs to be closed is not known.';
  if (asked.length === 0) return 'No rule is enforced, so nothing needs to be closed.';
  if (open.length === 0) return 'No open way allows an install that breaks the policy.';
  return `${open.length} open ${open.length === 1 ? 'way allows' : 'ways allow'} an install that breaks the policy.`;
}
