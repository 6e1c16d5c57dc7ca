import { describe, expect, test } from 'vitest';
import type { BuildCause } from '../../../src/diagnostics/cause/build-failure.ts';
import { buildFacts, factsWith, print } from '../build.ts';

const say = (cause: BuildCause, line: string, subject: string | null, isolated = true) =>
  print(
    { code: 'build-failed', subject, origin: null, cause, evidence: null, installing: false },
    factsWith({ build: buildFacts({ isolated }) }),
    line,
  ).replaceAll(/\s+/g, ' ');

describe('a module that the build lacks', () => {
  const cause: BuildCause = { kind: 'module', name: 'mesonpy' };

  test('the package does not declare it, since pip installs what is declared', () => {
    expect(say(cause, 'pip install demo', 'demo')).toContain('the package does not declare mesonpy for its build');
  });

  test('with --no-build-isolation pip installs nothing that is declared', () => {
    const text = say(cause, 'pip install --no-build-isolation .', '.', false);
    expect(text).not.toContain('does not declare');
    expect(text).toContain('install what has the module mesonpy, then try again');
  });
});

describe('no Rust', () => {
  test.each<[line: string, subject: string, says: boolean]>([
    ['pip install demo', 'demo', true],
    ['pip install --no-binary demo demo', 'demo', false],
    ['pip install .', '.', false],
    ['pip install git+https://example.org/demo.git', 'git+https://example.org/demo.git', false],
  ])('%s: whether it says that no wheel fits: %#', (line, subject, says) => {
    const text = say({ kind: 'rust' }, line, subject);
    expect(text).toContain('https://rustup.rs');
    expect(text.includes('no wheel fits')).toBe(says);
  });
});
