import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What starts processes, directly or in one of these helpers. */
const STARTS_PROCESSES =
  /from '(?:node:child_process|execa|[./]*\/support\/(?:actor|builds|environments|own-pyenv|packages|processes|product|pythons|sandbox|sdist|sudo|terminal|terminal-pips|wheel)\.ts)'/;
/** The helpers that do more in the matrix: they try every combination, and each property 10,000 times. */
const GROWS_IN_MATRIX = /from '[./]*\/support\/(?:matrix|random)\.ts'/;

/** What takes long: `npm run test:slow`. The usual run has other tests of each kind. */
const SLOW = '.slow.test.ts';

/** They need wine and mingw-w64, and run alone: `npm run test:windows`. */
const FOR_WINDOWS = 'test/windows/';

/**
 * Returns the test files of a run, by paths below `root`: for `unit` those that start no process, for `slow` those that take
 * long, for `matrix` those that do more there than elsewhere, for `windows` those of pip.exe. For every other run all but the
 * slow ones and those of pip.exe; the slow ones, too, if the command line names one (`isNamed`).
 */
export function listTestFiles(run: string, root: string, isNamed: boolean): readonly string[] {
  const found = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`);
  if (run === 'windows') return found.filter((file) => file.startsWith(FOR_WINDOWS));
  const all = found.filter((file) => !file.startsWith(FOR_WINDOWS));
  const has = (pattern: RegExp) => (file: string) => pattern.test(readFileSync(path.join(root, file), 'utf8'));
  if (run === 'unit') return all.filter((file) => !has(STARTS_PROCESSES)(file));
  if (run === 'matrix') return all.filter(has(GROWS_IN_MATRIX));
  if (run === 'slow') return all.filter((file) => file.endsWith(SLOW));
  return isNamed ? all : all.filter((file) => !file.endsWith(SLOW));
}
