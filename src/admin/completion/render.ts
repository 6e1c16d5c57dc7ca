import { quoteForFish } from '../setup/startup-files/env-scripts.ts';
import { quoteForShell } from '../../terminal/quote.ts';
import { quotePosix } from '../../util/quote-posix.ts';

export const COMPLETION_SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type CompletionShell = (typeof COMPLETION_SHELLS)[number];

/** A command as completion sees it. */
export type Completable = {
  readonly name: string;
  readonly summary: string;
  /** What its first word may be, where that is known. */
  readonly words: readonly string[];
  readonly options: readonly { readonly name: string; readonly describe: string; readonly takesValue: boolean }[];
};

/** A script for the shell: complete by itself, so that no key press starts Node. */
export function renderCompletion(shell: CompletionShell, commands: readonly Completable[]): string {
  switch (shell) {
    case 'bash':
      return renderBash(commands);
    case 'zsh':
      return renderZsh(commands);
    case 'fish':
      return renderFish(commands);
    case 'powershell':
      return renderPowerShell(commands);
  }
}

function listWords({ words, options }: Completable): readonly string[] {
  return [...words, ...options.map(({ name }) => name), '--help'];
}

function renderBash(commands: readonly Completable[]): string {
  const names = [...commands.map(({ name }) => name), '--help', '--version'].join(' ');
  return `_pipward() {
  local words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${names}'
  else
    case \${COMP_WORDS[1]} in
${commands.map((command) => `      ${command.name}) words='${listWords(command).join(' ')}' ;;`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _pipward pipward
`;
}

function renderZsh(commands: readonly Completable[]): string {
  const item = (name: string, text: string) => quotePosix(`${name}:${text}`);
  const listFor = ({ words, options }: Completable) =>
    [...words.map((word) => quotePosix(word)), ...options.map(({ name, describe }) => item(name, describe))].join(' ');
  return `#compdef pipward
_pipward() {
  local -a choices
  if (( CURRENT == 2 )); then
    choices=(${commands.map(({ name, summary }) => item(name, summary)).join(' ')})
  else
    case $words[2] in
${commands.map((command) => `      ${command.name}) choices=(${listFor(command)}) ;;`).join('\n')}
    esac
  fi
  _describe pipward choices
}
compdef _pipward pipward
`;
}

function renderFish(commands: readonly Completable[]): string {
  const lines = commands.flatMap(({ name, summary, words, options }) => {
    const seen = `complete -c pipward -n '__fish_seen_subcommand_from ${name}'`;
    return [
      `complete -c pipward -f -n __fish_use_subcommand -a ${name} -d ${quoteForFish(summary)}`,
      ...(words.length === 0 ? [] : [`${seen} -f -a ${quoteForFish(words.join(' '))}`]),
      ...options.map(
        (option) =>
          `${seen} -l ${option.name.slice(2)}${option.takesValue ? ' -r' : ' -f'} -d ${quoteForFish(option.describe)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function renderPowerShell(commands: readonly Completable[]): string {
  const list = (words: readonly string[]) => `@(${words.map((word) => quoteAlways(word)).join(', ')})`;
  return `Register-ArgumentCompleter -Native -CommandName pipward -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @{
${commands.map((command) => `        ${command.name} = ${list(listWords(command))}`).join('\n')}
    }
    $given = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })
    $isFirst = $given.Count -lt 2 -or ($given.Count -eq 2 -and $wordToComplete -ne '')
    $choices = if ($isFirst) { ${list(commands.map(({ name }) => name))} } else { $words[$given[1]] }
    $choices | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
`;
}

/** A bare word would be a command there. */
function quoteAlways(word: string): string {
  const quoted = quoteForShell(word, 'powershell');
  return quoted === word ? `'${word}'` : quoted;
}
