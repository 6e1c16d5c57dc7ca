import type { CallContext } from '../../../model/call-context.ts';
import { pathsOf } from '../../../util/paths.ts';
import { compareVersions, listPyenvVersions } from '../pyenv-versions.ts';
import { listManaged } from './install-manager.ts';
import { findPyenvWinRoot } from './pyenv-win.ts';
import { listRegistered, sortByPreference } from './registry.ts';
import { listUsualFolders } from './usual-folders.ts';

/** Yields folders with interpreters that need not be on PATH: pyenv-win's, the install manager's, the registered ones, the usual places. */
export function* listWindowsFolders(context: CallContext): Generator<string> {
  const paths = pathsOf('win32');
  const root = findPyenvWinRoot(context);
  if (root !== null) {
    for (const version of listPyenvVersions(root, context)) yield paths.join(root, 'versions', version);
  }
  for (const { executable } of sortByPreference([...listManaged(context), ...listRegistered(context)])) {
    yield paths.dirname(executable);
  }
  yield* listUsualFolders(context, (a, b) => compareVersions(b, a));
}
