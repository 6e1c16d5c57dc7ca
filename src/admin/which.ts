import path from 'node:path';
import { observe } from '../host/observe.ts';
import { probeInterpreter } from '../host/probe-interpreter.ts';
import { repeatWith } from '../diagnostics/repeat.ts';
import type { Action, StartCommand } from '../model/action.ts';
import type { Interpreter } from '../model/environment.ts';
import type { InterpreterReport } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { findPolicyLayers } from '../policy/find-layers.ts';
import { decide } from '../shim/decide.ts';
import { cleanText, shortenHome } from '../terminal/clean.ts';
import { describeEvidence, describeSource, renderLedger } from '../terminal/render-ledger.ts';
import type { AdminCommand } from './command.ts';
import { say } from './output.ts';

export const whichCommand: AdminCommand = {
  usage: 'which [name]',
  summary: 'Say which Python pip works for here, why, and what the policy says',
  examples: [
    ['pipward which', 'the Python that `pip` means in this directory'],
    ['pipward which pip3.12', 'the same for another name'],
    ['pipward which -- install flask', 'and whether the policy would let it run'],
  ],
  words: { name: { describe: 'the name that would be called: pip, pip3, pip3.12', type: 'string' } },
  options: { json: { describe: 'print an object for programs', type: 'boolean' } },
  run: async ({ env, programDirectory }, given) => {
    const shims = path.join(path.dirname(programDirectory), 'shims');
    const surroundings = observe(given.text('name') ?? 'pip', given.rest, env, shims);
    const action = decide(surroundings, findPolicyLayers(surroundings), 0);
    const interpreter = action.resolution.kind === 'not-found' ? null : action.resolution.interpreter;
    const probe = interpreter === null ? null : await probeInterpreter(interpreter.executable, env);
    const report = probe?.kind === 'answered' ? probe.report : null;
    if (given.flag('json')) say(JSON.stringify(describeForPrograms(action, report)));
    else say(describe(action, surroundings, report, probe?.kind === 'failed' ? probe.reason : null));
    return action.resolution.kind === 'resolved' ? 0 : 1;
  },
};

function describe(
  action: Action,
  surroundings: Surroundings,
  report: InterpreterReport | null,
  failure: string | null,
): string {
  const { resolution } = action;
  const lines: string[] = [];
  if (resolution.kind === 'not-found') {
    lines.push(`${surroundings.name}: no Python found for ${resolution.wanted}`);
  } else {
    const { interpreter, source, evidence } = resolution;
    lines.push(
      `${interpreter.executable}  (${describeInterpreter(interpreter, report)})`,
      `chosen by     ${describeSource(source)}: ${describeEvidence(evidence)}`,
    );
    if (resolution.kind === 'without-pip') lines.push('pip           not in it');
    else if (resolution.driver !== null)
      lines.push(`pip           that of ${resolution.driver.executable}, by --python`);
    if (failure !== null) lines.push(`asked         no answer: ${failure}`);
    if (report !== null) lines.push(`installs to   ${describePlace(report, surroundings.home)}`);
  }
  lines.push(`policy        ${describeVerdict(action, surroundings.home)}`);
  if (action.kind !== 'refuse') {
    lines.push(`starts        ${describeStart(action.start, action.command)}`);
  }
  return `${lines.map((line) => cleanText(line)).join('\n')}\n\nlooked at, in this order:\n${renderLedger(resolution).trimEnd()}`;
}

function describeInterpreter({ version, environment }: Interpreter, report: InterpreterReport | null): string {
  const number =
    report?.version ??
    (version === null ? null : [version.major, version.minor, version.patch].filter((part) => part !== null).join('.'));
  const kinds = {
    virtual: 'virtual environment',
    conda: 'conda environment',
    base: environment.kind === 'base' && environment.managedMarker !== null ? 'externally managed' : 'no environment',
    unknown: 'a wrapper',
  };
  return `${number === null ? '' : `Python ${number}, `}${kinds[environment.kind]}`;
}

/** What is run, ready to paste; without the bootstrap that Pythons before 3.11 get, and without a person's secrets. */
function describeStart([executable, ...flags]: StartCommand, command: PipCommand): string {
  const [flag, , ...options] = flags;
  return repeatWith([executable, ...(flag === '-c' ? ['-m', 'pip', ...options] : flags)], command, 'posix').text;
}

/** Where `pip install X` would put X: pip's own rules (decide_user_install). */
function describePlace(report: InterpreterReport, home: string | null): string {
  if (report.managedMarker !== null) return `nowhere: ${report.managedMarker} forbids it`;
  if (report.siteWritable) return shortenHome(report.purelib, home);
  return report.userSiteEnabled
    ? `${shortenHome(report.userSite, home)}, the user site: ${report.purelib} is not writable`
    : `nowhere: ${report.purelib} is not writable`;
}

function describeVerdict({ verdict, command, layers }: Action, home: string | null): string {
  const subject = command.subcommand === null ? 'pip' : `pip ${command.subcommand}`;
  const files = layers.length === 0 ? 'no policy file' : layers.map(({ file }) => shortenHome(file, home)).join(', ');
  if (verdict.kind === 'allowed') return `${subject} is allowed (${files})`;
  const who = verdict.layers
    .map(
      (each) =>
        `${shortenHome(each.layer.file, home)}${each.kind === 'unreadable' || each.line === null ? '' : `:${each.line}`}`,
    )
    .join(', ');
  return `${subject} is ${verdict.kind === 'advised' ? 'advised against' : 'refused'} by ${who}`;
}

function describeForPrograms(action: Action, report: InterpreterReport | null) {
  const { resolution, verdict } = action;
  return {
    schema: 1,
    resolution,
    report,
    action: action.kind,
    status: action.kind === 'refuse' ? action.status : null,
    start: action.kind === 'refuse' ? null : action.start,
    policy: {
      verdict: verdict.kind,
      layers: verdict.layers.map((each) => ({
        file: each.layer.file,
        scope: each.layer.scope,
        line: each.kind === 'unreadable' ? null : each.line,
      })),
    },
  };
}
