import type { CallContext } from '../model/call-context.ts';

/**
 * Returns a path as os.path.expanduser does on POSIX: HOME as it is set, even if it is empty or relative. Without HOME and
 * without an entry for the user `~` stays. Returns null for `~name`: the homes of other users are not looked up.
 */
export function expandUser(
  path: string,
  { env, home, platform }: Pick<CallContext, 'env' | 'home' | 'platform'>,
): string | null {
  if (!path.startsWith('~')) return path;
  const end = /[/\\]/.exec(path)?.index ?? path.length;
  if (end > 1) return null;
  // On Windows Python looks at USERPROFILE, as Node does.
  const own = platform === 'win32' ? home : (env['HOME'] ?? home);
  if (own === null) return path;
  return own.replace(/\/+$/, '') + path.slice(1) || '/';
}
