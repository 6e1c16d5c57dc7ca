import { readPipVersion } from '../../interpreter/inspect/pip-presence.ts';
import { mayFallBackToUserSite } from '../../pip/releases.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';
import type { Interpreter } from '../../model/environment.ts';
import type { InterpreterReport } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Obstacle } from '../../model/trial.ts';
import { readVariable } from '../../util/variables.ts';
import type { InstallSettings } from '../../model/pip-call.ts';
import { isWritable } from '../../util/windows/writable.ts';

/**
 * Returns why pip could not write where this command would, as pip itself decides that (pip/_internal/commands/install.py,
 * decide_user_install); null if it could. `report`: what the interpreter says of itself, where it was asked.
 */
export function findUnwritable(
  { subcommand }: PipCommand,
  { user, redirection }: InstallSettings,
  interpreter: Interpreter,
  report: InterpreterReport | null,
  context: CallContext,
): Obstacle | null {
  const { environment, siteDirectories } = interpreter;
  const { platform } = context;
  const isClosed = environment.kind === 'virtual' && !environment.seesSystemSite;
  const isInstall = subcommand === 'install';
  if (isInstall && user === true) {
    return isClosed ? { kind: 'user-in-environment' } : findUserSiteObstacle(report, context);
  }
  if (isInstall && redirection !== null && redirection.option !== '--root') {
    const folder = resolveFolder(redirection.value, context);
    return folder !== null && isWritable(folder, context)
      ? null
      : { kind: 'not-writable', path: folder ?? redirection.value };
  }
  if (environment.kind === 'unknown') return null;
  const site = siteDirectories.find((directory) => liesWithin(directory, environment.prefix, platform));
  if (report?.siteWritable ?? (site === undefined || isWritable(site, context))) return null;
  const denied: Obstacle = { kind: 'not-writable', path: report?.purelib ?? site ?? environment.prefix };
  // What pip then does by itself: as good as asked for, where it works.
  if (isClosed || user === false || (isInstall && redirection !== null)) return denied;
  if (isInstall && !mayFallBackToUserSite(readPipVersion(interpreter, context.files))) return denied;
  const userSite = findUserSiteObstacle(report, context);
  return userSite === null ? null : userSite.kind === 'user-site-off' ? denied : userSite;
}

/** Why the user site cannot be installed to (CPython Lib/site.py, getuserbase and check_enableusersite). */
function findUserSiteObstacle(report: InterpreterReport | null, context: CallContext): Obstacle | null {
  const { platform } = context;
  const paths = pathsOf(platform);
  const isOff = report === null ? readVariable(context, 'PYTHONNOUSERSITE') !== null : !report.userSiteEnabled;
  if (isOff) return { kind: 'user-site-off' };
  const place = report?.userSite ?? findUserBase(context);
  if (place === null || !paths.isAbsolute(place))
    return { kind: 'no-user-site', place: place ?? (platform === 'win32' ? '%APPDATA%' : '~'), isRelative: true };
  return isWritable(place, context) ? null : { kind: 'no-user-site', place, isRelative: false };
}

function findUserBase(context: CallContext): string | null {
  const { platform, home } = context;
  const chosen = readVariable(context, 'PYTHONUSERBASE');
  if (chosen !== null) return chosen;
  if (platform === 'win32') {
    const folder = readVariable(context, 'APPDATA') ?? home;
    return folder === null ? null : pathsOf(platform).join(folder, 'Python');
  }
  // expanduser takes HOME as it is, also where that is no absolute path, and asks for the account only without it.
  const own = context.env['HOME'] ?? home;
  return own === null ? null : `${own.replace(/\/+$/, '')}/.local`;
}

function resolveFolder(value: string, { cwd, home, platform }: CallContext): string | null {
  const paths = pathsOf(platform);
  const expanded = home !== null && /^~(?=[/\\]|$)/.test(value) ? home + value.slice(1) : value;
  if (!paths.isAbsolute(expanded) && cwd === null) return null;
  return paths.resolve(cwd ?? '/', expanded);
}
