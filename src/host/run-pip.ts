import type { ChildProcess } from 'node:child_process';
import spawn from 'cross-spawn';
import type { StartCommand } from '../model/action.ts';
import type { Outcome, Stream } from '../model/observation.ts';
import { errorCode } from './error-code.ts';
import { listIgnoredSignals } from './ignored-signals.ts';
import type { InheritedState } from './inherited-state.ts';
import type { OutputPlan, StreamPlan } from './plan-output.ts';
import { passSignals } from './signals.ts';
import type { Tee } from './tee.ts';
import { findStty } from './terminal-size.ts';
import { throughTrampoline, type TrampolineTerminals } from './trampoline.ts';
import { callWitness, type Witness } from './witness.ts';

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
  const ignored = listIgnoredSignals(run.state.ignored);
  const { command, env } = throughTrampoline(run.command, run.env, run.state, ignored, terminals);
  const [file, ...args] = command;
  let witness: Witness | null = null;
  const stopPassing = passSignals(
    ignored,
    () => child,
    async (signal) => (await witness?.whoGot(signal)) ?? null,
  );
  run.onStart();
  let child: ChildProcess;
  try {
    // cross-spawn's types know three descriptors only.
    child = spawn(file, args, { env, stdio: childDescriptors(run) });
  } catch (error) {
    // E2BIG, which Node throws, as it does some others.
    stopPassing();
    return { kind: 'not-started', reason: errorCode(error) === 'E2BIG' ? 'too-long' : 'failed' };
  }
  const ended = waitForEnd(child);
  // After pip, which need not wait for it.
  witness = callWitness(terminals?.masters ?? []);
  for (const { stream, tee } of tees) tee.begin((bytes) => run.onBytes(stream, bytes));
  const outcome = await ended;
  // From here on signals are meant for us again: a reader that does not read may hold us for long.
  stopPassing();
  witness.end();
  await Promise.all(tees.map(({ tee }) => tee.finish()));
  return outcome;
}

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
function childDescriptors({ state, output }: PipRun): ('ignore' | number)[] {
  const target = (plan: StreamPlan) =>
    plan.kind === 'closed' ? 'ignore' : plan.kind === 'inherit' ? plan.fd : plan.tee.writeEnd;
  const stdio: ('ignore' | number)[] = [
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

function waitForEnd(child: ChildProcess): Promise<Outcome> {
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
    child.once('exit', (status, signal) => {
      resolve(signal === null ? { kind: 'exited', status: status ?? 1 } : { kind: 'signalled', signal });
    });
  });
}
