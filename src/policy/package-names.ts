import { REQUESTING_OPTIONS, type PipCommand } from '../model/invocation.ts';
import { normalizeName } from '../util/project-name.ts';

/** No extras and no markers: pip takes `x==1.zip[a]` and `x==1.zip;python_version>"2"` for the file `x==1.zip`. */
const NAMED = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:[<>=!~][\w<>=!~.,*+\s-]*)?$/;

/** What pip takes for a file if there is one of that name (pip/_internal/utils/filetypes.py). */
const ARCHIVE = /\.(?:whl|zip|tar|tar\.\w+|t[bglx]z)\s*$/;

/**
 * Returns the normalized names that an install asks for on its command line; null where it asks for anything that is not
 * a name with, at most, a version: a file, an address, a requirements file.
 */
export function listRequestedNames({ subcommand, words, options }: PipCommand): readonly string[] | null {
  const asksForMore = REQUESTING_OPTIONS.some((option) => options.some(({ name }) => name === option));
  if (subcommand !== 'install' || words.length === 0 || asksForMore) return null;
  const names = words.map((word) => NAMED.exec(word)?.[1]);
  const isFile = words.some((word) => ARCHIVE.test(word.toLowerCase()));
  const known = names.filter((name) => name !== undefined);
  return isFile || known.length < names.length ? null : known.map(normalizeName);
}
