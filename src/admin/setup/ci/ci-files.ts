import { appendFileSync, lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { UsageError } from '../../usage-error.ts';

/** A line for a file through which a step of GitHub Actions changes the environment of the steps that follow. */
export type CiLine = { readonly variable: 'GITHUB_PATH' | 'GITHUB_ENV'; readonly file: string; readonly line: string };

/**
 * Returns the lines for the files that are set. GITHUB_PATH puts a folder first on PATH, before those of earlier steps.
 * Throws UsageError for a path that would be another entry, or another variable, in the file.
 */
export function planCiLines(env: AdminContext['env'], prefix: string): readonly CiLine[] {
  requirePlainPath(prefix, 'the installation');
  const lines = { GITHUB_PATH: `${prefix}/shims`, GITHUB_ENV: `PIPWARD_HOME=${prefix}` } as const;
  return (['GITHUB_PATH', 'GITHUB_ENV'] as const).flatMap((variable) => {
    const file = env[variable];
    if (file === undefined || file === '') return [];
    requireCommandFile(file, variable);
    return [{ variable, file, line: lines[variable] }];
  });
}

/** Appends the line if the file does not end with it: a later line of the same kind would win. */
export function writeCiLine({ file, line }: CiLine): 'written' | 'present' {
  const text = readFileSync(file, 'latin1');
  const own = Buffer.from(line).toString('latin1');
  if (text.split('\n').findLast((each) => each.trim() !== '') === own) return 'present';
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
  return 'written';
}

/** Throws UsageError if a path has characters that end a line, an entry of PATH or a word, or bytes that are not UTF-8. */
function requirePlainPath(file: string, what: string): void {
  if (path.isAbsolute(file) && !/[\0-\x1f\x7f:\u0085\u2028\u2029\uFFFD\p{Cs}]/u.test(file)) return;
  throw new UsageError(
    `${what} has the path ${JSON.stringify(file)}: it must be absolute, printable UTF-8 text without a colon`,
  );
}

/** The runner makes these files: a regular one that it names by an absolute path. */
function requireCommandFile(file: string, variable: string): void {
  if (!path.isAbsolute(file)) {
    throw new UsageError(`${variable} must be an absolute path, not ${JSON.stringify(file)}: nothing was changed`);
  }
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() === true && stats.nlink === 1) return;
  const why = stats === undefined ? 'there is no such file' : 'it is not a regular file of its own';
  throw new UsageError(`${variable} is ${JSON.stringify(file)}, but ${why}: nothing was changed`);
}
