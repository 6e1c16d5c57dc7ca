import { spawnSync } from 'node:child_process';

/** As many names as apt knows only where it has fetched its lists; else it knows what is installed. */
const FETCHED = 10_000;

/** Names of all packages that apt knows; empty without apt, or without its lists. */
export function listPackages(): readonly string[] {
  const { stdout, status } = spawnSync('apt-cache', ['pkgnames'], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const names = status === 0 ? stdout.split('\n') : [];
  return names.length < FETCHED ? [] : names;
}

/** Returns what apt would do for a printed line, or null where it could not know the package. */
export function simulateApt(line: string): string | null {
  if (listPackages().length === 0) return null;
  const command = line.replace(/^(?:sudo )?apt install /, 'apt-get install --simulate ');
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}
