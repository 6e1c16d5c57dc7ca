import { spawnSync } from 'node:child_process';

/** V8's compiled code of the program of every call, as a file beside it. */
export type CompileCache = { readonly name: string; readonly bytes: Buffer };

/** Asks a Node for its compiled code of `dist/call.cjs`; null if that fails: then each call compiles for itself. */
export function makeCompileCache(node: string, guard: string): CompileCache | null {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
  const { status, stdout } = spawnSync(node, [guard, 'compile'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 16 * 1024 * 1024,
    timeout: 10_000,
  });
  const end = stdout?.indexOf(10) ?? -1;
  const name = end < 0 ? '' : stdout.toString('latin1', 0, end);
  return status === 0 && /^call-[\w.-]+\.cache$/.test(name) ? { name, bytes: stdout.subarray(end + 1) } : null;
}
