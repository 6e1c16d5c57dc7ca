import { dieBySignal } from '../host/process/die-by-signal.ts';
import { EXIT } from '../model/exit.ts';
import type { Outcome } from '../model/observation.ts';

/** Ends this process as pip ended: with its status, or by its signal. */
export function mirrorExit(own: Pick<NodeJS.Process, 'exit'>, outcome: Outcome): void {
  const status = mirrorSignal(outcome);
  if (outcome.kind !== 'signalled') own.exit(status);
}

/** Returns the status that says how pip ended; ends this process if that was by a signal. */
export function mirrorSignal(outcome: Outcome): number {
  switch (outcome.kind) {
    case 'exited':
      return outcome.status;
    case 'signalled':
      dieBySignal(outcome.signal);
      // The first process of a container survives that, and has the status set.
      return Number(process.exitCode ?? 1);
    case 'not-started':
      return outcome.reason === 'missing' ? EXIT.notFound : EXIT.notRunnable;
  }
}
