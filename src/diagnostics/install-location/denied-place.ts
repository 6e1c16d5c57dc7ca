import path from 'node:path';
import { listUserSites } from '../../interpreter/inspect/site-directories.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { CallContext, FileView } from '../../model/call-context.ts';
import type { FactSource } from '../../model/facts.ts';
import { isWritable } from '../../util/windows/writable.ts';

/** Why a location could not be written to. */
export type DeniedFacts = {
  /** The closest file or folder that is there and cannot be written. */
  readonly place: string;
  /** Whose it is. */
  readonly owner: { readonly name: string; readonly isCaller: boolean };
  /** The environment, or the highest folder on the way to `place` that is not the caller's: what to give back to them. */
  readonly top: string;
  /** Whether `top` is in a folder of the caller's. */
  readonly isInOwnPlace: boolean;
};

/** Returns who owns what pip could not write, and how far up that goes; null if nothing is known about it. */
export function findDenied(
  target: string | null,
  { context, viewNow, findUserName }: FactSource,
  interpreter: Interpreter | null,
): DeniedFacts | null {
  const { home, userId, cwd, platform } = context;
  // On Windows the rights are in a list, and Node knows neither that nor the owner.
  if (target === null || platform === 'win32' || (!path.isAbsolute(target) && cwd === null)) return null;
  const files = viewNow();
  const named = isName(target) ? (findNamed(target, context, files, interpreter) ?? target) : target;
  // What can be made in the current directory is not what was denied.
  if (named === target && isName(target) && cwd !== null && isWritable(cwd, context, files)) return null;
  let place = path.resolve(cwd ?? '/', named);
  while (files.status(place) === null && place !== path.dirname(place)) place = path.dirname(place);
  // To remove or replace a file takes the right to write its folder.
  const folder = path.dirname(place);
  if (files.status(place)?.kind !== 'directory' && !isWritable(folder, context, files)) place = folder;
  // Behind links: what stands in a folder of the caller's may lead to one of the system's, and `chown -R` follows no link.
  const follow = (name: string) => files.realPath(name) ?? name;
  place = follow(place);
  const owner = files.status(place)?.owner;
  if (owner === undefined) return null;
  const isOwn = (file: string) => files.status(file)?.owner === userId;
  let top = place;
  while (!isOwn(path.dirname(top)) && path.dirname(top) !== top) top = path.dirname(top);
  const environment = interpreter?.environment;
  const prefix = environment?.kind === 'virtual' || environment?.kind === 'conda' ? follow(environment.prefix) : null;
  const [userSite] = named === target ? [] : listUserSites(interpreter?.version ?? null, NO_LAYOUT, context);
  const userBase = userSite === undefined ? null : follow(path.join(userSite, '../../..'));
  const isInOwnPlace = isOwn(path.dirname(top)) && (home === null || !isBelow(follow(home), top));
  return {
    place,
    owner: { name: findUserName(owner) ?? 'another user', isCaller: isOwn(place) },
    // There, more than this one folder will be in other hands.
    top: [prefix, userBase].find((whole) => whole !== null && isInOwnPlace && isBelow(top, whole)) ?? top,
    isInOwnPlace,
  };
}

/** Folders that are looked into: a package has dozens. */
const MAX_FOLDERS = 1000;
/** What pip is about to remove has such a name (pip/_internal/req/req_uninstall.py, AdjacentTempDirectory). */
const REPLACED = /[/\\][~-][^/\\]*$/;

/** Returns a file of that name below a folder of packages, in a folder that the caller may not change; null if there is none. */
function findNamed(
  name: string,
  context: CallContext,
  files: FileView,
  interpreter: Interpreter | null,
): string | null {
  if (interpreter === null) return null;
  const sites = [...listUserSites(interpreter.version, NO_LAYOUT, context), ...interpreter.siteDirectories];
  const isDenied = (folder: string) => !isWritable(folder, context, files);
  const list = (folder: string) =>
    files.status(folder)?.kind === 'directory' ? files.list(folder).map((each) => path.join(folder, each)) : [];
  const search = (start: readonly string[]): string | null => {
    const queue = [...start];
    for (let index = 0; index < Math.min(queue.length, MAX_FOLDERS); index += 1) {
      const folder = queue[index] ?? '';
      const below = list(folder);
      if (below.includes(path.join(folder, name)) && isDenied(folder)) return path.join(folder, name);
      queue.push(...below.filter((each) => files.status(each)?.kind === 'directory'));
    }
    return null;
  };
  const packages = [...sites.filter((site) => !isDenied(site)), ...sites.filter(isDenied)].flatMap(list);
  // Where a package was the only one, the folder of packages itself was renamed.
  const beside = sites.flatMap((site) => list(path.dirname(site)));
  return search([...beside, ...packages].filter((each) => REPLACED.test(each))) ?? search(packages);
}

const NO_LAYOUT = { library: null, stdlib: null };

/**
 * Whether an error names no more than a file: so does Python from 3.7 on where shutil.rmtree failed, by which pip removes what it
 * replaces. (A folder of --prefix may be a name as well.)
 */
export function isName(target: string): boolean {
  return !/[/\\]/.test(target);
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
