import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeEnvironment } from '../../../src/admin/environments/make-environment.ts';
import { openPipe } from '../../../src/host/streams/pipes.ts';
import { makeScratchFolder } from '../../../src/host/files/scratch-folder.ts';
import { copyProduct, runAt } from '../../support/product.ts';

const EVE = 65533;
const isRoot = process.getuid?.() === 0;
const needsRoot = isRoot ? '' : ' (needs root)';

let scratch = '';
const at = (...names: readonly string[]) => path.join(scratch, ...names);
const place = (name: string, text = 'kept') => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text);
};

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-places-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

describe('a folder of pipward that another user replaced with another folder', () => {
  const swap = (folder: string) => {
    place('precious/file');
    renameSync(folder, at('moved'));
    renameSync(at('precious'), folder);
  };

  test('a scratch folder: the replacement is not deleted', () => {
    const { path: folder, remove } = makeScratchFolder();
    swap(folder);
    remove();
    expect(readdirSync(folder)).toEqual(['file']);
    rmSync(folder, { recursive: true });
    expect(existsSync(at('moved'))).toBe(true);
  });

  test('a scratch folder in its own place goes, with all that is in it', () => {
    const { path: folder, remove } = makeScratchFolder();
    mkdirSync(path.join(folder, 'a/b'), { recursive: true });
    remove();
    expect(existsSync(folder)).toBe(false);
  });

  test('a failed environment: the replacement is not deleted', async () => {
    place('precious/file');
    const line = `mv '${at('env')}' '${at('moved')}'; mv '${at('precious')}' '${at('env')}'; exit 1`;
    const making = await makeEnvironment(at('env'), ['/bin/sh', '-c', line], { PATH: '/usr/bin:/bin' });
    expect(making.kind).toBe('failed');
    expect(readdirSync(at('env'))).toEqual(['file']);
  });

  test('an environment that failed in its own place goes', async () => {
    const line = `mkdir -p '${at('env')}/lib'; exit 1`;
    expect((await makeEnvironment(at('env'), ['/bin/sh', '-c', line], { PATH: '/usr/bin:/bin' })).kind).toBe('failed');
    expect(existsSync(at('env'))).toBe(false);
  });
});

test('a pipe with a name leaves nothing in TMPDIR', () => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = scratch;
  try {
    expect(openPipe(null)).not.toBeNull();
    expect(readdirSync(scratch)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
});

describe('unsetup deletes by a manifest', () => {
  const manifest = (prefix: string, files: readonly string[]) =>
    JSON.stringify({ schema: 1, version: '0.1.0', prefix, files, profiles: [], createdFolders: [] });
  const unsetup = (prefix: string) => {
    const product = copyProduct(at('product'));
    mkdirSync(at('home'));
    return runAt(at('home'), [
      process.execPath,
      path.join(product, 'dist/admin.cjs'),
      'unsetup',
      '--yes',
      '--prefix',
      prefix,
    ]);
  };

  test.skipIf(!isRoot).each([
    ["the installation is another user's", () => spawnSync('chown', ['-R', `${EVE}`, at('evil')])],
    ["a folder in it is another user's", () => chownSync(at('evil/shims'), EVE, EVE)],
    ['all can write to it', () => chmodSync(at('evil'), 0o777)],
  ])(`and deletes nothing where %s${needsRoot}`, (_, change) => {
    place('evil/shims/pip');
    place('evil/manifest.json', manifest(at('evil'), ['shims/pip']));
    change();
    const { status, stderr } = unsetup(at('evil'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/evil\S* (?:belongs to user|can be written by other users)/);
    expect(existsSync(at('evil/shims/pip'))).toBe(true);
  });

  test('and deletes nothing through a link', () => {
    place('precious/pip');
    place('evil/manifest.json', manifest(at('evil'), ['shims/pip']));
    symlinkSync(at('precious'), at('evil/shims'));
    const { status, stderr } = unsetup(at('evil'));
    expect(status).toBe(1);
    expect(stderr).toContain('shims is not a folder of its own');
    expect(existsSync(at('precious/pip'))).toBe(true);
  });
});
