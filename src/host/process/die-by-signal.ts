import { writeFileSync } from 'node:fs';
import type { NodeSignal } from '../../model/observation.ts';
import { isRealTime, sendSignal, signalNumber, toNodeName } from './signal-numbers.ts';

/** After this time the signal did not end us. */
const WAIT_MILLISECONDS = 50;
/** What a shell adds to the number of the signal that ended a command (POSIX, XCU 2.8.2). */
const BY_SIGNAL = 128;

/**
 * Ends this process by pip's own signal, so that the caller sees what it would have seen. Where that does not end us (the
 * first process of a container, a signal that glibc keeps for itself), by the status that a shell would show.
 */
export function dieBySignal(signal: NodeSignal): void {
  const number = signalNumber(signal);
  if (number === null) throw new Error(`unknown signal ${signal}`);
  preventMemoryDump();
  // Node ignores SIGPIPE and handles others; a listener that comes and goes leaves the default action behind.
  if (!isRealTime(number) && signal !== 'SIGKILL' && signal !== 'SIGSTOP') {
    process.on(toNodeName(signal), () => {});
    process.removeAllListeners(signal);
  }
  process.exitCode = BY_SIGNAL + number;
  sendSignal(process.pid, signal);
  // Another thread may be the one that gets it.
  setTimeout(() => process.exit(BY_SIGNAL + number), WAIT_MILLISECONDS);
}

/**
 * A core file of Node's must not take the place of pip's. The shim has set the limit of core files to 0 for us; where
 * another program started us, or a program is given the core (apport), at least our memory is not in it (core(5)).
 */
function preventMemoryDump(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // Not on Linux.
  }
}
