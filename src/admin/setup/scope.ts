import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { AdminContext, CommandArguments } from '../command.ts';
import { LINK_FOLDER } from './links/plan-links.ts';
import { findBundledNode, findHome, findOtherOwner, findProgramRoot, SYSTEM_PREFIX } from './locations.ts';
import { joinCommand } from '../../terminal/quote.ts';
import { findUserName } from '../../host/files/user-name.ts';
import { findExposedInside, findExposure, findForeignFolder, type Exposure } from '../../host/files/ownership.ts';
import { describeExposure } from '../exposure-messages.ts';
import { UsageError } from '../usage-error.ts';

/** The folder that was asked for by --system or --prefix; null if neither was given. Throws UsageError for both. */
export function readScope(given: CommandArguments): string | null {
  const prefix = given.text('prefix');
  if (!given.flag('system')) return prefix;
  if (prefix !== null) throw new UsageError(`--system installs into ${SYSTEM_PREFIX}: leave --prefix out`);
  return SYSTEM_PREFIX;
}

/** Throws if this is the place for all users and we are not root. */
export function requireRoot(prefix: string): void {
  if (prefix !== SYSTEM_PREFIX || process.geteuid?.() === 0) return;
  throw new Error(
    'an installation for all users needs root, and pipward does not start sudo itself: run it again as root',
  );
}

/**
 * Throws if an installation for all users is not possible, or not safe: it needs root's rights, a Node that all may start
 * and only root can change, and a place that only root can change. What is copied may come from anywhere.
 */
export function requireShared(
  context: AdminContext,
  prefix: string,
  startFiles: readonly string[],
  hasLinks: boolean,
): void {
  if (prefix !== SYSTEM_PREFIX) return;
  requireRoot(prefix);
  requireSharedNode(context);
  for (const file of [prefix, ...startFiles]) refuseExposed(findExposure(file), `${file} would be read by all users`);
  refuseExposed(findExposedInside(prefix), 'it would be run by all users');
  if (hasLinks) requireLinkFolder();
  // Folders that are made from here on are for all users, whatever root's umask is.
  process.umask(0o022);
}

/** Throws if links in LINK_FOLDER cannot be made, or if others than root could put a program in their place. */
function requireLinkFolder(): void {
  refuseExposed(findExposure(LINK_FOLDER), 'all users, and sudo, would run what is linked there');
  let folder = LINK_FOLDER;
  while (!existsSync(folder)) folder = path.dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Error(
      `${folder} cannot be written, so no links can be made there. Nothing was changed: to install without them, add ` +
        '--no-links',
    );
  }
}

function requireSharedNode(context: AdminContext): void {
  const { node } = context;
  const program = realpathSync.native(node);
  // A bundled Node is copied, so its folder may be closed to others. Who can change it still counts.
  const isCopied = findBundledNode(findProgramRoot(context)) === program;
  const closed = isCopied
    ? undefined
    : [program, ...parentsOf(program)].find((file) => (statSync(file).mode & 0o001) === 0);
  if (closed !== undefined) {
    throw new Error(
      `other users cannot run ${program}, since ${closed} is closed to them: ` +
        'put a Node.js for all on PATH (/usr/bin/node, say) and run this again',
    );
  }
  const exposure = findExposure(node) ?? findExposure(program);
  if (exposure === null) return;
  const fix = isCopied
    ? 'unpack the archive as root (tar --no-same-owner) into a folder that only root can change (/usr/local/src, say), and run this there'
    : 'put a Node.js on PATH that only root can change (/usr/bin/node of a system package, say), and run this again';
  throw new Error(
    `${program} would run as each user's pip, but ${describeExposure(exposure)}. Nothing was changed: ${fix}`,
  );
}

function refuseExposed(exposure: Exposure | null, what: string): void {
  if (exposure === null) return;
  const { path: file, kind } = exposure;
  const fix = kind === 'others-write' ? ['chmod', 'go-w', file] : ['chown', '-h', 'root', file];
  throw new Error(
    `${describeExposure(exposure)}, and ${what}. Nothing was changed: look at what is in it, then run\n` +
      `    ${joinCommand(fix, 'posix')}`,
  );
}

/**
 * Throws if an installation, or a folder in it that has one of the files, is not the caller's own: root must not delete
 * what the manifest of another user names.
 */
export function requireOwnInstallation(prefix: string, files: readonly string[]): void {
  const foreign = findForeignFolder(prefix, files);
  if (foreign === null) return;
  const user = findUserName(foreign.owner);
  const fix = foreign.kind === 'other-user' ? `run this as user ${user}` : 'look at what is in it';
  throw new Error(`${describeExposure(foreign)}, so nothing in ${prefix} was changed: ${fix}`);
}

/**
 * Returns what root works with where HOME is another user's (sudo may leave it so): the home directory of root, for
 * nothing of that user's is to be run, and no files of root's are to be left there. Throws if files would have to be there.
 */
export function leaveOtherHome(context: AdminContext, prefix: string, modifyPath: boolean): AdminContext {
  const home = findHome(context.env);
  const owner = findOtherOwner(home);
  if (owner === null) return context;
  if (prefix !== SYSTEM_PREFIX && (modifyPath || prefix.startsWith(`${home}/`))) {
    throw new Error(
      `HOME is ${home}, which belongs to user ${owner}: root would leave files there that this user cannot ` +
        'change. Nothing was changed: run this as that user, with HOME=/root, or with --system for all users',
    );
  }
  const dropped = ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'ZDOTDIR'];
  const env = Object.fromEntries(Object.entries(context.env).filter(([name]) => !dropped.includes(name)));
  const own = userInfo().homedir;
  return { ...context, env: { ...env, HOME: statSync(own, { throwIfNoEntry: false })?.uid === 0 ? own : '/' } };
}

function parentsOf(file: string): readonly string[] {
  const parent = path.dirname(file);
  return parent === file ? [] : [parent, ...parentsOf(parent)];
}
