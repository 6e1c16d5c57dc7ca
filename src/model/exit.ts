/** Exit statuses of our own; everything else is pip's (docs/reference/exit-status.md). */
export const EXIT = {
  /** Refused by a rule, or by a policy that cannot be read; pip's own code for "no virtual environment". */
  refused: 3,
  /** Our own failure where an enforced policy forbids to go on (EX_SOFTWARE of sysexits.h). */
  internal: 70,
  /** What pip wrote could not be written: Python's own status when it cannot flush at its end (since 3.6). */
  outputLost: 120,
  /** The interpreter cannot be run (POSIX, XCU 2.8.2). */
  notRunnable: 126,
  /** No interpreter, or it has no pip (POSIX, XCU 2.8.2). */
  notFound: 127,
} as const;

/** What sh ends with where it cannot start a program (POSIX, XCU 2.8.2); pip itself ends with neither. */
export const NOT_STARTED: readonly number[] = [EXIT.notRunnable, EXIT.notFound];
