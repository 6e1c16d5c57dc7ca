import path from 'node:path';
import { findContainer, findShell } from '../../host/process/detect-caller.ts';
import { createFileView } from '../../host/files/file-view.ts';
import type { Observation } from '../../pip/output/messages.ts';
import type { CallContext } from '../../model/call-context.ts';

/**
 * Returns the observations without those warnings of pip that are false on this machine: pip compares the texts of PATH,
 * and takes a container's root for the machine's.
 */
export function dropUntrue(observations: readonly Observation[], context: CallContext): readonly Observation[] {
  return observations.filter((observation) => {
    if (observation.kind === 'running-as-root') return findContainer(context) === null;
    if (observation.kind !== 'script-not-on-path') return true;
    return isThere(observation, context) && !isOnPath(observation.directory, context);
  });
}

/** A build may speak of scripts in a folder that it has removed since. */
function isThere(
  { directory, scripts }: Extract<Observation, { kind: 'script-not-on-path' }>,
  { platform }: CallContext,
): boolean {
  // Not the view of the decision: that remembers how things were before pip ran.
  const files = createFileView();
  const [first = ''] = scripts;
  const names = platform === 'win32' ? [first, `${first}.exe`] : [first];
  return names.some((name) => files.status(path.join(directory, name)) !== null);
}

function isOnPath(directory: string, context: CallContext): boolean {
  const { env, home } = context;
  const files = createFileView();
  const real = files.realPath(directory) ?? directory;
  return (env['PATH'] ?? '').split(path.delimiter).some((entry) => {
    // bash alone looks below home for an entry that still has its ~ (its manual, "Tilde Expansion").
    const isTilde = entry === '~' || entry.startsWith('~/');
    if (isTilde && (home === null || findShell(context) !== 'bash')) return false;
    const place = isTilde ? path.join(home ?? '', entry.slice(1)) : entry;
    return path.isAbsolute(place) && files.realPath(place) === real;
  });
}
