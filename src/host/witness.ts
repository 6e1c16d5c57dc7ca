import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { NodeSignal } from '../model/observation.ts';

/** Tells a signal that was sent to our whole process group, as a key is, from one that was sent to us alone. */
export type Witness = {
  /** To be asked when a signal has come: `all`, `us`, or null where that cannot be told. */
  readonly whoGot: (signal: NodeSignal) => Promise<'all' | 'us' | null>;
  readonly end: () => void;
};

/** Programs that signal one process after the other (a service manager, a build agent) take a moment to reach the last. */
const LOOK_MILLISECONDS = 20;
const MOST_LOOKS = 50;
/** Somebody who keeps killing it does not keep us busy. */
const MOST_DEATHS = 20;

/**
 * Starts a `cat` that waits in our process group and does nothing. The kernel sends a group's signal to its newest
 * process first (kill_pgrp of kernel/signal.c): when we hear of one, either it is dying of the same signal, or it sleeps
 * on and was sent nothing. Node itself does not say who sent a signal. Ends with us, by whatever means we end.
 * `notFor`: descriptors that outlive exec and are of no business to it.
 */
export function callWitness(notFor: readonly number[]): Witness {
  // No core file of Ctrl-\, and no hold on anybody's current directory.
  const line = [...notFor.map((fd) => `exec ${fd}>&-`), 'ulimit -c 0', 'PATH=/usr/bin:/bin exec cat'].join('\n');
  let deaths = 0;
  let ended = false;
  /** Whether it was seen asleep: one that was not yet there when a signal came would bear false witness. */
  let ready = false;
  /** What the one before died of, until its successor is ready. Of its end we may hear before we hear of the signal. */
  let lastDeath: NodeJS.Signals | null = null;
  let current = start();

  function start(): ChildProcess {
    const child = spawn('/bin/sh', ['-c', line], { cwd: '/', env: {}, stdio: ['pipe', 'ignore', 'ignore'] });
    ready = false;
    child.unref();
    child.stdin?.on('error', () => {});
    child.on('error', () => {});
    child.once('exit', (_, signal) => {
      deaths += 1;
      lastDeath = signal;
      ready = false;
      if (!ended && deaths < MOST_DEATHS) current = start();
    });
    lookLater(child, 0);
    return child;
  }

  function lookLater(child: ChildProcess, looks: number) {
    // The look comes after the signals that are waiting to be heard: those from before its start must not ask it.
    const look = () => {
      if (ended || child.exitCode !== null || child.signalCode !== null) return;
      ready = sleepsUndisturbed(child.pid);
      if (ready) lastDeath = null;
      else if (looks < MOST_LOOKS) lookLater(child, looks + 1);
    };
    setTimeout(() => setImmediate(look), LOOK_MILLISECONDS).unref();
  }

  return {
    whoGot: async (signal) => {
      if (!ready) return lastDeath === signal ? 'all' : null;
      const asked = current;
      for (let look = 0; look < MOST_LOOKS; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
        if (asked.signalCode !== null) return asked.signalCode === signal ? 'all' : null;
        if (asked.exitCode !== null) return null;
        if (sleepsUndisturbed(asked.pid)) return 'us';
      }
      return null;
    },
    end: () => {
      ended = true;
      current.kill('SIGKILL');
    },
  };
}

/** Whether it waits in its read, with no signal on its way to it (proc(5), /proc/PID/status). */
function sleepsUndisturbed(pid: number | undefined): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return /^Name:\tcat$/m.test(status) && /^State:\tS/m.test(status) && !/^(?:Sig|Shd)Pnd:.*[1-9a-f]/m.test(status);
  } catch {
    return false;
  }
}
