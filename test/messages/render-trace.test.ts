import { describe, expect, test } from 'vitest';
import type { Evidence, Interpreter, SkipReason, Resolution } from '../../src/model/environment.ts';
import { describeEvidence, describeOrigin, describeSkip, renderTrace } from '../../src/messages/render-trace.ts';

test.each<[evidence: Evidence, text: string]>([
  [{ kind: 'variable', name: 'VIRTUAL_ENV', value: '/x' }, 'VIRTUAL_ENV=/x'],
  [{ kind: 'file', path: '/p/.python-version', line: 1, text: '3.12' }, '/p/.python-version:1 (3.12)'],
  [{ kind: 'file', path: '/p/.venv', line: null, text: 'found' }, '/p/.venv (found)'],
  [{ kind: 'path-entry', directory: '/usr/bin', position: 3 }, 'PATH, entry 3 (/usr/bin)'],
  [{ kind: 'path-entry', directory: '/usr/bin', position: 12 }, 'PATH, entry 12 (/usr/bin)'],
  [{ kind: 'name', name: 'pip3.12' }, 'the name pip3.12'],
  [{ kind: 'known-location', directory: '/usr/bin' }, 'known place /usr/bin'],
])('%j', (evidence, text) => {
  expect(describeEvidence(evidence)).toBe(text);
});

test.each<[reason: SkipReason, detail: string | null, text: string]>([
  ['no-pip', null, 'has no pip'],
  ['other-version', '3.9', 'is another version: 3.9'],
])('%s, %s', (reason, detail, text) => {
  expect(describeSkip(reason, detail)).toBe(text);
});

test('describeOrigin names PATH once', () => {
  const evidence = { kind: 'path-entry', directory: '/usr/bin', position: 3 } as const;
  expect(describeOrigin('search-path', evidence)).toBe('PATH, entry 3 (/usr/bin)');
  expect(describeOrigin('versioned-name', evidence)).toBe('version in the name: PATH, entry 3 (/usr/bin)');
});

const python: Interpreter = {
  executable: '/usr/bin/python3',
  realPath: '/usr/bin/python3.11',
  version: { major: 3, minor: 11, patch: 2 },
  environment: { kind: 'base', prefix: '/usr', managedMarker: null },
  stdlib: '/usr/lib/python3.11',
  siteDirectories: [],
  pip: { state: 'absent' },
};

const base = {
  interpreter: python,
  source: 'search-path',
  evidence: { kind: 'path-entry', directory: '/usr/bin', position: 2 },
  trace: [
    {
      source: 'active-environment',
      evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: '/gone\x1b[2J' },
      path: null,
      outcome: { kind: 'passed-over', reason: 'missing', detail: null },
    },
    {
      source: 'search-path',
      evidence: { kind: 'path-entry', directory: '/usr/bin', position: 2 },
      path: '/usr/bin/python3',
      outcome: { kind: 'chosen' },
    },
  ],
} as const;

describe('renderTrace', () => {
  test('resolved: what was considered, cleaned, and what came of it', () => {
    expect(renderTrace({ kind: 'resolved', pipRunner: null, ...base })).toMatchInlineSnapshot(`
      "skipped      VIRTUAL_ENV=/gone?[2J does not exist (active environment)
      chosen       /usr/bin/python3 (PATH, entry 2 (/usr/bin))
      result       /usr/bin/python3
      "
    `);
  });

  test.each<[resolution: Resolution, end: string]>([
    [
      { kind: 'resolved', ...base, pipRunner: { ...python, executable: '/opt/py' } },
      'result       /usr/bin/python3, with the pip of /opt/py\n',
    ],
    [{ kind: 'without-pip', ...base }, 'result       /usr/bin/python3 has no pip\n'],
    [{ kind: 'not-found', wanted: 'python3.9', known: [], trace: [] }, 'result       no python3.9 found\n'],
  ])('$kind', (resolution, end) => {
    expect(renderTrace(resolution).endsWith(end)).toBe(true);
  });
});
