import path from 'node:path';
import { askInterpreter } from '../host/ask-interpreter.ts';
import { readCaller } from '../host/caller.ts';
import { chooseFreeName } from '../diagnostics/free-name.ts';
import { readFileBytes } from '../host/files.ts';
import { inspectInterpreter } from '../interpreter/classify.ts';
import { readPipVersion } from '../interpreter/pip-presence.ts';
import { findOtherPip } from '../interpreter/other-pip.ts';
import { findProject, findProjectEnvironments } from '../interpreter/project.ts';
import type { Action } from '../model/action.ts';
import type { Finding } from '../model/diagnostic.ts';
import type { Interpreter, PassedOverReason, Resolution } from '../model/environment.ts';
import type { AdviceFacts, ToolFacts } from '../model/facts.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readInstallSettings } from '../pip/configuration.ts';
import { findDistrusted } from '../terminal/project-words.ts';
import { findEnvironmentNames, readProjectEnvironmentUse } from './resolve-settings.ts';

/** Looks at what words need, when there is something to say; asks the interpreter only where its answer is told. */
export async function gatherFacts(
  surroundings: Surroundings,
  action: Action | null,
  finding: Finding,
): Promise<AdviceFacts> {
  const { files, platform } = surroundings;
  const resolution = action?.resolution;
  const chosen = resolution === undefined || resolution.kind === 'not-found' ? null : resolution;
  const interpreter = chosen?.interpreter ?? null;
  const layers = action?.layers ?? [];
  const fellBack = finding.code === 'user-install-fallback';
  const asks = fellBack || finding.code === 'externally-managed';
  const project = findProject(surroundings) ?? { directory: null, marker: null };
  return {
    platform,
    caller: readCaller(surroundings),
    project: {
      ...project,
      environments:
        readProjectEnvironmentUse(layers) === 'ignore'
          ? []
          : findProjectEnvironments(surroundings, findEnvironmentNames(layers), readFileBytes),
      distrusted: findDistrusted(resolution),
      freeName: chooseFreeName(project.directory ?? surroundings.cwd ?? surroundings.home ?? '', surroundings),
    },
    tools: findTools(surroundings, resolution),
    interpreter,
    source: chosen?.source ?? null,
    evidence: chosen?.evidence ?? null,
    commandName: interpreter === null ? null : findCommandName(surroundings, interpreter),
    prefixOwner: fellBack ? findPrefixOwner(surroundings, interpreter) : null,
    otherPip: fellBack || finding.code === 'no-pip-module' ? findOtherPip(surroundings, interpreter) : null,
    staleEnvironment: findStaleEnvironment(resolution),
    ...findPolicyFacts(surroundings, action, finding),
    userSitePython: fellBack && interpreter !== null ? findUserSitePython(surroundings, interpreter) : null,
    report: asks && interpreter !== null ? await askInterpreter(interpreter.executable, surroundings.env) : null,
  };

  function findTools({ env }: Surroundings, resolved: Resolution | undefined): ToolFacts {
    const stdlib = resolved === undefined || resolved.kind === 'not-found' ? null : resolved.interpreter.stdlib;
    return {
      pipx: findOnPath(env, 'pipx'),
      // Debian ships venv without ensurepip unless python3-venv is installed.
      ensurepip: stdlib === null || files.status(path.join(stdlib, 'ensurepip', '__init__.py')) !== null,
      apt: files.status('/usr/bin/apt') !== null,
    };
  }

  function findOnPath(env: Surroundings['env'], name: string): string | null {
    const entries = (env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
    return (
      entries
        .map((entry) => path.join(entry, name))
        .find((file) => {
          const status = files.status(file);
          return status?.kind === 'file' && status.executable;
        }) ?? null
    );
  }

  function findCommandName({ env }: Surroundings, { executable }: Interpreter): string | null {
    return ['python3', 'python'].find((name) => findOnPath(env, name) === executable) ?? null;
  }
}

function findPrefixOwner({ files, userId }: Surroundings, interpreter: Interpreter | null): AdviceFacts['prefixOwner'] {
  if (interpreter === null || interpreter.environment.kind === 'unknown') return null;
  const owner = files.status(interpreter.environment.prefix)?.owner;
  if (owner === undefined) return null;
  const users = files.readText('/etc/passwd');
  const line =
    users.kind === 'text' ? users.text.split('\n').find((entry) => entry.split(':')[2] === String(owner)) : undefined;
  return { name: line?.split(':')[0] ?? `user ${owner}`, isCaller: owner === userId };
}

function findStaleEnvironment(resolution: Resolution | undefined): AdviceFacts['staleEnvironment'] {
  for (const { evidence, outcome, path: python } of resolution?.ledger ?? []) {
    if (evidence.kind !== 'variable' || evidence.name !== 'VIRTUAL_ENV' || outcome.kind === 'chosen') continue;
    // Another version, or no pip: the environment is there and works.
    if (!UNUSABLE.includes(outcome.reason)) continue;
    return { path: evidence.value, exists: outcome.reason !== 'missing' || python !== null };
  }
  return null;
}

const UNUSABLE: readonly PassedOverReason[] = [
  'missing',
  'not-executable',
  'dangling-link',
  'no-pyvenv-cfg',
  'not-absolute',
];

function findPolicyFacts(
  surroundings: Surroundings,
  action: Action | null,
  finding: Finding,
): Pick<AdviceFacts, 'otherPython' | 'askedBy' | 'pipVersion' | 'hasBypass'> {
  const hasBypass = (surroundings.env['PIPWARD_BYPASS'] ?? '').trim() !== '';
  if (action === null || !('verdict' in finding)) {
    return { otherPython: null, askedBy: null, pipVersion: null, hasBypass };
  }
  const { resolution } = action;
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const environment = interpreter?.environment;
  const prefix = environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
  const { python, origins } = readInstallSettings(action.command, surroundings, prefix);
  const asked = finding.code === 'break-system-packages-forbidden' ? origins.breakSystemPackages : origins.user;
  const runner = resolution.kind === 'resolved' ? (resolution.driver ?? resolution.interpreter) : interpreter;
  return {
    otherPython: python === null || origins.python === null ? null : { value: python, origin: origins.python },
    askedBy: asked ?? origins.redirection,
    pipVersion:
      runner === null
        ? null
        : readPipVersion(
            runner.pip.state === 'present' ? [runner.pip.directory] : runner.siteDirectories,
            surroundings.files,
          ),
    hasBypass,
  };
}

function findUserSitePython(surroundings: Surroundings, interpreter: Interpreter): string | null {
  const { environment, realPath, executable } = interpreter;
  if (environment.kind !== 'virtual') return executable;
  const outside = inspectInterpreter(realPath, surroundings);
  // Of a managed Python pip removes nothing, not even from the user site.
  const mayRemove = outside.environment.kind === 'base' && outside.environment.managedMarker === null;
  return mayRemove && outside.pip.state === 'present' ? realPath : null;
}
