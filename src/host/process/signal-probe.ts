import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import type { NodeSignal } from '../../model/observation.ts';
import { isStoppedOrPending } from './process-state.ts';
import { isRealTime, signalNumber } from './signal-numbers.ts';

/** Tells a signal that was sent to our whole process group, as a key is, from one that was sent to us alone. */
export type Witness = {
  /** To be asked when a signal has come: `all`, `us`, or null where that cannot be told. */
  readonly whoGot: (signal: NodeSignal) => Promise<'all' | 'us' | null>;
  /** To be called when we go on after a stop, which it may not have been told. */
  readonly resume: () => void;
  readonly end: () => void;
};

/** Programs that signal one process after the other (a service manager, a build agent) take a moment to reach the last. */
const LOOK_MILLISECONDS = 20;
const MAX_LOOKS = 50;
/** Another process that keeps killing it does not keep us busy. */
const MAX_DEATHS = 20;
/** Stop by default; it is stopped by the time when we hear of them. */
const STOPPING: readonly NodeSignal[] = ['SIGTSTP', 'SIGTTIN', 'SIGTTOU'];
/** Stands for the name of a real-time signal, which Node does not tell. */
const REAL_TIME = 'SIGRT';

/**
 * Starts a small sh that waits in our process group and does nothing. The kernel sends a group's signal to its newest
 * process first (kill_pgrp of kernel/signal.c): when we hear of one, either it is dying of the same signal, or it sleeps
 * on and was sent nothing. Node itself does not say who sent a signal. It waits for the end of a pipe of ours, which comes
 * when we end before we have ended it: by KILL, or by a fault of Node. Then it ends pip (`pip`: its process id) as we ended,
 * as far as that can be seen, and else by KILL: without us pip would have ended, too.
 * `notFor`: descriptors that outlive exec and are of no business to it.
 */
export function callWitness(notFor: readonly number[], pip: number): Witness {
  const line = [
    // Where one has our number, ours took its place.
    ...notFor.filter((fd) => fd !== 3).map((fd) => `exec ${fd}>&-`),
    // No core file of Ctrl-\.
    'ulimit -c 0',
    // Tells that it is there. From here on it sleeps in `read` alone.
    'echo >&3',
    'read -r x <&3',
    // Field 52 of stat is how we ended, until our parent has looked; without a word in it there is no field 52.
    `{ read -r x <"/proc/$1/stat"; } 2>/dev/null && kill "-$((\${x##* } & 127))" "$2" 2>/dev/null`,
    'kill -9 "$2"',
  ].join('\n');
  let deaths = 0;
  let ended = false;
  /** Whether it was seen asleep: one that was not yet there when a signal came would bear false witness. */
  let ready = false;
  /** What the one before died of, until its successor is ready. Of its end we may hear before we hear of the signal. */
  let lastDeath: string | null = null;
  let current = start();
  const end = () => {
    ended = true;
    process.off('exit', end);
    current.kill('SIGKILL');
  };
  // An exit of ours, for whatever reason, is not the end of pip.
  process.once('exit', end);

  function start(): ChildProcess {
    const child = spawn('/bin/sh', ['-c', line, 'sh', String(process.pid), String(pip)], {
      // No hold on the caller's current directory.
      cwd: '/',
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    ready = false;
    child.unref();
    const pipe = child.stdio[3];
    pipe?.on('error', () => {});
    child.on('error', () => {});
    // The look comes after the signals that are waiting to be heard: those from before its start must not ask it.
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
    end,
  };
}

/** What ended it; null while it lives. It ends with status 0 by itself only when we have ended. */
function deathOf({ exitCode, signalCode }: ChildProcess): string | null {
  if (signalCode !== null) return signalCode;
  return exitCode === null ? null : exitCode === 0 ? REAL_TIME : 'exit';
}

/** Whether it waits in its read, with no signal on its way to it (proc(5), /proc/PID/status). */
function sleepsUndisturbed(pid: number | undefined): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return /^State:\tS/m.test(status) && !/^(?:Sig|Shd)Pnd:.*[1-9a-f]/m.test(status);
  } catch {
    return false;
  }
}
