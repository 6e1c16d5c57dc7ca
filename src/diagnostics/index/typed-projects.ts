import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';
import type { PipCommand } from '../../model/invocation.ts';

const MAX_BYTES = 64 * 1024;
/** More folders are not typed by hand. */
const MAX_FOLDERS = 20;
/** Each with the form in which it writes the project's name. */
const FILES: readonly (readonly [file: string, pattern: RegExp])[] = [
  ['pyproject.toml', /^[ \t]*name[ \t]*=[ \t]*["']([\w.-]+)["']/m],
  ['setup.cfg', /^[ \t]*name[ \t]*=[ \t]*([\w.-]+)[ \t]*\r?$/m],
  ['setup.py', /\bname\s*=\s*["']([\w.-]+)["']/],
];

/** Returns the names of the projects in typed folders, for advice alone: a name that a program computes is not found. */
export function readTypedProjects(
  { words, editables }: PipCommand,
  { files, cwd }: CallContext,
): Readonly<Record<string, string>> {
  if (cwd === null) return {};
  const found = [...words, ...editables].slice(0, MAX_FOLDERS).flatMap((source) => {
    const folder = path.resolve(cwd, source.replace(/^file:(?:\/\/)?/, '').replace(/(?<=.)\[[^[\]]*\]$/, ''));
    if (files.status(folder)?.kind !== 'directory') return [];
    for (const [file, pattern] of FILES) {
      const read = files.readText(path.join(folder, file), MAX_BYTES);
      const name = read.kind === 'text' ? pattern.exec(read.text)?.[1] : undefined;
      if (name !== undefined) return [[source, name] as const];
    }
    return [];
  });
  return Object.fromEntries(found);
}
