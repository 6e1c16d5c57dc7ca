import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Returns the names of the variables that a shell script keeps from Node. */
export function readNamesPutAside(script: 'shims/pip' | 'bin/pipward' = 'shims/pip'): readonly string[] {
  const text = readFileSync(path.join(import.meta.dirname, '../..', script), 'utf8');
  const [, names = ''] = /^pipward_names='(.*)'$/m.exec(text) ?? [];
  if (names === '') throw new Error(`${script} has no pipward_names`);
  return names.split(' ');
}
