import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCompileCaches } from '../../src/admin/setup/files/compile-cache.ts';
import { findOwnNode } from './own-folder.ts';

const root = path.join(import.meta.dirname, '..', '..');

/** What setup stores beside the program; made once for a test file. */
const compiled = makeCompileCaches(process.execPath, path.join(root, 'dist', 'shim.cjs'));

/** An unprivileged user: `nobody`. Root can write everywhere, so pip never falls back for it. */
export const NOBODY = 65534;
export const isRoot = process.getuid?.() === 0;
export const hasSetpriv = isRoot && spawnSync('setpriv', ['--version']).status === 0;

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Run as `nobody` (needs root); default: whenever the tests run as root. */
  readonly unprivileged?: boolean;
};

export type RunResult = {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A temporary home, project and an installed copy of the built product. Everything belongs to the user of the runs. */
export type Sandbox = ReturnType<typeof createSandbox>;

export function createSandbox() {
  if (!existsSync(path.join(root, 'dist', 'call.cjs'))) throw new Error('dist is missing: run `npm run build` first');
  const folder = mkdtempSync(path.join(tmpdir(), 'pipward-test-'));
  chmodSync(folder, 0o755);
  const inside = (name: string) => path.join(folder, name);
  const [prefix, home, project] = [inside('prefix'), inside('home'), inside('project')];
  const [wheels, bin] = [inside('wheels'), inside('bin')];
  for (const name of [prefix, home, project, wheels, bin]) mkdirSync(name);
  cpSync(path.join(root, 'shims'), path.join(prefix, 'shims'), { recursive: true });
  cpSync(path.join(root, 'dist'), path.join(prefix, 'dist'), { recursive: true });
  cpSync(path.join(root, 'bin'), path.join(prefix, 'bin'), { recursive: true });
  if (compiled.length === 0) throw new Error('no compiled code: is dist/shim.cjs built?');
  for (const { name, bytes } of compiled) writeFileSync(path.join(prefix, 'dist', name), bytes);
  symlinkSync(realpathSync(findOwnNode()), path.join(prefix, 'node'));
  if (isRoot) for (const name of [home, project]) chownSync(name, NOBODY, NOBODY);
  const shims = path.join(prefix, 'shims');
  const pip = path.join(shims, 'pip');

  const [nativePart] = readdirSync(path.join(prefix, 'dist')).filter((name) => name.endsWith('.node'));

  const settings: Record<string, string> = {};

  /** Only what a bare login would have, our shims first. */
  function environment(extra: RunOptions['env'] = {}): Record<string, string> {
    const plain: Record<string, string | undefined> = {
      HOME: home,
      PATH: `${shims}:${bin}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      SHELL: '/bin/bash',
      PIP_NO_INDEX: '1',
      PIP_FIND_LINKS: wheels,
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PYTHONWARNINGS: 'ignore',
      ...settings,
      ...extra,
    };
    return Object.fromEntries(
      Object.entries(plain).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  function wrap(command: readonly [string, ...string[]], unprivileged: boolean): [string, ...string[]] {
    return unprivileged && isRoot
      ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command]
      : [...command];
  }

  return {
    folder,
    prefix,
    shims,
    pip,
    /** The admin command. */
    pipward: path.join(prefix, 'bin', 'pipward'),
    home,
    project,
    wheels,
    /** What reads along on a terminal; null where it was not built. */
    nativePart: nativePart === undefined ? null : path.join(prefix, 'dist', nativePart),
    /** On PATH, after our shims. */
    bin,
    environment,
    /** Sets a variable for all runs that follow. */
    set: (name: string, value: string) => void (settings[name] = value),
    /** The argument list that runs a command as the sandbox's user. */
    wrap: (command: readonly [string, ...string[]]) => wrap(command, true),
    /** Links a program into `bin`, under its own name or another. */
    link: (target: string, name = path.basename(target)) => symlinkSync(target, path.join(bin, name)),
    write: (name: string, text: string, mode = 0o644) => {
      const file = path.resolve(project, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      chmodSync(file, mode);
      if (isRoot) spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, project]);
      return file;
    },
    /** Runs a program to its end; its output is read through pipes. */
    run: (command: readonly [string, ...string[]], options: RunOptions = {}): Promise<RunResult> =>
      new Promise((resolve, reject) => {
        const [file, ...args] = wrap(command, options.unprivileged ?? true);
        const child = spawn(file, args, { cwd: options.cwd ?? project, env: environment(options.env), stdio: 'pipe' });
        const texts = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const) {
          child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
        }
        child.on('error', reject);
        child.on('close', (status, signal) => resolve({ status, signal, ...texts }));
        child.stdin.on('error', () => {});
        child.stdin.end(options.input ?? '');
      }),
    /** Runs a line in a real shell. */
    shell: function (line: string, options: RunOptions & { readonly shell?: string } = {}) {
      return this.run([options.shell ?? '/bin/bash', '-c', line], options);
    },
    /**
     * The same as a user types it: in an interactive bash, whose state lasts up to the next line. What it says of its missing
     * terminal goes to /dev/null.
     */
    typed: function (line: string, options: RunOptions = {}) {
      const start = 'exec /bin/bash --norc --noprofile -is 3>&2 2>/dev/null';
      const input = `PS1= PS2=; unset HISTFILE; exec 2>&3 3>&-\n{ ${line}\n} </dev/null\nexit $?\n`;
      return this.run(['/bin/bash', '-c', start], { ...options, input });
    },
    remove: () => {
      try {
        rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
      } catch {
        // A shell whose terminal was just closed still writes its history: what is left is below the system's /tmp.
      }
    },
  };
}

/** Whether a program is on PATH. */
export function hasProgram(name: string): boolean {
  return spawnSync('/bin/sh', ['-c', `command -v "$1"`, 'sh', name]).status === 0;
}
