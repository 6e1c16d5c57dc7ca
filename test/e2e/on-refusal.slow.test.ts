import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../support/sandbox.ts';
import { createPerson, createSandboxWithPython, whyNoPeople, type Person } from '../support/trust.ts';
import { makeWheel } from '../support/wheel.ts';
import { isMatrix } from '../support/matrix.ts';

const missing = whyNoPeople();

describe.skipIf(missing !== '')(`on-refusal = "use-project-environment"${missing}`, () => {
  let box: Sandbox;
  let person: Person;
  let executable: string;
  let count = 0;

  beforeAll(() => {
    ({ box, executable } = createSandboxWithPython());
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());
  beforeEach(() => {
    count += 1;
    person = createPerson(box, `person-${count}`, true, executable);
    // Nothing of their own configuration: the project's file alone speaks.
    writeFileSync(path.join(person.home, '.config/pipward/config.toml'), '');
    write('require-virtual-environment = "enforce"\non-refusal = "use-project-environment"');
  });

  const write = (policy: string) => {
    writeFileSync(path.join(person.cwd, 'pipward.toml'), `[policy]\n${policy}\n`);
    person.own();
  };
  const installed = (folder: string) =>
    existsSync(path.join(folder, 'lib/python3.12/site-packages/demo_lib-1.0.dist-info'));

  test('trusted: pip works in it, a line says why, and from below the project as well', async () => {
    expect((await person.pipward('venv')).status).toBe(0);
    const inner = path.join(person.cwd, 'src');
    mkdirSync(inner);
    const { status, stdout, stderr } = await person.pip('install demo-lib', { cwd: inner });
    expect(stderr).toBe(
      `pipward: pip works in ${person.cwd}/.venv: require-virtual-environment (${person.cwd}/pipward.toml:2) refuses ${path.dirname(executable)}/python\n`,
    );
    expect(stdout).toContain('Successfully installed demo-lib-1.0');
    expect(status).toBe(0);
    expect(installed(path.join(person.cwd, '.venv'))).toBe(true);
    expect((await person.pip('uninstall -y demo-lib')).status).toBe(0);
    expect(installed(path.join(person.cwd, '.venv'))).toBe(false);
  });

  test.runIf(isMatrix)(
    'a directory has one answer: pip list and pip --version look where an install goes, without a line (needs the matrix)',
    async () => {
      const elsewhere = await person.pip('--version');
      expect(elsewhere.stdout).not.toContain('.venv');
      await person.pipward('venv');
      await person.pip('install demo-lib');
      for (const [line, expected] of [
        ['list --format=freeze', 'demo-lib==1.0'],
        ['show demo-lib', `${person.cwd}/.venv/lib`],
        ['--version', `${person.cwd}/.venv/lib`],
        ['freeze', 'demo-lib==1.0'],
      ] as const) {
        const { stdout, stderr, status } = await person.pip(line);
        expect({ line, stdout, stderr, status }).toEqual({
          line,
          stdout: expect.stringContaining(expected),
          stderr: '',
          status: 0,
        });
      }
      // Where an install is not sent to the environment, a list is not either.
      const named = await person.pip('list --format=freeze', { env: { PIPWARD_PYTHON: executable } });
      expect(named.stdout).not.toContain('demo-lib');
    },
  );

  test.runIf(isMatrix)("pip's own status and errors are pip's (needs the matrix)", async () => {
    await person.pipward('venv');
    const { status, stderr } = await person.pip('install no-such-thing');
    expect(status).toBe(1);
    expect(stderr).toContain('pipward: pip works in .venv: ');
    expect(stderr).toContain('ERROR: No matching distribution found for no-such-thing');
  });

  test('found and not trusted: refused, nothing started; the printed command lets it be used', async () => {
    const { prefix, site } = person.makeEnvironment(path.join(person.cwd, '.venv'));
    person.plantPth(site);
    const { status, stderr } = await person.pip('install demo-lib');
    expect(status).toBe(3);
    expect(stderr).toContain('error[venv-required]');
    expect(stderr).toContain('pipward trust .venv');
    expect(existsSync(person.trace)).toBe(false);
    expect((await person.pipward('trust .venv')).status).toBe(0);
    // It has no pip of its own: the one of the Python that was refused works on it.
    expect(await person.pip('install demo-lib')).toMatchObject({ status: 0 });
    expect(installed(prefix)).toBe(true);
  });

  test.runIf(isMatrix)('an explicit request is not overridden (needs the matrix)', async () => {
    await person.pipward('venv');
    const { status, stderr } = await person.pip('install demo-lib', { env: { PIPWARD_PYTHON: executable } });
    expect(status).toBe(3);
    expect(stderr).toContain('PIPWARD_PYTHON');
    const other = await person.run([path.join(box.shims, 'pip'), 'install', '--user', 'demo-lib']);
    expect(other.status).toBe(3);
  });

  test('which and policy test tell it', async () => {
    await person.pipward('venv');
    const words = 'pip works in .venv: require-virtual-environment';
    expect((await person.pipward('which -- install x')).stdout).toContain(`on refusal    ${words}`);
    const told = await person.pipward('policy test -- install x');
    expect(told.stdout).toContain('pip install x: allowed\n');
    expect(told.stdout).toContain(words);
    expect(told.stdout).toContain('line 3: on-refusal = "use-project-environment"');
    expect(told.status).toBe(0);
    const object = JSON.parse((await person.pipward('policy test --json -- install x')).stdout);
    expect(object).toMatchObject({
      verdict: 'allowed',
      onRefusal: 'use-project-environment',
      layers: [{ scope: 'user' }, { verdict: 'refused' }],
    });
    expect((await person.pipward('policy show')).stdout).toMatch(/on-refusal +use-project-environment/);
    write('minimum-pip = "20"\non-refusal = "offer"');
    expect((await person.pipward('policy check')).stderr).toContain('`on-refusal` does nothing here');
  });
});
