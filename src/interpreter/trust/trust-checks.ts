import type { CheckIssue } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { indexMentions, type ReadBlocks } from './git-index.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';
import { readLibraryName } from '../inspect/layout.ts';
import { isOfStore } from '../discovery/windows/app-alias.ts';
import { findWindowsFault } from './windows-access.ts';

export type { ReadBlocks };

type CheckedEnvironment = {
  readonly prefix: string;
  /** `home =` of its pyvenv.cfg. */
  readonly home: string | null;
  /** Its python; null if that cannot be started. */
  readonly python: string | null;
  /** Root of the repository around it; null outside of one. */
  readonly repository: string | null;
};

const OTHERS_WRITE = 0o002;
const GROUP_WRITES = 0o020;
const STICKY = 0o1000;
const SET_GROUP = 0o2000;

/** Returns the trust issues of an environment that was only found (docs/explanation/security.md). Starts nothing. */
export function listCheckIssues(
  found: CheckedEnvironment,
  context: CallContext,
  readBlocks?: ReadBlocks,
): readonly CheckIssue[] {
  const { prefix, python } = found;
  const checks: readonly (readonly [CheckIssue, () => boolean])[] = [
    ['broken', () => python === null],
    ['python-inside-project', () => leadsIntoProject(found, context)],
    ['home-disagrees', () => homeDisagrees(found, context)],
    ['foreign-owner', () => listParts(prefix, context).some((part) => isForeign(part, context))],
    ['writable-by-others', () => listParts(prefix, context).some((part) => isWritableByOthers(part, context))],
    ['too-many-files', () => listParts(prefix, context).length > MAX_PARTS],
  ];
  return [
    ...checks.flatMap(([issue, applies]) => (applies() ? [issue] : [])),
    ...listOrigin(found, context, readBlocks),
  ];
}

/** Whether it came with a repository. A `.git` of its own: a submodule, or a clone that another user put there. */
function listOrigin(
  { prefix, repository }: Pick<CheckedEnvironment, 'prefix' | 'repository'>,
  { files, platform }: CallContext,
  readBlocks?: ReadBlocks,
): readonly CheckIssue[] {
  if (files.status(pathsOf(platform).join(prefix, '.git')) !== null) return ['in-repository'];
  const isNamed = repository !== null && indexMentions(repository, prefix, files, platform, readBlocks);
  if (isNamed === false) return [];
  return [isNamed === null ? 'repository-unknown' : 'in-repository'];
}

/** Where the python really is, or is said to be, lies in the project, so the project's author controls it. */
function leadsIntoProject(
  { prefix, home, python, repository }: CheckedEnvironment,
  { files, platform }: CallContext,
): boolean {
  const paths = pathsOf(platform);
  const project = repository ?? paths.dirname(prefix);
  const root = files.realPath(project) ?? project;
  const isInside = (path: string | null) =>
    path !== null && paths.isAbsolute(path) && liesWithin(files.realPath(path) ?? path, root, platform);
  // On Windows every environment has a python.exe of its own, which starts the one in `home`.
  return isInside(home) || (platform !== 'win32' && isInside(python));
}

function homeDisagrees({ home, python }: CheckedEnvironment, { files, platform }: CallContext): boolean {
  const paths = pathsOf(platform);
  if (home === null || !paths.isAbsolute(home)) return true;
  if (python === null) return false;
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
    const base = paths.join(home, 'python.exe');
    return files.status(base) === null && !isOfStore(base, { files, platform });
  }
  const real = files.realPath(python) ?? python;
  // Homebrew's `home` holds links into a framework: what counts is that it leads to the same file.
  return !['python3', 'python', paths.basename(real)].some((name) => files.realPath(paths.join(home, name)) === real);
}

/** Each is looked at in each call, and the author of a project chose how many there are. An environment has a dozen. */
export const MAX_PARTS = 500;

/**
 * What decides which program and which packages run: a user who can change one of these can run code as the caller. Of
 * more than MAX_PARTS, so many and one.
 */
export function listParts(prefix: string, { platform, files }: CallContext): readonly string[] {
  const paths = pathsOf(platform);
  const below = (name: string) => paths.join(prefix, name);
  const library = below(PIPWARD_FOR_WINDOWS && platform === 'win32' ? 'Lib' : 'lib');
  const libraries =
    PIPWARD_FOR_WINDOWS && platform === 'win32'
      ? [library]
      : files
          .list(library)
          .filter((name) => readLibraryName(name) !== null)
          .slice(0, MAX_PARTS)
          .map((name) => paths.join(library, name));
  const sites = libraries.map((folder) => paths.join(folder, 'site-packages'));
  const packages = sites.flatMap((site) =>
    files
      .list(site)
      .filter((name) => name === 'pip' || name.endsWith('.pth'))
      .map((name) => paths.join(site, name)),
  );
  const programs = below(PIPWARD_FOR_WINDOWS && platform === 'win32' ? 'Scripts' : 'bin');
  return [prefix, below('pyvenv.cfg'), programs, library, ...libraries, ...sites, ...packages].slice(0, MAX_PARTS + 1);
}

/**
 * Returns what speaks against a file that names an environment: who may write it chooses. A repository may bring one that
 * names a folder of its own (draft PEP 832), not one that leads into what else is on the machine.
 */
export function listFileIssues(
  file: string,
  { prefix, repository }: Pick<CheckedEnvironment, 'prefix' | 'repository'>,
  context: CallContext,
  readBlocks?: ReadBlocks,
): readonly CheckIssue[] {
  const { files, platform } = context;
  const root = repository ?? pathsOf(platform).dirname(file);
  const leadsOut = !liesWithin(files.realPath(prefix) ?? prefix, files.realPath(root) ?? root, platform);
  return [
    ...(isForeign(file, context) ? (['foreign-owner'] as const) : []),
    ...(isWritableByOthers(file, context) ? (['writable-by-others'] as const) : []),
    ...(leadsOut ? listOrigin({ prefix: file, repository }, context, readBlocks) : []),
  ];
}

/** Whether neither the user nor root owns it. `isAbove`: see `findWindowsFault`. */
export function isForeign(path: string, context: CallContext, isAbove = false): boolean {
  const { files, userId, platform } = context;
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') return findWindowsFault(path, context, isAbove) === 'foreign-owner';
  const owner = files.status(path)?.owner ?? -1;
  return userId !== null && ![-1, 0, userId].includes(owner);
}

/**
 * Group-writable alone is what umask 002 makes, the default of Ubuntu and Fedora, where each user has a group of their
 * own. The set-group-ID bit, or another owner, tells that the group is shared.
 */
export function isWritableByOthers(path: string, context: CallContext, isAbove = false): boolean {
  const { files, userId, platform } = context;
  if (PIPWARD_FOR_WINDOWS && platform === 'win32') {
    return findWindowsFault(path, context, isAbove) === 'writable-by-others';
  }
  const status = files.status(path);
  if (status === null || (status.mode & STICKY) !== 0) return false;
  const isShared = (status.mode & SET_GROUP) !== 0 || status.owner !== userId;
  return (status.mode & OTHERS_WRITE) !== 0 || ((status.mode & GROUP_WRITES) !== 0 && isShared);
}
