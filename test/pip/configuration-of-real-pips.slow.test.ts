import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
  existsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileView } from '../../src/host/files/file-view.ts';
import { encodeOsString } from '../../src/host/files/os-strings.ts';
import type { CallContext } from '../../src/model/call-context.ts';
import { loadPipConfiguration } from '../../src/pip/configuration.ts';
import { readByPip } from '../support/pip-configuration.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { listPyenvPythons, type Python } from '../support/pythons.ts';
import { sample, type Random } from '../support/random.ts';

/** The same files are given to our reader and to that of real pips: what pip reads, we read too, or say that we do not know. */

const pythons = chooseSome(listPyenvPythons(), 4);
/** Files of each kind. */
const FILES = isMatrix ? 600 : 150;
let folder = '';
const names = new Map<string, string>();

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pipward-conf-'));
  mkdirSync(path.join(folder, 'home'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(content: string | Buffer): string {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const key = bytes.toString('latin1');
  const known = names.get(key);
  if (known !== undefined) return known;
  const file = path.join(folder, `${names.size}.conf`);
  writeFileSync(file, bytes);
  names.set(key, file);
  return file;
}

type Env = Readonly<Record<string, string>>;

const UTF_8: Env = { LC_ALL: 'C.UTF-8' };

function environmentOf(file: string, more: Env = {}): Env {
  return {
    HOME: path.join(folder, 'home'),
    XDG_CONFIG_DIRS: path.join(folder, 'none'),
    PIP_CONFIG_FILE: file,
    ...more,
  };
}

/** `pipVersion`: of the pip that this Python has. */
function readByUs({ version, executable }: Python, env: Env, cwd = folder) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const context: CallContext = {
    platform: process.platform === 'darwin' ? 'darwin' : 'linux',
    env,
    cwd,
    home: null,
    userId: 0,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-24',
    files: createFileView(),
  };
  const prefix = path.dirname(path.dirname(executable));
  const site = path.join(prefix, 'lib', `python${major}.${minor}`, 'site-packages');
  const pip = readdirSync(site).flatMap((name) => /^pip-([\d.]+)\.dist-info$/.exec(name)?.[1] ?? [])[0] ?? null;
  const reader = { python: { major, minor, patch: null }, pip: () => pip };
  const { settings, unknown } = loadPipConfiguration(context, prefix, false, null, reader);
  const found: Record<string, string> = {};
  for (const [section, entries] of settings) {
    if (section === ':env:' || section === 'DEFAULT') continue;
    for (const [name, { value }] of entries) found[toHex(`${section}.${name}`)] = toHex(value);
  }
  return { found, unknown };
}

function toHex(text: string): string {
  return encodeOsString(text).toString('hex');
}

/** Returns how often pip ended, we did not know, and both read the same; throws where we read something else. */
function compare(
  python: Python,
  cases: readonly Env[],
  locale: Env = UTF_8,
  readings = readByPip(python, folder, cases, locale),
) {
  const seen = { ended: 0, unknown: 0, same: 0 };
  for (const [index, env] of cases.entries()) {
    const reading = readings[index] ?? '';
    if (typeof reading === 'string') {
      seen.ended += 1;
      continue;
    }
    const { found, unknown } = readByUs(python, { ...locale, ...env });
    if (unknown.length > 0) seen.unknown += 1;
    else {
      const [ours, theirs] = [sort(found, python), sort(reading, python)].map((all) => JSON.stringify(all));
      if (ours !== theirs)
        throw new Error(`${python.version} ${JSON.stringify(env)}\nours   ${ours}\npip's  ${theirs}`);
      seen.same += 1;
    }
  }
  return seen;
}

/** For Python 2 keys with other letters than ASCII are left out: it makes bytes small, not letters (KELVIN SIGN is a k in Python 3). */
function sort(record: Readonly<Record<string, string>>, { version }: Python) {
  const isAscii = (key: string) => !/^(?:..)*[89a-f]/.test(key) && !key.includes(toHex('break'));
  return Object.entries(record)
    .filter(([key]) => !version.startsWith('2') || isAscii(key))
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

const KEYS = ['user', 'target', 'no_user', 'no-user', '--user', '__target', 'USER', 'Target', 'prefix', 'brea\u212a-x'];
const SPACES = [
  '',
  ' ',
  '\t',
  '  ',
  '\v',
  '\f',
  '\x1c',
  '\x1f',
  '\x85',
  '\xa0',
  '\u3000',
  '\u2028',
  '\ufeff',
  '\u180e',
];
const VALUES = ['yes', '/x', '', '""', 'a ; b', '; c', '%(x)s', 'a=b:c', 'é', '\0', 'yes # no', '$HOME', 'ÿ\xa0'];
const HEADERS = ['install', 'global', 'DEFAULT', 'default', 'a]b', ' install', 'install ', 'é'];

function randomLine(random: Random): string {
  const space = () => random.pick(random.once(3) ? SPACES : ['', ' ']);
  switch (random.below(9)) {
    case 0:
      return `${space()}[${random.pick(HEADERS)}]${random.pick(['', ' ', ' # x', ' ; [y]', ' = z', ']'])}`;
    case 1:
      return `${space()}${random.pick(['#', ';', 'rem', 'REM '])}${space()}user = yes`;
    case 2:
      return space();
    case 3:
      return `${random.pick(SPACES)}${random.pick(VALUES)}`;
    default:
      return `${space()}${random.pick(KEYS)}${space()}${random.pick(['=', ':', ' = '])}${space()}${random.pick(VALUES)}${space()}`;
  }
}

function randomFile(random: Random): string {
  const end = random.pick(['\n', '\n', '\n', '\r\n', '\r', '\n\r']);
  const lines = Array.from({ length: random.below(9) }, () => randomLine(random));
  // Without a first section pip ends.
  return [random.once(8) ? '' : '[install]', ...lines].join(end) + random.pick(['', '\n']);
}

describe.skipIf(pythons.length === 0)('pip.conf as real pips read it (needs the Pythons of pyenv)', () => {
  test.each(pythons.map((python) => [python.version, python] as const))('Python %s: random files', (_, python) => {
    const cases = sample(11, FILES, randomFile).map((text) => environmentOf(write(text)));
    const seen = compare(python, cases);
    // The files are not all broken, and under UTF-8 nothing is left unknown.
    expect(seen.same).toBeGreaterThan(FILES / 10);
    expect(seen.ended).toBeGreaterThan(FILES / 30);
    expect(seen.unknown).toBe(0);
  });

  const padding = `# ${'x'.repeat(77)}\n`.repeat(14_000);
  const kinds: readonly (readonly [what: string, make: () => string, expected: 'same' | 'unknown' | 'ended'])[] = [
    ['a plain file', () => write('[install]\nuser = yes\n'), 'same'],
    ['1.1 MB of comments', () => write(`${padding}[install]\ntarget = /x\n`), 'unknown'],
    ['a file that is missing', () => path.join(folder, 'missing'), 'same'],
    ['a folder', () => folder, 'same'],
    ['a link to a folder', () => link(folder, 'folder'), 'same'],
    ['a link to a file', () => link(write('[install]\nuser = yes\n'), 'file'), 'same'],
    ['a dangling link', () => link('/nowhere', 'dangling'), 'same'],
    ['a link in a circle', () => link(path.join(folder, 'circle'), 'circle'), 'same'],
    ['a link to /dev/null', () => link('/dev/null', 'null'), 'same'],
    ['a name that is too long', () => `/${'x'.repeat(300)}`, 'same'],
    ['`..` behind a link', () => `${link(makeDeep(), 'up')}/../deep.conf`, 'same'],
    ['NUL bytes', () => write('[install]\nuser = yes\0\n\0 = 1\n'), 'same'],
    ['a byte order mark', () => write('\ufeff[install]\nuser = yes\n'), 'ended'],
    ['UTF-16', () => write(Buffer.from('\ufeff[install]\nuser = yes\n', 'utf16le')), 'ended'],
    ['a file of the kernel', () => '/proc/self/limits', 'ended'],
    ['a section twice', () => write('[install]\nuser = yes\n[install]\ntarget = /x\n'), 'ended'],
    ['a key twice', () => write('[install]\nuser = yes\nuser = no\n'), 'ended'],
  ];

  function link(target: string, name: string): string {
    const file = path.join(folder, `link-${name}`);
    if (!readdirSync(folder).includes(path.basename(file))) symlinkSync(target, file);
    return file;
  }

  function makeDeep(): string {
    mkdirSync(path.join(folder, 'deep', 'er'), { recursive: true });
    writeFileSync(path.join(folder, 'deep', 'deep.conf'), '[install]\nuser = yes\n');
    return path.join(folder, 'deep', 'er');
  }

  test.each(pythons.map((python) => [python.version, python] as const))(
    'Python %s: files of every kind',
    (_, python) => {
      const cases = kinds.map(([, make]) => environmentOf(make()));
      const readings = readByPip(python, folder, cases);
      const seen = kinds.map(([what], index) => [
        what,
        findOne(compare(python, cases.slice(index, index + 1), UTF_8, readings.slice(index))),
      ]);
      // Python 2 knows no duplicates.
      const isLax = python.version.startsWith('2');
      const expected = kinds.map(([what, , kind]) => [what, isLax && what.endsWith(' twice') ? 'same' : kind]);
      expect(seen).toEqual(expected);
    },
  );

  function findOne(counts: Readonly<Record<string, number>>): string {
    return Object.keys(counts).find((name) => counts[name] === 1) ?? 'none';
  }

  test('where files are looked for: HOME, XDG variables, ~ and empty ones', () => {
    const at = (name: string) => {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `[install]\n${path.dirname(name).replaceAll(/[^a-z]/g, '-')} = ${name}\n`);
      return path.dirname(path.dirname(file));
    };
    const [one, two] = [at('one/pip/pip.conf'), at('two/pip/pip.conf')];
    at('pip/pip.conf');
    at('home/x/pip/pip.conf');
    at('home/.config/pip/pip.conf');
    at('home/.pip/pip.conf');
    at('~/x/pip/pip.conf');
    at('h/.config/pip/pip.conf');
    at(' /pip/pip.conf');
    const home = path.join(folder, 'home');
    const cases = [
      { XDG_CONFIG_DIRS: one },
      { XDG_CONFIG_DIRS: `${one}:${two}/` },
      { XDG_CONFIG_DIRS: `:${two}` },
      { XDG_CONFIG_DIRS: '' },
      { XDG_CONFIG_DIRS: '~/x' },
      { XDG_CONFIG_HOME: two },
      { XDG_CONFIG_HOME: '' },
      { XDG_CONFIG_HOME: ' ' },
      { XDG_CONFIG_HOME: 'one/../two' },
      { HOME: 'h' },
      { HOME: `${home}///` },
      { HOME: '' },
      { PIP_CONFIG_FILE: 'one/pip/pip.conf' },
      { PIP_CONFIG_FILE: '' },
      { PIP_CONFIG_FILE: '~/x/pip/pip.conf' },
      { PIP_CONFIG_FILE: '/dev/null' },
    ].map((env): Env => ({ HOME: home, XDG_CONFIG_DIRS: path.join(folder, 'none'), ...env }));
    for (const python of pythons) {
      expect(compare(python, cases)).toEqual({ ended: 0, unknown: 0, same: cases.length });
    }
  });

  test.skipIf(process.getuid?.() === 0)('a file without the right to read it (not as root)', () => {
    const file = write('[install]\nuser = yes\n# closed\n');
    chmodSync(file, 0);
    for (const python of pythons) expect(compare(python, [environmentOf(file)]).same).toBe(1);
  });
});

/** Compiled for the test: a machine seldom has one of these. */
function makeLocale(charset: string): Env | null {
  const target = path.join(folder, `en_US.${charset}`);
  if (!existsSync(target)) spawnSync('localedef', ['-c', '-f', charset, '-i', 'en_US', target], { stdio: 'ignore' });
  return existsSync(target) ? { LOCPATH: folder, LC_ALL: `en_US.${charset}` } : null;
}

const hasLocales =
  spawnSync('localedef', ['--help'], { stdio: 'ignore' }).status === 0 && existsSync('/usr/share/i18n/charmaps');
const CHARSETS = ['ISO-8859-1', 'KOI8-R', 'GBK', 'SHIFT_JIS'];

describe.skipIf(pythons.length === 0 || !hasLocales)(
  'other encodings (needs localedef and the charmaps of glibc)',
  () => {
    test.each(chooseSome(CHARSETS, 2))(
      '%s: whatever bytes are in a file, pip never reads more than we know of',
      (charset) => {
        const locale = makeLocale(charset);
        if (locale === null) return;
        const bytes = sample(23, Math.round(FILES / 2.4), (random) =>
          Buffer.from(
            randomFile(random)
              .split('')
              .map((letter) => (random.once(25) ? String.fromCharCode(0x80 + random.below(128)) : letter))
              .join('')
              .replaceAll(/[^\0-\xff]/g, 'x'),
            'latin1',
          ),
        );
        const texts = sample(24, Math.round(FILES / 7.5), randomFile).map((text) => Buffer.from(text));
        const cases = [...bytes, ...texts].map((content) => environmentOf(write(content)));
        for (const python of pythons) {
          const seen = compare(python, cases, locale);
          expect(seen.same, `${python.version}: ${JSON.stringify(seen)}`).toBeGreaterThan(FILES / 120);
        }
      },
    );

    test('Latin-1 in comments and in values is read, not refused', () => {
      const locale = makeLocale('ISO-8859-1');
      if (locale === null) return;
      const content = Buffer.from(
        '# f\xfcr alle\n[install]\ntarget = /srv/f\xfcr/alle\n  \xe9t\xe9x\nuser = yes\n',
        'latin1',
      );
      for (const python of pythons) {
        expect(compare(python, [environmentOf(write(content))], locale).same).toBe(1);
      }
    });
  },
);
