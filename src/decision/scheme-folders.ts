import { pathsOf } from '../util/paths.ts';
import type { Interpreter } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';
import { formatRelease } from '../util/python-version.ts';

/** More entries of a folder are not looked at: then only the folder itself is judged. */
const MAX_ENTRIES = 2000;

/**
 * Returns the folders below a --prefix that pip writes to, and the links in them, through which it would write as well.
 * For the version of this Python, and for each that has a library there. null if nothing is known of the Python.
 */
export function listBelowPrefix(
  prefix: string,
  context: CallContext,
  interpreter: Interpreter | null,
): readonly string[] | null {
  if (interpreter === null || interpreter.environment.kind === 'unknown') return null;
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const { stdlib, version } = interpreter;
  const named = [
    ...(stdlib === null ? [] : [paths.basename(stdlib)]),
    ...(version === null ? [] : [`python${formatRelease(version)}`, `python${version.major}`]),
  ];
  const libraries = ['lib', 'lib64', paths.join('local', 'lib'), 'Lib'].flatMap((lib) => {
    const folder = paths.join(prefix, lib);
    const names = new Set([...named, ...files.list(folder).filter((name) => /^(?:python|pypy)\d/.test(name))]);
    return [folder, ...[...names].map((name) => paths.join(folder, name))];
  });
  const sites = libraries.flatMap((folder) =>
    ['site-packages', 'dist-packages'].map((name) => paths.join(folder, name)),
  );
  const programs = ['bin', 'Scripts', 'local', paths.join('local', 'bin'), 'include'].map((name) =>
    paths.join(prefix, name),
  );
  return withLinks([prefix, ...libraries, ...sites, ...programs], context);
}

/** Returns the same for --root: this Python's own folders below it. */
export function listBelowRoot(
  root: string,
  context: CallContext,
  interpreter: Interpreter | null,
): readonly string[] | null {
  if (interpreter === null || interpreter.environment.kind === 'unknown') return null;
  const paths = pathsOf(context.platform);
  const below = (folder: string) => paths.join(root, folder.slice(paths.parse(folder).root.length));
  const prefix = below(interpreter.environment.prefix);
  const ways = parentsBetween(root, prefix, context);
  const inPrefix = listBelowPrefix(prefix, context, interpreter) ?? [];
  return [...ways, ...inPrefix, ...withLinks(interpreter.siteDirectories.map(below), context)];
}

function parentsBetween(root: string, folder: string, { platform }: CallContext): readonly string[] {
  const paths = pathsOf(platform);
  const parents: string[] = [];
  for (let each = folder; each.length > root.length; each = paths.dirname(each)) parents.push(each);
  return parents;
}

function withLinks(folders: readonly string[], { files, platform }: CallContext): readonly string[] {
  const paths = pathsOf(platform);
  return folders.flatMap((folder) => {
    const names = files.list(folder);
    const children = names.slice(0, MAX_ENTRIES).map((name) => paths.join(folder, name));
    return [folder, ...children.filter((child) => files.isLink(child))];
  });
}
