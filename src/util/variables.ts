import type { CallContext } from '../model/call-context.ts';

/** Returns a variable's value; null when it is unset or empty. On Windows the case of its name does not matter. */
export function readVariable({ env, platform }: Pick<CallContext, 'env' | 'platform'>, name: string): string | null {
  const key =
    platform === 'win32' && env[name] === undefined
      ? (Object.keys(env).find((candidate) => candidate.toUpperCase() === name) ?? name)
      : name;
  return env[key] || null;
}
