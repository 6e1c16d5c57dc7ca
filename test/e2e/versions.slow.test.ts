import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OWN_VERSION } from '../../src/policy/own-version.ts';
import { readAdvice } from '../support/advice.ts';
import { copyProduct } from '../support/product.ts';
import { createSandbox, hasSetpriv, isRoot, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { createSandboxWithPython, whyNoPeople } from '../support/trust.ts';
import { makeWheel } from '../support/wheel.ts';

const unable = isRoot && !hasSetpriv ? ' (needs setpriv)' : '';

describe.skipIf(unable !== '')(`more than one pipward on PATH${unable}`, () => {
  let box: Sandbox;
  let global: string;
  let installed: string;

  beforeAll(async () => {
    box = createSandbox();
    const product = copyProduct(path.join(box.folder, 'archive'));
    const { status, stderr } = await box.run([path.join(product, 'install.sh'), '--yes', '--no-modify-path']);
    if (status !== 0) throw new Error(stderr);
    installed = path.join(box.home, '.local/share/pipward/shims');
    // What `npm install -g` of a later version leaves: a link to the package's own bin/pipward.
    const later = path.join(box.folder, 'npm/lib/node_modules/pipward');
    global = path.join(box.folder, 'npm/bin');
    for (const folder of [path.join(later, 'bin'), path.join(later, 'dist'), global])
      mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(later, 'package.json'), '{ "version": "99.0.0" }');
    writeFileSync(path.join(later, 'dist/shim.cjs'), '');
    writeFileSync(path.join(later, 'bin/pipward'), '#!/bin/sh\necho "99.0.0 was asked:" "$@"\nexit 7\n');
    chmodSync(path.join(later, 'bin/pipward'), 0o755);
    spawnSync('ln', ['-s', '../lib/node_modules/pipward/bin/pipward', path.join(global, 'pipward')]);
  });
  afterAll(() => box?.remove());

  const at = (...folders: readonly string[]) => ({ env: { PATH: [...folders, '/usr/bin', '/bin'].join(':') } });

  test('pipward --version --verbose: where it came from, and the other one', async () => {
    const { status, stdout } = await box.run(['pipward', '--version', '--verbose'], at(installed, global));
    expect(status).toBe(0);
    const [first, folder, , upgrade, other] = stdout.split('\n');
    expect(first).toBe(`pipward ${OWN_VERSION}`);
    expect(folder).toContain(`${path.dirname(installed)} (installed by pipward setup)`);
    expect(upgrade).toContain('npm install -g');
    expect(other).toBe(`  also on PATH: ${global}/pipward, version 99.0.0 (a package of npm)`);
    // An unpacked archive has no record of an installation.
    const archive = path.join(box.folder, 'archive/bin');
    const beside = await box.run(['pipward', '--version', '--verbose'], at(installed, archive));
    expect(beside.stdout).toContain(
      `  also on PATH: ${archive}/pipward, version ${OWN_VERSION} (an unpacked archive)\n`,
    );
    const alone = await box.run(['pipward', '--verbose', '--version'], at(installed));
    expect(alone.stdout).toContain('no other pipward is on PATH');
    expect((await box.run(['pipward', '--version'], at(installed))).stdout).toBe(`${OWN_VERSION}\n`);
  });

  test('setup of the one that is set up leaves it to a newer one, with the same options', async () => {
    const { status, stdout, stderr } = await box.run(
      ['pipward', 'setup', '--yes', '--prefix', '/x y'],
      at(installed, global),
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 7,
      stdout: '99.0.0 was asked: setup --prefix=/x y --yes\n',
      stderr: `pipward 99.0.0 is newer than this one, ${OWN_VERSION}: that one does the setup\n`,
    });
  });

  test('install.sh from an archive does not hand over to a newer pipward', async () => {
    const command = [path.join(box.folder, 'archive/install.sh'), '--yes', '--no-modify-path'] as const;
    const { status, stdout } = await box.run([...command], at(installed, global));
    expect(status).toBe(0);
    expect(stdout).not.toContain('99.0.0');
  });

  test.skipIf(!isRoot)('root is told of the newer one, which is not started (needs root)', async () => {
    const { env } = at(installed, global);
    const { status, stdout, stderr } = await box.run(['pipward', 'setup'], { env, unprivileged: false });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`node_modules/pipward/bin/pipward setup\n`);
  });
});

const missing = whyNoPeople();

describe.skipIf(missing !== '')(`required-version${missing}`, () => {
  let box: Sandbox;
  beforeAll(() => {
    const made = createSandboxWithPython();
    ({ box } = made);
    const prefix = path.join(box.project, '.venv');
    spawnSync(made.executable, ['-m', 'venv', prefix]);
    spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, prefix]);
    box.set('VIRTUAL_ENV', prefix);
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());

  test('a project that asks for a newer pipward: pip runs, and the upgrade is asked for', async () => {
    box.write('pipward.toml', '[policy]\nrequired-version = ">=99.1"\nrule-to-come = "enforce"\n');
    const { status, stderr } = await box.run(['pip', 'install', 'demo-lib']);
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/policy-unreadable|not a known key/);
    const { text } = readAdvice(stderr, 'pipward-too-old');
    expect(text).toContain('project policy asks for pipward 99.1 or newer');
    expect(text).toContain('required-version = ">=99.1"');
    expect(text).toContain(`${OWN_VERSION}, which may not understand every rule of this file`);
  });

  test('another message: its way out is not held back by a rule about pipward', async () => {
    box.write('pipward.toml', '[policy]\nrequired-version = ">=99.1"\n');
    const { stderr } = await box.run(['pip', 'install', 'demo-lib==9']);
    const { text } = readAdvice(stderr, 'no-matching-distribution');
    expect(text).toContain('required-version = ">=99.1"');
    expect(text).not.toContain('no command can help here');
  });

  test('policy check names rules for a newer pipward, and does not claim that the file is correct', async () => {
    box.write(
      'pipward.toml',
      '[policy]\nrequired-version = ">=99.1"\nrule-to-come = "enforce"\n[report]\nlog = "file"\n',
    );
    const { status, stderr } = await box.run([box.pipward, 'policy', 'check']);
    expect(status).toBe(1);
    expect(stderr).toContain(
      `pipward.toml:3:1: warning: \`policy.rule-to-come\` is not understood by pipward ${OWN_VERSION}: upgrade pipward`,
    );
    expect(stderr).toMatch(/pipward\.toml:4:\d+: warning: `report` is not understood/);
    expect(stderr).toMatch(/pipward\.toml:2:\d+: error: this file needs pipward >=99\.1/);
  });
});
