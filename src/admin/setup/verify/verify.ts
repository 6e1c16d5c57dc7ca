import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { probe, type ProbeResult } from '../../run-detached.ts';
import { makeScratchFolder } from '../../../host/files/scratch-folder.ts';
import { isOwnShim } from '../files/installation.ts';
import { EXIT } from '../../../model/exit.ts';
import type { AdminContext } from '../../command.ts';
import { cleanEnvironment, isSameFolder, mirrorFishFolders } from './clean-shell.ts';
import type { Shell, ShellName } from '../startup-files/targets.ts';

type Env = AdminContext['env'];

/** `plain`: neither login nor interactive, as a script has it. `ssh`: the same, started by sshd, which some shells find out. */
export type ShellMode = 'login' | 'interactive' | 'plain' | 'ssh';
export const SHELL_MODES: readonly ShellMode[] = ['login', 'interactive', 'plain'];

/** Which pip a new shell finds. */
export type ShellResult = {
  readonly shell: ShellName;
  readonly mode: ShellMode;
  readonly outcome:
    | { readonly kind: 'ours' }
    /** It reads no startup file in this mode: it inherits PATH. */
    | { readonly kind: 'inherits' }
    /** The pip of another installation of pipward: the one for all users, or a user's own. */
    | { readonly kind: 'other-pipward'; readonly found: string }
    /** What LOCATE printed for `pip`: a path, `alias pip=...`, or the bare name of a function. */
    | { readonly kind: 'other'; readonly found: string }
    | { readonly kind: 'none' }
    | { readonly kind: 'timed-out' }
    | { readonly kind: 'failed'; readonly detail: string };
};

export type VersionResult =
  | { readonly kind: 'answered'; readonly line: string }
  /** Nothing is wrong: there is no Python with pip to run. */
  | { readonly kind: 'no-pip' }
  /** Not our fault either: the Python that is meant ends as a command that is not there, for want of a library, say. */
  | { readonly kind: 'no-python'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

export type RefusalResult = { readonly kind: 'refused' } | { readonly kind: 'failed'; readonly detail: string };

/** What makes a shell run a command in a mode; null where it reads no file of the user then. */
const OPTIONS: Readonly<Record<ShellName, Readonly<Record<ShellMode, string | null>>>> = {
  bash: { login: '-lic', interactive: '-ic', plain: null, ssh: '-c' },
  zsh: { login: '-lic', interactive: '-ic', plain: '-c', ssh: '-c' },
  fish: { login: '-lic', interactive: '-ic', plain: '-c', ssh: '-c' },
  // Only by itself does -l make a login shell of it: it is told on its input (see runInShell).
  tcsh: { login: '-l', interactive: '-ic', plain: '-c', ssh: '-c' },
  dash: { login: '-lc', interactive: null, plain: null, ssh: '-c' },
};
/** The command of each shell that prints what it would start for a name. */
export const LOCATE: Readonly<Record<ShellName, string>> = {
  bash: 'command -v',
  zsh: 'command -v',
  fish: 'command -v',
  tcsh: 'which',
  dash: 'command -v',
};
/** What sshd sets. */
const SSH = { SSH_CLIENT: '127.0.0.1 50000 22', SSH_CONNECTION: '127.0.0.1 50000 127.0.0.1 22' };

/** What the answer of a shell follows: its startup files may print something, too. */
export const MARK = 'pipward-verification:';
export const SHELL_LIMIT = 20_000;
const PIP_LIMIT = 60_000;

/** Starts each shell in each of its modes and asks it for pip; `all`: also in those in which it reads no startup file. */
export function verifyShells(
  shells: readonly Shell[],
  prefix: string,
  env: Env,
  home: string,
  modes: readonly ShellMode[] = SHELL_MODES,
  all = false,
): Promise<ShellResult[]> {
  return Promise.all(
    shells.flatMap((shell) =>
      modes.map(async (mode): Promise<ShellResult> => {
        if (OPTIONS[shell.name][mode] === null && !all)
          return { shell: shell.name, mode, outcome: { kind: 'inherits' } };
        const result = await runInShell(shell, mode, `${LOCATE[shell.name]} pip`, prefix, env, home, SHELL_LIMIT);
        return { shell: shell.name, mode, outcome: judgeShell(result, prefix) };
      }),
    ),
  );
}

/** Runs `pip --version` in a new interactive shell, or the shim by itself where there is no such shell. */
export async function verifyVersion(
  shell: Shell | null,
  prefix: string,
  env: Env,
  home: string,
): Promise<VersionResult> {
  const shim = path.join(prefix, 'shims/pip');
  const result =
    shell === null
      ? await probe({
          command: [shim, '--version'],
          env: cleanEnvironment(env, home, prefix),
          cwd: home,
          timeoutMilliseconds: PIP_LIMIT,
        })
      : await runInShell(shell, 'interactive', 'pip --version', prefix, env, home, PIP_LIMIT);
  if (result.kind !== 'ended') return { kind: 'failed', detail: describeProbe(result) };
  if (result.status === EXIT.notFound) {
    const isOurs = result.stderr === '' || /\[(?:interpreter-not-found|no-pip-module)\]/.test(result.stderr);
    return isOurs ? { kind: 'no-pip' } : { kind: 'no-python', detail: describeProbe(result) };
  }
  const line = afterMark(result.stdout).split('\n')[0] ?? '';
  return result.status === 0 && line !== ''
    ? { kind: 'answered', line }
    : { kind: 'failed', detail: describeProbe(result) };
}

/** Lets the shim refuse an install in a project of ours that requires a virtual environment. Nothing is ever fetched. */
export async function verifyRefusal(prefix: string, env: Env): Promise<RefusalResult> {
  const folder = makeScratchFolder();
  try {
    const project = path.join(folder.path, 'project');
    mkdirSync(project);
    writeFileSync(
      path.join(project, 'pyproject.toml'),
      '[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\nreason = "a test that setup made"\n',
    );
    const stripped = Object.entries(env).filter(
      ([name]) => !/^(?:VIRTUAL_ENV|CONDA_PREFIX|_?PIPWARD_.*|PIP_.*|NO_COLOR|FORCE_COLOR)$/.test(name),
    );
    const result = await probe({
      command: [path.join(prefix, 'shims/pip'), 'install', 'pipward-verification'],
      // If a broken shim ran pip after all: no index, no finding, no installing.
      env: { ...Object.fromEntries(stripped), PIP_NO_INDEX: '1', XDG_STATE_HOME: folder.path, NO_COLOR: '1' },
      cwd: project,
      timeoutMilliseconds: PIP_LIMIT,
    });
    if (result.kind !== 'ended' || result.status !== EXIT.refused) {
      return { kind: 'failed', detail: describeProbe(result) };
    }
    return { kind: 'refused' };
  } finally {
    folder.remove();
  }
}

/** Runs a line in a shell that was just started, after its startup files. */
export async function runInShell(
  { name, program }: Shell,
  mode: ShellMode,
  command: string,
  prefix: string,
  env: Env,
  home: string,
  timeoutMilliseconds: number,
): Promise<ProbeResult> {
  const scratch = makeScratchFolder();
  try {
    const start = cleanEnvironment(env, home, prefix);
    const clean = { ...start, SHELL: program, ...(mode === 'ssh' ? SSH : {}) };
    return await probe({
      command: commandFor(name, program, mode, `echo '${MARK}'; ${command}`),
      env: name === 'fish' ? { ...clean, ...mirrorFishFolders(scratch.path, env, home) } : clean,
      cwd: home,
      timeoutMilliseconds,
    });
  } finally {
    scratch.remove();
  }
}

function commandFor(name: ShellName, program: string, mode: ShellMode, line: string): [string, ...string[]] {
  const option = OPTIONS[name][mode] ?? (mode === 'interactive' ? '-ic' : '-c');
  return option === '-l' ? ['/bin/sh', '-c', `printf '%s\\n' "$1" | "$0" -l`, program, line] : [program, option, line];
}

function judgeShell(result: ProbeResult, prefix: string): ShellResult['outcome'] {
  if (result.kind === 'timed-out') return { kind: 'timed-out' };
  if (result.kind === 'signalled' || !result.stdout.includes(MARK)) {
    return { kind: 'failed', detail: describeProbe(result) };
  }
  const found = decodeOctal(afterMark(result.stdout).split('\n')[0] ?? '');
  // tcsh's own `which` says so on stdout.
  if (found === '' || found.endsWith(': Command not found.')) return { kind: 'none' };
  const shim = path.join(prefix, 'shims/pip');
  if (!path.isAbsolute(found) || !isOwnShim(found, shim)) return { kind: 'other', found };
  // /usr/local/bin has links to it.
  return isSameFolder(path.dirname(found), `${prefix}/shims`) || isSameFolder(found, shim)
    ? { kind: 'ours' }
    : { kind: 'other-pipward', found };
}

/** Where the locale is not UTF-8, tcsh prints the bytes of `é` as `\303\251`. */
export function decodeOctal(text: string): string {
  return text.replaceAll(/(?:\\[2-3][0-7]{2})+/g, (codes) =>
    Buffer.from((codes.match(/[0-7]{3}/g) ?? []).map((code) => Number.parseInt(code, 8))).toString(),
  );
}

export function afterMark(stdout: string): string {
  const at = stdout.lastIndexOf(`${MARK}\n`);
  return (at === -1 ? stdout : stdout.slice(at + MARK.length + 1)).trimEnd();
}

export function describeProbe(result: ProbeResult): string {
  if (result.kind === 'timed-out') return 'no answer in time';
  if (result.kind === 'signalled') return `it was ended by ${result.signal}`;
  const said = [result.stderr, result.stdout].map((text) => text.trimEnd().split('\n').at(-1)).find(Boolean);
  return `exit status ${result.status}${said === undefined ? '' : `, ${said}`}`;
}
