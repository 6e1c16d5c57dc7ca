import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext, CommandArguments } from '../../command.ts';
import { UsageError } from '../../usage-error.ts';
import { readManifest } from '../plan/manifest.ts';
import { findProgramRoot } from '../locations.ts';
import { requireAdministratorsOnly } from './all-users.ts';
import type { PathScope, WindowsHelper } from './helper.ts';
import { isSameWindowsFolder } from './path-value.ts';

/** Administrators and SYSTEM: a folder that is theirs cannot be changed by other users. */
const TRUSTED_OWNERS = ['S-1-5-32-544', 'S-1-5-18'];
const paths = path.win32;

/** Where to install, and whose PATH leads there: the user's, or that of the machine for all users. */
export type WindowsPlace = { readonly prefix: string; readonly scope: PathScope };

/** Returns the place of --system, or that which `chooseWindowsPrefix` chooses. Throws UsageError for --system with --prefix. */
export function chooseWindowsPlace(
  context: AdminContext,
  helper: Pick<WindowsHelper, 'facts'>,
  given: CommandArguments,
): WindowsPlace {
  const prefix = given.text('prefix');
  if (!given.flag('system')) {
    const chosen = chooseWindowsPrefix(context, helper, prefix);
    return { prefix: chosen, scope: findScope(chosen, helper) };
  }
  const shared = findSharedPrefix(helper);
  if (shared === null)
    throw new Error('Windows does not say where programs are: an installation for all users needs it');
  if (prefix !== null) throw new UsageError(`--system installs into ${shared}: leave --prefix out`);
  return { prefix: shared, scope: 'machine' };
}

/** Returns for whom an installation is, by its folder. */
export function findScope(prefix: string, helper: Pick<WindowsHelper, 'facts'>): PathScope {
  const shared = findSharedPrefix(helper);
  return shared !== null && isSameWindowsFolder(prefix, shared) ? 'machine' : 'user';
}

/** The folder of an installation for all users; null if Windows does not know where programs are. */
function findSharedPrefix({ facts }: Pick<WindowsHelper, 'facts'>): string | null {
  const programs = facts.knownFolder('ProgramFiles');
  return programs === null ? null : paths.join(programs, 'pipward');
}

/** Where to install: --prefix, else the installation that this program runs from, else PIPWARD_HOME, else %LocalAppData%\Programs. */
function chooseWindowsPrefix(
  context: AdminContext,
  helper: Pick<WindowsHelper, 'facts'>,
  given: string | null,
): string {
  if (given !== null) return checkWindowsPrefix(given, '--prefix');
  const root = findProgramRoot(context);
  if (readManifest(root) !== null) return root;
  const variable = context.env['PIPWARD_HOME'];
  if (variable) return checkWindowsPrefix(variable, 'PIPWARD_HOME');
  const folder = helper.facts.knownFolder('LocalAppData');
  if (folder === null) throw new Error('Windows does not say where local application data is: use --prefix');
  return checkWindowsPrefix(paths.join(folder, 'Programs', 'pipward'), '%LocalAppData%');
}

/** Throws UsageError for a folder whose name PATH cannot hold, or that is not one by itself. */
export function checkWindowsPrefix(given: string, source: string): string {
  const prefix = paths.resolve(given);
  // `\x` and `C:x` depend on the current drive or folder.
  if (!/^(?:[a-z]:[\\/]|[\\/]{2}[^\\/])/i.test(given)) {
    throw new UsageError(
      `${source} must be a path with a drive, such as C:\\Tools\\pipward, not ${JSON.stringify(given)}`,
    );
  }
  // A pipe in place of characters that have a meaning in PATH: it would be split, or taken for a variable.
  if (/[\0-\x1f\x7f;%"<>|?*\uFFFD]/.test(prefix)) {
    throw new UsageError(`${source} must not contain any of ; % " < > | ? * since PATH cannot hold them: ${prefix}`);
  }
  if (paths.parse(prefix).root === prefix) throw new UsageError(`${source} must not be the root of a drive`);
  return prefix;
}

/**
 * Throws if a folder of the installation is reached by a link or junction, or if another user could choose what is run there as pip.
 * An installation for one user needs this user or an administrator as its owner; who else may write there is not judged.
 */
export function refuseUnsafePlace({ prefix, scope }: WindowsPlace, helper: WindowsHelper): void {
  if (scope === 'machine') {
    requireAdministratorsOnly(prefix, helper);
    return;
  }
  for (const folder of [prefix, paths.join(prefix, 'shims'), paths.join(prefix, 'dist')]) {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new Error(
        `${folder} is a link to another folder. Nothing was changed: install into the folder itself (--prefix)`,
      );
    }
  }
  const owner = helper.facts.access(prefix)?.owner ?? null;
  const own = [...helper.identity(), ...TRUSTED_OWNERS];
  if (owner !== null && !own.includes(owner)) {
    throw new Error(`${prefix} belongs to another user (${owner}). Nothing was changed: look at what is in it`);
  }
}
