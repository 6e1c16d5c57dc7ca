import { expect, test } from 'vitest';
import { findOverrides } from '../../../../src/admin/policy/pip-conf/effective.ts';
import { planMarker, renderMarker } from '../../../../src/admin/policy/pip-conf/marker.ts';
import type { ConfLine } from '../../../../src/admin/policy/pip-conf/text/conf-line.ts';
import type { CallContext } from '../../../../src/model/call-context.ts';
import type { PolicyLayer } from '../../../../src/model/policy.ts';
import { noRules, noSettings } from '../../../../src/policy/file/defaults.ts';
import { conda, debian, installed, virtual } from '../../../interpreter/layouts.ts';
import { viewOf, type Tree } from '../../../support/tree.ts';
import { EVE, ME, windowsFacts } from '../../../support/windows-facts.ts';

const LINES: readonly ConfLine[] = [{ section: 'install', option: 'require-virtualenv', value: 'true' }];
const APPLIED = { '/etc/pip.conf': '[install]\nrequire-virtualenv = true\n' };
const OFF = '[install]\nrequire-virtualenv = false\n';

function context(tree: Tree, env: CallContext['env'] = {}): CallContext {
  return {
    platform: 'linux',
    env: { HOME: '/home/ada', PATH: '/opt/py/bin:/usr/bin', ...env },
    cwd: '/srv',
    home: '/home/ada',
    userId: 1000,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-29',
    files: viewOf({ '/srv/': '', '/home/ada/': '', ...tree }),
  };
}

test.each<[what: string, tree: Tree, env: CallContext['env'], places: readonly string[]]>([
  ['nothing', APPLIED, {}, []],
  ['a weaker file', { ...APPLIED, '/etc/xdg/pip/pip.conf': OFF }, {}, []],
  [
    '[global] of a stronger file',
    { ...APPLIED, '/home/ada/.config/pip/pip.conf': OFF.replace('install', 'global') },
    {},
    [],
  ],
  ["the user's file", { ...APPLIED, '/home/ada/.config/pip/pip.conf': OFF }, {}, ['/home/ada/.config/pip/pip.conf:2']],
  [
    "the user's file, by another name of the option",
    { ...APPLIED, '/home/ada/.config/pip/pip.conf': '[install]\nrequire_venv = 0\n' },
    {},
    ['/home/ada/.config/pip/pip.conf:2'],
  ],
  ["the user's older file", { ...APPLIED, '/home/ada/.pip/pip.conf': OFF }, {}, ['/home/ada/.pip/pip.conf:2']],
  [
    'the file of one Python',
    { ...APPLIED, ...installed('/opt/py', '3.12'), '/opt/py/pip.conf': `# mine\n${OFF}` },
    {},
    ['/opt/py/pip.conf:3 for /opt/py/bin/python3.12'],
  ],
  [
    'the file of a conda installation',
    { ...APPLIED, ...conda('/opt/py', '3.12'), '/opt/py/pip.conf': OFF },
    {},
    ['/opt/py/pip.conf:2 for /opt/py/bin/python3.12'],
  ],
  [
    'the files of conda at a usual place: base and environments',
    {
      ...APPLIED,
      ...conda('/home/ada/miniconda3', '3.12'),
      '/home/ada/miniconda3/pip.conf': OFF,
      ...conda('/home/ada/miniconda3/envs/e', '3.12'),
      '/home/ada/miniconda3/envs/e/pip.conf': OFF,
    },
    {},
    [
      '/home/ada/miniconda3/envs/e/pip.conf:2 for /home/ada/miniconda3/envs/e/bin/python',
      '/home/ada/miniconda3/pip.conf:2 for /home/ada/miniconda3/bin/python',
    ],
  ],
  [
    'the file of a virtual environment, where pip is content',
    {
      ...APPLIED,
      ...installed('/usr', '3.12'),
      ...virtual('/opt/py', '/usr/bin/python3.12', '3.12'),
      '/opt/py/pip.conf': OFF,
    },
    {},
    [],
  ],
  ['a variable', APPLIED, { PIP_REQUIRE_VIRTUALENV: '0' }, ['PIP_REQUIRE_VIRTUALENV=0 in the environment']],
  ['an empty variable, which pip skips', APPLIED, { PIP_REQUIRE_VIRTUALENV: '' }, []],
  ['a variable that says the same', APPLIED, { PIP_REQUIRE_VIRTUALENV: '1' }, []],
  ['no files', APPLIED, { PIP_CONFIG_FILE: '/dev/null' }, ['PIP_CONFIG_FILE=/dev/null in the environment']],
  [
    "a file in place of the user's",
    { '/home/ada/.config/pip/pip.conf': APPLIED['/etc/pip.conf'], '/x': '' },
    { PIP_CONFIG_FILE: '/x' },
    ['PIP_CONFIG_FILE=/x in the environment'],
  ],
  ['nothing says it', {}, {}, ['no file says require-virtualenv = true']],
  ['a file of a variable', { ...APPLIED, '/x': OFF }, { PIP_CONFIG_FILE: '/x' }, ['/x:2']],
  [
    'a file that cannot be judged',
    { ...APPLIED, '/x': { unreadable: 'too-large' } },
    { PIP_CONFIG_FILE: '/x' },
    ['/x (larger than 1024 KiB)'],
  ],
])('what overrides the lines: %s', (_, tree, env, places) => {
  const found = findOverrides(LINES, 'user', context(tree, env));
  expect(found.map(({ place, forWhom }) => (forWhom === '' ? place : `${place} for ${forWhom}`))).toEqual(places);
});

function layer(reason: string | null, contact: string | null): PolicyLayer {
  const rules = { ...noRules, reason, contact };
  return { scope: 'system', file: '/p', rules, settings: noSettings, problems: [], warnings: [] };
}

test.each<[what: string, tree: Tree, python: string, reason: string]>([
  ['missing', {}, '/opt/py/bin/python3', 'there is no such file'],
  ["the system's", debian(), '/usr/bin/python3', 'not in /opt or /usr/local'],
  ["a user's", installed('/home/ada/py', '3.12'), '/home/ada/py/bin/python3', 'not in /opt or /usr/local'],
  ['of conda', conda('/opt/py', '3.12'), '/opt/py/bin/python3', "it is conda's"],
  [
    'a virtual environment',
    { ...installed('/usr/local', '3.12'), ...virtual('/opt/py', '/usr/local/bin/python3.12', '3.12') },
    '/opt/py/bin/python3',
    'it is a virtual environment',
  ],
  [
    'marked already',
    { ...installed('/opt/py', '3.12'), '/opt/py/lib/python3.12/EXTERNALLY-MANAGED': '' },
    '/opt/py/bin/python3',
    'is there already and stays',
  ],
  [
    'marked already, by a link',
    { ...installed('/opt/py', '3.12'), '/opt/py/lib/python3.12/EXTERNALLY-MANAGED': { link: '/x' } },
    '/opt/py/bin/python3',
    'is there already and stays',
  ],
  ['in a folder beside /opt', installed('/optical/py', '3.12'), '/optical/py/bin/python3', 'not in /opt or /usr/local'],
  [
    'linked from /opt',
    { ...debian(), '/opt/py/bin/python3': { link: '/usr/bin/python3' } },
    '/opt/py/bin/python3',
    'not in /opt',
  ],
])('a Python that gets no marker: %s', (_, tree, python, reason) => {
  expect(planMarker(python, context(tree), [], [])).toEqual({ reason: expect.stringContaining(reason) });
});

test("a marker of ours is written again with today's reason", () => {
  const file = '/opt/py/lib/python3.12/EXTERNALLY-MANAGED';
  const tree = { ...installed('/opt/py', '3.12'), [file]: 'old' };
  expect(planMarker('/opt/py/bin/python3', context(tree), [layer('New.', null)], [{ file, text: 'old' }])).toEqual({
    file,
    text: expect.stringContaining('\n Why: New.\n'),
  });
});

test('a reason cannot begin a setting of its own, or do something to a terminal', () => {
  const text = renderMarker([layer('a\n[x]\nError=b\u001b[2J', 'c\r\nd'), layer('a', null)]);
  expect(text.split('\n').slice(5)).toEqual([' Why: a [x] Error=b?[2J', ' Ask: c d', ' Why: a', '']);
  expect(text.match(/^\S.*$/gm)).toEqual([
    expect.stringMatching(/^# /),
    '[externally-managed]',
    expect.stringMatching(/^Error=/),
  ]);
});

test("on Windows an administrator hears of other users' files", () => {
  const PROFILES = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
  const eve = 'C:\\Users\\eve\\AppData\\Roaming\\pip\\pip.ini';
  const values = {
    registry: {
      [`${PROFILES}\\S-1-5-18`]: { ProfileImagePath: '%systemroot%\\system32\\config\\systemprofile' },
      [`${PROFILES}\\${ME}`]: { ProfileImagePath: 'C:\\Users\\me' },
      [`${PROFILES}\\${EVE}`]: { ProfileImagePath: '%SystemDrive%\\Users\\eve' },
    },
  };
  const find = (elevated: boolean) =>
    findOverrides(LINES, 'system', {
      ...context({}),
      platform: 'win32',
      env: { PROGRAMDATA: 'C:\\ProgramData', APPDATA: 'C:\\Users\\me\\AppData\\Roaming' },
      cwd: 'C:\\code',
      home: 'C:\\Users\\me',
      userId: null,
      files: viewOf(
        { 'C:\\ProgramData\\pip\\pip.ini': APPLIED['/etc/pip.conf'], [eve]: OFF, 'C:\\Users\\me\\': '' },
        'win32',
      ),
      windows: windowsFacts({ ...values, elevated }),
    }).map(({ place, forWhom }) => [place, forWhom]);
  expect(find(true)).toEqual([[`${eve}:2`, 'user eve']]);
  expect(find(false)).toEqual([]);
});
