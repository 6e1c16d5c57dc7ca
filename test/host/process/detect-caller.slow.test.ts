import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCaller } from '../../../src/host/process/detect-caller.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import type { CallerFacts } from '../../../src/model/facts.ts';
import { viewOf } from '../../support/tree.ts';
import { windowsFacts } from '../../support/windows-facts.ts';

const WINDOWS: CallContext = {
  platform: 'win32',
  env: {},
  cwd: 'C:\\code',
  home: null,
  userId: null,
  name: 'pip',
  arguments: [],
  shimsDirectory: null,
  today: '2026-11-29',
  files: viewOf({}, 'win32'),
};
const isLinux = process.platform === 'linux';
const hasProgram = (name: string) => spawnSync('/bin/sh', ['-c', `command -v ${name}`]).status === 0;

describe.skipIf(!isLinux)('readCaller (needs /proc)', () => {
  let folder = '';
  /** A command that prints what is known of its caller. */
  let probe = '';

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'pipward-caller-')));
    const source = path.join(import.meta.dirname, '../../../src/host/process/detect-caller.ts');
    const file = path.join(folder, 'caller.cjs');
    await build({ entryPoints: [source], outfile: file, bundle: true, platform: 'node', format: 'cjs' });
    const files = '{ status: () => null }';
    const context = `{ env: process.env, cwd: process.cwd(), home: null, userId: 1000, platform: 'linux', files: ${files} }`;
    writeFileSync(
      path.join(folder, 'probe.cjs'),
      `console.log(JSON.stringify(require('./caller.cjs').readCaller(${context})));`,
    );
    probe = `${process.execPath} ${path.join(folder, 'probe.cjs')}`;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(
    command: readonly [string, ...string[]],
    input = '',
    env: Readonly<Record<string, string>> = {},
  ): CallerFacts {
    const [file, ...args] = command;
    const { stdout, stderr } = spawnSync(file, args, {
      cwd: folder,
      encoding: 'utf8',
      input,
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: folder, SHELL: '/bin/zsh', ...env },
    });
    // A prompt may be on the same line.
    const line = /\{"shell".*\}/.exec(stdout)?.[0];
    if (line === undefined) throw new Error(`nothing printed: ${stdout}${stderr}`);
    return JSON.parse(line);
  }

  function write(name: string, text: string, mode = 0o644): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, mode);
    return file;
  }

  const typed = (line: string) => run(['/bin/bash', '--norc', '--noprofile', '-is'], `${line}\n`);

  test.each([
    ['typed', (line: string) => line],
    ['typed behind env', (line: string) => `env A=1 ${line}`],
    ['typed behind nohup and nice', (line: string) => `nohup nice ${line} 2>/dev/null`],
    ['in a subshell', (line: string) => `(${line}; :)`],
  ])('%s: what one command sets is there for the next', (_, write_) => {
    expect(typed(write_(probe))).toMatchObject({ keepsState: true, script: null, notebook: null, shell: 'bash' });
  });

  test.skipIf(!hasProgram('script'))(
    'the terminal of an editor, which gives its shell a file to start with (needs script)',
    () => {
      write('integration.sh', 'PS1=\n');
      const shells = [
        'bash --norc',
        `bash --init-file ${path.join(folder, 'integration.sh')}`,
        'bash --norc -o vi',
        'dash',
        'tcsh -f',
      ];
      for (const shell of shells.filter((each) => hasProgram(each.split(' ')[0] ?? ''))) {
        const { keepsState, script } = run(['script', '-qec', shell, '/dev/null'], `${probe}\nexit\n`);
        expect({ shell, keepsState, script }).toEqual({ shell, keepsState: true, script: null });
      }
      const command = run(['script', '-qec', `bash --norc -c '${probe}; :'`, '/dev/null']);
      expect(command).toMatchObject({ keepsState: false });
    },
  );

  test('commands from a pipe are not typed', () => {
    expect(run(['/bin/bash'], `${probe}\n`)).toMatchObject({ keepsState: false, script: null, shell: 'bash' });
    expect(run(['/bin/sh', '-s'], `${probe}\n`)).toMatchObject({ keepsState: false, shell: 'posix' });
  });

  test.skipIf(!hasProgram('tcsh'))('commands of tcsh from a pipe are not typed (needs tcsh)', () => {
    expect(run(['tcsh', '-f'], `${probe}\n`)).toMatchObject({ keepsState: false, script: null, shell: 'tcsh' });
  });

  test('another program starts it, with and without a shell', () => {
    expect(run(['/bin/sh', '-c', `${probe}; :`])).toMatchObject({ keepsState: false, script: null, shell: 'posix' });
    expect(run([process.execPath, path.join(folder, 'probe.cjs')])).toMatchObject({ keepsState: false });
  });

  test.skipIf(!hasProgram('python3'))(
    'typed, but through a program that runs commands of its own (needs python3)',
    () => {
      const python = `import subprocess; subprocess.run(${JSON.stringify(probe.split(' '))})`;
      expect(typed(`python3 -c '${python}'`)).toMatchObject({ keepsState: false, script: null, shell: 'bash' });
    },
  );

  test('a script, by its name and by its shell', () => {
    const script = write('deploy', `#!/bin/sh\n${probe}\n:\n`, 0o755);
    expect(typed(script)).toMatchObject({ keepsState: false, script, shell: 'posix' });
    expect(typed('bash deploy')).toMatchObject({ keepsState: false, script: 'deploy', shell: 'bash' });
  });

  test.skipIf(!hasProgram('make'))(
    'a recipe of make, which is for sh whatever the user types into (needs make)',
    () => {
      write('Makefile', `one:\n\t@${probe}\ntwo:\n\t@true && ${probe}; :\n`);
      for (const target of ['one', 'two']) {
        expect(typed(`make ${target}`)).toMatchObject({ keepsState: false, script: 'make', shell: 'posix' });
      }
    },
  );

  test.skipIf(!hasProgram('git'))('a hook of git (needs git)', () => {
    spawnSync('git', ['init', '-q', path.join(folder, 'repository')]);
    write('repository/.git/hooks/pre-commit', `#!/bin/sh\n${probe} >&2\nexit 1\n`, 0o755);
    const commit = 'git -C repository -c user.name=a -c user.email=a@b commit -qm x --allow-empty 2>&1';
    expect(typed(commit)).toMatchObject({ keepsState: false, script: '.git/hooks/pre-commit' });
  });

  test.skipIf(!hasProgram('npm'))('a script of npm (needs npm)', () => {
    write('package.json', JSON.stringify({ scripts: { setup: probe } }));
    expect(typed('npm run --silent setup')).toMatchObject({ keepsState: false, script: 'npm run setup' });
  });

  test.skipIf(!hasProgram('ansible'))('a task of Ansible (needs ansible-core)', () => {
    const env = { ANSIBLE_LOCALHOST_WARNING: 'False', ANSIBLE_HOME: folder, LC_ALL: 'C.UTF-8' };
    const call = ['ansible', 'localhost', '-m', 'command', '-a', probe] as const;
    expect(run([...call], '', env)).toMatchObject({ keepsState: false, script: null });
  });

  test.skipIf(!existsSync('/usr/bin/python3'))('the kernel of a notebook (needs /usr/bin/python3)', () => {
    const cell = `import subprocess; subprocess.run(['/bin/sh', '-c', '${probe}; :'])`;
    const kernel = ['/usr/bin/python3', '-c', cell, '-m', 'ipykernel_launcher'] as const;
    expect(run([...kernel])).toMatchObject({
      keepsState: false,
      shell: 'posix',
      notebook: { python: '/usr/bin/python3', prefix: null },
    });
    // Only Jupyter's variable: another language's kernel, or a Python that was started by a relative name.
    expect(run(['/bin/sh', '-c', `${probe}; :`], '', { JPY_PARENT_PID: '1' })).toMatchObject({
      keepsState: false,
      notebook: { python: null, prefix: null },
    });
  });

  test('installing ipykernel is not a notebook: its name is only an argument of what started pip', () => {
    // timeout, as sudo, stays above the command.
    expect(typed(`timeout 600 ${probe} install ipykernel`)).toMatchObject({ keepsState: true, notebook: null });
    expect(run(['/bin/sh', '-c', `${probe} install ipykernel; :`])).toMatchObject({ notebook: null });
    // A shell that was itself started from a notebook is a shell.
    const env = { JPY_PARENT_PID: '1' };
    const shell = run(['/bin/bash', '--norc', '-is'], `timeout 600 ${probe}\n`, env);
    expect(shell).toMatchObject({ keepsState: true, notebook: null });
  });

  test.skipIf(!hasProgram('unshare'))(
    'the first process of a container, and one that a shell there starts (needs unshare)',
    (context) => {
      const inside = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'] as const;
      if (spawnSync('unshare', [...inside.slice(1), 'true']).status !== 0) context.skip('no user namespaces');
      expect(run([...inside, '/bin/sh', '-c', `${probe}; :`])).toMatchObject({ keepsState: false, script: null });
      expect(run([...inside, '/bin/bash', '--norc', '-is'], `${probe}\n`)).toMatchObject({ keepsState: true });
    },
  );
});

test.each<readonly [parent: string | undefined, env: Record<string, string>, keepsState: boolean, shell: string]>([
  ['cmd.exe', {}, true, 'cmd'],
  ['CMD.EXE', {}, true, 'cmd'],
  ['pwsh.exe', {}, true, 'powershell'],
  ['powershell.exe', {}, true, 'powershell'],
  ['bash.exe', {}, true, 'bash'],
  ['make.exe', {}, false, 'cmd'],
  ['python.exe', { PSMODULEPATH: 'C:\\x' }, false, 'powershell'],
  ['node.exe', { MSYSTEM: 'MINGW64' }, false, 'bash'],
  [undefined, {}, true, 'cmd'],
  ['pwsh.exe', { CI: 'true', GITHUB_ACTIONS: 'true' }, false, 'powershell'],
  ['cmd.exe', { CI: '1' }, false, 'cmd'],
])('on Windows, called by %s with %j: a shell that keeps what is set: %s', (parent, env, keepsState, shell) => {
  const windows = windowsFacts(parent === undefined ? {} : { parent });
  const context = { ...WINDOWS, env, windows };
  expect(readCaller(context)).toMatchObject({ keepsState, shell });
});
