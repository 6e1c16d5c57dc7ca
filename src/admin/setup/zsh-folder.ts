import { probe } from '../run-detached.ts';
import type { AdminContext } from '../command.ts';
import { cleanEnvironment } from './verify/clean-shell.ts';
import { findProgram } from './locations.ts';
import { zshFolderOf } from './startup-files/targets.ts';

const MARK = 'pipward-folder:';

/** Where zsh looks for .zprofile and .zshrc: ~/.zshenv may set ZDOTDIR, so zsh itself is asked. */
export async function findZshFolder(env: AdminContext['env'], home: string, prefix: string): Promise<string> {
  const program = findProgram(env, 'zsh');
  const otherwise = zshFolderOf(env, home);
  if (program === null) return otherwise;
  const result = await probe({
    command: [program, '-c', `print -r -- "${MARK}\${ZDOTDIR-}"`],
    env: cleanEnvironment(env, home, prefix),
    cwd: home,
    timeoutMilliseconds: 20_000,
  });
  const line =
    result.kind === 'ended' ? result.stdout.split('\n').findLast((text) => text.startsWith(MARK)) : undefined;
  const folder = line?.slice(MARK.length) ?? '';
  return folder.startsWith('/') ? zshFolderOf({ ZDOTDIR: folder }, home) : otherwise;
}
