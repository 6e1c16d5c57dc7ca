import { chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { makeEnvironment } from '../support/environments.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const pythons = listPyenvPythons();

describe.skipIf(pythons.length === 0)('a hostile current directory (skipped without pyenv Pythons)', () => {
  let box: Sandbox;
  let trace: string;

  beforeAll(() => {
    box = createSandbox();
    trace = path.join(box.home, 'trace');
    const planted = `open(${JSON.stringify(trace)}, "a").write(__name__ + "\\n")\n`;
    for (const name of [
      'pip/__init__.py',
      'pip/__main__.py',
      'typing.py',
      'random.py',
      'site.py',
      'json.py',
      'runpy.py',
    ]) {
      box.write(name, planted);
    }
    box.write('second/pip.py', planted);
    makeWheel(box.wheels, 'demo-lib');
  });
  afterEach(() => rmSync(trace, { force: true }));
  afterAll(() => box?.remove());

  describe.each(chooseSome(pythons, 1))('Python $version', ({ executable, version }) => {
    const env = { PIPWARD_PYTHON: executable };

    test.each([
      ['decide', ['list', '--format=freeze']],
      ['decide, completion', ['completion', '--bash']],
      ['watch', ['download', '--no-deps', '-d', 'got', 'demo-lib']],
    ])('%s leaves no trace', async (_, args) => {
      for (const cwd of [box.project, path.join(box.project, 'second')]) {
        const { status } = await box.run(['pip', ...args], { cwd, env, unprivileged: false });
        expect(status).toBe(0);
        expect(existsSync(trace)).toBe(false);
      }
    });

    // Python 2 has no venv of its own.
    if (version.startsWith('2.')) return;
    test.runIf(isMatrix)('fast path in an active environment leaves no trace (needs the matrix)', async () => {
      const environment = path.join(box.folder, `venv-${version}`);
      makeEnvironment({ executable, version }, environment);
      for (const cwd of [box.project, path.join(box.project, 'second')]) {
        // Without Node: nothing but the fast path can answer.
        const { status, stdout } = await box.run(['pip', 'list', '--format=freeze'], {
          cwd,
          env: { VIRTUAL_ENV: environment, PATH: box.shims },
          unprivileged: false,
        });
        expect(status).toBe(0);
        expect(stdout).toMatch(/^pip==/m);
        expect(existsSync(trace)).toBe(false);
      }
    });
  });

  test.each(chooseSome(pythons, 1).map(({ executable, version }) => [version, executable]))(
    'Python %s: commands that are printed leave no trace when they are pasted',
    async (_, executable) => {
      const made = path.join(box.project, 'made');
      mkdirSync(made, { recursive: true });
      chownSync(made, 65_534, 65_534);
      for (const name of ['pip.py', 'venv.py', 'runpy.py', 'shutil.py', 'typing.py']) {
        box.write(`made/${name}`, `open(${JSON.stringify(trace)}, "a").write(__name__ + "\\n")\n`);
      }
      // Where pip is told to want an environment, one is suggested; what makes one of Python 2 is not on PATH.
      const env = { PIPWARD_PYTHON: executable, PIP_REQUIRE_VIRTUALENV: '1' };
      const call = await box.run(['pip', 'install', 'demo-lib'], { cwd: made, env, unprivileged: false });
      const { commands } = readAdvice(call.stderr, 'pip-venv-required');
      await box.shell(commands.join('\n'), { cwd: made, env, unprivileged: false });
      const which = await box.run([box.pipward, 'which'], { cwd: made, env, unprivileged: false });
      const starts = /^starts +(.+)$/m.exec(which.stdout)?.[1] ?? '';
      const listed = await box.shell(`${starts} list --format=freeze`, {
        cwd: made,
        env: { PIPWARD_PYTHON: executable },
        unprivileged: false,
      });
      expect(listed).toMatchObject({ status: 0, stdout: expect.stringMatching(/^pip==/m) });
      expect(existsSync(trace)).toBe(false);
      rmSync(made, { recursive: true });
    },
  );

  test('the plain redirect would have left one (so that this test can fail)', async () => {
    const { executable = '' } = pythons.at(-1) ?? {};
    await box.run([executable, '-m', 'pip', 'list'], { unprivileged: false });
    expect(existsSync(trace)).toBe(true);
  });
});
