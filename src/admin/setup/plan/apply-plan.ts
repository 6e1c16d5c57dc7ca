import path from 'node:path';
import { deleteProfile, writeProfile, type ProfileObstacle } from '../files/startup-file.ts';
import {
  hasEntry,
  makeFolders,
  removeEmptyFolders,
  removeEntries,
  removeFolder,
  removeStaging,
  writeEntries,
} from '../files/installation.ts';
import { lockSetup } from '../files/lock.ts';
import type { LinkRecord } from '../links/plan-links.ts';
import type { InstallPlan } from './install-plan.ts';
import { makeLinks, removeLinks } from '../links/change-links.ts';
import { MANIFEST, readManifest, renderManifest, type Manifest } from './manifest.ts';
import type { RemovalPlan } from './removal-plan.ts';
import { requireOwnInstallation } from '../scope.ts';

/** A startup file that could not be written after all. */
export type ProfileFailure = { readonly path: string; readonly obstacle: ProfileObstacle };

/** Installs. The manifest is written before the files that it lists, so that an interrupted setup can be repeated or undone. */
export function applyInstallPlan(plan: InstallPlan): readonly ProfileFailure[] {
  const { prefix, manifest, previous, links } = plan;
  makeFolders(prefix);
  requireOwnInstallation(prefix, manifest.files);
  return withLock(prefix, previous, () => {
    removeStaging(prefix);
    const files = [...new Set([...manifest.files, ...(previous?.files ?? [])])].toSorted();
    if (plan.pending.length > 0 || plan.obsolete.length > 0 || previous === null) {
      writeManifest(prefix, { ...manifest, files, links: joinLinks(manifest, previous) });
    }
    writeEntries(prefix, plan.pending);
    removeLinks(links.obsolete);
    removeEntries(prefix, plan.obsolete);
    // Recorded before the edit: a removal skips a block that is missing, and would miss one that is not recorded.
    writeManifest(prefix, manifest);
    const failures = plan.profiles.flatMap(({ path: file, before, outcome }) => {
      if (outcome.kind !== 'edit') return [];
      const written = writeProfile(file, before, outcome.bytes, backupsOf(prefix));
      return written.kind === 'unusable' ? [{ path: file, obstacle: written.obstacle }] : [];
    });
    const taken = makeLinks(links.pending, previous?.links ?? []);
    const failed = (file: string) => failures.some((failure) => failure.path === file);
    const old = previous?.profiles ?? [];
    writeManifest(prefix, {
      ...manifest,
      profiles: manifest.profiles.flatMap((record) =>
        failed(record.path) ? old.filter((known) => known.path === record.path) : [record],
      ),
    });
    return [...failures, ...taken.map((file) => ({ path: file, obstacle: 'changed-meanwhile' as const }))];
  });
}

/** Takes our block out of each startup file. Returns those that could not be written. */
export function restoreProfiles(prefix: string, profiles: RemovalPlan['profiles']): readonly ProfileFailure[] {
  return profiles.flatMap(({ record, outcome, before }) => {
    const written =
      outcome.kind === 'edit'
        ? writeProfile(record.path, before, outcome.bytes, backupsOf(prefix))
        : outcome.kind === 'delete'
          ? deleteProfile(record.path, before)
          : { kind: 'written' as const };
    return written.kind === 'unusable' ? [{ path: record.path, obstacle: written.obstacle }] : [];
  });
}

/** Removes what setup wrote; what others changed since stays. */
export function applyRemovalPlan({ prefix, manifest, profiles }: RemovalPlan): readonly ProfileFailure[] {
  const failures = withLock(prefix, manifest, () => {
    removeLinks(manifest.links);
    const failed = restoreProfiles(prefix, profiles);
    removeStaging(prefix);
    removeFolder(backupsOf(prefix));
    removeEntries(prefix, [...manifest.files, MANIFEST]);
    return failed;
  });
  removeEmptyFolders(manifest.createdFolders);
  return failures;
}

/** Old and new links, so that an interrupted setup leaves none that no manifest lists. */
function joinLinks(manifest: Manifest, previous: Manifest | null): readonly LinkRecord[] {
  const isNew = (old: LinkRecord) => !manifest.links.some((link) => link.path === old.path);
  return [...manifest.links, ...(previous?.links ?? []).filter((old) => isNew(old))];
}

function writeManifest(prefix: string, manifest: Manifest): void {
  const entry = renderManifest(manifest);
  if (!hasEntry(prefix, entry)) writeEntries(prefix, [entry]);
}

/** Runs `work` with a lock on this installation; throws if another process holds it, or changed it since `expected` was read. */
export function withLock<T>(prefix: string, expected: Manifest | null, work: () => T): T {
  requireOwnInstallation(prefix, expected?.files ?? []);
  const unlock = lockSetup(prefix);
  if (typeof unlock !== 'function') {
    throw new Error(`another setup is at work (process ${unlock.heldBy}); if that is not so, delete ${unlock.file}`);
  }
  try {
    if (JSON.stringify(readManifest(prefix)) !== JSON.stringify(expected)) {
      throw new Error('another setup changed the installation meanwhile: start again');
    }
    return work();
  } finally {
    unlock();
  }
}

/** Where copies of startup files are kept. */
export function backupsOf(prefix: string): string {
  return path.join(prefix, 'backup');
}
