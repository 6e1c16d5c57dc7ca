import type { Block } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import { aptBlock, isDistributionPython, noteBlock } from '../shared/fixes.ts';

/** What to do where tkinter is missing: no index has it. */
export function missingTkBlock(facts: CallFacts): Block {
  if (facts.tools.apt && isDistributionPython(facts)) {
    return aptBlock('install it: Debian has it in a separate package', facts, 'python3-tk');
  }
  return noteBlock(
    facts.platform === 'win32'
      ? 'if it is missing, start the installer of this Python again: Modify, then "tcl/tk and IDLE"'
      : 'if it is missing, this Python was built without Tk',
  );
}
