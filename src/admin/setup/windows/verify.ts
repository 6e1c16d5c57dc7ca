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
const ASK_POWERSHELL =
  '[Console]::OutputEncoding = [Text.Encoding]::UTF8; (Get-Command pip).Source; pip --version; exit $LASTEXITCODE';

/**
 * Starts cmd, and PowerShell if there is one, with the PATH of a new session, and has them run `pip --version`. Both would write to
 * a pipe in the code page of the console, in which a folder such as Jörg is not UTF-8.
 */
export async function verifyWindows(
  context: AdminContext,
  shims: string,
  sessionPath: string,
  readsProfile: boolean,
): Promise<readonly ShellAnswer[]> {
  const system = path.win32.join(readVariable(context, 'SYSTEMROOT') ?? 'C:\\Windows', 'System32');
  const env = makeSession(context.env, sessionPath);
  const ask = (program: string, args: readonly string[], encoding: 'utf8' | 'utf16le' = 'utf8') =>
    execa(program, args, {
      env,
      extendEnv: false,
      cwd: system,
      stdin: 'ignore',
      reject: false,
      timeout: LIMIT_MILLISECONDS,
      windowsHide: true,
      windowsVerbatimArguments: true,
      encoding,
    });
  const cmd = path.win32.join(system, 'cmd.exe');
  const powershell = path.win32.join(system, 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const profile = readsProfile ? '' : '-NoProfile ';
  // With /u, cmd itself writes UTF-16; what it starts does not, so that pip needs a second one.
  const place = await ask(cmd, ['/d', '/u', '/s', '/c', `"${ASK_CMD}"`], 'utf16le');
  const version = await ask(cmd, ['/d', '/s', '/c', '"pip --version"']);
  return [
    readAnswer('cmd', shims, version, place.stdout),
    ...(isFile(powershell)
      ? [
          readAnswer(
            'PowerShell',
            shims,
            await ask(powershell, [`${profile}-NonInteractive -Command "${ASK_POWERSHELL}"`]),
          ),
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

/** Pure: what a shell's output says. `place`: what it printed of where pip is, if that was asked for by itself. */
export function readAnswer(shell: string, shims: string, result: Result, place = ''): ShellAnswer {
  const lines = `${place}\n${result.stdout}`.split(/\r?\n/).map((line) => line.trim());
  const found = lines.find((line) => /[\\/]pip[^\\/]*\.(?:exe|com|bat|cmd|ps1)$/i.test(line)) ?? null;
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
