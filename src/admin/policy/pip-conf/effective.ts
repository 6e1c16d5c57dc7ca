import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findInPrefix } from '../../../interpreter/discovery/candidate.ts';
import { inspectInterpreter } from '../../../interpreter/inspect/inspect.ts';
import { listEnvironments } from '../../../interpreter/list-environments.ts';
import { listPythons } from '../../../interpreter/list-pythons.ts';
import type { CallContext, WindowsFacts } from '../../../model/call-context.ts';
import type { PipSetting } from '../../../model/pip-call.ts';
import type { PipReader } from '../../../pip/configuration-files.ts';
import { loadPipConfiguration, readPipSetting } from '../../../pip/configuration.ts';
import { listProfileFolders } from '../../../util/windows/access-rights.ts';
import { isSame, renderLine, type ConfLine } from './text/conf-line.ts';
import type { ConfScope } from './locate.ts';

/** A place that takes precedence over the file that was written, and says something else. */
export type Override = {
  readonly line: ConfLine;
  /** `/home/ann/.config/pip/pip.conf:3`, `PIP_REQUIRE_VIRTUALENV`; where nothing says it, the Python that does not see it. */
  readonly place: string;
  /** For whom it counts: a Python, a user; empty for every call in this environment. */
  readonly forWhom: string;
};

/** A laptop has few users; a machine with thousands of homes has them on a network. */
const MAX_HOMES = 200;

/** Who reads pip's configuration: a Python here, or a user of this machine (without the variables of their shell). */
type Reader = {
  readonly context: CallContext;
  readonly prefix: string | null;
  readonly reader: PipReader;
  readonly name: string;
};

/**
 * Returns what overrides the lines: variables of this environment, the caller's own file, that of each Python found, and
 * for root that of each user with a home. Virtual environments are left out, since pip is content there.
 */
export function findOverrides(lines: readonly ConfLine[], scope: ConfScope, context: CallContext): readonly Override[] {
  const isAdministrator = context.userId === 0 || context.windows?.isElevated() === true;
  const readers = [...listReaders(context), ...(scope === 'system' && isAdministrator ? listUsers(context) : [])];
  const found = readers.flatMap((reader) => lines.flatMap((line) => findOverride(line, reader)));
  return found.filter((one, index) => found.findIndex((other) => isSameOverride(one, other)) === index);
}

function isSameOverride(one: Override, other: Override): boolean {
  return one.place === other.place && one.line.section === other.line.section && one.line.option === other.line.option;
}

function findOverride(line: ConfLine, { context, prefix, reader, name }: Reader): readonly Override[] {
  const { settings, unknown } = loadPipConfiguration(context, prefix, false, null, reader);
  const strange = unknown.map(({ path: file, reason }) => ({ line, place: `${file} (${reason})`, forWhom: name }));
  const setting = readPipSetting(settings, line.section, `--${line.option}`);
  if (setting !== null && isSame(line, setting.value)) return strange;
  return [
    ...strange,
    { line, place: setting === null ? describeAbsence(line, context) : describeOrigin(setting), forWhom: name },
  ];
}

/** With PIP_CONFIG_FILE pip reads that file in place of the user's; with /dev/null (os.devnull) it reads none at all. */
function describeAbsence(line: ConfLine, { env }: CallContext): string {
  const file = env['PIP_CONFIG_FILE'] ?? '';
  return file === '' ? `no file says ${renderLine(line)}` : `PIP_CONFIG_FILE=${file} in the environment`;
}

function describeOrigin({ origin, value }: PipSetting): string {
  switch (origin.kind) {
    case 'file':
      return `${origin.path}:${origin.line}`;
    case 'variable':
      return `${origin.name}=${value} in the environment`;
    case 'command-line':
      return 'the command line';
  }
}

/**
 * One for each way in which Pythons read the file. A reader of which nothing is known would not do: it calls the whole file
 * unknown where Pythons differ in a line that does not matter here.
 */
const ALL_READERS: readonly PipReader[] = [
  { major: 3, minor: 10, patch: null },
  { major: 3, minor: 9, patch: null },
  { major: 2, minor: 7, patch: null },
].map((python) => ({ python, pip: () => null }));

function* listReaders(context: CallContext): Generator<Reader> {
  for (const reader of ALL_READERS) yield { context, prefix: null, reader, name: '' };
  for (const { interpreter, pipVersion } of listPythons(context)) {
    const { environment, executable, version, pip } = interpreter;
    if (environment.kind === 'virtual' || environment.kind === 'unknown' || pip.state === 'absent') continue;
    yield { context, prefix: environment.prefix, reader: { python: version, pip: () => pipVersion }, name: executable };
  }
  for (const folder of listEnvironments(context, [])) {
    const { path: executable } = findInPrefix(folder, context);
    if (executable === null || inspectInterpreter(executable, context).environment.kind !== 'conda') continue;
    for (const reader of ALL_READERS) yield { context, prefix: folder, reader, name: executable };
  }
}

/** The users of this machine, each as if in a new session. */
function* listUsers(context: CallContext): Generator<Reader> {
  // Windows names the caller's folders alone.
  const { windows, ...others } = context;
  const homes = windows === undefined ? listHomes(context) : listProfiles(context, windows);
  for (const { name, home, env } of homes.slice(0, MAX_HOMES)) {
    for (const reader of ALL_READERS) {
      yield { context: { ...others, env, home }, prefix: null, reader, name: `user ${name}` };
    }
  }
}

type Home = { readonly name: string; readonly home: string; readonly env: CallContext['env'] };

/** From /etc/passwd. */
function listHomes(context: CallContext): readonly Home[] {
  let passwd = '';
  try {
    passwd = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , , , , home = ''] = line.split(':');
    const isUsed = path.isAbsolute(home) && home !== '/' && home !== context.home;
    return isUsed ? [{ name, home, env: { HOME: home } }] : [];
  });
}

/** From the registry. A profile whose AppData was moved elsewhere is not seen there. */
function listProfiles({ env, home: own }: CallContext, windows: WindowsFacts): readonly Home[] {
  return listProfileFolders(windows).flatMap((home) => {
    const variables = {
      USERPROFILE: home,
      APPDATA: path.win32.join(home, 'AppData', 'Roaming'),
      PROGRAMDATA: env['PROGRAMDATA'],
    };
    const isOwn = home.toLowerCase() === own?.toLowerCase();
    return isOwn ? [] : [{ name: path.win32.basename(home), home, env: variables }];
  });
}
