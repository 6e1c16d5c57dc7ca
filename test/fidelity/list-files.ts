import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { normalize } from './normalize.ts';

/** Compiled code, which Python writes when it likes, and pip itself, which is the same on both sides. */
const LEFT_OUT = /(?:^|\/)__pycache__(?:\/|$)|\.pyc$|^venv\/lib\/python[^/]*\/site-packages\/pip\//;

/** Every file below a folder: mode, owner and a hash of what is in it. */
export function listFiles(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => !LEFT_OUT.test(name));
  return Object.fromEntries(
    names.map((name) => [name.replace(/-[a-z0-9_]{8}\b/, '-TEMPORARY'), describe(path.join(folder, name))]),
  );
}

function describe(file: string): string {
  const stats = lstatSync(file);
  const start = `${stats.mode.toString(8)} ${stats.uid}`;
  if (stats.isSymbolicLink()) return `${start} -> ${readlinkSync(file)}`;
  // A hard link is a file of the environment that was copied: pip replaced it if it changed it.
  if (!stats.isFile() || stats.nlink > 1) return start;
  const text = normalize(readFileSync(file, 'latin1'));
  return `${start} ${createHash('md5').update(text, 'latin1').digest('hex')}`;
}
