import { expect, test } from 'vitest';
import {
  describeExposedPlace,
  describeExposedSource,
  findExposedPlace,
  findExposedSource,
  requireElevated,
} from '../../../../src/admin/setup/windows/all-users.ts';
import { chooseWindowsPlace } from '../../../../src/admin/setup/windows/places.ts';
import type { CommandArguments } from '../../../../src/admin/command.ts';
import type { AccessRights } from '../../../../src/model/call-context.ts';
import type { PathPart, WindowsExposure } from '../../../../src/util/windows/exposed-path.ts';
import {
  accessReader,
  ADD,
  ADMINISTRATORS,
  allow,
  AUTHENTICATED,
  CREATOR,
  deny,
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

const PROGRAMS = 'C:\\Program Files';
const PREFIX = `${PROGRAMS}\\pipward`;
const NODE = `${PREFIX}\\node.exe`;
const { root, programs, program } = SHIPPED;
type Rights = Readonly<Record<string, AccessRights | null>>;
const usual: Rights = { 'C:\\': root, [PROGRAMS]: programs };
const inside: readonly PathPart[] = [
  { path: NODE, kind: 'file' },
  { path: `${PREFIX}\\dist`, kind: 'folder' },
];
const installed: Rights = { ...usual, [PREFIX]: program, [NODE]: program, [`${PREFIX}\\dist`]: program };
const withEntry = ({ owner, entries }: AccessRights, ...more: Parameters<typeof allow>) =>
  rights(owner, ...(entries ?? []), allow(...more));

test.each<readonly [string, Rights, readonly [path: string, kind: WindowsExposure['kind']] | null]>([
  ['a fresh Windows, nothing installed', usual, null],
  ['an installation by setup', installed, null],
  ['owned by SYSTEM', { ...installed, [NODE]: rights(SYSTEM, allow(USERS, READ)) }, null],
  [
    'what a folder gives to its creator',
    { ...installed, [PREFIX]: rights(ADMINISTRATORS, allow(CREATOR, FULL, 0xb)) },
    null,
  ],
  [
    'the user who made it',
    { ...installed, [PREFIX]: rights(ME, allow(ADMINISTRATORS, FULL)) },
    [PREFIX, 'foreign-owner'],
  ],
  ['a file of another user in it', { ...installed, [NODE]: rights(EVE, allow(USERS, READ)) }, [NODE, 'foreign-owner']],
  [
    'a file that users may write',
    { ...installed, [NODE]: withEntry(program, USERS, MODIFY) },
    [NODE, 'writable-by-others'],
  ],
  [
    'a file that users may only append to',
    { ...installed, [NODE]: withEntry(program, USERS, 0x4) },
    [NODE, 'writable-by-others'],
  ],
  [
    'a file whose rights users may change',
    { ...installed, [NODE]: withEntry(program, USERS, 0x4_0000) },
    [NODE, 'writable-by-others'],
  ],
  [
    'a folder in it that users may add files to',
    { ...installed, [`${PREFIX}\\dist`]: withEntry(program, USERS, ADD) },
    [`${PREFIX}\\dist`, 'writable-by-others'],
  ],
  [
    'the installation, to which users may add files',
    { ...installed, [PREFIX]: withEntry(program, AUTHENTICATED, ADD) },
    [PREFIX, 'writable-by-others'],
  ],
  [
    'one user, who is not an administrator',
    { ...installed, [PREFIX]: withEntry(program, EVE, MODIFY) },
    [PREFIX, 'writable-by-others'],
  ],
  [
    'denied before to the same',
    { ...installed, [PREFIX]: rights(ADMINISTRATORS, deny(EVE, MODIFY), allow(EVE, MODIFY)) },
    null,
  ],
  ['no list at all', { ...installed, [NODE]: { owner: ADMINISTRATORS, entries: null } }, [NODE, 'writable-by-others']],
  ['rights that cannot be read', { ...installed, [NODE]: null }, [NODE, 'unknown']],
  [
    'Program Files, to which users may add, before the first setup',
    { ...usual, [PROGRAMS]: withEntry(programs, USERS, ADD) },
    [PROGRAMS, 'writable-by-others'],
  ],
  [
    'Program Files, to which users may add, beside an installation',
    { ...installed, [PROGRAMS]: withEntry(programs, USERS, ADD) },
    null,
  ],
  [
    'Program Files, in which users may delete',
    { ...installed, [PROGRAMS]: withEntry(programs, USERS, 0x40) },
    [PROGRAMS, 'writable-by-others'],
  ],
  [
    'a drive of which every user owns the root',
    { ...installed, 'C:\\': rights(ME, allow(EVERYONE, READ)) },
    ['C:\\', 'foreign-owner'],
  ],
])('an installation for all users: %s', (_, values, expected) => {
  const found = findExposedPlace(PREFIX, inside, accessReader(values));
  expect(found === null ? null : [found.path, found.kind]).toEqual(expected);
});

test('a link in the installation is refused, whatever its rights', () => {
  const link: WindowsExposure = { path: `${PREFIX}\\dist`, kind: 'link', owner: null };
  expect(findExposedPlace(PREFIX, [...inside, link], accessReader(installed))).toEqual(link);
});

test.each<readonly [WindowsExposure['kind'], string, RegExp]>([
  ['foreign-owner', NODE, /belongs to S-1-5-21.*icacls "C:\\Program Files\\pipward" \/setowner \*S-1-5-32-544 \/t$/s],
  [
    'writable-by-others',
    PREFIX,
    /can be changed by users who are not.*icacls "C:\\Program Files\\pipward" \/reset \/t$/s,
  ],
  ['writable-by-others', PROGRAMS, /only administrators write there first$/],
  ['unknown', NODE, /cannot be read who may change/],
  ['link', `${PREFIX}\\dist`, /is a link to another folder.*in the place of the link$/],
])('the way out of %s, %s', (kind, name, expected) => {
  const text = describeExposedPlace({ path: name, kind, owner: ME }, PREFIX);
  expect(text).toMatch(expected);
  expect(text).toContain('Nothing was changed');
});

const ARCHIVE = 'C:\\Users\\me\\Downloads\\pipward';
const home = rights(SYSTEM, allow(SYSTEM, FULL), allow(ADMINISTRATORS, FULL), allow(ME, FULL));
const own = rights(ME, allow(SYSTEM, FULL), allow(ADMINISTRATORS, FULL), allow(ME, FULL));
const users = rights(SYSTEM, allow(SYSTEM, FULL, 3), allow(USERS, READ), allow(EVERYONE, READ));

test.each<readonly [string, string, Rights, string | null]>([
  [
    'in Program Files',
    `${PROGRAMS}\\archive\\node.exe`,
    { ...usual, [`${PROGRAMS}\\archive`]: program, [`${PROGRAMS}\\archive\\node.exe`]: program },
    null,
  ],
  [
    'of the installer of Node.js',
    `${PROGRAMS}\\nodejs\\node.exe`,
    { ...usual, [`${PROGRAMS}\\nodejs`]: program, [`${PROGRAMS}\\nodejs\\node.exe`]: program },
    null,
  ],
  [
    'in Downloads',
    `${ARCHIVE}\\node.exe`,
    {
      'C:\\': root,
      'C:\\Users': users,
      'C:\\Users\\me': home,
      'C:\\Users\\me\\Downloads': own,
      [ARCHIVE]: own,
      [`${ARCHIVE}\\node.exe`]: own,
    },
    ARCHIVE,
  ],
  [
    'in a folder that was made in C:\\',
    'C:\\tools\\node.exe',
    {
      'C:\\': root,
      'C:\\tools': withEntry(program, AUTHENTICATED, MODIFY),
      'C:\\tools\\node.exe': withEntry(program, AUTHENTICATED, MODIFY),
    },
    'C:\\tools',
  ],
  [
    "the file alone is an ordinary user's",
    `${PROGRAMS}\\nodejs\\node.exe`,
    { ...usual, [`${PROGRAMS}\\nodejs`]: program, [`${PROGRAMS}\\nodejs\\node.exe`]: own },
    `${PROGRAMS}\\nodejs\\node.exe`,
  ],
  [
    'a file whose content users may change',
    `${PROGRAMS}\\nodejs\\node.exe`,
    {
      ...usual,
      [`${PROGRAMS}\\nodejs`]: program,
      [`${PROGRAMS}\\nodejs\\node.exe`]: withEntry(program, USERS, 0x2),
    },
    `${PROGRAMS}\\nodejs\\node.exe`,
  ],
])('a Node that is copied for all users: %s', (_, source, values, expected) => {
  expect(findExposedSource([source], accessReader(values))?.path ?? null).toBe(expected);
});

test.each<readonly [string, string, RegExp]>([
  ['C:\\n\\node.exe', 'C:\\archive', /use a Node\.js that its installer put in Program Files/],
  ['C:\\archive\\node.exe', 'C:\\archive', /unpack the archive into a folder that only administrators can change/],
  ['C:\\archive\\dist\\admin.cjs', 'C:\\archive', /unpack the archive/],
])('the way out for %s', (name, folder, expected) => {
  expect(describeExposedSource({ path: name, kind: 'foreign-owner', owner: ME }, folder)).toMatch(expected);
});

test('without the rights of an administrator nothing is done', () => {
  expect(() => requireElevated({ facts: windowsFacts() })).toThrow(/Run as administrator/);
  expect(() => requireElevated({ facts: windowsFacts({ elevated: true }) })).not.toThrow();
});

test.each<readonly [string, Readonly<Record<string, string | true>>, string | null, 'user' | 'machine']>([
  ['nothing given', {}, 'C:\\Users\\me\\AppData\\Local\\Programs\\pipward', 'user'],
  ['--system', { system: true }, PREFIX, 'machine'],
  ['--prefix', { prefix: 'D:\\p' }, 'D:\\p', 'user'],
  [
    '--prefix with the folder for all users',
    { prefix: 'c:/program files/PIPWARD/' },
    'c:\\program files\\PIPWARD',
    'machine',
  ],
  ['both', { system: true, prefix: 'D:\\p' }, null, 'user'],
])('where to install: %s', (_, values, prefix, scope) => {
  const given: CommandArguments = {
    text: (name) => (typeof values[name] === 'string' ? values[name] : null),
    flag: (name) => values[name] === true,
    list: () => [],
    rest: [],
  };
  const context = { env: {}, programDirectory: '/nowhere/dist', node: '', version: '1', platform: 'win32' } as const;
  const choose = (): unknown => {
    try {
      return chooseWindowsPlace(context, { facts: windowsFacts() }, given);
    } catch (error) {
      return String(error);
    }
  };
  const refused = expect.stringContaining(`--system installs into ${PREFIX}: leave --prefix out`);
  expect(choose()).toEqual(prefix === null ? refused : { prefix, scope });
});
