import { readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { makeScratchFolder } from '../host/files/scratch-folder.ts';

export type ProbeRequest = {
  readonly command: readonly [executable: string, ...args: string[]];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly timeoutMilliseconds: number;
};

export type ProbeResult =
  | { readonly kind: 'ended'; readonly status: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out' };

/**
 * Output goes to files, since a daemon that a startup file leaves behind would keep a pipe open. sh becomes the program; what
 * cannot be started is status 126 or 127, as shells have it.
 */
const INTO_FILES = 'exec >"$1" 2>"$2" && shift 2 && exec "$@"';

/**
 * Runs a program and waits for its end, with nothing to read and in a session of its own: an interactive shell would
 * otherwise take the terminal from us. Throws when even sh cannot be started.
 */
export async function probe({ command, env, cwd, timeoutMilliseconds }: ProbeRequest): Promise<ProbeResult> {
  const folder = makeScratchFolder();
  const [stdout, stderr] = [path.join(folder.path, 'stdout'), path.join(folder.path, 'stderr')];
  try {
    const child = execa('/bin/sh', ['-c', INTO_FILES, 'sh', stdout, stderr, ...command], {
      cwd,
      env,
      extendEnv: false,
      stdio: 'ignore',
      reject: false,
      detached: true,
      timeout: timeoutMilliseconds,
      // Interactive shells ignore SIGTERM.
      forceKillAfterDelay: 300,
    });
    const result = await child;
    if (result.timedOut) {
      killGroup(child.pid);
      return { kind: 'timed-out' };
    }
    if (result.signal !== undefined) return { kind: 'signalled', signal: result.signal };
    if (result.exitCode === undefined) throw new Error(result.originalMessage ?? 'sh cannot be started');
    const read = (file: string) => readFileSync(file, 'utf8');
    return { kind: 'ended', status: result.exitCode, stdout: read(stdout), stderr: read(stderr) };
  } finally {
    folder.remove();
  }
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // No process is left in it.
  }
}
