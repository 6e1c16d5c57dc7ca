import { existsSync } from 'node:fs';
import { readProfile, type Profile, type ProfileObstacle } from '../files/startup-file.ts';
import type { AdminContext } from '../../command.ts';
import { readManifest, type Manifest, type ProfileRecord } from './manifest.ts';
import { choosePrefix, findHome } from '../locations.ts';
import { removeBlock } from '../startup-files/marked-block.ts';

/** What becomes of one start file. */
export type ProfileRemoval = {
  readonly record: ProfileRecord;
  readonly before: Profile;
  readonly outcome:
    | { readonly kind: 'edit'; readonly bytes: Buffer }
    /** We created it, and nothing else is in it. */
    | { readonly kind: 'delete' }
    | { readonly kind: 'absent' | 'foreign' }
    | { readonly kind: 'leave'; readonly obstacle: ProfileObstacle }
    | { readonly kind: 'damaged'; readonly line: number };
};

export type RemovalPlan = {
  readonly prefix: string;
  readonly home: string;
  readonly manifest: Manifest;
  readonly profiles: readonly ProfileRemoval[];
};

/** Looks at what is installed; changes nothing. Throws when nothing is. */
export function makeRemovalPlan(context: AdminContext, given: string | null): RemovalPlan {
  const home = findHome(context.env);
  const prefix = choosePrefix(context, given, home);
  const manifest = existsSync(prefix) ? readManifest(prefix) : null;
  if (manifest === null) {
    const hint = given === null ? '; if it is elsewhere, say where with --prefix' : '';
    throw new Error(`pipward is not installed in ${prefix}${hint}`);
  }
  return { prefix, home, manifest, profiles: manifest.profiles.map((record) => planRemoval(record)) };
}

function planRemoval(record: ProfileRecord): ProfileRemoval {
  const before = readProfile(record.path);
  if (before.kind === 'missing') return { record, before, outcome: { kind: 'absent' } };
  if (before.kind === 'unusable') return { record, before, outcome: { kind: 'leave', obstacle: before.obstacle } };
  const removed = removeBlock(before.bytes, record.block);
  if (removed.kind !== 'changed') return { record, before, outcome: removed };
  // A link was made by somebody else since: it stays, with an empty file behind it.
  const ours = !record.existed && removed.bytes.length === 0 && !before.linked;
  return { record, before, outcome: ours ? { kind: 'delete' } : { kind: 'edit', bytes: removed.bytes } };
}
