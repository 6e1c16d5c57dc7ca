import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { findPyenvPython } from '../support/pythons.ts';
import { createSandbox, isRoot, type Sandbox } from '../support/sandbox.ts';
import { copyInterpreter } from '../support/pythons.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const python = findPyenvPython();

describe.skipIf(python === null)('settings of pip itself (skipped without a Python of pyenv)', () => {
  let box: Sandbox;
  let prefix: string;

  beforeAll(async () => {
    if (python === null) return;
    box = createSandbox();
    const own = isRoot ? copyInterpreter(python, path.join(box.folder, 'python')).executable : python.executable;
    if (isRoot) box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
    box.set('PATH', `${box.shims}:${path.dirname(own)}:/usr/bin:/bin`);
    makeWheel(box.wheels, 'demo-lib');
    box.write('pyproject.toml', '');
    await box.run([own, '-m', 'venv', '.venv']);
    prefix = path.join(box.project, '.venv');
  });
  afterAll(() => box?.remove());

  const configure = (text: string) => box.write(path.join(box.project, 'pip.conf'), text);
  const isInstalled = async () => {
    const { stdout } = await box.run([path.join(prefix, 'bin/python'), '-m', 'pip', 'list']);
    await box.run([path.join(prefix, 'bin/python'), '-m', 'pip', 'uninstall', '-y', 'demo-lib']);
    return stdout.includes('demo-lib');
  };

  test('PIP_USER outside of it: the environment that is there is named, not a new one', async () => {
    const policy = box.write('pipward.toml', '[policy]\nrequire-virtual-environment = "enforce"\n');
    const { stderr } = await box.shell('pip install demo-lib', { env: { PIP_USER: '1' } });
    const { commands } = readAdvice(stderr, 'venv-required');
    expect(commands).toEqual(['.venv/bin/python -m pip install --no-user demo-lib']);
    expect(await box.shell(commands.join('\n'), { env: { PIP_USER: '1' } })).toMatchObject({ status: 0 });
    rmSync(policy);
    expect(await isInstalled()).toBe(true);
  });

  describe('--user in an environment: who asked for it, and without', () => {
    test.each<[case_: string, line: string, setting: string | null, by: RegExp, commands: readonly string[]]>([
      ['typed', 'pip install --user demo-lib', null, /--user on the command line/, ['pip install demo-lib']],
      [
        'a variable',
        'export PIP_USER=1; pip install demo-lib; :',
        null,
        /PIP_USER=1/,
        ['unset PIP_USER', 'pip install demo-lib'],
      ],
      [
        'typed, and set by a file as well',
        'pip install --user demo-lib',
        '[install]\nuser = yes\n',
        /--user on the command line/,
        ['pip install --no-user demo-lib'],
      ],
      [
        'a file',
        'pip install demo-lib',
        '[install]\nuser = yes\n',
        /pip\.conf:2\s+user = yes/,
        ['pip install --no-user demo-lib'],
      ],
    ])('%s', async (_, line, setting, by, commands) => {
      const env = {
        VIRTUAL_ENV: prefix,
        PIP_CONFIG_FILE: setting === null ? undefined : configure(setting),
        XDG_STATE_HOME: '/none',
      };
      const { stderr } = await box.typed(line, { env });
      const advice = readAdvice(stderr, 'user-install-in-venv');
      expect(advice.text).toMatch(by);
      expect(advice.commands).toEqual(commands);
      const variable = line.startsWith('export') ? 'export PIP_USER=1\n' : '';
      expect(await box.shell(variable + advice.commands.join(' &&\n'), { env })).toMatchObject({ status: 0 });
      expect(await isInstalled()).toBe(true);
    });
  });

  describe("pip's own require-virtualenv: where it is, and into the environment", () => {
    test.each<[case_: string, line: string, env: Record<string, string>, setting: string | null, by: RegExp]>(
      chooseSome(
        [
          ['a variable', 'pip install demo-lib', { PIP_REQUIRE_VIRTUALENV: '1' }, null, /PIP_REQUIRE_VIRTUALENV=1/],
          ['its other name', 'pip install demo-lib', { PIP_REQUIRE_VENV: 'yes' }, null, /PIP_REQUIRE_VENV=yes/],
          [
            'a file',
            'pip install demo-lib',
            {},
            '[global]\nretries = 1\nrequire-virtualenv = true\n',
            /pip\.conf:3\s+require-virtualenv = true/,
          ],
          ['typed', 'pip --require-virtualenv install demo-lib', {}, null, /--require-virtualenv on the command line/],
        ],
        3,
      ),
    )('%s', async (_, line, variables, setting, by) => {
      const env = {
        ...variables,
        PIP_CONFIG_FILE: setting === null ? undefined : configure(setting),
        XDG_STATE_HOME: '/none',
      };
      const { stderr, status } = await box.typed(line, { env });
      expect(status).toBe(3);
      const { text, commands } = readAdvice(stderr, 'pip-venv-required');
      expect(text).toMatch(by);
      expect(commands).toEqual(['source .venv/bin/activate', line]);
      expect(await box.shell(commands.join(' &&\n'), { env })).toMatchObject({ status: 0 });
      expect(await isInstalled()).toBe(true);
    });
  });

  test.runIf(isMatrix)('a script that calls pip is told commands for a script (needs the matrix)', async () => {
    const script = box.write('build.sh', '#!/bin/bash\npip install demo-lib\nexit 0\n', 0o755);
    const { stderr } = await box.run([script], { env: { PIP_REQUIRE_VIRTUALENV: '1', XDG_STATE_HOME: '/none' } });
    const { commands } = readAdvice(stderr, 'pip-venv-required');
    expect(commands).toEqual(['.venv/bin/python -m pip install demo-lib']);
    expect(await box.shell(commands.join('\n'), { env: { PIP_REQUIRE_VIRTUALENV: '1' } })).toMatchObject({ status: 0 });
    expect(await isInstalled()).toBe(true);
    expect(existsSync(script)).toBe(true);
  });
});
