import type { PythonVersion } from '../../model/environment.ts';
import type { FileView, Platform } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';
import { readStorePython } from '../discovery/windows/app-alias.ts';

/** Where an interpreter that is no virtual environment keeps its library. */
export type Layout = {
  readonly prefix: string;
  readonly version: PythonVersion | null;
  /** Folder name below lib: python3.12, python3.13t, pypy3.10; null on Windows, where there is none. */
  readonly library: string | null;
  /** null when nothing that looks like a standard library is there. */
  readonly stdlib: string | null;
};

/**
 * A folder of the standard library by name. The t is that of free-threaded builds (PEP 703). Each such folder is looked
 * into, so that there are not more of these names than versions.
 */
const LIBRARY = /^(?:python|pypy)([1-4])\.(\d\d?)t?$/;

/**
 * Returns the layout around an executable whose links are resolved; null when the file is not named like a Python
 * (a mise shim is a link to `mise`). The landmark is os.py, as in CPython's Modules/getpath.py: on Debian
 * /usr/local/lib/python3.11 exists without a Python in /usr/local.
 */
export function findLayout(realExecutable: string, files: FileView, platform: Platform): Layout | null {
  const paths = pathsOf(platform);
  const name = /^(python|pypy)((\d)\.(\d+))?(t?)/i.exec(paths.basename(realExecutable));
  if (name === null) return null;
  const folder = paths.dirname(realExecutable);
  // MSYS2 has the POSIX layout on Windows.
  if (PIPWARD_FOR_WINDOWS && platform === 'win32' && paths.basename(folder).toLowerCase() !== 'bin')
    return findWindowsLayout(folder, files);

  const prefix = paths.dirname(folder);
  const [, implementation = '', number, major, minor, threads = ''] = name;
  if (number === undefined) return findOnlyLibrary(prefix, files, platform);
  const library = `${implementation.toLowerCase()}${number}${threads}`;
  return {
    prefix,
    version: { major: Number(major), minor: Number(minor), patch: null },
    library,
    stdlib: findStdlib(prefix, library, files, platform),
  };
}

/** Returns the version in a library folder's name, `python3.13t`; null if it has no version. */
export function readLibraryName(name: string): PythonVersion | null {
  const match = LIBRARY.exec(name);
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]), patch: null };
}

function findStdlib(prefix: string, library: string, files: FileView, platform: Platform): string | null {
  const paths = pathsOf(platform);
  return (
    ['lib', 'lib64']
      .map((name) => paths.join(prefix, name, library))
      .find((folder) => files.status(paths.join(folder, 'os.py')) !== null) ?? null
  );
}

/** `bin/python` that is no link says nothing of its version: then the library must be the only one. */
function findOnlyLibrary(prefix: string, files: FileView, platform: Platform): Layout {
  const paths = pathsOf(platform);
  const names = ['lib', 'lib64'].flatMap((name) => files.list(paths.join(prefix, name))).filter((x) => LIBRARY.test(x));
  const found = [...new Set(names)].flatMap((library) => {
    const stdlib = findStdlib(prefix, library, files, platform);
    return stdlib === null ? [] : [{ prefix, version: readLibraryName(library), library, stdlib }];
  });
  const [only] = found;
  return only !== undefined && found.length === 1 ? only : { prefix, version: null, library: null, stdlib: null };
}

function findWindowsLayout(prefix: string, files: FileView): Layout {
  const paths = pathsOf('win32');
  const stdlib = paths.join(prefix, 'Lib');
  const store = readStorePython(prefix);
  // Users may not list the folder of an app package: its name tells.
  if (store !== null) {
    return { prefix, version: { major: store.major, minor: store.minor, patch: null }, library: null, stdlib };
  }
  // python3.dll is there as well; python312.dll names the version. The folder's name is what the installer gives it.
  const names = [...files.list(prefix), `${paths.basename(prefix)}.dll`];
  const match = names.map((name) => /^python(\d)(\d+)t?(?:-\w+)?\.dll$/i.exec(name)).find((found) => found !== null);
  return {
    prefix,
    version: match ? { major: Number(match[1]), minor: Number(match[2]), patch: null } : null,
    library: null,
    stdlib: files.status(paths.join(stdlib, 'os.py')) === null ? null : stdlib,
  };
}
