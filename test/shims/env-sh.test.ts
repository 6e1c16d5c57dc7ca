import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteForFish, renderEnvFish, renderEnvSh } from '../../src/admin/setup/startup-files/env-scripts.ts';
import { chooseSome } from '../support/matrix.ts';
import { quotePosix } from '../../src/util/quote-posix.ts';

/** Shells by their command line; those that are not on this machine are shown as skipped. */
const SHELLS = [['dash'], ['bash'], ['bash', '--posix'], ['zsh', '-f'], ['ksh'], ['busybox', 'sh']] as const;
const PREFIXES = [
  'plain',
  'with space',
  "it's quoted",
  '$HOME `id` $(id) "x"',
  'back\\slash \\n',
  'glob *[a]?{b,c}',
  '-dash',
  'ünïcode ☃',
  'tilde~ # hash! ;&|',
  '%percent^caret=',
];

let root = '';
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pipward-env-'));
  for (const name of PREFIXES) {
    const prefix = path.join(root, name);
    mkdirSync(path.join(prefix, 'shims'), { recursive: true });
    writeFileSync(path.join(prefix, 'shims/pip'), '#!/bin/sh\n');
    chmodSync(path.join(prefix, 'shims/pip'), 0o755);
    writeFileSync(path.join(prefix, 'env.sh'), renderEnvSh(prefix));
    writeFileSync(path.join(prefix, 'env.fish'), renderEnvFish(prefix));
  }
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 20 }));

/** The PATH that a program which is started afterwards has, from one that has `S` for the shims folder. */
function run(shell: readonly string[], script: string, before: string | null, prefix: string) {
  const shims = `${prefix}/shims`;
  const [program = '', ...options] = shell;
  const found = spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).stdout.trim();
  // (Not any S: the name of a temporary folder may have one.)
  const env = before === null ? {} : { PATH: before.replaceAll(/(?<=^|:|\/x)S/g, shims) };
  const result = spawnSync(found, [...options, '-c', script], {
    encoding: 'utf8',
    env: { ...env, HOME: root, LANG: 'C.UTF-8', TARGET: prefix },
    cwd: '/',
  });
  return { status: result.status, stderr: result.stderr, stdout: result.stdout.replaceAll(shims, 'S') };
}

const isInstalled = (program: string) =>
  spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).status === 0;

describe.each(
  chooseSome(
    SHELLS.map((shell) => ({ shell, name: shell.join(' ') })),
    3,
  ),
)('env.sh in $name', ({ shell }) => {
  const isMissing = !isInstalled(shell[0]);

  test.skipIf(isMissing).each(
    chooseSome(
      [
        ['comes first', '/bin:/sbin', 'S:/bin:/sbin'],
        ['is there once', '/bin:S:/sbin:S', 'S:/bin:/sbin'],
        ['is there once, from neighbours', '/bin:S:S:S', 'S:/bin'],
        ['stays where it is first', 'S:/bin', 'S:/bin'],
        ['stays as the only one', 'S', 'S'],
        ['leaves other folders whose names are like it', '/bin:S2:/xS', 'S:/bin:S2:/xS'],
        // An empty entry is the current directory: it is neither made nor lost.
        ['keeps an empty entry at the start', ':/bin', 'S::/bin'],
        ['keeps an empty entry in the middle', '/bin::/usr/bin', 'S:/bin::/usr/bin'],
        ['keeps an empty entry at the end', '/bin:', 'S:/bin:'],
        ['makes no empty entry when it was last', '/bin:S', 'S:/bin'],
      ],
      3,
    ),
  )('%s', (_, before, after) => {
    const result = run(shell, `set -eu; . "$TARGET/env.sh"; printf "%s\\n" "$PATH"`, before, path.join(root, 'plain'));
    expect(result).toEqual({ status: 0, stderr: '', stdout: `${after}\n` });
  });

  test.skipIf(isMissing).each(chooseSome(PREFIXES, 3))('prefix %s: twice is as once, under set -eu', (name) => {
    const script = `set -eu; . ${quotePosix(path.join(root, name, 'env.sh'))}; . "$TARGET/env.sh"; printf "%s\\n" "$PATH"`;
    const result = run(shell, script, '/bin:/sbin', path.join(root, name));
    expect(result).toEqual({ status: 0, stderr: '', stdout: 'S:/bin:/sbin\n' });
  });

  test.skipIf(isMissing)('what the shell remembers of before the shims were there is forgotten', () => {
    const [early, other] = [path.join(root, 'early'), path.join(root, 'other')];
    mkdirSync(path.join(early, 'shims'), { recursive: true });
    mkdirSync(other, { recursive: true });
    writeFileSync(path.join(other, 'pip'), '#!/bin/sh\necho another\n', { mode: 0o755 });
    writeFileSync(path.join(early, 'env.sh'), renderEnvSh(early));
    // (Nothing here may set PATH: that alone would make the shell forget.)
    const script = `set -eu; pip; cp "$TARGET/ours" "$TARGET/shims/pip"; . "$TARGET/env.sh"; pip; rm "$TARGET/shims/pip"`;
    writeFileSync(path.join(early, 'ours'), '#!/bin/sh\necho ours\n', { mode: 0o755 });
    const { stdout } = run(shell, script, `S:${other}:/usr/bin:/bin`, early);
    expect(stdout).toBe('another\nours\n');
  });

  test.skipIf(isMissing)('leaves no variable behind, starts nothing, and PATH is exported', () => {
    const script = `export PATH; . "$TARGET/env.sh"; set | while read -r line; do case $line in _pipward*) echo "$line" ;; esac; done
      exec /bin/sh -c 'printf "%s\\n" "$PATH"'`;
    const result = run(shell, script, '/nonexistent', path.join(root, 'plain'));
    expect(result).toEqual({ status: 0, stderr: '', stdout: 'S:/nonexistent\n' });
  });

  test.skipIf(isMissing)('is silent and does nothing when the shims have gone', () => {
    const gone = path.join(root, 'gone');
    mkdirSync(gone, { recursive: true });
    writeFileSync(path.join(gone, 'env.sh'), renderEnvSh(gone));
    const result = run(shell, `set -eu; . "$TARGET/env.sh"; printf "%s\\n" "$PATH"`, '/bin', gone);
    expect(result).toEqual({ status: 0, stderr: '', stdout: '/bin\n' });
  });

  test.skipIf(isMissing)('does not set PATH if it is unset', () => {
    const script = `set -eu; unset PATH; . "$TARGET/env.sh"; printf "%s\\n" "\${PATH-none}"`;
    expect(run(shell, script, null, path.join(root, 'plain'))).toEqual({ status: 0, stderr: '', stdout: 'none\n' });
  });
});

describe.skipIf(!isInstalled('fish'))('env.fish', () => {
  const fish = ['fish', '--no-config'];

  test.each([
    ['comes first', '/bin:/sbin', 'S:/bin:/sbin'],
    ['is there once', '/bin:S:/sbin:S', 'S:/bin:/sbin'],
    ['stays where it is first', 'S:/bin', 'S:/bin'],
  ])('%s', (_, before, after) => {
    const script = 'source "$TARGET/env.fish"; echo (string join : $PATH); set -q _pipward_at; and echo left';
    expect(run(fish, script, before, path.join(root, 'plain'))).toMatchObject({ stderr: '', stdout: `${after}\n` });
  });

  test.each(chooseSome(PREFIXES, 3))('prefix %s: twice is as once', (name) => {
    const script = `source ${quoteForFish(path.join(root, name, 'env.fish'))}; source "$TARGET/env.fish"; echo (string join : $PATH)`;
    const result = run(fish, script, '/bin:/sbin', path.join(root, name));
    expect(result).toEqual({ status: 0, stderr: '', stdout: 'S:/bin:/sbin\n' });
  });

  test('is silent and does nothing when the shims have gone', () => {
    const gone = path.join(root, 'gone');
    mkdirSync(gone, { recursive: true });
    writeFileSync(path.join(gone, 'env.fish'), renderEnvFish(gone));
    const result = run(fish, 'source "$TARGET/env.fish"; echo (string join : $PATH)', '/bin', gone);
    expect(result).toEqual({ status: 0, stderr: '', stdout: '/bin\n' });
  });
});

test.skipIf(!isInstalled('shellcheck'))('env.sh has no finding of shellcheck', () => {
  const result = spawnSync('shellcheck', ['-s', 'sh', '-'], {
    encoding: 'utf8',
    input: renderEnvSh('/opt/with space'),
  });
  expect(result.stdout).toBe('');
});
