import { redactText } from '../util/redact.ts';

/**
 * Characters that move the cursor, hide text or reorder it: C0, DEL, C1; soft hyphen, zero width, line and paragraph
 * separators, direction marks, overrides and isolates (CVE-2021-42574), byte order mark, annotations, tags.
 */
const HOSTILE =
  /[\0-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * Returns the text with every such character as `?`, and without what may be a secret: for text that may come from a
 * repository, a command line, a variable or a setting. Called before the text is wrapped or cut, which could split an address.
 */
export function cleanText(text: string): string {
  return redactText(text.replace(HOSTILE, '?'));
}

/** Returns the text with every such character replaced, for a shell's way to write it. */
export function escapeHostile(text: string, escape: (character: string) => string): string {
  return text.replace(HOSTILE, escape);
}

/** Whether printing would change the text: such a command would not work as printed. */
export function isClean(text: string): boolean {
  return text.search(HOSTILE) === -1;
}

/**
 * Returns `~/x` for a path below the home directory. For facts alone: a quoted `~` in a command means nothing. On Windows the path
 * stays whole: cmd and Explorer know no `~`.
 */
export function shortenHome(path: string, home: string | null): string {
  if (home === null || home.length < 2) return path;
  if (PIPWARD_FOR_WINDOWS && /^(?:[A-Za-z]:|\\\\)/.test(home)) return path;
  const folder = home.replace(/\/+$/, '');
  if (path === folder) return '~';
  return path.startsWith(folder) && path[folder.length] === '/' ? `~${path.slice(folder.length)}` : path;
}
