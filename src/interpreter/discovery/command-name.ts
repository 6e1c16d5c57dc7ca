import type { Interpreter } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { formatRelease } from '../../util/python-version.ts';
import { findOnPath } from './find-on-path.ts';
import { discoverOnPath } from './search-path.ts';

/** Returns the first of the names by which PATH, or pyenv's shim on it, starts this interpreter; null if none does. */
export function findCommandName(
  { executable, version }: Interpreter,
  names: readonly string[],
  context: CallContext,
): string | null {
  const own = version === null ? [] : [`python${formatRelease(version)}`];
  return (
    [...names, ...own].find(
      (name) => findOnPath(name, context) === executable || followShim(name, context) === executable,
    ) ?? null
  );
}

/** Returns what a name starts if pyenv decides it. */
function followShim(name: string, context: CallContext): string | null {
  for (const { path, problem, source } of discoverOnPath(name, context)) {
    if (problem === null) return source === 'pyenv' ? path : null;
  }
  return null;
}
