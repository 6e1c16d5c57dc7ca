import { readdirSync, readFileSync } from 'node:fs';
import { LIMIT_SECONDS } from './limits.ts';

const LOOK_MILLISECONDS = 25;

export type ProcessState = {
  /** One letter of proc(5): `S`, `T` stopped, `Z` a zombie, whose parent has not looked yet. */
  readonly state: string;
  readonly group: number;
  readonly session: number;
  /** Foreground group of its terminal; -1 without one. */
  readonly foreground: number;
};

/** What /proc/PID/stat says; null for a process that is gone. */
export function readProcess(pid: number): ProcessState | null {
  try {
    // After the name in brackets: state, ppid, pgrp, session, tty_nr, tpgid.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state = '', , group, session, , foreground] = fields;
    return { state, group: Number(group), session: Number(session), foreground: Number(foreground) };
  } catch {
    return null;
  }
}

/** Process ids of a terminal session without its shell, which leads it, and without zombies. */
export function listSession(leader: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const found = pid === leader ? null : readProcess(pid);
      return found?.session === leader && !/[ZX]/.test(found.state);
    });
}

/** Looks until it is so, or until the limit is reached; returns whether it is. */
export async function waitUntil(isSo: () => boolean, seconds = LIMIT_SECONDS): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (!isSo()) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
  return true;
}

/** Waits for the end of a process. A zombie is gone: its parent has not looked yet. */
export function isGone(pid: number): Promise<boolean> {
  return waitUntil(() => /^[ZX]?$/.test(readProcess(pid)?.state ?? ''));
}
