import { makeScratchFolder } from '../../../host/files/scratch-folder.ts';
import type { AdminContext } from '../../command.ts';
import { findProgram } from '../locations.ts';
import { LINK_FOLDER } from '../links/plan-links.ts';
import { SHELLS, type Shell, type ShellName } from '../startup-files/targets.ts';
import { askPlaces, LOGIN_PATH, STANDARD_PATH, type Place } from './places.ts';
import { verifyShells, type ShellMode, type ShellResult } from './verify.ts';

/** What a new user of this machine, without startup files, finds in each shell and in other programs. */
export type SystemResult = { readonly shells: readonly ShellResult[]; readonly places: readonly Place[] };

export const SYSTEM_MODES: readonly ShellMode[] = ['login', 'interactive', 'plain', 'ssh'];
/** Those that read /etc/profile.d or fish's folder for vendors at a login. */
export const READERS: readonly ShellName[] = ['bash', 'dash', 'fish'];

export function findSystemShells(env: AdminContext['env']): readonly Shell[] {
  return SHELLS.flatMap((name) => {
    const program = findProgram(env, name);
    return program === null ? [] : [{ name, program }];
  });
}

/** Starts each shell in each way, with the PATH that it is given then, and asks the other programs. */
export async function verifySystem(env: AdminContext['env'], prefix: string): Promise<SystemResult> {
  const { TERM, LANG } = env;
  const empty = makeScratchFolder();
  try {
    const shells = findSystemShells(env);
    const verify = (modes: readonly ShellMode[], more: AdminContext['env']) =>
      verifyShells(shells, prefix, { TERM, LANG, ...more }, empty.path, modes, true);
    // One after the other: there may be little memory, as in a container that is built.
    const results = [
      ...(await verify(['login', 'interactive'], { PATH: LOGIN_PATH })),
      ...(await verify(['plain'], { PATH: STANDARD_PATH })),
      ...(await verify(['ssh'], { PATH: LOGIN_PATH })),
    ];
    return { shells: results, places: await askPlaces({ TERM, LANG }, prefix, empty.path) };
  } finally {
    empty.remove();
  }
}

/** Whether setup has put pipward there: by a startup file, or by a link in a folder of the PATH that was tried. */
export function isExpected({ shell, mode }: ShellResult, hasLinks: boolean): boolean {
  return (mode === 'login' && READERS.includes(shell)) || hasLinks;
}

/** The same for other programs. */
export function isPlaceExpected({ name, path }: Place, hasLinks: boolean): boolean {
  return name === 'IDE' || (hasLinks && path.split(':').includes(LINK_FOLDER));
}
