import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { SYSTEM_PREFIX, xdgFolder } from '../locations.ts';
import { removeBlock } from './marked-block.ts';

/** A line of a startup file that names the installation, outside of the block that setup wrote. */
export type Leftover = { readonly file: string; readonly line: number; readonly text: string };

/** A larger file is not a startup file that a user writes. */
const MAX_BYTES = 1024 * 1024;
const IN_HOME =
  '.bashrc .bash_profile .bash_login .profile .bash_aliases .kshrc .mkshrc .zshenv .zprofile .zshrc .zlogin .tcshrc .cshrc .login'.split(
    ' ',
  );
const IN_SYSTEM = [
  '/etc/profile',
  '/etc/bash.bashrc',
  '/etc/bashrc',
  '/etc/zsh/zshenv',
  '/etc/zsh/zshrc',
  '/etc/zshrc',
];

/**
 * Returns the lines that the user, or an installer, added by hand: they stay, and may fail at every start of a shell once
 * the files that they name are gone. `blocks`: what setup wrote into which file.
 */
export function findLeftovers(
  { env }: Pick<AdminContext, 'env'>,
  home: string,
  prefix: string,
  blocks: readonly { readonly path: string; readonly block: string }[],
): readonly Leftover[] {
  // A line for completion starts `pipward` by its name.
  const names = [...listSpellings(prefix, home), 'pipward completion '];
  const files = [...listStartupFiles(env, home, prefix), ...blocks.map((record) => record.path)];
  return [...new Set(files)].flatMap((file) => {
    const block = blocks.find((record) => record.path === file)?.block ?? null;
    const bytes = readStartupFile(file);
    const all = bytes.toString('utf8').split('\n');
    const own = block === null ? [] : listOwnLines(bytes, all, block);
    return all.flatMap((text, index): readonly Leftover[] => {
      const isNamed = names.some((name) => text.includes(name)) && !/^\s*#/.test(text);
      return isNamed && !own.includes(index) ? [{ file, line: index + 1, text: text.trim() }] : [];
    });
  });
}

function listStartupFiles(env: AdminContext['env'], home: string, prefix: string): readonly string[] {
  const config = xdgFolder(env, 'XDG_CONFIG_HOME', home, '.config');
  const zsh = env['ZDOTDIR'];
  const zshFolder = zsh !== undefined && path.isAbsolute(zsh) ? zsh : null;
  return [
    ...IN_HOME.map((name) => path.join(home, name)),
    ...(zshFolder === null
      ? []
      : IN_HOME.filter((name) => name.startsWith('.z')).map((name) => path.join(zshFolder, name))),
    path.join(config, 'fish/config.fish'),
    path.join(config, 'powershell/profile.ps1'),
    path.join(config, 'powershell/Microsoft.PowerShell_profile.ps1'),
    ...(prefix === SYSTEM_PREFIX ? [...IN_SYSTEM, '/etc/fish/config.fish'] : []),
  ];
}

/** The folder as a startup file may name it. The slash keeps `pipward-old` apart. */
function listSpellings(prefix: string, home: string): readonly string[] {
  const below = prefix.startsWith(`${home}/`) ? prefix.slice(home.length) : null;
  const starts = below === null ? [] : ['~', '$HOME', '${HOME}', '"$HOME"', '$env:HOME'].map((start) => start + below);
  return [prefix, ...starts].map((name) => `${name}/`);
}

/** The lines that removing the block takes out. */
function listOwnLines(bytes: Buffer, all: readonly string[], block: string): readonly number[] {
  const removed = removeBlock(bytes, block);
  if (removed.kind !== 'changed') return [];
  const left = removed.bytes.toString('utf8').split('\n');
  let at = 0;
  const own: number[] = [];
  for (const [index, line] of all.entries()) {
    if (line === left[at]) at += 1;
    else own.push(index);
  }
  return own;
}

/** Returns its bytes: none of a file that is not there (the user may have deleted it since setup), cannot be read or is too large. */
export function readStartupFile(file: string): Buffer {
  try {
    const stats = statSync(file);
    return stats.isFile() && stats.size <= MAX_BYTES ? readFileSync(file) : Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  }
}
