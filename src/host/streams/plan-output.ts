import { isatty } from 'node:tty';
import type { Stream } from '../../model/observation.ts';
import { closeQuietly } from './close-quietly.ts';
import type { InheritedState } from '../process/inherited-state.ts';
import { isForWriting, isSameFile, isSameTerminal } from './same-descriptor.ts';
import { openPipeTee, type Tee } from './tee.ts';
import { openTerminalTee } from './terminal-tee.ts';

/** How one output stream of pip reaches the caller. */
export type StreamPlan =
  | { readonly kind: 'closed' }
  /** The caller's descriptor itself. */
  | { readonly kind: 'inherit'; readonly fd: number }
  /** Through a pipe or pseudo-terminal that is monitored. */
  | { readonly kind: 'tee'; readonly tee: Tee };

export type OutputPlan = { readonly [S in Stream]: StreamPlan };

/** Both streams as the caller gave them. */
export function inheritOutput({ stdio: [, stdout, stderr], closed }: InheritedState): OutputPlan {
  return {
    stdout: closed.has(1) ? { kind: 'closed' } : { kind: 'inherit', fd: stdout },
    stderr: closed.has(2) ? { kind: 'closed' } : { kind: 'inherit', fd: stderr },
  };
}

/**
 * Returns how pip's two output streams are monitored, depending on what each of them is. If both are the same file or
 * terminal, they share one pipe or pseudo-terminal, to keep the order of their lines.
 */
export function planOutput(
  { stdio: [, stdout, stderr], closed, pipeDescriptors }: InheritedState,
  nativePart: string,
): OutputPlan {
  const plan = (number: 1 | 2, fd: number): StreamPlan => {
    if (closed.has(number)) return { kind: 'closed' };
    const given = pipeDescriptors[number - 1] ?? null;
    const tee = isatty(fd) ? planTerminal(fd, given, nativePart) : openPipeTee(fd, given);
    return tee === null ? { kind: 'inherit', fd } : { kind: 'tee', tee };
  };
  const first = plan(1, stdout);
  const shared = first.kind === 'tee' && !closed.has(2) && leadToOne(stdout, stderr);
  return { stdout: first, stderr: shared ? first : plan(2, stderr) };
}

/** The number that the pipe of sh had is free for the master: sh can close only descriptors of one digit. */
function planTerminal(fd: number, pipeDescriptor: number | null, nativePart: string): Tee | null {
  if (pipeDescriptor !== null) closeQuietly(pipeDescriptor);
  return openTerminalTee(fd, nativePart);
}

function leadToOne(a: number, b: number): boolean {
  // `</dev/null 2>/dev/null` as 1 and 2: what is for stderr must not go to a descriptor that is open for reading alone.
  if (isForWriting(a) !== isForWriting(b)) return false;
  return isatty(a) && isatty(b) ? isSameTerminal(a, b) : isSameFile(a, b);
}
