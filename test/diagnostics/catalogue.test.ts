import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/diagnostics/catalogue.ts';
import { POLICY_CODES, type DiagnosticCode, type Finding } from '../../src/model/diagnostic.ts';
import { RULE_NAMES, type PolicyVerdict, type RuleName } from '../../src/model/policy.ts';
import { noRules } from '../../src/policy/empty-layer.ts';
import type { AdviceFacts } from '../../src/model/facts.ts';
import {
  cleanEnvironment,
  factsWith,
  fallback,
  layerWith,
  managedFacts,
  nothingNear,
  print,
  sharedEnvironment,
  systemPython,
  verdictOf,
} from './build.ts';

const docs = path.join(import.meta.dirname, '..', '..', 'docs', 'diagnostics');
const codes = Object.keys(CATALOGUE);

test('every page belongs to a code', () => {
  expect(readdirSync(docs).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});

describe.each(codes)('the page of %s', (code) => {
  const lines = readFileSync(path.join(docs, `${code}.md`), 'utf8')
    .trimEnd()
    .split('\n');

  test('has the headings that explain prints', () => {
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      `# ${code}`,
      '## What it means',
      '## Why',
      '## What to do',
      '## How to silence it',
    ]);
  });

  test('is one screen or two', () => {
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.length).toBeLessThanOrEqual(50);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

const suspicious = { ...cleanEnvironment, suspicions: ['python-inside-project', 'in-repository'] as const };
const longPath = `/home/ada/${'a-folder-with-a-long-name/'.repeat(3)}`;
const unreadable: Finding = {
  code: 'policy-unreadable',
  refused: true,
  problems: Array.from({ length: 3 }, () => ({
    file: `${longPath}pipward.toml`,
    line: 3,
    column: 7,
    key: 'policy.require-virtual-enviroment',
    message: 'this is no key of the table; '.repeat(5),
    nearest: 'policy.require-virtual-environment',
  })),
};
const refused: Finding = {
  code: 'venv-required',
  refused: true,
  verdict: verdictOf('refused', layerWith({ scope: 'system' }), layerWith(), layerWith()),
};

/** A rule not kept by three layers, and the next one as well. */
function byRule(rule: RuleName): readonly Finding[] {
  const other = RULE_NAMES[RULE_NAMES.indexOf(rule) + 1];
  const demand = { level: 'enforce', from: '2027-01-15', value: '>=3.13,<4', line: 3 } as const;
  const rules = { ...noRules, demands: { [rule]: demand }, allowBypass: 'never', reason: 'Why. '.repeat(40) } as const;
  const layers = [layerWith({ scope: 'system', rules }), layerWith({ rules }), layerWith({ rules })];
  const verdict: PolicyVerdict = {
    kind: 'refused',
    layers: layers.flatMap((layer) => [
      { kind: 'refused', layer, rule, line: 3, from: '2027-01-15' },
      ...(other === undefined ? [] : [{ kind: 'refused', layer, rule: other, line: 4, from: null } as const]),
    ]),
    lifted: [],
    passRequireVirtualenv: false,
  };
  return [true, false].map((isRefused) => ({ code: POLICY_CODES[rule], refused: isRefused, verdict }));
}

/** Every finding, in the places where most is said. */
const findings: Readonly<Record<DiagnosticCode, readonly Finding[]>> = {
  'user-install-fallback': [fallback('flask', 'jinja2'), { code: 'user-install-fallback', installed: null }],
  'externally-managed': [{ code: 'externally-managed' }],
  'no-pip-module': [
    { code: 'no-pip-module', started: true },
    { code: 'no-pip-module', started: false },
  ],
  'project-environment-required': byRule('project-environment-only'),
  'user-install-forbidden': byRule('forbid-user-install'),
  'break-system-packages-forbidden': byRule('forbid-break-system-packages'),
  'root-forbidden': byRule('forbid-root'),
  'python-not-allowed': byRule('requires-python'),
  'pip-too-old': byRule('minimum-pip'),
  'venv-required': [...byRule('require-virtual-environment'), refused, { ...refused, refused: false }],
  'policy-unreadable': [unreadable, { ...unreadable, refused: false }],
  'interpreter-not-found': [
    {
      code: 'interpreter-not-found',
      wanted: `${longPath}python`,
      known: Array.from({ length: 9 }, () => systemPython),
      ledger: [],
    },
    { code: 'interpreter-not-found', wanted: 'python3.12', known: [], ledger: [] },
  ],
  'interpreter-not-runnable': [
    { code: 'interpreter-not-runnable', executable: `${longPath}bin/python`, reason: 'missing' },
  ],
  'call-loop': [{ code: 'call-loop', depth: 10 }],
  'internal-error': [{ code: 'internal-error', message: 'many words '.repeat(99), refused: true }],
};

const places: Readonly<Record<string, AdviceFacts>> = {
  'an environment at hand': factsWith({ project: { environments: [cleanEnvironment] } }),
  'a doubtful one, no ensurepip': factsWith({
    project: { environments: [suspicious] },
    tools: { ensurepip: false, pipx: '/usr/bin/pipx' },
  }),
  'managed, no ensurepip, pipx': managedFacts({
    project: { environments: [suspicious] },
    tools: { ensurepip: false, pipx: '/usr/bin/pipx' },
  }),
  'a read-only environment': factsWith({
    interpreter: sharedEnvironment,
    source: 'active-environment',
    evidence: { kind: 'variable', name: 'VIRTUAL_ENV', value: '/srv/shared' },
    prefixOwner: { name: 'root', isCaller: false },
  }),
  'nothing near': factsWith(nothingNear),
  'nothing known': factsWith({ interpreter: null, source: null, evidence: null, commandName: null, report: null }),
};

describe.each(Object.entries(places))('%s', (_, facts) => {
  test.each(Object.entries(findings))('%s: 18 lines, 80 columns, ASCII', (code, cases) => {
    for (const finding of cases) {
      for (const line of ['pip install httpie', 'pip uninstall httpie']) {
        const lines = print(finding, facts, line).trimEnd().split('\n');
        const prose = lines.filter(
          (text) => !/^ {4}\S/.test(text) && !text.includes(longPath.slice('/home/ada/'.length, -1)),
        );
        expect(lines.length).toBeLessThanOrEqual(18);
        expect(Math.max(...prose.map((text) => text.length))).toBeLessThanOrEqual(80);
        expect(lines.join('')).toMatch(/^[ -~]+$/);
        expect(lines[0]?.length).toBeLessThan(80);
        expect(lines[0]).not.toMatch(/\.$/);
        expect(lines.at(-1)).toBe(`more: pipward explain ${code}`);
      }
    }
  });
});
