import { buildFailed } from './build/build-failed.ts';
import { findBuildFailure } from './cause/build-failure.ts';
import type { EndedRun } from './cause/ended-run.ts';
import {
  findDependencyConflict,
  findNetworkFailure,
  findNoMatch,
  findRequiresPython,
  findResolutionImpossible,
  findSslModuleMissing,
} from './cause/index-failure.ts';
import {
  findPermissionDenied,
  findRunningAsRoot,
  findScriptNotOnPath,
  findUserInstallFallback,
} from './cause/install-location.ts';
import { dependencyConflict } from './index/dependency-conflicts.ts';
import { resolutionImpossible } from './index/resolution-impossible.ts';
import { network } from './network/network.ts';
import { noMatchingDistribution } from './index/no-matching-distribution.ts';
import { requiresPython } from './index/requires-python.ts';
import { sslModuleMissing } from './network/ssl-module-missing.ts';
import { externallyManaged, findExternallyManaged } from './install-location/externally-managed.ts';
import { permissionDenied } from './install-location/permission-denied.ts';
import {
  findPipVenvRequired,
  findUserInstallInVenv,
  pipVenvRequired,
  userInstallInVenv,
} from './install-location/pip-settings.ts';
import { runningAsRoot } from './install-location/running-as-root.ts';
import { scriptNotOnPath } from './install-location/script-not-on-path.ts';
import { userInstallFallback } from './install-location/user-install-fallback.ts';
import {
  findFileInUse,
  findLauncherBroken,
  findLeftoverFolders,
  findPathTooLong,
  findPipReplacesItself,
  findStoreAlias,
} from './cause/windows-failure.ts';
import { fileInUse } from './windows/file-in-use.ts';
import { launcherBroken } from './windows/launcher-broken.ts';
import { leftoverFolders } from './windows/leftover-folders.ts';
import { pathTooLong } from './windows/path-too-long.ts';
import { pipReplacesItself } from './windows/pip-replaces-itself.ts';
import { storeAlias } from './windows/store-alias.ts';
import { policyUnreadable } from './policy/unreadable.ts';
import {
  breakSystemPackagesForbidden,
  pipTooOld,
  pipwardTooOld,
  projectEnvironmentRequired,
  pythonNotAllowed,
  rootForbidden,
  userInstallForbidden,
  venvRequired,
} from './policy/verdict.ts';
import { directoryDeleted, findDirectoryDeleted } from './startup/directory-deleted.ts';
import { callLoop } from './startup/call-loop.ts';
import { interpreterNotFound, interpreterNotRunnable } from './startup/interpreter-errors.ts';
import { findNoPipModule, noPipModule } from './startup/no-pip-module.ts';

/** Every diagnostic, the ones that users meet most often first: `pipward explain` lists them in this order. */
export const DIAGNOSTICS = [
  userInstallFallback,
  externallyManaged,
  scriptNotOnPath,
  permissionDenied,
  runningAsRoot,
  userInstallInVenv,
  pipVenvRequired,
  noMatchingDistribution,
  requiresPython,
  network,
  sslModuleMissing,
  dependencyConflict,
  resolutionImpossible,
  buildFailed,
  fileInUse,
  pathTooLong,
  pipReplacesItself,
  launcherBroken,
  storeAlias,
  leftoverFolders,
  venvRequired,
  projectEnvironmentRequired,
  userInstallForbidden,
  breakSystemPackagesForbidden,
  rootForbidden,
  pythonNotAllowed,
  pipTooOld,
  pipwardTooOld,
  noPipModule,
  interpreterNotFound,
  interpreterNotRunnable,
  directoryDeleted,
  policyUnreadable,
  callLoop,
] as const;

/** What `pipward explain` has a page about: each diagnostic, and a failure of pipward, which is told in plain lines. */
export const PAGES: readonly { readonly code: string; readonly title: string }[] = [
  ...DIAGNOSTICS,
  { code: 'internal-error', title: 'pipward itself failed' },
];

/**
 * What finds its evidence in pip's output, nearest to the cause first: of several that apply, the first is told. A build
 * may name another cause than itself (the network, a folder). Packages that do not fit together come before packages in the
 * wrong location.
 */
const FINDERS = [
  findLauncherBroken,
  findStoreAlias,
  findNoPipModule,
  findExternallyManaged,
  findPipVenvRequired,
  findUserInstallInVenv,
  findPipReplacesItself,
  findPathTooLong,
  findFileInUse,
  findPermissionDenied,
  findDirectoryDeleted,
  findBuildFailure,
  findSslModuleMissing,
  findNetworkFailure,
  findRequiresPython,
  findResolutionImpossible,
  findNoMatch,
  findDependencyConflict,
  findUserInstallFallback,
  findScriptNotOnPath,
  findRunningAsRoot,
  findLeftoverFolders,
] as const;

type FindingOf<Definition> = Definition extends { describe(finding: infer F, ...rest: never[]): unknown } ? F : never;

/** What was found, as data: one type for each diagnostic, told apart by `code`. */
export type Finding = FindingOf<(typeof DIAGNOSTICS)[number]>;
export type DiagnosticCode = Finding['code'];

/** Returns the one finding that is nearest to the cause, from what pip printed; null if there is nothing to say. */
export function findByOutput(run: EndedRun): Finding | null {
  for (const find of FINDERS) {
    const found = find(run);
    if (found !== null) return found;
  }
  return null;
}
