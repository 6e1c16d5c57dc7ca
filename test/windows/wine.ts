import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasCommand } from './has-command.ts';

/** What these tests need; what is missing is printed as the reason why they are skipped. */
const NEEDED = ['wine', 'wineserver', 'x86_64-w64-mingw32-gcc', 'x86_64-w64-mingw32-windres'];
const missing = NEEDED.filter((name) => !hasCommand(name));
export const WINE_MISSING = missing.length > 0 ? `not installed: ${missing.join(', ')}` : null;
if (WINE_MISSING !== null) process.stderr.write(`tests for Windows are skipped: ${WINE_MISSING}\n`);

const root = path.join(import.meta.dirname, '..', '..');

/** A Windows of its own, with the programs that the tests start; one for all files of a run. */
export type Windows = {
  readonly folder: string;
  readonly pip: string;
  readonly harness: string;
  readonly python: string;
  readonly node: string;
  /** A library that must not be loaded. */
  readonly planted: string;
  readonly env: NodeJS.ProcessEnv;
};

let made: Windows | null = null;

/** Returns the Windows of this run, and makes it at the first call: 10 seconds. */
export function openWindows(): Windows {
  made ??= makeWindows();
  return made;
}

function makeWindows(): Windows {
  // In the folder of the run, which removes it at its end. (In an editor it stays in the folder of temporary files.)
  const folder = mkdtempSync(path.join(process.env['TESTS_OWN_FOLDER'] ?? realpathSync(tmpdir()), 'windows-'));
  const prefix = path.join(folder, 'wine');
  mkdirSync(prefix);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    HOME: folder,
    LANG: 'C.UTF-8',
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    WINEARCH: 'win64',
    WINEDLLOVERRIDES: 'mscoree,mshtml=',
  };
  process.on('exit', () => {
    spawnSync('wineserver', ['-k'], { env, stdio: 'ignore' });
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { env, stdio: 'ignore', timeout: 180_000 });
  // Before the first call of wine, so that the server stays between calls.
  spawnSync('wineserver', ['-p60'], { env, stdio: 'ignore' });
  run('wine', ['wineboot', '-i']);
  // Otherwise Node says that it needs Windows 10.
  run('wine', ['winecfg', '-v', 'win10']);
  const pip = path.join(folder, 'pip.exe');
  execFileSync(process.execPath, [path.join(root, 'shims/windows/build.mjs'), `--out=${pip}`], { stdio: 'inherit' });
  const compile = (name: string) => compileProgram(folder, name);
  return {
    folder,
    pip,
    harness: compile('harness'),
    python: compile('python'),
    node: compile('node'),
    planted: compile('planted'),
    env,
  };
}

/** Compiles a program of test/windows/programs. */
function compileProgram(folder: string, name: string): string {
  const isLibrary = name === 'planted';
  const out = path.join(folder, `${name}.${isLibrary ? 'dll' : 'exe'}`);
  const source = path.join(import.meta.dirname, 'programs', `${name}.c`);
  const words = [
    '-O1',
    '-s',
    '-Wall',
    '-Wextra',
    '-Werror',
    ...(name === 'harness' ? ['-municode'] : []),
    ...(isLibrary ? ['-shared'] : []),
  ];
  execFileSync('x86_64-w64-mingw32-gcc', [...words, '-o', out, source], { stdio: 'inherit' });
  return out;
}

/** The path of a file of this machine as a program under wine sees it. */
export function toWindowsPath(file: string): string {
  return `Z:${file.replaceAll('/', '\\')}`;
}

/** Runs a program of wine to its end, and returns its output; it must not write with Node. */
export function runWine(args: readonly string[]): string {
  const { env } = openWindows();
  const out = path.join(openWindows().folder, 'wine-output');
  writeFileSync(out, '');
  return spawnSync('wine', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 120_000 })
    .stdout;
}
