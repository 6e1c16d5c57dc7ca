import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import type { ShellKind } from '../../model/diagnostic.ts';
import { readStat } from '../read-stat.ts';

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
/** Programs that run one command and end: the user types into the shell that started them. */
const WRAPPER = /^(sudo|doas|su|env|xargs|time|nice|ionice|nohup|timeout|setsid|stdbuf)$/;
/** Programs that run commands from a file of the project, each in a shell of its own. */
const TASK_RUNNER = /^(make|gmake|just|tox|nox|npm( .*)?|pre-commit|invoke|task)$/;
/** The program of a Python that runs as a kernel: `-m ipykernel_launcher`, or its file. */
const KERNEL = / -m (?:ipykernel|ipykernel_launcher|colab_kernel_launcher) |\/(?:ipykernel|colab_kernel)_launcher\.py /;
const MAX_ANCESTORS = 16;

/** The processes that the call came from. */
export type CallerProcesses = {
  /** The shell that printed commands are quoted for; null if no shell is among them. */
  readonly shell: ShellKind | null;
  /** The shell that the user types into; null if there is none. */
  readonly interactive: ShellKind | null;
  /** Whether the next command runs in the same shell, so that what one sets is there for the next: an interactive shell. */
  readonly keepsState: boolean;
  /** The script, or the program that runs tasks such as `make`, that called pip; null if there is none. */
  readonly script: string | null;
  /** Whether a Jupyter kernel started the call, and the Python that it was started with (null if that is unknown). */
  readonly kernel: { readonly python: string | null } | null;
};

/** Reads the processes above this one, up to the interactive shell. Where they cannot be read, a user is taken to type. */
export function readCallerProcesses(env: Readonly<Record<string, string | undefined>>): CallerProcesses {
  const { ancestors, isWhole } = readAncestors();
  const interactive = ancestors.find(isInteractive) ?? null;
  const between = interactive === null ? ancestors : ancestors.slice(0, ancestors.indexOf(interactive));
  const kernel = findKernel(between, interactive === null ? env : {});
  const runner = between.findIndex((each) => kindOf(each) === null && !WRAPPER.test(each.name));
  // A shell with a script keeps its state up to its end, but what it sets is for the script's author to write down.
  const script = findScript(runner === -1 ? between : between.slice(0, runner + 1), env);
  const isTyped = runner === -1 && script === null;
  const nearest = between.map(kindOf).find((kind) => kind !== null) ?? null;
  // Without a terminal: a shell that was given a command, past scripts such as install.sh.
  const typedInto = interactive ?? ancestors.find((each) => kindOf(each) !== null && each.script === null);
  return {
    interactive: typedInto === undefined ? null : kindOf(typedInto),
    shell:
      isTyped && interactive !== null ? kindOf(interactive) : (nearest ?? fallbackKind(interactive, script, kernel)),
    keepsState: kernel === null && isTyped && (interactive !== null || !isWhole),
    script,
    kernel,
  };
}

/** Task runners and kernels start a command by /bin/sh, or without a shell; other programs were started by the user. */
function fallbackKind(interactive: Ancestor | null, script: string | null, kernel: object | null): ShellKind | null {
  if (script !== null || kernel !== null) return 'posix';
  return interactive === null ? null : kindOf(interactive);
}

function findScript(between: readonly Ancestor[], env: Readonly<Record<string, string | undefined>>): string | null {
  for (const ancestor of between) {
    if (kindOf(ancestor) !== null && ancestor.script !== null) return ancestor.script;
    // npm names the script that it runs (npm-run-script(1), Environment).
    if (/^(npm|node)\b/.test(ancestor.name) && env['npm_lifecycle_event'])
      return `npm run ${env['npm_lifecycle_event']}`;
    if (TASK_RUNNER.test(ancestor.name)) return ancestor.name.replace(/ .*/, '');
  }
  return null;
}

/** jupyter_client sets JPY_PARENT_PID for a kernel (launcher.py); editors start ipykernel by themselves. */
function findKernel(
  between: readonly Ancestor[],
  env: Readonly<Record<string, string | undefined>>,
): CallerProcesses['kernel'] {
  const process = between.find((each) => kindOf(each) === null && KERNEL.test(`${each.words.join(' ')} `));
  if (process === undefined) return env['JPY_PARENT_PID'] ? { python: null } : null;
  const [python = ''] = process.words;
  return { python: path.isAbsolute(python) ? python : null };
}

type Ancestor = {
  readonly name: string;
  readonly parent: number;
  readonly words: readonly string[];
  /** The file that a shell reads its commands from; null if there is none. */
  readonly script: string | null;
  /** Whether its standard input is a terminal; null if that is unknown. */
  readonly hasTerminal: boolean | null;
};

/** Returns the kind of the shell at this path; null if it is not a known shell. */
export function kindOfShell(program: string): ShellKind | null {
  return SHELLS[path.basename(program).replace(/^-/, '')] ?? null;
}

function kindOf({ name }: Ancestor): ShellKind | null {
  return kindOfShell(name);
}

/** Without a script and without -c, at a terminal: `sh <file` and `ssh HOST sh` read commands that are not typed. */
function isInteractive(ancestor: Ancestor): boolean {
  const words = ancestor.words.slice(1);
  const isAsked = words.some((word) => /^-[a-zA-Z]*i[a-zA-Z]*$/.test(word) || word === '--interactive');
  return kindOf(ancestor) !== null && hasNoScript(words) && (isAsked || ancestor.hasTerminal !== false);
}

/** Up to the first interactive shell. `isWhole`: each of them could be read. */
function readAncestors(): { readonly ancestors: readonly Ancestor[]; readonly isWhole: boolean } {
  const ancestors: Ancestor[] = [];
  for (let pid = process.ppid; pid > 0;) {
    const ancestor = ancestors.length < MAX_ANCESTORS ? readProcess(pid) : null;
    if (ancestor === null) return { ancestors, isWhole: false };
    ancestors.push(ancestor);
    if (isInteractive(ancestor)) break;
    pid = ancestor.parent;
  }
  return { ancestors, isWhole: true };
}

function readProcess(pid: number): Ancestor | null {
  try {
    const stat = readStat(pid);
    if (stat === null) throw new Error('no /proc');
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').slice(0, -1);
    // A script that is run by its name gives that to its process.
    const program = path.basename(words[0] ?? '').replace(/^-/, '');
    // csh and tcsh read commands from there, and have /dev/null as 0 (FSHIN in sh.h).
    const input = SHELLS[program] === 'tcsh' ? 16 : 0;
    return {
      name: SHELLS[program] === undefined ? stat.name : program,
      parent: Number(stat.field(4)),
      words,
      script: readScript(words.slice(1)),
      hasTerminal: isTerminal(`/proc/${pid}/fd/${input}`),
    };
  } catch {
    const ps = spawnSync('/bin/ps', ['-o', 'ppid=,command=', '-p', String(pid)], { encoding: 'utf8', timeout: 1000 });
    const [, parent, line] = /^\s*(\d+)\s+(\S.*)$/m.exec(ps.stdout ?? '') ?? [];
    if (line === undefined) return null;
    const words = line.split(' ').filter(Boolean);
    const name = path.basename(words[0] ?? '');
    return { name, parent: Number(parent), words, script: readScript(words.slice(1)), hasTerminal: null };
  }
}

function isTerminal(file: string): boolean | null {
  try {
    return /^\/dev\/(pts\/|tty|console)/.test(readlinkSync(file));
  } catch {
    return null;
  }
}

/** Options of shells that have a value of their own; editors start their terminals with --init-file and --init-command. */
const WITH_VALUE = /^(--rcfile|--init-file|--init-command|-C|[-+]o|[-+]O)$/;

function findOperand(words: readonly string[]): string | undefined {
  return words.find((word, index) => !/^(--|[-+][^c]*$)/.test(word) && !WITH_VALUE.test(words[index - 1] ?? ''));
}

function readScript(words: readonly string[]): string | null {
  const script = findOperand(words);
  // `bash <(...)` reads a pipe: there is no file to change.
  return script === undefined || /^(-|\/dev\/|\/proc\/)/.test(script) ? null : script;
}

function hasNoScript(words: readonly string[]): boolean {
  // PowerShell: its prompt comes behind that command.
  if (words.some((word) => /^-noexit$/i.test(word))) return true;
  return (
    findOperand(words) === undefined &&
    words.every((word, index) => !/^-[a-zA-Z]*c/.test(word) || WITH_VALUE.test(words[index - 1] ?? ''))
  );
}
