import { describe, expect, test } from 'vitest';
import { parseLog } from '../../../src/admin/audit/parse-log.ts';
import { renderGroups, renderPatterns, renderTotals } from '../../../src/admin/audit/render.ts';
import { groupBy, parseSince } from '../../../src/admin/audit/summarize.ts';

type Fields = Readonly<Record<string, unknown>>;
const decision = (fields: Fields = {}) =>
  JSON.stringify({
    schema: 1,
    event: 'decision',
    call: 'a',
    time: '2026-11-20T10:00:00.000Z',
    user: { id: 1000, name: 'ada' },
    verdict: 'refused',
    rule: 'forbid-root',
    file: '/etc/pipward/policy.toml',
    line: 2,
    directory: '/home/ada/api',
    caller: { name: 'make', pid: 7 },
    ...fields,
  });
const end = (fields: Fields = {}) =>
  JSON.stringify({
    schema: 1,
    event: 'end',
    call: 'a',
    time: '2026-11-20T10:00:01.000Z',
    exitStatus: 1,
    signal: null,
    fallback: true,
    ...fields,
  });

describe('joining', () => {
  test('how pip ended is joined to its call', () => {
    const [entry] = parseLog(`${decision()}\n${decision({ call: 'b' })}\n${end()}\n`).entries;
    expect(entry).toMatchObject({ call: 'a', exitStatus: 1, fallback: true });
  });

  test('without an end record all of it is null', () => {
    expect(parseLog(decision()).entries[0]).toMatchObject({ exitStatus: null, signal: null, fallback: null });
  });

  test('an offer that was taken replaces the refusal that it was made for', () => {
    const { entries } = parseLog(`${decision()}\n${decision({ verdict: 'redirected' })}\n`);
    expect(entries.map(({ verdict }) => verdict)).toEqual(['redirected']);
  });

  test('a record of the same name replaces nothing else', () => {
    const { entries } = parseLog(`${decision()}\n${decision({ verdict: 'exempted' })}\n`);
    expect(entries.map(({ verdict }) => verdict)).toEqual(['refused', 'exempted']);
  });

  test('the calls are in order of time', () => {
    const late = decision({ time: '2026-11-21T00:00:00Z' });
    const { entries } = parseLog(`${late}\n${decision({ call: 'b' })}\n`);
    expect(entries.map(({ call }) => call)).toEqual(['b', 'a']);
  });
});

describe('lines that are not as pipward writes them', () => {
  test.each<[what: string, text: string, entries: number, unreadable: number]>([
    ['nothing', '', 0, 0],
    ['empty lines', '\n\n \n', 0, 0],
    ['no JSON', 'hello\n', 0, 1],
    ['other JSON', '[]\n5\nnull\n"x"\n{}\n', 0, 5],
    ['no verdict that is known', `${decision({ verdict: 'fine' })}\n`, 0, 1],
    ['no time', `${decision({ time: 'yesterday' })}\n`, 0, 1],
    [
      'fields of other types',
      `${decision({ user: 5, also: {}, requirements: [1, {}], caller: 'x', line: '2' })}\n`,
      1,
      0,
    ],
    ['a line that was not ended, with the next record behind it', `${decision().slice(0, 90)}${decision()}\n`, 1, 0],
    ['a line that was not ended', `${decision().slice(0, 90)}\n${decision()}\n`, 1, 1],
    ['what syslog puts in front', `Nov 20 10:00:00 host pipward: ${decision()}\n`, 1, 0],
    ['a prototype', '{"__proto__":{"event":"decision"}}\n', 0, 1],
    ['100 kB of brackets', `${'['.repeat(100_000)}\n`, 0, 1],
  ])('%s', (_, text, entries, unreadable) => {
    const parsed = parseLog(text);
    expect([parsed.entries.length, parsed.unreadable]).toEqual([entries, unreadable]);
  });
});

describe('the journal', () => {
  const journal = (uid: string, message: string) => JSON.stringify({ _UID: uid, MESSAGE: message, PRIORITY: '5' });

  test('its user counts, not the one that the record names', () => {
    const { entries } = parseLog(journal('1001', decision({ user: { id: 0, name: 'root' } })));
    expect(entries[0]?.user).toEqual({ id: 1001, name: null });
  });

  test('a name is kept if the journal has the same user', () => {
    expect(parseLog(journal('1000', decision())).entries[0]?.user).toEqual({ id: 1000, name: 'ada' });
  });

  test('another user can neither replace a record nor add to it', () => {
    const text = [
      journal('1000', decision()),
      journal('1001', decision({ verdict: 'redirected' })),
      journal('1001', end({ exitStatus: 0 })),
    ].join('\n');
    const { entries } = parseLog(text);
    expect(entries[0]).toMatchObject({ verdict: 'refused', exitStatus: null });
  });
});

const HOSTILE = '/x\n9  refused  root\x1b[2J\u202e\u009b31m{"schema":1,"event":"decision"}';

describe('what is printed', () => {
  const hostile = parseLog(
    decision({
      verdict: 'bypassed',
      directory: HOSTILE,
      project: HOSTILE,
      file: HOSTILE,
      rule: HOSTILE,
      bypassReason: HOSTILE,
      caller: { name: HOSTILE, pid: 1 },
      user: { id: 1, name: HOSTILE },
    }),
  ).entries;

  test.each([
    ['the list', renderPatterns(hostile, null), 3],
    ['by user', renderGroups(hostile, 'user', null), 2],
    ['by rule', renderGroups(hostile, 'rule', null), 2],
    ['by project', renderGroups(hostile, 'project', null), 2],
    ['the totals', [renderTotals(hostile)], 1],
  ])('%s: hostile text makes no line and moves no cursor', (_, lines, count) => {
    expect(lines).toHaveLength(count);
    for (const line of lines) expect(line).toMatch(/^[^\p{Cc}\p{Cf}\u2028\u2029]*$/u);
  });

  test('a team lead sees who bypassed what, from where and why', () => {
    const text = Array.from({ length: 9 }, (_, index) =>
      decision({ call: `m${index}`, verdict: 'bypassed', bypassReason: 'image build' }),
    ).concat(decision({ call: 'b', time: '2026-11-22T12:30:00Z', caller: { name: 'bash', pid: 3 } }));
    const { entries } = parseLog(text.join('\n'));
    expect([renderTotals(entries), ...renderPatterns(entries, '/home/ada')]).toEqual([
      '10 calls from 2026-11-20 to 2026-11-22 (UTC): 1 refused, 9 bypassed',
      'calls  verdict   called by  in     user  last (UTC)',
      '    9  bypassed  make       ~/api  ada   2026-11-20 10:00',
      '       forbid-root (/etc/pipward/policy.toml:2); reason: image build',
      '    1  refused   bash       ~/api  ada   2026-11-22 12:30',
      '       forbid-root (/etc/pipward/policy.toml:2)',
    ]);
    expect(renderGroups(entries, 'user', null)).toEqual([
      'calls  refused  bypassed  user',
      '   10        1         9  ada',
    ]);
    expect(groupBy(entries, 'project')[0]).toMatchObject({ name: '/home/ada/api', calls: 10 });
  });

  test('a huge reason is cut', () => {
    const { entries } = parseLog(decision({ bypassReason: 'x'.repeat(5000) }));
    expect(renderPatterns(entries, null)[2]?.length).toBeLessThan(220);
  });
});

test.each<[text: string, time: string | null]>([
  ['7d', '2026-11-22T00:00:00.000Z'],
  ['12h', '2026-11-28T12:00:00.000Z'],
  ['90m', '2026-11-28T22:30:00.000Z'],
  ['2w', '2026-11-15T00:00:00.000Z'],
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T10:00:00+02:00', '2026-11-01T08:00:00.000Z'],
  ['2026-13-01', null],
  ['2026-02-30', null],
  ['2026-11-31T08:00Z', null],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['7 days', null],
  ['', null],
  ['-1d', null],
])('--since %s', (text, time) => {
  const since = parseSince(text, Date.parse('2026-11-29T00:00:00Z'));
  expect(since === null ? null : new Date(since).toISOString()).toBe(time);
});
