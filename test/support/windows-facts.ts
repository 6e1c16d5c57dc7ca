import path from 'node:path';
import type { AccessEntry, AccessRights, KnownFolder, WindowsFacts } from '../../src/model/call-context.ts';

export const ADMINISTRATORS = 'S-1-5-32-544';
export const SYSTEM = 'S-1-5-18';
export const INSTALLER = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';
export const USERS = 'S-1-5-32-545';
export const EVERYONE = 'S-1-1-0';
export const AUTHENTICATED = 'S-1-5-11';
export const CREATOR = 'S-1-3-0';
/** The person who calls, and another user of the machine. */
export const ME = 'S-1-5-21-1004336348-1177238915-682003330-1001';
export const EVE = 'S-1-5-21-1004336348-1177238915-682003330-1002';

export const FULL = 0x001f_01ff;
export const READ = 0x0012_00a9;
/** (M) of icacls. */
export const MODIFY = 0x0013_01bf;
/** What users may do in folders that are made in C:\ProgramData: FILE_ADD_FILE, FILE_ADD_SUBDIRECTORY, FILE_WRITE_EA, FILE_WRITE_ATTRIBUTES. */
export const ADD = 0x0000_0116;

export const allow = (identifier: string, mask: number, flags = 0): AccessEntry => ({
  kind: 'allow',
  identifier,
  mask,
  flags,
});
export const deny = (identifier: string, mask: number, flags = 0): AccessEntry => ({
  kind: 'deny',
  identifier,
  mask,
  flags,
});
export const rights = (owner: string, ...entries: readonly AccessEntry[]): AccessRights => ({ owner, entries });

export type WindowsValues = {
  readonly folders?: Readonly<Partial<Record<KnownFolder, string>>>;
  /** `KEY` -> its values; `''` is the default value. Keys above and below come by themselves. */
  readonly registry?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Access rights by path; a path that is missing here cannot be asked, unless `otherwise` is given. */
  readonly access?: Readonly<Record<string, AccessRights>>;
  readonly otherwise?: AccessRights | null;
  /** Folders that this process may not add files to; it may to all others that are asked for. */
  readonly closed?: readonly string[];
  readonly parent?: string;
  readonly elevated?: boolean;
};

/** What Windows would answer, from literal values. Names are compared without case, as Windows does. */
export function windowsFacts(values: WindowsValues = {}): WindowsFacts {
  const {
    folders = {},
    registry = {},
    access = {},
    otherwise = null,
    closed = [],
    parent = null,
    elevated = false,
  } = values;
  const isSame = (one: string, other: string) =>
    path.win32.normalize(one).toLowerCase() === path.win32.normalize(other).toLowerCase();
  const find = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
    Object.entries(record).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
  const usual = {
    ProgramData: 'C:\\ProgramData',
    LocalAppData: 'C:\\Users\\me\\AppData\\Local',
    RoamingAppData: 'C:\\Users\\me\\AppData\\Roaming',
    Profile: 'C:\\Users\\me',
    ProgramFiles: 'C:\\Program Files',
    ...folders,
  };
  return {
    knownFolder: (name) => usual[name],
    registryValue: (key, name) => find(find(registry, key) ?? {}, name) ?? null,
    registryKeys: (key) => {
      const below = Object.keys(registry).filter((each) => each.toLowerCase().startsWith(`${key.toLowerCase()}\\`));
      return [...new Set(below.map((each) => each.slice(key.length + 1).split('\\')[0] ?? ''))];
    },
    mayAddFile: (folder) => !closed.some((each) => isSame(each, folder)),
    access: (name) => Object.entries(access).find(([each]) => isSame(each, name))?.[1] ?? otherwise,
    parentProgram: () => parent,
    isElevated: () => elevated,
  };
}

/** Access rights of paths, as pipward-setup.exe reads them: what is not in the record is missing. Names are compared without case. */
export function accessReader(record: Readonly<Record<string, AccessRights | null>>) {
  const lower = new Map(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]));
  return (paths: readonly string[]) =>
    paths.map((name) => {
      const value = lower.get(name.toLowerCase());
      return value === undefined ? 'missing' : value;
    });
}

/** C:\ and C:\Program Files of Windows 11, and the folder of a program in it. */
export const SHIPPED: Readonly<Record<'root' | 'programs' | 'program', AccessRights>> = {
  root: rights(
    INSTALLER,
    allow(AUTHENTICATED, 0x0000_0004),
    allow(AUTHENTICATED, 0xe001_0000, 0xb),
    allow(SYSTEM, FULL, 3),
    allow(ADMINISTRATORS, FULL, 3),
    allow(USERS, READ, 3),
  ),
  programs: rights(
    INSTALLER,
    allow(INSTALLER, FULL),
    allow(INSTALLER, 0x1000_0000, 0xa),
    allow(SYSTEM, MODIFY),
    allow(SYSTEM, 0x1000_0000, 0xb),
    allow(ADMINISTRATORS, MODIFY),
    allow(ADMINISTRATORS, 0x1000_0000, 0xb),
    allow(USERS, READ),
    allow(USERS, 0xa000_0000, 0xb),
    allow(CREATOR, 0x1000_0000, 0xb),
    allow('S-1-15-2-1', READ),
    allow('S-1-15-2-1', 0xa000_0000, 0xb),
  ),
  program: rights(
    ADMINISTRATORS,
    allow(INSTALLER, FULL, 0x10),
    allow(SYSTEM, FULL, 0x10),
    allow(ADMINISTRATORS, FULL, 0x10),
    allow(USERS, READ, 0x10),
    allow(CREATOR, 0x1000_0000, 0x1b),
    allow('S-1-15-2-1', READ, 0x10),
  ),
};
