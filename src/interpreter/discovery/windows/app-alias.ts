import type { CallContext } from '../../../model/call-context.ts';
import { pathsOf } from '../../../util/paths.ts';

type Viewed = Pick<CallContext, 'files' | 'platform'>;

/**
 * Returns where an app execution alias leads, such as `python.exe` in %LocalAppData%\Microsoft\WindowsApps; null for any other
 * file. It has no bytes and cannot be looked at, only read as a link; Windows starts what it leads to.
 */
export function readAppAlias(path: string, { files, platform }: Viewed): string | null {
  if (platform !== 'win32' || files.status(path) !== null || !files.isLink(path)) return null;
  const target = files.readLink(path);
  return target !== null && /\\WindowsApps\\[^\\]+\\[^\\]+\.exe$/i.test(target) ? target : null;
}

/** What is behind an alias; `stub`: the program that only opens the Microsoft Store. */
export type AppAliasKind = 'stub' | 'store-python' | 'install-manager';

/** Returns what a program of an app package is, by the name of its package's folder. */
export function classifyApp(target: string): AppAliasKind {
  if (STORE_PYTHON.test(target)) return 'store-python';
  return /\\PythonSoftwareFoundation\.PythonManager_/i.test(target) ? 'install-manager' : 'stub';
}

/** The package of a Python from the Microsoft Store: its version, and what the folder of its data is named after. */
const STORE_PYTHON = /\\PythonSoftwareFoundation\.Python\.(\d)\.(\d+)_[^\\]*?(?:_([a-z0-9]+))?(?:\\|$)/i;

/** The version of a Python from the Microsoft Store, and the folder of its data below %LocalAppData%\Packages. */
export type StorePython = { readonly major: number; readonly minor: number; readonly family: string };

/** Returns what a path in the folder of a Store Python tells of it; null for any other path. */
export function readStorePython(path: string): StorePython | null {
  const match = STORE_PYTHON.exec(path);
  if (match === null) return null;
  const [, major = '', minor = '', publisher = 'qbz5n2kfra8p0'] = match;
  const family = `PythonSoftwareFoundation.Python.${major}.${minor}_${publisher}`;
  return { major: Number(major), minor: Number(minor), family };
}

/** Why an alias is not a Python. */
export const OPENS_STORE = 'it only opens the Microsoft Store';
export const EMPTY_MANAGER = 'it starts what the Python install manager has installed, which is nothing';

/** Returns why a file is not a Python though its name says so; null if it is one, undefined if it is not an app execution alias. */
export function explainApp(path: string, { files, platform }: Viewed): string | null | undefined {
  const isAlias = /\\Microsoft\\WindowsApps\\(?:[^\\]+\\)?[^\\]+$/i.test(path);
  const target = isAlias ? (readAppAlias(path, { files, platform }) ?? files.realPath(path)) : null;
  if (target === null) return isInstallManager(path, { files, platform }) ? EMPTY_MANAGER : undefined;
  switch (classifyApp(target)) {
    case 'stub':
      return OPENS_STORE;
    case 'install-manager':
      return EMPTY_MANAGER;
    case 'store-python':
      return null;
  }
}

/**
 * Returns whether a python.exe is the Python install manager itself: its MSI package puts one beside pymanager.exe, and that folder on
 * the machine's PATH (pymanager/msi.wxs).
 */
export function isInstallManager(path: string, { files, platform }: Viewed): boolean {
  const paths = pathsOf('win32');
  if (platform !== 'win32' || !/^python[3w]?\.exe$/i.test(paths.basename(path))) return false;
  const folder = paths.dirname(path);
  return ['pymanager.exe', 'pymanager.json'].every((name) => files.status(paths.join(folder, name))?.kind === 'file');
}

/** Returns whether a python.exe is that of a Store Python: its alias, or the file itself, which users may not look at. */
export function isOfStore(path: string, viewed: Viewed): boolean {
  const target = readAppAlias(path, viewed) ?? path;
  return /^[a-z]:\\Program Files\\WindowsApps\\[^\\]+\\[^\\]+$/i.test(target) && classifyApp(target) === 'store-python';
}
