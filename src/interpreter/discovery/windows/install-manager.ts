import type { Evidence } from '../../../model/environment.ts';
import type { CallContext } from '../../../model/call-context.ts';
import { liesWithin, pathsOf } from '../../../util/paths.ts';
import { readVariable } from '../../../util/variables.ts';
import { classifyApp, isInstallManager, readAppAlias } from './app-alias.ts';
import { filterByTag, listRegistered, sortByPreference, type RegisteredPython } from './registry.ts';
import { findLocalData, findRoamingData } from './usual-folders.ts';

/** Its own files are a few kB. */
const FILE_LIMIT = 64 * 1024;
const POLICY_KEY = 'HKLM\\Software\\Policies\\Python\\PyManager';

/** A Python, and what names it. */
export type NamedPython = { readonly executable: string; readonly evidence: Evidence };

/**
 * Returns the interpreter that a command of the Python install manager starts: the text of `python.exe.__target__` beside its
 * `python.exe`; null for any other file, and an empty path if that text is not a path. `py` is never asked, since it may install
 * what it does not find.
 */
export function followManagerAlias(path: string, { files }: CallContext): NamedPython | null {
  const file = `${path}.__target__`;
  if (files.status(file)?.kind !== 'file') return null;
  const read = files.readText(file, FILE_LIMIT);
  const text = read.kind === 'text' ? read.text.trim() : '';
  const evidence: Evidence = { kind: 'file', path: file, line: null, text };
  return { executable: pathsOf('win32').isAbsolute(text) ? text : '', evidence };
}

/**
 * Returns the interpreter that a file starts, if it is a command of the install manager, its app execution alias or the manager itself;
 * null for any other file, and where there is nothing to start. `major`: the version that the alias or the manager is asked for.
 */
export function followCommand(path: string, major: number | null, context: CallContext): NamedPython | null {
  const alias = readAppAlias(path, context);
  if (alias === null && isInstallManager(path, context)) return findManagerDefault(context, major);
  if (alias === null) return followManagerAlias(path, context);
  return classifyApp(alias) === 'install-manager' ? findManagerDefault(context, major) : null;
}

/** Returns what the install manager's own `python.exe` starts: its default; null if it has none. */
export function findManagerDefault(context: CallContext, major: number | null): NamedPython | null {
  const settings = readSettings(context);
  const installs = listManaged(context, settings);
  const { defaultTag } = settings;
  const named =
    defaultTag === null ? installs : filterByTag([...installs, ...listRegistered(context)], defaultTag.text);
  const wanted = major === null ? named : named.filter(({ tag }) => tag.startsWith(`${major}`));
  const [first] = sortByPreference(wanted);
  if (first === undefined) return null;
  const own: Evidence = { kind: 'file', path: first.place, line: null, text: first.executable };
  return { executable: first.executable, evidence: defaultTag?.evidence ?? own };
}

/** Returns the Pythons that the install manager installed, by the record in the folder of each. */
export function listManaged(
  context: CallContext,
  { installFolder } = readSettings(context),
): readonly RegisteredPython[] {
  if (installFolder === null) return [];
  const { files } = context;
  const paths = pathsOf('win32');
  return files.list(installFolder).flatMap((name) => {
    const prefix = paths.join(installFolder, name);
    const place = paths.join(prefix, '__install__.json');
    const record = files.status(place) === null ? {} : readObject(context, place);
    const [, folderTag] = /^pythoncore-(\d\.\d+.*)$/i.exec(name) ?? [];
    const company = readText(record, 'company') ?? 'PythonCore';
    const tag = readText(record, 'tag') ?? folderTag;
    const executable = paths.join(prefix, readText(record, 'executable') ?? 'python.exe');
    const isThere = liesWithin(executable, prefix, 'win32') && files.status(executable)?.kind === 'file';
    return tag === undefined || !isThere ? [] : [{ company, tag, executable, place }];
  });
}

type Settings = {
  readonly installFolder: string | null;
  readonly defaultTag: { readonly text: string; readonly evidence: Evidence } | null;
};

/**
 * The settings of the install manager (its config.py): group policy, then PYTHON_MANAGER_CONFIG, then the user's file, and
 * PYTHON_MANAGER_DEFAULT, which a file takes precedence over.
 */
function readSettings(context: CallContext): Settings {
  const paths = pathsOf('win32');
  const roaming = findRoamingData(context);
  const local = findLocalData(context);
  const chosen = readVariable(context, 'PYTHON_MANAGER_CONFIG');
  const files = [chosen, roaming === null ? null : paths.join(roaming, 'Python', 'PyManager.json')];
  const sources = files
    .filter((file) => file !== null && paths.isAbsolute(file) && context.files.status(file)?.kind === 'file')
    .map((file) => ({ place: file ?? '', record: readObject(context, file ?? '') }));
  const find = (key: string): { readonly text: string; readonly evidence: Evidence } | null => {
    const policy = context.windows?.registryValue(POLICY_KEY, key) ?? '';
    const own = sources.map(({ place, record }) => ({ place, text: readText(record, key) ?? '' }));
    for (const { place, text } of [{ place: POLICY_KEY, text: policy }, ...own]) {
      const value = expand(text, context);
      if (value !== '') return { text: value, evidence: { kind: 'file', path: place, line: null, text: value } };
    }
    return null;
  };
  const variable = readVariable(context, 'PYTHON_MANAGER_DEFAULT');
  const byVariable =
    variable === null
      ? null
      : { text: variable, evidence: { kind: 'variable', name: 'PYTHON_MANAGER_DEFAULT', value: variable } as const };
  const folder = find('install_dir')?.text ?? null;
  return {
    installFolder:
      folder !== null && paths.isAbsolute(folder) ? folder : local === null ? null : paths.join(local, 'Python'),
    defaultTag: find('default_tag') ?? byVariable,
  };
}

/** `%NAME%` in a setting; a variable that is not set is nothing. */
function expand(text: string, context: CallContext): string {
  return text.replace(/%([^%]*)%/g, (_, name: string) => readVariable(context, name) ?? '');
}

function readObject({ files }: CallContext, file: string): Readonly<Record<string, unknown>> {
  const read = files.readText(file, FILE_LIMIT);
  try {
    const value: unknown = read.kind === 'text' ? JSON.parse(read.text) : null;
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function readText(record: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = record[key];
  return typeof value === 'string' && value !== '' ? value : null;
}
