import { decide } from '../../../src/decision/decide.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import type { Decision } from '../../../src/model/decision.ts';
import type { Interpreter, Resolution } from '../../../src/model/environment.ts';
import type { LayerVerdict, PolicyLayer, PolicyVerdict } from '../../../src/model/policy.ts';
import { startEnvironment } from '../../../src/pip/command-line.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { describeProblem } from '../../../src/policy/describe-problem.ts';
import { findPolicyLayers } from '../../../src/policy/file/find-layers.ts';
import { runShim, type Ends } from '../../../src/shim/main.ts';
import { formatAnswer } from '../../../src/shim/sh-protocol.ts';
import { onMachine, type Machine } from './machine/machine.ts';
import type { Decided, Json, Layer, Outcome, Resolved, RuleSaid, Said, Step, Verdict } from './outcome.ts';
import type { World } from './world.ts';

/**
 * The one file of the differential run that imports the product: it asks the build of its own tree, and translates the
 * answer into the words of outcome.ts. When the structure of src changes, this file follows and outcome.ts stays.
 */
export function outcomeOf(world: World): Promise<Outcome> {
  return onMachine(world, async (machine) => {
    const context = contextOf(world, machine);
    const layers = findPolicyLayers(context);
    const decision = decide(context, layers, world.depth);
    const mayOffer = decision.kind === 'refuse' && decision.mayOffer;
    return {
      layers: layers.map(toLayer),
      decision: toDecided(decision, context),
      agreed: mayOffer
        ? toDecided(decide(context, layers, world.depth, { useProjectEnvironment: true }), context)
        : null,
      decideMode: await runDecideMode(world, machine),
      watchMode: decision.kind === 'watch' || mayOffer ? await runWatchMode(world, machine) : null,
    };
  });
}

/** As captureContext() would see that machine. */
function contextOf(world: World, { view }: Machine): CallContext {
  const { platform, cwd, home, accountHome, userId, name, today, program } = world;
  return {
    platform,
    env: { ...world.env, _PIPWARD_DEPTH: String(world.depth + 1) },
    cwd,
    home,
    accountHome,
    userId,
    name,
    arguments: world.arguments,
    shimsDirectory: `${program}/shims`,
    today,
    files: view,
  };
}

async function runDecideMode(world: World, machine: Machine) {
  const answers: string[] = [];
  const said = await runMode('decide', world, machine, {
    answer: (answer) => void answers.push(formatAnswer(answer)),
    loadWatch: () => Promise.reject(new Error('decide does not watch')),
  });
  return { ...said, answer: answers };
}

/** Monitors the world's run of pip in place of a process. */
async function runWatchMode(world: World, machine: Machine) {
  const { pip } = world;
  let start: Json = null;
  const watch: Awaited<ReturnType<Ends['loadWatch']>>['watch'] = async (decision, _, __, ___, loadReporter) => {
    start = decision.start;
    const reporter = await loadReporter();
    if (pip.end.kind === 'not-started') {
      const [executable] = decision.start;
      await reporter.report({ code: 'interpreter-not-runnable', executable, reason: pip.end.reason }, decision);
      return pip.end;
    }
    const watcher = createOutputWatcher();
    watcher.push('stdout', Buffer.from(pip.stdout));
    watcher.push('stderr', Buffer.from(pip.stderr));
    const observations = watcher.finish();
    const run = { decision, outcome: pip.end, observations, wasRead: pip.wasRead, startedAt: 0 };
    await reporter.reportRun(run, !pip.stderr.endsWith('\n'));
    return pip.end;
  };
  const said = await runMode('watch', world, machine, {
    answer: () => {},
    loadWatch: () =>
      Promise.resolve({
        watch,
        mirrorExit: (own, end) => own.exit(end.kind === 'exited' ? end.status : 128),
      }),
  });
  return { ...said, start };
}

async function runMode(mode: string, world: World, machine: Machine, ends: Ends): Promise<Said> {
  machine.printed.length = 0;
  machine.writes.length = 0;
  let status: number | null = null;
  const exit = (code?: number | string | null): never => {
    status = Number(code);
    throw new Exit();
  };
  const own = {
    argv: ['node', `${world.program}/dist/shim.cjs`, mode, world.name, ...world.arguments],
    env: { ...world.env, _PIPWARD_DEPTH: String(world.depth) },
    exit,
  };
  try {
    const leave = await runShim(own, { pip: false }, ends);
    leave();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
  }
  return { text: Buffer.concat(machine.printed).toString('utf8'), writes: [...machine.writes], status };
}

class Exit extends Error {}

function toLayer({ scope, file, rules, settings, problems, warnings }: PolicyLayer): Layer {
  const { demands, accept, exempt, exemptPackages, allowBypass, onRefusal, reason, contact } = rules;
  const { python, environmentNames, projectEnvironment, adviceForm } = settings;
  return {
    scope,
    file,
    rules: { demands, accept, exempt, exemptPackages, allowBypass, onRefusal, reason, contact },
    settings: { python, environmentNames, projectEnvironment, adviceForm },
    problems: problems.map(describeProblem),
    warnings: warnings.map(describeProblem),
  };
}

function toDecided(decision: Decision, { env }: CallContext): Decided {
  const { kind, adviceForm, command, verdict, resolution } = decision;
  const isRefusal = decision.kind === 'refuse';
  const insteadOf = isRefusal ? null : decision.insteadOf;
  const given = isRefusal ? env : startEnvironment(decision.start, env);
  const names = [...new Set([...Object.keys(env), ...Object.keys(given)])];
  return {
    kind,
    because: isRefusal ? decision.because : null,
    status: isRefusal ? decision.status : null,
    mayOffer: isRefusal && decision.mayOffer,
    adviceForm,
    command: { ...command },
    verdict: toVerdict(verdict),
    resolution: toResolved(resolution),
    start: isRefusal ? null : decision.start,
    changedVariables: names.filter((name) => env[name] !== given[name]).map((name) => [name, given[name] ?? null]),
    insteadOf:
      insteadOf === null
        ? null
        : { verdict: toVerdict(insteadOf.verdict), resolution: toResolved(insteadOf.resolution) },
  };
}

function toVerdict({ kind, layers, advised, lifted, passRequireVirtualenv }: PolicyVerdict): Verdict {
  return {
    kind,
    layers: layers.map(toRuleSaid),
    advised: advised.map(toRuleSaid),
    waived: lifted.map(toRuleSaid),
    requiresVirtualenv: passRequireVirtualenv,
  };
}

function toRuleSaid(said: LayerVerdict): RuleSaid {
  const { kind, layer } = said;
  if (kind === 'unreadable') return { kind, file: layer.file, rule: null, line: null, from: null, waiver: null };
  const { rule, line, from } = said;
  const waiver = kind === 'lifted' ? { would: said.would, ...said.lifted } : null;
  return { kind: kind === 'lifted' ? 'waived' : kind, file: layer.file, rule, line, from, waiver };
}

function toResolved(resolution: Resolution): Resolved {
  const isMissing = resolution.kind === 'not-found';
  return {
    kind: resolution.kind,
    source: isMissing ? null : resolution.source,
    evidence: isMissing ? null : resolution.evidence,
    interpreter: isMissing ? null : toInterpreter(resolution.interpreter),
    runner:
      resolution.kind === 'resolved' && resolution.pipRunner !== null ? toInterpreter(resolution.pipRunner) : null,
    wanted: isMissing ? resolution.wanted : null,
    known: isMissing ? resolution.known.map(toInterpreter) : null,
    trace: resolution.trace.map(({ source, evidence, path, outcome }): Step => ({
      source,
      evidence,
      path,
      outcome: outcome.kind === 'chosen' ? 'chosen' : outcome.reason,
      detail: outcome.kind === 'chosen' ? null : outcome.detail,
    })),
  };
}

function toInterpreter(interpreter: Interpreter): Json {
  const { executable, realPath, version, environment, stdlib, siteDirectories, pip } = interpreter;
  return { executable, realPath, version, environment, stdlib, siteDirectories, pip };
}
