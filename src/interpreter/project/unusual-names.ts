import type { CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';
import { isFromOtherUser } from '../../util/other-user.ts';
import { findProject } from './project.ts';

/** A project has few folders; more than these are data. */
const MAX_FOLDERS = 500;
/** Each name is looked for in every directory upward. */
const MAX_NAMES = 20;

/**
 * Returns the names, other than `usual`, of folders with a pyvenv.cfg (PEP 405) in the current directory and in the project's:
 * `env`, `myenv`. Only advice knows them: an environment is used without being asked for by its usual name alone.
 */
export function findUnusualNames(context: CallContext, usual: readonly string[]): readonly string[] {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const isEnvironment = (folder: string) => files.status(paths.join(folder, 'pyvenv.cfg'))?.kind === 'file';
  const names = listFolders(context)
    .filter(isEnvironment)
    .map((folder) => paths.basename(folder));
  return [...new Set(names)]
    .filter((name) => !usual.includes(name))
    .toSorted()
    .slice(0, MAX_NAMES);
}

/** Returns a conda environment there (`./env`, `.conda`); null if there is none. conda itself puts conda-meta into each. */
export function findCondaPrefix(context: CallContext): string | null {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const isConda = (folder: string) => files.status(paths.join(folder, 'conda-meta'))?.kind === 'directory';
  const isMeant = (folder: string) => isConda(folder) && !isFromOtherUser(paths.dirname(folder), folder, context);
  return listFolders(context).find(isMeant) ?? null;
}

/** Returns what is in the current directory and in the project's. */
function listFolders(context: CallContext): readonly string[] {
  const { cwd, home, files, platform } = context;
  const folders = new Set([cwd, findProject(context)?.directory ?? null].filter((folder) => folder !== null));
  // The home directory is not a project, and a folder there may be anything.
  if (home !== null) folders.delete(home);
  return [...folders].flatMap((folder) =>
    files
      .list(folder)
      .slice(0, MAX_FOLDERS)
      .map((name) => pathsOf(platform).join(folder, name)),
  );
}
