import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { findManagedPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const python = findManagedPython();
const hasEnsurepip =
  python !== null &&
  existsSync(`/usr/lib/python${python.version.split('.').slice(0, 2).join('.')}/ensurepip/__init__.py`);

/** Debian's pip, setuptools and wheel for new environments. */
const WHEELS = '/usr/share/python-wheels';

describe.skipIf(python === null)('a Python that apt manages (skipped without Debian python3-pip)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    makeWheel(box.wheels, 'demo-lib');
    makeWheel(box.wheels, 'demo-tool', '1.0', { scripts: ['demo-tool'] });
  });
  afterAll(() => box?.remove());

  test('pip says no, with its own words and status; then the way out', async () => {
    const bare = await box.run(['/usr/bin/python3', '-m', 'pip', 'install', 'demo-lib']);
    const ours = await box.run(['pip', 'install', 'demo-lib']);
    expect(bare.status).toBe(1);
    expect(ours.status).toBe(1);
    expect(ours.stdout).toBe(bare.stdout);
    expect(ours.stderr.startsWith(bare.stderr)).toBe(true);
    const advice = ours.stderr.slice(bare.stderr.length);
    expect(advice).toContain('advice[externally-managed]');
    expect(advice).toContain('EXTERNALLY-MANAGED');
  });

  test.skipIf(!hasEnsurepip)('the printed commands work (skipped without python3-venv)', async () => {
    const cwd = path.dirname(box.write('followed/requirements.txt', 'demo-lib\n'));
    const { stderr } = await box.run(['pip', 'install', '-r', 'requirements.txt'], { cwd });
    const commands = stderr
      .slice(stderr.indexOf('advice[externally-managed]'))
      .split('\n')
      .filter((line) => /^ {4}\S/.test(line))
      .map((line) => line.trim());
    const followed = await box.shell(commands.join(' &&\n'), { cwd });
    expect(followed).toMatchObject({ status: 0 });
    const check = await box.shell('.venv/bin/python -c "import demo_lib; print(demo_lib.VERSION)"', { cwd });
    expect(check.stdout).toBe('1.0\n');
  });

  test.skipIf(!isMatrix || !hasEnsurepip)(
    'a script called pip: commands for a script (skipped without python3-venv) (needs the matrix)',
    async () => {
      const script = box.write('scripted/build.sh', '#!/bin/sh\npip install demo-lib\nexit 0\n', 0o755);
      const cwd = path.dirname(script);
      box.write('scripted/pyproject.toml', '');
      const { stderr } = await box.run([script], { cwd });
      const { text, commands } = readAdvice(stderr, 'externally-managed');
      expect(text).toContain('called by');
      expect(commands).toEqual(['python3 -m venv .venv', '.venv/bin/python -m pip install demo-lib']);
      expect(await box.shell(commands.join(' &&\n'), { cwd })).toMatchObject({ status: 0 });
    },
  );

  test.skipIf(!isMatrix || !hasEnsurepip || !hasProgram('pipx') || !existsSync(WHEELS))(
    'a program: the printed pipx line works (skipped without pipx, python3-venv, python3-wheel-whl) (needs the matrix)',
    async () => {
      const cwd = path.dirname(box.write('program/notes.txt', ''));
      const { stderr } = await box.run(['pip', 'install', 'demo-tool'], { cwd });
      const { text, commands } = readAdvice(stderr, 'externally-managed');
      expect(text).toContain('once: if it is a program and not a library, install it with pipx');
      expect(commands.at(-1)).toBe('pipx install demo-tool');
      // pipx makes an environment of its own for pip, which takes these.
      const env = { PIP_FIND_LINKS: `${box.wheels} ${WHEELS}` };
      const installed = await box.shell('pipx install demo-tool', { cwd, env });
      expect(installed).toMatchObject({ status: 0 });
      expect(await box.shell('~/.local/bin/demo-tool', { cwd })).toMatchObject({ stdout: 'demo-tool 1.0\n' });
    },
  );

  test.each(
    chooseSome(
      [
        ['a target of its own is allowed by pip', ['install', '--target', 'vendor', 'demo-lib'], 0],
        ['a report alone is allowed by pip', ['install', '--dry-run', '--report', 'r.json', '-q', 'demo-lib'], 0],
        ['list is read-only', ['list'], 0],
      ],
      1,
    ),
  )('silence: %s', async (_, args, status) => {
    const result = await box.run(['pip', ...args]);
    expect(result.status).toBe(status);
    expect(result.stderr).not.toContain('externally-managed');
  });
});
