import type { Block, Diagnostic } from '../../model/diagnostic.ts';
import type { CallFacts } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import { hasSafePath } from '../../pip/command-line.ts';
import { startModule } from '../../pip/module-command.ts';
import { defineDiagnostic, NO_OWN_FACTS } from '../define.ts';
import { describePython, noteBlock, readyBlock } from '../shared/fixes.ts';
import { repeatWith } from '../shared/rewrite-command.ts';

const MAX_MESSAGE = 200;

type CallLoop = { readonly code: 'call-loop'; readonly depth: number };

export const callLoop = defineDiagnostic<CallLoop, object>({
  code: 'call-loop',
  title: 'pip and pipward call each other in a loop',
  isRefusal: () => true,
  ...NO_OWN_FACTS,
  describe: describeCallLoop,
});

type InternalError = { readonly code: 'internal-error'; readonly message: string };

export const internalError = defineDiagnostic<InternalError, object>({
  code: 'internal-error',
  title: 'pipward itself failed',
  isRefusal: () => true,
  ...NO_OWN_FACTS,
  describe: describeInternalError,
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

/** An error in pipward. */
function describeInternalError({ message }: InternalError, facts: CallFacts, command: PipCommand): Diagnostic {
  const text = message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}...` : message;
  return {
    severity: 'error',
    code: 'internal-error',
    headline: 'pipward itself failed; this is not an error in pip',
    facts: [
      { label: 'message', text },
      { label: 'result', text: 'pip was not run, nothing changed' },
    ],
    blocks: [
      readyBlock('check', 'check the installation', 'pipward doctor'),
      compareBlock(facts, command, 'PIPWARD_ADVICE=off only hides advice'),
    ],
  };
}
