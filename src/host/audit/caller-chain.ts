import type { AuditedProcess } from '../../model/audit-record.ts';
import { readStat } from '../read-stat.ts';

const MAX_ANCESTORS = 8;
const SHELL = /^-?(?:ba|da|a|z|k|mk|pdk|fi|tc|c)?sh$|^busybox$/;

/** The program that called pip, and the processes above this one, the nearest first. */
export type CallerChain = { readonly caller: AuditedProcess | null; readonly ancestors: readonly AuditedProcess[] };

type Process = AuditedProcess & { readonly group: string | undefined };

/**
 * Reads the processes above this one from /proc; none where there is no /proc. `name`: that of the shim, whose own processes
 * are left out: in mode decide Node is a child of the shim. The caller is the nearest program of the same job that is not
 * a shell (`make`, of `make` and its `sh -c`), else the process that started pip.
 */
export function readCallerChain(name: string, mode: string | undefined): CallerChain {
  const group = readStat('self')?.field(5);
  let chain: Process[] = [];
  for (let pid = process.ppid; pid > 0 && chain.length < MAX_ANCESTORS;) {
    const stat = readStat(pid);
    if (stat === null) break;
    chain.push({ name: stat.name, pid, group: stat.field(5) });
    pid = Number(stat.field(4));
  }
  if (mode === 'decide') {
    const own = chain.findIndex((each) => each.name !== name.slice(0, 15) && each.name !== 'timeout');
    chain = own === -1 ? [] : chain.slice(own);
  }
  const caller = chain.find((each) => each.group === group && !SHELL.test(each.name)) ?? chain[0] ?? null;
  const tell = ({ name: program, pid }: Process): AuditedProcess => ({ name: program, pid });
  return { caller: caller === null ? null : tell(caller), ancestors: chain.map(tell) };
}
