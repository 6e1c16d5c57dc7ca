import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/diagnostics/registry.ts';
import type { PolicyVerdict } from '../../../src/model/policy.ts';
import {
  cleanEnvironment,
  factsWith,
  fallback,
  type FactChanges,
  indexFacts,
  layerWith,
  managedFacts,
  print,
  verdictOf,
} from '../build.ts';

const newer = { ...cleanEnvironment, version: { major: 3, minor: 12, patch: 1 } };
const older = { ...cleanEnvironment, version: { major: 3, minor: 10, patch: 1 }, prefix: '/home/ada/code/.venv' };
const named: FactChanges = { source: 'versioned-name' };
const variable: FactChanges = {
  source: 'pipward-python',
  evidence: { kind: 'variable', name: 'PIPWARD_PYTHON', value: 'python3.10' },
};
const denied: Finding = { code: 'permission-denied', path: '/usr/lib/x', readOnly: false };

describe('an environment with another Python than the one that the user named', () => {
  const inNewer = { project: { environments: [newer], freeName: '.venv-2' } };

  test.each<[case_: string, finding: Finding, changes: FactChanges]>([
    ['user-install-fallback', fallback('requests'), named],
    ['permission-denied', denied, named],
    ['PIPWARD_PYTHON', fallback('requests'), variable],
  ])('%s: it is not recommended, and the reason is printed', (_, finding, changes) => {
    const text = print(finding, factsWith({ ...changes, ...inNewer }), 'pip3.10 install requests');
    expect(text.replaceAll(/\n {2,}/g, ' ')).toContain('./.venv, but it has Python 3.12, not 3.10: not recommended');
    expect(text).toContain('python3 -m venv .venv-2\n');
    expect(text).not.toContain('source .venv/bin/activate');
  });

  test('externally-managed', () => {
    const facts = managedFacts({ ...named, ...inNewer });
    expect(print({ code: 'externally-managed' }, facts, 'pip3.11 install x')).not.toContain(
      'source .venv/bin/activate',
    );
  });

  test('the next one upward that has it', () => {
    const facts = factsWith({ ...named, project: { environments: [newer, older] } });
    const text = print(fallback('requests'), facts, 'pip3.10 install requests');
    expect(text).toContain('source /home/ada/code/.venv/bin/activate');
  });

  test.each<[case_: string, changes: FactChanges]>([
    ['no release was named', { source: 'search-path' }],
    ['the same release', { ...named, project: { environments: [cleanEnvironment] } }],
  ])('%s: it is recommended', (_, changes) => {
    const facts = factsWith({ ...inNewer, ...changes });
    expect(print(fallback('requests'), facts, 'pip install requests')).toContain('source .venv/bin/activate');
  });

  test('requires-python: the named one is too old, and the row says which Python the environment has', () => {
    const facts = factsWith({ ...named, ...inNewer, index: indexFacts() });
    const finding: Finding = {
      code: 'requires-python',
      requirement: 'x',
      specifier: '>=3.12',
      running: '3.10.12',
      origin: null,
      usable: [],
    };
    const text = print(finding, facts, 'pip3.10 install x');
    expect(text).toContain('found         ./.venv (Python 3.12.1)');
    expect(text).toContain('source .venv/bin/activate');
  });

  test('python-not-allowed: the policy asks for another one, and the title says which the environment has', () => {
    const layer = layerWith();
    const rules = {
      ...layer.rules,
      demands: { 'requires-python': { level: 'enforce', from: null, value: '>=3.12', line: 3 } },
    } as const;
    const told = { kind: 'refused', layer: { ...layer, rules }, rule: 'requires-python', line: 3, from: null } as const;
    const verdict: PolicyVerdict = { ...verdictOf('refused', layer), kind: 'refused', layers: [told] };
    const finding: Finding = { code: 'python-not-allowed', refused: true, verdict };
    const facts = factsWith({ ...named, ...inNewer, index: indexFacts() });
    const text = print(finding, facts, 'pip3.10 install x');
    expect(text).toContain("fix: install into the project's virtual environment (Python 3.12.1)");
    expect(text).toContain('source .venv/bin/activate');
  });
});
