import type { ShellKind } from '../model/diagnostic.ts';
import type { CallerFacts } from '../model/facts.ts';
import type { Platform } from '../model/call-context.ts';
import { quoteForShell } from './quote.ts';

/** The startup file of a new interactive shell, as a word of that shell. What is there is kept in use: a new file can hide another. */
function profileOf(shell: ShellKind, startFiles: readonly string[], platform: Platform): string | null {
  const choose = (...names: readonly string[]) => names.find((name) => startFiles.includes(name)) ?? names.at(-1) ?? '';
  switch (shell) {
    case 'bash':
      // A terminal of macOS starts a login shell (bash(1), INVOCATION: the first of these alone is read).
      return platform === 'darwin' ? `~/${choose('.bash_profile', '.bash_login', '.profile')}` : '~/.bashrc';
    case 'zsh':
      return '"${ZDOTDIR:-$HOME}/.zshrc"';
    case 'posix':
      return '~/.profile';
    case 'tcsh':
      return `~/${choose('.tcshrc', '.cshrc')}`;
    case 'fish':
    case 'powershell':
    case 'cmd':
      return null;
  }
}

/**
 * Returns the commands that put a folder at the end of PATH, in this shell and in those to come; null where none is known.
 * At the end: what is found today stays what is found. A folder with a colon cannot be on PATH at all.
 */
export function extendPathCommands(
  directory: string,
  { shell, home, startFiles }: Pick<CallerFacts, 'shell' | 'home' | 'startFiles'>,
  platform: Platform,
): readonly string[] | null {
  if (platform === 'win32') return windowsCommands(directory, shell);
  if (directory.includes(':')) return null;
  // fish keeps a list of its own that every fish reads, and leaves out what is in it (fish 3.2).
  if (shell === 'fish') return [`fish_add_path --append ${quoteForShell(directory, shell)}`];
  const profile = profileOf(shell, startFiles, platform);
  const value = insideQuotes(directory, home);
  if (profile === null || value === null) return null;
  const line = shell === 'tcsh' ? `setenv PATH "\${PATH}:${value}"` : `export PATH="$PATH:${value}"`;
  // The file's last line may have no end yet.
  return [line, `printf '\\n%s\\n' '${line}' >>${profile}`];
}

/** `$HOME/x` below home; null for what double quotes within single quotes cannot hold in every shell. */
function insideQuotes(directory: string, home: string | null): string | null {
  if (!/^[\w@%+=:,./ -]+$/.test(directory)) return null;
  return home !== null && directory.startsWith(`${home}/`) ? `$HOME${directory.slice(home.length)}` : directory;
}

/** What cannot be in an entry of PATH, or means something in cmd's quotes; PATH has no way to escape any of it. */
const NOT_IN_WINDOWS_PATH = /[;"%]/;

/**
 * For this window a command; for new windows the dialog of Windows that edits the user's variables. No command for that: setx cuts
 * PATH at 1024 characters, and [Environment]::SetEnvironmentVariable writes `%...%` of other entries with the values of today.
 */
function windowsCommands(directory: string, shell: ShellKind): readonly string[] | null {
  if (NOT_IN_WINDOWS_PATH.test(directory)) return null;
  // PowerShell takes a bare comma for a list.
  const dialog = `rundll32 ${quoteForShell('sysdm.cpl,EditEnvironmentVariables', shell === 'cmd' ? 'posix' : shell)}`;
  switch (shell) {
    case 'cmd':
      return [`set "PATH=%PATH%;${directory}"`, dialog];
    case 'powershell':
      return [`$env:Path += ${quoteForShell(`;${directory}`, shell)}`, dialog];
    case 'posix':
    case 'bash':
    case 'zsh':
      return [`export PATH="$PATH:$(cygpath ${quoteForShell(directory, shell)})"`, dialog];
    case 'fish':
    case 'tcsh':
      return null;
  }
}
