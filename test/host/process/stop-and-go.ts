import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { passSignals } from '../../../src/host/process/signals.ts';

/** Passes signals on to a process that sleeps, and does not look at them before the file `go` is there. */
export async function main([go = '']: readonly string[]): Promise<number> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  const passing = passSignals(
    [],
    () => child,
    () => null,
  );
  passing.catchRest('0');
  process.stdout.write(`${process.pid}\n`);
  // Without a turn of the event loop: signals are caught meanwhile, and told afterwards.
  await new Promise((resolve) => setTimeout(resolve, 0));
  while (!existsSync(go));
  // Turns enough for all that follows from a signal.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  child.kill('SIGKILL');
  process.stdout.write('end\n');
  return 0;
}
