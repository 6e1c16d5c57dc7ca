import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { ShellKind } from '../model/diagnostic.ts';
import type { CallerFacts } from '../model/facts.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { findCi } from './ci.ts';

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
const MOST_ANCESTORS = 8;

/** Who called: asked only when there is something to say, since it reads the processes above ours. */
export function readCaller({ env, cwd, home, userId, platform }: Surroundings): CallerFacts {
  return {
    shell: findShell(env, platform === 'win32'),
    isRoot: userId === 0,
    container: findContainer(env),
    ci: findCi(env),
    gitHubActions: env['GITHUB_ACTIONS'] === 'true',
    cwd,
    home,
  };
}

function findContainer(env: Readonly<Record<string, string | undefined>>): string | null {
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
function findShell(env: Readonly<Record<string, string | undefined>>, windows: boolean): ShellKind {
  if (windows) return env['PSModulePath'] && !env['PROMPT'] ? 'powershell' : 'cmd';
  let nearest: ShellKind | undefined;
  let pid = process.ppid;
  for (let step = 0; step < MOST_ANCESTORS && pid > 1; step += 1) {
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

type Ancestor = {
  readonly name: string;
  readonly parent: number;
  /** Called without a script and without -c. */
  readonly isInteractive: boolean;
};

function readProcess(pid: number): Ancestor | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const end = stat.lastIndexOf(')');
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').slice(1, -1);
    return {
      name: stat.slice(stat.indexOf('(') + 1, end),
      parent: Number(stat.slice(end + 2).split(' ')[1]),
      isInteractive: hasNoScript(words),
    };
  } catch {
    const ps = spawnSync('/bin/ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8', timeout: 1000 });
    const [, parent, command, rest = ''] = /^\s*(\d+)\s+(\S+)(.*)$/m.exec(ps.stdout ?? '') ?? [];
    if (command === undefined) return null;
    const words = rest.split(' ').filter(Boolean);
    return { name: path.basename(command), parent: Number(parent), isInteractive: hasNoScript(words) };
  }
}

function hasNoScript(words: readonly string[]): boolean {
  return words.every((word) => word.startsWith('-') && !/^-[a-zA-Z]*c/.test(word));
}
