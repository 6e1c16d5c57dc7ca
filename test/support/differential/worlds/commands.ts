import { INSTALL_OPTIONS, OTHER_COMMANDS } from '../../../fidelity/choices-real.ts';
import { FIRST_ARGUMENTS, ODD_ARGUMENTS } from '../../../fidelity/choices.ts';
import type { Random } from '../../../fidelity/random.ts';
import { join, repeat, type Draft } from './draft.ts';

const PACKAGES = [
  'flask',
  'flask',
  'Flask_SQLAlchemy',
  'uv',
  'pipx',
  'requests==2.0',
  'demo-app[extra]>=1',
  'pip',
  'setuptools',
  './pkg',
  'https://example.com/a.whl',
  'git+https://user:secret@example.com/x',
  "a; python_version<'3'",
];
const NAMES = [
  ...repeat('pip', 60),
  ...repeat('pip3', 10),
  'pip3.12',
  'pip3.11',
  'pip3.9',
  'pip2',
  'pip3.13t',
  'pip4',
  'pip3.12.1',
  'pip-x',
];

/** The name that was called. */
export function chooseName(random: Random): string {
  return random.pick(NAMES);
}

/** A command line: mostly one that changes an environment, with what redirects it. */
export function chooseArguments(draft: Draft): readonly string[] {
  const { random } = draft;
  const kind = random.pick([...repeat('install', 13), ...repeat('uninstall', 3), 'other', 'other', 'first', 'odd']);
  const before = random.chance(0.15) ? chooseGlobal(draft) : [];
  switch (kind) {
    case 'install':
      return [...before, 'install', ...shuffle(random, [...chooseOptions(draft), ...choosePackages(random)])];
    case 'uninstall':
      return [
        ...before,
        'uninstall',
        ...random.sample(['-y', '-r', '--user', '--break-system-packages', '-q'], random.pick([0, 1, 2])),
        ...random.sample(PACKAGES, 1),
      ];
    case 'other':
      return random.pick(OTHER_COMMANDS);
    case 'first':
      return [random.pick(FIRST_ARGUMENTS), ...random.sample(PACKAGES, random.pick([0, 1]))];
    default:
      return [
        ...before,
        random.pick(['install', 'uninstall', 'list', 'bogus', '--bogus']),
        ...random.sample(ODD_ARGUMENTS, 2),
        ...random.sample(PACKAGES, 1),
      ];
  }
}

/** Options stay together with their values. */
function shuffle(random: Random, parts: readonly (readonly string[])[]): readonly string[] {
  return random.sample(parts, parts.length).flat();
}

function choosePackages(random: Random): readonly (readonly string[])[] {
  if (random.chance(0.12)) return [['-r', random.pick(['requirements.txt', 'req/dev.txt', 'gone.txt'])]];
  if (random.chance(0.08)) return [['-e', random.pick(['.', './pkg', '.[test]'])]];
  if (random.chance(0.04)) return [];
  return random.sample(PACKAGES, random.pick([1, 1, 1, 2, 3])).map((name) => [name]);
}

function chooseOptions(draft: Draft): readonly (readonly string[])[] {
  const { random } = draft;
  const chosen: (readonly string[])[] = [];
  if (random.chance(0.15))
    chosen.push(random.pick([['--user'], ['--user'], ['--no-user'], ['--user', '--no-user'], ['--us']]));
  if (random.chance(0.15)) chosen.push(chooseRedirection(draft));
  if (random.chance(0.08)) chosen.push(['--break-system-packages']);
  if (random.chance(0.06)) chosen.push(['--dry-run']);
  if (random.chance(0.1)) chosen.push([random.pick(['-q', '-qq', '-v', '-q -v', '-qqq'])]);
  if (random.chance(0.06)) chosen.push(...chooseGlobal(draft).map((word) => [word]));
  if (random.chance(0.04)) chosen.push([random.pick(['--help', '-h', '--version'])]);
  if (random.chance(0.3)) chosen.push(...random.sample(INSTALL_OPTIONS, random.pick([1, 2])).map((word) => [word]));
  // Options that no table knows may take the next word as their value.
  if (random.chance(0.05))
    chosen.push(
      ...random
        .sample(['--new-option', '--other', '-Z', '--another', '--one-more'], random.between(1, 5))
        .map((word) => [word]),
    );
  return chosen;
}

function chooseFolder(draft: Draft): string {
  const { random, pythons, environments, home } = draft;
  const known = [...pythons.map(({ prefix }) => prefix), ...environments];
  return random.pick([
    'vendor',
    './lib',
    '/opt/app',
    `${home}/.local/lib/python3.12/site-packages`,
    '~/x',
    '/usr/lib/python3/dist-packages',
    '.',
    ...known,
  ]);
}

function chooseRedirection(draft: Draft): readonly string[] {
  const option = draft.random.pick(['--target', '-t', '--prefix', '--root', '--tar']);
  const value = chooseFolder(draft);
  if (draft.random.chance(0.1)) return ['--root', '/mnt/image', '--prefix', value];
  return draft.random.chance(0.5) || option === '-t' ? [option, value] : [`${option}=${value}`];
}

/** Options of pip itself, which stand before the subcommand. */
function chooseGlobal(draft: Draft): readonly string[] {
  const { random } = draft;
  return random.pick([
    ['--python', choosePython(draft)],
    [`--python=${choosePython(draft)}`],
    ['--python', choosePython(draft)],
    ['--isolated'],
    ['--require-virtualenv'],
    ['--no-input'],
    ['-q'],
    ['--log', 'l.txt'],
    ['--nope'],
  ]);
}

export function choosePython(draft: Draft): string {
  const { random, pythons, environments } = draft;
  return random.pick([
    ...pythons.map(({ executable }) => executable),
    ...environments,
    ...environments,
    '.venv',
    '/gone/python',
    join(draft, draft.project, '.venv'),
  ]);
}
