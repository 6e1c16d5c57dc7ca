import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { copyInterpreter, findPyenvPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome } from '../support/matrix.ts';

const python = findPyenvPython();

describe.skipIf(python === null)('programs that are not on PATH (skipped without a Python of pyenv)', () => {
  let box: Sandbox;

  beforeAll(() => {
    if (python === null) return;
    box = createSandbox();
    const own = isRoot ? copyInterpreter(python, path.join(box.folder, 'python')).executable : python.executable;
    if (isRoot) box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
    box.set('PATH', `${box.shims}:${path.dirname(own)}:/usr/bin:/bin`);
    makeWheel(box.wheels, 'demo-app', '1.0', { scripts: ['demo-app'] });
  });
  afterAll(() => box?.remove());
  beforeEach(() => {
    for (const name of ['.local', '.bashrc', '.zshrc', '.profile', '.tcshrc', '.cshrc', '.config', '.other']) {
      rmSync(path.join(box.home, name), { recursive: true, force: true, maxRetries: 20 });
    }
  });

  /** Each shell, how a new one is started that reads its startup file, and that file, as some editors leave it: without a last line end. */
  const shells: readonly [shell: string, fresh: readonly string[], file: string, text: string][] = [
    ['bash', ['-i', '-c'], '.bashrc', 'export MINE=1'],
    ['zsh', ['-i', '-c'], '.zshrc', 'export MINE=1'],
    ['fish', ['-c'], '.config/fish/config.fish', 'set -gx MINE 1'],
    ['tcsh', ['-c'], '.tcshrc', 'setenv MINE 1'],
    ['dash', ['-l', '-c'], '.profile', 'export MINE=1'],
    ['ksh', ['-l', '-c'], '.profile', 'export MINE=1'],
  ];

  /** As a user types it: in an interactive shell, which reads its commands from a pipe here; fish asks for a terminal. */
  async function type(bin: string, line: string, env: Readonly<Record<string, string>>) {
    // Else its first start reads all manual pages in the background.
    if (bin.endsWith('/fish')) box.write(path.join(box.home, '.local/share/fish/generated_completions/none.fish'), '');
    if (isRoot) spawnSync('chown', ['-R', '65534:65534', box.home]);
    const start = bin.endsWith('/fish') ? (['script', '-qec', bin, '/dev/null'] as const) : ([bin, '-i'] as const);
    const { stdout, stderr } = await box.run([...start], { env, input: `${line} </dev/null\nexit\n` });
    return { printed: bin.endsWith('/fish') ? stdout : stderr };
  }

  for (const [shell, fresh, file, text] of shells) {
    test.skipIf(!hasProgram(shell))(
      `${shell}: found in this shell and in the next (skipped without ${shell})`,
      async () => {
        const bin = `/usr/bin/${shell}`;
        const env = { SHELL: bin, XDG_STATE_HOME: '/none' };
        box.write(path.join(box.home, file), text);
        const { printed } = await type(bin, 'pip install --user demo-app', env);
        const { text: advice, commands } = readAdvice(printed, 'script-not-on-path');
        expect(advice).toContain('demo-app in ~/.local/bin');
        expect(commands.length).toBeGreaterThan(0);
        const here = await box.run([bin, '-c', `${commands.join('\n')}\ndemo-app`], { env });
        expect(here).toMatchObject({ status: 0, stdout: 'demo-app 1.0\n' });
        const later = await box.run([bin, ...fresh, 'echo $MINE; demo-app'], { env });
        expect(later.stdout).toBe('1\ndemo-app 1.0\n');
      },
    );
  }

  test.skipIf(!hasProgram('tcsh'))(
    'tcsh with a ~/.cshrc: no ~/.tcshrc that would hide it (skipped without tcsh)',
    async () => {
      box.write(path.join(box.home, '.cshrc'), 'setenv MINE 1\n');
      const { printed } = await type('/usr/bin/tcsh', 'pip install --user demo-app', { XDG_STATE_HOME: '/none' });
      expect(readAdvice(printed, 'script-not-on-path').commands.at(-1)).toMatch(/>>~\/\.cshrc$/);
    },
  );

  test.each<[case_: string, line: string]>(
    chooseSome(
      [
        ['on PATH by its name with a ~, in bash', 'PATH="$PATH:~/.local/bin"; pip install --user demo-app; demo-app'],
        ['on PATH with a slash at its end', 'PATH="$PATH:$HOME/.local/bin/"; pip install --user demo-app; demo-app'],
        ['on PATH through a link', 'PATH="$PATH:$HOME/.other"; pip install --user demo-app; demo-app'],
        ['on PATH with dots', 'PATH="$PATH:$HOME/../home/.local/bin"; pip install --user demo-app; demo-app'],
        ['switched off by an option', 'pip install --user --no-warn-script-location demo-app; ~/.local/bin/demo-app'],
        [
          'switched off by a variable',
          'PIP_NO_WARN_SCRIPT_LOCATION=0 pip install --user demo-app; ~/.local/bin/demo-app',
        ],
      ],
      3,
    ),
  )('silence: %s', async (_, line) => {
    symlinkSync(path.join(box.home, '.local/bin'), path.join(box.home, '.other'));
    const { stdout, stderr } = await box.shell(line, { env: { XDG_STATE_HOME: '/none' } });
    expect(stdout).toContain('demo-app 1.0\n');
    expect(stderr).not.toContain('script-not-on-path');
  });
});
