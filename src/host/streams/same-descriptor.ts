import { fstatSync, readFileSync } from 'node:fs';
import { readStat } from '../read-stat.ts';

/** Device number of /dev/tty, which means the controlling terminal: 5, 0 (Linux, Documentation/admin-guide/devices.txt). */
const CONTROLLING_TERMINAL = 0x500;

const ACCESS_MODE = 3;
const READ_ONLY = 0;

/** Whether a descriptor can be written to, by the flags of open(2) in /proc/PID/fdinfo (proc(5)); true where there are none. */
export function isForWriting(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & ACCESS_MODE) !== READ_ONLY;
  } catch {
    return true;
  }
}

/** Whether two descriptors lead to one file, pipe or terminal (device and inode). */
export function isSameFile(a: number, b: number): boolean {
  const [one, other] = [fstatSync(a), fstatSync(b)];
  return one.dev === other.dev && one.ino === other.ino && one.rdev === other.rdev;
}

/** Whether two terminals are one. `2>/dev/tty` is the terminal under another name. */
export function isSameTerminal(a: number, b: number): boolean {
  if (isSameFile(a, b)) return true;
  const [one, other] = [fstatSync(a).rdev, fstatSync(b).rdev];
  const controlling = one === CONTROLLING_TERMINAL || other === CONTROLLING_TERMINAL ? readControllingTerminal() : null;
  return controlling !== null && [one, other].every((rdev) => rdev === CONTROLLING_TERMINAL || rdev === controlling);
}

/** Whether a descriptor is the terminal that this process gets by opening /dev/tty. */
export function isControllingTerminal(fd: number): boolean {
  const { rdev } = fstatSync(fd);
  return rdev === CONTROLLING_TERMINAL || rdev === readControllingTerminal();
}

/** tty_nr of proc(5), encoded as rdev is for numbers below 256 (proc(5)); null where there is none. */
function readControllingTerminal(): number | null {
  return Number(readStat('self')?.field(7)) || null;
}
