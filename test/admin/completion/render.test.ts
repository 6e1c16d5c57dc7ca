import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { renderCompletion, type Completable } from '../../../src/admin/completion/render.ts';
import { hasProgram } from '../../support/sandbox.ts';

// fish writes into its home directory at every start.
const home = mkdtempSync(path.join(tmpdir(), 'pipward-completion-'));
afterAll(() => rmSync(home, { recursive: true, force: true, maxRetries: 20 }));

const COMMANDS: readonly Completable[] = [
  { name: 'doctor', summary: "What's wrong", words: [], options: [] },
  {
    name: 'setup',
    summary: 'Install',
    words: [],
    options: [
      { name: '--prefix', describe: "a folder: not the person's home", takesValue: true },
      { name: '--yes', describe: 'do not ask', takesValue: false },
    ],
  },
  { name: 'completion', summary: 'Print', words: ['bash', 'fish'], options: [] },
];

/** How a shell is asked what would complete these words. */
const ASK: Readonly<Record<'bash' | 'zsh' | 'fish', (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    '-c',
    'eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pipward; printf "%s\\n" "${COMPREPLY[@]}"',
    'bash',
    renderCompletion('bash', COMMANDS),
    ...words,
  ],
  // What `_describe` would show, before the word that is typed narrows it.
  zsh: (words) => [
    '-fc',
    'compdef() {}; _describe() { print -l -- "${(P@)2%%:*}" }; eval "$1"; shift; words=("$@"); CURRENT=$#; _pipward',
    'zsh',
    renderCompletion('zsh', COMMANDS),
    ...words,
  ],
  fish: (words) => [
    '--no-config',
    '-c',
    `eval $argv[1]; complete -C '${words.join(' ')}' | string split -f 1 \\t`,
    renderCompletion('fish', COMMANDS),
  ],
};

describe.each(['bash', 'zsh', 'fish'] as const)('%s', (shell) => {
  test.skipIf(!hasProgram(shell)).each([
    ['the commands', ['pipward', ''], ['doctor', 'setup', 'completion']],
    ['what a command may be followed by', ['pipward', 'completion', ''], ['bash', 'fish']],
    ['the options of a command', ['pipward', 'setup', '--'], ['--prefix', '--yes']],
  ])('completes %s', (_, words, expected) => {
    const { stdout, stderr } = spawnSync(shell, ASK[shell](words), {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: home },
    });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual(expect.arrayContaining([...expected]));
  });
});

test('PowerShell gets the words as literal texts', () => {
  const script = renderCompletion('powershell', COMMANDS);
  expect(script).toContain("        setup = @('--prefix', '--yes', '--help')\n");
  expect(script).toContain("if ($isFirst) { @('doctor', 'setup', 'completion') }");
});
