import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext, CommandArguments } from './command.ts';
import { SYSTEM_PREFIX } from './places.ts';
import { UsageError } from './usage-error.ts';

/** The folder that was asked for by --system or --prefix; null if neither was given. Throws UsageError for both. */
export function readScope(given: CommandArguments): string | null {
  const prefix = given.text('prefix');
  if (!given.flag('system')) return prefix;
  if (prefix !== null) throw new UsageError(`--system installs into ${SYSTEM_PREFIX}: leave --prefix out`);
  return SYSTEM_PREFIX;
}

/** Throws where there is nothing that could be set up. */
export function requirePlatform({ platform }: AdminContext): void {
  if (platform !== 'win32') return;
  throw new Error(
    'Windows is not supported yet: the shim is a POSIX sh script, which cmd and PowerShell do not run. ' +
      'Nothing was changed. In WSL, run ./install.sh there',
  );
}

/** Throws if this is the place for all users and we are not root. */
export function requireRoot(prefix: string): void {
  if (prefix !== SYSTEM_PREFIX || process.geteuid?.() === 0) return;
  throw new Error(`an installation for all users needs root, and nothing here asks for it: run it again as root`);
}

/** Throws if other users could not run what an installation for all of them needs: root's rights, a Node that they may start. */
export function requireSharedNode({ node }: AdminContext): void {
  requireRoot(SYSTEM_PREFIX);
  const program = realpathSync.native(node);
  const closed = [program, ...parentsOf(program)].find((file) => (statSync(file).mode & 0o001) === 0);
  if (closed !== undefined) {
    throw new Error(
      `other users cannot run ${program}, since ${closed} is closed to them: ` +
        'put a Node.js for all on PATH (/usr/bin/node, say) and run this again',
    );
  }
  // Folders that are made from here on are for everybody, whatever root's umask is.
  process.umask(0o022);
}

function parentsOf(file: string): readonly string[] {
  const parent = path.dirname(file);
  return parent === file ? [] : [parent, ...parentsOf(parent)];
}
