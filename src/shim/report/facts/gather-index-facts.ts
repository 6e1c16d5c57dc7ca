import path from 'node:path';
import { readPipVersion } from '../../../interpreter/inspect/pip-presence.ts';
import { listKnownInterpreters } from '../../../interpreter/discovery/known-installations.ts';
import type { Decision } from '../../../model/decision.ts';
import type { Interpreter } from '../../../model/environment.ts';
import type { IndexFacts, SettingFacts, SparePython } from '../../../model/facts.ts';
import type { PipCommand } from '../../../model/invocation.ts';
import type { CallContext } from '../../../model/call-context.ts';
import { readPipConfiguration, readPipSetting } from '../../../pip/configuration.ts';
import { listRequested } from './list-requested.ts';
import { findOnPath } from './location-facts.ts';

/** Looks at what words about indexes, versions and the network need. Starts nothing. */
export function gatherIndexFacts(context: CallContext, { command, resolution }: Decision): IndexFacts {
  const interpreter = resolution.kind === 'not-found' ? null : resolution.interpreter;
  const ran = resolution.kind === 'resolved' ? (resolution.pipRunner ?? resolution.interpreter) : interpreter;
  const environment = interpreter?.environment;
  const prefix = environment === undefined || environment.kind === 'unknown' ? null : environment.prefix;
  const configuration = readPipConfiguration(context, prefix, command.isolated);
  const find = (option: string) =>
    findTyped(command, option) ?? readPipSetting(configuration, command.subcommand ?? 'global', option);
  const proxy = find('--proxy');
  return {
    pipVersion: ran === null ? null : readVersion(ran, context),
    pythons: listSpares(context, interpreter),
    index: find('--index-url'),
    noIndex: find('--no-index'),
    onlyBinary: find('--only-binary'),
    retries: find('--retries'),
    proxy: proxy === null ? listProxyVariables(context) : [proxy],
    requested: listRequested(command.requirementFiles, context),
    files: command.words.filter((word) => isFile(word, context)),
  };
}

function findTyped({ options }: PipCommand, option: string): SettingFacts | null {
  const typed = options.findLast(({ name }) => name === option);
  return typed === undefined ? null : { value: typed.value ?? '', origin: { kind: 'command-line' } };
}

function readVersion({ pip, siteDirectories }: Interpreter, { files }: CallContext): string | null {
  return readPipVersion(pip.state === 'present' ? [pip.directory] : siteDirectories, files);
}

/** urllib.request.getproxies_environment: any case, the small letters win. */
function listProxyVariables({ env }: CallContext): readonly SettingFacts[] {
  return ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'].flatMap((name) => {
    const value = env[name] ?? '';
    return value === '' ? [] : [{ value, origin: { kind: 'variable' as const, name, value } }];
  });
}

function isFile(word: string, { files, cwd }: CallContext): boolean {
  return cwd !== null && files.status(path.resolve(cwd, word))?.kind === 'file';
}

/** Pythons that are no environments; a second name of the one that ran is no other Python. */
function listSpares(context: CallContext, interpreter: Interpreter | null): readonly SparePython[] {
  const { files } = context;
  const order = ({ version }: Interpreter) => (version === null ? 0 : version.major * 1000 + version.minor);
  return [...listKnownInterpreters(context)]
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
        commandName: names.find((name) => findOnPath(name, context) === executable) ?? null,
        ensurepip: has('ensurepip', '__init__.py'),
        ssl: stdlib !== null && files.list(path.join(stdlib, 'lib-dynload')).some((name) => name.startsWith('_ssl.')),
      };
    });
}
