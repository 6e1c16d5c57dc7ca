import { expect, test } from 'vitest';
import {
  findRecordFolder,
  findSystemConf,
  findUserConf,
  withKnownFolders,
} from '../../../../src/admin/policy/pip-conf/locate.ts';
import type { CallContext, Platform } from '../../../../src/model/call-context.ts';
import { viewOf, type Tree } from '../../../support/tree.ts';
import { windowsFacts } from '../../../support/windows-facts.ts';

function context(platform: Platform, tree: Tree, env: CallContext['env'] = {}): CallContext {
  return {
    platform,
    env: { HOME: '/home/ada', ...env },
    cwd: '/srv',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-29',
    files: viewOf({ '/home/ada/': '', ...tree }),
  };
}

test('the file for all users is the one that the other global ones cannot override', () => {
  const env = { PIP_CONFIG_FILE: '/tmp/x', XDG_CONFIG_DIRS: '/tmp/y', XDG_CONFIG_HOME: '/tmp/z' };
  expect(findSystemConf(context('linux', { '/etc/xdg/pip/pip.conf': '' }, env))).toBe('/etc/pip.conf');
  expect(findSystemConf(context('darwin', {}, env))).toBe('/Library/Application Support/pip/pip.conf');
});

test.each<[what: string, platform: Platform, tree: Tree, env: CallContext['env'], expected: string | null]>([
  ['nothing is there', 'linux', {}, {}, '/home/ada/.config/pip/pip.conf'],
  ['only the older one is there', 'linux', { '/home/ada/.pip/pip.conf': '' }, {}, '/home/ada/.pip/pip.conf'],
  [
    'only the older one is there, as a link',
    'linux',
    { '/home/ada/.pip/pip.conf': { link: '/x' } },
    {},
    '/home/ada/.pip/pip.conf',
  ],
  [
    'both are there',
    'linux',
    { '/home/ada/.pip/pip.conf': '', '/home/ada/.config/pip/pip.conf': '' },
    {},
    '/home/ada/.config/pip/pip.conf',
  ],
  ['XDG_CONFIG_HOME', 'linux', {}, { XDG_CONFIG_HOME: '/home/ada/c' }, '/home/ada/c/pip/pip.conf'],
  ['XDG_CONFIG_HOME is relative', 'linux', {}, { XDG_CONFIG_HOME: 'c' }, null],
  [
    'PIP_CONFIG_FILE, which is for single calls',
    'linux',
    {},
    { PIP_CONFIG_FILE: '/dev/null' },
    '/home/ada/.config/pip/pip.conf',
  ],
  ['macOS', 'darwin', {}, {}, '/home/ada/.config/pip/pip.conf'],
  [
    'macOS with its own folder',
    'darwin',
    { '/home/ada/Library/Application Support/pip/': '' },
    {},
    '/home/ada/Library/Application Support/pip/pip.conf',
  ],
])("the user's file: %s", (_, platform, tree, env, expected) => {
  expect(findUserConf(context(platform, tree, env))).toBe(expected);
});

test('what is recorded is with the rest of the state, for all users where only root writes', () => {
  expect(findRecordFolder('user', context('linux', {}))).toBe('/home/ada/.local/state/pipward');
  expect(findRecordFolder('system', context('linux', {}))).toBe('/var/lib/pipward');
  expect(findRecordFolder('system', context('darwin', {}))).toBe('/var/db/pipward');
});

const ROAMING = 'C:\\Users\\me\\AppData\\Roaming\\pip\\pip.ini';
const OLDER = 'C:\\Users\\me\\pip\\pip.ini';

test.each<[what: string, tree: Tree, env: CallContext['env'], user: string, system: string]>([
  ['nothing is there', {}, {}, ROAMING, 'C:\\ProgramData\\pip\\pip.ini'],
  ['only the older one is there', { [OLDER]: '' }, {}, OLDER, 'C:\\ProgramData\\pip\\pip.ini'],
  ['both are there', { [OLDER]: '', [ROAMING]: '' }, {}, ROAMING, 'C:\\ProgramData\\pip\\pip.ini'],
  [
    'variables that pip does not read either',
    {},
    { APPDATA: 'D:\\x', PROGRAMDATA: 'D:\\y', PIP_CONFIG_FILE: 'nul', XDG_CONFIG_HOME: 'z' },
    ROAMING,
    'C:\\ProgramData\\pip\\pip.ini',
  ],
])('Windows: %s', (_, tree, env, user, system) => {
  const plain: CallContext = {
    ...context('win32', {}),
    env,
    cwd: 'C:\\code',
    home: 'C:\\Users\\me',
    userId: null,
    files: viewOf({ 'C:\\Users\\me\\': '', ...tree }, 'win32'),
    windows: windowsFacts(),
  };
  const own = withKnownFolders(plain);
  expect(findUserConf(own)).toBe(user);
  expect(findSystemConf(own)).toBe(system);
  // Not in the folder that all users read.
  expect(findRecordFolder('system', own)).toBe('C:\\ProgramData\\pipward-records');
});
