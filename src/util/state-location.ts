import type { CallContext } from '../model/call-context.ts';
import { pathsOf } from './paths.ts';
import { readVariable } from './variables.ts';

/**
 * Returns the folder where pipward remembers things: below XDG_STATE_HOME (XDG Base Directory Specification), on Windows below
 * %LocalAppData%; null without a home directory.
 */
export function findStateFolder(context: Pick<CallContext, 'env' | 'home' | 'platform'>): string | null {
  const { home, platform } = context;
  const paths = pathsOf(platform);
  const variable = readVariable(
    context,
    PIPWARD_FOR_WINDOWS && platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_STATE_HOME',
  );
  const otherwise = PIPWARD_FOR_WINDOWS && platform === 'win32' ? ['AppData', 'Local'] : ['.local', 'state'];
  // The specification: a relative value is ignored.
  const base =
    variable !== null && paths.isAbsolute(variable) ? variable : home === null ? null : paths.join(home, ...otherwise);
  return base === null ? null : paths.join(base, 'pipward');
}
