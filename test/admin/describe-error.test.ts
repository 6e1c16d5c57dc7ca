import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeError } from '../../src/admin/describe-error.ts';

function errorOf(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}

test.each([
  [
    'of the system, with a way out',
    () => mkdirSync('/dev/null/x'),
    '/dev/null/x could not be read or written: a part of that path is a file, not a folder: choose another place (ENOTDIR)',
  ],
  [
    'of a move: where to',
    () => renameSync('/dev/null', '/dev/null/x'),
    '/dev/null/x could not be read or written: a part of that path is a file, not a folder: choose another place (ENOTDIR)',
  ],
  [
    'of a link that leads nowhere',
    () => mkdirSync('/no/such/folder'),
    '/no/such/folder could not be read or written: a folder on that path is missing, or a link on it leads nowhere: choose another place (ENOENT)',
  ],
  [
    'of a folder in place of a file',
    () => writeFileSync('/dev', ''),
    '/dev could not be read or written: it is a folder, not a file: name a file in it (EISDIR)',
  ],
  [
    'with a path that would move the cursor',
    () => mkdirSync('/dev/null/\x1b[31mx'),
    '/dev/null/?[31mx could not be read or written: a part of that path is a file, not a folder: choose another place (ENOTDIR)',
  ],
  [
    'our own',
    () => {
      throw new Error('said so\nin \x07 lines');
    },
    'said so\nin ? lines',
  ],
])('an error %s', (_, act, text) => {
  expect(describeError(errorOf(act))).toBe(text);
});
