import path from 'node:path';
import type { ShellKind } from '../model/diagnostic.ts';
import type { Platform } from '../model/call-context.ts';
import { quoteForShell } from './quote.ts';
import { pathsOf } from '../util/paths.ts';

const SCRIPTS: Readonly<Record<ShellKind, string>> = {
  posix: 'activate',
  bash: 'activate',
  zsh: 'activate',
  fish: 'activate.fish',
  tcsh: 'activate.csh',
  powershell: 'Activate.ps1',
  cmd: 'activate.bat',
};

/** Returns what activates the environment at `prefix` in this shell: relative to `cwd` when it is below, else absolute. */
export function activationCommand(prefix: string, shell: ShellKind, platform: Platform, cwd: string | null): string {
  const paths = pathsOf(platform);
  const folder = platform === 'win32' ? 'Scripts' : 'bin';
  const script = fromDirectory(paths.join(prefix, folder, SCRIPTS[shell]), platform, cwd);
  if (shell === 'powershell') {
    // Without a folder in front PowerShell does not run what is in the current directory.
    const local = paths.isAbsolute(script) || script.startsWith('.' + paths.sep) ? script : `.${paths.sep}${script}`;
    const quoted = quoteForShell(local, shell);
    return quoted === local ? local : `& ${quoted}`;
  }
  if (shell === 'cmd') return quoteForShell(script.replaceAll('/', '\\'), shell);
  // A POSIX shell on Windows (Git's bash) takes slashes; a backslash would need quotes.
  const word = quoteForShell(platform === 'win32' ? script.replaceAll('\\', '/') : script, shell);
  // Git's sh is bash, where both words work; `source` is the one that venv's documentation has.
  return `${shell === 'posix' && platform !== 'win32' ? '.' : 'source'} ${word}`;
}

/**
 * Whether the scripts that activate an environment at this absolute path read it as it is: before Python 3.12.8 and
 * 3.13.1 venv writes it into them between double quotes (CVE-2024-9287).
 */
export function isActivationSafe(prefix: string, platform: Platform): boolean {
  // On Windows a backslash between double quotes means nothing to the shells; activate.bat has the path without quotes (python/cpython#88706).
  return !(platform === 'win32' ? /[$`"\r\n&^%!]/ : /[$`"\\\r\n]/).test(prefix);
}

/** Returns the word, not yet quoted, that starts the environment's own Python without activation. */
export function environmentPython(prefix: string, shell: ShellKind, platform: Platform, cwd: string | null): string {
  if (platform !== 'win32') return fromDirectory(path.posix.join(prefix, 'bin', 'python'), platform, cwd);
  const python = fromDirectory(path.win32.join(prefix, 'Scripts', 'python.exe'), platform, cwd);
  return shell === 'cmd' || shell === 'powershell' ? python : python.replaceAll('\\', '/');
}

/** Returns what takes a variable out of this shell's environment. */
export function unsetCommand(name: string, shell: ShellKind): string {
  const word = quoteForShell(name, shell);
  switch (shell) {
    case 'posix':
    case 'bash':
    case 'zsh':
      return `unset ${word}`;
    case 'fish':
      return `set -e ${word}`;
    case 'tcsh':
      return `unsetenv ${word}`;
    case 'powershell':
      return `Remove-Item Env:${word}`;
    case 'cmd':
      // Without the quotes, a space before `&&` would become the value.
      return `set "${name}="`;
  }
}

/**
 * Returns the path as a command in `cwd` may write it: relative when it is `cwd` or below, else absolute; never like an option.
 * Below the root folder the absolute path is as short, and holds elsewhere, too.
 */
export function fromDirectory(target: string, platform: Platform, cwd: string | null): string {
  const paths = pathsOf(platform);
  if (cwd === null || cwd === '/') return target;
  const relative = paths.relative(cwd, target);
  if (relative === '..' || relative.startsWith(`..${paths.sep}`) || paths.isAbsolute(relative)) return target;
  if (relative === '') return '.';
  return relative.startsWith('-') ? `.${paths.sep}${relative}` : relative;
}
