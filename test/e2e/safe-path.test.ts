import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeEnvironment } from '../support/environments.ts';
import { chooseSome } from '../support/matrix.ts';
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
  afterAll(() => box?.remove());

  describe.each(chooseSome(pythons, 2))('Python $version', ({ executable, version }) => {
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
    test('fast path in an active environment leaves no trace', async () => {
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

  test('the plain redirect would have left one (so that this test can fail)', async () => {
    const { executable = '' } = pythons.at(-1) ?? {};
    await box.run([executable, '-m', 'pip', 'list'], { unprivileged: false });
    expect(existsSync(trace)).toBe(true);
  });
});
