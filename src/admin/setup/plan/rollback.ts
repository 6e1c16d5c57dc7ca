import { readEntries, restoreEntries, type TreeSnapshot } from '../files/snapshot.ts';
import { deleteProfile, readProfile, writeProfile } from '../files/startup-file.ts';
import { removeEmptyFolders, removeFolder } from '../files/installation.ts';
import { makeLinks, removeLinks } from '../links/change-links.ts';
import { backupsOf, withLock, type ProfileFailure } from './apply-plan.ts';
import type { InstallPlan } from './install-plan.ts';
import { MANIFEST, readManifest } from './manifest.ts';

/** The installation as it is before a plan is carried out; the startup files are in the plan itself. */
export function rememberTree({ prefix, pending, obsolete }: InstallPlan): TreeSnapshot {
  return readEntries(prefix, [...pending.map((entry) => entry.path), ...obsolete, MANIFEST]);
}

/** Undoes a plan that was carried out. Returns the startup files that changed in the meantime; those are left alone. */
export function rollBack(plan: InstallPlan, tree: TreeSnapshot): readonly ProfileFailure[] {
  const { prefix, previous, manifest } = plan;
  const failures = withLock(prefix, readManifest(prefix), () => {
    removeLinks(plan.links.pending);
    const failed = plan.profiles.flatMap(({ path: file, before, outcome }): readonly ProfileFailure[] => {
      if (outcome.kind !== 'edit') return [];
      const now = readProfile(file);
      if (now.kind !== 'file' || !now.bytes.equals(outcome.bytes)) return [];
      const undone =
        before.kind === 'file' ? writeProfile(file, now, before.bytes, backupsOf(prefix)) : deleteProfile(file, now);
      return undone.kind === 'unusable' ? [{ path: file, obstacle: undone.obstacle }] : [];
    });
    if (previous === null) removeFolder(backupsOf(prefix));
    restoreEntries(prefix, tree);
    makeLinks(plan.links.obsolete, []);
    return failed;
  });
  const known = previous?.createdFolders ?? [];
  removeEmptyFolders(manifest.createdFolders.filter((folder) => !known.includes(folder)));
  return failures;
}
