import type { Block, Diagnostic, ShellKind } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { ScriptsNotOnPath } from '../../model/observation.ts';
import { pathsOf } from '../../util/paths.ts';
import { isClean, shortenHome } from '../../terminal/clean.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { extendPathCommands } from '../../terminal/extend-path.ts';
import type { ScriptNotOnPath } from '../cause/install-location.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { noteBlock, readyBlock } from '../shared/fixes.ts';
import { chooseHeadline, displayPath, interpreterRow } from '../shared/fact-rows.ts';

const CODE = 'script-not-on-path';
/** More names than these say no more. */
const MAX_NAMES = 4;

export const scriptNotOnPath = defineDiagnostic({
  code: CODE,
  title: 'a program was installed where the shell does not look',
  ...NO_OWN_FACTS,
  describe,
});

/** A program was installed, and typing its name will not start it. */
function describe({ scripts, directory: said }: ScriptNotOnPath, facts: CallFacts): Diagnostic {
  const [first = ''] = scripts;
  // With a relative --prefix or PYTHONUSERBASE pip names it as it is seen from here; PATH is read from anywhere.
  const directory = facts.isLog ? said : pathsOf(facts.platform).resolve(facts.caller.cwd ?? '/', said);
  const many = `${scripts.length} programs are installed, but not on PATH`;
  return {
    severity: 'warning',
    code: CODE,
    headline:
      scripts.length === 1
        ? chooseHeadline('warning', CODE, `${first} is installed, but not on PATH`, 'it is installed, but not on PATH')
        : many,
    facts: [
      ...interpreterRow(facts),
      { label: scripts.length === 1 ? 'program' : 'programs', text: listScripts({ scripts, directory }, facts) },
    ],
    blocks: chooseFix(directory, facts),
  };
}

/** Returns `a, b and 3 more in ~/.local/bin`. */
export function listScripts({ scripts, directory }: ScriptsNotOnPath, facts: CallFacts): string {
  const shown = scripts.slice(0, MAX_NAMES).join(', ');
  const more = scripts.length > MAX_NAMES ? ` and ${scripts.length - MAX_NAMES} more` : '';
  return `${shown}${more} in ${displayPath(directory, facts)}`;
}

/** docs.github.com, "Adding a system path"; Windows PowerShell would write UTF-16. */
function windowsGitHubPath(directory: string, shell: ShellKind): readonly string[] | null {
  switch (shell) {
    case 'powershell':
      return [`'${directory.replaceAll("'", "''")}' | Out-File -Append -Encoding utf8 $env:GITHUB_PATH`];
    case 'cmd':
      // At the end, a digit before >> would be the number of a stream, and a space a part of the text.
      return /["%&|<>^]/.test(directory) ? null : [`>>"%GITHUB_PATH%" echo ${directory}`];
    case 'posix':
    case 'bash':
    case 'zsh':
    case 'fish':
    case 'tcsh':
      return [`${joinCommand(['echo', directory], shell)} >>"$GITHUB_PATH"`];
  }
}

/** An environment's own folder of programs is never meant: pip does not warn of the folder of its own Python. */
function chooseFix(directory: string, { caller, platform, isLog }: CallFacts): readonly Block[] {
  if (isLog) return [noteBlock(`add ${directory} to PATH on the machine that wrote it`)];
  // An interactive shell keeps what it is told; GitHub's runner reads this file between steps.
  const commands = caller.keepsState
    ? extendPathCommands(directory, caller, platform)
    : caller.gitHubActions
      ? platform === 'win32'
        ? windowsGitHubPath(directory, caller.shell)
        : [`${joinCommand(['echo', directory], caller.shell)} >>"$GITHUB_PATH"`]
      : null;
  if (commands === null || !isClean(directory)) {
    return [noteBlock(`add ${shortenHome(directory, caller.home)} to PATH`)];
  }
  const title = caller.keepsState
    ? platform === 'win32'
      ? 'add this folder to PATH: first for this window, then in a dialog for new windows'
      : 'add this folder to PATH, here and in new shells'
    : 'add this folder to PATH for later steps';
  return [readyBlock('fix', title, ...commands)];
}
