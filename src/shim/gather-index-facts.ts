import path from 'node:path';
import { readPipVersion } from '../interpreter/pip-presence.ts';
import { listKnownInterpreters } from '../interpreter/known.ts';
import type { Action } from '../model/action.ts';
import type { Interpreter } from '../model/environment.ts';
import type { IndexFacts, RequestedLine, SettingFacts, SparePython } from '../model/facts.ts';
import type { PipCommand } from '../model/invocation.ts';
import type { Surroundings } from '../model/surroundings.ts';
import { readPipConfiguration, readPipSetting } from '../pip/configuration.ts';
import { findOnPath } from './place-facts.ts';

/** Looks at what words about indexes, versions and the network need. Starts nothing. */
export function gatherIndexFacts(surroundings: Surroundings, { command, resolution }: Action): IndexFacts {
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const ran = resolution.kind === 'resolved' ? (resolution.driver ?? resolution.interpreter) : interpreter;
  const environment = interpreter?.environment;
  const prefix = environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
  const configuration = readPipConfiguration(surroundings, prefix, command.isolated);
  const find = (option: string) =>
    findTyped(command, option) ?? readPipSetting(configuration, command.subcommand ?? 'global', option);
  const proxy = find('--proxy');
  return {
    pipVersion: ran === null ? null : readVersion(ran, surroundings),
    pythons: listSpares(surroundings, interpreter),
    index: find('--index-url'),
    noIndex: find('--no-index'),
    onlyBinary: find('--only-binary'),
    retries: find('--retries'),
    proxy: proxy === null ? listProxyVariables(surroundings) : [proxy],
    requested: command.requirementFiles.flatMap((file) => listRequested(file, surroundings)),
    files: command.words.filter((word) => isFile(word, surroundings)),
  };
}

function findTyped({ options }: PipCommand, option: string): SettingFacts | null {
  const typed = options.findLast(({ name }) => name === option);
  return typed === undefined ? null : { value: typed.value ?? '', origin: { kind: 'command-line' } };
}

function readVersion({ pip, siteDirectories }: Interpreter, { files }: Surroundings): string | null {
  return readPipVersion(pip.state === 'present' ? [pip.directory] : siteDirectories, files);
}

/** urllib.request.getproxies_environment: any case, the small letters win. */
function listProxyVariables({ env }: Surroundings): readonly SettingFacts[] {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].flatMap((name) => {
    const value = env[name] ?? '';
    return value === '' ? [] : [{ value, origin: { kind: 'variable' as const, name, value } }];
  });
}

/** More than this nobody writes by hand. */
const MOST_OF_A_FILE = 256 * 1024;

/** What a requirements file names, and those that it includes: pip reads these below the file that includes them. */
function listRequested(file: string, surroundings: Surroundings, seen = new Set<string>()): readonly RequestedLine[] {
  if (surroundings.cwd === null) return [];
  const place = path.resolve(surroundings.cwd, file);
  // Each once: files may include each other, and one another many times.
  if (seen.has(place)) return [];
  seen.add(place);
  const read = surroundings.files.readText(place, MOST_OF_A_FILE);
  if (read.kind !== 'text') return [];
  return read.text.split(/\r?\n/).flatMap((text, index) => {
    const own = text.replace(/(?:^|\s)#.*$/, '').trim();
    const included = /^(?:-r|--requirement)[\s=]*(\S+)$/.exec(own)?.[1];
    if (included !== undefined) {
      const next = path.isAbsolute(included) ? included : path.join(path.dirname(file), included);
      return listRequested(next, surroundings, seen);
    }
    return own === '' || own.startsWith('-')
      ? []
      : [{ file, line: index + 1, requirement: own.replace(/\s+--.*$/, '') }];
  });
}

function isFile(word: string, { files, cwd }: Surroundings): boolean {
  return cwd !== null && files.status(path.resolve(cwd, word))?.kind === 'file';
}

/** Pythons that are no environments; a second name of the one that ran is no other Python. */
function listSpares(surroundings: Surroundings, interpreter: Interpreter | null): readonly SparePython[] {
  const { files } = surroundings;
  const order = ({ version }: Interpreter) => (version === null ? 0 : version.major * 1000 + version.minor);
  return [...listKnownInterpreters(surroundings)]
    .filter(({ environment, version, realPath }) => {
      return environment.kind === 'base' && version !== null && realPath !== interpreter?.realPath;
    })
    .toSorted((a, b) => order(b) - order(a))
    .map((spare) => {
      const { executable, version, stdlib } = spare;
      const names = version === null ? [] : [`python${version.major}.${version.minor}`, 'python3', 'python'];
      const has = (...parts: readonly string[]) =>
        stdlib !== null && files.status(path.join(stdlib, ...parts)) !== null;
      return {
        interpreter: spare,
        commandName: names.find((name) => findOnPath(name, surroundings) === executable) ?? null,
        ensurepip: has('ensurepip', '__init__.py'),
        ssl: stdlib !== null && files.list(path.join(stdlib, 'lib-dynload')).some((name) => name.startsWith('_ssl.')),
      };
    });
}
