import type { Effect } from '../model/invocation.ts';

/** An option of pip: its canonical long name (`--target`) and whether it takes a value. */
export type OptionSpec = {
  readonly name: string;
  readonly takesValue: boolean;
};

type CommandEntry = readonly [values: string, flags: string];

// Merged over the parsers of pip 18.1 to 26.2.1: an option that several releases have takes a value in all of them or in
// none. Each item is `canonical/alias/alias`; one letter is a short option. The global ones are legal on both sides of the
// subcommand, the others after it; short options are per command (`-e` takes a value in install, none in list).
const globalOptions: CommandEntry = [
  'cache-dir cert client-cert exists-action keyring-provider log/log-file/local-log proxy python resume-retries retries skip-requirements-regex timeout/default-timeout trusted-host use-deprecated use-feature',
  'debug disable-pip-version-check help/h isolated no-cache-dir no-color no-input no-proxy-env no-python-version-warning quiet/q require-virtualenv/require-venv verbose/v version/V',
];

const [indexValues, indexFlags] = [
  ' all-releases extra-index-url find-links/f index-url/i/pypi-url no-binary only-binary only-final refresh-package uploaded-prior-to',
  ' no-index pre prefer-binary',
];
const buildValues = `${indexValues} build-constraint constraint/c group progress-bar requirement/r requirements-from-script src/source/source-dir/source-directory`;
const editableValues = 'config-settings/C editable/e';
const platformValues = 'abi implementation platform python-version';
const buildFlags = `${indexFlags} check-build-dependencies ignore-requires-python no-build-isolation no-clean no-deps/no-dependencies no-require-hashes only-deps/only-dependencies require-hashes use-pep517`;

const setupValues = `build/b/build-dir/build-directory global-option ${buildValues}`;
const setupFlags = `no-use-pep517 process-dependency-links ${buildFlags}`;

const commands: ReadonlyMap<string, CommandEntry> = new Map<string, CommandEntry>([
  ['cache', ['format', '']],
  ['check', ['', '']],
  ['completion', ['', 'bash/b fish/f powershell/p zsh/z']],
  ['config', ['editor', 'global site user venv']],
  ['debug', [platformValues, '']],
  ['download', [`dest/d/destination-dir/destination-directory ${platformValues} ${setupValues}`, setupFlags]],
  ['freeze', ['exclude find-links/f path requirement/r', 'all exclude-editable local/l user']],
  ['hash', ['algorithm/a', '']],
  ['help', ['', '']],
  ['index', [platformValues + indexValues, `ignore-requires-python json${indexFlags}`]],
  ['inspect', ['path', 'local user']],
  [
    'install',
    [
      `install-option prefix report root root-user-action target/t upgrade-strategy ${editableValues} ${platformValues} ${setupValues}`,
      `break-system-packages compile dry-run force-reinstall ignore-installed/I no-compile no-user no-warn-conflicts no-warn-script-location upgrade/U user ${setupFlags}`,
    ],
  ],
  [
    'list',
    [
      `exclude format path${indexValues}`,
      `editable/e exclude-editable include-editable local/l not-required outdated/o process-dependency-links uptodate/u user${indexFlags}`,
    ],
  ],
  ['lock', [`output/o ${editableValues}${buildValues}`, buildFlags]],
  ['search', ['index/i', '']],
  ['show', ['', 'files/f']],
  ['uninstall', ['requirement/r root-user-action', 'break-system-packages yes/y']],
  ['wheel', [`build-option wheel-dir/w ${editableValues} ${setupValues}`, `no-verify ${setupFlags}`]],
]);

/** Subcommands of pip 18.1 to 26.2.1. */
export const PIP_SUBCOMMANDS: readonly string[] = [...commands.keys()];

/** First words with which the sh shim hands over to pip at once or after a decision, because pip's output need not be monitored; shims/pip repeats this list. */
export const READ_ONLY_WORDS: readonly string[] =
  'list show freeze check inspect index search hash debug completion help cache config -V --version -h --help'.split(
    ' ',
  );

/** A table is asked for a dozen times a call, and costs more than all the rest of reading pip's settings. */
const tables = new Map<string | null, ReadonlyMap<string, OptionSpec>>();

/** Returns every spelling (`-t`, `--target`) that the parser of a subcommand knows; the global ones alone for null and for what is no subcommand of pip. */
export function listOptions(subcommand: string | null): ReadonlyMap<string, OptionSpec> {
  const known = tables.get(subcommand);
  if (known !== undefined) return known;
  const own = (subcommand === null ? undefined : commands.get(subcommand)) ?? ['', ''];
  const table = new Map<string, OptionSpec>();
  for (const [values, flags] of [globalOptions, own]) {
    for (const [items, takesValue] of [[values, true] as const, [flags, false] as const]) {
      for (const item of items.split(' ').filter(Boolean)) {
        const spellings = item.split('/').map((word) => (word.length === 1 ? `-${word}` : `--${word}`));
        const spec = { name: spellings[0] ?? '', takesValue };
        for (const spelling of spellings) table.set(spelling, spec);
      }
    }
  }
  tables.set(subcommand, table);
  return table;
}

const userStateActions: ReadonlyMap<string, readonly string[]> = new Map([
  ['cache', ['purge', 'remove']],
  ['config', ['set', 'unset', 'edit']],
]);

/** Returns what a subcommand with these words changes. Download, wheel and lock leave environments alone, though they run build code. */
export function effectOf(subcommand: string | null, words: readonly string[]): Effect {
  if (subcommand === 'install' || subcommand === 'uninstall') return 'environment';
  const actions = userStateActions.get(subcommand ?? '');
  return actions?.includes(words[0] ?? '') === true ? 'user-state' : 'nothing';
}
