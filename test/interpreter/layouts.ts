import type { Platform, CallContext } from '../../src/model/call-context.ts';
import { windowsFacts, type WindowsValues } from '../support/windows-facts.ts';
import { program, viewOf, type Tree, type TreeEntry } from '../support/tree.ts';

/** `24.0`: with that pip; null: without. */
type Pip = string | null;

/** A pip in a site directory. */
export function pipIn(directory: string, version = '24.0', requires = '3.7'): Tree {
  return {
    [`${directory}/pip/__main__.py`]: '',
    [`${directory}/pip-${version}.dist-info/METADATA`]: `Name: pip\nRequires-Python: >=${requires}\n`,
  };
}

/** An installed Python: PREFIX/bin/pythonX.Y, and python3 and python as links if asked for. */
export function installed(prefix: string, version: string, pip: Pip = '24.0', links = ['python3', 'python']): Tree {
  const library = `${prefix}/lib/python${version}`;
  return {
    [`${prefix}/bin/python${version}`]: program,
    ...Object.fromEntries(links.map((name) => [`${prefix}/bin/${name}`, { link: `python${version}` }])),
    [`${library}/os.py`]: '',
    ...(pip === null ? { [`${library}/site-packages/`]: '' } : pipIn(`${library}/site-packages`, pip)),
  };
}

/** Debian's Python in /usr: externally managed, dist-packages, python3 only. */
export function debian(version = '3.11', pip: Pip = '23.0.1'): Tree {
  return {
    [`/usr/bin/python${version}`]: program,
    '/usr/bin/python3': { link: `python${version}` },
    [`/usr/lib/python${version}/os.py`]: '',
    [`/usr/lib/python${version}/EXTERNALLY-MANAGED`]: '',
    '/usr/lib/python3/dist-packages/': '',
    [`/usr/local/lib/python${version}/dist-packages/`]: '',
    ...(pip === null ? {} : pipIn('/usr/lib/python3/dist-packages', pip)),
  };
}

/** A virtual environment whose python is a link, as venv, virtualenv and uv make them on POSIX. */
export function virtual(
  prefix: string,
  python: string,
  version: string,
  pip: Pip = '24.0',
  lines: readonly string[] = [],
): Tree {
  const site = `${prefix}/lib/python${version}/site-packages`;
  const home = python.slice(0, python.lastIndexOf('/'));
  return {
    [`${prefix}/pyvenv.cfg`]: [
      `home = ${home}`,
      'include-system-site-packages = false',
      `version = ${version}.1`,
      ...lines,
    ].join('\n'),
    [`${prefix}/bin/python`]: { link: python },
    [`${prefix}/bin/python3`]: { link: 'python' },
    [`${prefix}/bin/python${version}`]: { link: 'python' },
    ...(pip === null ? { [`${site}/`]: '' } : pipIn(site, pip)),
  };
}

/** A conda environment. */
export function conda(prefix: string, version: string, pip: Pip = '24.0'): Tree {
  return { ...installed(prefix, version, pip), [`${prefix}/conda-meta/history`]: '' };
}

/** A Python of python.org's installer for Windows. */
export function windows(prefix: string, digits: string, pip: Pip = '24.0'): Tree {
  return {
    [`${prefix}\\python.exe`]: program,
    [`${prefix}\\python3.dll`]: program,
    [`${prefix}\\python${digits}.dll`]: program,
    [`${prefix}\\Lib\\os.py`]: '',
    ...(pip === null
      ? { [`${prefix}\\Lib\\site-packages\\`]: '' }
      : {
          [`${prefix}\\Lib\\site-packages\\pip\\__main__.py`]: '',
          [`${prefix}\\Lib\\site-packages\\pip-${pip}.dist-info\\METADATA`]: '',
        }),
  };
}

/** A virtual environment on Windows: python.exe is a copy. */
export function windowsVirtual(prefix: string, home: string, version: string, pip: Pip = '24.0'): Tree {
  return {
    [`${prefix}\\pyvenv.cfg`]: `home = ${home}\r\ninclude-system-site-packages = false\r\nversion = ${version}\r\n`,
    [`${prefix}\\Scripts\\python.exe`]: program,
    ...(pip === null
      ? { [`${prefix}\\Lib\\site-packages\\`]: '' }
      : { [`${prefix}\\Lib\\site-packages\\pip\\__main__.py`]: '' }),
  };
}

/** A script, executable. */
export function script(text: string): TreeEntry {
  return { text, executable: true };
}

export type World = {
  readonly tree: Tree | readonly Tree[];
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  readonly cwd?: string | null;
  readonly home?: string | null;
  readonly userId?: number | null;
  readonly shimsDirectory?: string;
  /** What Windows answers; left out: it cannot be asked. */
  readonly facts?: WindowsValues;
};

/** A person's call on a machine that has these files and no others. */
export function surroundingsOf(world: World): CallContext {
  const { tree, env = {}, platform = 'linux', cwd, home, userId = 1000, shimsDirectory = null, facts } = world;
  const isWindows = platform === 'win32';
  const all: Tree = Object.assign({}, ...[tree].flat());
  return {
    platform,
    env,
    cwd: cwd === undefined ? (isWindows ? 'C:\\work' : '/code') : cwd,
    home: home === undefined ? (isWindows ? 'C:\\Users\\me' : '/home/me') : home,
    userId: isWindows ? null : userId,
    name: 'pip',
    arguments: [],
    shimsDirectory,
    today: '2026-11-24',
    files: viewOf(all, isWindows ? 'win32' : 'posix'),
    ...(facts === undefined ? {} : { windows: windowsFacts(facts) }),
  };
}
