import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deleteProfile, readProfile, writeProfile } from '../../../../src/admin/setup/files/startup-file.ts';

let home = '';
const at = (...names: readonly string[]) => path.join(home, ...names);
const write = (file: string, bytes: Buffer) => writeProfile(file, readProfile(file), bytes, at('backup'));

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'pipward-profiles-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 20 }));

describe('replacing', () => {
  test.each([
    ['CR LF', 'a\r\nb\r\n'],
    ['no final newline', 'a'],
    ['Latin-1', 'caf\xe9\n'],
    ['an empty file', ''],
  ])('keeps the bytes of %s', (_, text) => {
    const before = Buffer.from(text, 'latin1');
    writeFileSync(at('.bashrc'), before);
    const profile = readProfile(at('.bashrc'));
    expect(profile).toMatchObject({ kind: 'file', bytes: before });
    const after = Buffer.concat([before, Buffer.from('new\n')]);
    expect(write(at('.bashrc'), after)).toEqual({ kind: 'written' });
    expect(readFileSync(at('.bashrc')).equals(after)).toBe(true);
    expect(readFileSync(at('backup', '.bashrc.1')).equals(before)).toBe(true);
  });

  test.each([0o600, 0o640, 0o755, 0o664])('keeps mode %o', (mode) => {
    writeFileSync(at('.zshrc'), 'a\n');
    chmodSync(at('.zshrc'), mode);
    write(at('.zshrc'), Buffer.from('b\n'));
    expect(statSync(at('.zshrc')).mode & 0o7777).toBe(mode);
  });

  test.skipIf(process.getuid?.() !== 0)('keeps the owner', () => {
    writeFileSync(at('.zshrc'), 'a\n');
    spawnSync('chown', ['12345:12346', at('.zshrc')]);
    write(at('.zshrc'), Buffer.from('b\n'));
    expect(statSync(at('.zshrc'))).toMatchObject({ uid: 12345, gid: 12346 });
  });

  test('edits what a link leads to, and leaves the link', () => {
    mkdirSync(at('dotfiles'));
    writeFileSync(at('dotfiles/bashrc'), 'a\n');
    symlinkSync('dotfiles/bashrc', at('.bashrc'));
    expect(write(at('.bashrc'), Buffer.from('b\n'))).toEqual({ kind: 'written' });
    expect(readlinkSync(at('.bashrc'))).toBe('dotfiles/bashrc');
    expect(lstatSync(at('dotfiles/bashrc')).isSymbolicLink()).toBe(false);
    expect(readFileSync(at('dotfiles/bashrc'), 'utf8')).toBe('b\n');
  });

  test('is a new file, so that a shell that reads the old one reads on', () => {
    writeFileSync(at('.bashrc'), 'a\n');
    const { ino } = statSync(at('.bashrc'));
    write(at('.bashrc'), Buffer.from('b\n'));
    expect(statSync(at('.bashrc')).ino).not.toBe(ino);
    expect(readdirSync(home).toSorted()).toEqual(['.bashrc', 'backup']);
  });

  test('makes a file that is missing, with its folders', () => {
    expect(write(at('.config/fish/conf.d/x.fish'), Buffer.from('b\n'))).toEqual({ kind: 'written' });
    expect(readFileSync(at('.config/fish/conf.d/x.fish'), 'utf8')).toBe('b\n');
    expect(existsSync(at('backup'))).toBe(false);
  });

  test('backs up each state once, readable only by the owner', () => {
    writeFileSync(at('.bashrc'), 'secret\n');
    write(at('.bashrc'), Buffer.from('1\n'));
    writeFileSync(at('.bashrc'), 'secret\n');
    write(at('.bashrc'), Buffer.from('2\n'));
    write(at('.bashrc'), Buffer.from('3\n'));
    expect(readdirSync(at('backup')).toSorted()).toEqual(['.bashrc.1', '.bashrc.2']);
    expect(statSync(at('backup')).mode & 0o777).toBe(0o700);
    expect(statSync(at('backup/.bashrc.1')).mode & 0o777).toBe(0o600);
  });

  test('writes nothing over what another program wrote meanwhile', () => {
    writeFileSync(at('.bashrc'), 'a\n');
    const before = readProfile(at('.bashrc'));
    writeFileSync(at('.bashrc'), 'by an editor\n');
    const obstacle = { kind: 'unusable', obstacle: 'changed-meanwhile' };
    expect(writeProfile(at('.bashrc'), before, Buffer.from('b\n'), at('backup'))).toEqual(obstacle);
    expect(deleteProfile(at('.bashrc'), before)).toEqual(obstacle);
    expect(readFileSync(at('.bashrc'), 'utf8')).toBe('by an editor\n');
  });
});

describe('files that setup does not change', () => {
  test.each<readonly [string, string, (file: string) => void]>([
    [
      'a file without write permission',
      'read-only',
      (file) => {
        writeFileSync(file, 'a\n');
        chmodSync(file, 0o444);
      },
    ],
    ['a folder', 'not-a-file', (file) => mkdirSync(file)],
    ['a FIFO', 'not-a-file', (file) => void spawnSync('mkfifo', [file])],
    ['a link to nothing', 'dangling-link', (file) => symlinkSync('gone', file)],
    ['a link to itself', 'dangling-link', (file) => symlinkSync(path.basename(file), file)],
    [
      'a file with two names',
      'hard-linked',
      (file) => {
        writeFileSync(file, 'a\n');
        linkSync(file, `${file}.other`);
      },
    ],
  ])('%s', (_, obstacle, make) => {
    make(at('.bashrc'));
    expect(readProfile(at('.bashrc'))).toEqual({ kind: 'unusable', obstacle });
    expect(write(at('.bashrc'), Buffer.from('b\n'))).toEqual({ kind: 'unusable', obstacle });
    expect(readdirSync(home).filter((name) => name.startsWith('.pipward'))).toEqual([]);
  });

  // Root may write anywhere, so another user runs the check.
  test.skipIf(process.getuid?.() !== 0)('a folder that cannot be written', () => {
    mkdirSync(at('locked'));
    writeFileSync(at('locked/.bashrc'), 'a\n');
    chmodSync(home, 0o755);
    const [bundle] = buildSync({
      entryPoints: ['src/admin/setup/files/startup-file.ts'],
      bundle: true,
      platform: 'node',
      format: 'iife',
      globalName: 'profiles',
      write: false,
    }).outputFiles;
    const script = `process.setgid(12345); process.setuid(12345); ${bundle?.text}
      console.log(JSON.stringify(process.argv.slice(2).map(profiles.readProfile)));`;
    const { stdout } = spawnSync(process.execPath, ['-', at('locked/.bashrc'), at('locked/new')], {
      encoding: 'utf8',
      input: script,
      cwd: '/',
    });
    const unusable = { kind: 'unusable', obstacle: 'read-only' };
    expect(JSON.parse(stdout)).toEqual([unusable, unusable]);
  });
});

test('a profile that we made is deleted', () => {
  writeFileSync(at('.zprofile'), 'a\n');
  expect(deleteProfile(at('.zprofile'), readProfile(at('.zprofile')))).toEqual({ kind: 'written' });
  expect(existsSync(at('.zprofile'))).toBe(false);
});
