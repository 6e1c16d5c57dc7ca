import { expect, test } from 'vitest';
import { parseLog } from '../../../src/admin/audit/parse-log.ts';
import type { DecisionRecord } from '../../../src/model/audit-record.ts';
import { formatLine, MAX_LINE } from '../../../src/shim/audit/format-line.ts';

const record: DecisionRecord = {
  schema: 1,
  event: 'decision',
  call: 'c-1',
  time: '2026-11-29T01:02:03.004Z',
  version: '0.2.0',
  user: { id: 1000, name: 'ada' },
  verdict: 'refused',
  rule: 'require-virtual-environment',
  file: '/etc/pipward/policy.toml',
  line: 2,
  from: null,
  also: [],
  bypassReason: null,
  exemption: null,
  evidence: null,
  directory: '/home/ada/api',
  project: null,
  interpreter: '/usr/bin/python3',
  environment: '/usr',
  environmentKind: 'base',
  subcommand: 'install',
  requirements: ['flask'],
  caller: { name: 'make', pid: 12 },
  ancestors: [{ name: 'make', pid: 12 }],
  truncated: false,
};

const FORGED =
  '/x"}\n{"schema":1,"event":"decision","call":"c-2","time":"2026-11-29T01:02:03.004Z","verdict":"bypassed"}\n';

test.each<[what: string, text: string]>([
  ['plain', '/home/ada/api'],
  ['line ends', '/a\nb\rc\u2028d\u2029e\u0085f'],
  ['escape codes', '/\x1b[2J\x1b]0;owned\x07\x9b31m'],
  ['direction marks', '/\u202egnp.exe\u2066\u200b\ufeff'],
  ['a forged record', FORGED],
  ['bytes that are not UTF-8', '/caf\udce9'],
  ['characters outside of the BMP', '/\u{1f4e6}\u{e0041}'],
  ['quotes and backslashes', '/"\\"\\\\u0041'],
])('%s: one line of printable ASCII, and the same text when it is read', (_, directory) => {
  const line = formatLine({ ...record, directory, bypassReason: directory, caller: { name: directory, pid: 1 } });
  expect(line).toMatch(/^[ -~]+\n$/);
  const { entries, unreadable } = parseLog(line);
  expect(unreadable).toBe(0);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ call: 'c-1', directory, bypassReason: directory, caller: { name: directory } });
});

test.each<[what: string, huge: string]>([
  ['letters', 'x'.repeat(100_000)],
  ['characters of six bytes', '\u202e'.repeat(100_000)],
  ['pairs of surrogates', '\u{1f4e6}'.repeat(100_000)],
  ['pairs of surrogates, from an odd place', `a${'\u{1f4e6}'.repeat(100_000)}`],
])('huge fields of %s are cut, with a mark, and no character is halved', (_, huge) => {
  const rules = Array.from({ length: 50 }, () => ({ rule: 'forbid-root', file: huge, line: 1, from: null }));
  const line = formatLine({
    ...record,
    file: huge,
    directory: huge,
    project: huge,
    interpreter: huge,
    environment: huge,
    subcommand: huge,
    bypassReason: huge,
    evidence: huge,
    exemption: huge,
    user: { id: 1, name: huge },
    requirements: Array.from({ length: 1000 }, () => huge),
    also: rules.map((rule) => ({ ...rule, verdict: 'advised' as const })),
    caller: { name: huge, pid: 1 },
    ancestors: Array.from({ length: 50 }, () => ({ name: huge, pid: 1 })),
  });
  expect(line.length).toBeLessThanOrEqual(MAX_LINE);
  const [entry] = parseLog(line).entries;
  expect(entry).toMatchObject({ truncated: true, call: 'c-1', rule: 'require-virtual-environment' });
  expect(entry?.directory).toMatch(/\.\.\.$/);
  expect(entry?.directory?.isWellFormed()).toBe(true);
});

test('one long field leaves the others whole', () => {
  const [entry] = parseLog(formatLine({ ...record, bypassReason: 'why '.repeat(1000) })).entries;
  expect(entry).toMatchObject({ truncated: true, directory: record.directory, requirements: ['flask'] });
  expect(entry?.bypassReason?.length).toBe(1000);
});
