import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { probe } from '../../run-detached.ts';
import type { AdminContext } from '../../command.ts';
import { isOwnShim } from '../files/installation.ts';
import { findProgram } from '../locations.ts';
import { cleanEnvironment } from './clean-shell.ts';

type Env = AdminContext['env'];

/** What services, containers and, unless /etc/sudoers says something else, sudo give to programs. */
export const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** What sshd gives to a command, and login to a shell. */
export const LOGIN_PATH = '/usr/local/bin:/usr/bin:/bin';
export const CRON_PATH = '/usr/bin:/bin';

/** A program that starts commands without a startup file of a shell, or with that of a login alone. */
export type Place = {
  readonly name: 'IDE' | 'cron' | 'sudo';
  readonly path: string;
  /** The pip that it finds; empty if there is none. */
  readonly found: string;
  readonly isOurs: boolean;
};

/** Asks for pip where IDEs, cron and sudo would look. */
export async function askPlaces(env: Env, prefix: string, home: string): Promise<readonly Place[]> {
  // A desktop session is a login of sh: programs that are started from its menus have that PATH.
  const session = { ...cleanEnvironment({ ...env, PATH: CRON_PATH }, home, prefix), SHELL: '/bin/sh' };
  const sudo = readSudoPath(env);
  return Promise.all([
    askPlace('IDE', ['/bin/sh', '-lc'], session, home),
    askPlace('cron', ['/bin/sh', '-c'], { HOME: home, PATH: CRON_PATH }, home),
    ...(sudo === null ? [] : [askPlace('sudo', ['/bin/sh', '-c'], { HOME: home, PATH: sudo }, home)]),
  ]);
}

async function askPlace(
  name: Place['name'],
  [shell, option]: readonly [string, string],
  env: Env,
  cwd: string,
): Promise<Place> {
  const result = await probe({
    command: [shell, option, 'printf "\\n%s\\n" "$(command -v pip)"'],
    env,
    cwd,
    timeoutMilliseconds: 20_000,
  });
  const last = result.kind === 'ended' ? (result.stdout.trimEnd().split('\n').at(-1) ?? '') : '';
  const found = last.startsWith('/') ? last : '';
  return { name, path: env['PATH'] ?? '', found, isOurs: isOwnShim(found) };
}

/**
 * The PATH of commands that sudo starts; null if there is no sudo. To root sudo tells it; others may read /etc/sudoers on
 * some machines. Where neither tells it is the usual one.
 */
export function readSudoPath(env: Env): string | null {
  const sudo = findProgram(env, 'sudo');
  if (sudo === null) return null;
  const told =
    process.geteuid?.() === 0
      ? /override user's \$PATH with: (\S+)/.exec(askSudo(sudo))?.[1]
      : listRules()
          .map(readSecurePath)
          .findLast((value) => value !== undefined);
  return told ?? STANDARD_PATH;
}

function askSudo(sudo: string): string {
  const { stdout } = spawnSync(sudo, ['-V'], { encoding: 'utf8', env: { LC_ALL: 'C' }, timeout: 20_000 });
  return stdout ?? '';
}

function listRules(): readonly string[] {
  const folder = '/etc/sudoers.d';
  try {
    // sudo skips these names.
    const names = readdirSync(folder).filter((name) => !name.includes('.') && !name.endsWith('~'));
    return ['/etc/sudoers', ...names.toSorted().map((name) => path.join(folder, name))];
  } catch {
    return ['/etc/sudoers'];
  }
}

function readSecurePath(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    return /^\s*Defaults\s+(?:[^#\n]*,\s*)?secure_path\s*=\s*"?([^"\s,]+)"?/m.exec(text)?.[1];
  } catch {
    return undefined;
  }
}
