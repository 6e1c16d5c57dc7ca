import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Surroundings } from '../model/surroundings.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const TIDY_ABOVE = 200;

/**
 * Whether this was shown in full for this directory within a day; remembers that it is shown now. A state folder that
 * cannot be written means: not shown. One empty file a code and directory, its time is the time of the showing.
 */
export function wasShownToday({ env, home, cwd }: Surroundings, code: string): boolean {
  const folder = findShownFolder(env, home);
  if (folder === null) return false;
  const key = `${code}-${hashText(cwd ?? '')}`;
  const file = path.join(folder, key);
  try {
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < DAY_MILLISECONDS) return true;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    tidy(folder);
    rmSync(file, { force: true });
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  } catch {
    // Unwritable state: show in full each time.
  }
  return false;
}

/** The folder that the memory is in; null where the home directory is unknown. */
export function findShownFolder(env: Surroundings['env'], home: string | null): string | null {
  const base = env['XDG_STATE_HOME']?.startsWith('/')
    ? env['XDG_STATE_HOME']
    : home && path.join(home, '.local', 'state');
  return base ? path.join(base, 'pipward', 'shown') : null;
}

function tidy(folder: string) {
  const names = readdirSync(folder);
  if (names.length < TIDY_ABOVE) return;
  for (const name of names) {
    const file = path.join(folder, name);
    if (Date.now() - statSync(file).mtimeMs >= DAY_MILLISECONDS) rmSync(file, { force: true });
  }
}

/** FNV-1a in two halves: names a directory in 64 bits. A clash would shorten one message. (node:crypto takes 2 ms to load.) */
function hashText(text: string): string {
  let [one, other] = [0x811c9dc5, 0x9dc5811c];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit ^ index, 0x01000193);
  }
  return [one, other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
