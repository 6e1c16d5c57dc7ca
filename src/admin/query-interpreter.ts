import { execa } from 'execa';
import type { CallContext } from '../model/call-context.ts';
import type { InterpreterReport } from '../model/facts.ts';
import { inCurrentDirectory } from '../host/files/os-strings.ts';
import {
  correctWritability,
  QUESTIONS,
  readReport,
  TIME_LIMIT_MILLISECONDS,
} from '../host/process/query-interpreter.ts';

export type ProbeResult =
  | { readonly kind: 'answered'; readonly report: InterpreterReport }
  /** One line that says why there is no answer. */
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Asks an interpreter as `askInterpreter` does, for commands that have time: execa says why there is no answer and
 * ends what the interpreter may have started. Never rejects.
 */
export async function probeInterpreter(executable: string, context: CallContext): Promise<ProbeResult> {
  const result = await execa(executable, ['-c', QUESTIONS], {
    env: context.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    // execa goes to the current directory by name, which is not always one that Node can write down.
    cwd: inCurrentDirectory(),
    timeout: TIME_LIMIT_MILLISECONDS,
    maxBuffer: 64 * 1024,
  });
  if (result.failed) {
    const { timedOut, signal, exitCode, code } = result;
    if (timedOut) return { kind: 'failed', reason: 'it took too long' };
    if (signal !== undefined) return { kind: 'failed', reason: `it was ended by ${signal}` };
    if (exitCode === undefined) return { kind: 'failed', reason: `it could not be started (${code ?? 'unknown'})` };
    const said = result.stderr.trim().split('\n').at(-1) ?? '';
    return { kind: 'failed', reason: `it ended with status ${exitCode}${said === '' ? '' : `: ${said}`}` };
  }
  const report = readReport(result.stdout);
  if (report === null) return { kind: 'failed', reason: 'it answered in another form' };
  return { kind: 'answered', report: correctWritability(report, context) };
}
