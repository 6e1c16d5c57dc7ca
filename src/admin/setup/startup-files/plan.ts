import { readProfile, type Profile, type ProfileObstacle } from '../files/startup-file.ts';
import { renderProfileBlock } from './env-scripts.ts';
import type { ProfileRecord } from '../plan/manifest.ts';
import { insertBlock } from './marked-block.ts';
import type { ProfileTarget } from './targets.ts';

/** A startup file that has our block, or will get it. */
export type ProfilePlan = {
  readonly path: string;
  readonly before: Profile;
  /** What a user adds by hand where we may not. */
  readonly lineToAdd: string;
  readonly outcome:
    | { readonly kind: 'edit'; readonly bytes: Buffer; readonly record: ProfileRecord }
    | { readonly kind: 'keep'; readonly record: ProfileRecord }
    | { readonly kind: 'leave'; readonly obstacle: ProfileObstacle }
    | { readonly kind: 'damaged'; readonly line: number };
};

/** What is to be done to the startup files, so that each shell has the shims first on PATH. */
export function planProfiles(
  targets: readonly ProfileTarget[],
  prefix: string,
  records: readonly ProfileRecord[],
): readonly ProfilePlan[] {
  return targets.map((target) => planProfile(target.path, renderProfileBlock(prefix, target.language), records));
}

/** What is to be done so that this startup file has this block. */
export function planProfile(file: string, block: string, records: readonly ProfileRecord[]): ProfilePlan {
  const lineToAdd = block.split('\n')[2] ?? '';
  const before = readProfile(file);
  const plan = { path: file, before, lineToAdd };
  if (before.kind === 'unusable') return { ...plan, outcome: { kind: 'leave', obstacle: before.obstacle } };
  const bytes = before.kind === 'file' ? before.bytes : Buffer.alloc(0);
  if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2))) {
    return { ...plan, outcome: { kind: 'leave', obstacle: 'utf-16' } };
  }
  const record = records.find((known) => known.path === file);
  const inserted = insertBlock(bytes, block, record?.block);
  if (inserted.kind === 'damaged') return { ...plan, outcome: inserted };
  // A file that has lost our block belongs to the user, even if setup created it.
  const stillOurs = inserted.kind === 'unchanged' || inserted.replaces;
  const existed = before.kind === 'file' && !(stillOurs && record?.existed === false);
  const next: ProfileRecord = { path: file, existed, block: inserted.block };
  return inserted.kind === 'unchanged'
    ? { ...plan, outcome: { kind: 'keep', record: next } }
    : { ...plan, outcome: { kind: 'edit', bytes: inserted.bytes, record: next } };
}
