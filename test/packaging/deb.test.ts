import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDeb, toDebianVersion } from '../../packaging/deb.ts';
import { fileEntry } from '../../packaging/entries.ts';
import type { Product } from '../../packaging/product.ts';
import { COMMANDS } from '../../src/admin/cli.ts';
import { renderCompletionOf } from '../../src/admin/completion/completion.ts';
import { PACKAGE_PREFIX } from '../../src/admin/setup/locations.ts';
import { buildTestProduct, checkout } from '../support/packages.ts';
import { hasProgram } from '../support/sandbox.ts';

const runtime = {
  node: Buffer.from('#!/bin/sh\n'),
  nodeLicence: Buffer.from('the licence of Node.js'),
  pty: fileEntry('dist/pty-linux-x64.node', 'a part'),
};
const lacks = hasProgram('dpkg-deb') ? '' : ' (needs dpkg-deb)';

test('a pre-release sorts before its release', () => {
  expect([toDebianVersion('0.2.0'), toDebianVersion('0.2.0-beta.1')]).toEqual(['0.2.0', '0.2.0~beta.1']);
});

/** Debian has the changelog compressed and the licence in `copyright`; the other is for developers. */
const NOT_SHIPPED = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE'];

describe.skipIf(lacks !== '')(`the .deb${lacks}`, () => {
  let scratch = '';
  let product: Product;
  let file = '';
  const inRoot = (name: string) => path.join(scratch, 'root', name);

  beforeAll(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), 'pipward-deb-'));
    product = buildTestProduct();
    const { name, bytes } = await makeDeb(checkout, product, 'amd64', runtime);
    file = path.join(scratch, name);
    writeFileSync(file, bytes);
    execFileSync('dpkg-deb', ['-x', file, path.join(scratch, 'root')]);
    execFileSync('dpkg-deb', ['-e', file, path.join(scratch, 'control')]);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('dpkg reads its fields', () => {
    const field = (name: string) => execFileSync('dpkg-deb', ['-f', file, name], { encoding: 'utf8' }).trim();
    expect([field('Package'), field('Version'), field('Architecture')]).toEqual(['pipward', product.version, 'amd64']);
    expect(field('Depends')).toContain('libc6 (>= 2.28)');
    expect(path.basename(file)).toBe(`pipward_${product.version}_amd64.deb`);
  });

  test('everything in it is of root, not writable by others, and below /usr', () => {
    const lines = execFileSync('dpkg-deb', ['-c', file], { encoding: 'utf8' }).trim().split('\n');
    const odd = lines.filter((line) => {
      const [mode = '', owner, , , , name = ''] = line.split(/ +/);
      const isPlain = /^(?:drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx)$/.test(mode);
      return !isPlain || owner !== 'root/root' || !/^\.\/(?:usr\/.*)?$/.test(name);
    });
    expect(odd).toEqual([]);
    const programs = lines.filter((line) => line.startsWith('-rwx')).map((line) => line.split(/ +/)[5]);
    expect(programs).toEqual(['bin/pipward', 'node', 'shims/pip'].map((name) => `.${PACKAGE_PREFIX}/${name}`));
  });

  test('it has no conffiles, its sums are right, and its scripts are sound sh', () => {
    const control = path.join(scratch, 'control');
    expect(readdirSync(control).toSorted()).toEqual(['control', 'md5sums', 'postinst', 'prerm']);
    expect(spawnSync('md5sum', ['--check', '--quiet', path.join(control, 'md5sums')], { cwd: inRoot('') }).status).toBe(
      0,
    );
    const listed = readFileSync(path.join(control, 'md5sums'), 'utf8').split('\n').length - 1;
    const all = readdirSync(inRoot(''), { recursive: true, withFileTypes: true });
    expect(listed).toBe(all.filter((entry) => entry.isFile()).length);
    for (const name of ['postinst', 'prerm']) {
      expect(statSync(path.join(control, name)).mode & 0o777).toBe(0o755);
      expect(spawnSync('sh', ['-n', path.join(control, name)]).status).toBe(0);
      const text = readFileSync(path.join(control, name), 'utf8');
      expect(text).not.toMatch(/@VERSION@|curl|wget|npm|apt/);
    }
  });

  test('the command, completion and the licences are where Debian looks for them', () => {
    expect(readFileSync(inRoot('usr/bin/pipward'), 'utf8')).toBe(
      readFileSync(path.join(checkout, 'bin/pipward'), 'utf8'),
    );
    const completion = (name: string) => readFileSync(inRoot(`usr/share/${name}`), 'utf8');
    expect(completion('bash-completion/completions/pipward')).toBe(renderCompletionOf('bash', COMMANDS));
    expect(completion('fish/vendor_completions.d/pipward.fish')).toBe(renderCompletionOf('fish', COMMANDS));
    expect(completion('zsh/vendor-completions/_pipward')).toMatch(
      /^#compdef pipward\n_pipward\(\) \{[^]*\n_pipward "\$@"\n$/,
    );
    const copyright = completion('doc/pipward/copyright');
    for (const text of ['MIT License', 'the licence of Node.js', 'yargs 18']) expect(copyright).toContain(text);
    expect(gunzipSync(readFileSync(inRoot('usr/share/doc/pipward/changelog.gz'))).toString()).toMatch(/^# Changelog/);
  });

  test('it tells its version without dpkg, and its documents lead to each other', () => {
    const { version } = JSON.parse(readFileSync(inRoot('usr/lib/pipward/dist/package.json'), 'utf8'));
    expect(version).toBe(product.version);
    const folder = inRoot('usr/share/doc/pipward');
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
    const dead = pages.flatMap((page) => {
      const text = readFileSync(path.join(folder, page), 'utf8').replaceAll(/```[^]*?```|`[^`]*`/g, '');
      const links = [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, link = '']) => link);
      return links
        .map((link) => path.join(path.dirname(page), link))
        .filter((name) => !existsSync(path.join(folder, name)) && !NOT_SHIPPED.includes(name));
    });
    expect([pages.length > 40, dead]).toEqual([true, []]);
  });

  test.skipIf(!hasProgram('zsh'))(
    `zsh completes commands at the first key${hasProgram('zsh') ? '' : ' (needs zsh)'}`,
    () => {
      // What compinit does with a file of fpath; _describe prints what it was given.
      const script = `fpath=("$1" $fpath); autoload -Uz _pipward
      _describe() { print -r -- "\${(P)2[1]%%:*}" }
      words=(pipward ''); CURRENT=2; _pipward`;
      const folder = inRoot('usr/share/zsh/vendor-completions');
      expect(execFileSync('zsh', ['-fc', script, 'zsh', folder], { encoding: 'utf8' }).trim()).toBe('which');
    },
  );

  test('the same build gives the same bytes', async () => {
    const { bytes } = await makeDeb(checkout, buildTestProduct(), 'amd64', runtime);
    expect(bytes.equals(readFileSync(file))).toBe(true);
  });
});
