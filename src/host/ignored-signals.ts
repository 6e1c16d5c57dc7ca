import { constants } from 'node:os';

/**
 * Returns the names of the signals that were ignored when sh was called. `recorded`: SigIgn of /proc/self/status, a bit
 * mask in hexadecimal (proc(5)), and `dash` after it if that was the shell; or what bash's `trap` lists. bash, busybox
 * and zsh ignore QUIT themselves while they run a script: of these it counts only together with INT, as a shell without
 * job control ignores both for what it runs in the background. (Real-time signals stay ignored by themselves: neither
 * Node nor libuv changes them.)
 */
export function listIgnoredSignals(recorded: string): readonly string[] {
  const [, digits, shell] = /^([0-9a-f]+)( dash)?$/i.exec(recorded) ?? [];
  const isMask = digits !== undefined;
  const mask = BigInt(`0x${digits ?? 0}`);
  if (mask === 0n && isMask) return [];
  const listed = new Set([...recorded.matchAll(/^trap -- '' (?:SIG)?([A-Z0-9]+)$/gm)].map(([, name]) => `SIG${name}`));
  const seen = new Set<number>();
  const names = Object.entries(constants.signals).filter(([name, number]) => {
    // SIGIOT is SIGABRT, SIGPOLL is SIGIO.
    const isNew = !seen.has(number);
    seen.add(number);
    return isNew && (isMask ? ((mask >> BigInt(number - 1)) & 1n) === 1n : listed.has(name));
  });
  const ignored = names.map(([name]) => name).filter((name) => name !== 'SIGKILL' && name !== 'SIGSTOP');
  return ignored.includes('SIGINT') || shell !== undefined ? ignored : ignored.filter((name) => name !== 'SIGQUIT');
}
