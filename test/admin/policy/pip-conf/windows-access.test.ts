import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ConfScope } from '../../../../src/admin/policy/pip-conf/locate.ts';
import { createWindowsAccess } from '../../../../src/admin/policy/pip-conf/windows-access.ts';
import type { AccessRights } from '../../../../src/model/call-context.ts';
import {
  accessReader,
  ADD,
  ADMINISTRATORS,
  allow,
  EVE,
  EVERYONE,
  FULL,
  ME,
  MODIFY,
  READ,
  rights,
  SHIPPED,
  SYSTEM,
  USERS,
  windowsFacts,
} from '../../../support/windows-facts.ts';

type Rights = Readonly<Record<string, AccessRights | null>>;
const made: string[] = [];

function accessOf(scope: ConfScope, values: Rights, folders: Parameters<typeof windowsFacts>[0] = {}) {
  return createWindowsAccess(scope, {
    facts: windowsFacts(folders),
    identity: () => [ME],
    readAccess: accessReader(values),
    makeClosedFolder: (folder) => void made.push(folder),
    replaceFile: () => 'Windows error 5',
  });
}

const DATA = 'C:\\ProgramData';
const PIP = `${DATA}\\pip`;
const FILE = `${PIP}\\pip.ini`;
/** C:\ProgramData: users may add files and folders, in it and below. */
const data = rights(
  SYSTEM,
  allow(SYSTEM, FULL, 3),
  allow(ADMINISTRATORS, FULL, 3),
  allow(USERS, READ, 3),
  allow(USERS, ADD, 2),
);
const ofAdministrator = rights(ADMINISTRATORS, allow(ADMINISTRATORS, FULL), allow(USERS, READ), allow(USERS, ADD, 2));
const file = rights(ADMINISTRATORS, allow(ADMINISTRATORS, FULL), allow(USERS, READ));
const machine: Rights = { 'C:\\': SHIPPED.root, [DATA]: data, [PIP]: ofAdministrator, [FILE]: file };

const ROAMING = 'C:\\Users\\me\\AppData\\Roaming';
const OWN = `${ROAMING}\\pip\\pip.ini`;
const mine = rights(ME, allow(SYSTEM, FULL), allow(ADMINISTRATORS, FULL), allow(ME, FULL));
const profile: Rights = {
  'C:\\Users\\me': rights(SYSTEM, allow(SYSTEM, FULL), allow(ADMINISTRATORS, FULL), allow(ME, FULL)),
  'C:\\Users\\me\\AppData': mine,
  [ROAMING]: mine,
  [`${ROAMING}\\pip`]: mine,
  [OWN]: mine,
};

test.each<readonly [string, ConfScope, string, Rights, string | null]>([
  ['nothing is there yet', 'system', FILE, { 'C:\\': SHIPPED.root, [DATA]: data }, null],
  ['made by an administrator', 'system', FILE, machine, null],
  [
    'a folder that a user made first',
    'system',
    FILE,
    { ...machine, [PIP]: rights(EVE, allow(USERS, READ)) },
    `${PIP} belongs to another user`,
  ],
  [
    'a folder in which users may delete',
    'system',
    FILE,
    { ...machine, [PIP]: rights(ADMINISTRATORS, allow(USERS, MODIFY | 0x40)) },
    `${PIP} can be written`,
  ],
  ['rights that cannot be read', 'system', FILE, { ...machine, [PIP]: null }, `access rights of ${PIP} cannot be read`],
  ["the user's own", 'user', OWN, profile, null],
  ["the user's older one", 'user', 'C:\\Users\\me\\pip\\pip.ini', { ...profile, 'C:\\Users\\me\\pip': mine }, null],
  [
    'a folder of another user in it',
    'user',
    OWN,
    { ...profile, [`${ROAMING}\\pip`]: rights(EVE, allow(ME, FULL)) },
    'belongs to another user',
  ],
  [
    'everyone may replace files in it',
    'user',
    OWN,
    { ...profile, [ROAMING]: rights(ME, allow(EVERYONE, FULL)) },
    'can be written by other users',
  ],
  [
    'what is above a profile does not count',
    'user',
    OWN,
    { ...profile, 'C:\\Users': rights(EVE, allow(EVERYONE, FULL)) },
    null,
  ],
])('the way to the file: %s', (_, scope, name, values, expected) => {
  const found = accessOf(scope, values).judgePath(name);
  const reason: unknown = expect.stringContaining(expected ?? '');
  expect(found?.reason ?? null).toEqual(expected === null ? null : reason);
});

test('a redirected folder on a server is judged from itself on', () => {
  const folders = { folders: { RoamingAppData: '\\\\server\\home\\me\\AppData' } };
  const name = '\\\\server\\home\\me\\AppData\\pip\\pip.ini';
  const values = { '\\\\server\\home\\me\\AppData': mine, '\\\\server\\home\\me\\AppData\\pip': mine };
  expect(accessOf('user', values, folders).judgePath(name)).toBeNull();
  const open = { ...values, '\\\\server\\home\\me\\AppData': rights(EVE, allow(ME, FULL)) };
  expect(accessOf('user', open, folders).judgePath(name)?.reason).toContain('belongs to another user');
});

const stats = statSync(import.meta.filename);

test.each<readonly [string, ConfScope, AccessRights | null, string | null]>([
  ["an administrator's", 'system', file, null],
  ["a user's", 'system', mine, 'belongs to another user'],
  ['one that users may write', 'system', rights(ADMINISTRATORS, allow(USERS, MODIFY)), 'can be written by other users'],
  ["the caller's", 'user', mine, null],
  ["an administrator's, in a profile", 'user', file, null],
  ["another user's", 'user', rights(EVE, allow(ME, FULL)), 'belongs to another user'],
])('the file itself: %s, for a %s', (_, scope, value, expected) => {
  const name = scope === 'user' ? OWN : FILE;
  const values = { ...(scope === 'user' ? profile : machine), [name]: value };
  const access = accessOf(scope, values);
  const found = access.judgeFile(name, stats);
  const reason: unknown = expect.stringContaining(expected ?? '');
  expect(found?.reason ?? null).toEqual(expected === null ? null : reason);
  expect(access.isOwnRecord(name, stats)).toBe(expected === null);
});

test('a file that is read-only is left alone', () => {
  const readOnly = Object.assign(Object.create(stats), { mode: 0o100444 });
  expect(accessOf('system', machine).judgeFile(FILE, readOnly)).toMatchObject({ fix: 'attrib -r it first' });
});

test('an error of Windows is the reason why a file was not replaced', () => {
  expect(accessOf('system', machine).replace('C:\\t', FILE, stats)).toBe('could not be replaced (Windows error 5)');
});

test.each<readonly [string, ConfScope, AccessRights, string | null]>([
  ['users may', 'system', file, null],
  [
    'nobody but administrators may',
    'system',
    rights(ADMINISTRATORS, allow(ADMINISTRATORS, FULL)),
    `icacls "${FILE}" /grant *S-1-5-32-545:R`,
  ],
  [
    'only what is made below it',
    'system',
    rights(ADMINISTRATORS, allow(USERS, READ, 8)),
    `icacls "${FILE}" /grant *S-1-5-32-545:R`,
  ],
  ['a file of one user', 'user', mine, null],
])('whether all users may read a file that counts for them: %s', (_, scope, value, expected) => {
  expect(accessOf(scope, { [FILE]: value }).findClosed(FILE)).toBe(expected);
});

test('the folder of the record is made closed, and refused if a user made it first', () => {
  const folder = `${DATA}\\pipward-records`;
  const closed = rights(ADMINISTRATORS, allow(ADMINISTRATORS, FULL, 3), allow(SYSTEM, FULL, 3));
  accessOf('system', { ...machine, [folder]: closed }).makeRecordFolder(folder, null);
  expect(made).toEqual([folder]);
  const foreign = { ...machine, [folder]: rights(EVE, allow(EVERYONE, FULL)) };
  expect(() => accessOf('system', foreign).makeRecordFolder(folder, null)).toThrow(
    /nothing can be recorded.*another user/,
  );
});

test('who may change what is for all users', () => {
  expect(accessOf('system', {}, { elevated: true }).isAdministrator()).toBe(true);
  expect(accessOf('system', {}).isAdministrator()).toBe(false);
});
