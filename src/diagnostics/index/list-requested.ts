import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';

/** A line of a requirements file that names a project. */
export type RequestedLine = { readonly file: string; readonly line: number; readonly requirement: string };

/** Of all requirements files of a call, with those that they include: files written by hand have less. */
export const MAX_REQUIREMENTS_BYTES = 256 * 1024;
export const MAX_REQUIREMENTS_FILES = 50;
/** A requirement with all its hashes takes several lines; a longer one is skipped. */
const MAX_LINE = 2000;

/**
 * Returns what requirements files name, and those that they include, which pip reads relative to the file that includes
 * them. What is beyond the bounds is not told of: it is for advice alone.
 */
export function listRequested(files: readonly string[], context: CallContext): readonly RequestedLine[] {
  const { cwd } = context;
  const seen = new Set<string>();
  let bytes = MAX_REQUIREMENTS_BYTES;

  /** As deep as there are files at most, each once: files may include each other, and one another many times. */
  function readFile(file: string, folder: string): readonly RequestedLine[] {
    const place = path.resolve(folder, file);
    if (seen.has(place) || seen.size >= MAX_REQUIREMENTS_FILES) return [];
    seen.add(place);
    const read = context.files.readText(place, Math.max(1, bytes));
    if (read.kind !== 'text') return [];
    bytes -= read.text.length;
    return read.text.split('\n').flatMap((line, index) => {
      const own = line.length > MAX_LINE ? '' : line.replace(/(?:^|\s)#.*$/, '').trim();
      const included = /^(?:-r|--requirement)[\s=]*([^\s=]\S*)$/.exec(own)?.[1];
      if (included !== undefined) {
        const next = path.isAbsolute(included) ? included : path.join(path.dirname(file), included);
        return readFile(next, folder);
      }
      const [requirement = ''] = own.split(/\s--/, 1);
      return own === '' || own.startsWith('-') ? [] : [{ file, line: index + 1, requirement: requirement.trimEnd() }];
    });
  }

  return cwd === null ? [] : files.flatMap((file) => readFile(file, cwd));
}
