import { liesWithin, pathsOf } from '../util/paths.ts';
import { listWindowsUserBases } from '../interpreter/discovery/windows/usual-folders.ts';
import { listUserSites } from '../interpreter/inspect/site-directories.ts';
import type { Interpreter } from '../model/environment.ts';
import type { CallContext } from '../model/call-context.ts';

/** Whose a folder is, the least strictly judged first. */
export const OWNERS = ['nobody', 'environment', 'other-python', 'user-site'] as const;
export type Owner = (typeof OWNERS)[number];

/** Returns whose packages files in a folder are, seen from the interpreter that pip works on. `folder`: links resolved. */
export function findOwner(folder: string, context: CallContext, interpreter: Interpreter | null): Owner {
  const { platform, files } = context;
  const environment = interpreter?.environment ?? { kind: 'unknown' };
  const prefix = environment.kind === 'unknown' ? null : environment.prefix;
  const own = prefix === null ? null : (files.realPath(prefix) ?? prefix);
  const isOwn = own !== null && liesWithin(folder, own, platform);
  const base = listUserBases(context, own).find((each) => liesWithin(folder, each, platform));
  // An environment that was made at a user base, or above it, does not take the user site away. One below it is an own place.
  if (base !== undefined && (!isOwn || own === base || !liesWithin(own, base, platform))) {
    if (USER_SITE.test(pathsOf(platform).relative(base, folder))) return 'user-site';
    if (own !== base) return 'other-python';
  }
  if (isOwn) return 'environment';
  const isNamed = folder.split(/[/\\]/).some((part) => /^(?:site|dist)-packages$/i.test(part));
  if (isNamed || isInPython(folder, context)) return 'other-python';
  return isOnImportPath(folder, context, interpreter) ? 'other-python' : 'nobody';
}

/** lib/python3.12 below a user base; Python312 on Windows, 3.12/lib/python in a framework of macOS. */
const USER_SITE =
  /^(?:(?:lib64|lib|\d\.\d+[/\\]lib)(?:[/\\](?:python|pypy)[^/\\]*|$)|Python\d+(?:-32|-arm64)?(?:[/\\]site-packages|$))/i;

/** `own`: the prefix of the environment, which PYTHONUSERBASE may name, too. */
function listUserBases(context: CallContext, own: string | null): readonly string[] {
  const { env, cwd, platform } = context;
  const paths = pathsOf(platform);
  const named = env['PYTHONUSERBASE'] ?? '';
  // site.py takes the variable as it is: a relative one is a folder below the current one.
  const base = named !== '' && (cwd !== null || paths.isAbsolute(named)) ? [paths.resolve(cwd ?? '/', named)] : [];
  // A HOME for one call does not move the packages that the user's other calls see.
  const homes = [context.home, context.accountHome ?? null].filter((home) => home !== null);
  const usual =
    PIPWARD_FOR_WINDOWS && platform === 'win32'
      ? listWindowsUserBases(context)
      : homes.map((home) => paths.join(home, '.local'));
  const framework = platform === 'darwin' ? homes.map((home) => paths.join(home, 'Library', 'Python')) : [];
  const resolve = (folder: string) => resolvePhysical(folder, context);
  return [...usual, ...framework].map(resolve).concat(base.map(resolve).filter((folder) => folder !== own));
}

/** Folders below a Python's prefix that it imports from, or runs programs in. */
const OF_PYTHON = /^(?:lib64|lib|DLLs|lib-python|lib_pypy|bin|Scripts)$/i;
const LIBRARY = /^(?:python|pypy)\d/i;

/** Whether a folder above (or the folder itself) is a Python's prefix, and the folder one of those that it imports from. */
function isInPython(folder: string, context: CallContext): boolean {
  const paths = pathsOf(context.platform);
  for (let prefix = folder; ; prefix = paths.dirname(prefix)) {
    const relative = paths.relative(prefix, folder);
    if (mayBeImported(relative) && holdsPython(prefix, context)) return true;
    if (paths.dirname(prefix) === prefix) return false;
  }
}

/** Of lib, only what is a library: /usr/lib/app may hold anything. `lib` itself counts, since a package could be called python3.12. */
function mayBeImported(relative: string): boolean {
  if (relative === '') return true;
  const [first = '', ...rest] = relative.split(/[/\\]/);
  if (first.toLowerCase() === 'local') return rest.length > 0 && rest[0] !== first && mayBeImported(rest.join('/'));
  if (!OF_PYTHON.test(first)) return false;
  const [second] = rest;
  // Programs import from their own folder; Lib and DLLs are the library itself on Windows.
  if (/^(?:bin|scripts)$/i.test(first)) return second === undefined;
  if (!/^lib(?:64)?$/.test(first)) return true;
  return second === undefined || LIBRARY.test(second);
}

const isNoPackages = (name: string) => !/^(?:site|dist)-packages$/.test(name);

/** Returns whether a folder looks like a Python's prefix. */
export function holdsPython(folder: string, context: CallContext): boolean {
  const paths = pathsOf(context.platform);
  const { files } = context;
  return (
    ['pyvenv.cfg', 'conda-meta'].some((mark) => files.status(paths.join(folder, mark)) !== null) ||
    hasPrograms(folder, context) ||
    ['lib', 'lib64'].some((name) =>
      files
        .list(paths.join(folder, name))
        // An earlier --prefix left packages there, and no library of Python's own.
        .some((entry) => LIBRARY.test(entry) && files.list(paths.join(folder, name, entry)).some(isNoPackages)),
    )
  );
}

/** Returns whether a Python can be started in a prefix. */
export function hasPrograms(prefix: string, { files, platform }: CallContext): boolean {
  const paths = pathsOf(platform);
  if (files.status(paths.join(prefix, 'python.exe')) !== null) return true;
  return files.list(paths.join(prefix, 'bin')).some((name) => /^(?:python|pypy)[\d.]*t?$/.test(name));
}

/** More are not read. */
const MAX_PATH_FILES = 200;
const MAX_PATH_FILE_BYTES = 64 * 1024;

/** Whether the interpreter imports from exactly this folder: by PYTHONPATH, or by a .pth file among its packages (site.py). */
function isOnImportPath(folder: string, context: CallContext, interpreter: Interpreter | null): boolean {
  const { env, cwd, files, platform } = context;
  const paths = pathsOf(platform);
  const isIt = (entry: string) => resolvePhysical(entry, context) === folder;
  const entries = (env['PYTHONPATH'] ?? '').split(paths.delimiter);
  if ((env['PYTHONPATH'] ?? '') !== '' && entries.some((entry) => isIt(paths.resolve(cwd ?? '/', entry)))) return true;
  if (interpreter === null) return false;
  const { version, stdlib, siteDirectories } = interpreter;
  const library = stdlib === null ? null : paths.basename(stdlib);
  return [...siteDirectories, ...listUserSites(version, { library, stdlib }, context)].some((site) =>
    files
      .list(site)
      .filter((name) => name.endsWith('.pth'))
      .slice(0, MAX_PATH_FILES)
      .some((name) => {
        const read = files.readText(paths.join(site, name), MAX_PATH_FILE_BYTES);
        const lines = read.kind === 'text' ? read.text.split(/\r?\n/) : [];
        return lines.some((line) => /^(?!#|import[ \t])\s*\S/.test(line) && isIt(paths.resolve(site, line.trimEnd())));
      }),
  );
}

/** Returns the path with every link resolved, as far as it is there. */
export function resolvePhysical(target: string, context: CallContext): string {
  const paths = pathsOf(context.platform);
  const rest: string[] = [];
  for (let current = target; ;) {
    const real = context.files.realPath(current);
    if (real !== null) return paths.join(real, ...rest);
    const parent = paths.dirname(current);
    if (parent === current) return target;
    rest.unshift(paths.basename(current));
    current = parent;
  }
}
