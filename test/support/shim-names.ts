import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Returns the names of the variables that shims/pip keeps from Node. */
export function readNamesPutAside(): readonly string[] {
  const text = readFileSync(path.join(import.meta.dirname, '../../shims/pip'), 'utf8');
  const [, names = ''] = /^pipward_names='(.*)'$/m.exec(text) ?? [];
  if (names === '') throw new Error('shims/pip has no pipward_names');
  return names.split(' ');
}
