import path from 'node:path';
import type { Diagnostic, FactRow, ShellKind } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { isClean } from '../../terminal/clean.ts';
import type { FileInUse } from '../cause/windows-failure.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { noteBlock, readyBlock, scriptRow } from '../shared/fixes.ts';
import { chooseHeadline, displayPath, interpreterRow } from '../shared/fact-rows.ts';
import { forWindows, showEnd } from './windows-words.ts';

const CODE = 'file-in-use';

export const fileInUse = defineDiagnostic<FileInUse, object>({
  code: CODE,
  title: 'another program uses a file that pip has to change (Windows)',
  ...NO_OWN_FACTS,
  describe,
});

/** Windows removes and replaces no file that a program runs or has open. Which program that is, Windows can list. */
function describe({ path: file, isCertain }: FileInUse, known: CallFacts): Diagnostic {
  const facts = forWindows(known);
  const { shell } = facts.caller;
  const name = file === null ? null : path.win32.basename(file);
  const look = name === null ? null : listUsers(name, shell);
  const seems = isCertain ? 'uses' : 'seems to use';
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline(
      'advice',
      CODE,
      ...(name === null ? [] : [`a program ${seems} ${name}`]),
      `a program ${seems} a file that pip must change`,
    ),
    facts: [
      ...interpreterRow(facts),
      ...(file === null ? [] : [{ label: 'file', text: showEnd(displayPath(file, facts)) }]),
      ...causeRow(isCertain),
      ...scriptRow(facts),
      { label: 'result', text: 'pip stopped before it was done' },
    ],
    blocks:
      look === null
        ? [
            noteBlock('close the programs that use it, then try again'),
            noteBlock('an antivirus program, or one that copies files to a cloud, may have it open for a moment'),
          ]
        : [
            readyBlock('check', 'see which program uses it; close that program, then try again', look),
            noteBlock('often it is a notebook, an IDE, or a Python in another window'),
          ],
  };
}

function causeRow(isCertain: boolean): readonly FactRow[] {
  const text = 'Windows denied access: either a program uses this file, or you have no permission to change its folder';
  return isCertain ? [] : [{ label: 'because', text }];
}

/** Returns the command that lists the processes of a program, or those that loaded a library (`tasklist /?`); null for other files. */
function listUsers(name: string, shell: ShellKind): string | null {
  if (!isClean(name) || name.includes('"')) return null;
  // Git Bash makes a path of a word with one slash at its beginning.
  const slash = shell === 'cmd' || shell === 'powershell' ? '/' : '//';
  if (/\.exe$/i.test(name)) return joinCommand(['tasklist', `${slash}fi`, `imagename eq ${name}`], shell);
  return /\.(?:dll|pyd)$/i.test(name) ? joinCommand(['tasklist', `${slash}m`, name], shell) : null;
}
