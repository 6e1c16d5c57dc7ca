import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Stream } from '../../../src/model/observation.ts';
import type { Observation } from '../../../src/pip/output/messages.ts';
import { createOutputWatcher } from '../../../src/pip/output/output-watcher.ts';
import { growsLinearly } from '../../support/growth.ts';

const fixtures = path.join(import.meta.dirname, '..', '..', 'fixtures', 'pip-output');

function watch(bytes: Uint8Array, chunkSize: number, stream: Stream = 'stdout'): readonly Observation[] {
  const watcher = createOutputWatcher();
  for (let start = 0; start < bytes.length; start += chunkSize) {
    watcher.push(stream, bytes.subarray(start, start + chunkSize));
  }
  return watcher.finish();
}

const watchText = (text: string, chunkSize = 64 * 1024) => watch(Buffer.from(text), chunkSize);

/** An observation in a form that a table can hold. */
function inShort(observation: Observation): string {
  if (observation.kind === 'installed' || observation.kind === 'uninstalled') {
    return `${observation.kind} ${observation.packages.map(({ name, version }) => `${name} ${version}`).join(', ')}`;
  }
  if (observation.kind === 'no-pip-module') return `no-pip-module ${observation.executable}`;
  if (observation.kind === 'permission-denied') return `${observation.kind} ${observation.path}`;
  if (observation.kind !== 'script-not-on-path') return observation.kind;
  return `${observation.kind} ${observation.scripts.join(' ')} in ${observation.directory}`;
}

const denied18 = 'permission-denied /usr/local/python/lib/python3.9/site-packages/demo_lib.py';
const script = 'script-not-on-path demo-app in /home/user/.local/bin';
const installedBoth = 'installed demo-app 1.0, demo-lib 2.0';

describe('what real pips print', () => {
  test.each<[fixture: string, seen: readonly string[]]>([
    ['18.1-user-fallback.stdout', []],
    ['18.1-user-fallback.stderr', [denied18]],
    ['18.1-user-fallback.tty', [denied18]],
    ['20.3.4-user-fallback.stdout', ['user-install-fallback', installedBoth]],
    ['20.3.4-user-fallback.stderr', [script]],
    ['20.3.4-user-fallback.tty', ['user-install-fallback', script, installedBoth]],
    ['21.3.1-user-fallback.stdout', ['user-install-fallback', installedBoth]],
    ['21.3.1-user-fallback.tty', ['user-install-fallback', script, installedBoth]],
    ['23.0.1-user-fallback.stdout', ['user-install-fallback', installedBoth]],
    ['23.0.1-user-fallback.tty', ['user-install-fallback', script, installedBoth]],
    ['26.2.1-user-fallback.stdout', ['user-install-fallback', installedBoth]],
    ['26.2.1-user-fallback.stderr', [script]],
    ['26.2.1-user-fallback.tty', ['user-install-fallback', script, installedBoth]],
    ['26.2.1-already-satisfied.stdout', ['user-install-fallback', 'already-satisfied']],
    ['23.0.1-externally-managed.stderr', ['externally-managed']],
    ['23.0.1-externally-managed.tty', ['externally-managed']],
    ['23.0.1-externally-managed-uninstall.stderr', ['externally-managed']],
    ['26.2.1-externally-managed.stderr', ['externally-managed']],
    ['26.2.1-externally-managed.tty', ['externally-managed']],
    ['18.1-permission-denied-v.stderr', ['traceback-announced', denied18]],
    ['20.3.4-permission-denied-v.stderr', ['traceback-announced', denied18]],
    ['23.0.1-permission-denied-v.stderr', ['traceback-announced', denied18]],
    ['26.2.1-permission-denied-v.stderr', ['traceback-announced', denied18.replace('3.9', '3.12')]],
    ['20.3.4-no-pip-module.stderr', ['no-pip-module /srv/try/venv-20.3.4-np/bin/python']],
    ['26.2.1-no-pip-module.tty', ['no-pip-module /srv/try/venv-26.2.1-np/bin/python']],
  ])('%s', (fixture, seen) => {
    const bytes = readFileSync(path.join(fixtures, `${fixture}.txt`));
    for (const chunkSize of [1, 7, bytes.length]) {
      // What pip is at is told of every run.
      const told = watch(bytes, chunkSize).filter(({ kind }) => kind !== 'building');
      expect(told.map(inShort), `in chunks of ${chunkSize}`).toEqual(seen);
    }
  });
});

const FALLBACK = 'Defaulting to user installation because normal site-packages is not writeable';

describe('lines', () => {
  test.each<[case_: string, text: string, seen: readonly string[]]>([
    ['no line end at the end', FALLBACK, ['user-install-fallback']],
    ['CR CR LF', `${FALLBACK}\r\r\n`, ['user-install-fallback']],
    ['drawn over by a progress bar', `|####|\r${FALLBACK}\r\x1b[2K 3 MB`, ['user-install-fallback']],
    [
      'colour in the middle',
      '\x1b[31merror\x1b[0m: \x1b[1mexternally-managed-environment\x1b[0m\r\n',
      ['externally-managed'],
    ],
    ['colour between words', '\x1b[32mSuccessfully\x1b[0m installed a-1\n', ['installed a 1']],
    ['said of a log, not by pip', `see "${FALLBACK}"\n`, []],
    ['more text behind it', `${FALLBACK}!\n`, []],
    [
      'indented: the output of a build, in which the heading of a box names no cause',
      '      error: externally-managed-environment\n      error: x\n      /usr/bin/python3: No module named pip\n',
      ['build-trouble'],
    ],
    [
      'a name with dashes',
      'Successfully installed backports.functools-lru-cache-1.6.4\n',
      ['installed backports.functools-lru-cache 1.6.4'],
    ],
    [
      'a digit in a name',
      'Successfully installed foo-3d-1.0 b-2.0.post1 c-1!2.0+local.1\n',
      ['installed foo-3d 1.0, b 2.0.post1, c 1!2.0+local.1'],
    ],
    ['a name without version (18.1)', 'Successfully installed some-name\n', ['installed some-name ']],
    [
      'an upgrade, as 23.0 prints it',
      '    Uninstalling demo-lib-1.0:\n      Successfully uninstalled demo-lib-1.0\nSuccessfully installed demo-lib-2.0\n',
      ['uninstalled demo-lib 1.0', 'installed demo-lib 2.0'],
    ],
    ['`pip uninstall`, as 23.0 prints it', '  Successfully uninstalled demo-lib-1.0\n', ['uninstalled demo-lib 1.0']],
    ['a legacy version', 'Successfully installed foo-1.0-beta\n', ['installed foo 1.0-beta']],
    [
      'Python 2.7',
      "/usr/bin/python2: No module named pip.__main__; 'pip' is a package and cannot be directly executed\n",
      ['no-pip-module /usr/bin/python2'],
    ],
    ['on Windows', 'C:\\Python39\\python.exe: No module named pip\r\n', ['no-pip-module C:\\Python39\\python.exe']],
    [
      'the bootstrap',
      'Traceback (most recent call last):\n  File "<string>", line 4, in <module>\nImportError: No module named pip\n',
      ['no-pip-module '],
    ],
    ['a deleted directory', 'The folder you are executing pip from can no longer be found.\n', ['no-directory']],
    [
      'a deleted directory, in an environment',
      'ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory\n\n',
      ['directory-lost'],
    ],
    [
      'the same, -v, in German',
      'Could not install packages due to an EnvironmentError.\nTraceback (most recent call last):\n  File "x", line 383, in abspath\nFileNotFoundError: [Errno 2] Datei oder Verzeichnis nicht gefunden\n',
      ['traceback-announced', 'directory-lost'],
    ],
    [
      'nowhere to put temporary files: the directory is not lost',
      "ERROR: Could not install packages due to an OSError: [Errno 2] No usable temporary directory found in ['/tmp', '/p']\n",
      [],
    ],
    ['another module', '/usr/bin/python3: No module named pip_tools\n', []],
    ['an import of a build', "ModuleNotFoundError: No module named 'pip'\n", ['build-trouble']],
  ])('%s', (_, text, seen) => {
    for (const chunkSize of [1, 7, 64 * 1024]) {
      expect(watchText(text, chunkSize).map(inShort), `in chunks of ${chunkSize}`).toEqual(seen);
    }
  });

  test('UTF-8 cut in the middle of a character, and bytes that are not UTF-8', () => {
    const text = '/home/ünïcödé/🐍/bin/python: No module named pip\n';
    expect(watchText(text, 1).map(inShort)).toEqual(['no-pip-module /home/ünïcödé/🐍/bin/python']);
    const broken = Buffer.concat([Buffer.from([0xff, 0xc3, 0x0a, 0xf0, 0x9f]), Buffer.from(`\n${FALLBACK}\n`)]);
    expect(watch(broken, 1).map(inShort)).toEqual(['user-install-fallback']);
  });

  test('streams do not mix, and each keeps its name', () => {
    const watcher = createOutputWatcher();
    watcher.push('stdout', Buffer.from(FALLBACK.slice(0, 20)));
    watcher.push('stderr', Buffer.from('error: externally-managed-environment\n'));
    watcher.push('stdout', Buffer.from(`${FALLBACK.slice(20)}\n`));
    expect(watcher.finish()).toEqual([
      { stream: 'stderr', kind: 'externally-managed', line: 'error: externally-managed-environment' },
      { stream: 'stdout', kind: 'user-install-fallback', line: FALLBACK },
    ]);
  });
});

describe('hostile output', () => {
  const wide = Array.from({ length: 2000 }, (_, index) => `package-number-${index}-1.0.${index}`);

  test.each([1, 1000, 100_000])('a long list of packages is read whole, in chunks of %d', (chunkSize) => {
    const [seen] = watchText(`Successfully installed ${wide.join(' ')}\n`, chunkSize);
    expect(seen?.kind === 'installed' && seen.packages.length).toBe(2000);
  });

  test('a line without end is not kept, and what follows it is read', () => {
    const watcher = createOutputWatcher();
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 64; count += 1) watcher.push('stdout', megabyte);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
    watcher.push('stdout', Buffer.from(`Successfully\n${FALLBACK}\n`));
    expect(watcher.finish().map(inShort)).toEqual(['user-install-fallback']);
  });

  test('a repeated line does not fill the memory', () => {
    expect(watchText(`${FALLBACK}\n`.repeat(10_000)).length).toBeLessThanOrEqual(32);
  });

  test('a kind of line that is repeated does not hide another', () => {
    const text = `${'Exception:\n'.repeat(100)}Successfully installed a-1\n`;
    expect(watchText(text).map(inShort)).toContain('installed a 1');
  });

  test.each<[case_: string, unit: string]>([
    ['unfinished titles', 'Successfully\x1b]'],
    ['unfinished colours', 'Successfully\x1b[1;'],
    ['installed nothing but dashes', '-1-\u2028'],
    ['needles without line ends', 'Successfully installed '],
    ['line ends alone', '\r'],
    ['needles alone', 'Successfully\n'],
    ['texts of errors without end', "\nOSError: [Errno 13] x: '\\"],
    ['names without end', "\nThe script a is installed in 'b' which is not on PATH"],
    ['errors in errors', 'ERROR: Could not install packages due to an OSError: [Errno 13] : '],
  ])('time is linear: %s', (_, unit) => {
    const make = (size: number) => Buffer.from(`Successfully installed ${unit.repeat(Math.ceil(size / unit.length))}`);
    expect(growsLinearly(8 * 1024 * 1024, (size) => void watch(make(size), 64 * 1024))).toBe(true);
    expect(growsLinearly(256 * 1024, (size) => void watch(make(size), 1))).toBe(true);
  });
});
