import type { PythonVersion } from '../model/environment.ts';
import { hasSafePath } from './command-line.ts';

/** A Python as a printed command starts it. */
export type PrintedPython = {
  /** The word that starts it. */
  readonly word: string;
  /** null when unknown. */
  readonly version: PythonVersion | null;
  /** Whether it is a virtual environment's: there the user site does not count. */
  readonly isEnvironment: boolean;
};

/**
 * Drops the current directory from sys.path before anything is imported, which works with every Python. Without any
 * quotes: PowerShell before 7.3 loses those inside of an argument.
 */
const DROP_DIRECTORY =
  'import sys; sys.path[0] or sys.path.pop(0); import runpy; del sys.argv[0]; runpy.run_module(sys.argv[0], None, __name__, True)';

/** Returns the name of what a Python and a module are together, as in `python3 -m pip`. Not a command to type: see startModule. */
export function nameModule(word: string, module: 'pip' | 'ensurepip'): string {
  return startModule({ word, version: null, isEnvironment: false }, module, false).join(' ');
}

/**
 * Returns the words that start a module of this Python in a command to print. `isShadowed`: the current directory holds a
 * module that would run in its place (see holdsShadowingModule); then that directory is kept off sys.path. This is the
 * one place where such commands are made.
 */
export function startModule(
  { word, version, isEnvironment }: PrintedPython,
  module: 'pip' | 'venv' | 'ensurepip',
  isShadowed: boolean,
): readonly string[] {
  if (!isShadowed) return [word, '-m', module];
  // Not -P: ensurepip starts another Python, and passes on -I alone.
  if (module !== 'pip' && version?.major !== 2) return [word, '-I', '-m', module];
  if (hasSafePath({ version })) return [word, '-P', '-m', module];
  // -I hides the user site, which pip installs to and removes from outside of environments.
  if (isEnvironment && version?.major === 3) return [word, '-I', '-m', module];
  return [word, '-c', DROP_DIRECTORY, module];
}
