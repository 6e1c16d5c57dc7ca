import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeWheel } from '../support/wheel.ts';
import { SHELLS, VERSIONS, WRAPPERS } from './choices.ts';
import type { Machine } from './fit-case.ts';
import {
  findSystemPython,
  hasPip,
  listInterpreters,
  makeFakeEnvironment,
  makeInterpreter,
  makeRealEnvironment,
  type Interpreter,
} from './interpreters.ts';

/** The user of unprivileged runs. */
export const NOBODY = 65534;

/** Everything that the runs need, below one folder that is removed at the end. */
export type Workshop = ReturnType<typeof openWorkshop>;

export function openWorkshop(product: string, stopped: AbortSignal) {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-fidelity-'));
  chmodSync(folder, 0o755);
  const inside = (...names: string[]) => path.join(folder, ...names);
  for (const name of ['home', 'pythons', 'fake', 'real', 'wheels', 'sources']) mkdirSync(inside(name));
  // rm: tens of thousands of files take Node several times as long.
  const remove = () => void spawnSync('rm', ['-rf', folder]);
  try {
    installProduct(product, inside('pipward'), inside('home'));
    writeWheels(inside('wheels'));
    writeSources(inside('sources'));
  } catch (error) {
    remove();
    throw error;
  }
  const pythons = listInterpreters();
  const interpreter = remember((version: string): Interpreter => {
    const python = pythons.get(version);
    if (python === undefined) throw new Error(`there is no Python ${version}`);
    return makeInterpreter(python, inside('pythons'));
  });
  const systemPrefix = makeSystemPrefix(inside('system'));
  const withPip = new Map([...pythons].filter(([, python]) => hasPip(python)));

  return {
    folder,
    /** Ends what runs when the user does not want to wait. */
    stopped,
    shims: inside('pipward', 'shims'),
    wheels: inside('wheels'),
    sources: inside('sources'),
    remove,
    /** The Python that runs launch.py. */
    launcher: findSystemPython()?.executable ?? interpreter([...pythons.keys()].at(-1) ?? '').executable,
    interpreter,
    /** Shared by all runs, which change nothing in it. */
    fake: remember((version: string) => makeFakeEnvironment(interpreter(version), inside('fake', version))),
    /** Copied for each run. */
    real: remember((version: string) => makeRealEnvironment(interpreter(version), inside('real', version))),
    realOfNobody: remember((version: string) => {
      const made = makeRealEnvironment(interpreter(version), inside('real', `${version}-nobody`));
      spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, made]);
      return made;
    }),
    systemPrefix,
    machine: describeMachine([...pythons.keys()], [...withPip.keys()], systemPrefix),
  };
}

function remember<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}

/** Installs a checkout that is built. */
export function installProduct(product: string, prefix: string, home: string): void {
  const installed = spawnSync('./install.sh', ['--yes', '--no-modify-path', '--prefix', prefix], {
    cwd: product,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8' },
  });
  if (installed.status !== 0)
    throw new Error(`install.sh ended with ${installed.status}:\n${installed.stdout}${installed.stderr}`);
}

function writeWheels(folder: string): void {
  makeWheel(folder, 'tiny', '1.0');
  makeWheel(folder, 'tiny', '2.0');
  makeWheel(folder, 'needy', '1.0', { requires: ['tiny<2'] });
  makeWheel(folder, 'clash', '1.0', { requires: ['tiny>=2'] });
  makeWheel(folder, 'future', '1.0', { python: '>=4' });
  makeWheel(folder, 'tool', '1.0', { scripts: ['tooly'] });
  makeWheel(folder, 'missing', '1.0', { requires: ['nowhere'] });
}

function writeSources(folder: string): void {
  const sources = {
    goodsrc:
      'from setuptools import setup; import sys; sys.stderr.write("from setup.py\\n")\n' +
      'setup(name="goodsrc", version="1", py_modules=["goodsrc"])\n',
    badsrc: 'import sys; print("building"); sys.exit("no compiler: gcc not found")\n',
  };
  for (const [name, setup] of Object.entries(sources)) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'setup.py'), setup);
    writeFileSync(path.join(folder, name, `${name}.py`), '\n');
  }
}

/** A folder for PATH in which `python` is the system's Python; null if that has no pip. */
function makeSystemPrefix(folder: string): string | null {
  const system = findSystemPython();
  if (system === null || !hasPip(system)) return null;
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  for (const name of ['python', 'python3']) symlinkSync(system.executable, path.join(folder, 'bin', name));
  return folder;
}

/** Its path, if the program is on PATH. */
export function findProgram(name: string): string | null {
  const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}

function describeMachine(pythons: readonly string[], withPip: readonly string[], systemPrefix: string | null): Machine {
  const programs = new Set([...Object.values(SHELLS), ...Object.values(WRAPPERS)].flatMap(([name]) => name ?? []));
  const locales = spawnSync('locale', ['-a'], { encoding: 'utf8' }).stdout ?? '';
  return {
    isRoot: process.getuid?.() === 0,
    pythons: VERSIONS.filter((version) => pythons.includes(version)),
    pythonsWithPip: VERSIONS.filter((version) => withPip.includes(version)),
    programs: [...programs].filter((name) => findProgram(name) !== null),
    hasSystemPip: systemPrefix !== null,
    hasGermanLocale: /^de_DE\.utf-?8$/im.test(locales),
  };
}
