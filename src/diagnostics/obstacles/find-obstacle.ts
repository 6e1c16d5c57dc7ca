import { inspectInterpreter } from '../../interpreter/inspect/inspect.ts';
import { pathsOf } from '../../util/paths.ts';
import { findInPrefix, findProblem } from '../../interpreter/discovery/candidate.ts';
import { findMissingMaker } from '../../interpreter/inspect/venv-module.ts';
import { parsePipCommand } from '../../invocation/parse.ts';
import type { Interpreter, Resolution } from '../../model/environment.ts';
import type { InterpreterReport, ToolFacts } from '../../model/facts.ts';
import type { InstallSettings, PipCall } from '../../model/pip-call.ts';
import type { PolicyLayer, PolicyVerdict } from '../../model/policy.ts';
import type { CallContext } from '../../model/call-context.ts';
import type { Need, Obstacle, PipNeed, TrialPlace } from '../../model/trial.ts';
import { parseBoolean } from '../../pip/configuration.ts';
import { keepsBundledPip } from './bundled-pip.ts';
import { findUnwritable } from './find-unwritable.ts';
import { evaluateCall } from '../../decision/evaluate-call.ts';
import { readPipSettings } from '../../decision/pip-setting.ts';
import { createPipCall } from '../../decision/pip-call.ts';
import { findOnPath } from '../../interpreter/discovery/find-on-path.ts';
import { formatRelease } from '../../util/python-version.ts';
import { isWritable } from '../../util/windows/writable.ts';

type Resolved = Extract<Resolution, { kind: 'resolved' }>;

/** What a call was decided by, and what is known of the machine since. */
export type TrialContext = {
  readonly callContext: CallContext;
  readonly layers: readonly PolicyLayer[];
  readonly resolution: Resolution | undefined;
  /** What the call's own interpreter said of itself, if it was asked. */
  readonly report: InterpreterReport | null;
  readonly tools: Pick<ToolFacts, 'hasSudo'>;
};

/** Returns what keeps a printed command from doing what it promises; null if nothing does. Starts nothing. */
export function findObstacle(need: Need, context: TrialContext): Obstacle | null {
  const { callContext, tools } = context;
  const paths = pathsOf(callContext.platform);
  switch (need.kind) {
    case 'pip':
      return findPipObstacle(need, context);
    case 'folder':
      if (need.path.includes(paths.delimiter)) return { kind: 'path-separator', path: paths.dirname(need.path) };
      return canHold(need.path, callContext) ? null : { kind: 'not-writable', path: paths.dirname(need.path) };
    case 'venv': {
      const missing = findMissingMaker(need.base, callContext);
      return missing === null ? null : { kind: 'no-venv', executable: need.base.executable, missing };
    }
    case 'ensurepip': {
      const { path: python } = findInPrefix(need.prefix, callContext);
      if (python === null) return { kind: 'not-found', path: need.prefix };
      const base = inspectInterpreter(python, callContext);
      const missing = findMissingMaker(base, callContext);
      return missing === null ? null : { kind: 'no-venv', executable: base.executable, missing };
    }
    case 'root':
      return callContext.userId === 0 || tools.hasSudo ? null : { kind: 'no-root', command: need.command };
    case 'program':
      return findOnPath(need.name, callContext) === null ? { kind: 'no-program', name: need.name } : null;
    case 'home': {
      const { home } = callContext;
      return home !== null && canHold(paths.join(home, '.local'), callContext)
        ? null
        : { kind: 'not-writable', path: home ?? (callContext.platform === 'win32' ? '%USERPROFILE%' : '~') };
    }
  }
}

/** Whether a folder can be made there: what is there already on the way to it must be a directory. */
function canHold(folder: string, context: CallContext): boolean {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  let parent = paths.dirname(folder);
  while (files.status(parent) === null && !files.isLink(parent) && parent !== paths.dirname(parent)) {
    parent = paths.dirname(parent);
  }
  return paths.isAbsolute(folder) && files.status(parent)?.kind === 'directory' && isWritable(parent, context);
}

function findPipObstacle({ arguments: words, place, unset = [], after = {} }: PipNeed, context: TrialContext) {
  const gone = new Set([...unset, ...NOT_KEPT]);
  const env = Object.fromEntries(Object.entries(context.callContext.env).filter(([name]) => !gone.has(name)));
  const callContext = { ...context.callContext, env };
  const command = parsePipCommand(callContext.name, words);
  const target = findTarget(place, context);
  // Nothing is known of the Python: neither is what would stop it.
  if (target === null || target.kind !== 'resolved') return target;
  const { interpreter } = target;
  const { environment, pip, executable } = interpreter;
  const isNew = place.kind === 'new-environment';
  if (pip.state === 'absent' && target.pipRunner === null && after.pip !== true)
    return { kind: 'no-pip', executable } as const;
  if (command.effect !== 'environment' || command.informational) return null;
  const call = createPipCall(callContext, command, target);
  const settings = call.settings();
  // --python leads to yet another one, which the user chose.
  const isElsewhere = settings.python !== null || settings.dryRun;
  const isClosed = environment.kind === 'virtual' && !environment.seesSystemSite;
  const isInstall = command.subcommand === 'install';
  if (!isElsewhere && isInstall && isClosed && settings.user === true) return { kind: 'user-in-environment' } as const;
  const refused = readVerdict(evaluateCall(callContext, context.layers, call), { place, after }, callContext);
  const stopped = refused ?? findSettingAway(settings, place) ?? findSettingAgainst(call, callContext);
  if (stopped !== null || isElsewhere) return stopped;
  if (environment.kind === 'base' && environment.managedMarker !== null) {
    const isAllowed = settings.breakSystemPackages || (isInstall && settings.redirection !== null);
    if (!isAllowed) return { kind: 'managed', executable, marker: environment.managedMarker } as const;
  }
  if (isNew || after.writable === true) return null;
  return findUnwritable(command, settings, interpreter, place.kind === 'same' ? context.report : null, callContext);
}

/** A bypass counts for the call that it was written before; the printed command comes after that. */
const NOT_KEPT = ['PIPWARD_BYPASS'];

/** What pip would work on, as a resolution that a policy can judge; an obstacle where it is not there. */
function findTarget(place: TrialPlace, { callContext, resolution }: TrialContext): Resolved | Obstacle | null {
  const paths = pathsOf(callContext.platform);
  const resolve = (interpreter: Interpreter): Resolved => ({
    kind: 'resolved',
    interpreter,
    source: 'versioned-name',
    evidence: { kind: 'name', name: interpreter.executable },
    pipRunner: null,
    trace: [],
  });
  switch (place.kind) {
    case 'same':
      if (resolution === undefined || resolution.kind === 'not-found') return null;
      return resolution.kind === 'resolved' ? resolution : { ...resolution, kind: 'resolved', pipRunner: null };
    case 'interpreter': {
      const { executable } = place.interpreter;
      const isThere = findProblem(executable, callContext) === null;
      return isThere ? resolve(place.interpreter) : { kind: 'not-found', path: executable };
    }
    case 'environment': {
      const { path: python, problem } = findInPrefix(place.prefix, callContext);
      if (python === null || problem !== null) return { kind: 'not-found', path: python ?? place.prefix };
      return resolve(inspectInterpreter(python, callContext));
    }
    case 'new-environment': {
      const { prefix, base } = place;
      const library = base.version === null ? 'python3' : `python${formatRelease(base.version)}`;
      const [python, site] =
        callContext.platform === 'win32'
          ? [paths.join(prefix, 'Scripts', 'python.exe'), paths.join(prefix, 'Lib', 'site-packages')]
          : [paths.join(prefix, 'bin', 'python'), paths.join(prefix, 'lib', library, 'site-packages')];
      return resolve({
        ...base,
        executable: python,
        environment: { kind: 'virtual', prefix, home: paths.dirname(base.realPath), seesSystemSite: false },
        siteDirectories: [site],
        pip: { state: 'unknown' },
      });
    }
  }
}

/** Advice counts as well: what a policy advises against is not to be suggested. */
function readVerdict(
  { kind, layers }: PolicyVerdict,
  { place, after = {} }: Pick<PipNeed, 'place' | 'after'>,
  callContext: CallContext,
): Obstacle | null {
  if (kind === 'allowed') return null;
  for (const each of layers) {
    if (each.kind === 'unreadable') return { kind: 'policy-unreadable', file: each.layer.file };
    // The upgrade that it asks for is one thing, and this call another.
    if (each.rule === 'required-version' && each.kind === 'advised') continue;
    if (after.rules?.includes(each.rule) === true) continue;
    if (place.kind === 'new-environment' && keepsBundledPip(each, place.base, callContext)) continue;
    return { kind: 'policy', rule: each };
  }
  return null;
}

/** A variable or a line of pip.conf that leads pip away from the environment that was meant. */
function findSettingAway({ python, redirection, origins }: InstallSettings, place: TrialPlace): Obstacle | null {
  if (place.kind !== 'environment' && place.kind !== 'new-environment') return null;
  const away = [
    ['--python', python === null ? null : origins.python],
    [redirection?.option ?? '', origins.redirection],
  ] as const;
  for (const [option, origin] of away) {
    if (origin !== null && origin.kind !== 'command-line') return { kind: 'setting', option, origin };
  }
  return null;
}

/** pip's own settings that stop a call, wherever it would install. */
function findSettingAgainst(call: PipCall, callContext: CallContext): Obstacle | null {
  if (call.interpreter?.environment.kind === 'virtual') return null;
  const option = '--require-virtualenv';
  const setting = readPipSettings(callContext, call)(option);
  const isOn = setting !== null && parseBoolean(setting.value) === true;
  return isOn ? { kind: 'setting', option, origin: setting.origin } : null;
}
