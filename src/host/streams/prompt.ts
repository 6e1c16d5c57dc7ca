import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../error-code.ts';
import { isControllingTerminal } from './same-descriptor.ts';
import { findStty } from './terminal-size.ts';

export type Typed =
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'timed-out' };

/** Where the user can be asked. */
export type Prompt = {
  /** Whether the user can read a question there and type an answer now. */
  readonly isOpen: () => boolean;
  /** Prints a question by `ask` and reads a line; null, and nothing was asked, where that cannot be done. */
  readonly askLine: (ask: () => Promise<void>, limitMilliseconds: number) => Promise<Typed | null>;
};

const LOOK_MILLISECONDS = 50;
/** A terminal's line is 4095 bytes at most (termios(3)). */
const MAX_LINE = 4096;

/**
 * Takes away what was typed before the question, the beginning of a line too: it was meant for the shell. Only without
 * line editing can that be read, so the mode changes for these milliseconds; sh puts it back whatever key is pressed.
 * Fails where the terminal is not in the mode that a shell leaves it in.
 */
const DROP = `trap '' INT QUIT TSTP TERM HUP
case $("$1" -a) in *-icanon*) exit 1 ;; esac
saved=$("$1" -g) || exit 1
"$1" -icanon min 0 time 0 && dd bs=4096 count=64 of=/dev/null
"$1" "$saved"`;

/**
 * Prints a question and reads the line that is typed, with the terminal as it is: no mode to put back, whatever ends us.
 * `stdin`: the caller's terminal. Null, and nothing was asked, where it cannot be done.
 */
export async function askTerminal(
  stdin: number,
  ask: () => Promise<void>,
  limitMilliseconds: number,
): Promise<Typed | null> {
  const stty = findStty();
  const terminal = openAgain(stdin);
  if (stty === null || terminal === null) return null;
  try {
    const { status } = spawnSync('/bin/sh', ['-c', DROP, 'sh', stty], {
      stdio: [stdin, 'ignore', 'ignore'],
      env: { PATH: '/usr/bin:/bin' },
    });
    if (status !== 0) return null;
    await ask();
    return await readLine(terminal, limitMilliseconds);
  } finally {
    closeSync(terminal);
  }
}

/**
 * Opens the terminal again, so that reading it does not wait: a reader that waits cannot be called back, and would take
 * a line from the shell. The caller's description stays as it is. After `su` the terminal's file belongs to another user
 * and cannot be opened; /dev/tty can (tty(4)), and is the same terminal if that is the controlling one.
 */
function openAgain(fd: number): number | null {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  const tryOpen = (name: string) => {
    try {
      return openSync(name, flags);
    } catch {
      return null;
    }
  };
  if (process.platform !== 'linux') return tryOpen('/dev/tty');
  return tryOpen(`/proc/self/fd/${fd}`) ?? (isControllingTerminal(fd) ? tryOpen('/dev/tty') : null);
}

async function readLine(terminal: number, limitMilliseconds: number): Promise<Typed> {
  const bytes = Buffer.alloc(MAX_LINE);
  for (let waited = 0; waited < limitMilliseconds; waited += LOOK_MILLISECONDS) {
    try {
      const text = bytes.toString('utf8', 0, readSync(terminal, bytes));
      // Ctrl-D behind some text gives that without a line feed.
      return text.endsWith('\n') ? { kind: 'line', text } : { kind: 'ended' };
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') return { kind: 'ended' };
    }
    await sleep(LOOK_MILLISECONDS);
  }
  return { kind: 'timed-out' };
}
