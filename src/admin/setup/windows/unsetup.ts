import { existsSync } from 'node:fs';
import path from 'node:path';
import { clearState } from '../../../host/files/state-folder.ts';
import { describeStateObstacle } from '../../../messages/trust-messages.ts';
import { findStateFolder } from '../../../util/state-location.ts';
import { askYes, isInteractive } from '../../confirm.ts';
import type { AdminContext, CommandArguments } from '../../command.ts';
import { complain, say } from '../../output.ts';
import { isPolicyApplied } from '../../policy/pip-conf/record.ts';
import { removeEmptyFolders } from '../files/installation.ts';
import { backupsOf, restoreProfiles, withLock } from '../plan/apply-plan.ts';
import { MANIFEST, readManifest, type Manifest } from '../plan/manifest.ts';
import { planRemoval, type ProfileRemoval } from '../plan/removal-plan.ts';
import {
  describeObstacle,
  describeRemembered,
  renderRemovalDiff,
  renderRemovalTrouble,
  renderRows,
} from '../plan/render-plan.ts';
import { requireElevated } from './all-users.ts';
import { clearAside, moveRunning, removeFiles, tryToDelete } from './files.ts';
import { describePathOf, openHelper, type WindowsHelper } from './helper.ts';
import { isSameValue, parseValue, takeOut, type RawValue } from './path-value.ts';
import { chooseWindowsPlace, refuseUnsafePlace, type WindowsPlace } from './places.ts';
import { recognize } from './plan.ts';
import { describeKey } from './render.ts';
import { refuseOptions } from './setup.ts';

const MAX_ATTEMPTS = 5;

type Removal = WindowsPlace & {
  readonly shims: string;
  readonly manifest: Manifest;
  readonly profiles: readonly ProfileRemoval[];
  readonly home: string | null;
  /** The folder of what pipward remembers. */
  readonly state: string | null;
};

/** `pipward unsetup` on Windows; returns the exit status. */
export async function unsetupWindows(context: AdminContext, given: CommandArguments): Promise<number> {
  refuseOptions(given);
  const helper = openHelper(context.programDirectory);
  const place = chooseWindowsPlace(context, helper, given);
  const { prefix, scope } = place;
  const manifest = existsSync(prefix) ? readManifest(prefix) : null;
  if (manifest === null)
    throw new Error(`pipward is not installed in ${prefix}; if it is elsewhere, say where with --prefix`);
  if (scope === 'machine' && !given.flag('dry-run')) requireElevated(helper);
  refuseUnsafePlace(place, helper);
  const profiles = manifest.profiles.map((record) => planRemoval(record));
  const home = helper.facts.knownFolder('Profile') ?? context.env['USERPROFILE'] ?? null;
  const state = findStateFolder({ env: context.env, home, platform: context.platform });
  const removal = { ...place, shims: path.join(prefix, 'shims'), manifest, profiles, home, state };
  const now = helper.readPath(scope);
  const isOnPath = !isSameValue(now, withoutShims(removal, now, context));
  if (given.flag('dry-run')) {
    say(
      [
        ...(isOnPath ? [`PATH    ${removal.shims} goes from ${describeKey(scope)}\\Path`] : []),
        ...[...manifest.files, MANIFEST].map((file) => `delete  ${path.join(prefix, file)}`),
        ...(state !== null && existsSync(state) ? [`delete  ${state}: ${describeRemembered(state)}`] : []),
        ...profiles.flatMap((each) => [...renderRemovalDiff(each), ...renderRemovalTrouble(each, '')]),
        '',
        'dry run: nothing was changed',
      ].join('\n'),
    );
    return 0;
  }
  say(renderSummary(removal, isOnPath));
  const owner = scope === 'user' ? 'user' : 'system';
  if (isPolicyApplied(owner, { env: context.env, home, platform: 'win32', windows: helper.facts })) {
    say(
      `\npip.ini keeps what \`policy apply\` wrote; to take it out, run this first: pipward policy revert --${owner}`,
    );
  }
  if (!given.flag('yes') && isInteractive() && !(await askYes('\nGo on?'))) {
    say('nothing was changed');
    return 1;
  }
  return carryOut(removal, context, helper);
}

function carryOut(removal: Removal, context: AdminContext, helper: WindowsHelper): number {
  const { prefix, manifest, profiles, home, state } = removal;
  const done = withLock(prefix, manifest, () => {
    const isChanged = restorePath(removal, context, helper);
    if (isChanged) helper.announce();
    const failed = restoreProfiles(prefix, profiles).map(
      ({ path: file, obstacle }) => `${file} was not changed: ${describeObstacle(obstacle)}`,
    );
    tryToDelete(backupsOf(prefix));
    removeFiles(prefix, [...manifest.files, MANIFEST]);
    return { failed, kept: moveRunning(prefix, clearAside(prefix)) };
  });
  clearAside(prefix);
  const folders = new Set(manifest.files.flatMap((file) => parentsOf(file)));
  removeEmptyFolders([...[...folders].map((folder) => path.join(prefix, folder)), ...manifest.createdFolders]);
  const remembered = state === null || home === null ? null : clearState(state, home);
  removeEmptyFolders(manifest.createdFolders);
  const trouble = [...done.failed, ...profiles.flatMap((each) => renderRemovalTrouble(each, ''))];
  for (const line of trouble) complain(line);
  if (remembered !== null)
    say(`${state}, where messages and trust are remembered, stays: ${describeStateObstacle(remembered)}`);
  if (existsSync(prefix) && manifest.createdFolders.includes(prefix))
    say(`${prefix} stays, since other files are in it`);
  if (done.kept.length > 0) {
    say(
      `\nWhat is running cannot be deleted. It was moved to ${path.dirname(done.kept[0] ?? '')}: delete that folder later, or leave it to the next \`pipward setup\`.`,
    );
  }
  say('\nDone. Terminals that are open keep their PATH until they are started again.');
  return trouble.length === 0 ? 0 : 1;
}

/** Returns whether PATH was changed. Throws, before anything is deleted, if other programs keep changing it. */
function restorePath(removal: Removal, context: AdminContext, helper: WindowsHelper): boolean {
  const { scope } = removal;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const now = helper.readPath(scope);
    const made = withoutShims(removal, now, context);
    if (isSameValue(now, made)) return false;
    if (helper.writePath(scope, now, made)) return true;
  }
  throw new Error(`another program keeps changing ${describePathOf(scope)}: run this again. Nothing was deleted`);
}

function withoutShims({ shims, manifest }: Removal, now: RawValue, { env }: AdminContext): RawValue {
  const before = parseValue(manifest.pathBefore ?? '');
  // Without a record, an entry that the user made may be all that there is: an empty value stays.
  return takeOut(
    now,
    shims,
    recognize(shims, env),
    before === undefined ? { type: 2, bytes: Buffer.alloc(0) } : before,
  );
}

function renderSummary({ prefix, scope, shims, manifest, profiles, state }: Removal, isOnPath: boolean): string {
  const rows: (readonly [string, string])[] = [
    ...(isOnPath ? [['PATH', `${shims} goes from the ${scope}'s part; the rest stays as it is`] as const] : []),
    ['delete', `${prefix} (${manifest.files.length} files)`],
    ...(state !== null && existsSync(state) ? [['delete', `${state}: ${describeRemembered(state)}`] as const] : []),
    ...profiles.flatMap(({ record, outcome }): (readonly [string, string])[] => {
      if (outcome.kind === 'edit') return [['edit', `${record.path}: the marked block goes, the rest stays`]];
      return outcome.kind === 'delete' ? [['delete', `${record.path}: nothing but the marked block is in it`]] : [];
    }),
  ];
  return [
    `pipward ${manifest.version} will be removed for ${scope === 'user' ? 'this user' : 'all users of this machine'}:`,
    '',
    ...renderRows(rows),
  ].join('\n');
}

function parentsOf(file: string): readonly string[] {
  const parent = path.posix.dirname(file);
  return parent === '.' ? [] : [parent, ...parentsOf(parent)];
}
