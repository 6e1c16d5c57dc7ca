import { readFileSync } from 'node:fs';

/** Returns /proc/PID/stat: the program's name, and the fields by their numbers in proc(5), from 3 on. Null where there is none. */
export function readStat(
  pid: number | 'self',
): { readonly name: string; readonly field: (number: number) => string | undefined } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, the second field, is in brackets and may hold anything.
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    return { name: stat.slice(stat.indexOf('(') + 1, end), field: (number) => fields[number - 3] };
  } catch {
    return null;
  }
}
