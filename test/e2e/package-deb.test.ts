import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDeb } from '../../packaging/deb.ts';
import { DEBIAN_ARCHITECTURES } from '../../packaging/targets.ts';
import { LIMIT_SECONDS } from '../support/limits.ts';
import { isMatrix } from '../support/matrix.ts';
import { canMount } from '../support/namespaces.ts';
import { buildTestProduct, checkout, ownTarget, readOwnRuntime } from '../support/packages.ts';
import { hasProgram } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const architecture = DEBIAN_ARCHITECTURES[ownTarget];
const hasPip = spawnSync('/usr/bin/python3', ['-m', 'pip', '--version']).status === 0;
const hasLibrary = spawnSync('dpkg', ['-s', 'libatomic1']).status === 0;
const lacks =
  architecture === undefined || !canMount || !hasProgram('dpkg') || !hasPip || !hasLibrary
    ? ' (needs Debian as root, with python3-pip and libatomic1)'
    : '';

// (CI picks what needs the matrix by these words.)
describe.skipIf(!isMatrix || lacks !== '')(`the .deb on a system without Node (needs the matrix)${lacks}`, () => {
  let scratch = '';
  let steps: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    if (architecture === undefined) return;
    scratch = mkdtempSync(path.join(tmpdir(), 'pipward-deb-'));
    const { name, bytes } = await makeDeb(checkout, buildTestProduct(), architecture, readOwnRuntime());
    writeFileSync(path.join(scratch, name), bytes);
    mkdirSync(path.join(scratch, 'wheels'));
    makeWheel(path.join(scratch, 'wheels'), 'demo-app');
    const script = path.join(import.meta.dirname, '../support/debian-root.sh');
    const words = ['-m', script, scratch, path.join(scratch, name), path.join(scratch, 'wheels')];
    const done = spawnSync('unshare', words, {
      encoding: 'utf8',
      timeout: LIMIT_SECONDS * 1000,
      killSignal: 'SIGKILL',
    });
    if (done.status !== 0) throw new Error(`${String(done.status)}: ${done.stderr}\n${done.stdout}`);
    const parts = done.stdout.split(/^## (\w+)\n/m).slice(1);
    steps = Object.fromEntries(
      parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? '']] : [])),
    );
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

  test('there is no Node before, and the package is installed without one', () => {
    expect(steps['node']).toBe('none\n');
    expect(steps['install']).toContain('run as root: pipward setup --system');
  });

  test('setup --system sets it up for all users', () => {
    expect(steps['setup']).toContain('will be set up for all users of this machine');
  });

  test('for a user pip falls back, with advice', () => {
    expect(steps['user']).toContain('Successfully installed demo-app-1.0');
    expect(steps['user']).toContain('note[user-install-fallback]: pip installed into your user site');
  });

  test('on a terminal pip is monitored, too', () => {
    expect(steps['terminal']).toContain('No matching distribution found for nosuch');
    expect(steps['terminal']).toContain('advice[no-matching-distribution]');
  });

  test('root meets the policy of the system', () => {
    expect(steps['root']).toContain('error[root-forbidden]');
    expect(steps['root']).toContain('status 3');
  });

  test('doctor names the Node of the package', () => {
    expect(steps['doctor']).toMatch(/^(?:ok|note) +Node:? +\/usr\/lib\/pipward\/node, version/m);
  });

  test('an upgrade keeps the setup', () => {
    expect(steps['again']).toContain('Setting up pipward');
    expect(steps['again']).toMatch(/^pip is \/usr\/(?:local\/)?(?:lib\/pipward\/shims|bin)\/pip$/m);
  });

  test('after its removal nothing is left', () => {
    expect(steps['remove']).not.toContain('could not be taken back');
    expect(steps['remove']).toMatch(/\nnone\n$/);
    expect(steps['left']).toBe('nothing\n');
  });

  test('its removal leaves what an archive set up for all users', () => {
    expect(steps['other']).toMatch(/\n\/\/ of an archive\n$/);
  });
});
