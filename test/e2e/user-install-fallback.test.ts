import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const python = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));
const missing = python === undefined ? 'no pyenv Python 3.12 to copy' : hasSetpriv ? null : 'needs root and setpriv';

/** Times, sizes and temporary names differ from run to run. */
function withoutChance(text: string): string {
  return text.replaceAll(/\/tmp\/pip-[\w-]+/g, '/tmp/pip-X').replaceAll(/\d+(\.\d+)? ?(kB|MB)(\/s)?/g, 'N');
}

describe.skipIf(missing !== null)(
  `a user install that the call did not ask for${missing === null ? '' : ` (${missing})`}`,
  () => {
    let box: Sandbox;
    let executable: string;
    let userSite: string;

    beforeAll(() => {
      if (python === undefined) return;
      box = createSandbox();
      executable = copyInterpreter(python, path.join(box.folder, 'python')).executable;
      // A shared libpython is looked for where the original is, which this user may not read.
      box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
      box.set('PATH', `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
      makeWheel(box.wheels, 'demo-lib', '2.0');
      makeWheel(box.wheels, 'demo-app', '1.0', { requires: ['demo-lib'], scripts: ['demo-app'] });
      userSite = path.join(box.home, '.local/lib/python3.12/site-packages');
    });
    afterAll(() => box?.remove());

    const isInstalled = (name: string, site = userSite) => existsSync(path.join(site, `${name}-1.0.dist-info`));
    const forget = () => box.run([executable, '-m', 'pip', 'uninstall', '-y', 'demo-app', 'demo-lib']);
    /** The advice of one run, each in a directory of its own, since the full form comes once a day. */
    function freshProject(name: string, files: Readonly<Record<string, string>> = { 'pyproject.toml': '' }): string {
      const folder = path.join(box.project, name);
      mkdirSync(folder, { recursive: true });
      for (const [file, text] of Object.entries(files)) box.write(path.join(name, file), text);
      if (Object.keys(files).length === 0) box.write('.keep', '');
      return folder;
    }

    test.each(
      chooseSome(
        [
          ['pipes', 'pip install demo-app'],
          ['one pipe for both', 'pip install demo-app 2>&1 | cat'],
          ['files', 'pip install demo-app >"$HOME/out" 2>"$HOME/err"'],
          ['one file for both', 'pip install demo-app >"$HOME/both" 2>&1'],
        ],
        2,
      ),
    )('on %s: pip as it is, then the advice with the true place', async (label, line) => {
      const cwd = freshProject(`as-${label.replaceAll(' ', '-')}`);
      await forget();
      const bare = await box.shell(line.replace('pip ', `${executable} -m pip `), { cwd });
      const bareFiles = readOutputs();
      await forget();
      const ours = await box.shell(line, { cwd });
      const ourFiles = readOutputs();
      expect(ours.status).toBe(0);
      expect(isInstalled('demo_app')).toBe(true);
      const [bareText, ourText] = [bare.stdout + bareFiles, ours.stdout + ourFiles];
      const advice = (ourText + ours.stderr).indexOf('\nwarning[user-install-fallback]');
      expect(advice).toBeGreaterThan(0);
      expect(withoutChance(ourText).startsWith(withoutChance(bareText))).toBe(true);
      expect(withoutChance(ours.stderr).startsWith(withoutChance(bare.stderr))).toBe(true);
      expect(ourText + ours.stderr).toContain('~/.local/lib/python3.12/site-packages');
    });

    function readOutputs(): string {
      return ['out', 'err', 'both']
        .map((name) => path.join(box.home, name))
        .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''))
        .join('');
    }

    test.skipIf(!isMatrix || !hasProgram('script'))('on a terminal (needs the matrix)', async () => {
      const cwd = freshProject('on-terminal');
      await forget();
      const { stdout } = await box.shell(`script -qec 'pip install demo-app' /dev/null`, { cwd });
      expect(isInstalled('demo_app')).toBe(true);
      expect(stdout).toContain('Defaulting to user installation');
      expect(stdout).toContain('warning[user-install-fallback]');
      expect(stdout.indexOf('Successfully installed')).toBeLessThan(stdout.indexOf('warning[user-install-fallback]'));
    });

    test.runIf(isMatrix)(
      'with ./.venv in the directory: the printed commands install there and empty the user site (needs the matrix)',
      async () => {
        const cwd = freshProject('with-venv');
        await forget();
        await box.run([executable, '-m', 'venv', '.venv'], { cwd });
        const { stderr } = await box.typed('pip install demo-app', { cwd });
        expect(stderr).toContain('not ./.venv');
        const commands = stderr
          .split('\n')
          .filter((line) => /^ {4}\S/.test(line))
          .map((line) => line.trim());
        expect(commands).toEqual([
          'source .venv/bin/activate',
          'pip install demo-app',
          expect.stringMatching(/ -m pip uninstall demo-app$/),
        ]);
        const followed = await box.shell(commands.join('\n'), { cwd, input: 'y\n' });
        expect(followed).toMatchObject({ status: 0 });
        expect(isInstalled('demo_app', path.join(cwd, '.venv/lib/python3.12/site-packages'))).toBe(true);
        expect(isInstalled('demo_app')).toBe(false);
      },
    );

    test('without an environment: the printed commands create one', async () => {
      const cwd = freshProject('without-venv', { 'requirements.txt': 'demo-app\n' });
      await forget();
      const { stderr } = await box.shell('pip install -r requirements.txt', { cwd });
      const commands = stderr
        .split('\n')
        .filter((line) => /^ {4}\S/.test(line))
        .map((line) => line.trim());
      const followed = await box.shell(commands.join('\n'), { cwd, input: 'y\ny\n' });
      expect(followed).toMatchObject({ status: 0 });
      expect(isInstalled('demo_app', path.join(cwd, '.venv/lib/python3.12/site-packages'))).toBe(true);
      expect(isInstalled('demo_app')).toBe(false);
    });

    test.each(
      chooseSome(
        [
          ['a dry run', 'pip install --dry-run demo-app'],
          ['a dry run by a variable', 'PIP_DRY_RUN=1 pip install demo-app'],
          ['all was there', 'pip install demo-lib'],
        ],
        2,
      ),
    )('nothing was installed, so nothing is said: %s', async (label, line) => {
      await forget();
      const cwd = freshProject(`nothing-${label.replaceAll(' ', '-')}`);
      if (label === 'all was there') await box.run([executable, '-m', 'pip', 'install', 'demo-lib'], { cwd });
      const { status, stdout, stderr } = await box.shell(line, { cwd });
      expect(status).toBe(0);
      expect(stdout).toContain('Defaulting to user installation');
      expect(stderr).not.toMatch(/\[[a-z-]+\]:/);
    });

    test.runIf(isMatrix)(
      'says what it means for this shell: programs, hidden copies, which python sees them (needs the matrix)',
      async () => {
        await forget();
        const cwd = freshProject('meaning', { 'notes.txt': '' });
        const site = path.join(box.folder, 'python/lib/python3.12/site-packages/demo_lib-0.9.dist-info');
        mkdirSync(site);
        const { stderr } = await box.shell('pip install --ignore-installed demo-app', { cwd });
        rmSync(site, { recursive: true });
        const { text } = readAdvice(stderr, 'user-install-fallback');
        expect(text.replaceAll(/\s+/g, ' ')).toMatch(
          /hides demo-lib 0\.9 in \S+\/site-packages programs demo-app in ~\/\.local\/bin, not on PATH visible to python in this shell/,
        );
      },
    );

    test.runIf(isMatrix)(
      'with ./myenv beside it: an environment by any name is found before one is created (needs the matrix)',
      async () => {
        const cwd = freshProject('with-myenv');
        await forget();
        await box.run([executable, '-m', 'venv', 'myenv'], { cwd });
        const { stderr } = await box.typed('pip install demo-lib', { cwd });
        const { text, commands } = readAdvice(stderr, 'user-install-fallback');
        expect(text).toContain('not ./myenv');
        expect(commands.slice(0, 2)).toEqual(['source myenv/bin/activate', 'pip install demo-lib']);
        // After a move its script activates what is at the old path.
        await box.shell('mv myenv renamed', { cwd });
        const moved = await box.typed('pip install --force-reinstall demo-lib', {
          cwd,
          env: { XDG_STATE_HOME: '/none' },
        });
        expect(readAdvice(moved.stderr, 'user-install-fallback').commands[0]).toBe(
          'renamed/bin/python -m pip install --force-reinstall demo-lib',
        );
      },
    );

    test.runIf(isMatrix)(
      'another environment is active: this shell’s python does not see it (needs the matrix)',
      async () => {
        await forget();
        const cwd = freshProject('other-active');
        await box.run([executable, '-m', 'venv', '.venv'], { cwd });
        const env = { VIRTUAL_ENV: path.join(cwd, '.venv'), PIPWARD_PYTHON: executable };
        const activated = { ...env, PATH: `${box.shims}:${cwd}/.venv/bin:/usr/bin:/bin` };
        const { stderr } = await box.typed('pip install demo-lib', { cwd, env: activated });
        const text = readAdvice(stderr, 'user-install-fallback').text.replaceAll(/\s+/g, ' ');
        expect(text).toContain('found ./.venv (Python 3.12.1), active, but');
        const { commands } = readAdvice(stderr, 'user-install-fallback');
        expect(commands.slice(0, 3)).toEqual([
          'source .venv/bin/activate',
          'unset PIPWARD_PYTHON',
          'pip install demo-lib',
        ]);
        const followed = await box.shell(commands.join(' &&\n'), {
          cwd,
          env: { PIPWARD_PYTHON: executable },
          input: 'y\n',
        });
        expect(followed).toMatchObject({ status: 0 });
        expect(existsSync(path.join(cwd, '.venv/lib/python3.12/site-packages/demo_lib.py'))).toBe(true);
      },
    );

    test('an upgrade of what was in the user site has no `undo:`, which would leave nothing', async () => {
      await forget();
      makeWheel(box.wheels, 'demo-lib', '1.0');
      await box.run([executable, '-m', 'pip', 'install', '--user', 'demo-lib==1.0']);
      const { stderr, stdout } = await box.shell('pip install -U demo-lib', { cwd: freshProject('upgrade') });
      rmSync(path.join(box.wheels, 'demo_lib-1.0-py2.py3-none-any.whl'));
      expect(stdout).toContain('Successfully uninstalled demo-lib-1.0\n');
      expect(stderr).toContain('\nfix: ');
      expect(stderr).not.toContain('uninstall');
    });

    test.each([
      ['the user site was asked for', 'pip install --user demo-app'],
      ['advice is off', 'PIPWARD_ADVICE=off pip install demo-app'],
    ])('silence when %s', async (_, line) => {
      await forget();
      const { stderr } = await box.shell(line, { cwd: freshProject('silence') });
      expect(stderr).not.toContain('user-install-fallback');
    });

    test.runIf(isMatrix)(
      'in full once a day for a directory, then one line; one line in CI (needs the matrix)',
      async () => {
        const cwd = freshProject('once');
        const again = async (env = {}) => {
          await forget();
          return (await box.shell('pip install demo-app', { cwd, env })).stderr;
        };
        expect(await again()).toContain('\nfix: ');
        const second = await again();
        expect(second).not.toContain('\nfix: ');
        expect(second).toMatch(/^warning\[user-install-fallback\].*$/m);
        const ci = await again({ CI: 'true', GITHUB_ACTIONS: 'true' });
        expect(ci).toMatch(/^::warning /m);
      },
    );
  },
);
