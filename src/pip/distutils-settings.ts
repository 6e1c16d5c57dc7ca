import type { Interpreter } from '../model/environment.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { CallContext } from '../model/call-context.ts';
import type { SettingOrigin, UnknownFile } from '../model/pip-call.ts';
import { isPipBefore } from './releases.ts';
import { readConfigurationText } from './configuration-text.ts';
import { parseBoolean } from './configuration.ts';
import { expandUser } from './expand-user.ts';
import { parseIni, type IniDialect } from './ini.ts';

/** Where distutils' own files send an install, whatever pip's command line says. */
export type DistutilsSettings = {
  /** `[install] user = 1`; null if no file says it. */
  readonly user: SettingOrigin | null;
  /** Folders for packages, programs or data: `prefix`, `home`, `root`, `install_lib` and so on. */
  readonly places: readonly DistutilsPlace[];
  readonly unknown: readonly UnknownFile[];
};

export type DistutilsPlace = {
  /** As distutils names it: `install_lib`. */
  readonly option: string;
  readonly value: string;
  readonly origin: Extract<SettingOrigin, { kind: 'file' }>;
};

const NONE: DistutilsSettings = { user: null, places: [], unknown: [] };

/** Without a virtual environment only; with one, distutils skips these names (Lib/distutils/dist.py), but in this spelling alone. */
const SKIPPED_IN_ENVIRONMENTS = (
  'install-base install-platbase install-lib install-platlib install-purelib install-headers install-scripts ' +
  'install-data prefix exec-prefix home user root'
).split(' ');

const PLACE =
  /^(?:prefix|exec_prefix|home|root|install_dir|script_dir|install_\w*(?:base|lib|purelib|platlib|headers|scripts|data|usersite))$/;

/** Commands that `setup.py install` and `setup.py develop` run; pip itself reads the first only. */
const SECTIONS = ['install', 'install_lib', 'install_scripts', 'install_data', 'develop', 'easy_install'];

/** Commands that pip has setup.py run under every Python, to build a wheel for instance; setuptools takes an alias for one. */
const RUN_BY_PIP = /^(?:bdist_wheel|\w+_info|editable_wheel|install|develop|build|clean)$/;

/** Anyone may have written ./setup.cfg, and its lines cost time. Real files have a few kB. */
export const MAX_DISTUTILS_BYTES = 128 * 1024;

/**
 * Returns what the files of distutils say about where to install: distutils.cfg beside the module, ~/.pydistutils.cfg and
 * ./setup.cfg. pip asks distutils for the folders of an install up to Python 3.9 (before pip 21.3 under every Python); from
 * sdists it runs setup.py before 23.1, and for editables before 25.3, which asks distutils under every Python.
 */
export function readDistutilsSettings(
  context: CallContext,
  command: PipCommand,
  { version, stdlib, siteDirectories, environment }: Interpreter,
  pipVersion: () => string | null,
): DistutilsSettings {
  if (command.subcommand !== 'install') return NONE;
  const { cwd, files, platform, env } = context;
  const home = command.isolated ? null : expandUser('~', context);
  // virtualenv before 20 put a distutils of its own into the environment.
  const libraries = [stdlib, ...siteDirectories.map((directory) => directory.replace(/[/\\][^/\\]*$/, ''))];
  const names = [
    ...libraries.flatMap((library) => (library === null ? [] : [`${library}/distutils/distutils.cfg`])),
    ...(home === null ? [] : [`${home}/${PIPWARD_FOR_WINDOWS && platform === 'win32' ? '' : '.'}pydistutils.cfg`]),
    ...(env['DIST_EXTRA_CONFIG'] ? [env['DIST_EXTRA_CONFIG']] : []),
    ...(cwd === null ? [] : [`${cwd}/setup.cfg`]),
  ];
  // os.path.isfile: a pipe is not read.
  const found = [...new Set(names)].filter((name) => files.status(name)?.kind === 'file');
  if (found.length === 0) return NONE;

  const isOld = version === null || version.major < 3 || (version.major === 3 && version.minor < 10);
  const mayBeEditable = command.editables.length > 0 || command.requirementFiles.length > 0;
  const pip = isOld ? null : pipVersion();
  const isAsked = isOld || isPipBefore(pip, 23, 1) || (mayBeEditable && isPipBefore(pip, 25, 3));
  const dialect: IniDialect = version?.major === 2 ? '2' : isOld ? '3' : '3.10';
  const skipped = environment.kind === 'virtual' && dialect !== '2' ? SKIPPED_IN_ENVIRONMENTS : [];
  return readFiles(found, context, dialect, isAsked ? skipped : null);
}

/** `skipped`: keys that do not count; null: aliases alone do. */
function readFiles(
  files: readonly string[],
  context: CallContext,
  dialect: IniDialect,
  skipped: readonly string[] | null,
): DistutilsSettings {
  const found = new Map<string, DistutilsPlace>();
  const unknown: UnknownFile[] = [];
  for (const file of files) {
    const content = readConfigurationText(file, context, MAX_DISTUTILS_BYTES);
    if (content.kind === 'unknown' && skipped !== null) unknown.push({ path: file, reason: content.reason });
    if (content.kind !== 'text' || !/install|develop/.test(content.text)) continue;
    const { sections, dependsOnEncoding } = parseIni(content.text, dialect);
    for (const [key, { value }] of sections.get('aliases') ?? []) {
      const isRun = RUN_BY_PIP.test(key.replaceAll('-', '_')) && /install|develop/.test(value);
      if (isRun) unknown.push({ path: file, reason: 'an alias installs' });
    }
    if (skipped === null) continue;
    if (!content.isSure && dependsOnEncoding) unknown.push({ path: file, reason: 'its encoding is not known' });
    for (const section of SECTIONS) {
      const entries = sections.get(section);
      if (entries === undefined) continue;
      for (const [key, { value: written, line, text }] of new Map([...(sections.get('DEFAULT') ?? []), ...entries])) {
        if (skipped.includes(key)) continue;
        const option = key.replaceAll('-', '_');
        const value = written.trim();
        if (option !== 'user' && !PLACE.test(option)) continue;
        found.set(`${section} ${option}`, { option, value, origin: { kind: 'file', path: file, line, text } });
      }
    }
  }
  const all = [...found.values()];
  // A value with % stands for another one.
  const user = all.find(({ option, value }) => option === 'user' && value !== '' && parseBoolean(value) !== false);
  return { user: user?.origin ?? null, places: all.filter(({ option }) => option !== 'user'), unknown };
}
