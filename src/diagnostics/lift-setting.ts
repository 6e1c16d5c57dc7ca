import type { Block } from '../model/diagnostic.ts';
import type { AdviceFacts, SettingFacts } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import { unsetCommand } from '../terminal/activation.ts';
import { describeOrigin } from './accepted.ts';
import { noteBlock } from './fixes.ts';
import { repeatAsTyped, repeatWithout, type Printed } from './repeat.ts';

/** A fix that ends with a command of the person's, changed or not. */
export const printedFix = (title: string, { text, applicability }: Printed, ...before: readonly string[]): Block => ({
  kind: 'fix',
  title,
  commands: [...before, text],
  applicability,
});

/** How to do without a setting, wherever it was made. */
export function liftBlock(
  { origin }: SettingFacts,
  option: string,
  takesValue: boolean,
  title: string,
  { caller }: AdviceFacts,
  command: PipCommand,
): Block {
  switch (origin.kind) {
    case 'command-line':
      return printedFix(title, repeatWithout(command, option, takesValue, caller.shell));
    case 'variable':
      return printedFix(title, repeatAsTyped(command, caller.shell), unsetCommand(origin.name, caller.shell));
    case 'file':
      return noteBlock(`${title}: take that line out of ${describeOrigin(origin, caller.home)}`);
  }
}
