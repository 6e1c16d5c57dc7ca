import path from 'node:path';
import { askInterpreter } from '../../../host/process/query-interpreter.ts';
import { findUserName, readCaller } from '../../../host/process/detect-caller.ts';
import { chooseFreeName } from '../../../interpreter/project/unused-name.ts';
import { argumentsInEnvironment } from '../../../diagnostics/shared/rewrite-command.ts';
import { readFileBytes } from '../../../host/files/file-view.ts';
import { inspectInterpreter } from '../../../interpreter/inspect/inspect.ts';
import { readPipVersion } from '../../../interpreter/inspect/pip-presence.ts';
import { findOtherPip } from '../../../interpreter/shadowed-pip.ts';
import { findProject, findProjectEnvironments } from '../../../interpreter/project/project.ts';
import type { Decision } from '../../../model/decision.ts';
import type { Finding } from '../../../model/diagnostic.ts';
import type { FoundEnvironment, Interpreter, Resolution } from '../../../model/environment.ts';
import type { AdviceFacts, KnownEnvironment, ToolFacts } from '../../../model/facts.ts';
import type { CallContext } from '../../../model/call-context.ts';
import type { Need } from '../../../model/trial.ts';
import { readPipConfiguration, readPipSetting } from '../../../pip/configuration.ts';
import { readDistutilsSettings } from '../../../pip/distutils-settings.ts';
import { readInstallSettings } from '../../../pip/install-settings.ts';
import { findDistrusted } from '../../../messages/untrusted-environment.ts';
import { listActiveElsewhere } from './active-elsewhere.ts';
import { findObstacle } from './find-obstacle.ts';
import { gatherBuildFacts } from './gather-build-facts.ts';
import { gatherIndexFacts } from './gather-index-facts.ts';
import { findDenied, findOnPath, readUserSite } from './location-facts.ts';
import { findEnvironmentNames, readProjectEnvironmentUse } from '../../../decision/settings.ts';
import { findUnusable } from '../../../decision/mismatch-check.ts';

/** Looks at what words need, when there is something to say; asks the interpreter only where its answer is told. */
export async function gatherFacts(
  context: CallContext,
  decision: Decision | null,
  finding: Finding,
): Promise<AdviceFacts> {
  const { files, platform } = context;
  const resolution = decision?.resolution;
  const chosen = resolution === undefined || resolution.kind === 'not-found' ? null : resolution;
  const interpreter = chosen?.interpreter ?? null;
  const layers = decision?.layers ?? [];
  const fellBack = finding.code === 'user-install-fallback';
  const isDenied = finding.code === 'permission-denied';
  const asks = fellBack || isDenied || finding.code === 'externally-managed' || finding.code === 'running-as-root';
  const project = findProject(context) ?? { directory: null, marker: null };
  const environments =
    readProjectEnvironmentUse(layers) === 'ignore'
      ? []
      : findProjectEnvironments(context, findEnvironmentNames(layers), readFileBytes);
  const policyFacts = findPolicyFacts(context, decision, finding);
  const tools = findTools(resolution);
  const report = asks && interpreter !== null ? await askInterpreter(interpreter.executable, context.env) : null;
  const obstacleOf = (need: Need) => findObstacle(need, { callContext: context, layers, resolution, report, tools });
  const words = decision === null ? [] : argumentsInEnvironment(decision.command);
  const know = (found: FoundEnvironment): KnownEnvironment => ({
    ...found,
    obstacle: obstacleOf({ kind: 'pip', arguments: words, place: { kind: 'environment', prefix: found.prefix } }),
  });
  return {
    isLog: false,
    platform,
    caller: readCaller(context),
    project: {
      ...project,
      environments: environments.map(know),
      distrusted: findDistrusted(resolution),
      freeName: chooseFreeName(project.directory ?? context.cwd ?? context.home ?? '', context),
      homePlace: findHomePlace(context),
    },
    tools,
    interpreter,
    source: chosen?.source ?? null,
    evidence: chosen?.evidence ?? null,
    commandName: interpreter === null ? null : findCommandName(context, interpreter),
    prefixOwner: fellBack ? findPrefixOwner(context, interpreter) : null,
    shadowedPip: fellBack || finding.code === 'no-pip-module' ? findOtherPip(context, interpreter) : null,
    staleEnvironment: findStaleEnvironment(resolution),
    activeElsewhere: listActiveElsewhere(context, resolution, environments),
    findObstacle: obstacleOf,
    advised: decision?.verdict.advised ?? [],
    ...policyFacts,
    userSitePython: fellBack && interpreter !== null ? findUserSitePython(context, interpreter) : null,
    denied: isDenied ? findDenied(finding.path, context, interpreter) : null,
    setting: findSetting(context, decision, interpreter, finding),
    pipVersion: isDenied && interpreter !== null ? findPipVersion(context, interpreter) : policyFacts.pipVersion,
    userSite: fellBack && interpreter !== null ? readUserSite(finding.installed ?? [], context, interpreter) : null,
    index: decision !== null && isAboutIndexes(finding) ? gatherIndexFacts(context, decision) : null,
    build: decision !== null && finding.code === 'build-failed' ? gatherBuildFacts(context, decision, finding) : null,
    report,
  };

  function findTools(resolved: Resolution | undefined): ToolFacts {
    const stdlib = resolved === undefined || resolved.kind === 'not-found' ? null : resolved.interpreter.stdlib;
    return {
      pipx: findOnPath('pipx', context),
      hasSudo: findOnPath('sudo', context) !== null,
      // Debian ships venv without ensurepip unless python3-venv is installed.
      ensurepip:
        stdlib === null ||
        ['venv', 'ensurepip'].every((name) => files.status(path.join(stdlib, name, '__init__.py')) !== null),
      apt: files.status('/usr/bin/apt') !== null,
    };
  }

  function findCommandName(place: CallContext, { executable }: Interpreter): string | null {
    return ['python3', 'python'].find((name) => findOnPath(name, place) === executable) ?? null;
  }
}

function isAboutIndexes({ code }: Finding): boolean {
  return ABOUT_INDEXES.includes(code);
}

const ABOUT_INDEXES: readonly Finding['code'][] = [
  'requires-python',
  'no-matching-distribution',
  'ssl-module-missing',
  'network',
  'dependency-conflict',
  'resolution-impossible',
  'build-failed',
  'python-not-allowed',
];

/** Where an environment can be made when the folder here is closed; null without a home directory. */
function findHomePlace(context: CallContext): string | null {
  const { home, files } = context;
  if (home === null || files.status(home)?.kind !== 'directory') return null;
  return path.join(home, chooseFreeName(home, context));
}

function findPrefixOwner({ files, userId }: CallContext, interpreter: Interpreter | null): AdviceFacts['prefixOwner'] {
  if (interpreter === null || interpreter.environment.kind === 'unknown') return null;
  const owner = files.status(interpreter.environment.prefix)?.owner;
  if (owner === undefined) return null;
  return { name: findUserName(owner) ?? `user ${owner}`, isCaller: owner === userId };
}

function findPipVersion({ files }: CallContext, { pip, siteDirectories }: Interpreter): string | null {
  return readPipVersion(pip.state === 'present' ? [pip.directory] : siteDirectories, files);
}

function findStaleEnvironment(resolution: Resolution | undefined): AdviceFacts['staleEnvironment'] {
  const unusable = findUnusable(resolution, ['VIRTUAL_ENV']);
  if (unusable === null) return null;
  return { path: unusable.value, exists: unusable.outcome.reason !== 'missing' || unusable.python !== null };
}

function findPolicyFacts(
  context: CallContext,
  decision: Decision | null,
  finding: Finding,
): Pick<AdviceFacts, 'otherPython' | 'askedBy' | 'unknownSettings' | 'pipVersion' | 'hasBypass'> {
  const hasBypass = (context.env['PIPWARD_BYPASS'] ?? '').trim() !== '';
  if (decision === null || !('verdict' in finding)) {
    return { otherPython: null, askedBy: null, pipVersion: null, hasBypass };
  }
  const { resolution } = decision;
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const { command } = decision;
  const version = () => (interpreter === null ? null : findPipVersion(context, interpreter));
  const reader = { python: interpreter?.version ?? null, pip: version };
  const { python, origins, unknown } = readInstallSettings(command, context, prefixOf(interpreter), reader);
  const distutils = interpreter === null ? null : readDistutilsSettings(context, command, interpreter, version);
  const asked = finding.code === 'break-system-packages-forbidden' ? origins.breakSystemPackages : origins.user;
  const runner = resolution.kind === 'resolved' ? (resolution.pipRunner ?? resolution.interpreter) : interpreter;
  return {
    otherPython: python === null || origins.python === null ? null : { value: python, origin: origins.python },
    askedBy: asked ?? distutils?.user ?? origins.redirection ?? distutils?.places[0]?.origin ?? null,
    unknownSettings: [...unknown, ...(distutils?.unknown ?? [])],
    pipVersion: runner === null ? null : findPipVersion(context, runner),
    hasBypass,
  };
}

function prefixOf(interpreter: Interpreter | null): string | null {
  const environment = interpreter?.environment;
  return environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
}

/** Where the setting was made that pip speaks of. */
function findSetting(
  context: CallContext,
  decision: Decision | null,
  interpreter: Interpreter | null,
  { code }: Finding,
): AdviceFacts['setting'] {
  if (decision === null) return null;
  const { command } = decision;
  const prefix = prefixOf(interpreter);
  if (code === 'pip-venv-required') {
    const typed = command.options.some(({ name }) => name === '--require-virtualenv');
    if (typed) return { value: '', origin: { kind: 'command-line' } };
    const configuration = readPipConfiguration(context, prefix, command.isolated);
    return readPipSetting(configuration, command.subcommand ?? 'global', '--require-virtualenv');
  }
  if (code !== 'user-install-in-venv' && code !== 'permission-denied') return null;
  const { user, origins } = readInstallSettings(command, context, prefix);
  return user === null || origins.user === null ? null : { value: user ? 'yes' : 'no', origin: origins.user };
}

function findUserSitePython(context: CallContext, interpreter: Interpreter): string | null {
  const { environment, realPath, executable } = interpreter;
  if (environment.kind !== 'virtual') return executable;
  const outside = inspectInterpreter(realPath, context);
  // Of a managed Python pip removes nothing, not even from the user site.
  const mayRemove = outside.environment.kind === 'base' && outside.environment.managedMarker === null;
  return mayRemove && outside.pip.state === 'present' ? realPath : null;
}
