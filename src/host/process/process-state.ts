import { readFileSync } from 'node:fs';
import { readStat } from '../read-stat.ts';
import { hasSignal } from './signal-numbers.ts';

/** What /proc says of another process; null where there is no /proc, or the process is gone. */
type Status = Readonly<Record<string, string>>;

/** Returns the lines of /proc/PID/status by their keys (proc(5)). */
export function readStatus(pid: number): Status | null {
  try {
    const lines = readFileSync(`/proc/${pid}/status`, 'latin1').split('\n');
    return Object.fromEntries(
      lines.map((line) => {
        const [key = '', ...value] = line.split(':\t');
        return [key, value.join(':\t')];
      }),
    );
  } catch {
    return null;
  }
}

/** Whether the default action of this signal will happen: it is neither caught nor ignored nor blocked there. */
export function takesDefaultAction(pid: number, signal: number): boolean {
  const status = readStatus(pid);
  if (status === null) return false;
  return ['SigCgt', 'SigIgn', 'SigBlk'].every((key) => !hasSignal(status[key] ?? '0', signal));
}

/** Whether a process is stopped, or has this signal on its way to it. */
export function isStoppedOrPending(pid: number, signal: number): boolean {
  const status = readStatus(pid);
  if (status === null) return false;
  return (
    /^[Tt]/.test(status['State'] ?? '') || ['SigPnd', 'ShdPnd'].some((key) => hasSignal(status[key] ?? '0', signal))
  );
}

/**
 * Returns the signal that ended a child of ours which is not reaped yet; null if it has not ended so, or cannot be seen.
 * Node tells no real-time signal from an exit with status 0, but the kernel shows how a process ends from the moment
 * when it begins to (proc(5), /proc/PID/stat, exit_code).
 */
export function readDeath(pid: number): number | null {
  const stat = readStat(pid);
  return stat === null ? null : Number(stat.field(52)) & 0x7f || null;
}
