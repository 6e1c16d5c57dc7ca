import type { FileView, CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';
import { filterByArchitecture } from './windows/pyenv-win.ts';

/**
 * Returns the folder below versions/ that a selected name means (pyenv-version-name): itself, without `python-`, or the
 * latest released version that begins with it; null if none is installed or the name is not safe.
 */
export function findPyenvVersion(root: string, name: string, context: CallContext): string | null {
  if (!isSafeName(name)) return null;
  const { files, platform } = context;
  const plain = dropImplementation(name);
  const exact = [name, plain].find(
    (version) => files.status(pathsOf(platform).join(root, 'versions', version))?.kind === 'directory',
  );
  if (exact !== undefined) return exact;
  const all = listPyenvVersions(root, context);
  const installed = PIPWARD_FOR_WINDOWS && platform === 'win32' ? filterByArchitecture(name, all) : all;
  return findLatest(name, installed) ?? findLatest(plain, installed);
}

/**
 * Returns whether a name stays below versions/, with `python-` and without it, since both are tried (CVE-2022-35861).
 * `3.11.7/envs/name` of pyenv-virtualenv is fine; pyenv would expand a glob, which no user means.
 */
export function isSafeName(name: string): boolean {
  const parts = [name, dropImplementation(name)].flatMap((tried) => tried.split('/'));
  return !/[\\*?[\]\u0000-\u001F\u007F]/.test(name) && parts.every((part) => !['', '.', '..'].includes(part));
}

/**
 * Returns the folder below versions/ that a word with slashes in a version file leads to (is_version_safe of
 * pyenv-version-file-read: `cd` there, as the shell reads `..`); null if there is none, which pyenv passes over. Also null
 * where a link makes the kernel read `..` otherwise: pyenv would start what lies outside of versions/.
 */
export function findVersionPath(root: string, word: string, { files, platform }: CallContext): string | null {
  const paths = pathsOf(platform);
  const versions = paths.join(root, 'versions');
  const isFolder = (place: string) => files.status(place)?.kind === 'directory';
  const parts = word.split('/');
  const target = paths.join(versions, word, '.').replace(/\/$/, '');
  const isThere =
    target.startsWith(versions + paths.sep) &&
    isFolder(target) &&
    parts.every((part, index) => part !== '..' || isFolder(paths.join(versions, ...parts.slice(0, index))));
  if (!isThere || (parts.includes('..') && files.realPath(`${versions}/${word}`) !== files.realPath(target)))
    return null;
  return paths.relative(versions, target);
}

function dropImplementation(name: string): string {
  return name.replace(/^python-/, '');
}

/** Returns the folders of versions/, newest first; environments of pyenv-virtualenv, which are links into envs/, left out. */
export function listPyenvVersions(root: string, context: CallContext): readonly string[] {
  const { files } = context;
  // Asked for once for each name that a selection has.
  const known = listed.get(files) ?? new Map<string, readonly string[]>();
  listed.set(files, known);
  const versions = known.get(root) ?? readVersions(root, context);
  known.set(root, versions);
  return versions;
}

const listed = new WeakMap<FileView, Map<string, readonly string[]>>();

function readVersions(root: string, { files, platform }: CallContext): readonly string[] {
  const paths = pathsOf(platform);
  const folder = paths.join(root, 'versions');
  return files
    .list(folder)
    .filter((name) => files.realPath(paths.join(folder, name))?.split(paths.sep).at(-2) !== 'envs')
    .sort((a, b) => compareVersions(b, a));
}

/**
 * Returns the latest released version that begins with the prefix and a dot or hyphen (pyenv-latest): `3.1` does not
 * mean 3.12. Free-threaded ones (`3.13.0t`) only for a prefix that ends in t.
 */
export function findLatest(prefix: string, versions: readonly string[]): string | null {
  const [, start = prefix, suffix = ''] = /^(.*\d)(t)$/.exec(prefix) ?? [];
  const matching = versions.filter(
    (version) =>
      (version.startsWith(`${start}.`) || version.startsWith(`${start}-`)) &&
      !/(?:-dev|-src|-latest|(?:a|b|rc)\d+)$/.test(version) &&
      (suffix === 't' ? version.endsWith('t') : !/\dt$/.test(version)),
  );
  return matching.sort((a, b) => compareVersions(b, a))[0] ?? null;
}

/** Returns the order of two version names, numbers as numbers: 3.9 is before 3.12. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.match(/\d+|\D+/g) ?? []);
  for (let index = 0; index < Math.max(left?.length ?? 0, right?.length ?? 0); index += 1) {
    const [x = '', y = ''] = [left?.[index], right?.[index]];
    const difference = Number(x) - Number(y);
    if (x !== y) return difference || (x < y ? -1 : 1);
  }
  return 0;
}
