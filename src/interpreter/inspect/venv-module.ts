import type { Interpreter } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { pathsOf } from '../../util/paths.ts';

/** What this interpreter lacks to make an environment by itself, as Debian's does without python3-venv; null if nothing. */
export function findMissingMaker(
  { stdlib, version }: Interpreter,
  { files, platform }: Pick<CallContext, 'files' | 'platform'>,
): 'venv' | 'ensurepip' | null {
  const has = (name: string) =>
    stdlib === null || files.status(pathsOf(platform).join(stdlib, name, '__init__.py')) !== null;
  if (version?.major === 2 || !has('venv')) return 'venv';
  return has('ensurepip') ? null : 'ensurepip';
}
