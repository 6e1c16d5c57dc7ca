import { describe, expect, test } from 'vitest';
import type { AccessRights, CallContext, FileStatus } from '../../../src/model/call-context.ts';
import { findTrustIssue } from '../../../src/interpreter/discovery/project-environment.ts';
import { listCheckIssues } from '../../../src/interpreter/trust/trust-checks.ts';
import { takeRecord } from '../../../src/interpreter/trust/trust-record.ts';
import { renderTrustStore } from '../../../src/interpreter/trust/trust-store.ts';
import { isFromOtherUser } from '../../../src/util/other-user.ts';
import { findUserIdentifier } from '../../../src/util/windows/access-rights.ts';
import { viewOf, type Tree } from '../../support/tree.ts';
import {
  ADD,
  ADMINISTRATORS,
  allow,
  AUTHENTICATED,
  CREATOR,
  EVE,
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
} from '../../support/windows-facts.ts';
import { surroundingsOf, windows, windowsVirtual } from '../layouts.ts';

const python = 'C:\\Program Files\\Python312';
const project = 'C:\\Users\\me\\code';
const prefix = `${project}\\.venv`;
const store = 'C:\\Users\\me\\AppData\\Local\\pipward\\trust.json';
const tree: Tree = { ...windows(python, '312'), ...windowsVirtual(prefix, python, '3.12.1') };

const PROFILES = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const registry = {
  [`${PROFILES}\\S-1-5-18`]: { ProfileImagePath: '%systemroot%\\system32\\config\\systemprofile' },
  [`${PROFILES}\\${EVE}`]: { ProfileImagePath: 'C:\\Users\\eve' },
  [`${PROFILES}\\${ME}`]: { ProfileImagePath: '%SystemDrive%\\Users\\ME' },
};

/** As below a profile; and of C:\, where all users may add folders. */
const own = rights(ME, allow(SYSTEM, FULL, 0x13), allow(ADMINISTRATORS, FULL, 0x13), allow(ME, FULL, 0x13));
const drive = rights(
  INSTALLER,
  allow(AUTHENTICATED, MODIFY, 0xb),
  allow(AUTHENTICATED, 0x4),
  allow(SYSTEM, FULL, 0x3),
  allow(ADMINISTRATORS, FULL, 0x3),
  allow(USERS, READ, 0x3),
);
const users = rights(
  SYSTEM,
  allow(SYSTEM, FULL),
  allow(ADMINISTRATORS, FULL),
  allow(USERS, READ),
  allow(EVERYONE, READ),
);

type Case = {
  readonly access?: Readonly<Record<string, AccessRights>>;
  readonly values?: WindowsValues;
  readonly change?: (name: string, status: FileStatus) => Partial<FileStatus>;
  readonly isAsked?: boolean;
};

/** The environment was trusted as it is in `tree`; then comes what differs. */
function judge({ access = {}, values = {}, change = () => ({}), isAsked = true }: Case): string | null {
  const trusted = contextOf(tree);
  const record = takeRecord(prefix, trusted);
  if (record === null) throw new Error('no record');
  const now = contextOf({ ...tree, [store]: renderTrustStore([record]) }, change);
  const facts = windowsFacts({
    registry,
    access: { 'C:\\': drive, 'C:\\Users': users, ...access },
    otherwise: own,
    ...values,
  });
  const issue = findTrustIssue(prefix, prefix, isAsked ? { ...now, windows: facts } : now);
  return issue === null ? null : [issue.reason, issue.detail].filter(Boolean).join(' ');
}

function contextOf(files: Tree, change: Case['change'] = () => ({})): CallContext {
  const context = surroundingsOf({ platform: 'win32', tree: files, cwd: project });
  const view = viewOf(files, 'win32');
  const status = (name: string): FileStatus | null => {
    const found = view.status(name);
    const exact = found === null ? null : { ...found, inode: `${found.inode}`, device: '1', size: 100 };
    return exact === null ? null : { ...exact, ...change(name, exact) };
  };
  return { ...context, env: { LOCALAPPDATA: 'C:\\Users\\me\\AppData\\Local' }, files: { ...view, status } };
}

const isPython = (name: string) => name === `${prefix}\\Scripts\\python.exe`;

describe('a trusted environment on Windows', () => {
  test.each<[what: string, given: Case, issue: string | null]>([
    ['as it was', {}, null],
    ['Windows cannot be asked', { isAsked: false }, null],
    ["an administrator's", { access: { [prefix]: { ...own, owner: ADMINISTRATORS } } }, null],
    ["another user's", { access: { [prefix]: { ...own, owner: EVE } } }, 'suspicious foreign-owner'],
    ["a project of another user's", { access: { [project]: { ...own, owner: EVE } } }, 'suspicious foreign-owner'],
    [
      'all users may write',
      { access: { [prefix]: rights(ME, allow(ME, FULL), allow(AUTHENTICATED, MODIFY)) } },
      'suspicious writable-by-others',
    ],
    [
      'another user may add files to its packages',
      { access: { [`${prefix}\\Lib\\site-packages`]: rights(ME, allow(EVE, ADD)) } },
      'suspicious writable-by-others',
    ],
    [
      'another user may write pyvenv.cfg',
      { access: { [`${prefix}\\pyvenv.cfg`]: rights(ME, allow(EVE, 0x2)) } },
      'suspicious writable-by-others',
    ],
    ['all users may add files beside it', { access: { [project]: rights(ME, allow(USERS, ADD)) } }, null],
    [
      'all users may rename what is beside it',
      { access: { [project]: rights(ME, allow(USERS, ADD | 0x40)) } },
      'suspicious writable-by-others',
    ],
    ['rights for what lies below alone', { access: { [project]: rights(ME, allow(CREATOR, FULL, 0xb)) } }, null],
    ['no list of rights', { access: { [prefix]: { owner: ME, entries: null } } }, 'suspicious writable-by-others'],
    [
      'the user is not known to Windows: then the owner may be anyone',
      { values: { registry: {} } },
      'suspicious foreign-owner',
    ],
    [
      'rights that cannot be read',
      { values: { otherwise: null, access: { 'C:\\': drive } } },
      'suspicious foreign-owner',
    ],
    [
      "the store is another user's",
      { access: { [store]: { ...own, owner: EVE } } },
      'trust-store-unusable foreign-owner',
    ],
    [
      'others may write the store',
      { access: { [store]: rights(ME, allow(EVERYONE, MODIFY)) } },
      'trust-store-unusable writable-by-others',
    ],
    [
      'others may put another store in its place',
      { access: { 'C:\\Users\\me\\AppData\\Local\\pipward': rights(ME, allow(EVE, FULL)) } },
      'trust-store-unusable writable-by-others',
    ],
    [
      'its python.exe has another size',
      { change: (name) => (isPython(name) ? { size: 101 } : {}) },
      'trust-ended python-replaced',
    ],
    [
      'its python.exe was written since',
      { change: (name) => (isPython(name) ? { modified: 1 } : {}) },
      'trust-ended python-replaced',
    ],
    [
      'its python.exe is another file of the same size and time',
      { change: (name) => (isPython(name) ? { inode: '9007199254740993' } : {}) },
      'trust-ended python-replaced',
    ],
    [
      'another folder, whose number would be equal if it were less exact',
      { change: (name, { inode }) => (name === prefix ? { inode: `${inode}.` } : {}) },
      'trust-ended replaced',
    ],
  ])('%s', (_, given, issue) => {
    expect(judge(given)).toBe(issue);
  });
});

describe('an environment of a Python from the Microsoft Store', () => {
  const inPackage = 'C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_3.12.1_x64__qbz5n2kfra8p0';
  const aliases =
    'C:\\Users\\me\\AppData\\Local\\Microsoft\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0';
  const alias: Tree = { [`${aliases}\\python.exe`]: { link: `${inPackage}\\python.exe`, alias: true } };
  test.each<[what: string, home: string, extra: Tree, expected: readonly string[]]>([
    ['by its alias', aliases, alias, []],
    ['by its package, which users may not look into', inPackage, {}, []],
    ['by an alias that is gone', aliases, {}, ['home-disagrees']],
    ['by a folder of that name elsewhere', inPackage.replace('Program Files', 'mine'), {}, ['home-disagrees']],
  ])('%s', (_, home, extra, expected) => {
    const context = contextOf({ ...windowsVirtual(prefix, home, '3.12.1'), ...extra });
    const found = { prefix, home, python: `${prefix}\\Scripts\\python.exe`, repository: null };
    expect(listCheckIssues(found, context)).toEqual(expected);
  });
});

describe('who the user is', () => {
  test.each<[what: string, values: WindowsValues, expected: string | null]>([
    ['a profile with a variable in its path', { registry }, ME],
    ['another one', { registry, folders: { Profile: 'C:\\Users\\Eve' } }, EVE],
    [
      'SYSTEM, whose profile lies below the folder of Windows',
      {
        registry: { ...registry, [PROFILES.replace('\\ProfileList', '')]: { SystemRoot: 'C:\\WINDOWS' } },
        folders: { Profile: 'C:\\Windows\\system32\\config\\systemprofile' },
      },
      SYSTEM,
    ],
    ['no profile has that folder', { registry, folders: { Profile: 'D:\\me' } }, null],
    ['nothing is known', {}, null],
  ])('%s', (_, values, expected) => {
    expect(findUserIdentifier({ windows: windowsFacts(values) })).toBe(expected);
  });
});

describe('a file in a folder that all users may write', () => {
  const folder = 'C:\\Users\\Public';
  const file = `${folder}\\pipward.toml`;
  const open = rights(SYSTEM, allow('S-1-5-4', MODIFY));
  test.each<[what: string, ofFolder: AccessRights, owner: string, known: boolean, expected: boolean]>([
    ["another user's", open, EVE, true, true],
    ["the caller's", open, ME, true, false],
    ["an administrator's", open, ADMINISTRATORS, true, false],
    ['in a folder that all may add files to', rights(SYSTEM, allow(USERS, ADD)), EVE, true, true],
    ['in a folder without a list', { owner: SYSTEM, entries: null }, EVE, true, true],
    ['in a folder of its owner alone', rights(EVE, allow(EVE, FULL), allow(USERS, READ)), EVE, true, false],
    ['in a folder where only what lies below is open', rights(SYSTEM, allow(USERS, MODIFY, 0x8)), EVE, true, false],
    ['the user is not known', open, EVE, false, false],
  ])('%s', (_, ofFolder, owner, known, expected) => {
    const context = surroundingsOf({ platform: 'win32', tree: { [file]: '' } });
    const access = { [folder]: ofFolder, [file]: rights(owner) };
    const facts = windowsFacts({ access, registry: known ? registry : {} });
    expect(isFromOtherUser(folder, file, { ...context, windows: facts })).toBe(expected);
  });

  test('a file that is missing: Windows is asked nothing', () => {
    const context = surroundingsOf({ platform: 'win32', tree: {} });
    const access = () => {
      throw new Error('asked');
    };
    expect(isFromOtherUser(folder, file, { ...context, windows: { ...windowsFacts(), access } })).toBe(false);
  });
});
