import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { NodeSignal } from '../../model/observation.ts';
import { isStoppedOrPending, takesDefaultAction } from './process-state.ts';
import { catchRealTime } from './real-time-signals.ts';
import { isRealTime, nameSignal, sendSignal, signalNumber, toNodeName } from './signal-numbers.ts';
import type { SignalProbe } from './signal-probe.ts';
import { readStat } from '../read-stat.ts';

/** What signals are passed on to: a child process. */
type Target = Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode'>;

/** The kernel sends these to the whole foreground process group when a key is pressed: taken for that if nothing tells. */
const FROM_KEYBOARD: readonly NodeSignal[] = ['SIGINT', 'SIGQUIT'];
/** Stop by default: we pass them on and then stop as well, so that a shell with job control sees it. */
const STOPPING: readonly NodeSignal[] = ['SIGTSTP', 'SIGTTIN', 'SIGTTOU'];
/** Node writes to a closed pipe, or over the limit of a file, all the time, and must not end by that after a run either. */
const IGNORED_BY_NODE: readonly NodeSignal[] = ['SIGPIPE', 'SIGXFSZ'];
/**
 * Cannot be caught, or must not be. CHLD comes from our own children. After a fault of Node itself a handler returns to
 * the instruction that failed, and Node would run in a circle for ever: it ends by these, and the probe ends pip.
 */
const LEFT_ALONE: readonly string[] = 'KILL STOP CHLD SEGV BUS FPE ILL TRAP'.split(' ').map((name) => `SIG${name}`);
/** Twice does no harm, and to us alone they must reach pip. The size of pip's terminal is changed before WINCH is passed on. */
const TWICE: readonly NodeSignal[] = ['SIGCONT', 'SIGWINCH'];
/** How long a program that catches TSTP may take to stop by itself. */
const STOP_MILLISECONDS = 100;
/** How long after CONT a TTOU or TTIN may come of a thread that had got it before we stopped, and went on with it only then. */
const LATE_MILLISECONDS = 1000;

export type Passing = {
  readonly stop: () => void;
  /** Catches what is left, when pip was started: pip need not wait for that. `ignored`: SigIgn of proc(5). */
  readonly catchRest: (ignored: string) => void;
  /** The real-time signal that ended the child, as far as one is known to have come. */
  readonly fatal: () => NodeSignal | null;
};

/**
 * Handles signals until pip has ended. What the whole process group was sent has reached pip already; what was sent to
 * us alone is passed on.
 */
export function passSignals(
  ignored: readonly string[],
  child: () => Target | undefined,
  probe: () => Pick<SignalProbe, 'whoGot' | 'resume'> | null,
): Passing {
  let fatal: NodeSignal | null = null;
  let endRealTime = () => {};
  const send = (signal: NodeSignal) => {
    const target = child();
    if (target?.pid === undefined || target.exitCode !== null || target.signalCode !== null) return;
    sendSignal(target.pid, signal);
  };
  const passOn = async (signal: NodeSignal) => {
    const number = signalNumber(signal) ?? 0;
    const pid = child()?.pid;
    // Node would report such an end as success.
    if (isRealTime(number) && pid !== undefined && takesDefaultAction(pid, number)) fatal = signal;
    const who = (await probe()?.whoGot(signal)) ?? (FROM_KEYBOARD.includes(signal) && isForeground() ? 'all' : 'us');
    if (who === 'us') send(signal);
  };
  /** How often we were continued: a signal that stops has no effect any more if a CONT came after it, as in the kernel. */
  let continued = 0;
  let continuedAt = -Infinity;
  let isStopping = false;
  const stopAlike = async (signal: NodeSignal) => {
    // A thread that writes to a terminal with `tostop` is sent TTOU again and again, until we have stopped.
    if (isStopping) return;
    isStopping = true;
    const before = continued;
    // All signals that have been caught by now are told first, a CONT among them.
    await new Promise((resolve) => setImmediate(resolve));
    const pid = child()?.pid;
    const number = signalNumber(signal) ?? 0;
    const isStopped = pid !== undefined && isStoppedOrPending(pid, number);
    const catches = pid !== undefined && !isStopped && !takesDefaultAction(pid, number);
    const who = isStopped ? 'all' : ((await probe()?.whoGot(signal)) ?? 'us');
    isStopping = false;
    if (continued !== before) return;
    // In the foreground the kernel sends neither.
    const isLate = signal !== 'SIGTSTP' && performance.now() - continuedAt < LATE_MILLISECONDS && isForeground();
    if (isLate) return;
    if (who === 'us') send(signal);
    if (!catches) stopSelf(signal);
    else setTimeout(() => void (isStoppedOrPending(pid, number) && stopSelf(signal)), STOP_MILLISECONDS).unref();
  };
  const stopSelf = (signal: NodeSignal) => {
    const index = handlers.findIndex(([name]) => name === signal);
    const handler = handlers[index]?.[1];
    if (handler === undefined) return;
    process.off(toNodeName(signal), handler);
    sendSignal(process.pid, signal);
    // Here we go on.
    if (!isOver) process.on(toNodeName(signal), handler);
  };
  const choose = (signal: NodeSignal): (() => void) => {
    if (ignored.includes(signal)) return () => {};
    if (STOPPING.includes(signal)) return () => void stopAlike(signal);
    if (!TWICE.includes(signal)) return () => void passOn(signal);
    return () => {
      if (signal === 'SIGCONT') {
        continued += 1;
        continuedAt = performance.now();
        probe()?.resume();
      }
      // After the other listeners, of which one resizes pip's terminal.
      setImmediate(() => send(signal));
    };
  };
  let isOver = false;
  const handlers: (readonly [NodeSignal, () => void])[] = [];
  const listen = (signals: readonly NodeSignal[]) => {
    for (const signal of signals) {
      const handler = choose(signal);
      handlers.push([signal, handler]);
      process.on(toNodeName(signal), handler);
    }
  };
  listen(EARLY);
  return {
    stop: () => {
      isOver = true;
      endRealTime();
      for (const [signal, handler] of handlers) {
        // What was ignored when we were called, or by Node, stays ignored to our end.
        if (ignored.includes(signal)) continue;
        if (IGNORED_BY_NODE.includes(signal)) process.on(toNodeName(signal), doNothing);
        process.off(toNodeName(signal), handler);
      }
    },
    catchRest: (mask) => {
      listen(ALL.filter((signal) => !EARLY.includes(signal)));
      endRealTime = catchRealTime(mask, (number) => void passOn(nameSignal(number)));
    },
    fatal: () => fatal,
  };
}

/** All that Node can catch; of two names of one number the first. */
const ALL: readonly NodeSignal[] = [
  ...new Set(Object.values(constants.signals).map((number) => nameSignal(number))),
].filter((signal) => !LEFT_ALONE.includes(signal));
/** These come often enough to be caught before pip is started. USR1 would start Node's debugger. */
const EARLY: readonly NodeSignal[] = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGCONT'];

function doNothing(): void {}

/** Whether this process group is the foreground group of the terminal: pgrp and tpgid of proc(5). */
export function isForeground(): boolean {
  const stat = readStat('self');
  // Without /proc, a terminal that is ours means that its keys reached pip as well.
  return stat === null || (stat.field(5) !== undefined && stat.field(5) === stat.field(8));
}
