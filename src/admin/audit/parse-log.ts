import { AUDIT_VERDICTS, type AuditVerdict, type DecisionRecord, type EndRecord } from '../../model/audit-record.ts';

/** One call: what was decided, and how pip ended if that is known. */
export type AuditEntry = Omit<DecisionRecord, 'event'> & Pick<EndRecord, 'exitStatus' | 'signal' | 'fallback'>;

export type ParsedLog = {
  /** In order of time. */
  readonly entries: readonly AuditEntry[];
  /** Lines that are not records. */
  readonly unreadable: number;
};

type Fields = Readonly<Record<string, unknown>>;
/** A line, and the user that the journal saw; null where the log is a file. */
type Line = { readonly fields: Fields; readonly uid: number | null };

/** Each record of ours begins so. In a text of a record each of these quotes has a backslash before it. */
const BEGINNING = '{"schema":1,"event":';
const NO_END = { exitStatus: null, signal: null, fallback: null } as const;

/**
 * Returns the calls of a log's text, which may hold anything: lines as pipward writes them, those that syslog put something
 * in front of, and those of `journalctl -o json`, whose `_UID` takes precedence over what the record says. Never throws.
 */
export function parseLog(text: string): ParsedLog {
  const entries: AuditEntry[] = [];
  const places = new Map<string, number>();
  let unreadable = 0;
  for (const raw of text.split('\n')) {
    if (raw.trim() === '') continue;
    const line = parseLine(raw);
    const entry = line === null ? null : readDecision(line);
    if (line !== null && entry !== null) {
      const key = nameCall(line);
      const place = places.get(key);
      // The user took the environment that was offered in place of a refusal.
      if (place !== undefined && entry.verdict === 'redirected') entries[place] = entry;
      else places.set(key, entries.push(entry) - 1);
      continue;
    }
    const end = line === null ? null : readEnd(line);
    if (line === null || end === null) {
      unreadable += 1;
      continue;
    }
    const place = places.get(nameCall(line));
    const known = place === undefined ? undefined : entries[place];
    if (place !== undefined && known !== undefined) entries[place] = { ...known, ...end };
  }
  return { entries: entries.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time)), unreadable };
}

/** Of a line that was begun and never ended the next record may be the rest. */
function parseLine(raw: string): Line | null {
  const whole = parseFields(raw);
  const message = whole?.['MESSAGE'];
  if (whole !== null && typeof message === 'string') {
    const fields = parseFields(message);
    const uid = Number.parseInt(String(whole['_UID']), 10);
    return fields === null ? null : { fields, uid: Number.isNaN(uid) ? null : uid };
  }
  const start = raw.lastIndexOf(BEGINNING);
  const fields = whole ?? (start === -1 ? null : parseFields(raw.slice(start)));
  return fields === null ? null : { fields, uid: null };
}

function parseFields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of two users neither can add to the calls of the other, as far as the journal tells them apart. */
function nameCall({ fields, uid }: Line): string {
  return `${uid ?? ''} ${textOf(fields['call']) ?? ''}`;
}

function readDecision({ fields, uid }: Line): AuditEntry | null {
  const { verdict, time } = readCommon(fields);
  if (fields['event'] !== 'decision' || verdict === null || time === null) return null;
  const user = isFields(fields['user']) ? fields['user'] : {};
  const claimed = numberOf(user['id']);
  return {
    schema: 1,
    call: textOf(fields['call']) ?? '',
    time,
    version: textOf(fields['version']) ?? '',
    user: { id: uid ?? claimed, name: uid === null || uid === claimed ? textOf(user['name']) : null },
    verdict,
    ...readRule(fields),
    also: listOf(fields['also']).flatMap((each) => {
      const also = isFields(each) ? readCommon(each).verdict : null;
      return isFields(each) && also !== null ? [{ ...readRule(each), verdict: also }] : [];
    }),
    bypassReason: textOf(fields['bypassReason']),
    exemption: textOf(fields['exemption']),
    evidence: textOf(fields['evidence']),
    directory: textOf(fields['directory']),
    project: textOf(fields['project']),
    interpreter: textOf(fields['interpreter']),
    environment: textOf(fields['environment']),
    environmentKind: textOf(fields['environmentKind']),
    subcommand: textOf(fields['subcommand']),
    requirements: listOf(fields['requirements']).filter((each) => typeof each === 'string'),
    caller: readProcess(fields['caller']),
    ancestors: listOf(fields['ancestors']).flatMap((each) => readProcess(each) ?? []),
    truncated: fields['truncated'] === true,
    ...NO_END,
  };
}

function readEnd({ fields }: Line): Pick<AuditEntry, 'exitStatus' | 'signal' | 'fallback'> | null {
  const { fallback } = fields;
  if (fields['event'] !== 'end' || textOf(fields['call']) === null) return null;
  return {
    exitStatus: numberOf(fields['exitStatus']),
    signal: textOf(fields['signal']),
    fallback: typeof fallback === 'boolean' ? fallback : null,
  };
}

function readCommon(fields: Fields): { readonly verdict: AuditVerdict | null; readonly time: string | null } {
  const time = textOf(fields['time']);
  return {
    verdict: AUDIT_VERDICTS.find((known) => known === fields['verdict']) ?? null,
    time: time === null || Number.isNaN(Date.parse(time)) ? null : new Date(time).toISOString(),
  };
}

function readRule(fields: Fields) {
  return {
    rule: textOf(fields['rule']),
    file: textOf(fields['file']) ?? '',
    line: numberOf(fields['line']),
    from: textOf(fields['from']),
  };
}

function readProcess(value: unknown): DecisionRecord['caller'] {
  const [name, pid] = isFields(value) ? [textOf(value['name']), numberOf(value['pid'])] : [null, null];
  return name === null || pid === null ? null : { name, pid };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
