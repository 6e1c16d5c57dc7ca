import type { Diagnostic, ShellKind } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { isClean } from '../../terminal/clean.ts';
import { quoteForShell } from '../../terminal/quote.ts';
import type { LeftoverFolders } from '../cause/windows-failure.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { noteBlock, readyBlock } from '../shared/fixes.ts';
import { displayPath } from '../shared/fact-rows.ts';
import { forWindows } from './windows-words.ts';

const CODE = 'leftover-folders';
/** More names than these say no more. */
const MAX_NAMES = 4;

export const leftoverFolders = defineDiagnostic<LeftoverFolders, object>({
  code: CODE,
  title: 'pip could not remove all of a package (Windows)',
  ...NO_OWN_FACTS,
  describe,
});

/** pip renames what it removes to names with `~`; what a program still used stays there. */
function describe({ names, directory }: LeftoverFolders, known: CallFacts): Diagnostic {
  const facts = forWindows(known);
  // Some pips print the `~` as `-`.
  const shown = names
    .slice(0, MAX_NAMES)
    .map((name) => name.replace(/^-/, '~'))
    .join(', ');
  const look = isClean(directory) ? listLeftovers(directory, facts.caller.shell) : null;
  const title = 'when no Python runs, list them, then delete these folders yourself';
  return {
    severity: 'note',
    code: CODE,
    headline: 'remains of removed packages are in site-packages',
    facts: [
      // The command names it as a whole.
      ...(look === null ? [{ label: 'folder', text: displayPath(directory, facts) }] : []),
      ...(shown === '' ? [] : [{ label: 'names', text: `${shown}${names.length > MAX_NAMES ? ' and more' : ''}` }]),
      { label: 'because', text: 'a program still used their files when pip removed them' },
    ],
    blocks: [
      ...(look === null ? [] : [readyBlock('once', title, look)]),
      noteBlock('they do no harm: pip only warns of them in each run'),
    ],
  };
}

/** Names that begin with `~` are pip's own (pip/_internal/req/req_uninstall.py, AdjacentTempDirectory). */
function listLeftovers(directory: string, shell: ShellKind): string | null {
  switch (shell) {
    case 'cmd':
      return /["%]/.test(directory) ? null : `dir /b "${directory}\\~*"`;
    case 'powershell':
      // Brackets would be a part of the pattern.
      return /[[\]]/.test(directory) ? null : `Get-ChildItem -Name ${quoteForShell(`${directory}\\~*`, shell)}`;
    case 'posix':
    case 'bash':
    case 'zsh':
    case 'fish':
    case 'tcsh':
      return `ls -d ${quoteForShell(directory.replaceAll('\\', '/'), shell)}/~*`;
  }
}
