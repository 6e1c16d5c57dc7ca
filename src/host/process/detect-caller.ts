import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { ShellKind } from '../../model/diagnostic.ts';
import type { CallerFacts } from '../../model/facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import { findCi } from '../../util/detect-ci.ts';
import { readStat } from './process-state.ts';

const SHELLS: Readonly<Record<string, ShellKind>> = {
  bash: 'bash',
  zsh: 'zsh',
  fish: 'fish',
  tcsh: 'tcsh',
  csh: 'tcsh',
  pwsh: 'powershell',
  powershell: 'powershell',
  sh: 'posix',
  dash: 'posix',
  ash: 'posix',
  ksh: 'posix',
  ksh93: 'posix',
  mksh: 'posix',
  busybox: 'posix',
};
/** Programs that only start another one: the person types into a shell above them. */
const PASSING_ON =
  /^(make|gmake|just|sudo|doas|su|env|xargs|time|nice|ionice|nohup|timeout|setsid|stdbuf|npm.*|tox|nox)$/;
const MAX_ANCESTORS = 8;
/** Those whose creation would hide another. */
const START_FILES = ['.tcshrc', '.cshrc', '.bash_profile', '.bash_login', '.profile'];

/** Who called: asked only when there is something to say, since it reads the processes above ours. */
export function readCaller({ env, cwd, home, userId, platform }: CallContext): CallerFacts {
  return {
    shell: findShell(env, platform === 'win32'),
    isRoot: userId === 0,
    user: findUserName(userId) ?? '',
    startFiles: home === null ? [] : START_FILES.filter((name) => existsSync(path.join(home, name))),
    sudoUser: findSudoUser(env, userId),
    script: platform === 'win32' ? null : findScript(),
    container: findContainer(env),
    ci: findCi(env),
    gitHubActions: env['GITHUB_ACTIONS'] === 'true',
    cwd,
    home,
  };
}

/** Who typed `sudo pip`; null in a root shell that sudo started, where commands are typed as root (sudo(8), SUDO_COMMAND). */
function findSudoUser(env: Readonly<Record<string, string | undefined>>, userId: number | null): string | null {
  const [command = ''] = (env['SUDO_COMMAND'] ?? '').split(' ');
  const isShell = SHELLS[path.basename(command)] !== undefined || path.basename(command) === 'su';
  return userId === 0 && env['SUDO_USER'] && command !== '' && !isShell ? env['SUDO_USER'] : null;
}

/** Name of an account, else its number: chown takes both. Null where the platform has no numbers. */
export function findUserName(userId: number | null): string | null {
  if (userId === null || userId < 0) return null;
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.split(':')[2] === String(userId));
    return line?.split(':')[0] || String(userId);
  } catch {
    return String(userId);
  }
}

/** Variable or file that shows a container, for instance `/.dockerenv`; null outside. */
export function findContainer(env: Readonly<Record<string, string | undefined>>): string | null {
  const file = ['/.dockerenv', '/run/.containerenv'].find((name) => existsSync(name));
  if (file !== undefined) return file;
  if (env['KUBERNETES_SERVICE_HOST']) return 'KUBERNETES_SERVICE_HOST';
  // systemd's convention for containers: https://systemd.io/CONTAINER_INTERFACE
  return env['container'] ? `container=${env['container']}` : null;
}

/**
 * The shell that the person types into: the nearest interactive one above this process, past scripts and programs that
 * only start others; else the nearest shell of any kind; else $SHELL.
 */
export function findShell(env: Readonly<Record<string, string | undefined>>, windows: boolean): ShellKind {
  if (windows) return env['PSModulePath'] && !env['PROMPT'] ? 'powershell' : 'cmd';
  let nearest: ShellKind | undefined;
  let pid = process.ppid;
  for (let step = 0; step < MAX_ANCESTORS && pid > 1; step += 1) {
    const ancestor = readProcess(pid);
    if (ancestor === null) break;
    const kind = SHELLS[ancestor.name.replace(/^-/, '')];
    if (kind !== undefined && ancestor.isInteractive) return kind;
    nearest ??= kind;
    if (kind === undefined && !PASSING_ON.test(ancestor.name)) break;
    pid = ancestor.parent;
  }
  return nearest ?? SHELLS[path.basename(env['SHELL'] ?? '')] ?? 'posix';
}

/** The script, or `make`, on the way from the person's shell to pip. */
function findScript(): string | null {
  let pid = process.ppid;
  for (let step = 0; step < MAX_ANCESTORS && pid > 1; step += 1) {
    const ancestor = readProcess(pid);
    if (ancestor === null || ancestor.name === 'make' || ancestor.name === 'gmake') return ancestor && 'make';
    const isShell = SHELLS[ancestor.name.replace(/^-/, '')] !== undefined;
    if (isShell && ancestor.script !== null) return ancestor.script;
    if ((isShell && ancestor.isInteractive) || !(isShell || PASSING_ON.test(ancestor.name))) return null;
    pid = ancestor.parent;
  }
  return null;
}

type Ancestor = {
  readonly name: string;
  readonly parent: number;
  /** Called without a script and without -c. */
  readonly isInteractive: boolean;
  /** The file that a shell reads its commands from; null for none. */
  readonly script: string | null;
};

function readProcess(pid: number): Ancestor | null {
  try {
    const stat = readStat(pid);
    if (stat === null) throw new Error('no /proc');
    const [program = '', ...words] = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').slice(0, -1);
    // A script that is run by its name gives that to its process.
    const { name } = stat;
    return {
      name: SHELLS[path.basename(program)] === undefined ? name : path.basename(program),
      parent: Number(stat.field(4)),
      isInteractive: hasNoScript(words),
      script: readScript(words),
    };
  } catch {
    const ps = spawnSync('/bin/ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8', timeout: 1000 });
    const [, parent, command, rest = ''] = /^\s*(\d+)\s+(\S+)(.*)$/m.exec(ps.stdout ?? '') ?? [];
    if (command === undefined) return null;
    const words = rest.split(' ').filter(Boolean);
    return {
      name: path.basename(command),
      parent: Number(parent),
      isInteractive: hasNoScript(words),
      script: readScript(words),
    };
  }
}

function readScript(words: readonly string[]): string | null {
  const isValue = (index: number) => /^(--rcfile|--init-file|[-+]o|[-+]O)$/.test(words[index - 1] ?? '');
  const script = words.find((word, index) => !/^(--|[-+][^c]*$)/.test(word) && !isValue(index));
  // `bash <(...)` has no file that somebody could change.
  return script === undefined || /^(-|\/dev\/|\/proc\/)/.test(script) ? null : script;
}

function hasNoScript(words: readonly string[]): boolean {
  return words.every((word) => word.startsWith('-') && !/^-[a-zA-Z]*c/.test(word));
}
