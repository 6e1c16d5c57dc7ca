import { inspectInterpreter } from '../interpreter/inspect/inspect.ts';
import { listOtherReadings } from '../invocation/readings.ts';
import type { Interpreter } from '../model/environment.ts';
import { REQUESTING_OPTIONS, type PipCommand } from '../model/invocation.ts';
import type { PolicyLayer, PolicyVerdict } from '../model/policy.ts';
import type { CallContext } from '../model/call-context.ts';
import type { PipCall } from '../model/pip-call.ts';
import { evaluatePolicy, isSubject, stricter } from '../policy/evaluate.ts';
import { createPipCallFor } from './pip-call.ts';
import { describeCall } from './policy-call.ts';
import { pathsOf } from '../util/paths.ts';

/**
 * Returns what the layers say of a call. A command line with options that we do not know may mean several calls: each is
 * judged, and the strictest verdict counts, so that what follows such an option can only make it stricter.
 */
export function evaluateCall(context: CallContext, layers: readonly PolicyLayer[], pip: PipCall): PolicyVerdict {
  if (layers.length === 0) return NOTHING_SAID;
  const { command, interpreter, runner } = pip;
  const evaluateAs = (reading: PipCommand, how: 'possible' | 'unclear') =>
    evaluateReading(context, layers, createPipCallFor(context, reading, interpreter, runner), how);
  const others = listOtherReadings(command);
  const verdicts = [
    evaluateReading(context, layers, pip, 'usual'),
    ...others.commands.map((reading) => evaluateAs(reading, 'possible')),
  ];
  if (!others.complete) {
    const word = command.arguments.find((argument) => argument === 'install' || argument === 'uninstall');
    const worst = {
      ...command,
      subcommand: word ?? null,
      effect: 'environment',
      informational: false,
      dryRun: false,
    } as const;
    if (word !== undefined) verdicts.push(evaluateAs(worst, 'unclear'));
  }
  const passRequireVirtualenv = verdicts.some((verdict) => verdict.passRequireVirtualenv);
  return { ...verdicts.reduce(stricter), passRequireVirtualenv };
}

/** --python, PIP_PYTHON or pip.conf may lead pip to another environment: that one is judged, too. */
function evaluateReading(
  context: CallContext,
  layers: readonly PolicyLayer[],
  pip: PipCall,
  how: 'usual' | 'possible' | 'unclear',
): PolicyVerdict {
  const { command, runner } = pip;
  if (!isSubject(command)) return NOTHING_SAID;
  const evaluateFor = (call: PipCall) => {
    const settings = call.settings();
    const told = how === 'unclear' ? { ...settings, unknown: [...settings.unknown, UNCLEAR] } : settings;
    return evaluatePolicy(layers, describeCall(context, call, told));
  };
  const settings = pip.settings();
  // pip ends where nothing is asked for: the option that is not known took the name as its value.
  if (how === 'possible' && !settings.hasHiddenRequests && asksForNothing(command)) return NOTHING_SAID;
  const verdict = evaluateFor(pip);
  if (verdict.kind === 'unreadable' || settings.python === null) return verdict;
  // There pip starts once more, and reads the pip.conf that lies in that environment.
  const other = evaluateFor(createPipCallFor(context, command, inspectTarget(context, settings.python), runner));
  return obeysPython(pip) ? other : stricter(verdict, other);
}

/** Returns what a call means where pip hands over to another Python; null if it does not, or if nothing is there. */
export function createHandedOver(context: CallContext, pip: PipCall): PipCall | null {
  const { python } = pip.settings();
  const target = python === null || !obeysPython(pip) ? null : inspectTarget(context, python);
  return target === null ? null : createPipCallFor(context, pip.command, target, pip.runner);
}

const UNCLEAR = { path: 'the command line', reason: 'too many options that are not known' };

const NOTHING_SAID: PolicyVerdict = {
  kind: 'allowed',
  layers: [],
  advised: [],
  lifted: [],
  passRequireVirtualenv: false,
};

function asksForNothing({ words, options }: PipCommand): boolean {
  return words.length === 0 && !REQUESTING_OPTIONS.some((option) => options.some(({ name }) => name === option));
}

/** pip knows --python since 22.3; behind the subcommand 22.3 to 23.1 ignore it and work on their own environment. */
function obeysPython({ command, version, settings }: PipCall): boolean {
  const isTrailing = settings().origins.python?.kind === 'command-line' && !standsBefore(command);
  const [major = 0, minor = 0] = (version() ?? '').split('.').map(Number);
  const [sinceMajor, sinceMinor] = isTrailing ? [23, 2] : [22, 3];
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

function standsBefore({ arguments: words, subcommand }: PipCommand): boolean {
  return words.slice(0, words.indexOf(subcommand ?? '')).some((word) => word.startsWith('--py'));
}

/** What pip makes of the value: an interpreter, or a folder that has one (pip/_internal/cli/main_parser.py). */
function inspectTarget(context: CallContext, python: string): Interpreter | null {
  const { files, platform, cwd } = context;
  const paths = pathsOf(platform);
  if (!paths.isAbsolute(python) && cwd === null) return null;
  const given = paths.resolve(cwd ?? '/', python);
  const inFolder = PIPWARD_FOR_WINDOWS && platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const executable = files.status(given)?.kind === 'directory' ? paths.join(given, ...inFolder) : given;
  return files.status(executable) === null ? null : inspectInterpreter(executable, context);
}
