import path from 'node:path';
import { inspectInterpreter } from '../interpreter/classify.ts';
import { readPipVersion } from '../interpreter/pip-presence.ts';
import type { Interpreter, Resolution } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import { once } from '../model/once.ts';
import type { PolicyLayer, PolicyVerdict } from '../model/policy.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readInstallSettings, type InstallSettings } from '../pip/install-settings.ts';
import { evaluatePolicy, isSubject, stricter } from '../policy/evaluate.ts';
import { describeCall } from './policy-call.ts';

/** Returns what the layers say of a call. --python, PIP_PYTHON or pip.conf may lead pip to another environment: that one is judged, too. */
export function judge(
  surroundings: Surroundings,
  layers: readonly PolicyLayer[],
  command: PipCommand,
  resolution: Resolution,
): PolicyVerdict {
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const isJudged = layers.length > 0 && isSubject(command);
  const own = interpreter?.environment ?? { kind: 'unknown' };
  const prefix = own.kind === 'unknown' ? null : own.prefix;
  if (!isJudged) return NOTHING_SAID;
  const settings = readInstallSettings(command, surroundings, prefix);
  const pipVersion = once(() => readVersionOfPip(surroundings, resolution));
  const judgeFor = (target: Interpreter | null, its: InstallSettings) =>
    evaluatePolicy(layers, describeCall(surroundings, command, its, target, pipVersion));
  const verdict = judgeFor(interpreter, settings);
  if (verdict.kind === 'unreadable' || settings.python === null) return verdict;
  const target = inspectTarget(surroundings, settings.python);
  const targetPrefix = target === null || target.environment.kind === 'unknown' ? null : target.environment.prefix;
  // There pip starts once more, and reads the pip.conf that lies in that environment.
  const other = judgeFor(target, readInstallSettings(command, surroundings, targetPrefix));
  const isTrailing = settings.origins.python?.kind === 'command-line' && !standsBefore(command);
  return obeysPython(pipVersion(), isTrailing) ? other : stricter(verdict, other);
}

const NOTHING_SAID: PolicyVerdict = {
  kind: 'allowed',
  layers: [],
  advised: [],
  lifted: [],
  passRequireVirtualenv: false,
};

/** The version of the pip that runs: the driver's, where one drives an environment that has none. */
function readVersionOfPip({ files }: Surroundings, resolution: Resolution): string | null {
  if (resolution.kind !== 'resolved') return null;
  const { pip, siteDirectories } = resolution.driver ?? resolution.interpreter;
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
function inspectTarget(surroundings: Surroundings, python: string): Interpreter | null {
  const { files, platform, cwd } = surroundings;
  const paths = platform === 'win32' ? path.win32 : path.posix;
  if (!paths.isAbsolute(python) && cwd === null) return null;
  const given = paths.resolve(cwd ?? '/', python);
  const inFolder = platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  const executable = files.status(given)?.kind === 'directory' ? paths.join(given, ...inFolder) : given;
  return files.status(executable) === null ? null : inspectInterpreter(executable, surroundings);
}
