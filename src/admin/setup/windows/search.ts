import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { expandVariables, isSameWindowsFolder, listFolders, readText, type RawValue } from './path-value.ts';

type Env = AdminContext['env'];

/** What cmd adds to a name, in its order. Only these are programs to CreateProcess and cmd alike. */
const ENDINGS = ['.com', '.exe', '.bat', '.cmd'];

/** The PATH that a new session gets: the machine's part, then the user's. */
export function renderSessionPath(machine: RawValue, user: RawValue, env: Env): string {
  return [machine, user]
    .map((value) => expandVariables(readText(value), env).replace(/;+$/, ''))
    .filter(Boolean)
    .join(';');
}

/** Returns the first program of that name in each folder of a PATH. */
export function listPrograms(text: string, name: string, isFile: (file: string) => boolean): readonly string[] {
  return listFolders(text)
    .filter((folder) => path.win32.isAbsolute(folder) && !/^[\\/](?![\\/])/.test(folder))
    .flatMap((folder) => {
      const found = ENDINGS.map((ending) => path.win32.join(folder, name + ending)).find((file) => isFile(file));
      return found === undefined ? [] : [found];
    });
}

/** Returns the pip that comes before ours in new sessions, since it is in the machine's part; null if there is none. */
export function findMachinePip(machine: RawValue, shims: string, env: Env, isFile: (file: string) => boolean) {
  const programs = listPrograms(expandVariables(readText(machine), env), 'pip', isFile);
  const [first] = programs;
  return first === undefined || isSameWindowsFolder(path.win32.dirname(first), shims) ? null : first;
}
