import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What starts processes, directly or in one of these helpers. */
const STARTS_PROCESSES =
  /from '(?:node:child_process|execa|[./]*\/support\/(?:actor|builds|environments|own-pyenv|packages|processes|product|pythons|sandbox|sdist|sudo|terminal|terminal-pips|wheel)\.ts)'/;
/** The helpers that do more in the matrix: they try every combination, and each property 10,000 times. */
const GROWS_IN_MATRIX = /from '[./]*\/support\/(?:matrix|random)\.ts'/;

/** They need wine and mingw-w64, and run alone: `npm run test:windows`. */
const FOR_WINDOWS = 'test/windows/';

/**
 * Returns the test files of a run: those that start no process for `unit`, those that do more there than in the usual run
 * for `matrix`, those of pip.exe for `windows`, else all but the last. Paths are relative to `root`.
 */
export function listTestFiles(run: string, root: string): readonly string[] {
  const found = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`);
  if (run === 'windows') return found.filter((file) => file.startsWith(FOR_WINDOWS));
  const all = found.filter((file) => !file.startsWith(FOR_WINDOWS));
  const has = (pattern: RegExp) => (file: string) => pattern.test(readFileSync(path.join(root, file), 'utf8'));
  if (run === 'unit') return all.filter((file) => !has(STARTS_PROCESSES)(file));
  return run === 'matrix' ? all.filter(has(GROWS_IN_MATRIX)) : all;
}
