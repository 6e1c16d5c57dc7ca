import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { xdgFolder } from '../locations.ts';

type Env = AdminContext['env'];

/** Returns the variables that a terminal window would start a shell with; startup files add the rest. */
export function cleanEnvironment(env: Env, home: string, prefix: string): Env {
  const kept = [
    'USER',
    'LOGNAME',
    'TERM',
    'LANG',
    'LC_ALL',
    'SHELL',
    'TMPDIR',
    'ZDOTDIR',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
  ];
  const entries = (env['PATH'] ?? '').split(path.delimiter).filter((entry) => !isSameFolder(entry, `${prefix}/shims`));
  return {
    ...Object.fromEntries(kept.map((name) => [name, env[name]])),
    HOME: home,
    PATH: entries.join(path.delimiter),
    // Starting a shell must leave nothing behind: no history, and no completion dump by Ubuntu's /etc/zsh/zshrc.
    HISTFILE: '/dev/null',
    skip_global_compinit: '1',
  };
}

/** Returns variables that lead fish to a temporary view of its folders: it writes into them at every start. */
export function mirrorFishFolders(scratch: string, env: Env, home: string): Env {
  const mirror = (variable: string, otherwise: string) => {
    const real = xdgFolder(env, variable, home, otherwise);
    const view = path.join(scratch, variable);
    mkdirSync(path.join(view, 'fish'), { recursive: true });
    linkEntries(real, view, ['fish']);
    linkEntries(path.join(real, 'fish'), path.join(view, 'fish'), [
      'fish_variables',
      'fish_history',
      'generated_completions',
    ]);
    const variables = path.join(real, 'fish/fish_variables');
    if (existsSync(variables)) copyFileSync(variables, path.join(view, 'fish/fish_variables'));
    return view;
  };
  const folders = {
    XDG_CONFIG_HOME: mirror('XDG_CONFIG_HOME', '.config'),
    XDG_DATA_HOME: mirror('XDG_DATA_HOME', '.local/share'),
    XDG_CACHE_HOME: path.join(scratch, 'cache'),
  };
  // Without such a folder an interactive fish starts a Python in the background that reads all manual pages for a minute,
  // and writes what it finds where this view was. (__fish_config_interactive.fish; in the cache since fish 4.1.)
  for (const folder of [folders.XDG_DATA_HOME, folders.XDG_CACHE_HOME]) {
    mkdirSync(path.join(folder, 'fish/generated_completions'), { recursive: true });
  }
  return folders;
}

function linkEntries(from: string, to: string, without: readonly string[]): void {
  if (!existsSync(from)) return;
  for (const name of readdirSync(from)) {
    if (!without.includes(name)) symlinkSync(path.join(from, name), path.join(to, name));
  }
}

/** Whether two paths lead to one folder. */
export function isSameFolder(one: string, other: string): boolean {
  if (one === other) return true;
  return existsSync(one) && existsSync(other) && realpathSync.native(one) === realpathSync.native(other);
}
