import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { listFiles } from '../files/installation.ts';
import { isSameContent } from '../files/same-content.ts';
import { findProgramRoot } from '../locations.ts';

/** A file of the installation: `path` is relative to its folder, with `/`; `source` is what it is a copy of. */
export type WindowsFile = { readonly path: string; readonly source: string };

/** Programs that run while they are replaced: moved here, and deleted by a later setup. */
const OLD = 'pipward.old.';
const NEW = 'pipward.new.';
const PROGRAMS = 'dist/windows';

/**
 * Returns what is installed, in the order in which it can be replaced while calls run: what is called comes after what it calls.
 * All are copies: links need rights on Windows, and Git Bash would resolve them.
 */
export function listWindowsFiles(context: AdminContext, pipNames: readonly string[]): readonly WindowsFile[] {
  const root = findProgramRoot(context);
  const from = (file: string): WindowsFile => ({ path: file, source: path.join(root, file) });
  const inFolder = (folder: string) => listFiles(path.join(root, folder)).map((file) => from(`${folder}/${file}`));
  const copy = (name: string, program: string): WindowsFile => ({
    path: `shims/${name}.exe`,
    source: path.join(root, PROGRAMS, `${program}.exe`),
  });
  const files = [
    { path: 'node.exe', source: realpathSync.native(context.node) },
    ...inFolder('docs').filter(({ path: file }) => file.endsWith('.md') && !file.startsWith('docs/internals/')),
    // The native parts are those of other systems; on Windows pip's output is not monitored.
    ...inFolder('dist').filter((file) => !file.path.endsWith('.node')),
    copy('pipward', 'pipward'),
    ...['pip', 'pip3', ...pipNames].map((name) => copy(name, 'pip')),
  ];
  const missing = files.find(({ source }) => lstatSync(source, { throwIfNoEntry: false }) === undefined);
  if (missing !== undefined) {
    throw new Error(
      `${missing.source} is missing: this copy of pipward is not complete; in a checkout, run \`npm run build:windows\``,
    );
  }
  return files;
}

/** Returns the files that are missing in the installation, or differ. */
export function listPending(prefix: string, files: readonly WindowsFile[]): readonly WindowsFile[] {
  return files.filter((file) => {
    const installed = path.join(prefix, file.path);
    const stats = lstatSync(installed, { throwIfNoEntry: false });
    return stats?.isFile() !== true || !isSameContent(installed, file.source);
  });
}

/**
 * Copies the files in their order. Each is complete before a rename puts it in place. Windows does not replace the file of a
 * program that runs, but renames it: it is moved aside first.
 */
export function writeFiles(prefix: string, files: readonly WindowsFile[]): void {
  const staging = makeFolder(prefix, NEW);
  try {
    for (const [index, { source }] of files.entries()) copyFileSync(source, path.join(staging, String(index)));
    for (const [index, file] of files.entries()) {
      const target = path.join(prefix, file.path);
      mkdirSync(path.dirname(target), { recursive: true });
      replaceFile(prefix, path.join(staging, String(index)), target);
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Writes a small file of ours in one rename. */
export function writeText(prefix: string, name: string, text: Buffer): void {
  const staging = makeFolder(prefix, NEW);
  try {
    writeFileSync(path.join(staging, 'text'), text);
    renameSync(path.join(staging, 'text'), path.join(prefix, name));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function replaceFile(prefix: string, made: string, target: string): void {
  try {
    renameSync(made, target);
  } catch (error) {
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined) throw error;
    const aside = path.join(makeFolder(prefix, OLD), path.basename(target));
    renameSync(target, aside);
    try {
      renameSync(made, target);
    } catch (failure) {
      renameSync(aside, target);
      throw failure;
    }
  }
}

/** Deletes files of the installation; what runs is moved aside. */
export function removeFiles(prefix: string, files: readonly string[]): void {
  for (const file of files) {
    const target = path.join(prefix, file);
    if (tryToDelete(target)) continue;
    renameSync(target, path.join(makeFolder(prefix, OLD), path.basename(target)));
  }
}

/** Deletes what setup moved aside or left behind when it was killed; returns the files that still run. */
export function clearAside(prefix: string): readonly string[] {
  const folders = listNames(prefix).filter(
    (name) => name.startsWith(OLD) || (name.startsWith(NEW) && !name.endsWith('lock')),
  );
  for (const name of folders) tryToDelete(path.join(prefix, name));
  return folders.flatMap((name) => listFiles(path.join(prefix, name)).map((file) => path.join(prefix, name, file)));
}

/**
 * Moves what still runs out of the installation, into `PREFIX.removed` beside it, so that the folder itself can go. Returns the
 * files there; pipward.exe deletes node.exe among them when it has ended.
 */
export function moveRunning(prefix: string, running: readonly string[]): readonly string[] {
  const folder = removedOf(prefix);
  tryToDelete(folder);
  if (running.length === 0) return [];
  mkdirSync(folder, { recursive: true });
  return running.map((file) => {
    const taken = listNames(folder).includes(path.basename(file));
    const moved = path.join(
      folder,
      taken ? `${randomBytes(4).toString('hex')}-${path.basename(file)}` : path.basename(file),
    );
    renameSync(file, moved);
    return moved;
  });
}

/** Deletes what an earlier removal had to leave. */
export function clearRemoved(prefix: string): void {
  tryToDelete(removedOf(prefix));
}

function removedOf(prefix: string): string {
  return `${prefix}.removed`;
}

/** Returns false if it is still there: a program that runs. */
export function tryToDelete(file: string): boolean {
  try {
    rmSync(file, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

/** Whether the installed file is an older copy of the program beside it. */
export function isStale(file: string, program: string): boolean {
  return (
    lstatSync(file, { throwIfNoEntry: false })?.isFile() === true && !readFileSync(file).equals(readFileSync(program))
  );
}

function makeFolder(prefix: string, start: string): string {
  const folder = path.join(prefix, start + randomBytes(6).toString('hex'));
  mkdirSync(folder);
  return folder;
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
