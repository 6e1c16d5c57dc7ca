import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { NodeSignal } from '../model/observation.ts';
import type { Witness } from './witness.ts';

/** What a signal can be sent to: a child process. */
type Target = { readonly kill: (signal: NodeJS.Signals) => boolean };

/** The kernel sends these to the whole foreground process group when a key is pressed: taken for that where nobody can tell. */
const FROM_KEYBOARD: readonly NodeSignal[] = ['SIGINT', 'SIGQUIT'];
/** Taken for sent to us alone where nobody can tell: lost, they would leave pip running. USR1 would start Node's debugger. */
const PASSED_ON: readonly NodeSignal[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGALRM'];

/**
 * Handles signals until pip has ended; returns the function that stops it. What the whole process group was sent has
 * reached pip already; what was sent to us alone is passed on.
 */
export function passSignals(
  ignored: readonly string[],
  child: () => Target | undefined,
  whoGot: Witness['whoGot'],
): () => void {
  async function passOn(signal: NodeSignal) {
    const who = (await whoGot(signal)) ?? (FROM_KEYBOARD.includes(signal) && isForeground() ? 'all' : 'us');
    if (who === 'us') child()?.kill(toSignal(signal));
  }
  const handlers: (readonly [NodeSignal, () => void])[] = [...FROM_KEYBOARD, ...PASSED_ON].map((signal) => {
    if (ignored.includes(signal)) return [signal, () => {}] as const;
    return [signal, () => void passOn(signal)] as const;
  });
  // Twice does no harm. To us alone, it would leave pip stopped.
  handlers.push(['SIGCONT', () => void child()?.kill('SIGCONT')]);
  for (const [signal, handler] of handlers) process.on(toSignal(signal), handler);
  return () => {
    for (const [signal, handler] of handlers) {
      // What was ignored when we were called stays ignored to our end.
      if (!ignored.includes(signal)) process.off(toSignal(signal), handler);
    }
  };
}

/** Whether our process group is the foreground group of the terminal: /proc/self/stat, fields 5 and 8 (proc(5)). */
export function isForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // The second field, the command's name in brackets, may hold anything.
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group !== undefined && group === foreground;
  } catch {
    // Elsewhere a terminal that is ours means that its keys reached pip as well.
    return true;
  }
}

/** Ends this process by pip's own signal, so that the caller sees what it would have seen. */
export function dieBySignal(signal: NodeSignal): void {
  const name = toSignal(signal);
  // Node ignores SIGPIPE and handles others; a listener that comes and goes leaves the default action behind.
  const nothing = () => {};
  if (name !== 'SIGKILL' && name !== 'SIGSTOP') {
    process.on(name, nothing);
    process.removeAllListeners(name);
  }
  // The first process of a container does not die by a signal that it sends itself: then the status must tell.
  process.exitCode = 128 + constants.signals[name];
  process.kill(process.pid, name);
}

function toSignal(signal: NodeSignal): NodeJS.Signals {
  if (!isSignal(signal)) throw new Error(`unknown signal ${signal}`);
  return signal;
}

function isSignal(name: string): name is NodeJS.Signals {
  return name in constants.signals;
}
