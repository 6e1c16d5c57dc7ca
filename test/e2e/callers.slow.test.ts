import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { chooseSome } from '../support/matrix.ts';
import { hasProgram, type RunOptions, type Sandbox } from '../support/sandbox.ts';
import { createSandboxWithPython, whyNoPeople } from '../support/trust.ts';
import { makeWheel } from '../support/wheel.ts';

const missing = whyNoPeople();
const hasKernel = spawnSync('/usr/bin/python3', ['-c', 'import ipykernel, jupyter_client']).status === 0;
const ASK_UNSHARE = '--reuid=65534 --regid=65534 --clear-groups unshare --user --pid --fork true'.split(' ');
const canUnshare = spawnSync('setpriv', ASK_UNSHARE).status === 0;
/** The kernel of Debian's Python runs each cell; what it prints goes to stdout. */
const NOTEBOOK = `import os, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name=os.environ.get('KERNEL', 'python3'))
def show(message):
    if message['msg_type'] == 'stream': sys.stdout.write(message['content']['text'])
for cell in sys.argv[1:]: client.execute_interactive(cell, timeout=600, output_hook=show)
client.stop_channels()
manager.shutdown_kernel(now=True)
`;

/** How a caller runs one command, in the project's directory; `null`: it is not on this machine. */
type Caller = {
  readonly name: string;
  readonly needs: string | null;
  readonly run: (box: Sandbox, command: string, options: RunOptions) => ReturnType<Sandbox['run']>;
};

const callers: readonly Caller[] = [
  {
    name: 'a recipe of make, line by line',
    needs: hasProgram('make') ? null : 'make',
    run: (box, command, options) => {
      const file = box.write('Makefile', `one:\n\t@${command.replaceAll('$', '$$$$')}\n`);
      return box.run(['make', '-f', file, 'one'], options);
    },
  },
  {
    name: "a Dockerfile's RUN: the first process of a container",
    needs: canUnshare ? null : 'user namespaces',
    run: (box, command, options) =>
      box.run(['unshare', '--user', '--pid', '--fork', '/bin/sh', '-c', command], options),
  },
  {
    name: 'a hook of git',
    needs: hasProgram('git') ? null : 'git',
    run: async (box, command, options) => {
      box.write('.git/hooks/pre-commit', `#!/bin/sh\nunset GIT_INDEX_FILE\n${command}\n`, 0o755);
      return box.run(
        ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x', '--allow-empty'],
        options,
      );
    },
  },
  {
    name: 'a step of CI',
    needs: null,
    run: (box, command, options) => {
      const file = box.write('step.sh', `${command}\n`);
      return box.run(['/bin/bash', '-e', file], {
        ...options,
        env: { ...options.env, CI: 'true', PIPWARD_ADVICE: 'full' },
      });
    },
  },
  {
    name: 'a script of npm',
    needs: hasProgram('npm') ? null : 'npm',
    run: (box, command, options) => {
      box.write('package.json', JSON.stringify({ scripts: { setup: command } }));
      return box.run(['npm', 'run', '--silent', 'setup'], options);
    },
  },
  {
    name: 'a task of Ansible',
    needs: hasProgram('ansible') ? null : 'ansible-core',
    run: (box, command, options) =>
      box.run(['ansible', 'localhost', '-v', '-m', 'shell', '-a', command], {
        ...options,
        env: {
          ...options.env,
          ANSIBLE_HOME: path.join(box.home, 'ansible'),
          ANSIBLE_REMOTE_TEMP: path.join(box.home, 'ansible/tmp'),
          ANSIBLE_LOCALHOST_WARNING: 'False',
          ANSIBLE_STDOUT_CALLBACK: 'minimal',
          LC_ALL: 'C.UTF-8',
        },
      }),
  },
  {
    name: 'a cell of a notebook',
    needs: hasKernel ? null : 'python3-ipykernel and python3-jupyter-client',
    run: (box, command, options) => {
      const file = path.join(box.folder, 'notebook.py');
      writeFileSync(file, NOTEBOOK);
      const cell = /^[!%]/.test(command) ? command : `!${command}`;
      return box.run(['/usr/bin/python3', file, cell], options);
    },
  },
];

describe.skipIf(missing !== '')(`commands for where they will run${missing}`, () => {
  let box: Sandbox;

  beforeAll(() => {
    const made = createSandboxWithPython();
    ({ box } = made);
    const { executable } = made;
    box.set('PATH', `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());

  // Between make and a notebook the others differ in how pipward finds out (host/process/detect-caller has a row for each).
  describe.each(chooseSome(callers, 2))('$name', ({ needs, run }) => {
    test.skipIf(needs !== null)(
      `each command that is printed works by itself, in one of its own${needs === null ? '' : ` (needs ${needs})`}`,
      async () => {
        const cwd = path.join(box.project, 'api');
        spawnSync('rm', ['-rf', cwd, path.join(box.home, '.local')]);
        box.write('api/pyproject.toml', '');
        spawnSync('git', ['init', '-q', cwd]);
        spawnSync('chown', ['-R', '65534:65534', cwd]);
        const inside = {
          ...box,
          write: (name: string, text: string, mode?: number) => box.write(`api/${name}`, text, mode),
        };
        // The message is shown in full once a day and place.
        const options = { cwd, env: { XDG_STATE_HOME: '/none' } };
        const printed = await run(inside, 'pip install demo-lib', options);
        const text = `${printed.stdout}\n${printed.stderr}`.replaceAll('\\n', '\n');
        const { commands } = readAdvice(text, 'user-install-fallback');
        expect(commands.join('\n')).not.toContain('activate');
        for (const command of commands) {
          const { status, stdout, stderr } = await run(inside, command, options);
          expect({ command, status, output: status === 0 ? '' : stdout + stderr }).toEqual({
            command,
            status: 0,
            output: '',
          });
        }
        const site = 'lib/python3.12/site-packages/demo_lib.py';
        expect(existsSync(path.join(cwd, '.venv', site))).toBe(true);
        // What went to the user site is taken back, and nothing asked whether it may.
        expect(existsSync(path.join(box.home, '.local', site))).toBe(false);
      },
    );
  });

  test.skipIf(!hasKernel)(
    'a notebook whose kernel has an environment: %pip, and into that one (needs python3-ipykernel and python3-jupyter-client)',
    async () => {
      const kernel = path.join(box.folder, 'kernel');
      await box.run(['/usr/bin/python3', '-m', 'venv', '--system-site-packages', kernel], { unprivileged: false });
      spawnSync('chown', ['-R', '65534:65534', kernel]);
      const file = path.join(box.folder, 'notebook.py');
      writeFileSync(file, NOTEBOOK);
      box.write('notes/requirements.txt', '');
      const env = { XDG_STATE_HOME: '/none', KERNEL: 'own', JUPYTER_PATH: path.join(box.home, 'kernels') };
      const options = { cwd: path.join(box.project, 'notes'), env };
      const spec = path.join(box.home, 'kernels/kernels/own');
      spawnSync('mkdir', ['-p', spec]);
      const argv = [path.join(kernel, 'bin/python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
      writeFileSync(path.join(spec, 'kernel.json'), JSON.stringify({ argv, display_name: 'own', language: 'python' }));
      spawnSync('rm', ['-rf', path.join(box.home, '.local')]);
      const start = ['/usr/bin/python3', file] as const;
      const { stdout } = await box.run([...start, '!pip install demo-lib'], options);
      const { text, commands } = readAdvice(stdout, 'user-install-fallback');
      expect(text).toContain(`${kernel}/bin/python`);
      expect(commands[0]).toBe('%pip install demo-lib');
      const cells = [...commands, 'import demo_lib; print(demo_lib.__file__)'];
      const followed = await box.run([...start, ...cells], options);
      expect(followed.stdout).toContain(path.join(kernel, 'lib/python3.11/site-packages/demo_lib.py'));
    },
  );

  test.skipIf(!hasKernel)(
    'on-refusal = "offer" refuses at once in a notebook, where it has a terminal (needs python3-ipykernel and python3-jupyter-client)',
    async () => {
      box.write('strict/pipward.toml', '[policy]\nrequire-virtual-environment = "enforce"\non-refusal = "offer"\n');
      const file = path.join(box.folder, 'notebook.py');
      writeFileSync(file, NOTEBOOK);
      const cells = ['!pip install demo-lib', 'print("status", _exit_code)'];
      const { stdout } = await box.run(['/usr/bin/python3', file, ...cells], { cwd: path.join(box.project, 'strict') });
      expect(stdout).toContain('error[venv-required]');
      expect(stdout).toMatch(/status 3$/m);
      expect(stdout).not.toMatch(/\[[a-z]\] |seconds/);
    },
  );
});
