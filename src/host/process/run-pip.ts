import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import spawn from 'cross-spawn';
import type { StartCommand } from '../../model/decision.ts';
import type { NodeSignal, Outcome, Stream } from '../../model/observation.ts';
import { errorCode } from '../error-code.ts';
import { listIgnoredSignals } from './ignored-signals.ts';
import type { InheritedState } from './inherited-state.ts';
import type { OutputPlan, StreamPlan } from '../streams/plan-output.ts';
import { readDeath } from './process-state.ts';
import { nameSignal } from './signal-numbers.ts';
import { passSignals } from './signals.ts';
import type { Tee } from '../streams/tee.ts';
import { findStty } from '../streams/terminal-size.ts';
import { throughTrampoline, type TrampolineStart, type TrampolineTerminals } from './pip-trampoline.ts';
import { startSignalProbe, type SignalProbe } from './signal-probe.ts';

export type PipRun = {
  readonly command: StartCommand;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly state: InheritedState;
  readonly output: OutputPlan;
  readonly onBytes: (stream: Stream, bytes: Uint8Array) => void;
  /** Called right before pip is started: from then on nothing may start it a second time. */
  readonly onStart: () => void;
};

/** Runs pip to its end; its output has then reached the caller whole. Never rejects. */
export async function runPip(run: PipRun): Promise<Outcome> {
  const tees = listTees(run.output);
  const terminals = findTerminals(tees);
  const ignored = listIgnoredSignals(run.state);
  let probe: SignalProbe | null = null;
  const passing = passSignals(
    ignored,
    () => child,
    () => probe,
  );
  run.onStart();
  let child: ChildProcess;
  try {
    child = startChild(run, ignored, terminals);
  } catch (error) {
    // Node throws E2BIG, as it does some others.
    passing.stop();
    return { kind: 'not-started', reason: errorCode(error) === 'E2BIG' ? 'too-long' : 'failed' };
  }
  let death: number | null = null;
  const ended = waitForEnd(child, () => (death === null ? passing.fatal() : nameSignal(death)));
  for (const { stream, tee } of tees) {
    // Right before the kernel tells Node of pip's end, which then forgets what a real-time signal's was.
    const look = () => void (child.pid !== undefined && (death ??= readDeath(child.pid)));
    tee.begin((bytes) => run.onBytes(stream, bytes), look);
  }
  // After pip, which need not wait for these.
  if (child.pid !== undefined) probe = startSignalProbe(terminals?.masters ?? [], child.pid);
  passing.catchRest(run.state.ignored);
  const outcome = await ended;
  // Stops forwarding signals: the rest of the output may wait for a slow reader, and a signal must end this process.
  passing.stop();
  await Promise.all([probe?.end(), ...tees.map(({ tee }) => tee.finish())]);
  return outcome;
}

/** Starts pip; where the words are too long for the system in the usual form, in one that is short. Throws. */
function startChild(run: PipRun, ignored: readonly string[], terminals: TrampolineTerminals | null): ChildProcess {
  const stdio = childDescriptors(run);
  const form = (feed: number | null) => throughTrampoline(run.command, run.env, run.state, ignored, terminals, feed);
  const start = form(null);
  try {
    if (!start.isTooLong) return spawnProgram(start, stdio);
  } catch (error) {
    if (errorCode(error) !== 'E2BIG') throw error;
  }
  const feed =
    [3, 4, 5, 6, 7, 8, 9].find((fd) => !run.state.open.includes(fd) && !terminals?.masters.includes(fd)) ?? 9;
  while (stdio.length < feed) stdio.push('ignore');
  stdio[feed] = 'pipe';
  const fed = form(feed);
  const child = spawnProgram(fed, stdio);
  const pipe = child.stdio[feed];
  pipe?.on('error', () => {});
  if (pipe instanceof Socket) pipe.end(fed.script ?? '', 'latin1');
  return child;
}

function spawnProgram({ command: [file, ...args], env }: TrampolineStart, stdio: Descriptors): ChildProcess {
  // cross-spawn's types know three descriptors only.
  return spawn(file, args, { env, stdio });
}

type Descriptors = ('ignore' | 'pipe' | number)[];

/** A tee and the descriptor of pip that it serves. */
type Served = { readonly stream: Stream; readonly number: 1 | 2; readonly tee: Tee };

/** One that serves both streams comes once, as stdout's. */
function listTees({ stdout, stderr }: OutputPlan): readonly Served[] {
  const first: readonly Served[] = stdout.kind === 'tee' ? [{ stream: 'stdout', number: 1, tee: stdout.tee }] : [];
  if (stderr.kind !== 'tee' || first.some(({ tee }) => tee === stderr.tee)) return first;
  return [...first, { stream: 'stderr', number: 2, tee: stderr.tee }];
}

function findTerminals(tees: readonly Served[]): TrampolineTerminals | null {
  const stty = findStty();
  const found = tees.flatMap(({ number, tee: { master } }) => (master === null ? [] : [{ number, master }]));
  if (stty === null || found.length === 0) return null;
  return { stty, outputs: found.map(({ number }) => number), masters: found.map(({ master }) => master) };
}

/** Descriptors of the child by number: the caller's other open ones keep theirs, since Node closes 3 to 15 on exec. */
function childDescriptors({ state, output }: PipRun): Descriptors {
  const target = (plan: StreamPlan) =>
    plan.kind === 'closed' ? 'ignore' : plan.kind === 'inherit' ? plan.fd : plan.tee.writeEnd;
  const stdio: Descriptors = [
    state.closed.has(0) ? 'ignore' : state.stdio[0],
    target(output.stdout),
    target(output.stderr),
  ];
  for (const fd of state.open) {
    while (stdio.length < fd) stdio.push('ignore');
    stdio[fd] = fd;
  }
  return stdio;
}

/** `realTime`: tells of a real-time signal that ended the child, which Node reports as an exit with status 0. */
function waitForEnd(child: ChildProcess, realTime: () => NodeSignal | null): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      const code = errorCode(error);
      // An error after the start (a signal that could not be sent) is no end.
      if (child.pid !== undefined) return;
      resolve({
        kind: 'not-started',
        reason: code === 'ENOENT' ? 'missing' : code === 'EACCES' ? 'not-permitted' : 'failed',
      });
    });
    child.once('exit', (status, name) => {
      const signal = name ?? (status === 0 ? realTime() : null);
      resolve(signal === null ? { kind: 'exited', status: status ?? 1 } : { kind: 'signalled', signal });
    });
  });
}
