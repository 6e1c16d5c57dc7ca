// What shells do to the processes that they start, whatever the script says.

import type { Case } from './case.ts';
import { SHELLS } from './choices.ts';

/** A bit of a mask in /proc/PID/status. */
export const bit = (signal: number) => 1n << BigInt(signal - 1);
const [ALRM, CHLD, WINCH] = [bit(14), bit(17), bit(28)];
const JOB_CONTROL = bit(20) | bit(21) | bit(22);
const ALL = bit(65) - 1n;

/** Signals that a shell no longer ignores, or blocks, for what it starts. */
export const TAKEN_BY_SHELL: readonly (readonly [status: string, shell: RegExp, signals: bigint])[] = [
  ['SigIgn', /^(?:direct|dash|bash|busybox)/, CHLD],
  ['SigIgn', /^zsh/, JOB_CONTROL | WINCH | CHLD],
  ['SigIgn', /^m?ksh$/, WINCH | ALRM | CHLD],
  ['SigBlk', /^zsh/, CHLD | WINCH],
  ['SigBlk', /^(?:bash|busybox)/, CHLD],
  ['SigBlk', /^m?ksh$/, ALL],
];

/**
 * Whether all descriptors that sh can name are open: then bash closes dash's own of the shim. find leaves the directory that
 * it started in open for its command, where one of its own 0 to 2 is closed.
 */
export function isClosedByBash({ extra, wrapper, io }: Pick<Case, 'extra' | 'wrapper' | 'io'>): boolean {
  const free = [3, 4, 5, 6, 7, 8, 9].filter((fd) => !(fd in extra)).length;
  return free === (wrapper === 'find' && io.includes('closed') ? 1 : 0) || free === 0;
}

/** The file name of a shell that may run the shim: `dash` of `direct`, too. */
export const programOf = (shell: string) => SHELLS[shell]?.[0] ?? 'dash';

export const readMask = (text: unknown) => BigInt(`0x${String(text).trim()}`);

/** Variables that each sh sets for itself, and what they look like then. */
export const OVERWRITTEN_BY_SH: Readonly<Record<string, RegExp>> = {
  PWD: /^'(?:\/.*|\.?)'$/,
  PPID: /^'\d+'$/,
  // zsh says `.` for a directory that was deleted.
  OLDPWD: /^'(?:\/.*|\.)'$/,
  OPTIND: /^'1'$/,
  COLUMNS: /^'\d+'$/,
  LINES: /^'\d+'$/,
  IFS: /^' \\t\\n'$/,
  _: /\/(?:node|bin\/python)'$/,
};

/** Variables that a shell adds, and which ones do. */
export const ADDED_BY_SHELL: Readonly<Record<string, RegExp>> = {
  _: /^(?:bash|zsh|ksh|mksh)/,
  OLDPWD: /^(?:bash|zsh|ksh)/,
  LOGNAME: /^zsh/,
  HOME: /^zsh/,
  A__z: /^ksh/,
};
