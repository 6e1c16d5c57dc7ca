import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openWindows, toWindowsPath, WINE_MISSING } from './wine.ts';

const root = path.join(import.meta.dirname, '..', '..');
/** test/windows/fetch-node.mjs puts it there. */
const { file }: { file: string } = JSON.parse(readFileSync(new URL('node-for-windows.json', import.meta.url), 'utf8'));
const node = path.join(root, file);

/** Why tests with the real node.exe are skipped; it is not downloaded by a test. */
export const NODE_MISSING =
  WINE_MISSING ?? (existsSync(node) ? null : `${file} is missing: node test/windows/fetch-node.mjs`);
if (NODE_MISSING !== null) process.stderr.write(`tests of setup on Windows are skipped: ${NODE_MISSING}\n`);

/** What an unpacked archive holds, a Python, and a folder for what a test writes. */
export type Archive = {
  readonly folder: string;
  readonly admin: string;
  readonly python: string;
  /** Writes a batch file, runs it in cmd, and returns what it printed; lines end with LF. */
  readonly run: (...lines: readonly string[]) => string;
  /** A file of the test, as Windows sees it. */
  readonly at: (name: string) => string;
};

/** Builds all programs, and puts them together as an archive does. `title`: the name of its folder. */
export function makeArchive(title = 'setup'): Archive {
  const windows = openWindows();
  const folder = path.join(windows.folder, title);
  const inFolder = (...parts: readonly string[]) => path.join(folder, ...parts);
  for (const part of ['archive', 'python/Lib/site-packages/pip', 'work'])
    mkdirSync(inFolder(part), { recursive: true });
  copyFileSync(node, inFolder('archive/node.exe'));
  cpSync(path.join(buildPrograms(), 'dist'), inFolder('archive/dist'), { recursive: true });
  cpSync(path.join(root, 'docs'), inFolder('archive/docs'), { recursive: true });
  for (const part of ['Lib/os.py', 'Lib/site-packages/pip/__init__.py', 'Lib/site-packages/pip/__main__.py']) {
    writeFileSync(inFolder('python', part), '');
  }
  const source = path.join(import.meta.dirname, 'programs/pip-python.c');
  execFileSync('x86_64-w64-mingw32-gcc', [
    '-municode',
    '-O1',
    '-s',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    inFolder('python/python.exe'),
    source,
  ]);
  let count = 0;
  const at = (name: string) => toWindowsPath(inFolder('work', name));
  return {
    folder,
    admin: `${toWindowsPath(inFolder('archive/node.exe'))} ${toWindowsPath(inFolder('archive/dist/admin.cjs'))}`,
    python: toWindowsPath(inFolder('python')),
    at,
    run: (...lines) => {
      writeFileSync(inFolder('work/run.bat'), ['@echo off', ...lines, ''].join('\r\n'));
      // Of its own: a program that still runs keeps the one of an earlier call open.
      const output = `output-${(count += 1)}`;
      writeFileSync(inFolder('work', output), '');
      // Node under wine writes to files that wine opened, and not to pipes of this machine.
      spawnSync('wine', ['cmd', '/c', `${at('run.bat')} > ${at(output)} 2>&1 < NUL`], {
        env: windows.env,
        stdio: 'ignore',
        timeout: 240_000,
      });
      return readFileSync(inFolder('work', output), 'utf8').replaceAll('\r\n', '\n');
    },
  };
}

let built: string | null = null;

/** Builds what the archives of this run are made of, once: the programs in C take a minute on a busy machine. */
function buildPrograms(): string {
  if (built !== null) return built;
  const out = path.join(openWindows().folder, 'built');
  const run = (...words: readonly string[]) => execFileSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  run('build.mjs', `--outdir=${out}/dist`);
  const rights = path.join(import.meta.dirname, 'programs/rights.c');
  run('shims/windows/build.mjs', `--outdir=${out}/dist/windows`, `--rights=${rights}`);
  renameSync(path.join(out, 'dist/windows/pipward-setup-rights.exe'), path.join(out, 'pipward-setup-rights.exe'));
  return (built = out);
}

/** Puts a pipward-setup.exe into the archive that gives the access lists of Windows (programs/rights.c). */
export function useRightsOfWindows({ folder }: Archive): void {
  const program = path.join(buildPrograms(), 'pipward-setup-rights.exe');
  copyFileSync(program, path.join(folder, 'archive/dist/windows/pipward-setup.exe'));
}
