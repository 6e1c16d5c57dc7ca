import path from 'node:path';
import type { CallContext, Platform } from '../../../model/call-context.ts';
import { listConfigurationFiles } from '../../../pip/configuration-files.ts';
import { findStateFolder } from '../../../util/state-location.ts';

/** For whom pip.conf is written: all users of the machine, or the caller. */
export type ConfScope = 'system' | 'user';

/** What a name of pip's own file is called here. */
export function nameOfConf(platform: Platform): string {
  return platform === 'win32' ? 'pip.ini' : 'pip.conf';
}

/**
 * Returns the context with the folders that Windows names, in place of those that variables name: pip itself asks Windows
 * (SHGetFolderPathW in its platformdirs and appdirs). Elsewhere the context as it is.
 */
export function withKnownFolders(context: CallContext): CallContext {
  const { windows, env } = context;
  if (context.platform !== 'win32' || windows === undefined) return context;
  const [data, roaming] = [windows.knownFolder('ProgramData'), windows.knownFolder('RoamingAppData')];
  return {
    ...context,
    env: {
      ...env,
      ...(data === null ? {} : { PROGRAMDATA: data }),
      ...(roaming === null ? {} : { APPDATA: roaming }),
    },
  };
}

/** Returns the file that pip reads for all users; of several the one that the others cannot override. */
export function findSystemConf(context: CallContext): string {
  // Nothing but the place of ProgramData, which Windows has named.
  const env = context.platform === 'win32' ? { PROGRAMDATA: context.env['PROGRAMDATA'] } : {};
  const files = listConfigurationFiles({ ...context, env }, null, true);
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
  const isRelative =
    context.platform !== 'win32' &&
    given !== undefined &&
    given.trim() !== '' &&
    !path.isAbsolute(given) &&
    chosen === newer;
  return isRelative ? null : chosen;
}

/** What finds the folder of a record. */
export type RecordContext = Pick<CallContext, 'env' | 'home' | 'platform' | 'windows'>;

/** Returns the folder of what is recorded about these files; null if it is not known. */
export function findRecordFolder(scope: ConfScope, context: RecordContext): string | null {
  if (scope === 'user') return findStateFolder(context);
  if (context.platform === 'darwin') return '/var/db/pipward';
  if (context.platform !== 'win32') return '/var/lib/pipward';
  const data = context.windows?.knownFolder('ProgramData') ?? null;
  // Not in pipward's folder there, which all users read: copies of pip.ini may hold passwords.
  return data === null ? null : path.win32.join(data, 'pipward-records');
}

function isThere(file: string, { files }: CallContext): boolean {
  return files.status(file) !== null || files.isLink(file);
}
