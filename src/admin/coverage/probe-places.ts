import path from 'node:path';
import type { CallContext } from '../../model/call-context.ts';
import { liesWithin } from '../../util/paths.ts';
import type { AdminContext } from '../command.ts';
import { findHome, findOtherOwner, findProgram, isProgram } from '../setup/locations.ts';
import { SHELLS, type Shell } from '../setup/startup-files/targets.ts';
import { CRON_PATH, readSudoPath } from '../setup/verify/places.ts';
import { afterMark, describeProbe, LOCATE, MARK, runInShell, SHELL_LIMIT } from '../setup/verify/verify.ts';
import type { PlaceName } from './model.ts';

type Env = AdminContext['env'];

/** What a command gets where it is started, and which of pip's names are not files there. */
export type Place = {
  readonly name: PlaceName;
  readonly env: Env;
  readonly home: string;
  readonly isRoot: boolean;
  readonly aliases: ReadonlyMap<string, string>;
};

export type PlacesFound = {
  readonly places: readonly Place[];
  /** What could not be looked at, as sentences. */
  readonly notes: readonly string[];
  /** The shell that was asked; null if none could be. */
  readonly shell: Shell | null;
};

/** Names that a user may have given to an alias or a function. */
const NAMES = ['pip', 'pip3', 'python', 'python3'];
const ROOT_HOME = '/root';
const NO_ALIASES: ReadonlyMap<string, string> = new Map();

/**
 * Finds out what new shells of the user, cron and sudo give to a command. Shells are really started, with the home directory
 * as the current one and nothing of the project on PATH: no program of the project is run. The rest is read from files.
 */
export async function probePlaces({ env }: AdminContext, prefix: string, context: CallContext): Promise<PlacesFound> {
  const home = findUsableHome(env);
  const shell = findOwnShell(env, context);
  const notes: string[] = [];
  const shells: Place[] = [];
  const owner = home === null ? null : findOtherOwner(home);
  if (home === null) notes.push('HOME is not a folder, so no startup file of a shell was read');
  else if (owner !== null) {
    notes.push(`HOME is ${home}, which belongs to user ${owner}: the startup files in it were not run as root`);
  } else {
    const clean = { ...env, PATH: dropProject(env, context) };
    const asked = await Promise.all(
      (['login', 'interactive'] as const).map((mode) => askShell(shell, mode, prefix, clean, home)),
    );
    for (const answer of asked) {
      if (typeof answer === 'string') notes.push(answer);
      else shells.push(answer);
    }
  }
  const folder = home ?? '/';
  const sudo = readSudoPath({});
  const crontab = readCrontab(context);
  const isRoot = context.userId === 0;
  const root = (name: PlaceName, variables: Env): Place => {
    const own = { HOME: ROOT_HOME, ...variables };
    return { name, env: own, home: own.HOME ?? ROOT_HOME, isRoot: true, aliases: NO_ALIASES };
  };
  const places = [
    ...shells,
    { name: 'cron', env: { HOME: folder, PATH: CRON_PATH }, home: folder, isRoot, aliases: NO_ALIASES } as const,
    ...(crontab === null ? [] : [root('crontab', crontab)]),
    ...(sudo === null ? [] : [root('sudo', { PATH: sudo })]),
  ];
  return { places, notes, shell: shells.length === 0 ? null : shell };
}

function findUsableHome(env: Env): string | null {
  try {
    return findHome(env);
  } catch {
    return null;
  }
}

/** The user's shell from the system's folders; another one only if it is not a file of the current project. */
function findOwnShell(env: Env, context: CallContext): Shell {
  const given = env['SHELL'] ?? '';
  const name = SHELLS.find((known) => known === path.basename(given));
  const program = name === undefined ? null : findProgram({}, name);
  if (name !== undefined && program !== null) return { name, program };
  if (name !== undefined && path.isAbsolute(given) && isProgram(given) && !isOfProject(given, context)) {
    return { name, program: given };
  }
  return { name: 'dash', program: '/bin/sh' };
}

/** Startup files may start programs: none of the current directory's, the project's or an active environment's. */
function dropProject(env: Env, context: CallContext): string {
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter((entry) => path.isAbsolute(entry) && !isOfProject(entry, context))
    .join(path.delimiter);
}

function isOfProject(file: string, { cwd, home, env, platform }: CallContext): boolean {
  // Standing in the home directory, or above it, does not make all that is in it a project.
  const project = cwd === null || cwd === '/' || (home !== null && liesWithin(home, cwd, platform)) ? [] : [cwd];
  const active = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter((folder) => folder !== undefined && folder !== '');
  return [...project, ...active].some((folder) => liesWithin(file, folder ?? '', platform));
}

/** Starts the shell and asks what its environment is after its startup files. Returns a sentence if there is no answer. */
async function askShell(
  shell: Shell,
  mode: 'login' | 'interactive',
  prefix: string,
  env: Env,
  home: string,
): Promise<Place | string> {
  const ask = LOCATE[shell.name];
  // Not the first one on the user's PATH.
  const program = findProgram({}, 'env') ?? '/usr/bin/env';
  // The environment through sh, since each of the shells writes variables in a way of its own.
  const line = [
    ...NAMES.map((name) => `echo '${MARK}${name}'; ${ask} ${name}`),
    `echo '${MARK}env'; /bin/sh -c '${program} -0 2>/dev/null || ${program}'`,
  ].join('; ');
  const result = await runInShell(shell, mode, line, prefix, env, home, SHELL_LIMIT);
  const answer = result.kind === 'ended' ? readAnswer(afterMark(result.stdout)) : null;
  if (answer === null) return `${shell.name} (${mode}) was not looked at: ${describeProbe(result)}`;
  return {
    name: mode,
    env: answer.env,
    home: answer.env['HOME'] ?? home,
    isRoot: process.geteuid?.() === 0,
    aliases: answer.aliases,
  };
}

/** Returns the environment, and the names that are not files; null if the answer has another form. */
export function readAnswer(text: string): { readonly env: Env; readonly aliases: ReadonlyMap<string, string> } | null {
  const at = text.lastIndexOf(`${MARK}env\n`);
  if (at === -1) return null;
  const variables = text.slice(at + MARK.length + 'env\n'.length);
  const entries = variables.split(variables.includes('\0') ? '\0' : '\n').flatMap((entry) => {
    const end = entry.indexOf('=');
    return end < 1 ? [] : [[entry.slice(0, end), entry.slice(end + 1)] as const];
  });
  const env = Object.fromEntries(entries);
  if (env['PATH'] === undefined) return null;
  const aliases = NAMES.flatMap((name) => {
    const [, said = ''] = new RegExp(`^${MARK}${name}\\n(.*)`, 'm').exec(text.slice(0, at)) ?? [];
    const isFile = path.isAbsolute(said) || said === '' || said.startsWith(MARK) || said.endsWith('Command not found.');
    return isFile ? [] : [[name, said] as const];
  });
  return { env, aliases: new Map(aliases) };
}

/** The variables that /etc/crontab sets for its own jobs, with cron's quotes; null if PATH is not among them. */
export function readCrontab({ files }: Pick<CallContext, 'files'>): Env | null {
  const read = files.readText('/etc/crontab', 64 * 1024);
  const lines = read.kind === 'text' ? read.text.matchAll(/^[ \t]*(\w+)[ \t]*=[ \t]*(.*?)[ \t]*$/gm) : [];
  const variables = Object.fromEntries(
    [...lines].map(([, name = '', value = '']) => [name, value.replace(/^(["'])(.*)\1$/, '$2')]),
  );
  return variables['PATH'] ? variables : null;
}
