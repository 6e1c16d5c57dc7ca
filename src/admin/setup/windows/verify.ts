import path from 'node:path';
import { execa } from 'execa';
import type { AdminContext } from '../../command.ts';
import { readVariable } from '../../../util/variables.ts';
import { isSameWindowsFolder } from './path-value.ts';
import { isFile } from './plan.ts';

/** What a new session of a shell does when `pip` is typed. */
export type ShellAnswer = {
  readonly shell: string;
  /** The file that the shell found; null if it did not say. */
  readonly found: string | null;
  readonly isOurs: boolean;
  /** What `pip --version` printed first; null if it ended with another status than 0. */
  readonly version: string | null;
  /** Why there is no answer, or how pip ended. */
  readonly problem: string | null;
};

const LIMIT_MILLISECONDS = 60_000;
/** cmd looks for a name of `for` along PATH. */
const ASK_CMD = 'for %i in (pip.exe) do @echo %~$PATH:i';

/** Starts cmd, and PowerShell if there is one, with the PATH of a new session, and has them run `pip --version`. */
export async function verifyWindows(
  context: AdminContext,
  shims: string,
  sessionPath: string,
  readsProfile: boolean,
): Promise<readonly ShellAnswer[]> {
  const system = path.win32.join(readVariable(context, 'SYSTEMROOT') ?? 'C:\\Windows', 'System32');
  const env = makeSession(context.env, sessionPath);
  const ask = async (shell: string, program: string, args: readonly string[]) => {
    const result = await execa(program, args, {
      env,
      extendEnv: false,
      cwd: system,
      stdin: 'ignore',
      reject: false,
      timeout: LIMIT_MILLISECONDS,
      windowsHide: true,
      windowsVerbatimArguments: true,
    });
    return readAnswer(shell, shims, result);
  };
  const powershell = path.win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const profile = readsProfile ? '' : '-NoProfile ';
  return [
    await ask('cmd', path.win32.join(system, 'cmd.exe'), ['/d', '/s', '/c', `"${ASK_CMD}& pip --version"`]),
    ...(isFile(powershell)
      ? [
          await ask('PowerShell', powershell, [
            `${profile}-NonInteractive -Command "(Get-Command pip).Source; pip --version; exit $LASTEXITCODE"`,
          ]),
        ]
      : []),
  ];
}

/** Without what an environment that is active here sets, and with one PATH, however its name is written. */
function makeSession(env: AdminContext['env'], sessionPath: string): Record<string, string> {
  const dropped = ['PATH', 'VIRTUAL_ENV', 'CONDA_PREFIX'];
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !dropped.includes(entry[0].toUpperCase()),
  );
  return { ...Object.fromEntries(kept), Path: sessionPath };
}

type Result = {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode?: number | undefined;
  readonly timedOut: boolean;
  readonly shortMessage?: string | undefined;
};

/** Pure: what a shell's output says. */
export function readAnswer(shell: string, shims: string, result: Result): ShellAnswer {
  const lines = result.stdout.split(/\r?\n/).map((line) => line.trim());
  const found = lines.find((line) => /[\\/]pip[^\\/]*\.(?:exe|com|bat|cmd)$/i.test(line)) ?? null;
  const isOurs = found !== null && isSameWindowsFolder(path.win32.dirname(found), shims);
  const said = lines.find((line) => /^pip \d/.test(line)) ?? null;
  const version = result.exitCode === 0 ? said : null;
  return { shell, found, isOurs, version, problem: describeProblem(result, found, version) };
}

function describeProblem(result: Result, found: string | null, version: string | null): string | null {
  if (result.timedOut) return 'it did not answer within a minute';
  if (result.exitCode === undefined) return `it could not be started: ${result.shortMessage ?? 'no reason given'}`;
  if (found === null && version === null) return 'it gave no answer';
  if (version !== null) return null;
  const [first = ''] = result.stderr.split(/\r?\n/).filter(Boolean);
  return `\`pip --version\` ended with ${result.exitCode}${first === '' ? '' : `: ${first}`}`;
}
