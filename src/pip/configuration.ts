import path from 'node:path';
import { listOptions } from '../invocation/pip-commands.ts';
import type { Evidence } from '../model/environment.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readVariable } from '../model/variables.ts';
import { parseIni } from './ini.ts';

/** Where a setting of pip was written; `text` of a file is the line as it stands there. */
export type SettingOrigin = Extract<Evidence, { kind: 'variable' | 'file' }> | { readonly kind: 'command-line' };

export type PipSetting = {
  readonly value: string;
  readonly origin: SettingOrigin;
};

/** Settings by section and normalised name, in the order in which pip applies them; variables are the section `:env:`, as in pip. */
export type PipConfiguration = ReadonlyMap<string, ReadonlyMap<string, PipSetting>>;

/** Returns true or false as pip's strtobool (pip/_internal/utils/misc.py), or null for what pip rejects with exit 2. */
export function parseBoolean(value: string): boolean | null {
  if (/^(y|yes|t|true|on|1)$/i.test(value)) return true;
  return /^(n|no|f|false|off|0)$/i.test(value) ? false : null;
}

/** Folders of the global and of the user's own files, weakest first (pip/_internal/utils/appdirs.py). */
function listFolders(surroundings: Surroundings, prefix: string) {
  const { platform, home, files } = surroundings;
  const orElse = (name: string, otherwise: string) => {
    const value = readVariable(surroundings, name) ?? '';
    return value.trim() === '' ? otherwise : value;
  };
  // expanduser takes HOME as it is: `HOME=h` is a folder below the current one. On Windows it looks at USERPROFILE.
  const userHome = (platform === 'win32' ? null : readVariable(surroundings, 'HOME')) ?? home;
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
  const absolute = (file: string) => (paths.isAbsolute(file) ? [file] : cwd === null ? [] : [paths.join(cwd, file)]);

  const chosen = readVariable(surroundings, 'PIP_CONFIG_FILE');
  if (chosen === devnull) return [];
  const own = chosen === null ? [] : absolute(chosen);
  const skipsUser = isolated || own.some((file) => files.status(file) !== null);
  const { global, user } = listFolders(surroundings, prefix ?? '');
  const folders = [...global, ...(skipsUser ? [] : user), ...(prefix === null ? [] : [prefix])];
  return [...folders.flatMap((folder) => absolute(paths.join(folder, basename))), ...own];
}

/** One name whatever the source: `Require_Virtualenv`, `--require-virtualenv` (configuration.py, _normalize_name). */
function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

/**
 * Returns pip's configuration; a file that is missing or cannot be read counts as empty. With `asked` a file in which
 * none of these names stands counts as empty, too: most name an index and a certificate.
 */
export function readPipConfiguration(
  surroundings: Surroundings,
  prefix: string | null,
  isolated: boolean,
  asked: ReadonlySet<string> | null = null,
): PipConfiguration {
  const sections = new Map<string, Map<string, PipSetting>>();
  const put = (section: string, name: string, setting: PipSetting) => {
    const settings = sections.get(section) ?? new Map<string, PipSetting>();
    sections.set(section, settings.set(normalizeName(name), setting));
  };

  for (const file of listConfigurationFiles(surroundings, prefix, isolated)) {
    const content = surroundings.files.readText(file);
    if (content.kind !== 'text' || (asked !== null && !mentions(content.text, asked))) continue;
    const ini = parseIni(content.text);
    for (const [section, entries] of ini) {
      for (const { key, parts, line, text } of [...(ini.get('DEFAULT') ?? []), ...entries]) {
        put(section, key, { value: parts.join('\n').trimEnd(), origin: { kind: 'file', path: file, line, text } });
      }
    }
  }
  for (const given of isolated ? [] : Object.keys(surroundings.env)) {
    // pip reads the variables of Windows in upper case, since os.environ does.
    const name = surroundings.platform === 'win32' ? given.toUpperCase() : given;
    const value = surroundings.env[given];
    // pip leaves these two out, so that PIP_VERSION can be used by others.
    if (!name.startsWith('PIP_') || value === undefined || /^PIP_(VERSION|HELP)$/i.test(name)) continue;
    put(':env:', name.slice(4), { value, origin: { kind: 'variable', name, value } });
  }
  return sections;
}

/** Whether one of the names can be in the text, however it is written there. */
function mentions(text: string, names: ReadonlySet<string>): boolean {
  const normal = text.toLowerCase().replaceAll('_', '-');
  return [...names].some((name) => normal.includes(name));
}

/**
 * Returns the setting that counts for each of the `asked` options of a subcommand (`global`: for the main parser), by its
 * canonical name. Any alias of an option is found; an empty value is as good as none; what the subcommand does not know is ignored.
 * `--user` and `--no-user` are one setting: pip takes the boolean of `no-user` for that of `user`, without turning it round.
 */
export function resolveSettings(
  configuration: PipConfiguration,
  subcommand: string,
  asked: ReadonlySet<string>,
): ReadonlyMap<string, PipSetting> {
  const resolved = new Map<string, PipSetting>();
  for (const section of ['global', subcommand, ':env:']) {
    for (const [name, setting] of configuration.get(section) ?? []) {
      // Most settings name an index or a certificate; the table of options is made for the others.
      if (setting.value === '' || !asked.has(name)) continue;
      const canonical = nameCanonically(`--${name}`, listOptions(subcommand));
      if (canonical !== undefined) resolved.set(canonical, setting);
    }
  }
  return resolved;
}

function nameCanonically(spelling: string, table: ReturnType<typeof listOptions>): string | undefined {
  return table.get(spelling)?.name.replace('--no-user', '--user');
}

/** Returns the setting that counts for one option of a subcommand, by any of its names, or null. */
export function readPipSetting(configuration: PipConfiguration, subcommand: string, option: string): PipSetting | null {
  const table = listOptions(subcommand);
  const canonical = nameCanonically(option, table) ?? '';
  const spellings = [...table.keys()].filter((spelling) => nameCanonically(spelling, table) === canonical);
  const asked = new Set(spellings.map((spelling) => spelling.slice(2)));
  return resolveSettings(configuration, subcommand, asked).get(canonical) ?? null;
}
