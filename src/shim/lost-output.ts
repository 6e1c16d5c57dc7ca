import type { PythonVersion } from '../model/environment.ts';
import { EXIT } from '../model/exit.ts';
import type { Outcome } from '../model/observation.ts';

/** For each stream the first error by which output of pip was not delivered, such as ENOSPC; null where all was. */
export type Losses = { readonly stdout: string | null; readonly stderr: string | null };

type Ending = {
  readonly outcome: Outcome;
  /** The error to be told; null where there is nothing to add to what pip said. */
  readonly say: string | null;
};

/** The reader has closed its end; a terminal that has hung up answers EIO. */
const READER_GONE: readonly string[] = ['EPIPE', 'ECONNRESET', 'EIO'];
/** For pip that is "Pipe to stdout was broken", status 1; every other error is one line that could not be logged. */
const BROKEN_PIPE: readonly string[] = ['EPIPE', 'ECONNRESET'];
const FAILED = 1;

/**
 * Returns how pip would have ended if it had met the error itself: it wrote to us, and that went well. Python 3.6 and
 * later end with 120 if stdout or stderr cannot be flushed, whatever the program's status. Earlier ones do not look, and
 * then only pip's own check of stdout shows. (Measured with pip 9 to 24 on Python 2.7 to 3.13.)
 */
export function endAsWithoutUs(outcome: Outcome, { stdout, stderr }: Losses, version: PythonVersion | null): Ending {
  const code = stdout ?? stderr;
  if (code === null) return { outcome, say: null };
  const isTold = READER_GONE.includes(code) ? null : code;
  if (outcome.kind !== 'exited') return { outcome, say: isTold };
  const status = findStatus(outcome.status, stdout, version);
  return status === outcome.status ? { outcome, say: isTold } : { outcome: { kind: 'exited', status }, say: code };
}

function findStatus(status: number, stdout: string | null, version: PythonVersion | null): number {
  const looksAtEnd = version === null || version.major > 3 || (version.major === 3 && version.minor >= 6);
  if (looksAtEnd) return EXIT.outputLost;
  return status === 0 && stdout !== null && BROKEN_PIPE.includes(stdout) ? FAILED : status;
}
