import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { readAdvice } from '../support/advice.ts';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { allowSudo, withoutSudo } from '../support/sudo.ts';
import { makeWheel } from '../support/wheel.ts';

const [python, old] = ['3.12', '3.6'].map((wanted) =>
  listPyenvPythons().findLast(({ version }) => version.startsWith(wanted)),
);
const missing = python === undefined ? 'no pyenv Python 3.12 to copy' : hasSetpriv ? null : 'needs root and setpriv';

describe.skipIf(missing !== null)(`where pip may not write${missing === null ? '' : ` (${missing})`}`, () => {
  let box: Sandbox;
  let executable: string;

  beforeAll(() => {
    if (python === undefined) return;
    box = createSandbox();
    executable = copyInterpreter(python, path.join(box.folder, 'python')).executable;
    box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
    box.set('PATH', `${box.shims}:${path.dirname(executable)}:${box.bin}:/usr/bin:/bin`);
    // What sudo stands for here is done below, by root.
    box.link('/bin/true', 'sudo');
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());

  function freshProject(name: string, marker = 'pyproject.toml'): string {
    return path.dirname(box.write(path.join(name, marker), ''));
  }

  /** Follows the printed commands in bash: `sudo X` as root, all others as the user. */
  async function follow(commands: readonly string[], cwd: string, env: Record<string, string> = {}) {
    const own: string[] = [];
    for (const command of commands) {
      if (command.startsWith('sudo ')) {
        const { status } = spawnSync('/bin/bash', ['-c', command.slice('sudo '.length)], { cwd });
        if (status !== 0) throw new Error(`failed as root: ${command}`);
      } else own.push(command);
    }
    return box.shell(own.join(' &&\n'), { cwd, env, input: 'y\n' });
  }

  const give = (folder: string, user: number) => spawnSync('chown', ['-hR', `${user}:${user}`, folder]);
  const siteOf = (prefix: string) => path.join(prefix, 'lib/python3.12/site-packages');

  /** A copy of one that is made once: that takes seconds. */
  function makeEnvironment(cwd: string): string {
    const [first, prefix] = [path.join(box.folder, 'template'), path.join(cwd, '.venv')];
    if (!existsSync(first)) spawnSync(executable, ['-m', 'venv', first], { env: box.environment() });
    spawnSync('cp', ['-a', first, prefix]);
    give(prefix, NOBODY);
    return prefix;
  }

  test.each(
    chooseSome<[string, (prefix: string) => string]>(
      [
        ['all of it', (prefix: string) => prefix],
        ['its packages', (prefix: string) => siteOf(prefix)],
      ],
      1,
    ),
  )('an environment of the user where an earlier sudo took %s: it is given back', async (label, choose) => {
    const cwd = freshProject(`sudo-${label.replaceAll(' ', '-')}`);
    const prefix = makeEnvironment(cwd);
    give(choose(prefix), 0);
    const env = { VIRTUAL_ENV: prefix };
    const { stderr, status } = await box.shell('pip install demo-lib', { cwd, env });
    expect(status).toBe(1);
    const { text, commands } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('belongs to root');
    expect(commands).toEqual([`sudo chown -R nobody ${prefix}`, 'pip install demo-lib']);
    expect(await follow(commands, cwd, env)).toMatchObject({ status: 0 });
    expect(existsSync(path.join(siteOf(prefix), 'demo_lib.py'))).toBe(true);
  });

  test('one package of an earlier sudo, of which Python names no more than a file: nothing of the project is touched', async () => {
    const cwd = freshProject('sudo-package');
    const prefix = makeEnvironment(cwd);
    const env = { VIRTUAL_ENV: prefix };
    makeWheel(box.wheels, 'old-lib', '1.0');
    const first = await box.run([path.join(prefix, 'bin/python'), '-m', 'pip', 'install', 'old-lib'], {
      cwd,
      unprivileged: false,
    });
    expect(first.status).toBe(0);
    makeWheel(box.wheels, 'old-lib', '2.0');
    const { stderr, status } = await box.shell('pip install -U old-lib', { cwd, env });
    expect({ status, named: /Permission denied: '[^/]+'\n/.test(stderr) }).toEqual({ status: 1, named: true });
    const { text, commands } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('belongs to root');
    expect(text).toContain('result        pip stopped before it was done\n');
    expect(commands).toEqual([`sudo chown -R nobody ${prefix}`, 'pip install -U old-lib']);
    expect(await follow(commands, cwd, env)).toMatchObject({ status: 0 });
    expect(existsSync(path.join(siteOf(prefix), 'old_lib-2.0.dist-info'))).toBe(true);
  });

  test.skipIf(!isMatrix || withoutSudo !== null)(
    `the same with a real sudo (${withoutSudo ?? 'a rule for this one command'}) (needs the matrix)`,
    async () => {
      const cwd = freshProject('real-sudo');
      const prefix = makeEnvironment(cwd);
      give(prefix, 0);
      const env = { VIRTUAL_ENV: prefix, PATH: `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin` };
      const { commands } = readAdvice(
        (await box.shell('pip install demo-lib', { cwd, env })).stderr,
        'permission-denied',
      );
      expect(commands[0]).toMatch(/^sudo chown -R nobody /);
      const forbid = allowSudo('/usr/bin/chown', '/bin/chown');
      try {
        expect(await box.shell(commands.join(' &&\n'), { cwd, env })).toMatchObject({ status: 0 });
      } finally {
        forbid();
      }
      expect(existsSync(path.join(siteOf(prefix), 'demo_lib.py'))).toBe(true);
    },
  );

  test.runIf(isMatrix)(
    'no sudo on PATH: what root has to do, and nothing to be typed after it (needs the matrix)',
    async () => {
      const cwd = freshProject('no-sudo');
      const prefix = makeEnvironment(cwd);
      give(siteOf(prefix), 0);
      const env = { VIRTUAL_ENV: prefix };
      const bare = `PATH="${box.shims}:${path.dirname(executable)}"`;
      const { stderr } = await box.shell(`${bare}; pip install demo-lib`, { cwd, env });
      const { commands } = readAdvice(stderr, 'permission-denied');
      expect(commands).toEqual([`chown -R nobody ${prefix}`]);
      expect(spawnSync('/bin/bash', ['-c', commands.join('\n')]).status).toBe(0);
      expect((await box.shell('pip install demo-lib', { cwd, env })).status).toBe(0);
    },
  );

  test.runIf(isMatrix)(
    'an environment of the user without write permission: the fix restores the permission (needs the matrix)',
    async () => {
      const cwd = freshProject('read-only');
      const prefix = makeEnvironment(cwd);
      chmodSync(siteOf(prefix), 0o555);
      const env = { VIRTUAL_ENV: prefix };
      const { stderr } = await box.shell('pip install demo-lib', { cwd, env });
      const { text, commands } = readAdvice(stderr, 'permission-denied');
      expect(text).toContain('yours, but not writable');
      expect(await follow(commands, cwd, env)).toMatchObject({ status: 0 });
      expect(existsSync(path.join(siteOf(prefix), 'demo_lib.py'))).toBe(true);
    },
  );

  test.runIf(isMatrix)('an environment of another user: the fix makes a new one (needs the matrix)', async () => {
    const cwd = freshProject('of-another');
    const prefix = path.join(box.folder, 'shared');
    spawnSync(executable, ['-m', 'venv', prefix], { env: box.environment() });
    const { stderr } = await box.shell('pip install demo-lib', { cwd, env: { VIRTUAL_ENV: prefix } });
    const { text, commands } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('the environment was made by another user');
    expect(commands.join()).not.toContain('sudo');
    expect(await follow(commands, cwd)).toMatchObject({ status: 0 });
    expect(existsSync(path.join(siteOf(path.join(cwd, '.venv')), 'demo_lib.py'))).toBe(true);
  });

  test.runIf(isMatrix)('--no-user: why pip did not fall back, and an environment (needs the matrix)', async () => {
    const cwd = freshProject('no-user');
    const { stderr } = await box.shell('pip install --no-user demo-lib', { cwd });
    const { text, commands } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('--no-user on the command line');
    expect(await follow(commands, cwd)).toMatchObject({ status: 0 });
    expect(existsSync(path.join(siteOf(path.join(cwd, '.venv')), 'demo_lib.py'))).toBe(true);
  });

  test.each(
    chooseSome(
      [
        ['-v', 'pip install -v --no-user demo-lib'],
        ['-vv', 'pip install -vv --no-user demo-lib'],
        ['--debug', 'pip uninstall --debug -y pip'],
      ],
      1,
    ),
  )('%s: pip prints a traceback, and the same is said', async (option, line) => {
    const cwd = freshProject(`verbose${option}`);
    const { stderr, status } = await box.shell(line, { cwd });
    expect([status, stderr.includes('Traceback (most recent call last)')]).toEqual([1, true]);
    expect(readAdvice(stderr, 'permission-denied').text).toContain('pip has no permission');
  });

  test.runIf(isMatrix)(
    '--no-user outside of a project: the command with --user says it no more (needs the matrix)',
    async () => {
      const { stderr } = await box.shell('pip install --no-user demo-lib', { cwd: box.home });
      const { commands } = readAdvice(stderr, 'permission-denied');
      expect(commands).toEqual(['pip install --user demo-lib']);
      expect(await follow(commands, box.home)).toMatchObject({ status: 0 });
    },
  );

  test.runIf(isMatrix)('PYTHONNOUSERSITE: the same (needs the matrix)', async () => {
    const cwd = freshProject('no-user-site');
    const { stderr } = await box.shell('pip install demo-lib', { cwd, env: { PYTHONNOUSERSITE: '1' } });
    expect(readAdvice(stderr, 'permission-denied').text.replaceAll(/\s+/g, ' ')).toContain('user site is switched off');
  });

  test.runIf(isMatrix)(
    'the user site belongs to root: the fix changes its owner and does not recreate it (needs the matrix)',
    async () => {
      const cwd = freshProject('local-of-root');
      const local = path.join(box.home, '.local');
      rmSync(local, { recursive: true, force: true, maxRetries: 20 });
      mkdirSync(local);
      const env = { XDG_STATE_HOME: cwd };
      const { stderr } = await box.shell('pip install demo-lib', { cwd, env });
      const { commands } = readAdvice(stderr, 'permission-denied');
      expect(commands).toEqual([`sudo chown -R nobody ${local}`, 'pip install demo-lib']);
      expect(await follow(commands, cwd, env)).toMatchObject({ status: 0 });
      rmSync(local, { recursive: true, force: true, maxRetries: 20 });
    },
  );

  test('--target in a folder of root: whose it is; pip’s "Successfully installed" is not believed', async () => {
    const cwd = freshProject('target');
    const { stdout, stderr, status } = await box.shell(`pip install --target ${box.wheels}/x demo-lib`, { cwd });
    expect(status).toBe(2);
    expect(stdout).toContain('Successfully installed');
    const { text, commands } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('nothing was installed there');
    expect(commands).toEqual([`ls -ld ${box.wheels}`]);
    expect((await follow(commands, cwd)).stdout).toContain('root');
  });

  test.runIf(isMatrix)('uninstall from a Python of root: where the package is (needs the matrix)', async () => {
    const cwd = freshProject('uninstall', 'notes.txt');
    const { stderr, status } = await box.shell('pip uninstall -y pip', { cwd });
    expect(status).toBe(2);
    const { text, commands } = readAdvice(stderr, 'permission-denied');
    expect(text).toContain('nothing was removed');
    expect((await follow(commands, cwd)).stdout).toMatch(/^Location: .*site-packages$/m);
  });

  describe.skipIf(old === undefined)('a pip before 20.0 does not fall back (skipped without Python 3.6)', () => {
    let env: Record<string, string>;
    beforeAll(() => {
      if (old === undefined) return;
      const bin = path.dirname(copyInterpreter(old, path.join(box.folder, 'old')).executable);
      env = { PATH: `${box.shims}:${bin}:/usr/bin:/bin`, LD_LIBRARY_PATH: path.join(box.folder, 'old/lib') };
      chownSync(box.home, NOBODY, NOBODY);
    });

    test.runIf(isMatrix)('in a project: an environment (needs the matrix)', async () => {
      const cwd = freshProject('old');
      const { stderr } = await box.shell('pip install demo-lib', { cwd, env });
      const { text, commands } = readAdvice(stderr, 'permission-denied');
      expect(text.replaceAll(/\s+/g, ' ')).toContain('pip 18.1 never does that');
      expect(await follow(commands, cwd, env)).toMatchObject({ status: 0 });
      expect(existsSync(path.join(cwd, '.venv/lib/python3.6/site-packages/demo_lib.py'))).toBe(true);
    });

    test.runIf(isMatrix)('elsewhere: --user, said aloud (needs the matrix)', async () => {
      const { stderr } = await box.shell('pip install demo-lib', { cwd: box.home, env });
      const { commands } = readAdvice(stderr, 'permission-denied');
      expect(commands).toEqual(['pip install --user demo-lib']);
      expect(await follow(commands, box.home, env)).toMatchObject({ status: 0 });
      expect(existsSync(path.join(box.home, '.local/lib/python3.6/site-packages/demo_lib.py'))).toBe(true);
    });
  });

  test.skipIf(!existsSync('/usr/bin/script'))('on a terminal', async () => {
    const cwd = freshProject('terminal');
    const { stdout } = await box.shell(`script -qec 'pip install --no-user demo-lib' /dev/null`, { cwd });
    expect(readAdvice(stdout, 'permission-denied').commands).toContain('.venv/bin/python -m pip install demo-lib');
  });
});
