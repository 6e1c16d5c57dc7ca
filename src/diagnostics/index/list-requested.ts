import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';

/** A line of a requirements file or of a constraints file that names a project. */
export type RequestedLine = { readonly file: string; readonly line: number; readonly requirement: string };

/** What files of both kinds name. */
export type RequestedFiles = {
  readonly requested: readonly RequestedLine[];
  readonly constraints: readonly RequestedLine[];
  /** Constraints files that were not read: addresses, and what is not there. */
  readonly unread: readonly string[];
};

/** Of all requirements files of a call, with those that they include: files written by hand have less. */
export const MAX_REQUIREMENTS_BYTES = 256 * 1024;
export const MAX_REQUIREMENTS_FILES = 50;
/** A requirement with all its hashes takes several lines; a longer one is skipped. */
const MAX_LINE = 2000;

const ADDRESS = /^[a-z][a-z+]*:\/\//i;
/** An included file, and whether it is one of constraints. */
const INCLUDED = /^(?:-(r|c)|--(?:(requirement)|(constraint)))[\s=]*([^\s=]\S*)$/;

/**
 * Returns what requirements files and constraints files name, and those that they include, which pip reads relative to the file
 * that includes them. What is beyond the bounds is not told of: it is for advice alone.
 */
export function listRequested(
  files: readonly string[],
  constraintFiles: readonly string[],
  context: CallContext,
): RequestedFiles {
  const { cwd } = context;
  const seen = new Set<string>();
  const lists = { requested: [] as RequestedLine[], constraints: [] as RequestedLine[], unread: [] as string[] };
  let bytes = MAX_REQUIREMENTS_BYTES;

  /** As deep as there are files at most, each once: files may include each other, and one another many times. */
  function readFile(file: string, isConstraint: boolean, folder: string): void {
    const place = path.resolve(folder, file);
    if (seen.has(place) || seen.size >= MAX_REQUIREMENTS_FILES) return;
    seen.add(place);
    const read = context.files.readText(place, Math.max(1, bytes));
    if (read.kind !== 'text') {
      if (isConstraint) lists.unread.push(file);
      return;
    }
    bytes -= read.text.length;
    for (const [index, line] of read.text.split('\n').entries()) {
      const own = line.length > MAX_LINE ? '' : line.replace(/(?:^|\s)#.*$/, '').trim();
      const [, letter, , constraint, included] = INCLUDED.exec(own) ?? [];
      if (included !== undefined) {
        const isOwnPlace = path.isAbsolute(included) || ADDRESS.test(included);
        const next = isOwnPlace ? included : path.join(path.dirname(file), included);
        // pip takes a file that -r names in a file of constraints for one of requirements.
        readFile(next, letter === 'c' || constraint !== undefined, folder);
      } else if (own !== '' && !own.startsWith('-')) {
        const [requirement = ''] = own.split(/\s(?:--|\\$)/, 1);
        const list = isConstraint ? lists.constraints : lists.requested;
        list.push({ file, line: index + 1, requirement: requirement.trimEnd() });
      }
    }
  }

  if (cwd !== null) {
    for (const file of files) readFile(file, false, cwd);
    for (const file of constraintFiles) readFile(file, true, cwd);
  }
  return lists;
}
