import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { USER_HOME } from './own-folder.ts';

export type Python = {
  readonly executable: string;
  /** `3.12.1`. */
  readonly version: string;
};

/** pyenv's folder of the user who runs the tests. */
export const pyenvRoot = findRealPath(path.join(process.env[USER_HOME] ?? homedir(), '.pyenv'));

/** pyenv's shims name its folder as it was when they were made: if ~/.pyenv is a link, that is the real one. */
function findRealPath(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : folder;
}

/** CPythons of pyenv on this machine, oldest first. */
export function listPyenvPythons(): readonly Python[] {
  const versions = path.join(pyenvRoot, 'versions');
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((version) => ({ version, executable: path.join(versions, version, 'bin', 'python') }))
    .filter(({ executable }) => existsSync(executable));
}

/** The system's Python, if it has pip and apt manages it; null otherwise. */
export function findManagedPython(): Python | null {
  const executable = '/usr/bin/python3';
  const asked = spawnSync(executable, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
    encoding: 'utf8',
  });
  if (asked.status !== 0) return null;
  const version = asked.stdout.trim();
  const stdlib = `/usr/lib/python${version.split('.').slice(0, 2).join('.')}`;
  const hasPip = spawnSync(executable, ['-m', 'pip', '--version']).status === 0;
  return existsSync(path.join(stdlib, 'EXTERNALLY-MANAGED')) && hasPip ? { executable, version } : null;
}

/** The newest CPython of pyenv: its folder has nothing else and can be copied, and apt does not manage it. Null without pyenv. */
export function findPyenvPython(): Python | null {
  return listPyenvPythons().findLast(({ version }) => version.startsWith('3.1')) ?? null;
}

/** Any Python with pip and venv that tests may use; null if the machine has none. */
export function findAnyPython(): Python | null {
  const newest = findPyenvPython();
  if (newest !== null) return newest;
  const found = spawnSync(
    'python3',
    ['-c', 'import sys, venv, ensurepip; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])'],
    { encoding: 'utf8' },
  );
  const [executable, version] = (found.stdout ?? '').split('\n');
  return found.status === 0 && executable && version ? { executable, version } : null;
}

/** In the folder of a standard library: what neither Python nor pip needs to run, build and make environments. */
const NOT_NEEDED = /^(?:test|idlelib|lib2to3|turtledemo|tkinter|config-.*)$/;
/** In site-packages: pip, and what came with it. Other packages of this machine can be many thousand files. */
const CAME_WITH_PIP =
  /^(?:pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils-precedence|easy_install|README)/;

/**
 * Copies an interpreter, with the pip that it came with, to a place that another user can read and not write. Hard links
 * where the file system allows. Returns the copied interpreter.
 */
export function copyInterpreter(python: Python, target: string): Python {
  rmSync(target, { recursive: true, force: true, maxRetries: 20 });
  copyTree(path.dirname(path.dirname(python.executable)), target);
  chmodSync(target, 0o755);
  return { ...python, executable: path.join(target, 'bin', 'python') };
}

/** `inside`: the path below the installation, such as `lib/python3.12`. */
function copyTree(source: string, target: string, inside = ''): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (/^lib\/python[^/]*$/.test(inside) && NOT_NEEDED.test(entry.name)) continue;
    if (/^lib\/[^/]*\/site-packages$/.test(inside) && !CAME_WITH_PIP.test(entry.name)) continue;
    const [from, to] = [path.join(source, entry.name), path.join(target, entry.name)];
    if (entry.isDirectory()) copyTree(from, to, path.join(inside, entry.name));
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(from), to);
    else linkOrCopy(from, to);
  }
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // Another file system. With its times: else Python's compiled code does not fit.
    cpSync(from, to, { preserveTimestamps: true });
  }
}
