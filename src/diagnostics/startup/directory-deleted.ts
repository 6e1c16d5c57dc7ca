import type { Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { hasSeen, type EndedRun } from '../cause/ended-run.ts';
import { findFailure } from '../cause/install-location.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { noteBlock, readyBlock } from '../shared/fixes.ts';

const CODE = 'directory-deleted';

type DirectoryDeleted = { readonly code: typeof CODE };

export const directoryDeleted = defineDiagnostic<DirectoryDeleted, object>({
  code: CODE,
  title: 'the current directory was deleted',
  ...NO_OWN_FACTS,
  describe: (_, facts) => describe(facts),
});

/** Outside of environments no pip works there; in one, only what needs no current directory does. */
export function findDirectoryDeleted(run: EndedRun): DirectoryDeleted | null {
  const isEnd = (run.status === 1 && hasSeen(run, 'no-directory')) || findFailure(run, 'directory-lost') !== null;
  return isEnd ? { code: CODE } : null;
}

function describe({ caller, isLog, platform }: CallFacts): Diagnostic {
  // (Windows deletes no directory that a process is in, but a share may go away.)
  const isTyped = caller.keepsState && !isLog && platform !== 'win32';
  return {
    severity: 'advice',
    code: CODE,
    headline: 'the current directory was deleted',
    facts: [{ label: 'result', text: 'pip changed nothing' }],
    blocks: isTyped
      ? [
          readyBlock('fix', 'go to a directory that exists, then repeat the command', 'cd'),
          readyBlock('fix', 'if there is a new directory of the same name, enter that one', 'cd "$PWD"'),
        ]
      : [noteBlock('start pip in a directory that exists')],
  };
}
