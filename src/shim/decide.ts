import path from 'node:path';
import { resolveInterpreter, type ProjectSearch } from '../interpreter/resolve.ts';
import { inspectInterpreter } from '../interpreter/classify.ts';
import { readPipVersion } from '../interpreter/pip-presence.ts';
import { ANY_VERSION } from '../interpreter/wanted.ts';
import { parsePipCommand } from '../invocation/parse.ts';
import { READ_ONLY_WORDS } from '../invocation/pip-commands.ts';
import { parseShimName } from '../invocation/shim-name.ts';
import type { Action, Judged, Refusal } from '../model/action.ts';
import type { Interpreter, Resolution } from '../model/environment.ts';
import { EXIT } from '../model/exit.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { PolicyLayer, PolicyVerdict } from '../model/policy.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { startPip } from '../pip/command-line.ts';
import { readInstallSettings, type InstallSettings } from '../pip/configuration.ts';
import { evaluatePolicy, isSubject, stricter } from '../policy/evaluate.ts';
import { chooseAdviceForm } from './advice-form.ts';
import { describeCall } from './policy-call.ts';
import { reconsider } from './reconsider.ts';
import { findConfiguredPython, findProjectSearch } from './resolve-settings.ts';

/**
 * What one call comes to. Reads files through `surroundings` alone, starts and prints nothing. `agreed`: the person was
 * offered the project's environment after a refusal, and took it.
 */
export function decide(
  surroundings: Surroundings,
  layers: readonly PolicyLayer[],
  depth: number,
  agreed = false,
): Action {
  const command = parsePipCommand(surroundings.name, surroundings.arguments);
  const wanted = parseShimName(surroundings.name, surroundings.platform) ?? ANY_VERSION;
  const adviceForm = chooseAdviceForm(command, surroundings.env, layers, depth);
  const resolve = (place: Surroundings, search: ProjectSearch | null) =>
    resolveInterpreter(place, wanted, findConfiguredPython(layers), search);
  const concludeFor = (resolution: Resolution) => {
    const verdict = judge(surroundings, layers, command, resolution);
    return conclude({ command, layers, verdict, resolution, adviceForm });
  };
  const action = concludeFor(resolve(surroundings, findProjectSearch(layers)));
  return action.kind === 'refuse' && action.because === 'policy'
    ? reconsider(action, agreed, surroundings, resolve, concludeFor)
    : action;
}

function conclude(judged: Judged): Action {
  const { command, verdict, resolution, adviceForm } = judged;
  const refuse = (because: Refusal['because'], status: number): Action => ({
    ...judged,
    kind: 'refuse',
    because,
    status,
    mayOffer: false,
  });
  if (verdict.kind === 'unreadable') return refuse('unreadable-policy', EXIT.refused);
  if (verdict.kind === 'refused') return refuse('policy', EXIT.refused);
  if (resolution.kind === 'not-found') return refuse('no-interpreter', EXIT.notFound);
  if (resolution.kind === 'without-pip') return refuse('no-pip', EXIT.notFound);
  const start = startPip(resolution.interpreter, resolution.driver, command, verdict.passRequireVirtualenv);
  return { ...judged, kind: isWorthWatching(command, adviceForm) ? 'watch' : 'run', start, insteadOf: null };
}

/** --python, PIP_PYTHON or pip.conf may lead pip to another environment: that one is judged, too. */
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
  const pipVersion = readVersionOfPip(surroundings, resolution);
  const judgeFor = (target: Interpreter | null, its: InstallSettings) =>
    evaluatePolicy(layers, describeCall(surroundings, command, its, target, pipVersion));
  const verdict = judgeFor(interpreter, settings);
  if (verdict.kind === 'unreadable' || settings.python === null) return verdict;
  const target = inspectTarget(surroundings, settings.python);
  const targetPrefix = target === null || target.environment.kind === 'unknown' ? null : target.environment.prefix;
  // There pip starts once more, and reads the pip.conf that lies in that environment.
  const other = judgeFor(target, readInstallSettings(command, surroundings, targetPrefix));
  const isTrailing = settings.origins.python?.kind === 'command-line' && !standsBefore(command);
  return obeysPython(pipVersion, isTrailing) ? other : stricter(verdict, other);
}

const NOTHING_SAID: PolicyVerdict = { kind: 'allowed', layers: [], lifted: [], passRequireVirtualenv: false };

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

function isWorthWatching(command: PipCommand, adviceForm: Action['adviceForm']): boolean {
  return adviceForm !== 'off' && !command.informational && !READ_ONLY_WORDS.includes(command.subcommand ?? '');
}
