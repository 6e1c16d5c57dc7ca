import { describe, expect, test } from 'vitest';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import type { PipCommand } from '../../src/model/invocation.ts';

const none: readonly string[] = [];

/** Splits at single spaces; `''` stands for an empty argument. */
function parse(line: string): PipCommand {
  return parsePipCommand('pip', line === '' ? [] : line.split(' ').map((word) => (word === "''" ? '' : word)));
}

type Row = readonly [line: string, expected: Partial<PipCommand>, because: string];

const subcommands: readonly Row[] = [
  ['install requests', { subcommand: 'install', words: ['requests'], effect: 'environment' }, 'the plain case'],
  ['uninstall -y requests', { subcommand: 'uninstall', words: ['requests'], effect: 'environment' }, '-y is a flag'],
  ['--log install list', { subcommand: 'list', words: [] }, 'the value of a global option is skipped'],
  ['--log=install list', { subcommand: 'list', words: [] }, 'or attached'],
  ['--log install install x', { subcommand: 'install', words: ['x'] }, 'the value may equal the subcommand'],
  ['--proxy host --timeout 5 list', { subcommand: 'list', words: [] }, 'several of them'],
  ['--proxy list -v list', { options: [o('--proxy', '-v')], words: ['list'] }, 'pip removes the value: its own quirk'],
  ['--timeo 5 list', { subcommand: 'list', words: [] }, 'a unique prefix takes the value too'],
  ['--p X install y', { subcommand: 'install' }, '--proxy for the main parser before pip 22.3'],
  ['--use-feature fast-deps install x', { subcommand: 'install', words: ['x'] }, 'known to newer pips only'],
  ['--resume-retries 3 install x', { subcommand: 'install', words: ['x'] }, 'pip 25.1'],
  ['--skip-requirements-regex a install x', { subcommand: 'install', words: ['x'] }, 'pip 19.3 and older'],
  ['-v -q install x', { subcommand: 'install', words: ['x'] }, 'short global flags'],
  ['-vq --isolated install x', { subcommand: 'install', words: ['x'] }, 'bundled'],
  ['-- list', { subcommand: 'list', words: [] }, 'the main parser takes -- away'],
  ['-- install --user x', { words: ['--user', 'x'], user: null }, 'but the second parser sees it first'],
  ['install install', { subcommand: 'install', words: ['install'] }, 'only the first is removed'],
  ['LIST', { subcommand: 'LIST', effect: 'nothing' }, 'case matters'],
  ['Install x', { subcommand: 'Install', effect: 'nothing' }, 'so this changes nothing'],
  ['lis', { subcommand: 'lis', effect: 'nothing' }, 'no prefixes of subcommands'],
  ["''", { subcommand: '', effect: 'nothing', informational: false }, 'an empty word is an unknown command'],
  ['- x', { subcommand: '-', words: ['x'] }, 'a lone dash is a word'],
  ['--user install x', { subcommand: 'install', user: true }, 'an error in pip, yet the subcommand is found'],
];

const prefixes: readonly Row[] = [
  ['install --allow-external --help x', { informational: false }, 'pip 9 takes --help for its value'],
  ['install --allow-external --dry-run x', { dryRun: false }, 'or this'],
  ['install -Z --help x', { informational: false }, 'a short option that we do not know'],
  ['install --help --allow-external x', { informational: true }, 'pip ends at the help'],
  ['install x --targ D', { redirection: { option: '--target', value: 'D' }, words: ['x'] }, 'unique'],
  ['install x --targ=D', { redirection: { option: '--target', value: 'D' } }, 'unique, value attached'],
  ['install x --dry', { dryRun: true }, 'unique'],
  ['install x --brea', { breakSystemPackages: true }, 'unique'],
  ['install --edit . x', { editables: ['.'], words: ['x'] }, 'unique'],
  ['--require-v list', { subcommand: 'list', options: [] }, 'two spellings of one option are ambiguous'],
  ['install --req f x', { requirementFiles: none, words: ['f', 'x'] }, 'ambiguous: no value is taken'],
  ['install --us x', { user: true, words: ['x'] }, 'ambiguous since --use-pep517, --user in pip 18.1'],
  ['install --ro R x', { redirection: { option: '--root', value: 'R' }, words: ['x'] }, '--root before pip 22.1'],
  ['install --b x', { breakSystemPackages: true, words: ['x'] }, 'pip 23.0 to 25.0'],
  ['install --requirem r.txt x', { requirementFiles: ['r.txt'], words: ['x'] }, '--requirement before pip 26'],
  ['install --no-u x', { user: null }, '--no-user in pip 18.1: what makes a call milder is not taken from it'],
  ['--de 5 install x', { subcommand: 'install' }, '--default-timeout before there was --debug'],
  ['--de install x', { subcommand: 'install' }, '--debug'],
  ['install --us --help x', { informational: false }, 'pip ends before the help, or takes --us'],
  ['install --pref P x', { redirection: null, words: ['P', 'x'] }, '--prefer-binary or --prefix'],
  ['install --pre x', { options: [{ name: '--pre', value: null }], redirection: null }, 'an exact name wins'],
  ['install --root R x', { redirection: { option: '--root', value: 'R' } }, 'exact, though --root-user-action'],
  ['install x --user', { user: true }, 'exact, though --user... may grow'],
  ['--py X list', { python: 'X', subcommand: 'list' }, 'pip 22.3'],
  ['--pyth X install x', { python: 'X', subcommand: 'install' }, 'unique to the main parser alone'],
  ['install --upg x', { options: [], words: ['x'] }, '--upgrade or --upgrade-strategy'],
  ['install --= x', { words: ['x'], informational: false, dryRun: false }, 'a prefix of everything'],
];

const values: readonly Row[] = [
  ['install --user=1 x', { user: true, words: ['x'] }, 'pip rejects it; it is read as the flag'],
  ['install -tDIR x', { redirection: { option: '--target', value: 'DIR' }, words: ['x'] }, 'attached'],
  ['install -t DIR x', { redirection: { option: '--target', value: 'DIR' }, words: ['x'] }, 'apart'],
  ['install -qtDIR x', { redirection: { option: '--target', value: 'DIR' }, quiet: 1 }, 'bundle with a value'],
  ['install -qt DIR x', { redirection: { option: '--target', value: 'DIR' }, words: ['x'] }, 'bundle, value apart'],
  ['install -qv x', { quiet: 1, words: ['x'] }, 'bundle of flags'],
  ['install -qqq x', { quiet: 3 }, 'counted'],
  ['-q install -q x --quiet', { quiet: 3 }, 'counted on both sides'],
  ['install -qZU x', { options: [o('--quiet'), o('--upgrade')] }, 'an unknown letter is skipped'],
  ['install --bogus x', { options: [], words: ['x'] }, 'an unknown option takes nothing'],
  ['install --bogus=1 x', { options: [], words: ['x'] }, 'nor with a value'],
  ['install --target= x', { redirection: null, words: ['x'] }, 'an empty value counts as not given'],
  ['install --target', { redirection: null, options: [o('--target')] }, 'a missing value'],
  ['install -t a -t b x', { redirection: { option: '--target', value: 'b' } }, 'the last one wins'],
  ['install --root R --target T', { redirection: { option: '--target', value: 'T' } }, 'pip looks at --target first'],
  ['install --prefix P --root R', { redirection: { option: '--prefix', value: 'P' } }, 'then at --prefix'],
  ['install --log --user x', { user: null, words: ['x'] }, 'a value may look like an option'],
  ['install -r a.txt --requirement=b.txt -rc.txt', { requirementFiles: ['a.txt', 'b.txt', 'c.txt'] }, 'in order'],
  ['install -e . --editable=./b -r r', { editables: ['.', './b'], requirementFiles: ['r'] }, 'both'],
  ['uninstall -yr a.txt', { requirementFiles: ['a.txt'], options: [o('--yes'), o('--requirement', 'a.txt')] }, ''],
  ['list -e x', { editables: none, words: ['x'] }, '-e is a flag of list'],
  ['list -eo', { options: [o('--editable'), o('--outdated')] }, 'so it can stand in a bundle'],
  ['lock -o out x', { options: [o('--output', 'out')], words: ['x'] }, '-o takes a value in lock'],
  ['show -f x', { options: [o('--files')], words: ['x'] }, '-f is a flag of show'],
  ['install -f x y', { options: [o('--find-links', 'x')], words: ['y'] }, '-f takes a value in install'],
  ['search -i u x', { options: [o('--index', 'u')] }, '-i is --index here'],
  ['install -i u x', { options: [o('--index-url', 'u')] }, 'and --index-url there'],
  ['list --target x', { redirection: null, words: ['x'] }, 'no option of list'],
  ['uninstall --dry-run x', { dryRun: false }, 'no option of uninstall'],
];

const separators: readonly Row[] = [
  ['install -- --user x', { user: null, words: ['--user', 'x'] }, 'after -- all are words'],
  ['install a -- -h', { informational: false, words: ['a', '-h'] }, 'help too'],
  ['install a -- --', { words: ['a', '--'] }, 'only the first -- separates'],
  ['install x --user', { user: true, words: ['x'] }, 'options may follow words'],
  ['install a -U b', { words: ['a', 'b'] }, 'or stand between them'],
  ['install --user --no-user x', { user: false }, 'the last wins'],
  ['install --no-user x --user', { user: true }, 'in both directions'],
];

const informational: readonly Row[] = [
  ['', { informational: true, subcommand: null }, 'no arguments'],
  ['-q', { informational: true, quiet: 1 }, 'no subcommand'],
  ['--', { informational: true, subcommand: null }, 'nothing after --'],
  ['help', { informational: true }, 'general help'],
  ['help install', { informational: true, effect: 'nothing', words: ['install'] }, 'help of a command'],
  ['help instal', { informational: true }, 'only a guess is printed'],
  ['-h', { informational: true }, 'general help'],
  ['--help install x', { informational: true }, 'the main parser ends here'],
  ['install -h', { informational: true, effect: 'environment' }, 'help of a command'],
  ['install x --help', { informational: true }, 'anywhere'],
  ['install x -qh', { informational: true }, 'in a bundle'],
  ['install x --hel', { informational: true }, 'by a prefix'],
  ['install --log -h x', { informational: false }, '-h is the name of the log file'],
  ['-V', { informational: true }, 'version'],
  ['--vers', { informational: true }, 'by a prefix'],
  ['--version install x', { informational: true }, 'nothing is installed'],
  ['install --version', { informational: false, effect: 'environment' }, 'ignored: the command goes on'],
  ['install -V x', { informational: false, words: ['x'] }, 'likewise'],
  ['list', { informational: false }, 'a listing is work'],
];

const elsewhere: readonly Row[] = [
  ['--python .venv install x', { python: '.venv', subcommand: 'install', words: ['x'] }, 'before the subcommand'],
  ['install --python=.venv x', { python: '.venv', words: ['x'] }, 'after it'],
  ['--python a install --python b x', { python: 'a' }, 'the one before decides'],
  ['--isolated install x', { isolated: true }, 'literal'],
  ['install x --isolated', { isolated: true }, 'literal, anywhere'],
  ['install x --isol', { isolated: false, options: [o('--isolated')] }, 'a prefix does not isolate'],
  ['install --log --isolated x', { isolated: true }, 'even as the value of another option'],
  ['install --break-system-packages x', { breakSystemPackages: true }, ''],
  ['uninstall --break-system-packages x', { breakSystemPackages: true }, ''],
  ['install --dry-run x', { dryRun: true, effect: 'environment' }, ''],
];

const canonical: readonly Row[] = [
  ['install -U -I x', { options: [o('--upgrade'), o('--ignore-installed')] }, ''],
  ['install --require-venv x', { options: [o('--require-virtualenv')] }, ''],
  ['install --no-dependencies x', { options: [o('--no-deps')] }, ''],
  ['install --pypi-url u x', { options: [o('--index-url', 'u')] }, ''],
  ['install --default-timeout 1 --log-file f x', { options: [o('--timeout', '1'), o('--log', 'f')] }, ''],
  ['download --destination-dir d -d e x', { options: [o('--dest', 'd'), o('--dest', 'e')] }, ''],
  ['wheel --source-dir s -w w -b b .', { options: [o('--src', 's'), o('--wheel-dir', 'w'), o('--build', 'b')] }, ''],
  ['-vV', { options: [o('--verbose'), o('--version')] }, 'without a subcommand: those of the main parser'],
];

const effects: readonly Row[] = [
  ['download x', { effect: 'nothing' }, 'files only'],
  ['wheel .', { effect: 'nothing' }, 'files only'],
  ['lock .', { effect: 'nothing' }, 'files only'],
  ['cache purge', { effect: 'user-state' }, ''],
  ['cache remove x', { effect: 'user-state' }, ''],
  ['cache list', { effect: 'nothing' }, ''],
  ['config --user set global.user yes', { effect: 'user-state', words: ['set', 'global.user', 'yes'] }, ''],
  ['config --editor vi edit', { effect: 'user-state', words: ['edit'] }, ''],
  ['config list', { effect: 'nothing' }, ''],
];

describe.each([
  ['subcommand', subcommands],
  ['prefixes of long options', prefixes],
  ['values', values],
  ['-- and order', separators],
  ['informational', informational],
  ['options that send pip elsewhere', elsewhere],
  ['canonical names', canonical],
  ['effect', effects],
])('%s', (_title, rows) => {
  test.each(rows)('pip %s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });
});

test('name and arguments are kept as they came', () => {
  const args = ['--log', 'f', 'install', '--', 'x'];
  expect(parsePipCommand('pip3.12', args)).toMatchObject({ name: 'pip3.12', arguments: args });
  expect(args).toEqual(['--log', 'f', 'install', '--', 'x']);
});

function o(name: string, value: string | null = null) {
  return { name, value };
}
