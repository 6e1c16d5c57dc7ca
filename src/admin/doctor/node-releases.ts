/** A line of Node's releases, by what was known when this pipward was released. */
type NodeLine = {
  /** The first day without security fixes (https://github.com/nodejs/Release, schedule.json). */
  readonly end: string;
  /** The newest release of the line. */
  readonly newest: string;
};

const LINES: Readonly<Record<string, NodeLine>> = {
  '20': { end: '2026-04-30', newest: '20.20.2' },
  '21': { end: '2024-06-01', newest: '21.7.3' },
  '22': { end: '2027-04-30', newest: '22.23.3' },
  '23': { end: '2025-06-01', newest: '23.11.1' },
  '24': { end: '2028-04-30', newest: '24.21.0' },
  '25': { end: '2026-06-01', newest: '25.9.0' },
  '26': { end: '2029-04-30', newest: '26.10.0' },
};

/** What speaks against a Node, the worst first; null: nothing that this pipward knows. */
export type NodeAge =
  | { readonly kind: 'too-old' }
  | { readonly kind: 'end-of-life'; readonly since: string }
  /** A newer one of the same line was out when this pipward was released. */
  | { readonly kind: 'behind'; readonly newest: string }
  | null;

/** Returns what speaks against a Node of that version (`22.1.0`) on that day. */
export function judgeAge(version: string, today: Date): NodeAge {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) return { kind: 'too-old' };
  const line = LINES[major];
  if (line === undefined) return null;
  if (today >= new Date(line.end)) return { kind: 'end-of-life', since: line.end };
  const [, newestMinor = 0, newestPatch = 0] = line.newest.split('.').map(Number);
  const isBehind = minor < newestMinor || (minor === newestMinor && patch < newestPatch);
  return isBehind ? { kind: 'behind', newest: line.newest } : null;
}
