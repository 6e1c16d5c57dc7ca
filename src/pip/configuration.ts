import { listOptions } from '../invocation/pip-commands.ts';
import type { CallContext } from '../model/call-context.ts';
import type { PipSetting, UnknownFile } from '../model/pip-call.ts';
import { ANY_READER, listConfigurationFiles, type PipReader } from './configuration-files.ts';
import { readConfigurationText } from './configuration-text.ts';
import { parseIni, type Ini, type IniDialect } from './ini.ts';

/** Settings by section and normalised name, in the order in which pip applies them; variables are the section `:env:`, as in pip. */
export type PipConfiguration = ReadonlyMap<string, ReadonlyMap<string, PipSetting>>;

/** Returns true or false as pip's strtobool (pip/_internal/utils/misc.py), or null for what pip rejects with exit 2. */
export function parseBoolean(value: string): boolean | null {
  if (/^(y|yes|t|true|on|1)$/i.test(value)) return true;
  return /^(n|no|f|false|off|0)$/i.test(value) ? false : null;
}

/** One name whatever the source: `Require_Virtualenv`, `--require-virtualenv` (configuration.py, _normalize_name). */
export function normalizeOption(name: string): string {
  return name.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

/** pip's configuration, and the files that pip would read more of than we can; a rule that is enforced must not rely on them. */
export type LoadedConfiguration = {
  readonly settings: PipConfiguration;
  readonly unknown: readonly UnknownFile[];
};

/**
 * Reads pip's configuration; a file that is missing or that pip skips counts as empty. With `asked` a file in which none of
 * these names stands counts as empty, too: most name an index and a certificate.
 */
export function loadPipConfiguration(
  context: CallContext,
  prefix: string | null,
  isolated: boolean,
  asked: ReadonlySet<string> | null = null,
  reader: PipReader = ANY_READER,
): LoadedConfiguration {
  const sections = new Map<string, Map<string, PipSetting>>();
  const unknown: UnknownFile[] = [];
  const put = (section: string, name: string, setting: PipSetting) => {
    const settings = sections.get(section) ?? new Map<string, PipSetting>();
    sections.set(section, settings.set(normalizeOption(name), setting));
  };

  for (const file of listConfigurationFiles(context, prefix, isolated, reader)) {
    const content = readConfigurationText(file, context);
    if (content.kind === 'unknown') unknown.push({ path: file, reason: content.reason });
    if (content.kind !== 'text') continue;
    const { text, isSure } = content;
    // In another encoding the names may look different.
    if (isSure && asked !== null && !mentions(text, asked)) continue;
    const [ini, ...others] = chooseDialects(reader).map((dialect) => parseIni(text, dialect));
    if (ini === undefined) continue;
    const isUncertain = !isSure && (ini.dependsOnEncoding || hasUncertainValue(ini, asked));
    if (isUncertain) unknown.push({ path: file, reason: 'its encoding is not known' });
    else if (others.some((other) => differ(ini, other, asked))) {
      unknown.push({ path: file, reason: 'Pythons differ in how they read it, and the version is not known' });
    }
    const defaults = ini.sections.get('DEFAULT') ?? [];
    for (const [section, entries] of ini.sections) {
      // A key that is in both keeps its place among the defaults, as in Python's dictionaries.
      for (const [key, { value, line, text: evidence }] of new Map([...defaults, ...entries])) {
        put(section, key, { value, origin: { kind: 'file', path: file, line, text: evidence } });
      }
    }
  }
  for (const given of isolated ? [] : Object.keys(context.env)) {
    // pip reads the variables of Windows in upper case, since os.environ does.
    const name = PIPWARD_FOR_WINDOWS && context.platform === 'win32' ? given.toUpperCase() : given;
    const value = context.env[given];
    // pip leaves these two out, so that PIP_VERSION can be used by others.
    if (!name.startsWith('PIP_') || value === undefined || /^PIP_(VERSION|HELP)$/i.test(name)) continue;
    put(':env:', name.slice(4), { value, origin: { kind: 'variable', name, value } });
  }
  return { settings: sections, unknown };
}

/** Returns the settings alone, for advice: what is not known is not told. */
export function readPipConfiguration(context: CallContext, prefix: string | null, isolated: boolean): PipConfiguration {
  return loadPipConfiguration(context, prefix, isolated).settings;
}

function chooseDialects({ python }: PipReader): readonly IniDialect[] {
  if (python === null) return ['3.10', '3', '2'];
  if (python.major < 3) return ['2'];
  return [python.major === 3 && python.minor < 10 ? '3' : '3.10'];
}

/** What is asked for in a file, by section and normalized name. */
function listAsked({ sections }: Ini, asked: ReadonlySet<string> | null): ReadonlyMap<string, string> {
  return new Map(
    [...sections].flatMap(([section, entries]) =>
      [...entries]
        .filter(([key]) => asked === null || asked.has(normalizeOption(key)))
        .map(([key, { value }]) => [JSON.stringify([section, key]), value] as const),
    ),
  );
}

function differ(one: Ini, other: Ini, asked: ReadonlySet<string> | null): boolean {
  return JSON.stringify([...listAsked(one, asked)]) !== JSON.stringify([...listAsked(other, asked)]);
}

/** Whether a value begins or ends with what is white space in some encoding. */
function hasUncertainValue(ini: Ini, asked: ReadonlySet<string> | null): boolean {
  return [...listAsked(ini, asked).values()].some((value) => /^[^\0-\x7f]|[^\0-\x7f]$/.test(value));
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
