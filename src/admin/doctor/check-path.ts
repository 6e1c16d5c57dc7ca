import path from 'node:path';
import { isOwnShim } from '../setup/files/installation.ts';
import type { CallContext } from '../../model/call-context.ts';
import { joinCommand } from '../../terminal/quote.ts';
import type { Finding } from './finding.ts';
import { SYSTEM_PREFIX } from '../setup/locations.ts';
import { findPythonNames } from '../setup/python-names.ts';
import { isSameFolder } from '../setup/verify/clean-shell.ts';
import { renderSourceCommand } from '../setup/startup-files/env-scripts.ts';

const subject = 'PATH';

/**
 * Who answers to `pip` on PATH, in order. An activated environment's own pip before us is right, unless setup was told
 * --in-environments: `hooked`, which is null for a copy that was not set up.
 */
export function checkShims(
  { env, files }: CallContext,
  shims: string,
  hooked: boolean | null = null,
): readonly Finding[] {
  const hits = listOnPath({ env, files }, 'pip');
  const own = hits.findIndex((file) => isOwnShim(file));
  const others = hits.filter((file) => !isOwnShim(file));
  const [first] = hits;
  const where = joinCommand(['export', `PATH=${shims}:$PATH`], 'posix')
    .replace("'PATH=", "PATH='")
    .replace(":$PATH'", `':"$PATH"`);
  if (own === -1) {
    const text = first === undefined ? 'no pip is on PATH' : `pip is ${first}: pipward is not on PATH`;
    return [{ subject, state: 'wrong', text, fix: `open a new shell, or: ${where}` }];
  }
  const shadowed: Finding = {
    subject,
    state: 'note',
    text: others.length === 0 ? 'no other pip is on PATH' : `later on PATH: ${others.join(', ')}`,
    fix: null,
  };
  if (own === 0) return [describeFirst(hits[0] ?? '', shims), shadowed];
  const inEnvironment = ['VIRTUAL_ENV', 'CONDA_PREFIX'].some(
    (name) => env[name] !== undefined && path.dirname(first ?? '') === path.join(env[name], 'bin'),
  );
  return [
    inEnvironment
      ? describeOwn(first ?? '', shims, hooked, env['SHELL'])
      : { subject, state: 'wrong', text: `${first} comes before pipward`, fix: `put the shims first: ${where}` },
  ];
}

/** The shell that doctor was started from cannot be asked for its hooks: its PATH shows what they did. */
function describeOwn(first: string, shims: string, hooked: boolean | null, shell = ''): Finding {
  const text = `pip is the active environment's own: ${first}`;
  if (hooked === null) return { subject, state: 'ok', text, fix: null };
  const prefix = path.dirname(shims);
  if (!hooked) {
    const setup =
      prefix === SYSTEM_PREFIX ? 'pipward setup --system --in-environments' : 'pipward setup --in-environments';
    return { subject, state: 'note', text: `${text}, without pipward's advice and rules`, fix: setup };
  }
  const why =
    'this shell does not run the hook of `pipward setup --in-environments` at its prompt: it started before setup, it is ' +
    'not interactive, or another program replaced the hook';
  const fix = `open a new shell, or: ${renderSourceCommand(prefix, path.basename(shell))}`;
  return { subject, state: 'wrong', text: `${text}; ${why}`, fix };
}

/** A machine may have an installation for all users and one of the user's own: whichever is first is pipward. */
function describeFirst(first: string, shims: string): Finding {
  // /usr/local/bin has links to it.
  const isThis = isSameFolder(path.dirname(first), shims) || isSameFolder(first, path.join(shims, 'pip'));
  const text = isThis ? `pip is ${first}` : `pip is ${first}, of another installation of pipward, which comes first`;
  return { subject, state: 'ok', text, fix: null };
}

/** Where each name of pip and Python leads; a Python on this machine without its `pip3.X` among our shims. */
export function checkNames(context: CallContext, shims: string): readonly Finding[] {
  const { env, files, home } = context;
  const isForAll = shims === path.join(SYSTEM_PREFIX, 'shims');
  const pythons = isForAll ? findPythonNames({}, '/nonexistent') : findPythonNames(env, home ?? '/nonexistent');
  const pips = ['pip3', ...pythons.map((name) => name.replace('python', 'pip'))];
  const named = ['python', 'python3', ...pythons, ...pips].flatMap((name): readonly Finding[] => {
    const [first] = listOnPath(context, name);
    if (first === undefined) return [];
    const real = files.realPath(first) ?? first;
    const text = isOwnShim(first) ? `${first} (pipward)` : real === first ? first : `${first} -> ${real}`;
    return [{ subject: name, state: 'note', text, fix: null }];
  });
  const missing = pips.filter((name) => !isOwnShim(path.join(shims, name)));
  if (missing.length === 0) return named;
  const text = `${missing.join(', ')}: this machine has the Python, but pipward has no such name in ${shims}`;
  return [...named, { subject: 'names', state: 'wrong', text, fix: 'pipward setup --refresh' }];
}

/** Returns what a name leads to on PATH, in order; relative entries are not looked into. */
export function listOnPath({ env, files }: Pick<CallContext, 'env' | 'files'>, name: string): readonly string[] {
  const entries = (env['PATH'] ?? '').split(path.delimiter).filter((entry) => path.isAbsolute(entry));
  return [...new Set(entries.map((entry) => path.join(entry, name)))].filter((file) => files.status(file)?.executable);
}
