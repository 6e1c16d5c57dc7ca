import { constants } from 'node:os';
import type { InheritedState } from './inherited-state.ts';

/**
 * Returns the names of the signals that were ignored when sh was called. `ignored`: SigIgn of /proc/self/status, a bit
 * mask in hexadecimal (proc(5)), or what bash's `trap` lists. All shells but dash ignore QUIT themselves while they run a
 * script: there it counts only together with INT, as a shell without job control ignores both for what it runs in the
 * background. (Real-time signals stay ignored by themselves: neither Node nor libuv changes them.)
 */
export function listIgnoredSignals({
  ignored: recorded,
  isDash,
}: Pick<InheritedState, 'ignored' | 'isDash'>): readonly string[] {
  if (/^0*$/.test(recorded)) return [];
  const isMask = /^[0-9a-f]+$/i.test(recorded);
  const mask = BigInt(isMask ? `0x${recorded}` : 0);
  const listed = new Set([...recorded.matchAll(/^trap -- '' (?:SIG)?([A-Z0-9]+)$/gm)].map(([, name]) => `SIG${name}`));
  const seen = new Set<number>();
  const names = Object.entries(constants.signals).filter(([name, number]) => {
    // SIGIOT is SIGABRT, SIGPOLL is SIGIO.
    const isNew = !seen.has(number);
    seen.add(number);
    return isNew && (isMask ? ((mask >> BigInt(number - 1)) & 1n) === 1n : listed.has(name));
  });
  const ignored = names.map(([name]) => name).filter((name) => name !== 'SIGKILL' && name !== 'SIGSTOP');
  return ignored.includes('SIGINT') || isDash ? ignored : ignored.filter((name) => name !== 'SIGQUIT');
}
