import path from 'node:path';
import { listActiveElsewhere } from './active-elsewhere.ts';
import { findUnusable } from '../../decision/mismatch-check.ts';
import { findEnvironmentNames, readProjectEnvironmentUse } from '../../decision/settings.ts';
import { findUntrusted } from '../../decision/skipped-environment.ts';
import { findObstacle } from '../../diagnostics/obstacles/find-obstacle.ts';
import { listSpares } from '../../diagnostics/obstacles/spare-pythons.ts';
import { isNoIndex } from '../../diagnostics/index/facts.ts';
import { readPipConfiguration, readPipSetting } from '../../pip/configuration.ts';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { argumentsInEnvironment } from '../../diagnostics/shared/rewrite-command.ts';
import { createFileView } from '../../host/files/file-view.ts';
import { readBlocks } from '../../host/files/read-file.ts';
import { findLogFault } from '../../host/audit/find-log-fault.ts';
import { findUserName } from '../../host/files/user-name.ts';
import { readCaller } from '../../host/process/detect-caller.ts';
import { askInterpreter } from '../../host/process/query-interpreter.ts';
import { findMove } from '../../interpreter/environment-mismatch.ts';
import { findCommandName } from '../../interpreter/discovery/command-name.ts';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { chooseFreeName } from '../../interpreter/project/unused-name.ts';
import { findCondaPrefix, findUnusualNames } from '../../interpreter/project/unusual-names.ts';
import { findProject, findProjectEnvironments } from '../../interpreter/project/project.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Decision } from '../../model/decision.ts';
import type { FoundEnvironment, Interpreter, Resolution } from '../../model/environment.ts';
import type { CallFacts, FactSource, KnownEnvironment, ToolFacts } from '../../model/facts.ts';
import type { Need } from '../../model/trial.ts';
import { once } from '../../util/lazy.ts';

/** Returns where diagnostics gather their own facts. */
export function createFactSource(context: CallContext, decision: Decision | null): FactSource {
  return {
    context,
    decision,
    viewNow: createFileView,
    findUserName,
    findLogFault: (log) => findLogFault(log, context),
  };
}

/** Gathers what every diagnostic may mention. `asksInterpreter`: the interpreter is started and asked for its folders. */
export async function gatherCallFacts(
  context: CallContext,
  decision: Decision | null,
  asksInterpreter: boolean,
): Promise<CallFacts> {
  const resolution = decision?.resolution;
  const chosen = resolution === undefined || resolution.kind === 'not-found' ? null : resolution;
  const interpreter = chosen?.interpreter ?? null;
  const layers = decision?.layers ?? [];
  const project = findProject(context) ?? { directory: null, marker: null };
  const usual = findEnvironmentNames(layers);
  const names = [...usual, ...findUnusualNames(context, usual)];
  const environments =
    readProjectEnvironmentUse(layers) === 'ignore' ? [] : findProjectEnvironments(context, names, readBlocks);
  const tools = findTools(interpreter, context);
  const report = asksInterpreter && interpreter !== null ? await askInterpreter(interpreter.executable, context) : null;
  const obstacleOf = (need: Need) => findObstacle(need, { callContext: context, layers, resolution, report, tools });
  const words = decision === null ? [] : argumentsInEnvironment(decision.command);
  const tryIn = (prefix: string, given: readonly string[]) =>
    obstacleOf({ kind: 'pip', arguments: given, place: { kind: 'environment', prefix } });
  const judge = (prefix: string) => {
    const obstacle = tryIn(prefix, words);
    // What is printed for an environment takes back such a setting.
    const at = words.indexOf(decision?.command.subcommand ?? '') + 1;
    return obstacle?.kind === 'user-in-environment' ? tryIn(prefix, words.toSpliced(at, 0, '--no-user')) : obstacle;
  };
  const know = (found: FoundEnvironment): KnownEnvironment => ({
    ...found,
    obstacle: judge(found.prefix),
    isMoved: findMove(found.prefix, context) !== null,
  });
  return {
    isLog: false,
    isShadowed: holdsShadowingModule(context),
    platform: context.platform,
    caller: readCaller(context),
    project: {
      ...project,
      environments: environments.map(know),
      condaPrefix: findCondaPrefix(context),
      untrusted: findUntrusted(resolution),
      freeName: chooseFreeName(project.directory ?? context.cwd ?? context.home ?? '', context),
      homePlace: findHomePlace(context),
    },
    tools,
    interpreter,
    source: chosen?.source ?? null,
    evidence: chosen?.evidence ?? null,
    commandName: interpreter === null ? null : findCommandName(interpreter, ['python3', 'python'], context),
    staleEnvironment: findStaleEnvironment(resolution),
    activeElsewhere: listActiveElsewhere(context, resolution, environments),
    findObstacle: obstacleOf,
    listSpares: once(() => listSpares(context, interpreter)),
    advised: decision?.verdict.advised ?? [],
    report,
  };
}

function findTools(interpreter: Interpreter | null, context: CallContext): ToolFacts {
  const { files } = context;
  const stdlib = interpreter?.stdlib ?? null;
  return {
    pipx: findOnPath('pipx', context),
    hasSudo: findOnPath('sudo', context) !== null,
    hasIndex: !isNoIndex(readPipSetting(readPipConfiguration(context, null, false), 'install', '--no-index')),
    // Debian ships venv without ensurepip unless python3-venv is installed.
    ensurepip:
      stdlib === null ||
      ['venv', 'ensurepip'].every((name) => files.status(path.join(stdlib, name, '__init__.py')) !== null),
    apt: context.platform !== 'win32' && files.status('/usr/bin/apt') !== null,
  };
}

/** Where an environment can be made when the folder here is closed; null without a home directory. */
function findHomePlace(context: CallContext): string | null {
  const { home, files } = context;
  if (home === null || files.status(home)?.kind !== 'directory') return null;
  return path.join(home, chooseFreeName(home, context));
}

function findStaleEnvironment(resolution: Resolution | undefined): CallFacts['staleEnvironment'] {
  const unusable = findUnusable(resolution, ['VIRTUAL_ENV']);
  if (unusable === null) return null;
  return { path: unusable.value, exists: unusable.outcome.reason !== 'missing' || unusable.python !== null };
}
