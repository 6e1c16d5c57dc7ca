import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { diagnoseLog } from '../../../src/admin/diagnose/log-facts.ts';
import { createLogReader } from '../../../src/admin/diagnose/log-reader.ts';
import { diagnose } from '../../../src/diagnostics/cause/find-cause.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { command } from '../../diagnostics/build.ts';
import { windowsPython } from '../../diagnostics/windows-places.ts';

/**
 * What pips print on Windows, written after reports in their issue trackers with other names and paths: nothing here ran on a
 * Windows. Pipes have the code page of the machine, so some files are not UTF-8.
 */
const folder = path.join(import.meta.dirname, '..', '..', 'fixtures', 'windows-output');

type Row = readonly [file: string, status: number, asRun: object | null, asLog?: object | null];

const long = { code: 'path-too-long' };
const rows: readonly Row[] = [
  [
    '10.0.1-in-use',
    1,
    { code: 'file-in-use', path: 'C:\\Users\\ada\\venv\\Lib\\site-packages\\demo\\data.db', isCertain: true },
  ],
  ['20.0.2-traceback-in-use', 2, { code: 'file-in-use', isCertain: true }],
  [
    '20.2.4-access-denied-exe',
    1,
    { code: 'file-in-use', path: 'c:\\users\\ada\\venv\\scripts\\demo.exe', isCertain: false },
  ],
  ['21.2.4-in-use-german', 1, { code: 'file-in-use', isCertain: true }],
  ['23.2.1-in-use-french-cp1252', 1, { code: 'file-in-use', isCertain: true }],
  ['24.2-in-use-chinese', 1, { code: 'file-in-use', isCertain: true }],
  ['24.2-in-use-chinese-gbk', 1, { code: 'file-in-use', isCertain: true }],
  ['22.3-access-denied-pyd', 1, { code: 'file-in-use', isCertain: false }],
  ['24.2-errno-13-exe', 1, { code: 'file-in-use', isCertain: false }],
  [
    '21.3.1-access-denied-chinese',
    1,
    { code: 'permission-denied', path: 'C:\\Program Files\\Python310\\Lib\\site-packages\\demo' },
  ],
  // A Python at the root of a drive is one for all users.
  ['24.2-access-denied-all-users-exe', 1, { code: 'permission-denied' }],
  ['23.2.1-deleteme-french', 1, { code: 'permission-denied', path: 'C:\\Python311\\Scripts' }],
  ['9.0.3-python27-traceback', 2, { code: 'permission-denied', path: 'c:\\python27\\lib\\site-packages\\demo.py' }],
  ['21.1.3-long-path', 1, long],
  ['24.2-long-path-hint', 1, long],
  ['20.3.4-long-path-206-german', 1, long],
  ['25.1-build-long-path', 1, long],
  ['24.2-modify-pip', 1, { code: 'pip-replaces-itself' }],
  // pipward starts no pip.exe of a Python, so another window holds it.
  ['10.0.1-pip-exe-denied', 1, { code: 'file-in-use', isCertain: false }, { code: 'pip-replaces-itself' }],
  // Neither a Python's pip.exe nor the alias is started by pipward.
  [
    'launcher-pip',
    1,
    null,
    {
      code: 'launcher-broken',
      python: 'C:\\Users\\ada\\old api\\venv\\Scripts\\python.exe',
      program: 'C:\\Users\\ada\\api\\venv\\Scripts\\pip.exe',
    },
  ],
  [
    'launcher-old',
    1,
    null,
    { code: 'launcher-broken', python: 'c:\\python35\\python.exe', program: 'C:\\Python35\\Scripts\\pip3.exe' },
  ],
  ['store-alias', 1, null, { code: 'store-alias' }],
  ['store-alias-old', 1, null, { code: 'store-alias' }],
  [
    '22.0.4-leftover',
    0,
    { code: 'leftover-folders', names: ['-ip', '-umpy'], directory: 'c:\\python310\\lib\\site-packages' },
  ],
  ['24.2-leftover-new', 0, { code: 'leftover-folders', names: ['~emo'] }],
  [
    '21.3.1-leftover-and-script',
    0,
    {
      code: 'script-not-on-path',
      scripts: ['f2py.exe'],
      directory: 'C:\\Users\\ada\\AppData\\Roaming\\Python\\Python310\\Scripts',
    },
  ],
  [
    '20.3.4-fallback',
    0,
    { code: 'user-install-fallback', scripts: { scripts: ['demo.exe', 'demo-admin.exe', 'f2py.exe'] } },
  ],
  ['25.1-visual-c', 1, { code: 'build-failed', subject: 'demo-app', cause: { kind: 'visual-c' } }],
  ['18.1-visual-c', 1, { code: 'build-failed', cause: { kind: 'visual-c' } }],
  ['25.1-meson-visual-c', 1, { code: 'build-failed', cause: { kind: 'visual-c' } }],
  ['25.1-header-c1083-german', 1, { code: 'build-failed', cause: { kind: 'header', name: 'openssl/ssl.h' } }],
  ['25.1-cl-failed', 1, { code: 'build-failed', cause: { kind: 'program', missing: false } }],
  ['silent-posix-leftover', 0, null],
  ['silent-short-path', 1, null],
  ['silent-command-line-206', 1, null],
  ['silent-readme', 0, null],
];

test('every file has its row', () => {
  expect(rows.map(([file]) => `${file}.txt`).toSorted()).toEqual(readdirSync(folder).toSorted());
});

test.each(rows.map(([file, status, asRun, asLog = asRun]) => ({ file, status, asRun, asLog })))(
  '$file',
  ({ file, status, asRun, asLog }) => {
    const bytes = readFileSync(path.join(folder, `${file}.txt`));
    for (const size of [7, bytes.length]) {
      const watcher = createOutputWatcher();
      for (let at = 0; at < bytes.length; at += size) watcher.push('stdout', bytes.subarray(at, at + size));
      const outcome = { kind: 'exited', status } as const;
      const found = diagnose(watcher.finish(), command('pip install demo-app'), outcome, {
        interpreter: windowsPython,
      });
      expect(pickLike(found, asRun)).toEqual(asRun);
    }
    const reader = createLogReader();
    reader.push(new TextDecoder().decode(bytes));
    const found = diagnoseLog(reader.finish());
    expect(pickLike(found, asLog)).toEqual(asLog);
  },
);

/** Returns of a value what the other one has. */
function pickLike(value: unknown, like: unknown): unknown {
  if (typeof like !== 'object' || like === null || Array.isArray(like)) return value;
  if (typeof value !== 'object' || value === null) return value;
  const own = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries(Object.entries(like).map(([key, each]) => [key, pickLike(own.get(key), each)]));
}

test('a leftover is of no matter to a command that changes nothing, nor to one that failed', () => {
  const watcher = createOutputWatcher();
  watcher.push('stderr', readFileSync(path.join(folder, '22.0.4-leftover.txt')));
  const observations = watcher.finish();
  for (const [line, status] of [
    ['pip list', 0],
    ['pip install demo-app', 1],
  ] as const) {
    expect(
      diagnose(observations, command(line), { kind: 'exited', status }, { interpreter: windowsPython }),
    ).toBeNull();
  }
});
