import path from 'node:path';
import { isFromOtherUser } from '../model/other-user.ts';
import type { Surroundings } from '../model/surroundings.ts';

/** The path rules of the platform that is judged, not of the one that we run on. */
export function pathsOf({ platform }: Surroundings): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** A name in a normal directory. Not join(): 60 levels deep its normalising is more work than the looks at the disk. */
export function nameIn(directory: string, name: string, surroundings: Surroundings): string {
  const { sep } = pathsOf(surroundings);
  return directory.endsWith(sep) ? directory + name : directory + sep + name;
}

/** Where the system's policy lies. */
export function systemFile(surroundings: Surroundings): string {
  if (surroundings.platform !== 'win32') return '/etc/pipward/policy.toml';
  const data = absoluteVariable(surroundings, 'ProgramData') ?? 'C:\\ProgramData';
  return path.win32.join(data, 'pipward', 'policy.toml');
}

/** Where the user's config lies (XDG base directories; %APPDATA% on Windows); null without a home directory. */
export function userFile(surroundings: Surroundings): string | null {
  const paths = pathsOf(surroundings);
  const isWindows = surroundings.platform === 'win32';
  const folder =
    absoluteVariable(surroundings, isWindows ? 'APPDATA' : 'XDG_CONFIG_HOME') ??
    (surroundings.home === null
      ? null
      : paths.join(surroundings.home, ...(isWindows ? ['AppData', 'Roaming'] : ['.config'])));
  return folder === null ? null : paths.join(folder, 'pipward', 'config.toml');
}

/** The variable if it holds an absolute path (the XDG specification: relative ones are to be ignored). */
function absoluteVariable({ env, platform }: Surroundings, name: string): string | null {
  // Windows does not tell the case of names apart, a plain record does.
  const key =
    platform === 'win32' ? Object.keys(env).find((known) => known.toUpperCase() === name.toUpperCase()) : name;
  const value = env[key ?? name] ?? '';
  return (platform === 'win32' ? path.win32 : path.posix).isAbsolute(value) ? value : null;
}

/**
 * Directories that project files are looked for in, outermost first: from the current one up to the repository's root;
 * without a repository up to the last one that the user owns (Windows: up to the home directory, or the root). A `.git`
 * that another user put where everyone can write marks no repository.
 * The current one is always among them; empty if it was deleted.
 */
export function projectDirectories(surroundings: Surroundings): readonly string[] {
  const { cwd, files } = surroundings;
  if (cwd === null) return [];
  const paths = pathsOf(surroundings);
  const upward = [paths.resolve(cwd)];
  for (let folder = upward[0] ?? cwd; ;) {
    const mark = nameIn(folder, '.git', surroundings);
    if (files.status(mark) !== null && !isFromOtherUser(folder, mark, surroundings)) return upward.toReversed();
    const parent = paths.dirname(folder);
    if (parent === folder) break;
    upward.push(parent);
    folder = parent;
  }
  return upward.slice(0, lastOfUser(upward, surroundings) + 1).toReversed();
}

/** Position of the outermost directory to look in when there is no repository. */
function lastOfUser(upward: readonly string[], surroundings: Surroundings): number {
  const { home, userId, files } = surroundings;
  if (userId !== null && surroundings.platform !== 'win32') {
    return Math.max(
      0,
      upward.findLastIndex((folder) => files.status(folder)?.owner === userId),
    );
  }
  const paths = pathsOf(surroundings);
  const atHome = home === null ? -1 : upward.findIndex((folder) => paths.relative(home, folder) === '');
  return atHome === -1 ? upward.length - 1 : atHome;
}
