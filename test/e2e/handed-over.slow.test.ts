import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { copyInterpreter, findManagedPython, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

/** pip works on another Python than the one that runs it, or puts files in another place than its own. */

const [runner, other] = ['3.12', '3.11'].map((wanted) =>
  listPyenvPythons().findLast(({ version }) => version.startsWith(wanted)),
);
const missing =
  runner === undefined || other === undefined
    ? 'no pyenv Pythons 3.12 and 3.11 to copy'
    : hasSetpriv
      ? null
      : 'needs root and setpriv';
const managed = findManagedPython();

describe.skipIf(missing !== null)(`facts of the Python that pip worked on${missing ? ` (${missing})` : ''}`, () => {
  let box: Sandbox;
  let target: string;
  let calls = 0;

  beforeAll(() => {
    if (runner === undefined || other === undefined) return;
    box = createSandbox();
    const { executable } = copyInterpreter(runner, path.join(box.folder, 'runner'));
    target = copyInterpreter(other, path.join(box.folder, 'target')).executable;
    box.set('LD_LIBRARY_PATH', ['runner/lib', 'target/lib'].map((name) => path.join(box.folder, name)).join(':'));
    box.set('PATH', `${box.shims}:${path.dirname(executable)}:${box.bin}:/usr/bin:/bin`);
    box.set('PIPWARD_ADVICE', 'full');
    for (const name of ['demo-lib', 'demo-two']) makeWheel(box.wheels, name);
    makeWheel(box.wheels, 'demo-app', '1.0', { scripts: ['demo-app'] });
  });
  afterAll(() => box?.remove());

  /** Each in a directory of its own. */
  const call = (line: string, env: Record<string, string> = {}) => {
    calls += 1;
    const cwd = path.dirname(box.write(`${calls}/pyproject.toml`, ''));
    return box.shell(line, { cwd, env }).then((result) => ({ ...result, cwd, env }));
  };

  test.each<[how: string, line: string, variable: boolean]>([
    ['--python', 'pip --python PYTHON install --force-reinstall demo-lib', false],
    ['a folder', 'pip --python FOLDER install --force-reinstall demo-lib', false],
    ['PIP_PYTHON', 'pip install --force-reinstall demo-lib', true],
  ])('%s: the fallback is told of the user site that it went to', async (_, line, variable) => {
    const typed = line.replace('PYTHON', target).replace('FOLDER', path.dirname(path.dirname(target)));
    const { stderr } = await call(typed, variable ? { PIP_PYTHON: target } : {});
    const { text } = readAdvice(stderr, 'user-install-fallback');
    expect(text).toContain('~/.local/lib/python3.11/site-packages');
    expect(text).not.toMatch(/lib\/python3\.12|^ +visible to +python in this shell/m);
  });

  test('what may not be written is that of the other Python, and the variable is named', async () => {
    const { stderr } = await call('pip install --no-user demo-two', { PIP_PYTHON: target });
    const { text } = readAdvice(stderr, 'permission-denied');
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(/target\/bin\/python \(Python 3\.11\.\d+\), from PIP_PYTHON/);
  });

  test.skipIf(managed === null)(
    "a Python that apt manages (skipped without Debian's pip): the fix leads past PIP_PYTHON",
    async () => {
      const { stderr, cwd, env } = await call('pip install demo-app', { PIP_PYTHON: managed?.executable ?? '' });
      const { text, commands } = readAdvice(stderr, 'externally-managed');
      expect(text.replaceAll(/\s+/g, ' ')).toContain(`${managed?.executable} (Python ${managed?.version})`);
      expect(commands[0]).toBe(`env -u PIP_PYTHON ${managed?.executable} -m venv .venv`);
      // pipx, if it is there, is another way: it is led past the variable, too.
      const [making, installing, pipx = 'true'] = commands;
      for (const lines of [`${making} &&\n${installing}`, pipx]) {
        expect(await box.shell(lines, { cwd, env })).toMatchObject({ status: 0 });
      }
      const library = path.join(cwd, '.venv/lib');
      expect(existsSync(path.join(library, readdirSync(library)[0] ?? '', 'site-packages/demo_app.py'))).toBe(true);
    },
  );

  test.each<[what: string, line: string, env: Record<string, string>, sentBy: string]>([
    ['PIP_TARGET', 'pip install demo-lib', { PIP_TARGET: '/usr/x' }, 'PIP_TARGET'],
    ['PIP_PREFIX', 'pip install demo-lib', { PIP_PREFIX: '/usr' }, 'PIP_PREFIX'],
    ['pip download', 'pip download -d /usr demo-lib', {}, '--dest'],
    ['pip wheel', 'pip wheel --wheel-dir=/usr demo-lib', {}, '--wheel-dir'],
  ])('%s leads where the user may not write: nothing is said of --user', async (_, line, env, sentBy) => {
    const { stderr } = await call(line, env);
    const { text } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain(`because       ${sentBy} leads there`);
    expect(text).toContain(`choose a folder of your own for ${sentBy}`);
    expect(text).not.toContain('--user');
  });

  test('pip download in a directory of root', async () => {
    const folder = path.join(box.folder, 'closed');
    mkdirSync(folder);
    expect(spawnSync('chmod', ['755', folder]).status).toBe(0);
    const { stderr } = await box.shell('pip download demo-lib', { cwd: folder });
    const { text } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('work in a folder of your own');
    expect(text).not.toContain('--user');
  });
});
