import path from 'node:path';
import { findUserName } from '../../host/files/user-name.ts';
import { findOtherUser, isFromOtherUser } from '../../util/other-user.ts';
import type { CallContext } from '../../model/call-context.ts';

/** A file that is found upward from the current directory, and that counts for nothing since another user put it there; null: Windows, where users have no number. */
export type IgnoredFile = { readonly file: string; readonly owner: number | null };

/** What bears on policies. */
export const POLICY_NAMES: readonly string[] = ['.git', 'pipward.toml', 'pyproject.toml'];

/** pyenv looks for it up to the root folder, past the root of a repository. */
export const PYENV_FILE = '.python-version';

/** Returns the ignored files of these names, nearest first, from where they are looked for. */
export function listIgnoredFiles(context: CallContext, names: readonly string[]): readonly IgnoredFile[] {
  const ignored: IgnoredFile[] = [];
  let isInProject = true;
  for (let folder = context.cwd; folder !== null;) {
    for (const name of isInProject ? names : names.filter((each) => each === PYENV_FILE)) {
      const file = path.join(folder, name);
      if (isFromOtherUser(folder, file, context)) ignored.push({ file, owner: findOtherUser(folder, file, context) });
    }
    const mark = path.join(folder, '.git');
    if (context.files.status(mark) !== null && !isFromOtherUser(folder, mark, context)) isInProject = false;
    const parent = path.dirname(folder);
    folder = parent === folder ? null : parent;
  }
  return ignored;
}

/** Returns which file it is, whose, and why that keeps it from counting. */
export function describeIgnored({ file, owner }: IgnoredFile): string {
  const user = owner === null ? 'another user' : `user ${findUserName(owner)}`;
  return `${file} belongs to ${user}, and everyone can write to ${path.dirname(file)}`;
}
