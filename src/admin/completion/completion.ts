import { PAGES } from '../../diagnostics/registry.ts';
import type { AdminCommand } from '../command.ts';
import { say } from '../output.ts';
import { COMPLETION_SHELLS, renderCompletion, type CompletionShell, type Completable } from './render.ts';
import { POLICY_ACTIONS } from '../policy/policy.ts';
import { UsageError } from '../usage-error.ts';
import { findNearest } from '../../util/did-you-mean.ts';

const MISSING = `name the shell: ${COMPLETION_SHELLS.join(', ')}`;

/** The command that prints a shell's completion of these commands; they are asked for late, since it is one of them. */
export function createCompletionCommand(commands: () => readonly AdminCommand[]): AdminCommand {
  return {
    usage: 'completion <shell>',
    missing: MISSING,
    summary: "Print a completion script for pipward; pip's own does not change",
    examples: [
      // Guarded: such a line must not fail at every start once pipward is removed.
      ['eval "$(pipward completion bash 2>/dev/null)"', 'in ~/.bashrc'],
      ['eval "$(pipward completion zsh 2>/dev/null)"', 'in ~/.zshrc, after compinit'],
      ['type -q pipward; and pipward completion fish | source', 'in config.fish'],
      ['pipward completion powershell | Out-String | Invoke-Expression', 'in $PROFILE'],
    ],
    words: { shell: { describe: COMPLETION_SHELLS.join(', '), type: 'string' } },
    run: (_, given) => {
      const wanted = given.text('shell') ?? '';
      if (wanted === '') throw new UsageError(MISSING);
      const shell = COMPLETION_SHELLS.find((name) => name === wanted);
      if (shell === undefined) {
        const nearest = findNearest(wanted, COMPLETION_SHELLS);
        const hint = nearest === null ? `there is one for ${COMPLETION_SHELLS.join(', ')}` : `did you mean ${nearest}?`;
        throw new UsageError(`no completion for ${JSON.stringify(wanted)}; ${hint}`);
      }
      say(renderCompletionOf(shell, commands()).trimEnd());
      return 0;
    },
  };
}

/** Returns a shell's completion script of the commands. */
export function renderCompletionOf(shell: CompletionShell, commands: readonly AdminCommand[]): string {
  return renderCompletion(shell, commands.map(describeCommand));
}

function describeCommand({ usage, summary, options = {} }: AdminCommand): Completable {
  const [name = usage, word = ''] = usage.split(' ');
  const words =
    {
      '[code]': PAGES.map(({ code }) => code),
      '<shell>': COMPLETION_SHELLS,
      '[name]': ['pip', 'pip3'],
      '<action>': Object.keys(POLICY_ACTIONS),
    }[word] ?? [];
  return {
    name,
    summary,
    words,
    options: Object.entries(options).map(([option, { describe, type }]) => ({
      name: `--${option}`,
      describe,
      takesValue: type === 'string',
    })),
  };
}
