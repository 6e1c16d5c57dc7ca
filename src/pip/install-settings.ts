import { REQUESTING_OPTIONS, type PipCommand, type Redirection } from '../model/invocation.ts';
import type { CallContext } from '../model/call-context.ts';
import type { InstallSettings, PipSetting, SettingOrigin, UnknownFile } from '../model/pip-call.ts';
import { ANY_READER, type PipReader } from './configuration-files.ts';
import { expandUser } from './expand-user.ts';
import { isOfKernel } from './of-kernel.ts';
import { loadPipConfiguration, parseBoolean, resolveSettings } from './configuration.ts';

/** Every name under which pip's files and variables may say what follows; a test compares with the table of options. */
export const INSTALL_SETTING_NAMES = [
  'break-system-packages',
  'dry-run',
  'editable',
  'global-option',
  'group',
  'install-option',
  'no-user',
  'prefix',
  'quiet',
  'requirement',
  'requirements-from-script',
  'root',
  'target',
  'user',
  'verbose',
] as const;
type Option = `--${(typeof INSTALL_SETTING_NAMES)[number]}`;
const ASKED: ReadonlySet<string> = new Set(INSTALL_SETTING_NAMES);
const PYTHON: ReadonlySet<string> = new Set(['python']);
const EVERY: ReadonlySet<string> = new Set([...ASKED, ...PYTHON]);

/** Returns what counts for this call under the interpreter whose sys.prefix is `prefix` (null: unknown, its pip.conf is not read). */
export function readInstallSettings(
  command: PipCommand,
  context: CallContext,
  prefix: string | null,
  reader: PipReader = ANY_READER,
): InstallSettings {
  const loaded = loadPipConfiguration(context, prefix, command.isolated, EVERY, reader);
  const configuration = loaded.settings;
  // The main parser decides about --python, and it is never isolated.
  const open = command.isolated ? loadPipConfiguration(context, prefix, false, PYTHON, reader) : loaded;
  const resolved = resolveSettings(configuration, command.subcommand ?? 'global', ASKED);
  const find = (option: Option) => resolved.get(option) ?? null;
  const typed: SettingOrigin = { kind: 'command-line' };

  const flag = (option: Option, given: boolean | null): readonly [boolean | null, SettingOrigin | null] => {
    const setting = given === null ? find(option) : null;
    const value = given ?? (setting === null ? null : parseBoolean(setting.value));
    return [value, given === null ? (value === null ? null : (setting?.origin ?? null)) : typed];
  };
  const count = (option: Option) => {
    const given = command.options.filter(({ name }) => name === option).length;
    const value = find(option)?.value;
    if (value === undefined) return given;
    return given + Number(parseBoolean(value) ?? (/^\d+$/.test(value.trim()) ? value : 0));
  };
  const findValue = (option: Option): PipSetting | null => {
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
    if (context.env['_PIP_RUNNING_IN_SUBPROCESS'] !== undefined) return null;
    if (command.python !== null) return { value: command.python, origin: typed };
    return resolveSettings(open.settings, 'global', PYTHON).get('--python') ?? null;
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
  const hasHiddenRequests = REQUESTING_OPTIONS.some((option) => find(option) !== null);
  const files = [
    ...loaded.unknown,
    ...open.unknown,
    ...listUnclear([redirection?.value, root, python?.value], context),
  ];
  const unknown = [...new Map(files.map((each) => [each.path, each])).values()];
  const [where, how] = [
    { user, redirection, root },
    { dryRun: dryRun === true, breakSystemPackages: breaks === true, steersBuilds: doesSteerBuilds(command, find) },
  ];
  return { ...where, ...how, quiet, hasHiddenRequests, unknown, python: python?.value ?? null, origins };
}

/** The folders of other options that lead elsewhere in pip than in this process. */
function listUnclear(values: readonly (string | null | undefined)[], context: CallContext): readonly UnknownFile[] {
  return values
    .filter((value) => typeof value === 'string')
    .filter((value) => isOfKernel(expandUser(value, context) ?? value, context))
    .map((path) => ({ path, reason: 'a file of the kernel' }));
}

/** Both options go to the setup.py of an sdist (before pip 23.1, --global-option also later); a command among the latter runs. */
function doesSteerBuilds({ options }: PipCommand, find: (option: Option) => PipSetting | null): boolean {
  const given = (option: Option) => [
    ...options.filter(({ name }) => name === option).map(({ value }) => value ?? ''),
    find(option)?.value ?? '',
  ];
  return (
    given('--install-option').some((value) => value !== '') ||
    given('--global-option').some((value) => /(?:^|\s)(?:install|develop|easy_install)/.test(value))
  );
}
