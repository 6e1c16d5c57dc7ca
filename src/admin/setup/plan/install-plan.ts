import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { makeCompileCaches } from '../files/compile-cache.ts';
import { hasEntry, listFiles, listInstalled, listMissingFolders, type TreeEntry } from '../files/installation.ts';
import type { AdminContext } from '../../command.ts';
import { ENV_FILES } from '../startup-files/env-scripts.ts';
import { HOOK_FILES } from '../startup-files/prompt-hooks.ts';
import { listLeading, readManifest, renderManifest, type Manifest } from './manifest.ts';
import { findExposedInside, findExposure } from '../../../host/files/ownership.ts';
import { planLinks, type LinkChoice, type LinkPlan } from '../links/plan-links.ts';
import { findBundledNode, findHome, findProgramRoot, isPackaged, SYSTEM_PREFIX } from '../locations.ts';
import { planProfiles, type ProfilePlan } from '../startup-files/plan.ts';
import type { ProfileTarget } from '../startup-files/targets.ts';
import { findPythonNames } from '../python-names.ts';

/** All that setup would do, before it does anything. */
export type InstallPlan = {
  readonly prefix: string;
  readonly home: string;
  readonly previous: Manifest | null;
  /** Files that are not there yet, or differ; in the order in which they are put in place. */
  readonly pending: readonly TreeEntry[];
  /** Files of an older version that this one does not have. */
  readonly obsolete: readonly string[];
  readonly profiles: readonly ProfilePlan[];
  readonly links: LinkPlan;
  readonly manifest: Manifest;
};

/**
 * Looks at the disk and at the environment; changes nothing. Throws when the installation cannot be there.
 * `inEnvironments`: whether prompts keep the shims in front inside environments; null if the previous choice stays.
 */
export function makeInstallPlan(
  context: AdminContext,
  prefix: string,
  targets: readonly ProfileTarget[],
  linkChoice: LinkChoice,
  inEnvironments: boolean | null = null,
): InstallPlan {
  const home = findHome(context.env);
  const previous = readManifest(prefix);
  if (previous === null && (listInstalled(prefix) ?? []).length > 0) {
    throw new Error(`${prefix} has other files in it: choose a folder that is empty or not there yet`);
  }
  const hooked = inEnvironments ?? previous?.inEnvironments ?? false;
  const entries = listEntries(context, prefix, home, hooked);
  const known = previous?.profiles ?? [];
  const profiles = planProfiles(targets, prefix, known);
  const files = entries.map((entry) => entry.path).toSorted();
  const names = files.filter((file) => file.startsWith('shims/')).map((file) => path.basename(file));
  const links = planLinks(prefix, names, previous?.links ?? [], linkChoice);
  const records = profiles.flatMap(({ outcome }) =>
    outcome.kind === 'edit' || outcome.kind === 'keep' ? [outcome.record] : [],
  );
  const kept = known.filter((old) => !records.some((record) => record.path === old.path));
  const all = { prefix, profiles: [...kept, ...records], links: links.records };
  const folders = [prefix, ...[...records, ...links.records].map((record) => path.dirname(record.path))];
  return {
    prefix,
    home,
    previous,
    pending: entries.filter((entry) => !hasEntry(prefix, entry)),
    obsolete: (previous?.files ?? []).filter((file) => !files.includes(file)),
    profiles,
    links,
    manifest: {
      schema: 1,
      version: context.version,
      prefix,
      files,
      profiles: all.profiles,
      links: links.records,
      createdFolders: [
        ...new Set([
          ...listLeading(previous?.createdFolders ?? [], all),
          ...folders.flatMap((folder) => listMissingFolders(folder)),
        ]),
      ],
      ...(hooked ? { inEnvironments: true } : {}),
    },
  };
}

/** Whether carrying out the plan would change anything. */
export function hasChanges({ prefix, pending, obsolete, profiles, links, manifest }: InstallPlan): boolean {
  return (
    pending.length > 0 ||
    obsolete.length > 0 ||
    links.pending.length + links.obsolete.length + links.foreign.length > 0 ||
    profiles.some(({ outcome }) => outcome.kind === 'edit') ||
    !hasEntry(prefix, renderManifest(manifest))
  );
}

/** In the order in which they can be replaced while calls run: what is called comes after what it calls. */
function listEntries(
  context: AdminContext,
  prefix: string,
  home: string,
  inEnvironments: boolean,
): readonly TreeEntry[] {
  const root = findProgramRoot(context);
  const isLinked = prefix === SYSTEM_PREFIX && isRootsPackage(root);
  const copy = (file: string, mode: number): TreeEntry => {
    const shipped = path.join(root, file);
    const bytes = readShipped(shipped);
    return isLinked ? { kind: 'link', path: file, target: shipped } : { kind: 'file', path: file, bytes, mode };
  };
  const text = (file: string, content: string): TreeEntry => ({
    kind: 'file',
    path: file,
    bytes: Buffer.from(content),
    mode: 0o644,
  });
  // Programs that only root has on PATH or in its pyenv are not for other users.
  const pythons = prefix === SYSTEM_PREFIX ? findPythonNames({}, '/nonexistent') : findPythonNames(context.env, home);
  // A program that is linked finds what else it needs beside the file that it really is.
  const isNeeded = ({ path: file }: TreeEntry) =>
    !isLinked || !file.startsWith('dist/') || ['dist/shim.cjs', 'dist/admin.cjs'].includes(file);
  const names = ['pip3', ...pythons.map((name) => name.replace('python', 'pip'))];
  const entries: readonly TreeEntry[] = [
    planNode(context, root),
    ...listFiles(path.join(root, 'dist/diagnostics')).map((file) => copy(`dist/diagnostics/${file}`, 0o644)),
    copy('dist/licences.txt', 0o644),
    copy('dist/policy.schema.json', 0o644),
    ...findShippedNativeParts(root).map((file) => copy(file, 0o755)),
    ...(isLinked ? [] : listCompileCaches(context, root, prefix)),
    ...[
      'dist/warm-up.cjs',
      'dist/reporter.cjs',
      'dist/watch.cjs',
      'dist/recorder.cjs',
      'dist/call.cjs',
      'dist/shim.cjs',
      'dist/admin.cjs',
    ].map((file) => copy(file, 0o644)),
    ...(inEnvironments ? HOOK_FILES : []).map(([file, render]) => text(file, render(prefix))),
    ...Object.values(ENV_FILES).map(({ name, render }) => text(name, render(prefix, inEnvironments))),
    copy('bin/pipward', 0o755),
    // In the one folder that is on PATH, so that the `pipward explain` which advice prints is found.
    { kind: 'link', path: 'shims/pipward', target: '../bin/pipward' },
    copy('shims/pip', 0o755),
    ...names.map((name): TreeEntry => ({ kind: 'link', path: `shims/${name}`, target: 'pip' })),
  ];
  return entries.filter((entry) => isNeeded(entry));
}

/** Whether only root and the package manager can change what a link to this folder would start. */
function isRootsPackage(root: string): boolean {
  return isPackaged(root) && findExposure(root) === null && findExposedInside(root) === null;
}

/**
 * The Node that calls are run by. One that is shipped with us is copied: the folder of an unpacked archive may be deleted.
 * That of a system package stays where it is, since its updates are to reach everyone. Any other is linked to.
 */
function planNode({ node }: AdminContext, root: string): TreeEntry {
  const target = realpathSync.native(node);
  // Another Node runs this where the bundled one does not work.
  const isBundled = findBundledNode(root) === target && !isPackaged(root);
  return isBundled
    ? { kind: 'copy', path: 'node', source: target, mode: 0o755 }
    : { kind: 'link', path: 'node', target };
}

/** Made once for a build and a Node: V8 produces different bytes each time, and a second setup must change nothing. */
function listCompileCaches({ node }: AdminContext, root: string, prefix: string): readonly TreeEntry[] {
  return makeCompileCaches(realpathSync.native(node), path.join(root, 'dist/shim.cjs')).map((cache) => {
    const file = `dist/${cache.name}`;
    const installed = path.join(prefix, file);
    const bytes = existsSync(installed) ? readFileSync(installed) : cache.bytes;
    return { kind: 'file', path: file, bytes, mode: 0o644 };
  });
}

/** What reads along on a terminal: one file for each platform that was built for, or none. */
function findShippedNativeParts(root: string): readonly string[] {
  return listFiles(path.join(root, 'dist'))
    .filter((file) => /^pty-[\w-]+\.node$/.test(file))
    .map((file) => `dist/${file}`);
}

function readShipped(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${file} is missing: this copy of pipward is not complete; in a checkout, run \`npm run build\``, {
      cause,
    });
  }
}
