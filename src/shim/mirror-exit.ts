import { dieBySignal } from '../host/process/die-by-signal.ts';
import { EXIT } from '../model/exit.ts';
import type { Outcome } from '../model/observation.ts';

/** Ends this process as pip ended: with its status, or by its signal. */
export function mirrorExit(own: Pick<NodeJS.Process, 'exit'>, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'exited':
      own.exit(outcome.status);
      break;
    case 'signalled':
      dieBySignal(outcome.signal);
      break;
    case 'not-started':
      own.exit(outcome.reason === 'missing' ? EXIT.notFound : EXIT.notRunnable);
      break;
  }
}
