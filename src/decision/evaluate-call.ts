import path from 'node:path';
import { inspectInterpreter } from '../interpreter/inspect/inspect.ts';
import { readPipVersion } from '../interpreter/inspect/pip-presence.ts';
import { listOtherReadings } from '../invocation/readings.ts';
import type { Interpreter, Resolution } from '../model/environment.ts';
import { REQUESTING_OPTIONS, type PipCommand } from '../model/invocation.ts';
import { once } from '../util/lazy.ts';
import type { PolicyLayer, PolicyVerdict } from '../model/policy.ts';
import type { CallContext } from '../model/call-context.ts';
import { readInstallSettings, type InstallSettings } from '../pip/install-settings.ts';
import { evaluatePolicy, isSubject, stricter } from '../policy/evaluate.ts';
import { describeCall } from './policy-call.ts';

/**
 * Returns what the layers say of a call. A command line with options that we do not know may mean several calls: each is
 * judged, and the strictest verdict counts, so that what follows such an option can only make it stricter.
 */
export function evaluateCall(
  context: CallContext,
  layers: readonly PolicyLayer[],
  command: PipCommand,
  resolution: Resolution,
): PolicyVerdict {
  if (layers.length === 0) return NOTHING_SAID;
  const others = listOtherReadings(command);
  const verdicts = [command, ...others.commands].map((reading) =>
    judgeReading(context, layers, reading, resolution, reading === command ? 'usual' : 'possible'),
  );
  if (!others.complete) {
    const word = command.arguments.find((argument) => argument === 'install' || argument === 'uninstall');
    const worst = {
      ...command,
      subcommand: word ?? null,
      effect: 'environment',
      informational: false,
      dryRun: false,
    } as const;
    if (word !== undefined) verdicts.push(judgeReading(context, layers, worst, resolution, 'unclear'));
  }
  const passRequireVirtualenv = verdicts.some((verdict) => verdict.passRequireVirtualenv);
  return { ...verdicts.reduce(stricter), passRequireVirtualenv };
}

/** --python, PIP_PYTHON or pip.conf may lead pip to another environment: that one is judged, too. */
function judgeReading(
  context: CallContext,
  layers: readonly PolicyLayer[],
  command: PipCommand,
  resolution: Resolution,
  how: 'usual' | 'possible' | 'unclear',
): PolicyVerdict {
  if (!isSubject(command)) return NOTHING_SAID;
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const pipVersion = once(() => readVersionOfPip(context, resolution));
  const settingsFor = (target: Interpreter | null) => {
    const prefix = target === null || target.environment.kind === 'unknown' ? null : target.environment.prefix;
    const reader = { python: target?.version ?? null, pip: pipVersion };
    const settings = readInstallSettings(command, context, prefix, reader);
    return how === 'unclear' ? { ...settings, unknown: [...settings.unknown, UNCLEAR] } : settings;
  };
  const judgeFor = (target: Interpreter | null, its: InstallSettings) =>
    evaluatePolicy(layers, describeCall(context, command, its, target, pipVersion));
  const settings = settingsFor(interpreter);
  // pip ends where nothing is asked for: the option that is not known took the name as its value.
  if (how === 'possible' && !settings.hasHiddenRequests && asksForNothing(command)) return NOTHING_SAID;
  const verdict = judgeFor(interpreter, settings);
  if (verdict.kind === 'unreadable' || settings.python === null) return verdict;
  const target = inspectTarget(context, settings.python);
  // There pip starts once more, and reads the pip.conf that lies in that environment.
  const other = judgeFor(target, settingsFor(target));
  const isTrailing = settings.origins.python?.kind === 'command-line' && !standsBefore(command);
  return obeysPython(pipVersion(), isTrailing) ? other : stricter(verdict, other);
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

/** The version of the pip that runs: the pip runner's, where one drives an environment that has none. */
function readVersionOfPip({ files }: CallContext, resolution: Resolution): string | null {
  if (resolution.kind !== 'resolved') return null;
  const { pip, siteDirectories } = resolution.pipRunner ?? resolution.interpreter;
  return readPipVersion(pip.state === 'present' ? [pip.directory] : siteDirectories, files);
}

/** pip knows --python since 22.3; behind the subcommand 22.3 to 23.1 ignore it and work on their own environment. */
function obeysPython(version: string | null, isTrailing: boolean): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [sinceMajor, sinceMinor] = isTrailing ? [23, 2] : [22, 3];
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

function standsBefore({ arguments: words, subcommand }: PipCommand): boolean {
  return words.slice(0, words.indexOf(subcommand ?? '')).some((word) => word.startsWith('--py'));
}

/** What pip makes of the value: an interpreter, or a folder that has one (pip/_internal/cli/main_parser.py). */
function inspectTarget(context: CallContext, python: string): Interpreter | null {
  const { files, platform, cwd } = context;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  if (!paths.isAbsolute(python) && cwd === null) return null;
  const given = paths.resolve(cwd ?? '/', python);
  const inFolder = platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const executable = files.status(given)?.kind === 'directory' ? paths.join(given, ...inFolder) : given;
  return files.status(executable) === null ? null : inspectInterpreter(executable, context);
}
