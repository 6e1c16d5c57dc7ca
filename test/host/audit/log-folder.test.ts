import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLogFolder } from '../../../src/host/audit/log-folder.ts';
import { LOG_NAME } from '../../../src/host/audit/append-line.ts';
import { isRoot } from '../../support/sandbox.ts';

let home: string;
let state: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'pipward-log-folder-'));
  state = path.join(home, '.local/state/pipward');
  mkdirSync(state, { recursive: true, mode: 0o700 });
});
afterEach(() => rmSync(home, { recursive: true }));

test.each<[what: string, put: (file: string) => void, fault: string]>([
  ['a folder', mkdirSync, 'is not a regular file'],
  ['a link', (file) => symlinkSync('elsewhere', file), 'is a link'],
  [
    'a file with a second name',
    (file) => {
      writeFileSync(file, '');
      linkSync(file, `${file}.too`);
    },
    'is a link',
  ],
])('%s in place of the log is called what it is', (_, put, fault) => {
  const file = path.join(state, LOG_NAME);
  put(file);
  expect(findLogFolder({ env: {}, home, platform: 'linux' })).toEqual({ why: `${file} ${fault}` });
});

test.skipIf(isRoot)('what cannot be written is named: the file, or the folder (skipped for root, who can)', () => {
  const file = path.join(state, LOG_NAME);
  writeFileSync(file, '', { mode: 0o400 });
  expect(findLogFolder({ env: {}, home, platform: 'linux' })).toEqual({ why: `${file} cannot be written` });
  rmSync(file);
  chmodSync(state, 0o500);
  expect(findLogFolder({ env: {}, home, platform: 'linux' })).toEqual({ why: `${state} cannot be written` });
});
