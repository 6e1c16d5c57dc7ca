import { isFromOtherUser } from '../../util/other-user.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listUpward } from '../../util/upward.ts';
import { pathsOf } from '../../util/paths.ts';
import { readVariable } from '../../util/variables.ts';
import { findWindowsSystemFile } from '../windows-system-file.ts';

/** A name in a normal directory. Not join(): 60 levels deep its normalising is more work than the looks at the disk. */
export function nameIn(directory: string, name: string, context: CallContext): string {
  const { sep } = pathsOf(context.platform);
  return directory.endsWith(sep) ? directory + name : directory + sep + name;
}

/** Where the system's policy lies. */
export function systemFile(context: CallContext): string {
  return PIPWARD_FOR_WINDOWS && context.platform === 'win32'
    ? findWindowsSystemFile(context)
    : '/etc/pipward/policy.toml';
}

/** Where the user's config lies (XDG base directories; %APPDATA% on Windows); null without a home directory. */
export function userFile(context: CallContext): string | null {
  const paths = pathsOf(context.platform);
  const isWindows = PIPWARD_FOR_WINDOWS && context.platform === 'win32';
  const folder =
    absoluteVariable(context, isWindows ? 'APPDATA' : 'XDG_CONFIG_HOME') ??
    (context.home === null ? null : paths.join(context.home, ...(isWindows ? ['AppData', 'Roaming'] : ['.config'])));
  return folder === null ? null : paths.join(folder, 'pipward', 'config.toml');
}

/** The variable if it holds an absolute path (the XDG specification: relative ones are to be ignored). */
function absoluteVariable(context: CallContext, name: string): string | null {
  const value = readVariable(context, name);
  return value !== null && pathsOf(context.platform).isAbsolute(value) ? value : null;
}

/** Directories that project files are looked for in. */
export type ProjectDirectories = {
  /** Outermost first. */
  readonly directories: readonly string[];
  /** The innermost of those that are not looked at, where there are more than MAX_LEVELS (model/upward.ts); null where all are. */
  readonly leftOut: string | null;
};

/**
 * Returns the directories that project files are looked for in: from the current one up to the repository's root;
 * without a repository up to the last one that the user owns (Windows: up to the home directory, or the root). A `.git`
 * that another user put where everyone can write marks no repository.
 * The current one is always among them; empty if it was deleted.
 */
export function projectDirectories(context: CallContext): ProjectDirectories {
  const { cwd, files } = context;
  if (cwd === null) return { directories: [], leftOut: null };
  const paths = pathsOf(context.platform);
  const { directories, gap } = listUpward(paths.resolve(cwd), paths);
  const root = directories.findIndex((folder) => {
    const mark = nameIn(folder, '.git', context);
    return files.status(mark) !== null && !isFromOtherUser(folder, mark, context);
  });
  const last = root === -1 ? lastOfUser(directories, context) : root;
  const beforeGap = gap === null || last < gap ? null : (directories[gap - 1] ?? null);
  return {
    directories: directories.slice(0, last + 1).toReversed(),
    leftOut: beforeGap === null ? null : paths.dirname(beforeGap),
  };
}

/** Position of the outermost directory to look in when there is no repository. */
function lastOfUser(upward: readonly string[], context: CallContext): number {
  const { home, userId, files } = context;
  if (userId !== null && context.platform !== 'win32') {
    return Math.max(
      0,
      upward.findLastIndex((folder) => files.status(folder)?.owner === userId),
    );
  }
  const paths = pathsOf(context.platform);
  const atHome = home === null ? -1 : upward.findIndex((folder) => paths.relative(home, folder) === '');
  return atHome === -1 ? upward.length - 1 : atHome;
}
