import type { CallContext } from '../../../model/call-context.ts';
import { pathsOf } from '../../../util/paths.ts';
import { readVariable } from '../../../util/variables.ts';
import { isOfOtherUser } from '../../../util/windows/other-user.ts';
import { readStorePython } from './app-alias.ts';

type Viewed = Pick<CallContext, 'env' | 'home' | 'platform'>;

/** Returns %LocalAppData%, or where it is without the variable; null without a home directory. */
export function findLocalData(context: Viewed): string | null {
  return readFolder(context, 'LOCALAPPDATA') ?? below(context, 'AppData', 'Local');
}

/** Returns %AppData%, or where it is without the variable; null without a home directory. */
export function findRoamingData(context: Viewed): string | null {
  return readFolder(context, 'APPDATA') ?? below(context, 'AppData', 'Roaming');
}

/** Returns the folder that a variable names, if it is an absolute path. */
export function readFolder(context: Viewed, name: string): string | null {
  const value = readVariable(context, name);
  return value !== null && pathsOf('win32').isAbsolute(value) ? pathsOf('win32').join(value, '.') : null;
}

function below({ home }: Viewed, ...names: readonly string[]): string | null {
  return home === null ? null : pathsOf('win32').join(home, ...names);
}

/**
 * Returns site.getuserbase() of Windows: %AppData%\Python, of a Python from the Microsoft Store the folder of its package's data.
 * `stdlib`: its library; null without a home directory.
 */
export function findWindowsUserBase(stdlib: string | null, context: Viewed): string | null {
  const store = stdlib === null ? null : readStorePython(stdlib);
  if (store === null) {
    const roaming = findRoamingData(context);
    return roaming === null ? null : pathsOf('win32').join(roaming, 'Python');
  }
  const local = findLocalData(context);
  return local === null ? null : pathsOf('win32').join(local, 'Packages', store.family, 'LocalCache', 'local-packages');
}

/** Returns the folders that site.getuserbase() of some Python may be. */
export function listWindowsUserBases(context: CallContext): readonly string[] {
  const paths = pathsOf('win32');
  const packages = paths.join(findLocalData(context) ?? 'C:\\', 'Packages');
  const stores = context.files.list(packages).filter((name) => /^PythonSoftwareFoundation\.Python\.\d/i.test(name));
  const own = findWindowsUserBase(null, context);
  return [
    ...(own === null ? [] : [own]),
    ...stores.map((name) => paths.join(packages, name, 'LocalCache', 'local-packages')),
  ];
}

const ROOT = 'C:\\';

/**
 * Yields the folders where installers put Pythons by themselves: python.org, the Microsoft Store, uv, conda, mise, asdf, nuget,
 * scoop, WinPython, MSYS2. `order` sorts the names in a folder.
 */
export function* listUsualFolders(context: CallContext, order: (a: string, b: string) => number): Generator<string> {
  const { files, home } = context;
  const paths = pathsOf('win32');
  const [local, roaming] = [findLocalData(context), findRoamingData(context)];
  const programs = ['PROGRAMFILES', 'PROGRAMFILES(X86)'].map((name) => readFolder(context, name));
  const shared =
    context.windows === undefined ? readFolder(context, 'PROGRAMDATA') : context.windows.knownFolder('ProgramData');
  // All users may add folders to these two: what one of them put there is not for the others to run.
  const isForeign = (parent: string | null, name: string) =>
    parent !== null &&
    (parent === ROOT || parent === shared) &&
    isOfOtherUser(parent, paths.join(parent, name), context);
  const inside = (parent: string | null, pattern: RegExp, ...rest: readonly string[]) =>
    (parent === null ? [] : files.list(parent))
      .filter((name) => pattern.test(name) && !isForeign(parent, name))
      .sort(order)
      .map((name) => paths.join(parent ?? '', name, ...rest));
  const any = /^/;

  yield* inside(local === null ? null : paths.join(local, 'Programs', 'Python'), any);
  for (const folder of [...programs, ROOT]) yield* inside(folder, /^python/i);
  if (local !== null)
    yield* inside(paths.join(local, 'Microsoft', 'WindowsApps'), /^PythonSoftwareFoundation\.Python\.\d/i);
  const uv =
    readFolder(context, 'UV_PYTHON_INSTALL_DIR') ?? (roaming === null ? null : paths.join(roaming, 'uv', 'python'));
  yield* inside(uv, any);
  for (const parent of [home, local, shared, ROOT]) {
    yield* inside(parent, /^(?:(?:ana|mini)conda\d?|miniforge\d?|mambaforge|WPy\d.*)$/i);
  }
  const mise = readFolder(context, 'MISE_DATA_DIR') ?? (local === null ? null : paths.join(local, 'mise'));
  const asdf = readFolder(context, 'ASDF_DATA_DIR') ?? below(context, '.asdf');
  for (const folder of [mise, asdf])
    yield* inside(folder === null ? null : paths.join(folder, 'installs', 'python'), any);
  for (const winpython of [home, ROOT]) {
    for (const folder of inside(winpython, /^WPy\d/i)) yield* inside(folder, /^python/i);
  }
  const nuget = readFolder(context, 'NUGET_PACKAGES') ?? below(context, '.nuget', 'packages');
  if (nuget !== null) yield* inside(paths.join(nuget, 'python'), any, 'tools');
  const scoop = readFolder(context, 'SCOOP') ?? below(context, 'scoop');
  if (scoop !== null) yield* inside(paths.join(scoop, 'apps'), /^python\d*$/i, 'current');
  if (isForeign(ROOT, 'msys64')) return;
  for (const system of ['ucrt64', 'mingw64', 'clang64']) yield `${ROOT}msys64\\${system}\\bin`;
}
