import path from 'node:path';
import { formatDay } from '../util/date.ts';
import { once } from '../util/lazy.ts';
import { pathsOf } from '../util/paths.ts';
import { upperCaseNames } from '../util/variables.ts';
import type { CallContext, Platform, WindowsFacts } from '../model/call-context.ts';
import { createFileView } from './files/file-view.ts';
import { readCurrentDirectory } from './files/os-strings.ts';

/** What a call is judged by: nothing is started to know it, files are only looked at when asked for. */
export function captureContext(
  name: string,
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
  shimsDirectory: string | null,
  windows?: WindowsFacts,
): CallContext {
  // One call is judged by one day.
  const today = once(() => formatDay(new Date()));
  const platform = readPlatform();
  const env = PIPWARD_FOR_WINDOWS && platform === 'win32' ? upperCaseNames(variables) : variables;
  return {
    platform,
    env,
    cwd: readCurrentDirectory(),
    home: readHome(env),
    get accountHome() {
      return readAccountHome();
    },
    userId: process.geteuid?.() ?? null,
    name: path.basename(name).replace(/\.exe$/i, ''),
    arguments: args,
    shimsDirectory,
    get today() {
      return today();
    },
    files: createFileView(),
    ...(windows === undefined ? {} : { windows }),
  };
}

/** Systems that we do not know are treated as Linux, whose rules (XDG, /usr) the other Unixes share. */
export function readPlatform(): Platform {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}

/** From the password database; null for a user id without an entry. (Seldom needed, and loading it takes 0.3 ms.) */
function readAccountHome(): string | null {
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir || null;
  } catch {
    return null;
  }
}

function readHome(env: Readonly<Record<string, string | undefined>>): string | null {
  const variable = PIPWARD_FOR_WINDOWS && process.platform === 'win32' ? env['USERPROFILE'] : env['HOME'];
  if (variable !== undefined && pathsOf(readPlatform()).isAbsolute(variable)) return variable;
  try {
    // Without HOME: the password database, as Python's expanduser does. (Seldom needed, and loading it takes 0.3 ms.)
    const home = process.getBuiltinModule('node:os').homedir();
    return path.isAbsolute(home) ? home : null;
  } catch {
    return null;
  }
}
