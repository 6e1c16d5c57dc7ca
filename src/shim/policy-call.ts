import { findCi } from '../host/ci.ts';
import { findProject } from '../interpreter/project.ts';
import type { Interpreter } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { PolicyCall } from '../model/policy.ts';
import type { Surroundings } from '../model/surroundings.ts';
import type { InstallSettings } from '../pip/configuration.ts';
import { findInstallPlace, resolvePhysical } from './install-place.ts';

/** Returns the call as a policy sees it. `interpreter`: the one that is installed for; null when there is none. */
export function describeCall(
  surroundings: Surroundings,
  command: PipCommand,
  settings: InstallSettings,
  interpreter: Interpreter | null,
  pipVersion: string | null,
): PolicyCall {
  const { files, env, userId, today } = surroundings;
  const environment = interpreter?.environment ?? null;
  const prefix = environment === null || environment.kind === 'unknown' ? null : environment.prefix;
  const project = findProject(surroundings)?.directory ?? null;
  const bypass = env['PIPWARD_BYPASS']?.trim() ?? '';
  return {
    command,
    target: environment,
    place: findInstallPlace(surroundings, settings, interpreter, pipVersion),
    user: settings.user,
    // One that is only about to be made has a place, too.
    environmentPath: prefix === null ? null : resolvePhysical(prefix, surroundings),
    projectDirectory: project === null ? null : (files.realPath(project) ?? project),
    breakSystemPackages: settings.breakSystemPackages,
    isRoot: userId === 0,
    pipVersion,
    pythonVersion: interpreter?.version ?? null,
    hasHiddenRequests: settings.hasHiddenRequests,
    ci: findCi(env),
    container: CONTAINER_MARKS.find((mark) => files.status(mark)?.owner === 0) ?? null,
    bypass: bypass === '' ? null : bypass,
    today,
  };
}

/**
 * What shows a container and what the people in it cannot make: Docker, Podman, systemd-nspawn, Kubernetes. Variables
 * (`container`, KUBERNETES_SERVICE_HOST) are evidence for advice, none for an exemption.
 */
const CONTAINER_MARKS = [
  '/.dockerenv',
  '/run/.containerenv',
  '/run/systemd/container',
  '/var/run/secrets/kubernetes.io/serviceaccount',
];
