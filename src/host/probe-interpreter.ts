import { execa } from 'execa';
import type { InterpreterReport } from '../model/facts.ts';
import { QUESTIONS, readReport, TIME_LIMIT_MILLISECONDS } from './ask-interpreter.ts';

export type ProbeResult =
  | { readonly kind: 'answered'; readonly report: InterpreterReport }
  /** One line that says why there is no answer. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Asks an interpreter as `askInterpreter` does, for commands that have time: execa says why there is no answer and
 * ends what the interpreter may have started. Never rejects.
 */
export async function probeInterpreter(
  executable: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ProbeResult> {
  const result = await execa(executable, ['-c', QUESTIONS], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: TIME_LIMIT_MILLISECONDS,
    maxBuffer: 64 * 1024,
  });
  if (result.failed) return { kind: 'failed', reason: result.shortMessage?.split('\n')[0] ?? 'it failed' };
  const report = readReport(result.stdout);
  return report === null ? { kind: 'failed', reason: 'it answered in another form' } : { kind: 'answered', report };
}
