import { expect, test } from 'vitest';
import { describeUserSite } from '../../../src/admin/doctor/check-python.ts';
import { correctWritability } from '../../../src/host/process/query-interpreter.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { viewOf } from '../../support/tree.ts';
import { windowsFacts } from '../../support/windows-facts.ts';

const scripts = 'C:\\Users\\me\\AppData\\Roaming\\Python\\Python312\\Scripts';
const site = 'C:\\Program Files\\Python312\\Lib\\site-packages';
const report = {
  version: '3.12.1',
  prefix: 'C:\\Program Files\\Python312',
  basePrefix: 'C:\\Program Files\\Python312',
  purelib: site,
  userSite: 'C:\\Users\\me\\AppData\\Roaming\\Python\\Python312\\site-packages',
  userScripts: scripts,
  userSiteEnabled: true,
  // What os.access says of every folder of Windows.
  siteWritable: true,
  managedMarker: null,
};

/** Only the members that are asked for. */
function contextOf(path: string, closed: readonly string[]): CallContext {
  return {
    platform: 'win32',
    env: { PATH: path },
    cwd: 'C:\\',
    home: 'C:\\Users\\me',
    userId: null,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf({ [`${site}\\x.py`]: '' }, 'win32'),
    windows: windowsFacts({ closed }),
  };
}

test.each<readonly [string, string, readonly string[], readonly (string | null)[]]>([
  ['Windows lets the user write', 'C:\\Windows', [], []],
  ['it does not, and the programs are found', `C:\\Windows;${scripts.toLowerCase()}\\`, [site], [null]],
  [
    'it does not, and the programs are not found',
    'C:\\Windows',
    [site],
    [`use a virtual environment, or put ${scripts} on PATH`],
  ],
])('where pip installs on Windows: %s', (_, path, closed, fixes) => {
  const context = contextOf(path, closed);
  const found = describeUserSite(correctWritability(report, context), context);
  expect(found.map(({ fix }) => fix)).toEqual(fixes);
});

test.each<readonly [string, boolean]>([
  ['/usr/bin:/home/ada/.local/bin', true],
  ['/usr/bin', false],
])('PATH of other systems: %s', (path, isSeen) => {
  const given = { ...report, siteWritable: false, userScripts: '/home/ada/.local/bin' };
  const [found] = describeUserSite(given, { platform: 'linux', env: { PATH: path } });
  expect(found?.fix === null).toBe(isSeen);
});
