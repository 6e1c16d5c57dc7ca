import path from 'node:path';
import { readPipSettings } from '../../decision/pip-setting.ts';
import type { Block, FactRow } from '../../model/diagnostic.ts';
import type { FactSource, SparePython } from '../../model/facts.ts';
import type { PipCommand } from '../../model/invocation.ts';
import type { PipSetting } from '../../model/pip-call.ts';
import type { CallContext } from '../../model/call-context.ts';
import { listSpares } from '../obstacles/spare-pythons.ts';
import { listRequested, type RequestedFiles } from './list-requested.ts';
import { readTypedProjects } from './typed-projects.ts';

/** What bears on indexes, versions and the network. The files of -r and -c were read when pip had ended. */
export type IndexFacts = RequestedFiles & {
  /** Version of the pip that ran; null when unknown. */
  readonly pipVersion: string | null;
  /** Newest first, without the one that ran. */
  readonly pythons: readonly SparePython[];
  /** --index-url. */
  readonly index: PipSetting | null;
  readonly extraIndex: PipSetting | null;
  readonly noIndex: PipSetting | null;
  readonly findLinks: PipSetting | null;
  readonly onlyBinary: PipSetting | null;
  readonly noBinary: PipSetting | null;
  /** --retries: with 0 pip does not tell that a connection failed. */
  readonly retries: PipSetting | null;
  /** --proxy, or the variables that every program obeys. */
  readonly proxy: readonly PipSetting[];
  /** --constraint of a variable or a pip.conf; pip adds it to what is typed. */
  readonly constraintSetting: PipSetting | null;
  /** Names of files in the current directory that were given as words. */
  readonly files: readonly string[];
  /** Folders and files that --index-url and --find-links name. */
  readonly places: readonly LocalPlace[];
  /** File names of the wheels in the folders of --find-links. */
  readonly wheels: readonly string[];
  /** The names of the projects in typed folders, by the positional argument or the value of -e. */
  readonly projects: Readonly<Record<string, string>>;
};

/** What is at a path that pip was told to take files from. */
export type LocalPlace = {
  readonly option: '--index-url' | '--find-links';
  readonly setting: PipSetting;
  readonly path: string;
  readonly isThere: boolean;
  /** What is in the folder; empty for a file. */
  readonly names: readonly string[];
};

/** For diagnostics about indexes: null if a saved log is read. */
export type WithIndex = { readonly index: IndexFacts | null };

/** What is likely wrong, and the way out. */
export type Reading = {
  /** Longest first. */
  readonly headlines: readonly string[];
  readonly facts?: readonly FactRow[];
  readonly blocks: readonly Block[];
};

/** Gathers what diagnostics about indexes, versions and the network mention. */
export function gatherIndexFacts({ context, decision }: FactSource): WithIndex {
  if (decision === null) return WITHOUT_INDEX;
  const { command, pip } = decision;
  const findSetting = readPipSettings(context, pip);
  const find = (option: string) => findTyped(command, option) ?? findSetting(option);
  const proxy = find('--proxy');
  const typedConstraints = listTyped(command, '--constraint');
  const constraint = findSetting('--constraint');
  const constraintFiles = [...typedConstraints, constraint].flatMap(splitSetting);
  return {
    index: {
      pipVersion: pip.version(),
      pythons: listSpares(context, pip.interpreter),
      index: find('--index-url'),
      extraIndex: find('--extra-index-url'),
      noIndex: find('--no-index'),
      findLinks: find('--find-links'),
      onlyBinary: find('--only-binary'),
      noBinary: find('--no-binary'),
      retries: find('--retries'),
      proxy: proxy === null ? listProxyVariables(context) : [proxy],
      ...listRequested(command.requirementFiles, constraintFiles, context),
      constraintSetting: constraint,
      files: command.words.filter((word) => isFile(word, context)),
      places: listPlaces(find('--index-url'), [find('--find-links'), ...listTyped(command, '--find-links')], context),
      wheels: listWheels([find('--find-links'), ...listTyped(command, '--find-links')], context),
      projects: readTypedProjects(command, context),
    },
  };
}

/** Returns the local places that pip was told to look into; leaves out URLs of other kinds and host names. */
function listPlaces(
  index: PipSetting | null,
  links: readonly (PipSetting | null)[],
  { files, cwd }: CallContext,
): readonly LocalPlace[] {
  const named = (option: LocalPlace['option'], setting: PipSetting | null) =>
    splitSetting(setting).map((value) => ({ option, setting: { ...setting!, value } }));
  const all = [...named('--index-url', index), ...links.flatMap((link) => named('--find-links', link))];
  return all.slice(0, MAX_LINKS).flatMap((each) => {
    const [, file] = /^file:(?:\/\/(?:localhost)?)?(?=\/)(.*)$/is.exec(each.setting.value) ?? [];
    const isPath =
      file !== undefined ||
      /^(?:\.{0,2}\/|\.{1,2}$|(?!localhost\b|[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:\/|$))[^:/]+(?:\/|$))/.test(
        each.setting.value,
      );
    if (!isPath) return [];
    const place = path.resolve(cwd ?? '/', decode(file ?? each.setting.value));
    return [{ ...each, path: place, isThere: files.status(place) !== null, names: files.list(place) }];
  });
}

/** A variable or a file may name several, with spaces between them (pip/_internal/cli/parser.py); on the command line a space is a part of the value. */
export function splitSetting(setting: PipSetting | null): readonly string[] {
  if (setting === null) return [];
  return setting.origin.kind === 'command-line' ? [setting.value] : setting.value.split(/\s+/).filter(Boolean);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a setting turns --no-index on; the option itself has no value. */
export function isNoIndex(setting: PipSetting | null): boolean {
  return setting !== null && !/^(?:0|no?|false|off|f)$/i.test(setting.value);
}

export const WITHOUT_INDEX: WithIndex = { index: null };

function findTyped({ options }: PipCommand, option: string): PipSetting | null {
  const typed = options.findLast(({ name }) => name === option);
  return typed === undefined ? null : { value: typed.value ?? '', origin: { kind: 'command-line' } };
}

function listTyped({ options }: PipCommand, option: string): readonly PipSetting[] {
  return options.flatMap(({ name, value }) =>
    name === option && value !== null ? [{ value, origin: { kind: 'command-line' as const } }] : [],
  );
}

/** More folders are not looked into. */
const MAX_LINKS = 10;

/** pip before 21.2 and its settings may name several in one value. */
function listWheels(links: readonly (PipSetting | null)[], { files, cwd }: CallContext): readonly string[] {
  const values = links.flatMap((link) => [link?.value ?? '', ...(link?.value.split(/\s+/) ?? [])]).filter(Boolean);
  return [...new Set(values)].slice(0, MAX_LINKS).flatMap((value) => {
    const folder = value.replace(/^file:(?:\/\/(?:localhost)?)?/i, '');
    return files.list(path.resolve(cwd ?? '/', folder)).filter((name) => name.endsWith('.whl'));
  });
}

/** urllib.request.getproxies_environment: any case, the small letters win. */
function listProxyVariables({ env }: CallContext): readonly PipSetting[] {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].flatMap((name) => {
    const value = env[name] ?? '';
    return value === '' ? [] : [{ value, origin: { kind: 'variable' as const, name, value } }];
  });
}

function isFile(word: string, { files, cwd }: CallContext): boolean {
  return cwd !== null && files.status(path.resolve(cwd, word))?.kind === 'file';
}
