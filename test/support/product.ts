import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { LIMIT_SECONDS } from './limits.ts';

const checkout = path.join(import.meta.dirname, '..', '..');

/** Copies what a package holds, without the sources, into a folder; returns that folder. */
export function copyProduct(target: string): string {
  if (!existsSync(path.join(checkout, 'dist/admin.cjs'))) throw new Error('dist is missing: run `npm run build` first');
  for (const name of ['install.sh', 'bin', 'shims', 'dist']) {
    cpSync(path.join(checkout, name), path.join(target, name), { recursive: true });
  }
  return target;
}

/** Everything below a folder: kind, mode and bytes; with `times` also what shows that a file was written again. */
export function snapshot(folder: string, times = false): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const stats = lstatSync(path.join(folder, name));
      const mode = (stats.mode & 0o7777).toString(8);
      const written = times && !stats.isDirectory() ? ` ${stats.mtimeMs} ${stats.ino}` : '';
      if (stats.isSymbolicLink()) return `${name} -> ${readlinkSync(path.join(folder, name))}${written}`;
      if (stats.isDirectory()) return `${name}/ ${mode}`;
      return `${name} ${mode} ${describeContent(readFileSync(path.join(folder, name)))}${written}`;
    });
}

/** A startup file as text, so that a failing test shows what is in it; a program by its hash. */
function describeContent(bytes: Buffer): string {
  if (bytes.length <= 1000) return JSON.stringify(bytes.toString('latin1'));
  return `${bytes.length} bytes, ${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Runs a program in a clean environment with this home directory. */
export function runAt(
  home: string,
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>> = {},
) {
  const clean = { HOME: home, PATH: process.env['PATH'], TERM: 'dumb', LANG: 'C.UTF-8', SHELL: '/bin/sh', ...env };
  const defined = Object.entries(clean).filter((entry) => entry[1] !== undefined);
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: '/',
    encoding: 'utf8',
    env: Object.fromEntries(defined),
    timeout: LIMIT_SECONDS * 1000,
    killSignal: 'SIGKILL',
  });
  return { status, stdout, stderr };
}
