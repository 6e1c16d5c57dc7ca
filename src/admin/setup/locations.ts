import { accessSync, constants, existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { findUserName } from '../../host/files/user-name.ts';
import type { AdminContext } from '../command.ts';
import { readManifest } from './plan/manifest.ts';
import { UsageError } from '../usage-error.ts';

/** Prefix of an installation for all users of a machine. */
export const SYSTEM_PREFIX = '/usr/local/lib/pipward';

/** Where the system's package manager puts pipward; its files are the package's, not setup's. */
export const PACKAGE_PREFIX = '/usr/lib/pipward';

/** Bytes that were no UTF-8, as the arguments, the variables (host/files/os-strings.ts) and Node tell of them. */
const NOT_UTF8 = /[\uFFFD\p{Cs}]/u;

/** The user's home directory. Throws when it is not usable: nothing is guessed where files are written. */
export function findHome(env: AdminContext['env']): string {
  const home = env['HOME'];
  if (!home) throw new Error('HOME is not set: set it to your home directory, for instance HOME=/home/you');
  if (NOT_UTF8.test(home)) {
    throw new Error(
      `HOME is ${JSON.stringify(home)}, which is not UTF-8 text: setup writes no such path into startup files`,
    );
  }
  if (!path.isAbsolute(home) || !isDirectory(home)) {
    throw new Error(`HOME is ${home}, which is not a folder: set it to your home directory`);
  }
  return path.resolve(home);
}

/** The user whose HOME root was given, by sudo say; null if it is root's, or if the caller is not root. */
export function findOtherOwner(home: string): string | null {
  const owner = process.geteuid?.() === 0 ? statSync(home).uid : 0;
  return owner === 0 ? null : findUserName(owner);
}

/** Folders of the system's packages: what is in them is replaced, and removed, by the package manager alone. */
const PACKAGE_FOLDERS = ['/usr/lib/', '/usr/libexec/', '/usr/share/'];

/** The folder that the running program is installed in or shipped in. */
export function findProgramRoot({ programDirectory }: AdminContext): string {
  return path.dirname(programDirectory);
}

/** Returns the real path of the Node that is shipped with the program, a file there; null if there is none (setup makes a link). */
export function findBundledNode(root: string): string | null {
  const file = path.join(root, 'node');
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() === true ? realpathSync.native(file) : null;
}

/**
 * The installation that the running program belongs to: its own folder, or the one for all users if that leads here by
 * links. If there is none, the folder that it is shipped in.
 */
export function findInstalledRoot(context: AdminContext): string {
  const root = findProgramRoot(context);
  if (readManifest(root) !== null) return root;
  const isLinked = realPath(path.join(SYSTEM_PREFIX, 'dist/admin.cjs')) === path.join(realPath(root), 'dist/admin.cjs');
  return isLinked && readManifest(SYSTEM_PREFIX) !== null ? SYSTEM_PREFIX : root;
}

/**
 * Whether a program's folder belongs to a package of the system: setup for all users links to it instead of copying,
 * so that an upgrade of the package is one of the installation. (What npm installs there is not one.)
 */
export function isPackaged(root: string): boolean {
  const real = realPath(root);
  return PACKAGE_FOLDERS.some((folder) => real.startsWith(folder)) && !real.includes('/node_modules/');
}

/**
 * Where to install: --prefix, else the installation that we run from, else PIPWARD_HOME, else the XDG data folder.
 * Throws UsageError for a place that cannot be one.
 */
export function choosePrefix(context: AdminContext, given: string | null, home: string): string {
  if (given !== null) return checkPrefix(given, '--prefix', home);
  const root = findInstalledRoot(context);
  const own = readManifest(root);
  // As it was given then, which may lead here through links.
  if (own !== null) return realPath(own.prefix) === realPath(root) ? own.prefix : root;
  const variable = context.env['PIPWARD_HOME'];
  if (variable) return checkPrefix(variable, 'PIPWARD_HOME', home);
  return checkPrefix(path.join(xdgFolder(context.env, 'XDG_DATA_HOME', home, '.local/share'), 'pipward'), 'HOME', home);
}

/** A folder of the XDG base directory specification; relative values are ignored, as it says. */
export function xdgFolder(env: AdminContext['env'], name: string, home: string, otherwise: string): string {
  const value = env[name];
  return value !== undefined && path.isAbsolute(value) ? path.resolve(value) : path.join(home, otherwise);
}

/** A path as a user writes it: with ~ for the home directory. For reading, not for commands. */
export function abbreviate(file: string, home: string): string {
  return file === home || file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;
}

function checkPrefix(given: string, source: string, home: string): string {
  if (!path.isAbsolute(given)) throw new UsageError(`${source} must be an absolute path, not ${JSON.stringify(given)}`);
  const prefix = path.resolve(given);
  const odd = /[\0-\x1f\x7f:]/.exec(prefix)?.[0] ?? NOT_UTF8.exec(prefix)?.[0];
  if (odd === ':')
    throw new UsageError(`${source} must not contain a colon, which separates the entries of PATH: ${prefix}`);
  if (odd !== undefined) throw new UsageError(`${source} must be printable UTF-8 text: ${JSON.stringify(prefix)}`);
  if (prefix === path.parse(prefix).root) throw new UsageError(`${source} must not be the root folder`);
  if (realPath(prefix) === realPath(home)) {
    throw new UsageError(`${source} must not be the home directory itself, but a folder of its own`);
  }
  return prefix;
}

function realPath(file: string): string {
  return existsSync(file) ? realpathSync.native(file) : file;
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Absolute path of a program on PATH or in the usual folders; null if it is not there. */
export function findProgram(env: AdminContext['env'], name: string): string | null {
  const folders = [
    ...(env['PATH'] ?? '').split(path.delimiter),
    '/bin',
    '/usr/bin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  const files = folders.filter((folder) => path.isAbsolute(folder)).map((folder) => path.join(folder, name));
  return files.find((file) => isProgram(file)) ?? null;
}

/** Whether this is a file that we may execute. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
