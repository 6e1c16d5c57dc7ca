import { describe, expect, test } from 'vitest';
import type { AccessRights, CallContext } from '../../src/model/call-context.ts';
import { findConfiguredPython } from '../../src/decision/settings.ts';
import { findPolicyLayers } from '../../src/policy/file/find-layers.ts';
import { systemFile } from '../../src/policy/file/policy-locations.ts';
import { viewOf, type Tree } from '../support/tree.ts';
import {
  ADD,
  ADMINISTRATORS,
  allow,
  AUTHENTICATED,
  CREATOR,
  deny,
  EVERYONE,
  FULL,
  INSTALLER,
  ME,
  MODIFY,
  READ,
  rights,
  SYSTEM,
  USERS,
  windowsFacts,
  type WindowsValues,
} from '../support/windows-facts.ts';

const enforce = '[policy]\nrequire-virtual-environment = "enforce"\n';
const folder = 'C:\\ProgramData\\pipward';
const file = `${folder}\\policy.toml`;

function contextOf(
  values: WindowsValues | null,
  tree: Tree = { [file]: enforce },
  env: CallContext['env'] = {},
): CallContext {
  return {
    platform: 'win32',
    env,
    cwd: 'C:\\code',
    home: 'C:\\Users\\me',
    userId: null,
    name: 'pip',
    arguments: ['install', 'flask'],
    shimsDirectory: null,
    today: '2026-11-24',
    files: viewOf(tree, 'win32'),
    ...(values === null ? {} : { windows: windowsFacts(values) }),
  };
}

/** As a policy file is that an administrator copied there; and its folder. */
const closedFile = rights(ADMINISTRATORS, allow(SYSTEM, FULL), allow(ADMINISTRATORS, FULL), allow(USERS, READ));
const usualFolder = rights(
  ADMINISTRATORS,
  allow(SYSTEM, FULL, 0x13),
  allow(ADMINISTRATORS, FULL, 0x13),
  allow(CREATOR, 0x1000_0000, 0x1b),
  allow(USERS, READ, 0x13),
  allow(USERS, ADD, 0x12),
);

const notOwned = 'is not owned by Administrators, SYSTEM or TrustedInstaller';
const open = 'can be written by others than administrators';

describe("the machine's file on Windows, by its access rights", () => {
  test.each<[what: string, ofFile: AccessRights | null, ofFolder: AccessRights | null, weakness: string | null]>([
    ["an administrator's, in a folder with the rights that Windows gives it", closedFile, usualFolder, null],
    ["SYSTEM's", { ...closedFile, owner: SYSTEM }, usualFolder, null],
    ["TrustedInstaller's", rights(INSTALLER, allow(INSTALLER, FULL), allow(USERS, READ)), usualFolder, null],
    ["the user's own", { ...closedFile, owner: ME }, usualFolder, `${file} ${notOwned}`],
    ['of the group of users', { ...closedFile, owner: USERS }, usualFolder, `${file} ${notOwned}`],
    ['users may modify it', rights(ADMINISTRATORS, allow(USERS, MODIFY)), usualFolder, `${file} ${open}`],
    ['one user may write data', rights(ADMINISTRATORS, allow(ME, 0x2)), usualFolder, `${file} ${open}`],
    ['everyone may append', rights(ADMINISTRATORS, allow(EVERYONE, 0x4)), usualFolder, `${file} ${open}`],
    ['users may delete it', rights(ADMINISTRATORS, allow(USERS, 0x1_0000)), usualFolder, `${file} ${open}`],
    ['users may change its rights', rights(ADMINISTRATORS, allow(USERS, 0x4_0000)), usualFolder, `${file} ${open}`],
    ['users may take it', rights(ADMINISTRATORS, allow(AUTHENTICATED, 0x8_0000)), usualFolder, `${file} ${open}`],
    ['generic write', rights(ADMINISTRATORS, allow(USERS, 0x4000_0000)), usualFolder, `${file} ${open}`],
    ['generic all', rights(ADMINISTRATORS, allow(USERS, 0x1000_0000)), usualFolder, `${file} ${open}`],
    ['generic read and execute', rights(ADMINISTRATORS, allow(USERS, 0xa000_0000)), usualFolder, null],
    ['attributes alone', rights(ADMINISTRATORS, allow(USERS, READ | 0x110)), usualFolder, null],
    ['an entry for what lies below only', rights(ADMINISTRATORS, allow(USERS, FULL, 0x8)), usualFolder, null],
    ['an empty list', rights(ADMINISTRATORS), usualFolder, null],
    ['no list at all', { owner: ADMINISTRATORS, entries: null }, usualFolder, `${file} ${open}`],
    [
      'denied to everyone, then allowed',
      rights(ADMINISTRATORS, deny(EVERYONE, FULL), allow(USERS, MODIFY)),
      usualFolder,
      null,
    ],
    ['denied to the same group', rights(ADMINISTRATORS, deny(USERS, MODIFY), allow(USERS, MODIFY)), usualFolder, null],
    [
      'denied only in part',
      rights(ADMINISTRATORS, deny(USERS, 0x4), allow(USERS, 0x6)),
      usualFolder,
      `${file} ${open}`,
    ],
    [
      'denied behind the entry that allows it',
      rights(ADMINISTRATORS, allow(USERS, MODIFY), deny(EVERYONE, FULL)),
      usualFolder,
      `${file} ${open}`,
    ],
    [
      'denied to another group',
      rights(ADMINISTRATORS, deny(USERS, FULL), allow(ME, MODIFY)),
      usualFolder,
      `${file} ${open}`,
    ],
    [
      'denied for what lies below only',
      rights(ADMINISTRATORS, deny(USERS, FULL, 0x8), allow(USERS, MODIFY)),
      usualFolder,
      `${file} ${open}`,
    ],
    ['rights of the owner', rights(ADMINISTRATORS, allow('S-1-3-4', FULL)), usualFolder, null],
    ['its rights cannot be read', null, usualFolder, `the access rights of ${file} cannot be read`],
    ["in a folder of the user's", closedFile, { ...usualFolder, owner: ME }, `${folder} ${notOwned}`],
    [
      'in a folder whose files users may delete',
      closedFile,
      rights(ADMINISTRATORS, allow(USERS, 0x40)),
      `${folder} ${open}`,
    ],
    [
      'in a folder that users may delete',
      closedFile,
      rights(ADMINISTRATORS, allow(USERS, 0x1_0000)),
      `${folder} ${open}`,
    ],
    [
      'in a folder with generic all for users',
      closedFile,
      rights(SYSTEM, allow(USERS, 0x1000_0000)),
      `${folder} ${open}`,
    ],
    ['in a folder with generic write: files can be added', closedFile, rights(SYSTEM, allow(USERS, 0x4000_0000)), null],
    [
      'in a folder with generic all for what lies below',
      closedFile,
      rights(SYSTEM, allow(USERS, 0x1000_0000, 0xb)),
      null,
    ],
    ['in a folder without a list', closedFile, { owner: SYSTEM, entries: null }, `${folder} ${open}`],
  ])('%s', (_, ofFile, ofFolder, weakness) => {
    const access = {
      ...(ofFile === null ? {} : { [file]: ofFile }),
      ...(ofFolder === null ? {} : { [folder]: ofFolder }),
    };
    const [layer] = findPolicyLayers(contextOf({ access }));
    expect(layer?.rules.demands['require-virtual-environment']?.level).toBe('enforce');
    expect(layer?.scope).toBe(weakness === null ? 'system' : 'user');
    expect(layer?.warnings.map(({ message }) => message)).toEqual(
      weakness === null ? [] : [`${weakness}, so it counts as the user's, without its [resolve]`],
    );
  });

  test('another user, who may add a folder to C:\\ProgramData, does not choose the Python of all', () => {
    const tree: Tree = { [file]: '[resolve]\npython = "C:\\\\Users\\\\Public\\\\python.exe"\n' };
    const python = (owner: string) => {
      const access = { [file]: { ...closedFile, owner }, [folder]: { ...usualFolder, owner } };
      return findConfiguredPython(findPolicyLayers(contextOf({ access }, tree)))?.path ?? null;
    };
    expect(python(ADMINISTRATORS)).toBe('C:\\Users\\Public\\python.exe');
    expect(python('S-1-5-21-1-2-3-1005')).toBeNull();
  });

  test('a link in a closed folder leads to a file that the user may write', () => {
    const access = {
      [folder]: usualFolder,
      'D:\\mine': closedFile,
      'D:\\mine\\policy.toml': { ...closedFile, owner: ME },
    };
    const tree: Tree = { [file]: { link: 'D:\\mine\\policy.toml' }, 'D:\\mine\\policy.toml': enforce };
    expect(findPolicyLayers(contextOf({ access }, tree))).toMatchObject([{ scope: 'user' }]);
  });

  test('Windows cannot be asked: nothing is said of its rights', () => {
    expect(findPolicyLayers(contextOf(null))).toMatchObject([{ scope: 'system', warnings: [] }]);
  });
});

const KEY = 'HKLM\\Software\\Policies\\pipward';

describe('where the file lies', () => {
  const moved = { ProgramData: 'C:\\Users\\me\\mine' };
  test.each<[what: string, values: WindowsValues | null, env: Record<string, string>, expected: string]>([
    ['the known folder, whatever the variable says', {}, moved, file],
    ['a known folder on another drive', { folders: { ProgramData: 'D:\\Data' } }, {}, 'D:\\Data\\pipward\\policy.toml'],
    ['the variable if Windows cannot be asked', null, { PROGRAMDATA: 'D:\\Data' }, 'D:\\Data\\pipward\\policy.toml'],
    ['that of another case', null, { programdata: 'D:\\Data' }, 'D:\\Data\\pipward\\policy.toml'],
    ['a variable without a drive', null, { ProgramData: '\\Data' }, file],
    ['no variable', null, {}, file],
    ['group policy', { registry: { [KEY]: { PolicyFile: 'D:\\it\\pip.toml' } } }, {}, 'D:\\it\\pip.toml'],
    [
      'group policy, on a share',
      { registry: { [KEY]: { PolicyFile: '\\\\srv\\it\\pip.toml' } } },
      {},
      '\\\\srv\\it\\pip.toml',
    ],
    [
      'group policy, in the known folder',
      { registry: { [KEY]: { policyfile: '%PROGRAMDATA%\\it\\pip.toml' } } },
      moved,
      'C:\\ProgramData\\it\\pip.toml',
    ],
    ['an empty value', { registry: { [KEY]: { PolicyFile: ' ' } } }, {}, file],
  ])('%s', (_, values, env, expected) => {
    expect(systemFile(contextOf(values, {}, env))).toBe(expected);
  });

  test.each<[what: string, named: string, problem: string]>([
    ['is missing', 'D:\\it\\pip.toml', 'which does not exist'],
    ['depends on the current directory', 'pipward.toml', 'which is not an absolute path'],
    ['depends on the current drive', '\\code\\pipward.toml', 'which is not an absolute path'],
    ['has a variable of the caller', '%MINE%\\pip.toml', 'which is not an absolute path'],
  ])('a file that group policy names and that %s is a policy that cannot be read', (_, named, problem) => {
    const values = { registry: { [KEY]: { PolicyFile: named } }, otherwise: closedFile };
    const tree = { [file]: '', 'C:\\code\\.git\\HEAD': '' };
    const [layer] = findPolicyLayers(contextOf(values, tree, { MINE: 'C:\\code' }));
    expect(layer).toMatchObject({ scope: 'system', file: named });
    expect(layer?.problems.map(({ message }) => message)).toEqual([`${KEY} names this file, ${problem}`]);
  });

  test('a file that group policy names is judged by its rights as well', () => {
    const registry = { [KEY]: { PolicyFile: 'D:\\it\\pip.toml' } };
    const context = contextOf({ registry, otherwise: rights(ME, allow(ME, FULL)) }, { 'D:\\it\\pip.toml': enforce });
    expect(findPolicyLayers(context)).toMatchObject([{ scope: 'user', file: 'D:\\it\\pip.toml' }]);
  });
});
