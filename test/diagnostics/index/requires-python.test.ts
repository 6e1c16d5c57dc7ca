import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import type { SparePython } from '../../../src/model/facts.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command, factsWith, indexFacts, print, systemPython } from '../build.ts';

const python = (minor: number): SparePython => ({
  interpreter: {
    ...systemPython,
    executable: `/usr/bin/python3.${minor}`,
    version: { major: 3, minor, patch: 1 },
  },
  commandName: null,
  ensurepip: true,
  ssl: true,
});

/** What is printed where pip 24.2 ignored these versions, and these Pythons are on the machine. */
function show(line: string, ignored: string, pythons: readonly SparePython[], requirement = line.split(' ').at(-1)) {
  const watcher = createOutputWatcher();
  const output = [
    `ERROR: Ignored the following versions that require a different python version: ${ignored}`,
    `ERROR: Could not find a version that satisfies the requirement ${requirement} (from versions: none)`,
    `ERROR: No matching distribution found for ${requirement}\n`,
  ];
  watcher.push('stderr', Buffer.from(output.join('\n')));
  const finding = diagnose(watcher.finish(), command(line), { kind: 'exited', status: 1 }, { interpreter: null });
  if (finding === null) throw new Error('nothing was found');
  return print(finding, factsWith({ index: indexFacts({ pythons }) }), line).replaceAll(/\n {14,}/g, ' ');
}

const MIXED = '1.0 Requires-Python >=3.6,<3.9; 2.0 Requires-Python >=3.9,<3.10; 3.0 Requires-Python >=3.14';

describe('versions that need different Pythons', () => {
  test('the newest one that a Python of this machine fits is the way; none is called the requirement of all', () => {
    const text = show('pip install mixed', MIXED, [python(9), python(8)]);
    expect(text).toContain(': no version of mixed supports Python 3.10.12\n');
    expect(text).not.toContain('mixed needs Python >=3.14');
    expect(text).toContain(
      'because       mixed 3.0 requires Python >=3.14 mixed 2.0 requires Python >=3.9,<3.10 mixed 1.0 requires Python >=3.6,<3.9',
    );
    expect(text).toContain('create an environment with Python 3.9');
    expect(show('pip install mixed', MIXED, [python(14), python(9)])).toContain('with Python 3.14');
  });

  test('no Python fits any of them', () => {
    const text = show('pip install mixed', MIXED, []);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('none of the Pythons found here matches any of these');
  });

  test('only those that were asked for count', () => {
    const text = show('pip install mixed>2', MIXED, [python(9)]);
    expect(text).toContain(': mixed needs Python >=3.14, not 3.10.12\n');
    expect(text).not.toContain('3.9');
  });

  test('a pre-release says nothing of the releases', () => {
    const text = show('pip install mixed', '2.0a1 Requires-Python >=3.15; 1.0 Requires-Python >=3.11', []);
    expect(text).toContain(': mixed needs Python >=3.11, not 3.10.12\n');
  });

  test('the same requirement in all of them is told once', () => {
    const text = show('pip install mixed', '2.0 Requires-Python >=3.11; 1.0 Requires-Python >=3.11', []);
    expect(text).toContain('because       mixed requires Python >=3.11\n');
  });

  test('the list may be about other packages', () => {
    const text = show('pip install other mixed', MIXED, [python(9)], 'mixed');
    expect(text).toContain('mixed may need Python >=3.14');
  });
});
