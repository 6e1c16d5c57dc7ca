import { existsSync } from 'node:fs';
import path from 'node:path';
import type { ShellKind } from '../../model/diagnostic.ts';
import type { CallerFacts, NotebookFacts } from '../../model/facts.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { findCi, findContainerMark } from '../../util/surroundings.ts';
import { findUserName } from '../files/user-name.ts';
import { kindOfShell, readCallerProcesses } from './caller-processes.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Those whose creation would hide another. */
const START_FILES = ['.tcshrc', '.cshrc', '.bash_profile', '.bash_login', '.profile'];

/** Who called: asked only when there is something to say, since it reads the processes above ours. */
export function readCaller(context: CallContext): CallerFacts {
  const { env, cwd, home, userId, platform } = context;
  const processes = platform === 'win32' ? null : readCallerProcesses(env);
  return {
    shell: processes === null ? findWindowsShell(context) : orUsual(processes.shell, env),
    keepsState: processes?.keepsState ?? keepsWindowsState(context),
    notebook: processes?.kernel ? describeKernel(processes.kernel.python) : null,
    isRoot: userId === 0,
    user: findUserName(userId) ?? '',
    startFiles: home === null ? [] : START_FILES.filter((name) => existsSync(path.join(home, name))),
    sudoUser: findSudoUser(env, userId),
    script: processes?.script ?? null,
    container: findContainer(context),
    ci: findCi(env),
    gitHubActions: env['GITHUB_ACTIONS'] === 'true',
    cwd,
    home,
  };
}

/** Who typed `sudo pip`; null in a root shell that sudo started, where commands are typed as root (sudo(8), SUDO_COMMAND). */
function findSudoUser(env: Env, userId: number | null): string | null {
  const [command = ''] = (env['SUDO_COMMAND'] ?? '').split(' ');
  const isShell = kindOfShell(command) !== null || path.basename(command) === 'su';
  return userId === 0 && env['SUDO_USER'] && command !== '' && !isShell ? env['SUDO_USER'] : null;
}

/** Variable or file that shows a container, for instance `/.dockerenv`; null outside. */
export function findContainer({ env, files }: Pick<CallContext, 'env' | 'files'>): string | null {
  const file = findContainerMark(files);
  if (file !== null) return file;
  if (env['KUBERNETES_SERVICE_HOST']) return 'KUBERNETES_SERVICE_HOST';
  // systemd's convention for containers: https://systemd.io/CONTAINER_INTERFACE
  return env['container'] ? `container=${env['container']}` : null;
}

function describeKernel(python: string | null): NotebookFacts {
  const prefix = python === null ? null : path.dirname(path.dirname(python));
  const isEnvironment = ['pyvenv.cfg', 'conda-meta'].some((name) => existsSync(path.join(prefix ?? '', name)));
  return { python, prefix: isEnvironment ? prefix : null };
}

/** Returns the shell that the user types into, past scripts such as install.sh; else $SHELL. */
export function findShell(context: Pick<CallContext, 'env' | 'platform' | 'windows'>): ShellKind {
  if (context.platform === 'win32') return findWindowsShell(context);
  return orUsual(readCallerProcesses(context.env).interactive, context.env);
}

function orUsual(shell: ShellKind | null, env: Env): ShellKind {
  return shell ?? kindOfShell(env['SHELL'] ?? '') ?? 'posix';
}

/**
 * Whether a shell called, and no CI step: a program that runs pip, such as make, keeps nothing for the next command. A batch file
 * cannot be told from its cmd. If the caller is not known, a user is taken to type.
 */
function keepsWindowsState(context: Pick<CallContext, 'env' | 'windows'>): boolean {
  const parent = context.windows?.parentProgram() ?? null;
  return findCi(context.env) === null && (parent === null || kindOfProgram(parent) !== null);
}

function kindOfProgram(file: string): ShellKind | null {
  const name = file.replace(/\.exe$/i, '').toLowerCase();
  return name === 'cmd' ? name : kindOfShell(name);
}

/** The program that called, if that is a shell. Each variable that could tell also reaches the programs of another shell. */
function findWindowsShell(context: Pick<CallContext, 'env' | 'platform' | 'windows'>): ShellKind {
  const kind = kindOfProgram(context.windows?.parentProgram() ?? '');
  if (kind !== null) return kind;
  // Git Bash and MSYS2 set it for what they start.
  if (readVariable(context, 'MSYSTEM') !== null) return 'bash';
  return readVariable(context, 'PSMODULEPATH') !== null && readVariable(context, 'PROMPT') === null
    ? 'powershell'
    : 'cmd';
}
