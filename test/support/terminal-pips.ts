import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { copyInterpreter, findAnyPython, listPyenvPythons, type Python } from './pythons.ts';
import type { Sandbox } from './sandbox.ts';
import { makeWheel } from './wheel.ts';

/** Every pip that there is, oldest first; without pyenv the machine's own. */
export const everyPython: readonly Python[] = (() => {
  const installed = listPyenvPythons();
  return installed.length > 0 ? installed : [findAnyPython()].filter((found) => found !== null);
})();

/** For the rarer questions: the oldest, one of the middle, the newest. */
export const fewPythons: readonly Python[] = [
  ...new Set([0, Math.floor(everyPython.length / 2), everyPython.length - 1].flatMap((n) => everyPython[n] ?? [])),
];

/** A Python of the test's own, whose pip may install and remove, and the variables that make it the one that is meant. */
export type OwnPython = {
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
  readonly sitePackages: string;
};

/** A copy where that can be had (quick, and Python 2 has no venv), else a virtual environment. */
export async function makeOwnPython(box: Sandbox, python: Python): Promise<OwnPython> {
  const place = path.join(box.folder, `python-${python.version}`);
  if (listPyenvPythons().some(({ executable }) => executable === python.executable)) copyInterpreter(python, place);
  else await box.run([python.executable, '-m', 'venv', place], { unprivileged: false });
  const executable = path.join(place, 'bin', 'python');
  const library = path.join(place, 'lib');
  const sitePackages = path.join(library, `python${python.version.split('.', 2).join('.')}`, 'site-packages');
  return { executable, env: { PIPWARD_PYTHON: executable, LD_LIBRARY_PATH: library }, sitePackages };
}

/** The process of that Python whose command line holds the word. Other tests run at the same time. */
export function findPip(executable: string, word: string): number | undefined {
  const found = readdirSync('/proc').find((pid) => {
    try {
      const words = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0') : [];
      return words[0] === executable && words.includes(word);
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

/** A backend (PEP 517, in the tree: PEP 518 and pip 20.0) that takes its time and then has a wheel ready. pip's spinner turns with each line. */
const BACKEND = `import os, shutil, time
def build_wheel(directory, config_settings=None, metadata_directory=None):
    for _ in range(SECONDS * 5): print("line", flush=True); time.sleep(0.2)
    wheel = [name for name in os.listdir(".") if name.endswith(".whl")][0]
    shutil.copy(wheel, directory)
    return wheel
`;
const SETUP = `import sys, time
for _ in range(0 if "egg_info" in sys.argv else SECONDS * 5): print("line"); sys.stdout.flush(); time.sleep(0.2)
from setuptools import setup
setup(name="slow-build", version="1.0")
`;

/** A project whose build takes some seconds and needs nothing of an index; returns its folder. */
export function makeSlowProject(box: Sandbox, { version }: Python, seconds: number): string {
  const folder = path.join(box.project, `slow-${version}-${seconds}`);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) =>
    writeFileSync(path.join(folder, name), text.replace('SECONDS', String(seconds)));
  // pip 18 and 19 know no backend in the tree, but have setuptools beside them.
  if (/^(2\.|3\.[67]\b)/.test(version)) {
    write('setup.py', SETUP);
  } else {
    makeWheel(folder, 'slow-build');
    write('backend.py', BACKEND);
    write('pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n');
  }
  return folder;
}

/**
 * Times and speeds differ from run to run; which of them a bar still shows does, too. What stands between the lines
 * `chance` and `settled` is left out: how far a bar was when a key was pressed.
 */
export function withoutTimes(text: string): string {
  return (
    text
      .replaceAll(/^chance\b[^]*?^settled/gm, 'settled')
      .replaceAll(/\d+(\.\d+)? ?([kM]?B)\/s/g, 'SPEED')
      // Newer pips break it on a narrow terminal; they draw it in red.
      .replaceAll(/(?<=\u001b\[31m)\d+\.\d+(?= )/g, 'SPEED')
      .replaceAll(/eta [-\d:]+/g, 'eta TIME')
      .replaceAll(/\/tmp\/pip-[\w-]+/g, '/tmp/pip-X')
      .replaceAll(/ +$/gm, '')
  );
}
