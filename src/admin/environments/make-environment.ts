import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { NodeSignal } from '../../model/observation.ts';
import type { StartCommand } from '../../model/decision.ts';
import { errorCode } from '../../host/error-code.ts';
import { rememberFolder } from '../../host/files/scratch-folder.ts';
import { listMissingFolders, removeEmptyFolders } from '../setup/files/installation.ts';

export type Making =
  | { readonly kind: 'made' }
  /** Something has that name; nothing was changed. */
  | { readonly kind: 'exists' }
  /** `output`: what the program said. Nothing is left. */
  | { readonly kind: 'failed'; readonly output: string }
  /** Nothing is left. */
  | { readonly kind: 'interrupted'; readonly signal: NodeSignal };

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a program that makes an environment in `prefix`, a folder that is made here and was not there before. Whatever
 * ends it early, a signal to us included, the folder goes again. The program works in `/`, where no project's files
 * are in its way, and in a process group of its own: a key pressed reaches us alone, and we end all that it started.
 */
export async function makeEnvironment(
  prefix: string,
  [file, ...args]: StartCommand,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Making> {
  let caught: NodeSignal | null = null;
  let group: number | undefined;
  const stop = (signal: NodeSignal) => {
    caught ??= signal;
    killGroup(group);
  };
  const handlers = SIGNALS.map((signal) => [signal, () => stop(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  try {
    const missing = listMissingFolders(path.dirname(prefix));
    mkdirSync(path.dirname(prefix), { recursive: true });
    if (!makeFolder(prefix)) return { kind: 'exists' };
    const remove = rememberFolder(prefix);
    const child = execa(file, args, {
      cwd: '/',
      env,
      extendEnv: false,
      reject: false,
      // On Windows it would be without a console, and each program that it starts would open a window.
      detached: process.platform !== 'win32',
      stdin: 'ignore',
      all: true,
    });
    group = child.pid;
    const result = await child;
    if (!result.failed && caught === null) {
      ignoreInGit(prefix);
      return { kind: 'made' };
    }
    killGroup(group);
    remove();
    removeEmptyFolders(missing);
    if (caught !== null) return { kind: 'interrupted', signal: caught };
    return { kind: 'failed', output: result.all?.trim() || result.shortMessage || '' };
  } finally {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  }
}

/** Keeps git from listing the environment, as Python's venv does from 3.13 on, and virtualenv. */
function ignoreInGit(prefix: string): void {
  try {
    writeFileSync(path.join(prefix, '.gitignore'), '# Created by pipward venv\n*\n', { flag: 'wx' });
  } catch {
    // It is there, or cannot be written: the environment works without.
  }
}

function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function killGroup(group: number | undefined): void {
  try {
    if (group !== undefined) process.kill(-group, 'SIGKILL');
  } catch {
    // No process is left in it.
  }
}
