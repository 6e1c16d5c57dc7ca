import type { CheckIssue } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listKnownInterpreters } from '../discovery/known-installations.ts';
import { pathsOf } from '../../util/paths.ts';
import { describeFound, findRepository } from '../project/project.ts';
import { isForeign, isWritableByOthers, listFileIssues, listParts } from './trust-checks.ts';

/** What speaks against trusting an environment, and the file or folder that shows it; null where it is the whole. */
export type LocatedIssue = { readonly issue: CheckIssue; readonly path: string | null };

/**
 * Returns the trust issues of an environment: `listCheckIssues` of it, by its name and by its real path. Every folder above
 * is checked as well, since a user who may rename one of those may put another environment in its place; so is a file that
 * names the environment (`place`). Starts nothing. Runs before trust is given, and on every call that would use the
 * environment.
 */
export function listLocatedIssues(place: string, prefix: string, context: CallContext): readonly LocatedIssue[] {
  const { files } = context;
  const folders = [...new Set([prefix, files.realPath(prefix) ?? prefix])];
  const project = pathsOf(context.platform).dirname(place);
  const own = folders.flatMap((folder) => {
    const cwd = pathsOf(context.platform).dirname(folder);
    // The author of a file that names it is the author of the project around that file.
    const roots = [
      findRepository(context, cwd),
      ...(place === prefix ? [] : [findRepository(context, project) ?? project]),
    ];
    return [...new Set(roots)].flatMap((root) =>
      describeFound(folder, root, context, files.readBlocks).issues.map((issue) => ({
        issue,
        path: findShowing(issue, folder, context),
      })),
    );
  });
  return dropRepeated([
    ...own,
    ...folders.flatMap((folder) => listParentIssues(folder, context)),
    ...(place === prefix ? [] : listIssuesOfFile(place, prefix, context)),
  ]);
}

function listIssuesOfFile(file: string, prefix: string, context: CallContext): readonly LocatedIssue[] {
  const repository = findRepository(context, pathsOf(context.platform).dirname(file));
  const own = listFileIssues(file, { prefix, repository }, context, context.files.readBlocks);
  return [
    ...own.map((issue) => ({
      issue,
      path: issue === 'foreign-owner' || issue === 'writable-by-others' ? file : null,
    })),
    ...listParentIssues(file, context),
  ];
}

/**
 * Returns what speaks against the program that the environment's python really is. One that the user could start by
 * name already (on PATH, of pyenv, in a usual place) is consented to, whatever user owns it: a shared installation, for example.
 */
export function listPythonIssues(python: string, context: CallContext): readonly LocatedIssue[] {
  const issues = [...listAccessIssues(python, context), ...listParentIssues(python, context)];
  if (issues.length === 0) return [];
  for (const { realPath } of listKnownInterpreters(context)) if (realPath === python) return [];
  return issues;
}

function listAccessIssues(path: string, context: CallContext, isAbove = false): readonly LocatedIssue[] {
  return [
    ...(isForeign(path, context, isAbove) ? [{ issue: 'foreign-owner', path } as const] : []),
    ...(isWritableByOthers(path, context, isAbove) ? [{ issue: 'writable-by-others', path } as const] : []),
  ];
}

/** Of the folders above. */
function listParentIssues(path: string, context: CallContext): readonly LocatedIssue[] {
  return listParents(path, context).flatMap((folder) => listAccessIssues(folder, context, true));
}

function findShowing(issue: CheckIssue, prefix: string, context: CallContext): string | null {
  const parts = listParts(prefix, context);
  if (issue === 'foreign-owner') return parts.find((part) => isForeign(part, context)) ?? null;
  if (issue === 'writable-by-others') return parts.find((part) => isWritableByOthers(part, context)) ?? null;
  return null;
}

/** The folders above, nearest first, with the file system's root. */
function listParents(path: string, context: Pick<CallContext, 'platform'>): readonly string[] {
  const parent = pathsOf(context.platform).dirname(path);
  return parent === path ? [] : [parent, ...listParents(parent, context)];
}

function dropRepeated(issues: readonly LocatedIssue[]): readonly LocatedIssue[] {
  return issues.filter(
    ({ issue, path }, index) => index === issues.findIndex((known) => known.issue === issue && known.path === path),
  );
}
