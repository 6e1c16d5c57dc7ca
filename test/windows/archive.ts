import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Builds all programs, and puts them together as an archive does. */
export function makeArchive(): Archive {
  const windows = openWindows();
  const folder = path.join(windows.folder, 'setup');
  const inFolder = (...parts: readonly string[]) => path.join(folder, ...parts);
  for (const name of ['archive', 'python/Lib/site-packages/pip', 'work'])
    mkdirSync(inFolder(name), { recursive: true });
  copyFileSync(node, inFolder('archive/node.exe'));
  execFileSync(process.execPath, ['build.mjs', `--outdir=${inFolder('archive/dist')}`], {
    cwd: root,
    stdio: 'inherit',
  });
  execFileSync(process.execPath, ['shims/windows/build.mjs', `--outdir=${inFolder('archive/dist/windows')}`], {
    cwd: root,
    stdio: 'inherit',
  });
  cpSync(path.join(root, 'docs'), inFolder('archive/docs'), { recursive: true });
  for (const name of ['Lib/os.py', 'Lib/site-packages/pip/__init__.py', 'Lib/site-packages/pip/__main__.py']) {
    writeFileSync(inFolder('python', name), '');
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
