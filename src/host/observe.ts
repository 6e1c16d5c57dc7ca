import path from 'node:path';
import type { Platform, Surroundings } from '../model/surroundings.ts';
import { createFileView } from './files.ts';
import { readCurrentDirectory } from './os-strings.ts';

/** What a call is judged by: nothing is started to know it, files are only looked at when asked for. */
export function observe(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  shimsDirectory: string | null,
): Surroundings {
  return {
    platform: readPlatform(),
    env,
    cwd: readCurrentDirectory(),
    home: readHome(env),
    userId: process.geteuid?.() ?? null,
    name: path.basename(name).replace(/\.exe$/i, ''),
    arguments: args,
    shimsDirectory,
    // Asked for only where a policy has something to say: the first Date reads the time zone.
    get today() {
      return new Date().toISOString().slice(0, 10);
    },
    files: createFileView(),
  };
}

/** Systems that we do not know are treated as Linux, whose rules (XDG, /usr) the other Unixes share. */
export function readPlatform(): Platform {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}

function readHome(env: Readonly<Record<string, string | undefined>>): string | null {
  const variable = process.platform === 'win32' ? env['USERPROFILE'] : env['HOME'];
  if (variable !== undefined && path.isAbsolute(variable)) return variable;
  try {
    // Without HOME: the password database, as Python's expanduser does. (Seldom needed, and loading it takes 0.3 ms.)
    const home = process.getBuiltinModule('node:os').homedir();
    return path.isAbsolute(home) ? home : null;
  } catch {
    return null;
  }
}
