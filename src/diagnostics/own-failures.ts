import type { Diagnostic } from '../model/diagnostic.ts';
import { noteBlock, readyBlock } from './fixes.ts';

const MOST_MESSAGE = 200;

/** What pipward starts comes back to pipward. */
export function describeCallLoop(depth: number): Diagnostic {
  return {
    severity: 'error',
    code: 'call-loop',
    headline: 'pip and pipward call each other without end',
    facts: [
      { label: 'depth', text: `${depth} calls, each started by the one before` },
      { label: 'result', text: 'pip was not run again, the loop ends here' },
    ],
    blocks: [
      readyBlock('fix', 'find the program that calls pip again', 'pipward doctor'),
      noteBlock('often a wrapper named pip or python that looks itself up on PATH'),
    ],
  };
}

/** We broke. */
export function describeInternalError(message: string, refused: boolean): Diagnostic {
  const text = message.length > MOST_MESSAGE ? `${message.slice(0, MOST_MESSAGE)}...` : message;
  return {
    severity: refused ? 'error' : 'warning',
    code: 'internal-error',
    headline: 'pipward itself failed; this is no error of pip',
    facts: [
      { label: 'message', text },
      {
        label: 'result',
        text: refused ? 'a policy is enforced, so pip was not run' : 'pip was run without pipward',
      },
    ],
    blocks: [readyBlock('fix', 'see whether the installation is whole', 'pipward doctor')],
  };
}
