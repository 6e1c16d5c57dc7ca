import { AUDIT_VERDICTS, type AuditVerdict } from '../../model/audit-record.ts';
import type { AuditEntry } from './parse-log.ts';

export const GROUPINGS = ['user', 'rule', 'project'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export type Count = { readonly verdict: AuditVerdict; readonly calls: number };

/** How many calls ended how, the verdicts that occur alone and in their order. */
export function countVerdicts(entries: readonly AuditEntry[]): readonly Count[] {
  return AUDIT_VERDICTS.map((verdict) => ({
    verdict,
    calls: entries.filter((entry) => entry.verdict === verdict).length,
  })).filter(({ calls }) => calls > 0);
}

export type Group = { readonly name: string | null; readonly calls: number; readonly verdicts: readonly Count[] };

/** The calls by user, rule or project, the largest group first. */
export function groupBy(entries: readonly AuditEntry[], by: Grouping): readonly Group[] {
  return toGroups(entries, (entry) => nameGroup(entry, by)).map((group) => ({
    name: nameGroup(group[0], by),
    calls: group.length,
    verdicts: countVerdicts(group),
  }));
}

/** Calls that are alike: what called pip where, against which rule, with which reason. */
export type Pattern = { readonly latest: AuditEntry; readonly calls: number };

/** What happened most first. */
export function listPatterns(entries: readonly AuditEntry[]): readonly Pattern[] {
  return toGroups(entries, (entry) => {
    const { verdict, caller, directory, rule, file, bypassReason, exemption, user } = entry;
    return JSON.stringify([verdict, caller?.name, directory, rule, file, bypassReason, exemption, user.id]);
  }).map((group) => ({ latest: group.at(-1) ?? group[0], calls: group.length }));
}

type NotEmpty = readonly [AuditEntry, ...AuditEntry[]];

function toGroups(entries: readonly AuditEntry[], nameOf: (entry: AuditEntry) => string | null): readonly NotEmpty[] {
  const groups = new Map<string | null, [AuditEntry, ...AuditEntry[]]>();
  for (const entry of entries) {
    const known = groups.get(nameOf(entry));
    if (known === undefined) groups.set(nameOf(entry), [entry]);
    else known.push(entry);
  }
  return [...groups.values()].toSorted((one, other) => other.length - one.length);
}

function nameGroup({ user, rule, verdict, project, directory }: AuditEntry, by: Grouping): string | null {
  switch (by) {
    case 'user':
      return user.name ?? (user.id === null ? null : String(user.id));
    case 'rule':
      return rule ?? (verdict === 'unreadable' ? 'invalid policy file' : null);
    case 'project':
      return project ?? directory;
  }
}

/** Returns the time that `--since` names, in milliseconds; null if it cannot be read. */
export function parseSince(text: string, now: number): number | null {
  const [, count, unit] = /^(\d{1,5})(m|h|d|w)$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (UNITS[unit] ?? 0);
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[-+]\d\d:\d\d))?$/.test(text)) return null;
  const time = Date.parse(text);
  if (Number.isNaN(time)) return null;
  // Of February 30 Date.parse makes March 2.
  const day = text.slice(0, 10);
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day) ? time : null;
}

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE,
  h: 60 * MINUTE,
  d: 24 * 60 * MINUTE,
  w: 7 * 24 * 60 * MINUTE,
};
