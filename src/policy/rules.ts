import type { Environment } from '../model/environment.ts';
import type { AcceptedKind, RuleSetting, PolicyCall, PolicyLayer, RuleName } from '../model/policy.ts';
import { isTooOld } from './own-version.ts';
import { compareVersions, parseSpecifier, parseVersion } from '../util/pep440.ts';

/** `unknown`: files do not tell. An enforced rule then refuses, and a rule that advises is silent. */
type Finding = 'kept' | 'broken' | 'unknown';

type Rule = (call: PolicyCall, layer: PolicyLayer, demand: RuleSetting) => Finding;

/** Whether a call keeps each rule, looked at by itself. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  'required-version': (_call, _layer, { value }) => (isTooOld(value) ? 'broken' : 'kept'),
  'require-virtual-environment': (call, { rules }) => judgeEnvironment(call, rules.accept),
  'project-environment-only': (call, layer) => {
    const found = judgeEnvironment(call, layer.rules.accept);
    if (found !== 'kept') return found;
    const project = layer.scope === 'project' ? folderOf(layer.file) : call.projectDirectory;
    return project !== null && call.environmentPath !== null && isBelow(call.environmentPath, project)
      ? 'kept'
      : 'broken';
  },
  'forbid-user-install': ({ command, place, target, user, hasUnknownSettings }) => {
    if (command.subcommand === 'uninstall') return 'kept';
    if (place.kind === 'user-site' || (place.kind === 'other-python' && place.isUserSite === true)) return 'broken';
    // Whether pip would fall back depends on a layout that we do not know.
    const isOpen = place.kind === 'environment' && user !== false;
    const isUnknown = isOpen && (target === null || target.kind === 'unknown');
    return isUnknown || hasUnknownSettings ? 'unknown' : 'kept';
  },
  // pip looks at the option only outside of virtual environments.
  'forbid-break-system-packages': ({ breakSystemPackages, target, hasUnknownSettings }) => {
    // They may also lead pip to another Python.
    if (hasUnknownSettings) return 'unknown';
    return breakSystemPackages && target?.kind !== 'virtual' ? 'broken' : 'kept';
  },
  'forbid-root': ({ isRoot }) => (isRoot ? 'broken' : 'kept'),
  'requires-python': ({ pythonVersion, hasUnknownSettings }, _, { value }) => {
    const isIn = parseSpecifier(value ?? '');
    if (isIn === null || pythonVersion === null || hasUnknownSettings) return 'unknown';
    const { major, minor, patch } = pythonVersion;
    // Files of a base Python often tell 3.12 alone: then every 3.12.x must agree.
    const patches = patch === null ? Array.from({ length: 100 }, (_none, index) => index) : [patch];
    const answers = patches.map((number) => {
      const version = parseVersion(`${major}.${minor}.${number}`);
      return version !== null && isIn(version);
    });
    return answers.every(Boolean) ? 'kept' : answers.some(Boolean) ? 'unknown' : 'broken';
  },
  'minimum-pip': ({ requestedNames, hasHiddenRequests, pipVersion }, _, { value }) => {
    const own = pipVersion === null ? null : parseVersion(pipVersion);
    const least = value === null ? null : parseVersion(value);
    if (own !== null && least !== null && compareVersions(own, least) >= 0) return 'kept';
    if (isUpgradeOfPip(requestedNames) && !hasHiddenRequests) return 'kept';
    return own === null || least === null ? 'unknown' : 'broken';
  },
};

function judgeEnvironment(call: PolicyCall, accept: readonly AcceptedKind[]): Finding {
  const { target, place, command } = call;
  if (target === null || target.kind === 'unknown' || call.hasUnknownSettings) return 'unknown';
  if (!isAccepted(target, accept)) return 'broken';
  // uninstall knows none of these options.
  if (command.subcommand === 'uninstall') return 'kept';
  return place.kind === 'user-site' || place.kind === 'other-python' ? 'broken' : 'kept';
}

/** Whether a policy accepts an environment of this kind. */
export function isAccepted(target: Environment, accept: readonly AcceptedKind[]): boolean {
  if (target.kind === 'virtual') return accept.includes('venv');
  return target.kind === 'conda' && accept.includes(target.isBase ? 'conda-base' : 'conda');
}

/** An old pip may be upgraded. */
function isUpgradeOfPip(names: readonly string[] | null): boolean {
  return (
    names !== null && names.includes('pip') && names.every((name) => ['pip', 'setuptools', 'wheel'].includes(name))
  );
}

function folderOf(file: string): string {
  return file.replace(/[/\\][^/\\]*$/, '');
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder) && /^[/\\]./.test(path.slice(folder.length));
}
