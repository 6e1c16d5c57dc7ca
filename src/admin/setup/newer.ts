import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { compareVersions, parseVersion } from '../../util/pep440.ts';
import { joinCommand } from '../../terminal/quote.ts';
import type { AdminContext } from '../command.ts';
import { complain } from '../output.ts';
import { inspectVersion, listOtherVersions } from '../which/versions.ts';
import { findProgramRoot } from './locations.ts';

/**
 * Lets a newer pipward on PATH do the set-up in place of this one, and returns its exit status; null if there is none.
 * After `npm install -g` of a newer version, `pipward` still is the one that was set up, since its shims come first.
 * Root does not start what PATH finds: it is told of it.
 */
export function leaveToNewer(context: AdminContext, words: readonly string[]): number | null {
  // What is started from a clone or an archive is meant as it is, an older version too.
  if (inspectVersion(findProgramRoot(context)).origin !== 'setup') return null;
  const newer = listOtherVersions(context).find(
    (each) => each.origin !== 'setup' && isNewer(each.version, context.version),
  );
  if (newer === undefined) return null;
  const command = [path.join(newer.root, 'bin/pipward'), 'setup', ...words] as const;
  if (process.geteuid?.() === 0) {
    complain(
      `pipward ${newer.version} is on PATH, too, and is newer than this one, ${context.version}. Run it:\n    ${joinCommand(command, 'posix')}`,
    );
    return 1;
  }
  // Not to stdout, which is for the shell with --ci.
  complain(`pipward ${newer.version} is newer than this one, ${context.version}: that one does the setup`);
  const [program, ...rest] = command;
  const { status, error } = spawnSync(program, rest, { stdio: 'inherit', env: { ...context.env } });
  if (error !== undefined) throw error;
  return status ?? 1;
}

function isNewer(version: string | null, own: string): boolean {
  const [theirs, ours] = [parseVersion(version ?? ''), parseVersion(own)];
  return theirs !== null && ours !== null && compareVersions(theirs, ours) > 0;
}
