import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { listPyenvPythons, type Python } from '../support/pythons.ts';
import { FOLDER } from './folders.ts';

export const SYSTEM_PYTHON = '/usr/bin/python3';
/** With these a pip works: what `ensurepip` would unpack, which takes seconds. */
const PIP_PARTS =
  /^(?:pip|setuptools|pkg_resources|_distutils_hack|distutils-precedence\.pth|(?:pip|setuptools)-.*-info)$/;

export type Interpreter = {
  /** `3.12`. */
  readonly version: string;
  readonly executable: string;
  /** Where its pip is; null if it has none. */
  readonly sitePackages: string | null;
};

const minorOf = ({ version }: Python) => version.split('.').slice(0, 2).join('.');

/** Returns pyenv's Pythons by version, not copied yet; for a version that pyenv lacks, the system's. */
export function listInterpreters(): ReadonlyMap<string, Python> {
  const system = findSystemPython();
  const all = [...(system === null ? [] : [system]), ...listPyenvPythons()];
  return new Map(
    all.filter(({ version }) => !/^2|^3\.[0-5]\./.test(version)).map((python) => [minorOf(python), python]),
  );
}

/** Returns /usr/bin/python3, whether or not it has pip; null if it does not run. */
export function findSystemPython(): Python | null {
  const asked = spawnSync(SYSTEM_PYTHON, ['-c', 'import sys; print("%d.%d.%d" % sys.version_info[:3])'], {
    encoding: 'utf8',
  });
  return asked.status === 0 ? { executable: SYSTEM_PYTHON, version: asked.stdout.trim() } : null;
}

/** Whether it has a pip of its own; looks at the disk, since a start of each takes seconds together. */
export function hasPip({ executable, version }: Python): boolean {
  if (executable === SYSTEM_PYTHON) return findSitePackages(executable) !== null;
  const prefix = path.dirname(path.dirname(executable));
  return existsSync(path.join(prefix, 'lib', `python${minorOf({ executable, version })}`, 'site-packages', 'pip'));
}

/** An interpreter that any user may start: a copy of pyenv's, which may be in a home directory that is closed to others. */
export function makeInterpreter(python: Python, folder: string): Interpreter {
  const version = minorOf(python);
  if (python.executable === SYSTEM_PYTHON) {
    return { version, executable: SYSTEM_PYTHON, sitePackages: findSitePackages(SYSTEM_PYTHON) };
  }
  const original = path.dirname(path.dirname(python.executable));
  const executable = copyWhatIsNeeded(original, path.join(folder, version), version);
  letFindItsLibrary(executable, original);
  return { version, executable, sitePackages: findSitePackages(executable) };
}

/** Hard links where the file system allows; its own tests and installed packages would be most of its files. */
function copyWhatIsNeeded(original: string, target: string, version: string): string {
  const library = path.join('lib', `python${version}`);
  const list = (name: string, wanted: (entry: string) => boolean) =>
    readdirSync(path.join(original, name))
      .filter(wanted)
      .map((entry) => path.join(name, entry));
  const names = [
    ...list('bin', (entry) => /^python[\d.]*$/.test(entry)),
    ...list('lib', (entry) => entry.startsWith('libpython')),
    ...list(library, (entry) => !['site-packages', 'test', 'idlelib', 'tkinter', 'lib2to3'].includes(entry)),
    ...list(path.join(library, 'site-packages'), (entry) => PIP_PARTS.test(entry)),
    'include',
  ];
  mkdirSync(target, { recursive: true });
  const copied = ['-l', '-p'].some(
    (how) => spawnSync('cp', ['-a', how, '--parents', ...names, target], { cwd: original }).status === 0,
  );
  if (!copied) throw new Error(`could not copy ${original}`);
  return path.join(target, 'bin', 'python');
}

/** A shared build names the folder of its library, in the original place. A path in the file is replaced by a shorter one. */
function letFindItsLibrary(executable: string, original: string): void {
  const file = realpathSync(executable);
  const bytes = readFileSync(file);
  const before = Buffer.from(`${original}/lib\0`);
  const at = bytes.indexOf(before);
  if (at < 0) return;
  Buffer.concat([Buffer.from('$ORIGIN/../lib')], before.length).copy(bytes, at);
  // A file of its own: the copy is a hard link.
  writeFileSync(`${file}.new`, bytes);
  chmodSync(`${file}.new`, 0o755);
  renameSync(`${file}.new`, file);
}

function findSitePackages(python: string): string | null {
  const asked = spawnSync(python, ['-c', 'import os, pip; print(os.path.dirname(os.path.dirname(pip.__file__)))'], {
    cwd: '/',
    encoding: 'utf8',
  });
  return asked.status === 0 ? asked.stdout.trim() : null;
}

/** Makes an environment without pip; returns its site-packages. */
function makeEnvironment({ executable, version }: Interpreter, folder: string): string {
  const made = spawnSync(executable, ['-m', 'venv', '--without-pip', folder], { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${executable} makes no environment: ${made.stderr}`);
  return path.join(folder, 'lib', `python${version}`, 'site-packages');
}

/** Makes an environment whose pip is the fake one. */
export function makeFakeEnvironment(interpreter: Interpreter, folder: string): string {
  const sitePackages = makeEnvironment(interpreter, folder);
  cpSync(path.join(FOLDER, 'fake', 'pip'), path.join(sitePackages, 'pip'), { recursive: true });
  return folder;
}

/** Makes an environment with the pip of its interpreter, which must have one. */
export function makeRealEnvironment(interpreter: Interpreter, folder: string): string {
  const target = makeEnvironment(interpreter, folder);
  if (interpreter.sitePackages === null) throw new Error(`${interpreter.executable} has no pip`);
  for (const name of readdirSync(interpreter.sitePackages).filter((entry) => PIP_PARTS.test(entry))) {
    // With its times: Python takes compiled code only for the very file that it was made of.
    spawnSync('cp', ['-a', path.join(interpreter.sitePackages, name), target]);
  }
  return folder;
}

/** Writes the scripts of pip into an environment's final place. */
export function writePipScripts(folder: string): void {
  const script = `#!${folder}/bin/python\nimport sys\nfrom pip._internal.cli.main import main\nsys.exit(main())\n`;
  for (const name of ['pip', 'pip3']) {
    writeFileSync(path.join(folder, 'bin', name), script);
    chmodSync(path.join(folder, 'bin', name), 0o755);
  }
}
