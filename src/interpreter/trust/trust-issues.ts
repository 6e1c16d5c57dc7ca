import type { Suspicion } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listKnownInterpreters } from '../discovery/known-installations.ts';
import { pathsOf } from '../../util/paths.ts';
import { describeFound, findRepository } from '../project/project.ts';
import { isForeign, isWritableByOthers, listFileSuspicions, listParts } from './trust-checks.ts';

/** What speaks against trusting an environment, and the file or folder that shows it; null where it is the whole. */
export type Doubt = { readonly suspicion: Suspicion; readonly path: string | null };

/**
 * Returns what speaks against an environment: `listSuspicions` of it, by its name and by its real path, and the same
 * questions about every folder above, since who may rename one of those may put another environment in its place; of a
 * file that names it (`place`) the same. Nothing is started. It is asked before trust is given, and again on every call
 * that would use the environment.
 */
export function listDoubts(place: string, prefix: string, context: CallContext): readonly Doubt[] {
  const { files } = context;
  const folders = [...new Set([prefix, files.realPath(prefix) ?? prefix])];
  const project = pathsOf(context.platform).dirname(place);
  const own = folders.flatMap((folder) => {
    const cwd = pathsOf(context.platform).dirname(folder);
    // Whoever wrote a file that names it, wrote the project around that file.
    const roots = [
      findRepository(context, cwd),
      ...(place === prefix ? [] : [findRepository(context, project) ?? project]),
    ];
    return [...new Set(roots)].flatMap((root) =>
      describeFound(folder, root, context, files.readBytes).suspicions.map((suspicion) => ({
        suspicion,
        path: findShowing(suspicion, folder, context),
      })),
    );
  });
  return dropRepeated([
    ...own,
    ...folders.flatMap((folder) => listAccessDoubts(listParents(folder, context), context)),
    ...(place === prefix ? [] : listDoubtsOfFile(place, prefix, context)),
  ]);
}

function listDoubtsOfFile(file: string, prefix: string, context: CallContext): readonly Doubt[] {
  const repository = findRepository(context, pathsOf(context.platform).dirname(file));
  const own = listFileSuspicions(file, { prefix, repository }, context, context.files.readBytes);
  return [
    ...own.map((suspicion) => ({
      suspicion,
      path: suspicion === 'foreign-owner' || suspicion === 'writable-by-others' ? file : null,
    })),
    ...listAccessDoubts(listParents(file, context), context),
  ];
}

/**
 * Returns what speaks against the program that the environment's python really is. One that the person could start by
 * name already (on PATH, of pyenv, in a usual place) is consented to, whoever owns it: a shared installation, say.
 */
export function listPythonDoubts(python: string, context: CallContext): readonly Doubt[] {
  const doubts = listAccessDoubts([python, ...listParents(python, context)], context);
  if (doubts.length === 0) return [];
  for (const { realPath } of listKnownInterpreters(context)) if (realPath === python) return [];
  return doubts;
}

function listAccessDoubts(paths: readonly string[], context: CallContext): readonly Doubt[] {
  return paths.flatMap((path): readonly Doubt[] => [
    ...(isForeign(path, context) ? [{ suspicion: 'foreign-owner', path } as const] : []),
    ...(isWritableByOthers(path, context) ? [{ suspicion: 'writable-by-others', path } as const] : []),
  ]);
}

function findShowing(suspicion: Suspicion, prefix: string, context: CallContext): string | null {
  const parts = listParts(prefix, context);
  if (suspicion === 'foreign-owner') return parts.find((part) => isForeign(part, context)) ?? null;
  if (suspicion === 'writable-by-others') return parts.find((part) => isWritableByOthers(part, context)) ?? null;
  return null;
}

/** The folders above, nearest first, with the file system's root. */
function listParents(path: string, context: Pick<CallContext, 'platform'>): readonly string[] {
  const parent = pathsOf(context.platform).dirname(path);
  return parent === path ? [] : [parent, ...listParents(parent, context)];
}

function dropRepeated(doubts: readonly Doubt[]): readonly Doubt[] {
  return doubts.filter(
    ({ suspicion, path }, index) =>
      index === doubts.findIndex((known) => known.suspicion === suspicion && known.path === path),
  );
}
