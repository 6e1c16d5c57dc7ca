import path from 'node:path';
import { writeProfile } from '../files/startup-file.ts';
import type { AdminContext } from '../../command.ts';
import { makeFolders } from '../files/installation.ts';
import { backupsOf, withLock, type ProfileFailure } from '../plan/apply-plan.ts';
import { MANIFEST, renderManifest, type Manifest } from '../plan/manifest.ts';
import { clearAside, removeFiles, writeFiles, writeText } from './files.ts';
import type { WindowsHelper } from './helper.ts';
import { putFirst } from './path-value.ts';
import { refuseUnsafePrefix } from './places.ts';
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
  refuseUnsafePrefix(prefix, helper);
  return withLock(prefix, previous, () => {
    clearAside(prefix);
    const files = [...new Set([...manifest.files, ...(previous?.files ?? [])])].toSorted();
    writeManifest(prefix, { ...manifest, files });
    writeFiles(prefix, plan.pending);
    removeFiles(prefix, plan.obsolete);
    const userPath = changePath(plan, context, helper);
    const kept = { ...manifest, ...userPath.remembered };
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
      announced: userPath.isWritten ? helper.announce() : null,
      running: clearAside(prefix),
    };
  });
}

/** Writes the user's PATH; if another program did so meanwhile, its value is the one that the shims are put into. */
function changePath(
  { prefix, shims, change, previous, manifest }: WindowsPlan,
  { env }: AdminContext,
  helper: WindowsHelper,
) {
  if (change === null) return { isWritten: false, remembered: {} };
  const isOurs = recognize(shims, env);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const user = helper.readPath('user');
    const made = putFirst(user, shims, isOurs);
    const remembered = rememberPath(previous, user, true, isOurs);
    if (made.kind === 'unchanged') return { isWritten: false, remembered };
    if (made.kind === 'too-long') throw new Error(describeLongPath(made.length));
    // What is recorded and was not written does no harm at the removal; the reverse would.
    writeManifest(prefix, { ...manifest, ...remembered });
    if (helper.writePath('user', user, made.value)) return { isWritten: true, remembered };
  }
  throw new Error("another program keeps changing the user's PATH: run this again");
}

function writeManifest(prefix: string, manifest: Manifest): void {
  const entry = renderManifest(manifest);
  if (entry.kind === 'file') writeText(prefix, path.basename(MANIFEST), entry.bytes);
}
