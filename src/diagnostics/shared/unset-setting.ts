import type { Block, Step } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipSetting } from '../../model/pip-call.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { unsetCommand } from '../../terminal/activation.ts';
import { describeOrigin } from '../policy/setting-origin.ts';
import { noteBlock, pipNeed } from './fixes.ts';
import { repeatAsTyped, repeatWithout, type Printed } from './rewrite-command.ts';

/** Returns a fix that ends with the user's call, changed or not. `before`: commands or steps that come first. */
export function printedFix(
  title: string,
  { text, applicability, arguments: words }: Printed,
  ...before: readonly (string | Step)[]
): Block {
  const steps = before.map((each) => (typeof each === 'string' ? { text: each, pip: null, needs: [] } : each));
  return {
    kind: 'fix',
    title,
    commands: [...steps.map((step) => step.text), text],
    applicability,
    needs: [...steps.flatMap(({ needs }) => needs), pipNeed(words)],
    repeat: { arguments: words, before: steps },
  };
}

/** Returns the fix or note that avoids a setting, wherever it is set. */
export function liftBlock(
  { origin }: PipSetting,
  option: string,
  title: string,
  { caller }: CallFacts,
  command: PipCommand,
): Block {
  switch (origin.kind) {
    case 'command-line':
      return printedFix(title, repeatWithout(command, option, caller.shell));
    case 'variable':
      return printedFix(title, repeatAsTyped(command, caller.shell), unsetCommand(origin.name, caller.shell));
    case 'file':
      return noteBlock(`${title}: remove that line from ${describeOrigin(origin, caller.home)}`);
  }
}
