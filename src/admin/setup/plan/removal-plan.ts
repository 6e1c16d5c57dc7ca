import { existsSync } from 'node:fs';
import { readProfile, type Profile, type ProfileObstacle } from '../files/startup-file.ts';
import type { AdminContext } from '../../command.ts';
import { readManifest, type Manifest, type ProfileRecord } from './manifest.ts';
import { choosePrefix, findHome } from '../locations.ts';
import { findLeftovers, readStartupFile, type Leftover } from '../startup-files/find-leftovers.ts';
import { removeBlock } from '../startup-files/marked-block.ts';

/** What becomes of one startup file. */
export type ProfileRemoval = {
  readonly record: ProfileRecord;
  readonly before: Profile;
  readonly outcome:
    | { readonly kind: 'edit'; readonly bytes: Buffer }
    /** Setup created it, and nothing else is in it. */
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
  /** Lines of startup files that name the installation and were not written by setup. */
  readonly leftovers: readonly Leftover[];
};

/** Looks at what is installed; changes nothing. Throws if nothing is installed. */
export function makeRemovalPlan(context: AdminContext, given: string | null): RemovalPlan {
  const home = findHome(context.env);
  const prefix = choosePrefix(context, given, home);
  const manifest = existsSync(prefix) ? readManifest(prefix) : null;
  if (manifest === null) {
    const hint = given === null ? '; if it is elsewhere, say where with --prefix' : '';
    throw new Error(`pipward is not installed in ${prefix}${hint}`);
  }
  const leftovers = findLeftovers(context, home, prefix, manifest.profiles);
  return { prefix, home, manifest, profiles: manifest.profiles.map((record) => planRemoval(record)), leftovers };
}

/** What becomes of this startup file. */
export function planRemoval(record: ProfileRecord): ProfileRemoval {
  const before = readProfile(record.path);
  if (before.kind === 'missing') return { record, before, outcome: { kind: 'absent' } };
  const bytes = before.kind === 'file' ? before.bytes : readStartupFile(record.path);
  const removed = removeBlock(bytes, record.block);
  // What may not be changed, or not even be read, matters only where the block still is.
  if (before.kind === 'unusable' && (removed.kind === 'changed' || before.obstacle === 'unreadable')) {
    return { record, before, outcome: { kind: 'leave', obstacle: before.obstacle } };
  }
  if (removed.kind !== 'changed') return { record, before, outcome: removed };
  // Another program made a link since then: it stays, with an empty file behind it.
  const isOwn = !record.existed && removed.bytes.length === 0 && before.kind === 'file' && !before.linked;
  return { record, before, outcome: isOwn ? { kind: 'delete' } : { kind: 'edit', bytes: removed.bytes } };
}
