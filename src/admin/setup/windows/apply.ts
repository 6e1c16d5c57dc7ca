import path from 'node:path';
import { writeProfile } from '../files/startup-file.ts';
import type { AdminContext } from '../../command.ts';
import { makeFolders } from '../files/installation.ts';
import { backupsOf, withLock, type ProfileFailure } from '../plan/apply-plan.ts';
import { MANIFEST, renderManifest, type Manifest } from '../plan/manifest.ts';
import { clearAside, clearRemoved, removeFiles, writeFiles, writeText } from './files.ts';
import { describePathOf, type WindowsHelper } from './helper.ts';
import { putFirst } from './path-value.ts';
import { refuseUnsafePlace } from './places.ts';
import { describeLongPath, recognize, rememberPath, type WindowsPlan } from './plan.ts';

/** Another program may change PATH while we do; after this many times it is said. */
const MAX_ATTEMPTS = 5;

export type Applied = {
  readonly failures: readonly ProfileFailure[];
  /** Whether running programs were told of the new PATH; null if it did not change. */
  readonly announced: boolean | null;
  /** Programs that ran while they were replaced: a later setup deletes them. */
  readonly running: readonly string[];
};

/** Installs. The manifest is written before anything that it lists, so that an interrupted setup can be repeated or undone. */
export function applyWindowsPlan(plan: WindowsPlan, context: AdminContext, helper: WindowsHelper): Applied {
  const { prefix, previous, manifest } = plan;
  makeFolders(prefix);
  refuseUnsafePlace(plan, helper);
  return withLock(prefix, previous, () => {
    clearAside(prefix);
    clearRemoved(prefix);
    const files = [...new Set([...manifest.files, ...(previous?.files ?? [])])].toSorted();
    writeManifest(prefix, { ...manifest, files });
    writeFiles(prefix, plan.pending);
    removeFiles(prefix, plan.obsolete);
    const changed = changePath(plan, context, helper);
    const kept = { ...manifest, ...changed.remembered };
    writeManifest(prefix, kept);
    const failures = plan.profiles.flatMap(({ path: file, before, outcome }) => {
      if (outcome.kind !== 'edit') return [];
      const written = writeProfile(file, before, outcome.bytes, backupsOf(prefix));
      return written.kind === 'unusable' ? [{ path: file, obstacle: written.obstacle }] : [];
    });
    if (failures.length > 0) {
      const failed = (file: string) => failures.some((failure) => failure.path === file);
      writeManifest(prefix, { ...kept, profiles: kept.profiles.filter((record) => !failed(record.path)) });
    }
    return {
      failures,
      announced: changed.isWritten ? helper.announce() : null,
      running: clearAside(prefix),
    };
  });
}

/** Writes PATH; if another program did so meanwhile, its value is the one that the shims are put into. */
function changePath(
  { prefix, scope, shims, change, previous, manifest }: WindowsPlan,
  { env }: AdminContext,
  helper: WindowsHelper,
) {
  if (change === null) return { isWritten: false, remembered: {} };
  const isOurs = recognize(shims, env);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const now = helper.readPath(scope);
    const made = putFirst(now, shims, isOurs);
    const remembered = rememberPath(previous, now, true, isOurs);
    if (made.kind === 'unchanged') return { isWritten: false, remembered };
    if (made.kind === 'too-long') throw new Error(describeLongPath(made.length));
    // What is recorded and was not written does no harm at the removal; the reverse would.
    writeManifest(prefix, { ...manifest, ...remembered });
    if (helper.writePath(scope, now, made.value)) return { isWritten: true, remembered };
  }
  throw new Error(`another program keeps changing ${describePathOf(scope)}: run this again`);
}

function writeManifest(prefix: string, manifest: Manifest): void {
  const entry = renderManifest(manifest);
  if (entry.kind === 'file') writeText(prefix, path.basename(MANIFEST), entry.bytes);
}
