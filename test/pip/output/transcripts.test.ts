import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import type { DiagnosticCode, Finding } from '../../../src/diagnostics/registry.ts';
import type { Observation } from '../../../src/pip/output/messages.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command } from '../../diagnostics/build.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'pip-output');
const PIPS = ['18.1', '20.3.4', '21.3.1', '23.0.1', '24.2', '26.2.1'] as const;
type Pip = (typeof PIPS)[number];

const read = (name: string): Buffer => {
  const file = path.join(fixtures, `${name}.txt`);
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
};

/** What the reader makes of one run; `cut` says after how many bytes each chunk ends. */
function captureContext(chunks: readonly (readonly ['stdout' | 'stderr', Buffer])[], cut: (left: number) => number) {
  const watcher = createOutputWatcher();
  for (const [stream, bytes] of chunks) {
    for (let start = 0; start < bytes.length;) {
      const end = start + Math.max(1, cut(bytes.length - start));
      watcher.push(stream, bytes.subarray(start, end));
      start = end;
    }
  }
  return watcher.finish();
}

type Way = 'pipe' | 'terminal';

/** A run as its pieces: on a terminal all is one stream. */
const pieces = (name: string, way: Way) =>
  way === 'terminal'
    ? [['stdout', read(`${name}.tty`)] as const]
    : [['stdout', read(`${name}.stdout`)] as const, ['stderr', read(`${name}.stderr`)] as const];

const whole = (left: number) => left;

type Row = {
  readonly code: DiagnosticCode;
  /** Name of the fixture behind the version. */
  readonly fixture: string;
  readonly line: string;
  readonly status: number;
  /** Releases that say it, and what of it is known. */
  readonly pips: readonly Pip[];
  readonly finding?: Partial<Extract<Finding, { code: DiagnosticCode }>> | Record<string, unknown>;
};

const since = (first: Pip) => PIPS.slice(PIPS.indexOf(first));

const TABLE: readonly Row[] = [
  {
    code: 'user-install-fallback',
    fixture: 'user-fallback',
    line: 'pip install demo-app',
    status: 0,
    pips: since('20.3.4'),
  },
  // Before 20.0 the same call ends like this.
  { code: 'permission-denied', fixture: 'user-fallback', line: 'pip install demo-app', status: 1, pips: ['18.1'] },
  {
    code: 'permission-denied',
    fixture: 'permission-denied',
    line: 'pip install --no-user demo-lib',
    status: 1,
    pips: PIPS,
  },
  {
    code: 'permission-denied',
    fixture: 'target-denied',
    line: 'pip install --target /srv/nowrite demo-lib',
    status: 2,
    pips: PIPS,
    finding: { path: '/srv/nowrite' },
  },
  {
    code: 'permission-denied',
    fixture: 'uninstall-denied',
    line: 'pip uninstall -y pip',
    status: 2,
    pips: PIPS,
    finding: { path: '/usr/local/python/bin/pip' },
  },
  {
    code: 'externally-managed',
    fixture: 'externally-managed',
    line: 'pip install demo-lib',
    status: 1,
    pips: since('23.0.1'),
  },
  {
    code: 'script-not-on-path',
    fixture: 'script-not-on-path',
    line: 'pip install --user demo-app2',
    status: 0,
    pips: ['18.1', '20.3.4', '21.3.1', '23.0.1', '24.2', '26.2.1'],
    finding: { scripts: ['demo-app2', 'demo-b', 'demo-c'], directory: '/home/user/.local/bin' },
  },
  {
    code: 'running-as-root',
    fixture: 'running-as-root',
    line: 'pip install demo-lib',
    status: 0,
    pips: since('21.3.1'),
  },
  {
    code: 'user-install-in-venv',
    fixture: 'user-install-in-venv',
    line: 'pip install --user demo-lib',
    status: 1,
    pips: since('20.3.4'),
  },
  { code: 'pip-venv-required', fixture: 'pip-venv-required', line: 'pip install demo-lib', status: 3, pips: PIPS },
  // The interpreter says this, whatever pip it would have.
  {
    code: 'no-pip-module',
    fixture: 'no-pip-module',
    line: 'pip install x',
    status: 1,
    pips: ['20.3.4', '24.2', '26.2.1'],
  },
];

/** Why a release has no cell: it does not say such a thing at all. What it does instead is in the fixture, and the finding. */
const WITHOUT: readonly {
  readonly code: DiagnosticCode;
  readonly pip: Pip;
  readonly reason: string;
  readonly fixture: string;
  readonly status: number;
  readonly instead: DiagnosticCode | null;
}[] = [
  {
    code: 'user-install-fallback',
    pip: '18.1',
    reason: 'falls back from 20.0 on; before, it fails',
    fixture: 'user-fallback',
    status: 1,
    instead: 'permission-denied',
  },
  ...(['18.1', '20.3.4', '21.3.1'] as const).map((pip) => ({
    code: 'externally-managed' as const,
    pip,
    reason: 'obeys EXTERNALLY-MANAGED from 23.0 on; before, it installs there',
    fixture: 'pep668',
    status: pip === '18.1' ? 1 : 0,
    instead: pip === '18.1' ? ('permission-denied' as const) : ('user-install-fallback' as const),
  })),
  ...(['18.1', '20.3.4'] as const).map((pip) => ({
    code: 'running-as-root' as const,
    pip,
    reason: 'warns of root from 21.1 on',
    fixture: 'root-warning',
    status: 0,
    instead: null,
  })),
  {
    code: 'user-install-in-venv',
    pip: '18.1',
    reason: 'knows virtualenv alone: in an environment of venv it installs into the user site',
    fixture: 'user-in-venv',
    status: 0,
    instead: null,
  },
  {
    code: 'resolution-impossible',
    pip: '18.1',
    reason: 'takes what it meets first; the resolver that looks at everything came with 20.3',
    fixture: 'resolution-impossible',
    status: 0,
    instead: 'dependency-conflict',
  },
];

test.each(WITHOUT.map((row) => [row.code, row.pip, row.reason, row] as const))(
  '%s is nothing that pip %s says: it %s',
  (code, pip, _, { fixture, status, instead }) => {
    expect(TABLE.some((row) => row.code === code && row.pips.includes(pip))).toBe(false);
    for (const way of ['pipe', 'terminal'] as const) {
      const parts = pieces(`${pip}-without-${fixture}`, way);
      expect(parts.every(([, bytes]) => bytes.length === 0)).toBe(false);
      const observations = captureContext(parts, whole);
      const finding = diagnose(
        observations,
        command('pip install x'),
        { kind: 'exited', status },
        { interpreter: null },
      );
      expect(finding?.code ?? null).toBe(instead);
    }
  },
);

const cells = TABLE.flatMap((row) =>
  row.pips.flatMap((pip) =>
    (['pipe', 'terminal'] as const).map((way) => [row.code, row.fixture, pip, way, row] as const),
  ),
);

test.each(cells)('%s (%s) of pip %s on a %s', (code, fixture, pip, way, { line, status, finding }) => {
  const observations = captureContext(pieces(`${pip}-${fixture}`, way), whole);
  const outcome = { kind: 'exited', status } as const;
  expect(diagnose(observations, command(line), outcome, { interpreter: null })).toMatchObject({ code, ...finding });
});

test('the same lines with another status are another story: silence', () => {
  for (const [, fixture, pip, way, { line, status }] of cells) {
    const observations = captureContext(pieces(`${pip}-${fixture}`, way), whole);
    const finding = diagnose(observations, command(line), { kind: 'exited', status: 23 }, { interpreter: null });
    expect(finding).toBeNull();
    expect(
      diagnose(observations, command(line), { kind: 'signalled', signal: 'SIGINT' }, { interpreter: null }),
    ).toBeNull();
    expect(status).not.toBe(23);
  }
});

/** A small generator of numbers that is the same in every run (Numerical Recipes' constants). */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

describe('how the bytes are cut does not matter', () => {
  const names = readdirSync(fixtures).map((name) => name.replace(/\.txt$/, ''));

  test.each(names)('%s', (name) => {
    const bytes = read(name);
    const expected: readonly Observation[] = captureContext([['stdout', bytes]], whole);
    // Every way to cut it in two, and some to cut it in many.
    for (let at = 1; at < bytes.length; at += 1) {
      const watcher = createOutputWatcher();
      watcher.push('stdout', bytes.subarray(0, at));
      watcher.push('stdout', bytes.subarray(at));
      expect(watcher.finish()).toEqual(expected);
    }
    for (let seed = 1; seed <= 20; seed += 1) {
      const dice = createDice(seed);
      expect(captureContext([['stdout', bytes]], () => 1 + dice(seed * 3))).toEqual(expected);
    }
  });

  test.each(names.filter((name) => !name.endsWith('.tty')))('%s, with the line ends of a terminal', (name) => {
    const bytes = read(name);
    const crlf = Buffer.from(bytes.toString().replaceAll('\n', '\r\n'));
    expect(captureContext([['stdout', crlf]], () => 5)).toEqual(captureContext([['stdout', bytes]], whole));
  });
});
