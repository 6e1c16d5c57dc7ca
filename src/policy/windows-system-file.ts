import type { PolicyLayer } from '../model/policy.ts';
import type { CallContext, WindowsFacts } from '../model/call-context.ts';
import { findAccessFault, MACHINE_IDENTIFIERS, type AccessFault } from '../util/windows/access-rights.ts';
import { pathsOf } from '../util/paths.ts';
import { readVariable } from '../util/variables.ts';
import { noteFile, unreadableLayer } from './file/defaults.ts';

/** Group policy writes here, and administrators alone may. */
const POLICY_KEY = 'HKLM\\Software\\Policies\\pipward';

/**
 * Returns where the system's policy lies: the file that group policy names, else pipward\policy.toml in the folder of program data
 * that Windows names. The variable ProgramData counts only if Windows cannot be asked: every user may set it.
 */
export function findWindowsSystemFile(context: CallContext): string {
  const { windows } = context;
  const named = windows === undefined ? null : readNamedFile(windows);
  if (named !== null) return named;
  const data =
    (windows === undefined ? readVariable(context, 'PROGRAMDATA') : windows.knownFolder('ProgramData')) ?? '';
  const paths = pathsOf('win32');
  return paths.join(paths.isAbsolute(data) ? data : 'C:\\ProgramData', 'pipward', 'policy.toml');
}

/**
 * Returns the layer of a file that group policy names and that cannot be used: it is not there, or depends on the current
 * directory. A policy was meant, so that this must not loosen it. Null in all other cases.
 */
export function findNamedFileFault({ windows, files }: CallContext, file: string): PolicyLayer | null {
  if (windows === undefined || readNamedFile(windows) === null) return null;
  const isFull = pathsOf('win32').isAbsolute(file);
  if (isFull && files.readText(file).kind !== 'missing') return null;
  const message = `${POLICY_KEY} names this file, which ${isFull ? 'does not exist' : 'is not an absolute path'}`;
  return { ...unreadableLayer('system', file, 'failed'), problems: [noteFile(file, message)] };
}

/** Returns what lets others than administrators change the file; null if nothing does, or if Windows cannot be asked. */
export function findWindowsWeakness({ windows, files }: CallContext, file: string): string | null {
  if (windows === undefined) return null;
  const paths = pathsOf('win32');
  const real = files.realPath(file) ?? file;
  for (const [name, kind] of new Map([
    [real, 'file'],
    [paths.dirname(real), 'holder'],
    [paths.dirname(file), 'holder'],
  ] as const)) {
    // In a folder that only administrators may look into nothing is known: theirs, then.
    if (files.status(name) === null) continue;
    const rights = windows.access(name);
    if (rights === null) return `the access rights of ${name} cannot be read`;
    const fault = findAccessFault(rights, kind, MACHINE_IDENTIFIERS);
    if (fault !== null) return `${name} ${FAULTS[fault]}`;
  }
  return null;
}

const FAULTS: Readonly<Record<AccessFault, string>> = {
  'foreign-owner': 'is not owned by Administrators, SYSTEM or TrustedInstaller',
  'writable-by-others': 'can be written by others than administrators',
};

/** Values of the type REG_EXPAND_SZ come with their variables: these two are asked of Windows, others are left as they are. */
function readNamedFile(windows: WindowsFacts): string | null {
  const value = windows.registryValue(POLICY_KEY, 'PolicyFile')?.trim() ?? '';
  if (value === '') return null;
  return value.replace(/^%(ProgramData|ProgramFiles)%/i, (text, name: string) => {
    const folder = name.toLowerCase() === 'programdata' ? 'ProgramData' : 'ProgramFiles';
    return windows.knownFolder(folder) ?? text;
  });
}
