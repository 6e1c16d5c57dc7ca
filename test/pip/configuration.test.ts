import { describe, expect, test } from 'vitest';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import { listOptions } from '../../src/invocation/pip-commands.ts';
import type { Platform, CallContext } from '../../src/model/call-context.ts';
import { listConfigurationFiles } from '../../src/pip/configuration-files.ts';
import { parseBoolean, readPipConfiguration, readPipSetting } from '../../src/pip/configuration.ts';
import { INSTALL_SETTING_NAMES, readInstallSettings } from '../../src/pip/install-settings.ts';
import type { SettingOrigin } from '../../src/model/pip-call.ts';
import { viewOf } from '../support/tree.ts';
import type { Tree } from '../support/tree.ts';
import { windowsFacts } from '../support/windows-facts.ts';

const userFile = '/home/ada/.config/pip/pip.conf';
const prefix = '/srv/venv';

function surroundingsOf(
  tree: Tree,
  env: Readonly<Record<string, string>> = {},
  platform: Platform = 'linux',
  home: string | null = platform === 'win32' ? 'C:\\Users\\ada' : '/home/ada',
): CallContext {
  return {
    platform,
    env,
    cwd: platform === 'win32' ? 'C:\\work' : '/code',
    home,
    userId: 1000,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf(tree, platform === 'win32' ? 'win32' : 'posix'),
  };
}

/** The value and where it came from, as one line: `yes from /etc/pip.conf:2`. */
function look(
  tree: Tree,
  env: Readonly<Record<string, string>>,
  option: string,
  subcommand = 'install',
  isolated = false,
) {
  const setting = readPipSetting(readPipConfiguration(surroundingsOf(tree, env), prefix, isolated), subcommand, option);
  return setting && `${setting.value} from ${describeOrigin(setting.origin)}`;
}

function describeOrigin(origin: SettingOrigin): string {
  if (origin.kind === 'file') return `${origin.path}:${origin.line}`;
  return origin.kind === 'variable' ? origin.name : 'the command line';
}

function settingsOf(line: string, tree: Tree, env: Readonly<Record<string, string>> = {}) {
  return readInstallSettings(parsePipCommand('pip', line.split(' ')), surroundingsOf(tree, env), prefix);
}

describe('files, weakest first', () => {
  test.each([
    [
      'plain',
      {},
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/ada/.pip/pip.conf', userFile, '/srv/venv/pip.conf'],
    ],
    [
      'XDG variables',
      { XDG_CONFIG_DIRS: '/a:/b', XDG_CONFIG_HOME: '/x' },
      [
        '/a/pip/pip.conf',
        '/b/pip/pip.conf',
        '/etc/pip.conf',
        '/home/ada/.pip/pip.conf',
        '/x/pip/pip.conf',
        '/srv/venv/pip.conf',
      ],
    ],
    [
      'empty XDG variables count as not set',
      { XDG_CONFIG_DIRS: '', XDG_CONFIG_HOME: ' ' },
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/ada/.pip/pip.conf', userFile, '/srv/venv/pip.conf'],
    ],
    [
      'PIP_CONFIG_FILE that exists replaces the user files and is the strongest',
      { PIP_CONFIG_FILE: '/team.conf' },
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/srv/venv/pip.conf', '/team.conf'],
    ],
    [
      'PIP_CONFIG_FILE relative to the current directory',
      { PIP_CONFIG_FILE: 'pip.conf' },
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/srv/venv/pip.conf', '/code/pip.conf'],
    ],
    [
      'PIP_CONFIG_FILE that is missing leaves the user files',
      { PIP_CONFIG_FILE: '/nowhere' },
      ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', '/home/ada/.pip/pip.conf', userFile, '/srv/venv/pip.conf', '/nowhere'],
    ],
    ['PIP_CONFIG_FILE that is os.devnull skips all', { PIP_CONFIG_FILE: '/dev/null' }, []],
  ])('%s', (_title, env, expected) => {
    const context = surroundingsOf({ '/team.conf': '', '/code/pip.conf': '' }, env);
    expect(listConfigurationFiles(context, prefix, false)).toEqual(expected);
  });

  test('--isolated leaves out the user files alone', () => {
    expect(listConfigurationFiles(surroundingsOf({}, { PIP_CONFIG_FILE: '/team.conf' }), prefix, true)).toEqual([
      '/etc/xdg/pip/pip.conf',
      '/etc/pip.conf',
      '/srv/venv/pip.conf',
      '/team.conf',
    ]);
  });

  test('without a home and a prefix the global ones remain, and a folder of the name ~', () => {
    expect(listConfigurationFiles(surroundingsOf({}, {}, 'linux', null), null, false)).toEqual([
      '/etc/xdg/pip/pip.conf',
      '/etc/pip.conf',
      '/code/~/.pip/pip.conf',
      '/code/~/.config/pip/pip.conf',
    ]);
  });

  test.each([
    ['19.3.1', { XDG_CONFIG_DIRS: '', XDG_CONFIG_HOME: '' }, ['/code/pip/pip.conf']],
    ['20.3.4', { XDG_CONFIG_DIRS: '', XDG_CONFIG_HOME: 'x' }, ['/etc/xdg/pip/pip.conf', '/code/x/pip/pip.conf']],
    ['23.0.1', { XDG_CONFIG_DIRS: '~/x', XDG_CONFIG_HOME: '' }, ['/home/ada/x/pip/pip.conf', userFile]],
    ['24.2', { XDG_CONFIG_DIRS: '~/x', XDG_CONFIG_HOME: '' }, ['/code/~/x/pip/pip.conf', userFile]],
    [null, { XDG_CONFIG_DIRS: '~/x', HOME: 'h' }, ['/code/~/x/pip/pip.conf', '/code/h/.config/pip/pip.conf']],
    [null, { HOME: '' }, ['/etc/xdg/pip/pip.conf', '/.config/pip/pip.conf']],
  ])('pip %s with %j', (version, env, expected) => {
    const reader = { python: null, pip: () => version };
    const files = listConfigurationFiles(surroundingsOf({}, env), null, false, reader);
    expect(files.filter((file) => file !== '/etc/pip.conf' && !file.endsWith('/.pip/pip.conf'))).toEqual(expected);
  });

  test.each([
    ['~/.config by default, whatever XDG says', {}, '/home/ada/.config/pip/pip.conf'],
    [
      'Application Support if that is there',
      { '/home/ada/Library/Application Support/pip/': '' },
      '/home/ada/Library/Application Support/pip/pip.conf',
    ],
  ])('macOS: %s', (_title, tree, user) => {
    expect(listConfigurationFiles(surroundingsOf(tree, { XDG_CONFIG_HOME: '/x' }, 'darwin'), prefix, false)).toEqual([
      '/Library/Application Support/pip/pip.conf',
      '/home/ada/.pip/pip.conf',
      user,
      '/srv/venv/pip.conf',
    ]);
  });

  test('Windows, with names of variables in any case', () => {
    const env = { ProgramData: 'D:\\PD', appdata: 'D:\\Roaming' };
    expect(listConfigurationFiles(surroundingsOf({}, env, 'win32'), 'C:\\venv', false)).toEqual([
      'D:\\PD\\pip\\pip.ini',
      'C:\\Users\\ada\\pip\\pip.ini',
      'D:\\Roaming\\pip\\pip.ini',
      'C:\\venv\\pip.ini',
    ]);
    expect(listConfigurationFiles(surroundingsOf({}, { PIP_CONFIG_FILE: 'nul' }, 'win32'), null, false)).toEqual([]);
  });
});

test('Windows says where pip.ini is, whatever the variables say', () => {
  const env = { ProgramData: 'C:\\mine', APPDATA: 'C:\\mine' };
  const context = {
    ...surroundingsOf({}, env, 'win32'),
    windows: windowsFacts({ folders: { ProgramData: 'D:\\PD' } }),
  };
  expect(listConfigurationFiles(context, null, false)).toEqual([
    'D:\\PD\\pip\\pip.ini',
    'C:\\Users\\ada\\pip\\pip.ini',
    'C:\\Users\\me\\AppData\\Roaming\\pip\\pip.ini',
  ]);
});

describe('INI as RawConfigParser reads it', () => {
  test.each([
    ['=', '[install]\ntarget = /t', '/t from /etc/pip.conf:2'],
    [':', '[install]\ntarget: /t', '/t from /etc/pip.conf:2'],
    ['no blanks', '[install]\ntarget=/t', '/t from /etc/pip.conf:2'],
    ['the first delimiter counts', '[install]\ntarget = a=b:c', 'a=b:c from /etc/pip.conf:2'],
    ['case and underscores of the name', '[install]\nTaRGet = /t', '/t from /etc/pip.conf:2'],
    ['a name with dashes before it', '[install]\n--target = /t', '/t from /etc/pip.conf:2'],
    ['comment lines', '# a\n; b\n[install]\n  # c\ntarget = /t', '/t from /etc/pip.conf:5'],
    ['no comments within a line', '[install]\ntarget = /t # x ; y', '/t # x ; y from /etc/pip.conf:2'],
    ['continuation lines', '[install]\ntarget =\n  /a\n  # no\n  /b', '\n/a\n/b from /etc/pip.conf:2'],
    ['a blank line does not end a value', '[install]\ntarget = /a\n\n  /b\n', '/a\n\n/b from /etc/pip.conf:2'],
    ['an indented section', '  [install]\n  target = /t\n  root = /r', '/t from /etc/pip.conf:2'],
    ['CR LF', '[install]\r\ntarget = /t\r\n', '/t from /etc/pip.conf:2'],
    ['percent signs stay', '[install]\ntarget = %(x)s', '%(x)s from /etc/pip.conf:2'],
    ['text after a section header', '[install] ; c\ntarget = /t', '/t from /etc/pip.conf:2'],
    ['a header ends with the last bracket of its line', '[install] # see [x]\ntarget = /t', null],
    ['[DEFAULT] reaches every section that is there', '[DEFAULT]\ntarget = /t\n[install]', '/t from /etc/pip.conf:2'],
    ['[DEFAULT] alone reaches none', '[DEFAULT]\ntarget = /t', null],
    ['a section overrides [DEFAULT]', '[DEFAULT]\ntarget = /t\n[install]\ntarget = /i', '/i from /etc/pip.conf:4'],
    ['a setting without a section', 'target = /t', null],
    ['a line without a delimiter', '[install]\ntarget', null],
    ['names of sections keep their case', '[Install]\ntarget = /t', null],
    ['a setting of another subcommand', '[download]\ntarget = /t', null],
    ['an empty file', '', null],
  ])('%s', (_title, text, expected) => {
    expect(look({ '/etc/pip.conf': text }, {}, '--target')).toBe(expected);
  });
});

describe('which setting counts', () => {
  const global = { '/etc/pip.conf': '[global]\ntarget = /g' };
  test.each<readonly [title: string, tree: Tree, env: Record<string, string>, expected: string | null]>([
    ['[global] alone', global, {}, '/g from /etc/pip.conf:2'],
    [
      '[install] over [global]',
      { '/etc/pip.conf': '[install]\ntarget = /i\n[global]\ntarget = /g' },
      {},
      '/i from /etc/pip.conf:2',
    ],
    [
      '[install] of a weak file over [global] of a strong one',
      { '/etc/pip.conf': '[install]\ntarget = /i', [userFile]: '[global]\ntarget = /u' },
      {},
      '/i from /etc/pip.conf:2',
    ],
    ['user over global', { ...global, [userFile]: '[global]\ntarget = /u' }, {}, `/u from ${userFile}:2`],
    [
      'legacy user file below the new one',
      { '/home/ada/.pip/pip.conf': '[global]\ntarget = /l', [userFile]: '[global]\ntarget = /u' },
      {},
      `/u from ${userFile}:2`,
    ],
    [
      'site over user',
      { '/srv/venv/pip.conf': '[global]\ntarget = /s', [userFile]: '[global]\ntarget = /u' },
      {},
      '/s from /srv/venv/pip.conf:2',
    ],
    [
      'PIP_CONFIG_FILE over site',
      { '/srv/venv/pip.conf': '[global]\ntarget = /s', '/c': '[global]\ntarget = /c' },
      { PIP_CONFIG_FILE: '/c' },
      '/c from /c:2',
    ],
    [
      'a variable over all files',
      { '/etc/pip.conf': '[install]\ntarget = /i' },
      { PIP_TARGET: '/e' },
      '/e from PIP_TARGET',
    ],
    ['an empty variable does not count', global, { PIP_TARGET: '' }, '/g from /etc/pip.conf:2'],
    [
      'an empty value in a stronger file takes the weaker away',
      { ...global, [userFile]: '[global]\ntarget =' },
      {},
      null,
    ],
    ['a file that cannot be read does not count', { '/etc/pip.conf': { unreadable: 'permission' } }, {}, null],
    ['lower case after PIP_ is fine', {}, { PIP_target: '/e' }, '/e from PIP_target'],
    ['lower case of PIP_ is not', {}, { pip_target: '/e' }, null],
  ])('%s', (_title, tree, env, expected) => {
    expect(look(tree, env, '-t')).toBe(expected);
  });

  test.each([
    ['an alias of the option', { PIP_REQUIRE_VENV: '1' }, '--require-virtualenv', 'install', '1 from PIP_REQUIRE_VENV'],
    [
      'asked for by an alias',
      { PIP_REQUIRE_VIRTUALENV: '1' },
      '--require-venv',
      'list',
      '1 from PIP_REQUIRE_VIRTUALENV',
    ],
    [
      'the later of two aliases',
      { PIP_TIMEOUT: '1', PIP_DEFAULT_TIMEOUT: '2' },
      '--timeout',
      'install',
      '2 from PIP_DEFAULT_TIMEOUT',
    ],
    ['prefixes are for the command line only', { PIP_TARG: '/t' }, '--target', 'install', null],
    ['short names are not found', { PIP_T: '/t' }, '--target', 'install', null],
    ['an option that the subcommand does not have', { PIP_TARGET: '/t' }, '--target', 'uninstall', null],
    ['PIP_VERSION belongs to others', { PIP_VERSION: '24.0' }, '--version', 'install', null],
    ['PIP_HELP too', { PIP_HELP: '1' }, '--help', 'install', null],
    ['the main parser reads [global] and variables', { PIP_PYTHON: 'x' }, '--python', 'global', 'x from PIP_PYTHON'],
  ])('%s', (_title, env, option, subcommand, expected) => {
    expect(look({}, env, option, subcommand)).toBe(expected);
  });

  test('--isolated leaves variables out and global files in', () => {
    expect(look({ '/etc/pip.conf': '[global]\ntarget = /g' }, { PIP_TARGET: '/e' }, '-t', 'install', true)).toBe(
      '/g from /etc/pip.conf:2',
    );
  });

  test('on Windows the names of variables have no case', () => {
    const configuration = readPipConfiguration(surroundingsOf({}, { Pip_User: 'yes' }, 'win32'), null, false);
    expect(readPipSetting(configuration, 'install', '--user')?.value).toBe('yes');
  });

  test('the line of a file is kept as evidence', () => {
    const tree = { '/etc/pip.conf': '[global]\n  User = yes  ' };
    expect(readPipSetting(readPipConfiguration(surroundingsOf(tree), null, false), 'install', '--user')).toEqual({
      value: 'yes',
      origin: { kind: 'file', path: '/etc/pip.conf', line: 2, text: 'User = yes' },
    });
  });
});

test.each([
  ...['y', 'yes', 't', 'true', 'on', '1', 'YES', 'True'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0', 'NO', 'Off'].map((word) => [word, false] as const),
  ...['', '2', 'bogus', ' yes', 'yes\nno'].map((word) => [word, null] as const),
])('%j as a boolean is %s', (word, expected) => {
  expect(parseBoolean(word)).toBe(expected);
});

describe('settings of an install', () => {
  const system = { '/etc/pip.conf': '[global]\nuser = yes\n[install]\nroot = /r\ndry-run = on' };

  test('nothing said: nothing set, no origin', () => {
    expect(settingsOf('install x', {})).toEqual({
      user: null,
      redirection: null,
      root: null,
      dryRun: false,
      quiet: 0,
      breakSystemPackages: false,
      hasHiddenRequests: false,
      steersBuilds: false,
      unknown: [],
      python: null,
      origins: { user: null, redirection: null, dryRun: null, quiet: null, breakSystemPackages: null, python: null },
    });
  });

  test('files, each with its line', () => {
    expect(settingsOf('install x', system)).toMatchObject({
      user: true,
      redirection: { option: '--root', value: '/r' },
      dryRun: true,
      origins: { user: { line: 2 }, redirection: { line: 4 }, dryRun: { line: 5 }, python: null },
    });
  });

  test('variables over files, the command line over both', () => {
    const env = { PIP_USER: '0', PIP_ROOT: '/e', PIP_DRY_RUN: 'no' };
    expect(settingsOf('install x', system, env)).toMatchObject({
      user: false,
      redirection: { option: '--root', value: '/e' },
      dryRun: false,
      origins: { user: { name: 'PIP_USER' }, redirection: { name: 'PIP_ROOT' }, dryRun: { name: 'PIP_DRY_RUN' } },
    });
    expect(settingsOf('install --user --root /c --dry-run x', system, env)).toMatchObject({
      user: true,
      redirection: { option: '--root', value: '/c' },
      dryRun: true,
      origins: {
        user: { kind: 'command-line' },
        redirection: { kind: 'command-line' },
        dryRun: { kind: 'command-line' },
      },
    });
  });

  test.each([
    ['PIP_NO_USER=1 means a user install', 'install x', { PIP_NO_USER: '1' }, { user: true }],
    ['PIP_NO_USER=0 forbids it', 'install x', { PIP_NO_USER: '0' }, { user: false }],
    [
      'a bad boolean does not count (pip ends with 2)',
      'install x',
      { PIP_USER: 'bogus' },
      { user: null, origins: { user: null } },
    ],
    ['--no-user over PIP_USER', 'install --no-user x', { PIP_USER: '1' }, { user: false }],
    ['--target= takes PIP_TARGET away', 'install --target= x', { PIP_TARGET: '/t' }, { redirection: null }],
    [
      'PIP_TARGET before --root',
      'install --root /r x',
      { PIP_TARGET: '/t' },
      { redirection: { option: '--target', value: '/t' } },
    ],
    [
      'uninstall has no redirection',
      'uninstall x',
      { PIP_TARGET: '/t', PIP_USER: '1' },
      { redirection: null, user: null },
    ],
    ['PIP_BREAK_SYSTEM_PACKAGES', 'uninstall x', { PIP_BREAK_SYSTEM_PACKAGES: '1' }, { breakSystemPackages: true }],
    ['--break-system-packages', 'install --break-system-packages x', {}, { breakSystemPackages: true }],
    ['PIP_QUIET adds to -q', 'install -q x', { PIP_QUIET: '2' }, { quiet: 3 }],
    [
      'PIP_QUIET may be a boolean',
      'install x',
      { PIP_QUIET: 'yes' },
      { quiet: 1, origins: { quiet: { name: 'PIP_QUIET' } } },
    ],
    ['-v takes -q back', 'install -qqv x', {}, { quiet: 1 }],
    ['PIP_VERBOSE too, not below 0', 'install -q x', { PIP_VERBOSE: '3' }, { quiet: 0 }],
    [
      '--isolated: no variables',
      '--isolated install x',
      { PIP_USER: '1', PIP_TARGET: '/t' },
      { user: null, redirection: null },
    ],
    [
      'but PIP_PYTHON counts: the main parser is not isolated',
      '--isolated install x',
      { PIP_PYTHON: '/p' },
      { python: '/p', origins: { python: { name: 'PIP_PYTHON' } } },
    ],
    ['--python over PIP_PYTHON', '--python /c install x', { PIP_PYTHON: '/p' }, { python: '/c' }],
    [
      'pip started by --python looks at neither',
      '--python /c install x',
      { _PIP_RUNNING_IN_SUBPROCESS: '1' },
      { python: null },
    ],
  ])('%s', (_title, line, env, expected) => {
    expect(settingsOf(line, {}, env as Record<string, string>)).toMatchObject(expected);
  });

  test('[install] python does not count: only the main parser hands over', () => {
    expect(settingsOf('install x', { '/etc/pip.conf': '[install]\npython = /p' }).python).toBeNull();
    expect(settingsOf('install x', { '/etc/pip.conf': '[global]\npython = /p' }).python).toBe('/p');
  });
});

test('the names that are looked for are all that the options of install and uninstall have', () => {
  const asked = new Set([...INSTALL_SETTING_NAMES].map((name) => `--${name}`));
  for (const subcommand of ['install', 'uninstall']) {
    const table = [...listOptions(subcommand)].filter(([spelling]) => spelling.startsWith('--'));
    const others = table.filter(([spelling, { name }]) => asked.has(name) && !asked.has(spelling));
    expect(others).toEqual([]);
  }
  for (const name of asked) expect(listOptions('install').has(name)).toBe(true);
});
