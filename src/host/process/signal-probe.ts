// Problem: Node does not say who sent a signal. A key, or `kill %1`, signals the whole process group: pip has the signal
// already, and a second INT would break its clean-up. A signal for the shim's process id alone must be forwarded to pip.
//
// Mechanism: a small sh, the probe, sleeps in the shim's process group. The kernel signals a group from its newest process
// on. So 20 ms after a signal the probe is either dying of the same one (the group got it), or it sleeps and was sent
// nothing. It also reads a pipe of the shim: if that closes first, the shim was killed, and the probe ends pip too.
//
// Tried: a rule without a probe (INT and QUIT in the foreground come from the keyboard) lost these two when they were sent
// to the shim alone, and gave pip signals for the group twice. Looking whether pip reacts shows nothing: pip may be in the
// middle of a rollback. A probe that had only just started gave wrong answers; so it counts once it was seen asleep.
// See docs/internals/signals.md.

import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { NodeSignal } from '../../model/observation.ts';
import { isStoppedOrPending } from './process-state.ts';
import { isRealTime, signalNumber } from './signal-numbers.ts';

/** Tells a signal for the shim's whole process group, as a key is, from one for the shim alone. */
export type SignalProbe = {
  /** Returns who got a signal that has come: `all` of the group, `us` (the shim) alone, or null if that is not known. */
  readonly whoGot: (signal: NodeSignal) => Promise<'all' | 'us' | null>;
  /** To be called when the shim goes on after a stop: the probe may not have been sent CONT. */
  readonly resume: () => void;
  /** Ends the probe. Resolves when it has ended: one that outlives the shim would be left to a parent that may never look. */
  readonly end: () => Promise<void>;
};

/** Programs that signal one process after the other (a service manager, a build agent) take a moment to reach the last. */
const LOOK_MILLISECONDS = 20;
const MAX_LOOKS = 50;
/** Limits how often a probe that another process keeps killing is started again. */
const MAX_DEATHS = 20;
/** Signals that stop a process by default. The probe is stopped by the time when the shim hears of them. */
const STOPPING: readonly NodeSignal[] = ['SIGTSTP', 'SIGTTIN', 'SIGTTOU'];
/** Stands for the name of a real-time signal, which Node does not tell. */
const REAL_TIME = 'SIGRT';

/**
 * Starts the probe. The kernel sends a group's signal to its newest process first (kill_pgrp of kernel/signal.c). The probe
 * waits for the end of a pipe of the shim, which comes if the shim ends before it has ended the probe: by KILL, or by a fault
 * of Node. Then it ends pip (`pip`: its process id) with the signal that ended the shim, if that can be seen, and then with
 * KILL: without the shim pip would have ended, too. `notFor`: descriptors that stay open across exec and that the probe must close.
 */
export function startSignalProbe(notFor: readonly number[], pip: number): SignalProbe {
  const line = [
    // Descriptor 3 is the pipe of the shim, whatever had that number before.
    ...notFor.filter((fd) => fd !== 3).map((fd) => `exec ${fd}>&-`),
    // No core file of Ctrl-\.
    'ulimit -c 0',
    // Tells that the probe runs. From here on it sleeps only in `read`.
    'echo >&3',
    'read -r x <&3',
    // Field 52 of stat is how the shim ended, until its parent has looked; without a word in it there is no field 52.
    `{ read -r x <"/proc/$1/stat"; } 2>/dev/null && kill "-$((\${x##* } & 127))" "$2" 2>/dev/null`,
    'kill -9 "$2"',
  ].join('\n');
  let deaths = 0;
  let ended = false;
  /** Whether the probe was seen asleep. A probe that was not running yet when the signal arrived gives a wrong answer. */
  let ready = false;
  /** What the previous probe died of, until its successor is ready: Node may report its end before the signal. */
  let lastDeath: string | null = null;
  let current = start();
  const kill = () => {
    ended = true;
    process.off('exit', kill);
    current.kill('SIGKILL');
  };
  // If the shim exits by itself, the probe must not end pip.
  process.once('exit', kill);

  function start(): ChildProcess {
    const child = spawn('/bin/sh', ['-c', line, 'sh', String(process.pid), String(pip)], {
      // Does not keep the caller's current directory in use.
      cwd: '/',
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    ready = false;
    child.unref();
    const pipe = child.stdio[3];
    pipe?.on('error', () => {});
    child.on('error', () => {});
    // The look comes after the signals that wait to be handled: those from before the start must not ask this probe.
    pipe?.once('data', () => lookLater(child, 0));
    if (pipe instanceof Socket) pipe.unref();
    child.once('exit', () => {
      deaths += 1;
      lastDeath = deathOf(child);
      ready = false;
      if (!ended && deaths < MAX_DEATHS) current = start();
    });
    return child;
  }

  function lookLater(child: ChildProcess, looks: number) {
    const look = () => {
      if (ended || deathOf(child) !== null) return;
      ready = sleepsUndisturbed(child.pid);
      if (ready) lastDeath = null;
      else if (looks < MAX_LOOKS) lookLater(child, looks + 1);
    };
    setTimeout(() => setImmediate(look), LOOK_MILLISECONDS).unref();
  }

  return {
    whoGot: async (signal) => {
      const number = signalNumber(signal) ?? 0;
      const expected = isRealTime(number) ? REAL_TIME : signal;
      if (!ready) return lastDeath === expected ? 'all' : null;
      const asked = current;
      if (STOPPING.includes(signal)) return isStoppedOrPending(asked.pid ?? 0, number) ? 'all' : 'us';
      for (let look = 0; look < MAX_LOOKS; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
        const death = deathOf(asked);
        if (death !== null) return death === expected ? 'all' : null;
        if (sleepsUndisturbed(asked.pid)) return 'us';
      }
      return null;
    },
    resume: () => void current.kill('SIGCONT'),
    end: async () => {
      kill();
      // (An `unref` child would not keep the shim waiting.)
      if (current.pid === undefined || deathOf(current) !== null) return;
      current.ref();
      await new Promise((resolve) => current.once('exit', resolve));
    },
  };
}

/** Returns what ended a probe; null while it lives. It ends with status 0 by itself only after the shim has ended. */
function deathOf({ exitCode, signalCode }: ChildProcess): string | null {
  if (signalCode !== null) return signalCode;
  return exitCode === null ? null : exitCode === 0 ? REAL_TIME : 'exit';
}

/** Whether a probe waits in its read, with no signal on its way to it (proc(5), /proc/PID/status). */
function sleepsUndisturbed(pid: number | undefined): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return /^State:\tS/m.test(status) && !/^(?:Sig|Shd)Pnd:.*[1-9a-f]/m.test(status);
  } catch {
    return false;
  }
}
