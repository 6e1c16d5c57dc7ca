import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isOwnShim } from '../setup/files/installation.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Finding } from '../doctor/finding.ts';
import { listOnPath } from '../doctor/check-path.ts';
import { listOnWindowsPath } from '../doctor/check-windows.ts';
import { isSameWindowsFolder } from '../setup/windows/path-value.ts';
import { readVariable } from '../../util/variables.ts';
import { MANIFEST } from '../setup/plan/manifest.ts';
import { readStat } from '../../host/read-stat.ts';

/** Linux counts in hundredths for every program (USER_HZ), whatever its kernel counts in. */
const TICKS_A_SECOND = 100;
const REMEMBERING = /^(?:(?:ba|da|z|k|mk|a|tc|c)?sh(?:93)?|busybox)$/;

/**
 * bash, dash, zsh and ash remember where they found a command, until PATH is set or they are told to forget. Only the
 * shell itself can say what it remembers; that it may be something else than we are shows in its age, which /proc has.
 */
export function checkMemory(prefix: string, parent = process.ppid): readonly Finding[] {
  const started = readShellStart(parent);
  const installed = statSync(path.join(prefix, MANIFEST), { throwIfNoEntry: false });
  if (started === null || installed === undefined || started >= installed.mtimeMs) return [];
  const text = 'this shell is older than the last setup, and may still start another pip: `type pip` shows it';
  return [{ subject: 'shell', state: 'note', text, fix: 'hash -r (in tcsh: rehash), or a new shell' }];
}

/** Returns why the name, typed in this shell, starts something else than pipward; null where PATH does not say so. */
export function findDetour(context: CallContext): string | null {
  if (context.platform === 'win32') return findWindowsDetour(context);
  const { name, env, files } = context;
  const hits = listOnPath({ env, files }, name);
  const [first] = hits;
  const active = env['VIRTUAL_ENV'] ?? env['CONDA_PREFIX'];
  // The pip of what is active works for what is active.
  if (first === undefined || isOwnShim(first) || (active && first.startsWith(`${active}/`))) return null;
  return hits.some((file) => isOwnShim(file))
    ? `${first} stands before pipward on PATH: that is what ${name} starts in this shell`
    : `pipward is not on PATH: ${name} starts ${first} in this shell`;
}

function findWindowsDetour(context: CallContext): string | null {
  const { name, shimsDirectory } = context;
  const programs = listOnWindowsPath(context, name);
  const isOurs = (file: string) =>
    shimsDirectory !== null && isSameWindowsFolder(path.win32.dirname(file), shimsDirectory);
  const [first] = programs;
  const active = readVariable(context, 'VIRTUAL_ENV') ?? readVariable(context, 'CONDA_PREFIX');
  const isActive = active !== null && first?.toLowerCase().startsWith(`${active.toLowerCase()}\\`) === true;
  if (first === undefined || isOurs(first) || isActive) return null;
  return programs.some((file) => isOurs(file))
    ? `${first} comes before pipward on PATH: that is what ${name} starts in this shell`
    : `pipward is not on PATH: ${name} starts ${first} in this shell`;
}

/** When a shell that remembers started, in milliseconds since the epoch; null for other programs, and where it cannot be read. */
function readShellStart(pid: number): number | null {
  try {
    const stat = readStat(pid);
    if (stat === null || !REMEMBERING.test(stat.name)) return null;
    // starttime of proc(5).
    const ticks = Number(stat.field(22));
    const [uptime] = readFileSync('/proc/uptime', 'latin1').split(' ');
    return Date.now() - (Number(uptime) - ticks / TICKS_A_SECOND) * 1000;
  } catch {
    return null;
  }
}
