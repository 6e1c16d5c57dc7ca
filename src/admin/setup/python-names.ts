import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext } from '../command.ts';
import { isProgram } from './locations.ts';

/** Names such as `python3.12` of the Pythons on absolute PATH entries, in the usual folders and among pyenv's versions; oldest first. */
export function findPythonNames(env: AdminContext['env'], home: string): readonly string[] {
  const pyenv = path.join(env['PYENV_ROOT'] || path.join(home, '.pyenv'), 'versions');
  const folders = [
    // Relative entries would let the current directory have a say.
    ...(env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry)),
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
    ...listNames(pyenv).map((version) => path.join(pyenv, version, 'bin')),
  ];
  const names = new Set(folders.flatMap((folder) => pythonsIn(folder)));
  return [...names].toSorted((one, other) => minorOf(one) - minorOf(other));
}

function pythonsIn(folder: string): readonly string[] {
  return listNames(folder).filter((name) => /^python3\.\d{1,3}t?$/.test(name) && isProgram(path.join(folder, name)));
}

function minorOf(name: string): number {
  return Number.parseInt(name.slice('python3.'.length), 10);
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
