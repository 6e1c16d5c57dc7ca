import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, realpathSync } from 'node:fs';
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

/**
 * Copies an interpreter to a place that another user can read and not write, without its own tests. Hard links where
 * the file system allows. Returns the copied interpreter.
 */
export function copyInterpreter(python: Python, target: string): Python {
  const source = path.dirname(path.dirname(python.executable));
  mkdirSync(path.dirname(target), { recursive: true });
  const copied = [['-al'], ['-a']].some(([how = '-a']) => {
    rmSync(target, { recursive: true, force: true, maxRetries: 20 });
    return spawnSync('cp', [how, source, target]).status === 0;
  });
  if (!copied) throw new Error(`could not copy ${source}`);
  chmodSync(target, 0o755);
  return { ...python, executable: path.join(target, 'bin', 'python') };
}
