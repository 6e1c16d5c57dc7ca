import { constants } from 'node:os';
import type { NodeSignal } from '../../model/observation.ts';

const known: Readonly<Record<string, number>> = constants.signals;
/** Real-time signals of Linux (signal(7)): Node has no names for them, glibc keeps 32 and 33 for itself. */
const FIRST_REAL_TIME = 32;
const LAST_SIGNAL = 64;

/** Names a signal: SIGTERM; a real-time signal by its number: SIG40. */
export function nameSignal(number: number): NodeSignal {
  const [name] = Object.entries(known).find((entry) => entry[1] === number) ?? [];
  return isSignalName(name) ? name : `SIG${number}`;
}

/** Returns the number of a signal that `nameSignal` could have named; null for any other name. */
export function signalNumber(name: string): number | null {
  const number = known[name];
  if (number !== undefined) return number;
  const realTime = Number(name.slice('SIG'.length));
  return isRealTime(realTime) ? realTime : null;
}

/** Whether this is a signal that Node can neither name nor report as the end of a child. */
export function isRealTime(number: number): boolean {
  return number >= FIRST_REAL_TIME && number <= LAST_SIGNAL;
}

/** Whether a bit mask of proc(5), such as SigIgn, has this signal. */
export function hasSignal(mask: string, number: number): boolean {
  return ((BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n) === 1n;
}

function isSignalName(name: string | undefined): name is NodeSignal {
  return name?.startsWith('SIG') === true;
}

/** Sends a signal, by its number, to a process that may be gone. */
export function sendSignal(pid: number, signal: NodeSignal): void {
  try {
    process.kill(pid, signalNumber(signal) ?? 0);
  } catch {
    // It has ended, or is another user's by now.
  }
}

/** The same name in Node's own type; throws for one that Node does not know. */
export function toNodeName(signal: NodeSignal): NodeJS.Signals {
  if (!isNodeName(signal)) throw new Error(`unknown signal ${signal}`);
  return signal;
}

function isNodeName(name: string): name is NodeJS.Signals {
  return name in known;
}
