import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const python = findAnyPython();

describe.skipIf(python === null)('awkward places, with a real pip (skipped without any Python)', () => {
  let box: Sandbox;
  const executable = python?.executable ?? '';
  const unprivileged = false;

  beforeAll(() => {
    box = createSandbox();
    box.set('PATH', `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());

  /** Same status and output as `python -m pip`, in both ways through Node. */
  async function expectLikeBare(before: string, env: Readonly<Record<string, string | undefined>> = {}, shown = '') {
    const words = ['list --format=freeze', 'download -q --no-deps -d "$OUT" demo-lib'];
    for (const [index, word] of words.entries()) {
      const out = (who: string) => ({ ...env, OUT: path.join(box.folder, `out-${who}-${index}`) });
      const bare = await box.shell(`${before} ${executable} -m pip ${word}`, { env: out('bare'), unprivileged });
      const ours = await box.shell(`${before} ${box.pip} ${word}`, { env: out('ours'), unprivileged });
      expect({ status: ours.status, stdout: ours.stdout }).toEqual({ status: bare.status, stdout: bare.stdout });
      expect(ours.stderr).toBe(bare.stderr + shown);
    }
  }

  test.each(
    chooseSome(
      [
        ['the shims twice on PATH', 'PATH="${PATH%%:*}:$PATH";'],
        ['HOME unset', 'unset HOME;'],
        ['HOME that is not a directory', 'HOME=/dev/null;'],
        ['HOME that cannot be written', 'HOME=/proc;'],
        ['a relative and an empty entry first on PATH', 'PATH=.::$PATH;'],
        [
          'a directory with quotes and a command in its name',
          `mkdir -p "'; rm -rf \\"\\$HOME\\"" && cd "'; rm -rf \\"\\$HOME\\"";`,
        ],
        ['a directory with bytes that are not UTF-8', `mkdir -p $'\\xff dir' && cd $'\\xff dir';`],
      ],
      3,
    ),
  )('%s', async (_, before) => {
    await expectLikeBare(before);
    expect(existsSync(box.home)).toBe(true);
  });

  test.runIf(isMatrix)('the shims through a symbolic link, with a trailing slash (needs the matrix)', async () => {
    const link = path.join(box.folder, 'a link');
    symlinkSync(box.shims, link);
    const env = { PATH: `${link}/:${path.dirname(executable)}:/usr/bin:/bin` };
    const { status, stdout, stderr } = await box.shell('command -v pip; pip list --format=freeze', {
      env,
      unprivileged,
    });
    expect(status).toBe(0);
    expect(stdout).toMatch(/a link\/\/?pip\n[^]*^pip==/m);
    expect(stderr).not.toContain('pipward: ');
    symlinkSync('../bin/pipward', path.join(box.shims, 'pipward'));
    const missing = await box.shell('pip install no-such-project; pipward --version', { env, unprivileged });
    expect(missing.stdout).toMatch(/^\d+\.\d+\.\d+$/m);
    expect(missing.stderr).toContain('advice[no-matching-distribution]');
  });

  test.each([['PATH='], ['unset PATH;']])(
    '%s: by its absolute path it still finds the default Python',
    async (before) => {
      const { status, stderr } = await box.shell(`${before} ${box.pip} --version`, { unprivileged });
      const system = existsSync('/usr/bin/python3') || existsSync('/usr/local/bin/python3');
      expect(status).toBe(system ? 0 : 127);
      expect(stderr.includes('interpreter-not-found')).toBe(!system);
    },
  );

  test('no Python anywhere near: 127, and it says what it looked for', async () => {
    const env = { PATH: `${box.shims}:${box.bin}`, PIPWARD_PYTHON: 'no-such-python' };
    for (const word of ['list', 'install']) {
      const { status, stderr } = await box.run([box.pip, word, 'x'], { env, unprivileged });
      expect(status).toBe(127);
      expect(stderr).toContain('error[interpreter-not-found]');
      expect(stderr).toContain('no-such-python');
    }
  });

  test.each([['rel/bin'], ['.'], ['']])(
    'no Python, in a deleted directory, with the entry %j on PATH: 127, and it says so',
    async (entry) => {
      const env = { PATH: `${box.shims}:${entry}:${box.bin}`, PIPWARD_PYTHON: 'no-such-python' };
      const gone = `mkdir -p gone && cd gone && rmdir ../gone;`;
      for (const word of ['list', 'install x']) {
        const { status, stderr } = await box.shell(`${gone} ${box.pip} ${word}`, { env, unprivileged });
        expect(status).toBe(127);
        expect(stderr).toContain('error[interpreter-not-found]');
        expect(stderr).not.toContain('uv_cwd');
      }
    },
  );

  test.runIf(isMatrix)(
    'a planted python, node and pip in the current directory are never run (needs the matrix)',
    async () => {
      const trace = path.join(box.home, 'planted');
      for (const name of ['python', 'python3', 'node', 'pip', 'env', 'stty', 'readlink']) {
        box.write(name, `#!/bin/sh\necho ${name} >>'${trace}'\n`, 0o755);
      }
      for (const entries of [`.:${box.shims}`, `:${box.shims}`, `${box.shims}::`, `${box.shims}:.`]) {
        for (const word of ['list', 'install -r /dev/null']) {
          const env = { PATH: `${entries}:${path.dirname(executable)}:/usr/bin:/bin` };
          await box.shell(`${box.pip} ${word}`, { env, unprivileged });
          expect(existsSync(trace)).toBe(false);
        }
      }
    },
  );

  test.runIf(isMatrix)(
    'pip works in an environment whose path has spaces, quotes and unicode (needs the matrix)',
    async () => {
      const environment = path.join(box.folder, `it's "ünï" 📦 $HOME`);
      await box.run([executable, '-m', 'venv', environment], { unprivileged });
      const env = { VIRTUAL_ENV: environment };
      for (const args of [
        ['install', 'demo-lib'],
        ['list', '--format=freeze'],
        ['uninstall', '-y', 'demo-lib'],
      ]) {
        expect((await box.run([box.pip, ...args], { env, unprivileged })).status).toBe(0);
      }
    },
  );

  test.runIf(isMatrix)(
    'another pip installs into an active environment without pip, and no other environment changes (needs the matrix)',
    async () => {
      const environment = path.join(box.folder, 'bare-venv');
      await box.run([executable, '-m', 'venv', '--without-pip', environment], { unprivileged });
      const env = { VIRTUAL_ENV: environment };
      const bare = path.join(box.folder, 'ordinary-venv');
      await box.run([executable, '-m', 'venv', bare], { unprivileged });
      const before = await box.run([executable, '-m', 'pip', 'freeze'], { unprivileged });
      const steps = [
        ['install', 'demo-lib'],
        ['list'],
        ['freeze'],
        ['uninstall', '-y', 'demo-lib'],
        ['uninstall', '-y', 'demo-lib'],
        ['freeze'],
      ];
      const seen: (readonly [number | null, string, string])[] = [];
      for (const args of steps) {
        const { status, stdout, stderr } = await box.run([box.pip, ...args], { env, unprivileged });
        seen.push([status, stdout, stderr]);
        // The person sees what an environment with its own pip would show, but for pip itself in the list.
        const ordinary = await box.run([path.join(bare, 'bin/python'), '-m', 'pip', ...args], { unprivileged });
        const plain = (text: string) =>
          text
            .replaceAll(bare, environment)
            .split('\n')
            .filter((line) => !/^(?:pip|setuptools|wheel) +\d/.test(line))
            .map((line) => line.replace(/ +/g, ' ').replace(/^-+( -+)*$/, '--'))
            .join('\n');
        expect([status, plain(stdout), stderr]).toEqual([ordinary.status, plain(ordinary.stdout), ordinary.stderr]);
      }
      expect(seen.map(([status]) => status)).toEqual([0, 0, 0, 0, 0, 0]);
      expect(seen[1]?.[1]).toContain('demo-lib');
      expect([seen[2]?.[1], seen[5]?.[1]]).toEqual(['demo-lib==1.0\n', '']);
      expect((await box.run([executable, '-m', 'pip', 'freeze'], { unprivileged })).stdout).toBe(before.stdout);
    },
  );

  test('a VIRTUAL_ENV that does not exist is skipped', async () => {
    const { status, stderr } = await box.run([box.pip, 'list'], {
      env: { VIRTUAL_ENV: '/nonexistent', PIPWARD_DEBUG: '1' },
      unprivileged,
    });
    expect(status).toBe(0);
    expect(stderr).toContain('VIRTUAL_ENV=/nonexistent');
  });

  test.runIf(isMatrix)('an interpreter that cannot be run: 126 (needs the matrix)', async () => {
    const broken = path.join(box.folder, 'broken');
    mkdirSync(broken);
    writeFileSync(path.join(broken, 'python3'), '\x7fELF but not a program');
    chmodSync(path.join(broken, 'python3'), 0o755);
    const env = { PIPWARD_PYTHON: path.join(broken, 'python3') };
    for (const word of ['list', 'install']) {
      expect((await box.run([box.pip, word, 'x'], { env, unprivileged })).status).toBe(126);
    }
  });

  test('PIP_AUTO_COMPLETE is answered by pip alone', async () => {
    const env = { COMP_WORDS: 'pip inst', COMP_CWORD: '1', PIP_AUTO_COMPLETE: '1' };
    const { stdout, stderr } = await box.run([box.pip], { env, unprivileged });
    expect(stdout.trim()).toBe('install');
    expect(stderr).toBe('');
  });

  test.each(['pip', 'pip3'])('%s completion registers the name that was typed', async (name) => {
    symlinkSync('pip', path.join(box.shims, name === 'pip' ? 'pip-unused' : name));
    const { stdout } = await box.run([path.join(box.shims, name), 'completion', '--bash'], { unprivileged });
    expect(stdout).toMatch(new RegExp(`complete .*_pip_completion ${name}$`, 'm'));
  });
});
