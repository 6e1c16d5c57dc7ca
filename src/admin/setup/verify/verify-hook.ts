import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeScratchFolder } from '../../../host/files/scratch-folder.ts';
import { quoteForShell } from '../../../terminal/quote.ts';
import type { AdminContext } from '../../command.ts';
import { isOwnShim } from '../files/installation.ts';
import { renderSourceCommand } from '../startup-files/env-scripts.ts';
import { HOOKED_SHELLS, type HookedShell } from '../startup-files/prompt-hooks.ts';
import type { Shell } from '../startup-files/targets.ts';
import { afterMark, describeProbe, MARK, runInShell, SHELL_LIMIT, type ShellMode } from './verify.ts';

/** Which pip a new shell finds at its prompt while an environment is active. */
export type HookResult = {
  readonly shell: HookedShell;
  readonly mode: ShellMode;
  readonly outcome:
    | { readonly kind: 'ours' }
    /** The prompt does not call the hook: something that was read after it set PROMPT_COMMAND or precmd_functions. */
    | { readonly kind: 'lost' }
    /** The hook is called, and yet another pip comes first. */
    | { readonly kind: 'other'; readonly found: string }
    | { readonly kind: 'failed'; readonly detail: string };
};

/** What runs at a prompt, and then whether our hook is a part of it. */
const PROMPTS: Readonly<Record<HookedShell, readonly [prompt: string, listed: string]>> = {
  bash: [
    'for pipward_each in "${PROMPT_COMMAND[@]-}"; do eval "$pipward_each"; done',
    'case "${PROMPT_COMMAND[*]-}" in *_pipward_*) echo listed ;; esac',
  ],
  zsh: [
    'for pipward_each in "${precmd_functions[@]}"; do $pipward_each; done',
    'case " ${precmd_functions[*]} " in *" _pipward_prompt "*) echo listed ;; esac',
  ],
  fish: ['emit fish_prompt', 'functions --query _pipward_move; and echo listed'],
};

/** The variable that each shell's hook is in, for messages. */
const HOOK_PLACES: Readonly<Record<HookedShell, string>> = {
  bash: 'PROMPT_COMMAND',
  zsh: 'precmd_functions',
  fish: 'its fish_prompt event',
};

/** Starts each shell that has a hook, activates an environment of ours in it, and runs what runs at a prompt. */
export async function verifyHooks(
  shells: readonly Shell[],
  prefix: string,
  env: AdminContext['env'],
  home: string,
  modes: readonly ShellMode[] = ['login', 'interactive'],
): Promise<readonly HookResult[]> {
  const scratch = makeScratchFolder();
  const environment = path.join(scratch.path, 'environment');
  try {
    mkdirSync(path.join(environment, 'bin'), { recursive: true });
    // Found, never run.
    writeFileSync(path.join(environment, 'bin/pip'), '#!/bin/sh\n', { mode: 0o755 });
    return await Promise.all(
      shells.flatMap(({ name, program }) => {
        const shell = HOOKED_SHELLS.find((hooked) => hooked === name);
        if (shell === undefined) return [];
        return modes.map(async (mode): Promise<HookResult> => {
          const line = renderTrial(shell, environment);
          const result = await runInShell({ name, program }, mode, line, prefix, env, home, SHELL_LIMIT);
          const isAnswer = result.kind === 'ended' && result.stdout.includes(`${MARK}\n`);
          if (!isAnswer) return { shell, mode, outcome: { kind: 'failed', detail: describeProbe(result) } };
          return { shell, mode, outcome: judge(afterMark(result.stdout).split('\n'), prefix) };
        });
      }),
    );
  } finally {
    scratch.remove();
  }
}

function renderTrial(shell: HookedShell, environment: string): string {
  const [prompt, listed] = PROMPTS[shell];
  const quoted = quoteForShell(environment, shell === 'fish' ? 'fish' : 'posix');
  const activate =
    shell === 'fish'
      ? `set -gx VIRTUAL_ENV ${quoted}; set -gx PATH $VIRTUAL_ENV/bin $PATH`
      : `VIRTUAL_ENV=${quoted}; PATH=$VIRTUAL_ENV/bin:$PATH`;
  return `${activate}; ${prompt}; echo '${MARK}'; command -v pip; ${listed}`;
}

function judge([found = '', listed = '']: readonly string[], prefix: string): HookResult['outcome'] {
  if (path.isAbsolute(found) && isOwnShim(found, path.join(prefix, 'shims/pip'))) return { kind: 'ours' };
  return listed === 'listed' ? { kind: 'other', found } : { kind: 'lost' };
}

/** A line for each shell; for one whose prompt does not keep the shims in front also what to do. */
export function renderHookResults(results: readonly HookResult[], prefix: string): readonly string[] {
  const shells = [...new Set(results.map(({ shell }) => shell))];
  const wrong = results.filter(({ outcome }) => outcome.kind !== 'ours');
  return [
    ...shells.map((shell) => `  ${shell.padEnd(13)}${wrong.some((each) => each.shell === shell) ? 'NO' : 'ok'}`),
    ...wrong.map((result) => `  ${result.shell} ${result.mode}: NO: ${renderHookOutcome(result)}`),
    ...[...new Set(wrong.filter(({ outcome }) => outcome.kind === 'lost').map(({ shell }) => shell))].flatMap(
      (shell) => ['', '  As the last line of its startup file, add', `    ${renderSourceCommand(prefix, shell)}`],
    ),
  ];
}

/** Why an environment's own pip comes first at the prompt of a new shell. */
export function renderHookOutcome({ shell, outcome }: HookResult): string {
  switch (outcome.kind) {
    case 'ours':
      return '';
    case 'failed':
      return outcome.detail;
    case 'lost':
      return `${HOOK_PLACES[shell]} does not have pipward's hook: ${shell === 'bash' ? 'it is readonly, or ' : ''}something that ${shell} reads later replaced it`;
    case 'other':
      return `pip is ${outcome.found}: another hook, or an alias, comes after pipward's`;
  }
}
