import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readStatus } from '../../../src/host/process/process-state.ts';
import { waitUntil } from '../../support/processes.ts';
import { hasProgram } from '../../support/sandbox.ts';

const checkout = path.join(import.meta.dirname, '..', '..', '..');

/**
 * The kernel stops a process only if a parent in its session may continue it: here bash, which makes a process group for it
 * and waits until its own stdin is closed.
 */
const JOB = 'set -m; "$@" </dev/null & exec cat >/dev/null';

/** Returns whether the process that passes signals on has stopped, after it has caught these one after the other. */
async function isStoppedAfter(...signals: readonly NodeJS.Signals[]): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-test-'));
  const go = path.join(folder, 'go');
  const program = [process.execPath, 'run-typescript.mjs', path.join('test', 'host', 'process', 'stop-and-go.ts'), go];
  const bash = spawn('/bin/bash', ['-c', JOB, 'bash', ...program], {
    cwd: checkout,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let output = '';
  bash.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const pid = () => Number(/^(\d+)\n/.exec(output)?.[1] ?? 0);
  const hasEnded = () => output.endsWith('end\n');
  const isStopped = () => readStatus(pid())?.['State']?.startsWith('T') === true;
  const isPending = () => {
    const status = readStatus(pid());
    return /[1-9a-f]/.test(`${status?.['SigPnd']}${status?.['ShdPnd']}`);
  };
  try {
    expect(await waitUntil(() => pid() > 0)).toBe(true);
    for (const signal of signals) {
      process.kill(pid(), signal);
      await waitUntil(() => !isPending());
    }
    writeFileSync(go, '');
    expect(await waitUntil(() => hasEnded() || isStopped())).toBe(true);
    const stopped = isStopped();
    if (stopped) process.kill(pid(), 'SIGCONT');
    expect(await waitUntil(hasEnded)).toBe(true);
    return stopped;
  } finally {
    if (!hasEnded() && pid() > 0) process.kill(pid(), 'SIGKILL');
    bash.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

test.skipIf(process.platform !== 'linux' || !hasProgram('bash')).each([
  ['TSTP', ['SIGTSTP'], true],
  ['CONT, then TSTP', ['SIGCONT', 'SIGTSTP'], true],
  ['TSTP, then CONT: nothing is to be stopped any more', ['SIGTSTP', 'SIGCONT'], false],
  ['TTOU, then CONT', ['SIGTTOU', 'SIGCONT'], false],
] as const)('told late: %s (Linux with bash only)', async (_, signals, stops) => {
  expect(await isStoppedAfter(...signals)).toBe(stops);
});
