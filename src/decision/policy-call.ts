import { findCi, findContainerMark } from '../util/surroundings.ts';
import { findProject } from '../interpreter/project/project.ts';
import { once } from '../util/lazy.ts';
import type { PolicyCall } from '../model/policy.ts';
import type { CallContext } from '../model/call-context.ts';
import { readDistutilsSettings } from '../pip/distutils-settings.ts';
import type { InstallSettings, PipCall } from '../model/pip-call.ts';
import { listRequestedNames } from '../policy/package-names.ts';
import { resolvePhysical } from './install-folders.ts';
import { findInstallPlace, listLinksOut } from './install-location.ts';

/**
 * Returns the call as a policy sees it; `settings` are those of `pip`, or more cautious ones. Most rules ask for little of
 * it, so what takes a look at the disk is looked at when asked for.
 */
export function describeCall(context: CallContext, pip: PipCall, settings: InstallSettings): PolicyCall {
  const { files, env, userId } = context;
  const { command, interpreter, prefix, version: pipVersion } = pip;
  const environment = interpreter?.environment ?? null;
  const distutils = once(() =>
    interpreter === null ? NO_DISTUTILS : readDistutilsSettings(context, command, interpreter, pipVersion),
  );
  const place = once(() => findInstallPlace(context, settings, distutils(), interpreter, pipVersion, command));
  const names = once(() => listRequestedNames(command));
  const bypass = env['PIPWARD_BYPASS']?.trim() ?? '';
  return {
    command,
    target: environment,
    get place() {
      return place();
    },
    user: settings.user,
    get hasUnknownSettings() {
      const isSteered = settings.steersBuilds && command.subcommand === 'install';
      return settings.unknown.length > 0 || isSteered || distutils().unknown.length > 0;
    },
    get environmentPath() {
      // One that is only about to be made has a place, too.
      if (prefix === null) return null;
      return listLinksOut(context, interpreter)[0]?.real ?? resolvePhysical(prefix, context);
    },
    get projectDirectory() {
      const project = findProject(context)?.directory ?? null;
      return project === null ? null : (files.realPath(project) ?? project);
    },
    breakSystemPackages: settings.breakSystemPackages,
    isRoot: userId === 0,
    get pipVersion() {
      return pipVersion();
    },
    pythonVersion: interpreter?.version ?? null,
    hasHiddenRequests: settings.hasHiddenRequests,
    get requestedNames() {
      return names();
    },
    ci: findCi(env),
    get container() {
      return findContainerMark(files);
    },
    bypass: bypass === '' ? null : bypass,
    get today() {
      return context.today;
    },
  };
}

const NO_DISTUTILS = { user: null, places: [], unknown: [] };
