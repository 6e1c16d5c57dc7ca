import { describe, expect, test } from 'vitest';
import { findBypass } from '../../../src/diagnostics/policy/find-bypass.ts';
import { decide } from '../../../src/decision/decide.ts';
import { collectNotices } from '../../../src/decision/notices.ts';
import { describeNotice } from '../../../src/shim/report/describe-notice.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { program, viewOf, type Tree } from '../../support/tree.ts';

const PLACES = ['/etc/pipward/policy.toml', '/home/ada/.config/pipward/config.toml', '/code/pipward.toml'] as const;

/** What a file may be, whether it refuses an install by itself, and whether it forbids a bypass for all files. */
const FILES = [
  [null, false, false],
  ['[policy]\nrequire-virtual-environment = "advise"\nallow-bypass = "never"\n', false, true],
  ['[policy]\nrequire-virtual-environment = "enforce"\n', true, false],
  ['[policy]\nrequire-virtual-environment = "enforce"\nallow-bypass = "never"\n', true, true],
  ['[policy]\nallow-bypass = "never"\n', false, true],
  ['[policy]\nminimum-pip = "99"\nallow-bypass = "never"\n', true, true],
] as const;
const BROKEN = '[policy\n';
const NEWER = '[policy]\nrequired-version = ">=99"\n';

function decideWith(texts: readonly (string | null)[], env: CallContext['env'] = {}) {
  const written = PLACES.flatMap((file, index) => {
    const text = texts[index];
    return text === null || text === undefined
      ? []
      : [[file, { text, owner: file.startsWith('/etc') ? 0 : 1000 }] as const];
  });
  const tree: Tree = {
    '/usr/bin/python3': { link: 'python3.12' },
    '/usr/bin/python3.12': program,
    '/usr/lib/python3.12/os.py': '',
    '/usr/lib/python3/dist-packages/pip/__main__.py': '',
    '/usr/lib/python3/dist-packages/pip-24.0.dist-info/METADATA': '',
    '/etc/pipward': { directory: true, owner: 0 },
    '/code/.git/HEAD': '',
    ...Object.fromEntries(written),
  };
  const context: CallContext = {
    platform: 'linux',
    env: { PATH: '/usr/bin', HOME: '/home/ada', ...env },
    cwd: '/code',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: ['install', 'x'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf(tree),
  };
  return { context, decision: decide(context, findPolicyLayers(context), 0) };
}

const every = FILES.flatMap((system) => FILES.flatMap((user) => FILES.map((project) => [system, user, project])));

test('every combination of three files: a bypass is offered exactly where it works, and never against a "never"', () => {
  expect(every.length).toBe(216);
  for (const files of every) {
    const texts = files.map(([text]) => text);
    const { context, decision } = decideWith(texts);
    const isRefused = files.some(([, refuses]) => refuses);
    const staysRefused = isRefused && files.some(([, , never]) => never);
    expect([texts, decision.kind === 'refuse']).toEqual([texts, isRefused]);
    expect([texts, findBypass(decision, context, () => null) !== null]).toEqual([texts, isRefused && !staysRefused]);

    const bypassed = decideWith(texts, { PIPWARD_BYPASS: 'release night' });
    expect([texts, bypassed.decision.kind === 'refuse']).toEqual([texts, staysRefused]);
    // A bypass that is set is not offered again.
    expect(findBypass(bypassed.decision, bypassed.context, () => null)).toBeNull();
  }
});

describe('a file that no bypass helps against', () => {
  const enforce = FILES[2][0];
  test.each<[what: string, texts: readonly (string | null)[]]>([
    ["the machine's that cannot be read", [BROKEN, null, enforce]],
    ["a project's that cannot be read", [enforce, null, BROKEN]],
    ['one for a newer pipward', [NEWER, null, enforce]],
  ])('%s, beside one that allows it', (_, texts) => {
    const { context, decision } = decideWith(texts);
    expect([decision.kind, findBypass(decision, context, () => null)]).toEqual(['refuse', null]);
    expect(decideWith(texts, { PIPWARD_BYPASS: 'why' }).decision.kind).toBe('refuse');
  });

  test("the user's own that is broken counts as far as it can be read", () => {
    const { context, decision } = decideWith([enforce, BROKEN, null]);
    expect([decision.kind, findBypass(decision, context, () => null)]).toEqual(['refuse', { log: null }]);
  });
});

test.each<[log: string, system: string, user: string, expected: 'file' | 'journal' | null]>([
  ['none', '', '', null],
  ["the machine's", '[audit]\nlog = "journal"\n', '', 'journal'],
  ["the user's", '', '[audit]\nlog = "file"\n', 'file'],
  ["both: the machine's", '[audit]\nlog = "journal"\n', '[audit]\nlog = "file"\n', 'journal'],
  ['switched off', '[audit]\nlog = "off"\n', '', null],
])('the offer and the notice know where a bypass is recorded: %s', (_, system, user, expected) => {
  const texts = [`${FILES[2][0]}${system}`, user, null];
  const { context, decision } = decideWith(texts);
  expect(findBypass(decision, context, () => null)).toEqual({ log: expected });
  const bypassed = decideWith(texts, { PIPWARD_BYPASS: 'release night' });
  const said = collectNotices(bypassed.decision, bypassed.context).map((notice) =>
    describeNotice(notice, bypassed.decision, bypassed.context, () => null),
  );
  const recorded = {
    file: 'recorded in the log',
    journal: 'recorded in the journal',
    none: 'not recorded: no [audit] log is set',
  };
  expect(said).toEqual([
    `pipward: PIPWARD_BYPASS overrides require-virtual-environment (/etc/pipward/policy.toml:2): release night (${recorded[expected ?? 'none']})\n`,
  ]);
});

test('a log that cannot be written: the offer and the notice do not promise it', () => {
  const texts = [`${FILES[2][0]}[audit]\nlog = "file"\n`, null, null];
  const { context, decision } = decideWith(texts);
  expect(findBypass(decision, context, () => 'it is a link')).toEqual({ log: null });
  const bypassed = decideWith(texts, { PIPWARD_BYPASS: 'why' });
  const [notice] = collectNotices(bypassed.decision, bypassed.context);
  const said = notice && describeNotice(notice, bypassed.decision, bypassed.context, () => 'it is a link');
  expect(said).toMatch(/: why \(not recorded: it is a link\)\n$/);
});

test('pip.conf that refuses as well: one variable does not help, so none is offered', () => {
  const texts = [FILES[2][0], null, null];
  const given = (value: string) => decideWith(texts, { PIP_REQUIRE_VIRTUALENV: value });
  const offered = ({ decision, context }: ReturnType<typeof decideWith>) =>
    findBypass(decision, context, () => null) !== null;
  expect([offered(given('1')), offered(given('0'))]).toEqual([false, true]);
});
