import type { FoundEnvironment } from '../../model/environment.ts';
import { isFromOtherUser } from '../../util/other-user.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listUpward as listDirectories } from '../../util/upward.ts';
import { inspectInterpreter } from '../inspect/inspect.ts';
import { followName } from './environment-file.ts';
import { pathsOf } from '../../util/paths.ts';
import { CONFIG_LIMIT, parsePyvenvCfg } from '../inspect/pyvenv-cfg.ts';
import { findInPrefix } from '../discovery/candidate.ts';
import { listFileIssues, listCheckIssues, type ReadBlocks } from '../trust/trust-checks.ts';
import { isWritable } from '../../util/windows/writable.ts';

/** What marks the folder of a project. */
const MARKERS = [
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'requirements.txt',
  'Pipfile',
  'poetry.lock',
  'uv.lock',
  'tox.ini',
  '.git',
];

/** Returns the nearest project folder upward from the current directory and what marks it; the home directory and what is above it do not count. */
export function findProject(context: CallContext): { readonly directory: string; readonly marker: string } | null {
  for (const directory of listUpward(context)) {
    const marker = MARKERS.find((name) => isMarkedBy(name, directory, context));
    if (marker !== undefined) return { directory, marker };
  }
  return null;
}

/**
 * Returns the environments with one of the names, nearest first, with what speaks against each. They are looked for up
 * to the repository root; without a repository up to the last directory that the user owns; never in the home directory.
 * Nothing in them is started. Without `readBlocks` the repository's index is not looked into.
 */
export function findProjectEnvironments(
  context: CallContext,
  names: readonly string[],
  readBlocks?: ReadBlocks,
): readonly FoundEnvironment[] {
  const repository = findRepository(context);
  return listFoundPrefixes(context, names).map((place) => {
    const prefix = followName(place, context) ?? place;
    if (prefix === place) return describeFound(prefix, repository, context, readBlocks);
    const project = repository ?? pathsOf(context.platform).dirname(place);
    const found = describeFound(prefix, project, context, readBlocks);
    const own = listFileIssues(place, { prefix, repository }, context, readBlocks);
    return { ...found, issues: [...new Set([...found.issues, ...own])], namedBy: place };
  });
}

/** A project has one or two; each is looked at as a whole, down to the repository's index. */
export const MAX_ENVIRONMENTS = 3;

/** Returns where those environments are, or the files that name them, nearest first, MAX_ENVIRONMENTS at most. */
export function listFoundPrefixes(context: CallContext, names: readonly string[]): readonly string[] {
  const found: string[] = [];
  for (const place of listSearchedPrefixes(context, names)) {
    if (found.length === MAX_ENVIRONMENTS) break;
    if (followName(place, context) === null) continue;
    if (!isFromOtherUser(pathsOf(context.platform).dirname(place), place, context)) found.push(place);
  }
  return found;
}

/** Returns where environments are looked for, there or not, nearest first. */
export function listSearchedPrefixes(context: CallContext, names: readonly string[]): readonly string[] {
  const paths = pathsOf(context.platform);
  const upward = listUpward(context);
  const repository = findRepository(context);
  return (repository === null ? takeOwned(upward, context) : upward.slice(0, upward.indexOf(repository) + 1)).flatMap(
    (directory) => names.map((name) => paths.join(directory, name)),
  );
}

/** Returns the root of the repository around a directory; null outside of one. The home directory does not count as one. */
export function findRepository(context: CallContext, start = context.cwd): string | null {
  return listUpward(context, start).find((folder) => isMarkedBy('.git', folder, context)) ?? null;
}

/** Whether a directory has that name in it, put there by a user whose word counts. */
function isMarkedBy(name: string, directory: string, context: CallContext): boolean {
  const mark = pathsOf(context.platform).join(directory, name);
  return context.files.status(mark) !== null && !isFromOtherUser(directory, mark, context);
}

/** Returns what the files of an environment tell, and what speaks against it. */
export function describeFound(
  prefix: string,
  repository: string | null,
  context: CallContext,
  readBlocks: ReadBlocks | undefined,
): FoundEnvironment {
  const { files, platform } = context;
  const read = files.readText(pathsOf(platform).join(prefix, 'pyvenv.cfg'), CONFIG_LIMIT);
  const cfg = parsePyvenvCfg(read.kind === 'text' ? read.text : '');
  const { path, problem } = findInPrefix(prefix, context);
  const python = problem === null ? path : null;
  const interpreter = python === null ? null : inspectInterpreter(python, context);
  const site = interpreter?.siteDirectories[0];
  return {
    prefix,
    version: interpreter?.version ?? cfg.version,
    hasPip: interpreter?.pip.state === 'present',
    isWritable: site !== undefined && isWritable(site, context),
    issues: listCheckIssues({ prefix, home: cfg.home, python, repository }, context, readBlocks),
  };
}

/**
 * A directory and those above it, up to the file system's root or below the home directory. None where there
 * are more than MAX_LEVELS: of a project that is not looked at as a whole nothing is used, and nothing recommended.
 */
function listUpward({ cwd, home, files, platform }: CallContext, start = cwd): readonly string[] {
  if (start === null) return [];
  const { directories, gap } = listDirectories(start, pathsOf(platform));
  if (gap !== null) return [];
  const physicalHome = home === null ? null : (files.realPath(home) ?? home);
  const isHome = (folder: string) =>
    [home, physicalHome].some(
      (own) =>
        own !== null &&
        (own === folder || (PIPWARD_FOR_WINDOWS && platform === 'win32' && own.toLowerCase() === folder.toLowerCase())),
    );
  const end = directories.findIndex((folder) => isHome(folder));
  return end < 0 ? directories : directories.slice(0, end);
}

/** The directories up to the last that the user owns. The current one always counts: the issues tell if it is another user's. */
function takeOwned(directories: readonly string[], { files, userId }: CallContext): readonly string[] {
  const end = directories.findIndex((directory, index) => {
    const owner = files.status(directory)?.owner ?? -1;
    return index > 0 && userId !== null && owner !== userId;
  });
  return end < 0 ? directories : directories.slice(0, end);
}
