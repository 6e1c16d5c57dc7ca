import path from 'node:path';
import { listOptions } from '../invocation/pip-commands.ts';
import type { Evidence } from '../model/environment.ts';
import type { PipCommand, Redirection } from '../model/invocation.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { parseIni } from './ini.ts';

/** Where a setting of pip was written; `text` of a file is the line as it stands there. */
export type SettingOrigin = Extract<Evidence, { kind: 'variable' | 'file' }> | { readonly kind: 'command-line' };

export type PipSetting = {
  readonly value: string;
  readonly origin: SettingOrigin;
};

/** Settings by section and normalised name, in the order in which pip applies them; variables are the section `:env:`, as in pip. */
export type PipConfiguration = ReadonlyMap<string, ReadonlyMap<string, PipSetting>>;

/** What an install or uninstall is really asked to do: the command line over PIP_* over pip's files. */
export type InstallSettings = {
  readonly user: boolean | null;
  readonly redirection: Redirection | null;
  /** Value of --root, which pip puts before the folder of a --prefix; null if none counts. */
  readonly root: string | null;
  readonly dryRun: boolean;
  /** How many -q, less how many -v, as pip counts; never below 0. */
  readonly quiet: number;
  readonly breakSystemPackages: boolean;
  /** Whether variables or pip's files ask for more than the command line says: `PIP_REQUIREMENT`, `[install] editable`. */
  readonly hasHiddenRequests: boolean;
  /** Interpreter or environment folder that pip will hand over to (pip 22.3). */
  readonly python: string | null;
  /** Where each was said; null where nothing was. */
  readonly origins: Readonly<
    Record<'user' | 'redirection' | 'dryRun' | 'quiet' | 'breakSystemPackages' | 'python', SettingOrigin | null>
  >;
};

/** Returns true or false as pip's strtobool (pip/_internal/utils/misc.py), or null for what pip rejects with exit 2. */
export function parseBoolean(value: string): boolean | null {
  if (/^(y|yes|t|true|on|1)$/i.test(value)) return true;
  return /^(n|no|f|false|off|0)$/i.test(value) ? false : null;
}

/** pip reads the variables of Windows in upper case, since os.environ does. */
function listVariables({ platform, env }: Surroundings): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined) variables.set(platform === 'win32' ? name.toUpperCase() : name, value);
  }
  return variables;
}

/** Folders of the global and of the user's own files, weakest first (pip/_internal/utils/appdirs.py). */
function listFolders({ platform, home, files }: Surroundings, variables: ReadonlyMap<string, string>, prefix: string) {
  const orElse = (name: string, otherwise: string) => {
    const value = variables.get(name) ?? '';
    return value.trim() === '' ? otherwise : value;
  };
  // expanduser takes HOME as it is: `HOME=h` is a folder below the current one. On Windows it looks at USERPROFILE.
  const given = platform === 'win32' ? '' : (variables.get('HOME') ?? '');
  const userHome = given === '' ? home : given;
  const inHome = (name: string) => (userHome === null ? [] : [`${userHome}/${name}`]);
  if (platform === 'win32') {
    return {
      global: [`${orElse('PROGRAMDATA', orElse('ALLUSERSPROFILE', 'C:/ProgramData'))}/pip`],
      user: [...inHome('pip'), ...inHome('AppData/Roaming').map((roaming) => `${orElse('APPDATA', roaming)}/pip`)],
    };
  }
  if (platform === 'darwin') {
    const support = 'Library/Application Support/pip';
    const hasSupport = inHome(support).some((folder) => files.status(folder)?.kind === 'directory');
    return {
      global: [...(prefix.startsWith('/opt/homebrew') ? ['/opt/homebrew/share/pip'] : []), `/${support}`],
      user: [...inHome('.pip'), ...inHome(hasSupport ? support : '.config/pip')],
    };
  }
  const shared = orElse('XDG_CONFIG_DIRS', '/etc/xdg').split(':');
  return {
    global: [...shared.map((folder) => path.posix.join(folder, 'pip')), '/etc'],
    user: [...inHome('.pip'), ...inHome('.config').map((config) => `${orElse('XDG_CONFIG_HOME', config)}/pip`)],
  };
}

/**
 * Returns the absolute paths of the files that pip tries, weakest first (pip/_internal/configuration.py):
 * global, user, site, PIP_CONFIG_FILE. `prefix` is sys.prefix; null leaves its file out.
 * The user's files are left out when isolated or when PIP_CONFIG_FILE exists; all are when that is os.devnull.
 */
export function listConfigurationFiles(
  surroundings: Surroundings,
  prefix: string | null,
  isolated: boolean,
): readonly string[] {
  const { platform, cwd, files } = surroundings;
  const [paths, basename, devnull] =
    platform === 'win32' ? ([path.win32, 'pip.ini', 'nul'] as const) : ([path.posix, 'pip.conf', '/dev/null'] as const);
  const variables = listVariables(surroundings);
  const absolute = (file: string) => (paths.isAbsolute(file) ? [file] : cwd === null ? [] : [paths.join(cwd, file)]);

  const chosen = variables.get('PIP_CONFIG_FILE') ?? '';
  if (chosen === devnull) return [];
  const own = chosen === '' ? [] : absolute(chosen);
  const skipsUser = isolated || own.some((file) => files.status(file) !== null);
  const { global, user } = listFolders(surroundings, variables, prefix ?? '');
  const folders = [...global, ...(skipsUser ? [] : user), ...(prefix === null ? [] : [prefix])];
  return [...folders.flatMap((folder) => absolute(paths.join(folder, basename))), ...own];
}

/** One name whatever the source: `Require_Virtualenv`, `--require-virtualenv` (configuration.py, _normalize_name). */
function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

/** Returns pip's configuration; a file that is missing or cannot be read counts as empty. */
export function readPipConfiguration(
  surroundings: Surroundings,
  prefix: string | null,
  isolated: boolean,
): PipConfiguration {
  const sections = new Map<string, Map<string, PipSetting>>();
  const put = (section: string, name: string, setting: PipSetting) => {
    const settings = sections.get(section) ?? new Map<string, PipSetting>();
    sections.set(section, settings.set(normalizeName(name), setting));
  };

  for (const file of listConfigurationFiles(surroundings, prefix, isolated)) {
    const content = surroundings.files.readText(file);
    if (content.kind !== 'text') continue;
    const ini = parseIni(content.text);
    for (const [section, entries] of ini) {
      for (const { key, parts, line, text } of [...(ini.get('DEFAULT') ?? []), ...entries]) {
        put(section, key, { value: parts.join('\n').trimEnd(), origin: { kind: 'file', path: file, line, text } });
      }
    }
  }
  for (const [name, value] of isolated ? [] : listVariables(surroundings)) {
    // pip leaves these two out, so that PIP_VERSION can be used by others.
    if (!name.startsWith('PIP_') || /^PIP_(VERSION|HELP)$/i.test(name)) continue;
    put(':env:', name.slice(4), { value, origin: { kind: 'variable', name, value } });
  }
  return sections;
}

/**
 * Returns the setting that counts for each option of a subcommand (`global`: for the main parser), by its canonical name.
 * Any alias of an option is found; an empty value is as good as none; what the subcommand does not know is ignored.
 * `--user` and `--no-user` are one setting: pip takes the boolean of `no-user` for that of `user`, without turning it round.
 */
function resolveSettings(configuration: PipConfiguration, subcommand: string): ReadonlyMap<string, PipSetting> {
  const resolved = new Map<string, PipSetting>();
  // Without pip's files and variables the table of options is not made.
  if (configuration.size === 0) return resolved;
  const table = listOptions(subcommand);
  for (const section of ['global', subcommand, ':env:']) {
    for (const [name, setting] of configuration.get(section) ?? []) {
      const canonical = nameCanonically(`--${name}`, table);
      if (canonical !== undefined && setting.value !== '') resolved.set(canonical, setting);
    }
  }
  return resolved;
}

function nameCanonically(spelling: string, table: ReturnType<typeof listOptions>): string | undefined {
  return table.get(spelling)?.name.replace('--no-user', '--user');
}

/** Returns the setting that counts for one option of a subcommand, by any of its names, or null. */
export function readPipSetting(configuration: PipConfiguration, subcommand: string, option: string): PipSetting | null {
  const canonical = nameCanonically(option, listOptions(subcommand)) ?? '';
  return resolveSettings(configuration, subcommand).get(canonical) ?? null;
}

/** What else names packages to install. */
const REQUESTS = ['--requirement', '--editable', '--group', '--requirements-from-script'];

/** Returns what counts for this call under the interpreter whose sys.prefix is `prefix` (null: unknown, its pip.conf is not read). */
export function readInstallSettings(
  command: PipCommand,
  surroundings: Surroundings,
  prefix: string | null,
): InstallSettings {
  const configuration = readPipConfiguration(surroundings, prefix, command.isolated);
  const resolved = resolveSettings(configuration, command.subcommand ?? 'global');
  const find = (option: string) => resolved.get(option) ?? null;
  const typed: SettingOrigin = { kind: 'command-line' };

  const flag = (option: string, given: boolean | null): readonly [boolean | null, SettingOrigin | null] => {
    const setting = given === null ? find(option) : null;
    const value = given ?? (setting === null ? null : parseBoolean(setting.value));
    return [value, given === null ? (value === null ? null : (setting?.origin ?? null)) : typed];
  };
  const count = (option: string) => {
    const { value } = find(option) ?? { value: '0' };
    const configured = parseBoolean(value) ?? (/^\d+$/.test(value.trim()) ? Number(value) : 0);
    return Number(configured) + command.options.filter(({ name }) => name === option).length;
  };
  const findValue = (option: string): PipSetting | null => {
    const given = command.options.findLast(({ name }) => name === option);
    return given === undefined ? find(option) : { value: given.value ?? '', origin: typed };
  };
  const redirect = (): readonly [Redirection | null, SettingOrigin | null] => {
    for (const option of ['--target', '--prefix', '--root'] as const) {
      const setting = findValue(option);
      if (setting !== null && setting.value !== '') return [{ option, value: setting.value }, setting.origin];
    }
    return [null, null];
  };
  const handOver = (): PipSetting | null => {
    // pip's own child process carries this variable, and then looks at --python no more.
    if (surroundings.env['_PIP_RUNNING_IN_SUBPROCESS'] !== undefined) return null;
    if (command.python !== null) return { value: command.python, origin: typed };
    // The main parser decides this, and it is never isolated.
    const open = command.isolated ? readPipConfiguration(surroundings, prefix, false) : configuration;
    return readPipSetting(open, 'global', '--python');
  };

  const [user, userOrigin] = flag('--user', command.user);
  const [redirection, redirectionOrigin] = redirect();
  const [dryRun, dryRunOrigin] = flag('--dry-run', command.dryRun || null);
  const [breaks, breaksOrigin] = flag('--break-system-packages', command.breakSystemPackages || null);
  const python = handOver();
  const origins = {
    user: userOrigin,
    redirection: redirectionOrigin,
    dryRun: dryRunOrigin,
    quiet: command.quiet > 0 ? typed : (find('--quiet')?.origin ?? null),
    breakSystemPackages: breaksOrigin,
    python: python?.origin ?? null,
  };
  const quiet = Math.max(0, count('--quiet') - count('--verbose'));
  const root = findValue('--root')?.value || null;
  const hasHiddenRequests = REQUESTS.some((option) => find(option) !== null);
  const [where, how] = [
    { user, redirection, root },
    { dryRun: dryRun === true, breakSystemPackages: breaks === true },
  ];
  return { ...where, ...how, quiet, hasHiddenRequests, python: python?.value ?? null, origins };
}
