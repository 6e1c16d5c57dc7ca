import type { CallContext } from '../model/call-context.ts';

/**
 * Returns a variable's value; null when it is unset or empty. On Windows the case of its name does not matter. (The variables of
 * a call have upper-case names there, see `upperCaseNames`; other records may not.)
 */
export function readVariable({ env, platform }: Pick<CallContext, 'env' | 'platform'>, name: string): string | null {
  const own = env[name];
  if (!PIPWARD_FOR_WINDOWS || platform !== 'win32' || own !== undefined) return own || null;
  const upper = name.toUpperCase();
  const key = Object.keys(env).find((candidate) => candidate.toUpperCase() === upper);
  return (key !== undefined && env[key]) || null;
}

/**
 * Returns the variables of Windows under upper-case names, as os.environ of Python has them: a plain record tells `Path` and
 * PATH apart, so that a read would miss one and a write would make two. Of two such names the first counts, as it does for
 * Windows.
 */
export function upperCaseNames(env: CallContext['env']): CallContext['env'] {
  const entries = Object.entries(env).map(([name, value]) => [name.toUpperCase(), value] as const);
  return Object.fromEntries(entries.toReversed());
}

/** Returns the variables under the names that they are read by: on Windows PATH is usually called `Path`. */
export function readVariables(env: CallContext['env'], platform: CallContext['platform']): CallContext['env'] {
  return platform === 'win32' ? upperCaseNames(env) : env;
}
