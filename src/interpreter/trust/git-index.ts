import type { FileView, Platform } from '../../model/call-context.ts';
import { findTracked } from './git-index-entries.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';

/** The host has it. */
export type ReadBlocks = FileView['readBlocks'];

/** An index of some 80,000 files; that much is read in one call, however many environments are asked for. */
const INDEX_LIMIT = 8 * 1024 * 1024;

/**
 * Returns whether the repository's index names files of an environment, so that a clone brings them. git itself is not
 * asked: core.fsmonitor of a hostile repository would run. null if that is not known: the index cannot be read, or is gone
 * from a repository that has objects. False without `readBlocks`.
 */
export function indexMentions(
  repository: string,
  prefix: string,
  files: FileView,
  platform: Platform,
  readBlocks?: ReadBlocks,
): boolean | null {
  if (readBlocks === undefined) return false;
  // A folder outside of any repository.
  if (files.readText(pathsOf(platform).join(repository, '.git'), 0).kind === 'missing') return false;
  const folder = findGitFolder(repository, files, platform);
  const file = pathsOf(platform).join(folder, 'index');
  // What may not be looked at has no status either.
  if (files.status(file) === null)
    return files.readText(file).kind === 'missing' && isEmpty(folder, files, platform) ? false : null;
  const names = listTrackedNames(repository, prefix, files, platform);
  const key = [file, ...names].join('\0');
  // A call asks for the same environment several times: as what it is found, and as what it is trusted.
  const call = calls.get(files) ?? {
    answers: new Map<string, boolean | null>(),
    sizes: new Map<string, number>(),
    bytesLeft: INDEX_LIMIT,
  };
  calls.set(files, call);
  const known = call.answers.get(key);
  if (known !== undefined) return known;
  const answer = readMentions(file, names, readBlocks, call);
  call.answers.set(key, answer);
  return answer;
}

type Call = { readonly answers: Map<string, boolean | null>; readonly sizes: Map<string, number>; bytesLeft: number };
const calls = new WeakMap<FileView, Call>();

function readMentions(file: string, names: readonly string[], readBlocks: ReadBlocks, call: Call): boolean | null {
  // Of another index its size is known only when it is read.
  const limit = call.bytesLeft;
  if (limit <= (call.sizes.get(file) ?? 0)) return null;
  const environments = names.map((name) => Buffer.from(name));
  return findTracked(
    (use) =>
      readBlocks(file, limit, (next, size) => {
        call.sizes.set(file, size);
        call.bytesLeft = limit - size;
        return use(next);
      }),
    environments,
  );
}

/** The environment may be a link to a folder of the repository. Names without capital letters. */
function listTrackedNames(repository: string, prefix: string, files: FileView, platform: Platform): readonly string[] {
  const paths = pathsOf(platform);
  const root = files.realPath(repository) ?? repository;
  const real = files.realPath(prefix) ?? prefix;
  const relatives = new Set(
    [paths.relative(repository, prefix), liesWithin(real, root, platform) ? paths.relative(root, real) : ''].filter(
      Boolean,
    ),
  );
  return [...relatives].map((relative) =>
    relative
      .split(paths.sep)
      .join('/')
      .replace(/[A-Z]+/g, (x) => x.toLowerCase()),
  );
}

/** In a worktree or submodule .git is a file: `gitdir: PATH` (gitrepository-layout(5)). */
function findGitFolder(repository: string, files: FileView, platform: Platform): string {
  const paths = pathsOf(platform);
  const git = paths.join(repository, '.git');
  if (files.status(git)?.kind !== 'file') return git;
  const read = files.readText(git, 4096);
  const target = read.kind === 'text' ? /^gitdir: (.+)$/m.exec(read.text)?.[1]?.trim() : undefined;
  return target === undefined ? git : paths.resolve(repository, target);
}

/** Whether a repository has no object yet, as after `git init`, or is not a repository: then it brought no file. */
function isEmpty(folder: string, files: FileView, platform: Platform): boolean {
  const paths = pathsOf(platform);
  const isThere = (...names: readonly string[]) => files.readText(paths.join(folder, ...names), 0).kind !== 'missing';
  const objects = paths.join(folder, 'objects');
  // A worktree has its objects elsewhere.
  if (!isThere('objects')) return isThere('.') && !isThere('commondir');
  const names = files.list(objects);
  return (
    names.length > 0 &&
    names.every((name) => name === 'info' || name === 'pack') &&
    files.list(paths.join(objects, 'pack')).length === 0 &&
    !isThere('objects', 'info', 'alternates')
  );
}
