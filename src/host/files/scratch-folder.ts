import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type ScratchFolder = {
  readonly path: string;
  /** Deletes it with all that is in it. */
  readonly remove: () => void;
};

/** Makes a folder that only this user can read. */
export function makeScratchFolder(): ScratchFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-'));
  return { path: folder, remove: rememberFolder(folder) };
}

/**
 * Returns what deletes a folder that was just made, and nothing else: where its parent is open to others and has no
 * sticky bit, another user can put a folder of ours from elsewhere in its place.
 */
export function rememberFolder(folder: string): () => void {
  // File ids of Windows have 64 bits: as numbers two of them could be equal.
  const bigint = process.platform === 'win32';
  const { dev, ino } = lstatSync(folder, { bigint });
  return () => {
    const now = lstatSync(folder, { bigint, throwIfNoEntry: false });
    if (now === undefined || now.dev !== dev || now.ino !== ino) return;
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
}
