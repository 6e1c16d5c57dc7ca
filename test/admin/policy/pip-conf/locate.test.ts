import { expect, test } from 'vitest';
import { findRecordFolder, findSystemConf, findUserConf } from '../../../../src/admin/policy/pip-conf/locate.ts';
import type { CallContext, Platform } from '../../../../src/model/call-context.ts';
import { viewOf, type Tree } from '../../../support/tree.ts';

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
