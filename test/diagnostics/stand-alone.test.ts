import { describe, expect, test } from 'vitest';
import { standAlone } from '../../src/diagnostics/stand-alone.ts';
import type { Block, Diagnostic } from '../../src/model/diagnostic.ts';
import type { CallerFacts } from '../../src/model/facts.ts';
import { factsWith } from './build.ts';

const block = (commands: readonly string[]): Block => ({
  kind: 'fix',
  title: 't',
  commands,
  applicability: 'ready',
  needs: [],
});
const diagnosticWith = (...commands: readonly string[]): Diagnostic => ({
  severity: 'warning',
  code: 'user-install-fallback',
  headline: 'h',
  facts: [
    { label: 'interpreter', text: '/usr/bin/python3' },
    { label: 'because', text: 'b' },
  ],
  blocks: [block(commands)],
});
const from = (caller: Partial<CallerFacts>, ...commands: readonly string[]) =>
  standAlone(diagnosticWith(...commands), factsWith({ caller }));
const commandsFrom = (caller: Partial<CallerFacts>, ...commands: readonly string[]) =>
  from(caller, ...commands).blocks[0]?.commands;

describe('an interactive shell', () => {
  test('keeps its commands as they are', () => {
    const commands = ['unset PIP_USER', 'source .venv/bin/activate', 'pip uninstall x', 'sudo apt install y'];
    expect(commandsFrom({}, ...commands)).toEqual(commands);
  });
});

describe('a caller whose shell ends with each command', () => {
  const make = { keepsState: false, script: 'make', shell: 'posix' } as const;
  test.each<[commands: readonly string[], printed: readonly string[]]>([
    [['unset PIP_USER', 'pip install x'], ['env -u PIP_USER pip install x']],
    [
      ['unset A', 'unset B', 'python3 -m venv .venv', '.venv/bin/python -m pip install x'],
      ['env -u A -u B python3 -m venv .venv', 'env -u A -u B .venv/bin/python -m pip install x'],
    ],
    [
      ['cd /', 'pip install x', 'pip list'],
      ['cd / && pip install x', 'cd / && pip list'],
    ],
    [['unset PIP_USER'], ['unset PIP_USER']],
    [['/usr/bin/python3 -m pip uninstall x'], ['/usr/bin/python3 -m pip uninstall --yes x']],
    [["'/a b/python' -P -m pip uninstall x"], ["'/a b/python' -P -m pip uninstall --yes x"]],
    [['pip uninstall x'], ['pip uninstall --yes x']],
    [['pip uninstall -y x'], ['pip uninstall -y x']],
    [['pip uninstall x --yes'], ['pip uninstall x --yes']],
    [['sudo apt install python3-venv'], ['sudo apt install -y python3-venv']],
    [['apt install -y python3-venv'], ['apt install -y python3-venv']],
    [['pip install uninstall'], ['pip install uninstall']],
  ])('%j', (commands, printed) => {
    expect(commandsFrom(make, ...commands)).toEqual(printed);
  });

  test('fish and tcsh take a variable away by other words', () => {
    expect(commandsFrom({ ...make, shell: 'fish' }, 'set -e PIP_USER', 'pip install x')).toEqual([
      'env -u PIP_USER pip install x',
    ]);
    expect(commandsFrom({ ...make, shell: 'tcsh' }, 'unsetenv PIP_USER', 'pip install x')).toEqual([
      'env -u PIP_USER pip install x',
    ]);
  });
});

describe('a notebook', () => {
  const notebook = (python: string | null, prefix: string | null = null) =>
    ({ keepsState: false, shell: 'posix', notebook: { python, prefix } }) as const;

  test.each<[command: string, cell: string]>([
    ['.venv/bin/python -m pip install x', '%pip install x'],
    ['/home/ada/code/api/.venv/bin/python -m pip install x', '%pip install x'],
    ['.venv/bin/python -P -m pip install x', '%pip install x'],
    ['/usr/bin/python3 -m pip uninstall x', '!/usr/bin/python3 -m pip uninstall --yes x'],
    ['pip install x', '!pip install x'],
    ["pip install 'x{a}$b'", "!pip install 'x{{a}}$$b'"],
  ])('with a kernel of ./.venv: %s', (command, cell) => {
    const caller = notebook('/home/ada/code/api/.venv/bin/python', '/home/ada/code/api/.venv');
    expect(commandsFrom(caller, command)).toEqual([cell]);
  });

  test('names the kernel, and says what to choose where the fix leads elsewhere', () => {
    const { facts, blocks } = from(notebook('/usr/bin/python3'), '.venv/bin/python -m pip install x');
    expect(facts[1]).toEqual({ label: 'kernel', text: '/usr/bin/python3 runs the cells of this notebook' });
    expect(blocks.at(-1)).toMatchObject({ kind: 'note', title: expect.stringContaining("notebook's kernel") });
  });

  test('says nothing of a kernel that is not known', () => {
    const { facts, blocks } = from(notebook(null), 'pip install x');
    expect(facts.map(({ label }) => label)).toEqual(['interpreter', 'because']);
    expect(blocks).toHaveLength(1);
  });
});
