import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeEnvironment } from '../support/environments.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';

const pythons = listPyenvPythons();

/** Values of PYTHONPATH, in the directory that has a package. `bare` is what `python -m pip` makes of each. */
const PATHS = ['$PWD', '.', '/nonexistent:$PWD', '..:.'];

describe.skipIf(!isMatrix || pythons.length === 0)(
  'packages of PYTHONPATH (skipped without pyenv Pythons) (needs the matrix)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      for (const [name, needs] of [
        ['rocket', 'Requires-Dist: absent\n'],
        ['engine', ''],
      ]) {
        const text = `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${needs}`;
        box.write(`${name}-1.0.dist-info/METADATA`, text);
        box.write(`${name}-1.0.dist-info/RECORD`, '');
        box.write(`${name}-1.0.dist-info/INSTALLER`, 'pip\n');
      }
    });
    afterAll(() => box?.remove());

    const COMMANDS = ['check', 'install engine'];

    describe.each(chooseSome(pythons, 1))('Python $version', ({ executable, version }) => {
      test('are seen as by python -m pip: decide and watch', async () => {
        for (const value of PATHS) {
          for (const command of COMMANDS) {
            const run = (start: string) =>
              box.shell(`export PYTHONPATH="${value}"; ${start} ${command}`, {
                env: { PIPWARD_PYTHON: executable, PIPWARD_ADVICE: 'short' },
                unprivileged: false,
              });
            const [bare, ours] = [await run(`${executable} -m pip`), await run('pip')];
            const shown = { value, command, status: ours.status, stdout: ours.stdout };
            expect(shown).toEqual({ value, command, status: bare.status, stdout: bare.stdout });
          }
        }
      });

      test.skipIf(version.startsWith('2.'))('are seen as by python -m pip: fast path (Python 3)', async () => {
        const environment = path.join(box.folder, `venv-${version}`);
        makeEnvironment({ executable, version }, environment);
        for (const value of PATHS) {
          for (const command of ['list --format=freeze']) {
            const env = { VIRTUAL_ENV: environment };
            const line = `export PYTHONPATH="${value}"`;
            const bare = await box.shell(`${line}; ${environment}/bin/python -m pip ${command}`, {
              env,
              unprivileged: false,
            });
            // Without Node on PATH only the fast path can answer.
            const ours = await box.shell(`${line}; PATH=${box.shims}; pip ${command}`, { env, unprivileged: false });
            const shown = { value, command, status: ours.status, stdout: ours.stdout };
            expect(shown).toEqual({ value, command, status: bare.status, stdout: bare.stdout });
          }
        }
      });
    });
  },
);

describe.skipIf(pythons.length === 0 || !hasProgram('tmux'))(
  'PYTHONINSPECT on a terminal (skipped without pyenv Pythons and tmux)',
  () => {
    let box: Sandbox;
    let trace: string;
    beforeAll(() => {
      box = createSandbox();
      trace = path.join(box.home, 'trace');
      const planted = `open(${JSON.stringify(trace)}, "a").write(__name__ + "\\n")\n`;
      for (const name of ['readline.py', 'rlcompleter.py', 'atexit.py', 'pip.py', 'code.py']) box.write(name, planted);
    });
    afterAll(() => box?.remove());

    test.each(chooseSome(pythons, 1))(
      'Python $version: no module of the current directory, and its prompt at the end',
      async (python) => {
        const environment = path.join(box.folder, `inspect-${python.version}`);
        mkdirSync(path.join(environment, 'bin'), { recursive: true });
        const terminal = openTerminal(
          box.environment({ PIPWARD_PYTHON: python.executable, PYTHONINSPECT: '1', PS1: '$ ' }),
          box.project,
        );
        try {
          for (const line of ['pip --version', 'pip list --format=freeze', 'pip download ./nothing']) {
            await terminal.command(`clear; ${line}; echo "ended"`);
            await terminal.waitFor(/^>>> ?$/m);
            terminal.type(
              'import os; print(os.environ["PYTHONINSPECT"] + "-" * 3, "_PIPWARD_INSPECT" in os.environ)',
              'Enter',
            );
            const text = await terminal.waitFor(/^\(?'?1---'?,? False\)?$/m);
            // As Python itself shows how pip ended.
            expect(text).toMatch(/^SystemExit/m);
            terminal.type('exit()', 'Enter');
            await terminal.waitFor(/^ended$/m);
            expect(existsSync(trace)).toBe(false);
          }
        } finally {
          terminal.close();
        }
      },
    );

    test.each(chooseSome(pythons, 1))('Python $version: without a terminal the same, too', async ({ executable }) => {
      for (const command of ['--version', 'download ./nothing']) {
        const run = (start: string) =>
          box.run(['/bin/sh', '-c', `${start} ${command} </dev/null`], {
            env: { PIPWARD_PYTHON: executable, PYTHONINSPECT: '1', PIPWARD_ADVICE: 'off' },
            cwd: '/',
            unprivileged: false,
          });
        const [bare, ours] = [await run(`${executable} -m pip`), await run('pip')];
        expect({ command, status: ours.status, stdout: ours.stdout }).toEqual({
          command,
          status: bare.status,
          stdout: bare.stdout,
        });
      }
    });

    test('the plain -c would have run one (so that this test can fail)', async () => {
      const [python] = pythons.filter(({ version }) => version.startsWith('3.9'));
      if (python === undefined) return;
      const terminal = openTerminal(box.environment({ PYTHONINSPECT: '1', PS1: '$ ' }), box.project);
      await terminal.command(`${python.executable} -c 'print(1)'`);
      await terminal.waitFor(/^>>> ?$/m);
      terminal.close();
      expect(existsSync(trace)).toBe(true);
      rmSync(trace);
      writeFileSync(path.join(box.project, 'README'), '');
    });
  },
);
