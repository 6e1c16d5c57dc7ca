import { lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';
import { clearShown, makeShownFolder, shownIn } from './state-folder.ts';
import { findStateFolder } from '../../util/state-location.ts';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const TIDY_ABOVE = 200;

/**
 * Whether this was shown in full for this directory within a day; remembers that it is shown now. `detail` tells two messages
 * of one code apart. A state folder that
 * cannot be written, or is not the caller's own, means: not shown. One empty file a code and directory, its time is the
 * time of the showing.
 */
export function wasShownToday(context: CallContext, code: string, detail = ''): boolean {
  const { home, cwd } = context;
  const folder = findStateFolder(context);
  if (folder === null) return false;
  try {
    if (makeShownFolder(folder, home) !== null) return false;
    const shown = shownIn(folder);
    const file = path.join(shown, `${code}-${hashText(`${cwd ?? ''}${detail}`)}`);
    // Files have fractions of a millisecond, Date.now() has none: without floor() what was just written is in the future.
    const age =
      Date.now() - Math.floor(lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < DAY_MILLISECONDS) return true;
    if (readdirSync(shown).length >= TIDY_ABOVE) clearShown(shown, DAY_MILLISECONDS);
    rmSync(file, { force: true });
    writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  } catch {
    // Show in full each time.
  }
  return false;
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
