import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command, factsWith, indexFacts, print } from '../build.ts';

/** What is printed for pip's own lines. */
function show(line: string, output: string, settings: Parameters<typeof indexFacts>[0] = {}, status = 1): string {
  const watcher = createOutputWatcher();
  watcher.push('stderr', Buffer.from(output));
  const finding = diagnose(watcher.finish(), command(line), { kind: 'exited', status }, { interpreter: null });
  if (finding === null) throw new Error(`nothing was found in:\n${output}`);
  return print(finding, factsWith({ index: indexFacts(settings) }), line).replaceAll(/\n {14,}/g, ' ');
}

const missing = (requirement: string, versions: string, ...before: readonly string[]) =>
  [
    ...before,
    `ERROR: Could not find a version that satisfies the requirement ${requirement} (from versions: ${versions})`,
    `ERROR: No matching distribution found for ${requirement}`,
    '',
  ].join('\n');

describe('withdrawn (yanked) releases', () => {
  const yanked = 'ERROR: Ignored the following yanked versions: 1.0, 2.0';

  test('every version is withdrawn: no name is guessed, nothing is pinned', () => {
    const text = show('pip install simple', missing('simple', 'none', yanked));
    expect(text).toMatch(/^advice\[no-matching-distribution\]: every simple .*was withdrawn \(yanked\)/);
    expect(text).not.toContain('did you mean');
    expect(text).toContain('yanked        1.0, 2.0\n');
    expect(text).not.toContain('fix:');
    expect(text).toContain('only if it is pinned');
  });

  test('those that were asked for are withdrawn, another is not', () => {
    const text = show('pip install simple<3', missing('simple<3', '3.0', yanked));
    expect(text).toContain('was withdrawn (yanked)');
    expect(text).toContain('available     3.0\n');
    expect(text).toContain('    pip install simple\n');
  });

  test('all are withdrawn, and none is what was asked for', () => {
    const text = show('pip install simple==9', missing('simple==9', 'none', yanked));
    expect(text).toContain(': simple has only withdrawn (yanked) versions\n');
    expect(text).not.toContain('fix:');
  });

  test('the withdrawn ones were not asked for', () => {
    const text = show('pip install simple==9', missing('simple==9', '3.0', yanked));
    expect(text).toContain(': simple has no version ==9 for this Python\n');
    expect(text).toContain('    pip install simple==3.0\n');
  });

  test.each([
    ['23.2.1', ' (pip warns if it is yanked)'],
    ['22.0', ' (pip warns if it is yanked)'],
    ['24.2', ''],
    ['18.1', ''],
  ])('pip %s: a fix that may pin a withdrawn version says so', (pipVersion, hint) => {
    const text = show('pip install simple==9', missing('simple==9', '1.0'), { pipVersion });
    expect(text).toContain(`fix: install the newest version that pip finds${hint}\n`);
  });
});

test.each([
  ['numpy==', 'numpy==', ': the version after == is missing in numpy==\n'],
  ['numpy>=1,<', 'numpy<,>=1', ': the version after < is missing in numpy<,>=1\n'],
  ['numpy>=10,<5', 'numpy<5,>=10', ': no version can match <5,>=10\n'],
])('a specifier that no version can match: %s', (word, requirement, headline) => {
  const text = show(`pip install ${word}`, missing(requirement, '1.0, 2.0'));
  expect(text).toContain(headline);
  expect(text).toContain('    pip install numpy\n');
});

describe('files for another Python or system', () => {
  const target = '--only-binary :all: --python-version 3.9 --platform win_amd64 --abi cp39';

  test('no such version', () => {
    const text = show(`pip download ${target} aa==99`, missing('aa==99', '1.0'));
    expect(text).toContain(': aa has no version ==99 for Python 3.9\n');
    expect(text).toContain('for           --python-version 3.9 --platform win_amd64 --abi cp39\n');
  });

  test('no version at all: --only-binary is not to blame', () => {
    const onlyBinary = { value: ':all:', origin: { kind: 'command-line' } } as const;
    const text = show(`pip download ${target} aa`, missing('aa', 'none'), { onlyBinary });
    expect(text).not.toContain('fix:');
    expect(text).toContain('for           --python-version 3.9');
  });

  test('another Python of this machine is not suggested', () => {
    const ignored =
      'ERROR: Ignored the following versions that require a different python version: 1.0 Requires-Python ==3.2';
    const text = show(`pip download ${target} aa`, missing('aa', 'none', ignored));
    expect(text).toContain(': aa needs Python ==3.2, not 3.9\n');
    expect(text).toContain('note: name a Python that matches ==3.2 with --python-version\n');
    expect(text).not.toContain('Pythons found here');
  });
});

describe('the list of ignored versions has no names of packages', () => {
  const ignored =
    'ERROR: Ignored the following versions that require a different python version: 0.5.12 Requires-Python >=3.7,<3.12; 1.21.2 Requires-Python >=3.7,<3.11';

  test.each([
    ['the only project of the run', 'pip install foo>=1.14.1', 'foo>=1.14.1', 'needs'],
    ['an exact version', 'pip install numpy foo==1.21.2', 'foo==1.21.2', 'needs'],
    ['beside another project', 'pip install numpy foo>=1.14.1', 'foo>=1.14.1', 'may need'],
    ['from a file', 'pip install -r r.txt', 'foo>=1.14.1', 'may need'],
    ['a dependency', 'pip install bar', 'foo>=1.14.1 (from bar)', 'may need'],
  ])('%s', (_, line, requirement, needs) => {
    const text = show(line, missing(requirement, 'none', ignored));
    expect(text).toContain(`: foo ${needs} Python >=3.7,<3.11`);
    expect(text.includes('foo requires Python')).toBe(needs === 'needs');
  });
});

test.each([
  ['pip install --no-index ./aa.whl', {}, 'pip install --no-index --find-links DIRECTORY --upgrade dd aa'],
  ['pip install --no-index -f w aa', {}, 'pip install --no-index --find-links w --upgrade dd aa'],
  [
    'pip install --no-index aa',
    { findLinks: { value: 'w', origin: { kind: 'variable', name: 'PIP_FIND_LINKS', value: 'w' } } } as const,
    'pip install --no-index --upgrade dd aa',
  ],
])('a conflict of installed packages, without an index: %s', (line, settings, fix) => {
  const output = 'ERROR: dd 1.0 requires aa>=11, but you have aa 10 which is incompatible.\n';
  expect(show(line, output, settings, 0)).toContain(`    ${fix}\n`);
});
