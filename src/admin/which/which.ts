import path from 'node:path';
import { holdsShadowingModule } from '../../diagnostics/shared/shadowing-modules.ts';
import { startModule } from '../../pip/module-command.ts';
import { describePython } from '../../diagnostics/shared/fixes.ts';
import { captureContext } from '../../host/capture-context.ts';
import { probeInterpreter } from '../query-interpreter.ts';
import { repeatWith } from '../../diagnostics/shared/rewrite-command.ts';
import { listMismatches } from '../../interpreter/environment-mismatch.ts';
import { listKnownInterpreters } from '../../interpreter/discovery/known-installations.ts';
import { findManager } from '../../interpreter/inspect/manager.ts';
import { findOtherPip } from '../../interpreter/shadowed-pip.ts';
import type { Decision, StartCommand } from '../../model/decision.ts';
import type { EnvironmentMismatch, Interpreter, Manager, Resolution, ShadowedPip } from '../../model/environment.ts';
import type { InterpreterReport } from '../../model/facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findPolicyLayers } from '../../policy/file/find-layers.ts';
import { findEnvironmentNames } from '../../decision/settings.ts';
import { decide } from '../../decision/decide.ts';
import { cleanText, shortenHome } from '../../terminal/clean.ts';
import {
  describeMismatch,
  describeOtherPip,
  describePlaceKind,
  showVersion,
} from '../../messages/describe-interpreter.ts';
import { describeOrigin, renderTrace } from '../../messages/render-trace.ts';
import { parseShimName } from '../../invocation/shim-name.ts';
import type { AdminCommand } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import {
  describeIgnored,
  listIgnoredFiles,
  POLICY_NAMES,
  PYENV_FILE,
  type IgnoredFile,
} from '../policy/ignored-files.ts';
import { say, sayJson } from '../output.ts';
import { describeOnRefusal, nameOnRefusal } from './on-refusal-rows.ts';
import { checkMemory, findDetour } from './shell-hash.ts';
import { choosePrintedShell } from './printed-shell.ts';
import { describePolicy } from './policy-rows.ts';
import { describeProject } from './project-rows.ts';

/** All that is told of one call. */
type Told = {
  readonly decision: Decision;
  /** The call that `policy` is about: without arguments, an install. */
  readonly judged: Decision;
  readonly report: InterpreterReport | null;
  /** Why the interpreter gave no answer; null if it did, or there is none. */
  readonly failure: string | null;
  readonly manager: Manager | null;
  readonly shadowedPip: ShadowedPip | null;
  readonly mismatches: readonly EnvironmentMismatch[];
  readonly ignored: readonly IgnoredFile[];
  /** Why the name does not reach us in this shell; null if it does. */
  readonly detour: string | null;
  /** What the shell may remember. */
  readonly memory: readonly string[];
  /** With --all: interpreters that were not considered, since the question was settled before. */
  readonly others: readonly Interpreter[] | null;
};

export const whichCommand: AdminCommand = {
  usage: 'which [name]',
  rest: '[-- PIP_ARGUMENTS]',
  summary: 'Show which Python pip uses here, why, and what the policy says',
  examples: [
    ['pipward which', 'the Python that `pip` means in this directory'],
    ['pipward which pip3.12', 'the same for another name'],
    ['pipward which --all', 'also the Pythons that were not considered'],
    ['pipward which -- install flask', 'and what the policy says about that call'],
  ],
  words: { name: { describe: 'the name that would be called: pip, pip3, pip3.12', type: 'string' } },
  options: {
    json: { describe: 'print JSON', type: 'boolean' },
    all: { describe: 'list the other Pythons, too', type: 'boolean' },
  },
  run: async ({ env, programDirectory, platform, windows }, given) => {
    const shims = path.join(path.dirname(programDirectory), 'shims');
    const name = given.text('name') ?? 'pip';
    if (parseShimName(name, platform) === null) {
      throw new UsageError(
        `${JSON.stringify(name)} is not a name of pip (pip, pip3, pip3.12); a call goes after \`--\`: pipward which -- install flask`,
      );
    }
    const context = captureContext(name, given.rest, env, shims, windows);
    const layers = findPolicyLayers(context);
    const decision = decide(context, layers, 0);
    const isOfCall = given.rest.length > 0;
    const judged = isOfCall ? decision : decide({ ...context, arguments: ['install', 'x'] }, layers, 0);
    const { resolution } = decision;
    const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
    const probe = interpreter === null ? null : await probeInterpreter(interpreter.executable, context);
    const told: Told = {
      decision,
      judged,
      report: probe?.kind === 'answered' ? probe.report : null,
      failure: probe?.kind === 'failed' ? probe.reason : null,
      manager: interpreter === null ? null : findManager(interpreter, context),
      shadowedPip: findOtherPip(context, interpreter),
      mismatches: listMismatches(context, resolution, findEnvironmentNames(decision.layers)),
      ignored: listIgnoredFiles(context, [...POLICY_NAMES, PYENV_FILE, ...findEnvironmentNames(decision.layers)]),
      detour: findDetour(context),
      memory: (windows === undefined ? checkMemory(path.dirname(programDirectory)) : []).map(
        ({ text, fix }) => `${text}; then ${fix}`,
      ),
      others: given.flag('all') ? listOthers(decision, context) : null,
    };
    if (given.flag('json')) sayJson(describeForPrograms(told));
    else say(describe(told, context));
    return resolution.kind === 'resolved' ? 0 : 1;
  },
};

function listOthers({ resolution }: Decision, context: CallContext): readonly Interpreter[] {
  const seen = new Set(resolution.trace.map((line) => line.path));
  const real = resolution.kind === 'not-found' ? null : resolution.interpreter.realPath;
  return [...listKnownInterpreters(context)].filter(
    ({ executable, realPath, environment }) =>
      !seen.has(executable) && (environment.kind === 'virtual' || realPath !== real),
  );
}

/** The answer first, then how it came about, then what the policy says of it. */
function describe(told: Told, context: CallContext): string {
  const { decision, judged, shadowedPip, mismatches, ignored, detour, memory, others } = told;
  const { home } = context;
  const lines = [
    ...describeAnswer(told, context),
    ...(shadowedPip?.isElsewhere === true ? [`other pip     ${describeOtherPip(shadowedPip, home)}`] : []),
    ...[...(detour === null ? [] : [detour]), ...memory].map((text) => `shell         ${text}`),
    ...describeProject(decision, context).map(([label, text]) => `${label.padEnd(12)}  ${text}`),
    ...mismatches.map((each) => `note          ${describeMismatch(each).text}`),
    ...ignored.map((each) => `ignored       ${describeIgnored(each)}`),
    '',
    'considered, in this order:',
    ...renderTrace(decision.resolution).trimEnd().split('\n'),
    ...(others === null ? [] : ['', 'not considered:', ...describeOthers(others, context)]),
    '',
    ...describePolicy(judged, decision, home),
    ...describeOnRefusal(judged, context).map((text) => `on refusal    ${text}`),
    ...describeStarts(decision, context),
  ];
  return lines.map((line) => cleanText(line)).join('\n');
}

function describeStarts(decision: Decision, context: CallContext): readonly string[] {
  if (decision.kind !== 'refuse') return [`starts        ${describeStart(decision.start, decision, context)}`];
  return decision.because === 'policy' ? ['starts        nothing, since this call is refused'] : [];
}

function describeAnswer({ decision, report, failure, manager }: Told, { name, home, files }: CallContext) {
  const { resolution } = decision;
  if (resolution.kind === 'not-found') return [`${name}: no Python found for ${resolution.wanted}`];
  const { interpreter, source, evidence } = resolution;
  const version = report?.version ?? showVersion(interpreter.version);
  const facts = [
    ...(version === null ? [] : [`Python ${version}`]),
    describePlaceKind(interpreter, manager),
    ...(report === null ? [] : [describeInstallPlace(report, home)]),
  ];
  const changed = evidence.kind === 'file' ? files.status(evidence.path)?.modified : undefined;
  const since =
    changed === undefined ? '' : `, changed ${new Date(changed).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return [
    `${interpreter.executable}  (${facts.join('; ')})`,
    `chosen by     ${describeOrigin(source, evidence)}${since}`,
    // A shim only says by running where it leads.
    ...(interpreter.environment.kind === 'unknown' && report !== null ? [`leads to      ${report.prefix}`] : []),
    ...(resolution.kind === 'without-pip' ? ['pip           not in it'] : []),
    ...(resolution.kind === 'resolved' && resolution.pipRunner !== null
      ? [`pip           that of ${resolution.pipRunner.executable}, by --python`]
      : []),
    ...(failure === null ? [] : [`probe         failed: ${failure}`]),
  ];
}

function describeOthers(others: readonly Interpreter[], context: CallContext): readonly string[] {
  if (others.length === 0) return ['no other Python is known here'];
  return others.map((each) => {
    const version = showVersion(each.version);
    const kind = describePlaceKind(each, findManager(each, context));
    return `${each.executable}  (${version === null ? '' : `Python ${version}; `}${kind})`;
  });
}

/** What is run, ready to paste; without the bootstrap that Pythons before 3.11 get, and without a user's secrets. */
export function describeStart(
  [executable, ...flags]: StartCommand,
  { command, resolution }: Decision,
  context: CallContext,
): string {
  const text = flags.indexOf('-c');
  const interpreter =
    resolution.kind === 'not-found'
      ? null
      : ((resolution.kind === 'resolved' ? resolution.pipRunner : null) ?? resolution.interpreter);
  const module = startModule(describePython(executable, interpreter), 'pip', text > 0 || holdsShadowingModule(context));
  const start = text === -1 ? [executable, ...flags] : [...module, ...flags.slice(text + 2)];
  return repeatWith(start, command, choosePrintedShell(context)).text;
}

/** Where `pip install X` would put X: pip's own rules (decide_user_install). */
function describeInstallPlace(report: InterpreterReport, home: string | null): string {
  if (report.managedMarker !== null) return `cannot install here: ${report.managedMarker} forbids it`;
  if (report.siteWritable) return `installs to ${shortenHome(report.purelib, home)}`;
  return report.userSiteEnabled
    ? `installs to ${shortenHome(report.userSite, home)}, the user site: ${report.purelib} is not writable`
    : `cannot install: ${report.purelib} is not writable`;
}

/** Names that programs read keep their names. */
function resolutionForPrograms({ trace, ...rest }: Resolution) {
  if (rest.kind !== 'resolved') return { ...rest, ledger: trace };
  const { pipRunner, ...others } = rest;
  return { ...others, driver: pipRunner, ledger: trace };
}

function describeForPrograms({ decision, judged, report, manager, shadowedPip, mismatches, ignored, others }: Told) {
  const { resolution } = decision;
  const { verdict } = judged;
  return {
    schema: 1,
    resolution: resolutionForPrograms(resolution),
    manager,
    report,
    otherPip: shadowedPip,
    contradictions: mismatches,
    ignored,
    ...(others === null ? {} : { others }),
    action: decision.kind,
    status: decision.kind === 'refuse' ? decision.status : null,
    start: decision.kind === 'refuse' ? null : decision.start,
    policy: {
      verdict: verdict.kind,
      onRefusal: nameOnRefusal(judged),
      layers: verdict.layers.map((each) => ({
        file: each.layer.file,
        scope: each.layer.scope,
        line: each.kind === 'unreadable' ? null : each.line,
      })),
    },
  };
}
