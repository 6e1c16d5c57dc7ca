import { liesWithin, pathsOf } from '../util/paths.ts';
import type { Interpreter } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { InstallPlace } from '../model/policy.ts';
import type { CallContext } from '../model/call-context.ts';
import { isPipBefore, mayFallBackToUserSite } from '../pip/releases.ts';
import type { DistutilsPlace, DistutilsSettings } from '../pip/distutils-settings.ts';
import { readConfigurationText } from '../pip/configuration-text.ts';
import { expandUser } from '../pip/expand-user.ts';
import { isOfKernel } from '../pip/of-kernel.ts';
import type { InstallSettings } from '../model/pip-call.ts';
import { findOwner, hasPrograms, holdsPython, OWNERS, resolvePhysical, type Owner } from './install-folders.ts';
import { listBelowPrefix, listBelowRoot } from './scheme-folders.ts';
import { isWritable } from '../util/windows/writable.ts';

type Target = { readonly option: 'target' | 'prefix' | 'root'; readonly value: string; readonly root: string | null };

/** Returns where an install goes, as seen from the environment that pip works on: there, a user site, another folder. */
export function findInstallPlace(
  context: CallContext,
  { redirection, root, user, hasHiddenRequests }: InstallSettings,
  distutils: DistutilsSettings,
  interpreter: Interpreter | null,
  pipVersion: () => string | null,
  command: PipCommand,
): InstallPlace {
  const environment = interpreter?.environment ?? { kind: 'unknown' };
  const isClosed = environment.kind === 'virtual' && !environment.seesSystemSite;
  if (user === true || distutils.user !== null) return { kind: 'user-site', because: 'asked' };
  const outerRoot = root ?? distutils.places.find(({ option }) => option === 'root')?.value ?? null;
  const added = distutils.places.flatMap((place) =>
    [null, outerRoot].map((outer) => placeOf(judgeDistutils(place, outer, context, interpreter), nameOf(place))),
  );
  if (redirection !== null) {
    const { option, value } = redirection;
    const outer = option === '--prefix' ? outerRoot : null;
    const how = outer === null ? `${option} ${value}` : `--root ${outer} ${option} ${value}`;
    const target: Target = { option: REDIRECTIONS[option], value, root: outer };
    const place = strictest([placeOf(judgeTarget(target, context, interpreter), how), ...added]);
    // For --root pip asks all the same whether it can write, and `setup.py develop` takes no notice of it.
    const isOver = place.kind !== 'environment' && place.kind !== 'elsewhere';
    if (option !== '--root' || isOver) return place;
    if (place.kind === 'elsewhere' && !mayDevelop(command, hasHiddenRequests, context, pipVersion)) return place;
  }
  const here = strictest([ENVIRONMENT, ...judgeLinks(context, interpreter), ...added]);
  // pip/_internal/commands/install.py, decide_user_install; an environment that hides the system's packages never does.
  if (user === false || isClosed || environment.kind === 'unknown' || !mayFallBackToUserSite(pipVersion())) return here;
  const sites = (interpreter?.siteDirectories ?? []).filter((directory) =>
    liesWithin(directory, environment.prefix, context.platform),
  );
  // Debian's Python may be told to install beside the system's packages, and not to /usr/local.
  if (!context.env['DEB_PYTHON_INSTALL_LAYOUT']) sites.splice(1);
  // Folders that distutils names are those that pip tries to write to.
  const folders = distutils.places.flatMap(({ value }) => listCandidates(value, context) ?? []);
  const fallsBack = [...sites, ...folders].some((folder) => !isWritable(folder, context));
  return fallsBack ? { kind: 'user-site', because: 'fallback' } : here;
}

/** Whether pip may run `setup.py develop` (before 25.3): an editable is given, or a requirements file may name one. */
function mayDevelop(
  command: PipCommand,
  hasHiddenRequests: boolean,
  context: CallContext,
  pipVersion: () => string | null,
): boolean {
  const isPlain = (file: string) => {
    const read = readConfigurationText(pathsOf(context.platform).resolve(context.cwd ?? '/', file), context);
    // pip joins lines behind a backslash, but not behind a comment.
    return read.kind === 'text' && ![read.text, read.text.replace(/\\\r?\n/g, '')].some((text) => EDITABLE.test(text));
  };
  if (!hasHiddenRequests && command.editables.length === 0 && command.requirementFiles.every(isPlain)) return false;
  const version = pipVersion();
  return version === null || isPipBefore(version, 25, 3);
}

/**
 * What may be an editable in a requirements file (pip/_internal/req/req_file.py): its option or one that another file is
 * read by, a variable in an option, a comment that names another encoding. Lines end as for str.splitlines().
 */
const EDITABLE = /(?:^|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])\s*(?:-(?:[er]|-ed|-requirem)|(?:-\S*)?\$\{)|coding[:=]/;

function judgeLinks(context: CallContext, interpreter: Interpreter | null): readonly InstallPlace[] {
  return listOwnSites(context, interpreter).map(({ site, real }) =>
    placeOf(
      isOfKernel(site, context) ? 'user-site' : findOwner(real, context, interpreter),
      site === real ? site : `${site} (link to ${real})`,
    ),
  );
}

/** Returns the folders for packages in an environment which links lead out of it, and where these lead. */
export function listLinksOut(context: CallContext, interpreter: Interpreter | null): ReturnType<typeof listOwnSites> {
  const environment = interpreter?.environment;
  const prefix = environment === undefined || environment.kind === 'unknown' ? '' : environment.prefix;
  return listOwnSites(context, interpreter).filter(
    ({ real }) => !liesWithin(real, resolvePhysical(prefix, context), context.platform),
  );
}

function listOwnSites(
  context: CallContext,
  interpreter: Interpreter | null,
): readonly { readonly site: string; readonly real: string }[] {
  const environment = interpreter?.environment;
  if (environment?.kind !== 'virtual' && environment?.kind !== 'conda') return [];
  return (interpreter?.siteDirectories ?? [])
    .filter((site) => liesWithin(site, environment.prefix, context.platform))
    .map((site) => ({ site, real: resolvePhysical(site, context) }));
}

const REDIRECTIONS = { '--target': 'target', '--prefix': 'prefix', '--root': 'root' } as const;

const ENVIRONMENT: InstallPlace = { kind: 'environment' };

function placeOf(owner: Owner, how: string): InstallPlace {
  switch (owner) {
    case 'environment':
      return ENVIRONMENT;
    case 'nobody':
      return { kind: 'elsewhere', how };
    case 'other-python':
      return { kind: 'other-python', how };
    case 'user-site':
      return { kind: 'other-python', how, isUserSite: true };
  }
}

const STRICTNESS = ['elsewhere', 'environment', 'other-python', 'user-site'] as const satisfies InstallPlace['kind'][];

function strictest(places: readonly InstallPlace[]): InstallPlace {
  const rank = (place: InstallPlace) =>
    STRICTNESS.indexOf(place.kind) + (place.kind === 'other-python' && place.isUserSite === true ? 0.5 : 0);
  return places.reduce((one, other) => (rank(other) > rank(one) ? other : one));
}

function nameOf({ option, value }: DistutilsPlace): string {
  return `[install] ${option} = ${value}`;
}

/** distutils knows the same three kinds of folders under more names. */
function judgeDistutils(
  { option, value }: DistutilsPlace,
  root: string | null,
  context: CallContext,
  own: Interpreter | null,
): Owner {
  // distutils and ConfigParser put other values in here.
  if (/[$%]/.test(value)) return 'other-python';
  const isPrefix = /^(?:prefix|exec_prefix|home|install_\w*base)$/.test(option);
  const kind = option === 'root' ? 'root' : isPrefix ? 'prefix' : 'target';
  return judgeTarget({ option: kind, value, root: kind === 'root' ? null : root }, context, own);
}

/** Returns whose the folders are that files will end up in, the strictest of all that the value may mean. */
function judgeTarget({ option, value, root }: Target, context: CallContext, own: Interpreter | null): Owner {
  const outer = root === null ? [null] : listCandidates(root, context);
  const inner = listCandidates(value, context);
  if (outer === null || inner === null) return 'other-python';
  const owners = outer.flatMap((base) =>
    (base === null ? inner : listBelow(base, value, inner, context)).map((folder) =>
      judgeFolder(option, folder, context, own),
    ),
  );
  return owners.reduce((one, other) => (OWNERS.indexOf(other) > OWNERS.indexOf(one) ? other : one), 'nobody');
}

/** distutils' change_root joins a relative folder to the root as it is, so that its `..` lead out of the root. */
function listBelow(root: string, value: string, folders: readonly string[], context: CallContext): readonly string[] {
  const { sep } = pathsOf(context.platform);
  const joined = folders.map((folder) => belowRoot(root, folder, context));
  if (pathsOf(context.platform).isAbsolute(value)) return joined;
  const texts = [pathsOf(context.platform).join(root, value), `${root}${sep}${value}`];
  return [...joined, ...texts.map((text) => resolvePhysical(text, context))];
}

/** distutils' change_root: what stands behind the drive goes below the root. */
function belowRoot(root: string, folder: string, { platform }: CallContext): string {
  const paths = pathsOf(platform);
  return paths.join(root, folder.slice(paths.parse(folder).root.length));
}

/**
 * Returns the folders that pips may take a value for, links resolved; null if that cannot be told. Before pip 19.2 `~` is
 * an ordinary name; some resolve `..` in the text of the path, and the kernel does behind links.
 */
function listCandidates(value: string, context: CallContext): readonly string[] | null {
  const { cwd, platform } = context;
  const paths = pathsOf(platform);
  const expanded = expandUser(value, context);
  if (expanded === null || (cwd === null && !paths.isAbsolute(expanded))) return null;
  const texts = [expanded, value].flatMap((text) => [
    paths.resolve(cwd ?? '/', text),
    ...(/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(text) ? [paths.isAbsolute(text) ? text : `${cwd}${paths.sep}${text}`] : []),
  ]);
  return [...new Set(texts.map((text) => resolvePhysical(text, context)))];
}

function judgeFolder(option: Target['option'], folder: string, context: CallContext, own: Interpreter | null): Owner {
  const { files, platform } = context;
  if (option === 'target') return findOwner(folder, context, own);
  const isRoot = option === 'root';
  if (isRoot && folder === pathsOf(platform).parse(folder).root) return 'environment';
  const first = isRoot ? 'nobody' : findOwner(folder, context, own);
  if (first === 'environment') return first;
  const environment = own?.environment ?? { kind: 'unknown' };
  // The first install below a root makes a lib/python3.12 there: only a program shows that it belongs to a Python.
  const isPython = isRoot
    ? environment.kind !== 'unknown' && hasPrograms(belowRoot(folder, environment.prefix, context), context)
    : SHARED_PREFIXES.includes(folder) || holdsPython(folder, context);
  const inside = isRoot ? listBelowRoot(folder, context, own) : listBelowPrefix(folder, context, own);
  // Nothing is known of where this Python installs to: what is there may lead anywhere.
  if (inside === null) return files.list(folder).length > 0 ? 'other-python' : first;
  const led = inside
    .map((each) => resolvePhysical(each, context))
    .filter((each) => first !== 'nobody' || !liesWithin(each, folder, platform))
    .map((each) => findOwner(each, context, own));
  const owners: readonly Owner[] = [first, isPython ? 'other-python' : first, ...led];
  return owners.reduce((one, other) => (OWNERS.indexOf(other) > OWNERS.indexOf(one) ? other : one));
}

const SHARED_PREFIXES = ['/', '/usr', '/usr/local'];
