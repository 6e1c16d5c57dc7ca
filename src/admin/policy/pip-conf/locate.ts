import path from 'node:path';
import type { CallContext } from '../../../model/call-context.ts';
import { listConfigurationFiles } from '../../../pip/configuration-files.ts';
import { findStateFolder } from '../../../util/state-location.ts';

/** For whom pip.conf is written: all users of the machine, or the caller. */
export type ConfScope = 'system' | 'user';

/** Returns the file that pip reads for all users; of several the one that the others cannot override. */
export function findSystemConf(context: CallContext): string {
  const files = listConfigurationFiles({ ...context, env: {} }, null, true);
  return files.at(-1) ?? '/etc/pip.conf';
}

/**
 * Returns the user's file: the one that pip reads last, or the older `~/.pip/pip.conf` if only that is there. What
 * PIP_CONFIG_FILE names is a file for single calls. Null without an absolute path.
 */
export function findUserConf(context: CallContext): string | null {
  const { PIP_CONFIG_FILE: _, ...env } = context.env;
  if (context.home === null && env['HOME'] === undefined) return null;
  const own = { ...context, env };
  const all = listConfigurationFiles(own, null, false);
  const shared = listConfigurationFiles(own, null, true);
  const [older, newer] = all.slice(shared.length);
  const isOlder = newer !== undefined && older !== undefined && !isThere(newer, context) && isThere(older, context);
  const chosen = (isOlder ? older : newer) ?? null;
  const given = env['XDG_CONFIG_HOME'];
  const isRelative = given !== undefined && given.trim() !== '' && !path.isAbsolute(given) && chosen === newer;
  return isRelative ? null : chosen;
}

/** Returns the folder of what is recorded about these files; null without a home directory. */
export function findRecordFolder(
  scope: ConfScope,
  context: Pick<CallContext, 'env' | 'home' | 'platform'>,
): string | null {
  if (scope === 'user') return findStateFolder(context);
  return context.platform === 'darwin' ? '/var/db/pipward' : '/var/lib/pipward';
}

function isThere(file: string, { files }: CallContext): boolean {
  return files.status(file) !== null || files.isLink(file);
}
