import type { Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { joinCommand } from '../../terminal/quote.ts';
import type { PipReplacesItself } from '../cause/windows-failure.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { noteBlock, pipNeed, readyBlock, startResolved } from '../shared/fixes.ts';
import { interpreterRow } from '../shared/fact-rows.ts';
import { repeatWith } from '../shared/rewrite-command.ts';
import { forWindows } from './windows-words.ts';

const CODE = 'pip-replaces-itself';

export const pipReplacesItself = defineDiagnostic<PipReplacesItself, object>({
  code: CODE,
  title: 'pip.exe cannot be replaced while it runs (Windows)',
  ...NO_OWN_FACTS,
  describe,
});

/** Windows replaces no program that runs. pipward's own pip.exe is another file than the one that pip brings along. */
function describe(_: PipReplacesItself, known: CallFacts, command: PipCommand): Diagnostic {
  const facts = forWindows(known);
  const { isLog, caller } = facts;
  const repeated = repeatWith(startResolved('pip', facts), command, caller.shell);
  return {
    severity: 'advice',
    code: CODE,
    headline: 'pip.exe cannot be replaced while it runs',
    facts: [...interpreterRow(facts), { label: 'result', text: 'pip was not changed' }],
    blocks: isLog
      ? [
          readyBlock(
            'fix',
            'start pip through Python',
            joinCommand([...startResolved('pip', facts), 'install', '--upgrade', 'pip'], caller.shell),
          ),
          noteBlock('with pipward, `pip install --upgrade pip` works as well: its pip.exe is another file'),
        ]
      : [
          {
            kind: 'fix',
            title: 'close other windows in which pip runs, then start it through Python',
            commands: [repeated.text],
            applicability: repeated.applicability,
            needs: [pipNeed(repeated.arguments)],
          },
        ],
  };
}
