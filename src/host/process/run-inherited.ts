import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import type { StartCommand } from '../../model/decision.ts';
import type { Outcome } from '../../model/observation.ts';
import { errorCode } from '../error-code.ts';
import { passSignals, type Passing } from './signals.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Runs a program with our own descriptors, to its end; signals to us are passed on meanwhile. Never rejects. */
export function runInherited(command: StartCommand, env: Variables): Promise<Outcome> {
  return runToEnd(command, env, 'inherit', () => {});
}

/** The same without a stdin, and with what it says, on either stream, collected. */
export async function runCollected(
  command: StartCommand,
  env: Variables,
): Promise<{ readonly outcome: Outcome; readonly output: string }> {
  let output = '';
  const outcome = await runToEnd(command, env, ['ignore', 'pipe', 'pipe'], ({ stdout, stderr }) => {
    for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  });
  return { outcome, output };
}

function runToEnd(
  [file, ...args]: StartCommand,
  env: Variables,
  stdio: StdioOptions,
  onStart: (child: ChildProcess) => void,
): Promise<Outcome> {
  return new Promise((resolve) => {
    // Windows has none, and its Node refuses to handle most of them.
    const passing = process.platform === 'win32' ? null : passSignalsTo(() => child);
    const child = spawn(file, args, { env, stdio, windowsHide: true });
    onStart(child);
    const end = (outcome: Outcome) => {
      passing?.stop();
      resolve(outcome);
    };
    child.once('error', (error) => {
      if (child.pid === undefined) {
        end({ kind: 'not-started', reason: errorCode(error) === 'ENOENT' ? 'missing' : 'failed' });
      }
    });
    child.once('close', (status, signal) => {
      end(signal === null ? { kind: 'exited', status: status ?? 1 } : { kind: 'signalled', signal });
    });
  });
}

function passSignalsTo(child: () => ChildProcess): Passing {
  // A key reaches it by itself; what is sent to us alone cannot be told from that.
  return passSignals([], child, () => null);
}
