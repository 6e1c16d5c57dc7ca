import path from 'node:path';
import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { startModule } from '../../pip/module-command.ts';
import { joinCommand } from '../../terminal/quote.ts';
import type { LauncherBroken } from '../cause/windows-failure.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { describePython, noteBlock, readyBlock } from '../shared/fixes.ts';
import { chooseHeadline } from '../shared/fact-rows.ts';
import { installFromSameSources } from '../shared/rewrite-command.ts';
import { forWindows, showEnd } from './windows-words.ts';

const CODE = 'launcher-broken';

export const launcherBroken = defineDiagnostic<LauncherBroken, object>({
  code: CODE,
  title: 'a program of a Python that is gone, or was moved (Windows)',
  ...NO_OWN_FACTS,
  describe,
});

/** The programs that pip installs on Windows hold the path of their Python. */
function describe({ python, program }: LauncherBroken, facts: CallFacts, command: PipCommand): Diagnostic {
  const name = program === null ? null : path.win32.basename(program);
  return {
    severity: 'advice',
    code: CODE,
    headline: chooseHeadline(
      'advice',
      CODE,
      ...(name === null ? [] : [`${name} starts a Python that is not there`]),
      'this program starts a Python that is not there',
    ),
    facts: [
      ...(program === null ? [] : [{ label: 'program', text: showEnd(program) }]),
      ...(python === null ? [] : [{ label: 'starts', text: showEnd(python) }]),
      { label: 'because', text: 'that Python was removed, or the environment was moved or renamed' },
    ],
    blocks: [
      writeAgain(name, forWindows(facts), command),
      noteBlock('an environment that was moved or renamed has to be created again'),
      noteBlock("pipward's own pip.exe holds no such path: with it, pip still works"),
    ],
  };
}

/** An install writes the program again, for the Python that it is started with. */
function writeAgain(name: string | null, facts: CallFacts, command: PipCommand): Block {
  const isPip = name !== null && /^pip[\d.]*\.exe$/i.test(name);
  const install = installFromSameSources([isPip ? 'pip' : 'PACKAGE'], command);
  const title = 'recreate the program, with the Python that you mean';
  if (install === null) return noteBlock(`${title}: pip install --force-reinstall`);
  const words = install.toSpliced(1, 1, '--force-reinstall', '--no-deps');
  const written = joinCommand(
    [...startModule(describePython('python', null), 'pip', facts.isShadowed), ...words],
    facts.caller.shell,
  );
  return { ...readyBlock('fix', title, written), applicability: isPip ? 'ready' : 'has-placeholder' };
}
