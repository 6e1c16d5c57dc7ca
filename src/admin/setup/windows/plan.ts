import { readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AdminContext } from '../../command.ts';
import { listInstalled, listMissingFolders, type TreeEntry } from '../files/installation.ts';
import { MANIFEST, readManifest, renderManifest, type Manifest } from '../plan/manifest.ts';
import { planProfile, type ProfilePlan } from '../startup-files/plan.ts';
import { listPending, listWindowsFiles, type WindowsFile } from './files.ts';
import type { PathScope, WindowsHelper } from './helper.ts';
import {
  expandVariables,
  isSameWindowsFolder,
  listFolders,
  MAX_VARIABLE,
  putFirst,
  readText,
  renderValue,
  type PathChange,
  type RawValue,
} from './path-value.ts';
import { chooseWindowsProfiles, type BlockedShell } from './profiles.ts';
import type { WindowsPlace } from './places.ts';
import { listPipNames } from './python-names.ts';
import { findMachinePip, renderSessionPath } from './search.ts';

/** All that setup would do, before it does anything. */
export type WindowsPlan = WindowsPlace & {
  readonly shims: string;
  readonly previous: Manifest | null;
  readonly pending: readonly WindowsFile[];
  readonly obsolete: readonly string[];
  /** The user's PATH as it is. */
  readonly user: RawValue;
  readonly machine: RawValue;
  /** Of the part of PATH that `scope` names. Null if PATH is to be left alone. */
  readonly change: PathChange | null;
  /** The pip of the machine's PATH that comes before ours. */
  readonly machinePip: string | null;
  /** Whether that is the pip of a pipward for all users. */
  readonly isPipward: boolean;
  readonly profiles: readonly ProfilePlan[];
  readonly blocked: readonly BlockedShell[];
  readonly manifest: Manifest;
};

/** Looks at the disk, the registry and the environment; changes nothing. Throws when the installation cannot be there. */
export function makeWindowsPlan(
  context: AdminContext,
  helper: WindowsHelper,
  { prefix, scope }: WindowsPlace,
  modifyPath: boolean,
): WindowsPlan {
  const shims = path.join(prefix, 'shims');
  const previous = readManifest(prefix);
  const others = (listInstalled(prefix) ?? []).filter((name) => !name.startsWith('pipward.old.'));
  if (previous === null && others.length > 0) {
    throw new Error(`${prefix} has other files in it: choose a folder that is empty or not there yet`);
  }
  const files = listWindowsFiles(context, listPipNames(context, helper));
  const names = files.map((file) => file.path).toSorted();
  const [user, machine] = [helper.readPath('user'), helper.readPath('machine')];
  const isOurs = recognize(shims, context.env);
  const own = scope === 'user' ? user : machine;
  const change = modifyPath ? putFirst(own, shims, isOurs) : null;
  refuseLongPath(change, scope, { user, machine }, context.env);
  const isBehind = modifyPath && scope === 'user';
  const machinePip = isBehind ? findMachinePip(machine, shims, context.env, isProgram) : null;
  const isPipward = machinePip !== null && isFile(path.join(path.dirname(machinePip), 'pipward.exe'));
  const { profiles: wanted, blocked } =
    machinePip === null || isPipward
      ? { profiles: [], blocked: [] }
      : chooseWindowsProfiles(context, helper.facts, prefix, { isProgram, isFolder });
  const profiles = wanted.map((each) => planProfile(each.path, each.block, previous?.profiles ?? []));
  const records = profiles.flatMap(({ outcome }) =>
    outcome.kind === 'edit' || outcome.kind === 'keep' ? [outcome.record] : [],
  );
  const kept = (previous?.profiles ?? []).filter((old) => !records.some((record) => record.path === old.path));
  const folders = [prefix, ...records.map((record) => path.dirname(record.path))];
  return {
    prefix,
    scope,
    shims,
    previous,
    pending: listPending(prefix, files),
    obsolete: (previous?.files ?? []).filter((file) => !names.includes(file)),
    user,
    machine,
    change,
    machinePip,
    isPipward,
    profiles,
    blocked,
    manifest: {
      schema: 1,
      version: context.version,
      prefix,
      files: names,
      profiles: [...kept, ...records],
      links: [],
      createdFolders: [
        ...new Set([...(previous?.createdFolders ?? []), ...folders.flatMap((folder) => listMissingFolders(folder))]),
      ],
      ...rememberPath(previous, own, modifyPath, isOurs),
    },
  };
}

/** Recognizes entries of PATH that lead to this folder. */
export function recognize(shims: string, env: AdminContext['env']): (entry: string) => boolean {
  return (entry) => isSameWindowsFolder(expandVariables(entry, env), shims);
}

export function hasWindowsChanges({ prefix, pending, obsolete, profiles, change, manifest }: WindowsPlan): boolean {
  return (
    pending.length > 0 ||
    obsolete.length > 0 ||
    change?.kind === 'changed' ||
    profiles.some(({ outcome }) => outcome.kind === 'edit') ||
    !isSameFile(path.join(prefix, MANIFEST), renderManifest(manifest))
  );
}

/** What unsetup restores. The value of an earlier setup counts as long as its entry is still in PATH. */
export function rememberPath(
  previous: Manifest | null,
  now: RawValue,
  modifyPath: boolean,
  isOurs: (entry: string) => boolean,
): { readonly pathBefore?: string } {
  const isThere = listFolders(readText(now)).some((entry) => isOurs(entry));
  const known = previous?.pathBefore;
  if (known !== undefined && (isThere || !modifyPath)) return { pathBefore: known };
  return modifyPath ? { pathBefore: renderValue(now) } : {};
}

export function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Whether shells start it. An app execution alias (%LocalAppData%\Microsoft\WindowsApps) can be read as a link, and not be looked at. */
export function isProgram(file: string): boolean {
  if (isFile(file)) return true;
  try {
    return /\\WindowsApps\\/i.test(readlinkSync(file));
  } catch {
    return false;
  }
}

export function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isSameFile(file: string, entry: TreeEntry): boolean {
  return entry.kind === 'file' && isFile(file) && readFileSync(file).equals(entry.bytes);
}

function refuseLongPath(
  change: PathChange | null,
  scope: PathScope,
  values: Readonly<Record<PathScope, RawValue>>,
  env: AdminContext['env'],
): void {
  if (change?.kind === 'too-long') throw new Error(describeLongPath(change.length));
  if (change?.kind !== 'changed') return;
  const next = { ...values, [scope]: change.value };
  const session = renderSessionPath(next.machine, next.user, env);
  if (session.length + 1 > MAX_VARIABLE) throw new Error(describeLongPath(session.length));
}

export function describeLongPath(length: number): string {
  return (
    `with pipward's folder, PATH would have ${length} characters, and Windows allows ${MAX_VARIABLE - 1}: programs would ` +
    'start with a part of it, or with none. Nothing was changed: take out entries that you do not need, then run this again'
  );
}
