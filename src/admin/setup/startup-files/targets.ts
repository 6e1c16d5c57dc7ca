import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import type { ProfileLanguage } from './env-scripts.ts';
import { findProgram, xdgFolder } from '../locations.ts';

/** A startup file that should contain our block. */
export type ProfileTarget = { readonly path: string; readonly language: ProfileLanguage };

/** The shells that setup knows. */
export const SHELLS = ['bash', 'zsh', 'fish', 'tcsh', 'dash'] as const;
export type ShellName = (typeof SHELLS)[number];
export type Shell = { readonly name: ShellName; readonly program: string };

/** Shells that read ~/.profile and none of bash's own files. */
const PROFILE_READERS = ['sh', 'dash', 'ash', 'busybox', 'ksh', 'ksh93', 'mksh'];

/** The shells of this machine that startup files are for, with their programs; dash only where it is the user's own. */
export function findShells(env: AdminContext['env']): readonly Shell[] {
  return SHELLS.flatMap((name) => {
    const program = name === 'dash' && loginShellOf(env) !== 'dash' ? null : findProgram(env, name);
    return program === null ? [] : [{ name, program }];
  });
}

/**
 * The files that each shell really reads: bash reads the first of its three at a login, ~/.bashrc otherwise; zsh ~/.zshenv
 * always, and what comes after it may change PATH again (macOS's /etc/zprofile does); tcsh ~/.tcshrc, or else ~/.cshrc,
 * then at a login ~/.login. `zshFolder` is where zsh looks for the files after .zshenv.
 */
export function chooseTargets(env: AdminContext['env'], home: string, zshFolder: string): readonly ProfileTarget[] {
  const installed = new Set(findShells(env).map(({ name }) => name));
  const inHome = (name: string) => path.join(home, name);
  const firstOf = (names: readonly string[], otherwise: string) =>
    names.map((name) => inHome(name)).find((file) => existsSync(file)) ?? inHome(otherwise);
  const config = xdgFolder(env, 'XDG_CONFIG_HOME', home, '.config');
  const fishFolder = path.join(config, 'fish');
  // A new ~/.bash_profile would hide a later ~/.profile, a new ~/.tcshrc a later ~/.cshrc.
  const login = firstOf(installed.has('bash') ? ['.bash_profile', '.bash_login'] : [], '.profile');
  const sh = [
    ...[inHome('.bashrc')].filter((file) => installed.has('bash') || existsSync(file)),
    login,
    ...[inHome('.profile')].filter((file) => file !== login && PROFILE_READERS.includes(loginShellOf(env))),
    ...[
      path.join(zshFolderOf(env, home), '.zshenv'),
      path.join(zshFolder, '.zshrc'),
      path.join(zshFolder, '.zprofile'),
    ].filter((file) => installed.has('zsh') || existsSync(file)),
  ];
  const csh = installed.has('tcsh')
    ? [firstOf(['.tcshrc'], '.cshrc'), ...[inHome('.login')].filter((file) => existsSync(file))]
    : ['.tcshrc', '.cshrc'].map((name) => inHome(name)).filter((file) => existsSync(file));
  const fish = installed.has('fish') || existsSync(fishFolder) ? [path.join(fishFolder, 'conf.d/pipward.fish')] : [];
  const powershell = findProgram(env, 'pwsh') === null ? [] : [path.join(config, 'powershell/profile.ps1')];
  return [...toTargets(sh, 'sh'), ...toTargets(csh, 'csh'), ...toTargets(fish, 'fish')].concat(
    toTargets(powershell, 'powershell'),
  );
}

/** The files for all users of this machine: what login shells of the sh family read, and fish's directory for vendors. */
export function chooseSystemTargets(env: AdminContext['env']): readonly ProfileTarget[] {
  const fish = findProgram(env, 'fish') === null ? [] : ['/usr/share/fish/vendor_conf.d/pipward.fish'];
  return [...toTargets(['/etc/profile.d/pipward.sh'], 'sh'), ...toTargets(fish, 'fish')];
}

/** Where zsh looks for .zshenv: what is set before it starts. */
export function zshFolderOf(env: AdminContext['env'], home: string): string {
  const zdotdir = env['ZDOTDIR'];
  return zdotdir !== undefined && path.isAbsolute(zdotdir) ? path.resolve(zdotdir) : home;
}

function loginShellOf(env: AdminContext['env']): string {
  return path.basename(env['SHELL'] ?? '');
}

function toTargets(files: readonly string[], language: ProfileLanguage): readonly ProfileTarget[] {
  return files.map((file) => ({ path: file, language }));
}
