import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { hasSafePath } from '../../pip/command-line.ts';
import { startModule } from '../../pip/module-command.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { describePython, noteBlock, readyBlock } from '../shared/fixes.ts';
import { repeatWith } from '../shared/rewrite-command.ts';

type CallLoop = { readonly code: 'call-loop'; readonly depth: number };

export const callLoop = defineDiagnostic<CallLoop, object>({
  code: 'call-loop',
  title: 'pip and pipward call each other in a loop',
  isRefusal: () => true,
  ...NO_OWN_FACTS,
  describe: describeCallLoop,
});

/** How to tell in ten seconds whether pipward is to blame: the same call without it, as `pipward which` prints it. */
function compareBlock({ interpreter, caller, isShadowed }: CallFacts, command: PipCommand, hint: string): Block {
  if (interpreter === null) {
    return noteBlock(
      `to see whether pipward is to blame, run the command after "starts" in \`pipward which\`; ${hint}`,
    );
  }
  // As the shim starts it, where that is short.
  const isSafe = isShadowed || hasSafePath(interpreter);
  const start = startModule(describePython(interpreter.executable, interpreter), 'pip', isSafe);
  const { text, applicability } = repeatWith(start, command, caller.shell);
  const title = `to see whether pipward is to blame, run the same command without pipward; ${hint}`;
  return { kind: 'note', title, commands: [text], applicability, needs: [] };
}

/** What pipward starts comes back to pipward. */
function describeCallLoop({ depth }: CallLoop, facts: CallFacts, command: PipCommand): Diagnostic {
  return {
    severity: 'error',
    code: 'call-loop',
    headline: 'pip and pipward keep calling each other',
    facts: [
      { label: 'depth', text: `${depth} calls, each started by the one before` },
      { label: 'result', text: 'pip was not run again, the loop ends here' },
    ],
    blocks: [
      readyBlock('check', 'find the program that calls pip again', 'pipward doctor'),
      noteBlock('usual cause: a script named python or pip that calls pip, and finds pipward on PATH'),
      compareBlock(facts, command, 'if that loops, too, pipward is not the cause'),
    ],
  };
}
