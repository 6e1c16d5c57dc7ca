import { spawn } from 'node:child_process';
import type { StartCommand } from '../model/action.ts';
import type { Outcome } from '../model/observation.ts';
import { errorCode } from './error-code.ts';
import { passSignals } from './signals.ts';

/** Runs a program with our own descriptors, to its end; signals to us are passed on meanwhile. Never rejects. */
export function runInherited(
  [file, ...args]: StartCommand,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Outcome> {
  return new Promise((resolve) => {
    const stopPassing = passSignals(
      [],
      () => child,
      // A key reaches it by itself; what is sent to us alone cannot be told from that.
      () => Promise.resolve(null),
    );
    const child = spawn(file, args, { env, stdio: 'inherit' });
    const end = (outcome: Outcome) => {
      stopPassing();
      resolve(outcome);
    };
    child.once('error', (error) => {
      if (child.pid === undefined) {
        end({ kind: 'not-started', reason: errorCode(error) === 'ENOENT' ? 'missing' : 'failed' });
      }
    });
    child.once('exit', (status, signal) => {
      end(signal === null ? { kind: 'exited', status: status ?? 1 } : { kind: 'signalled', signal });
    });
  });
}
