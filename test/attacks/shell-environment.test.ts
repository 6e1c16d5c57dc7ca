import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

/** Every word that bash runs as a builtin or a program, and that is not a special builtin (POSIX, XCU 2.14). */
const FUNCTIONS = [
  '[', 'alias', 'bg', 'builtin', 'cat', 'cd', 'command', 'declare', 'echo', 'enable', 'env', 'false', 'fg', 'getopts',
  'hash', 'id', 'jobs', 'kill', 'let', 'local', 'node', 'printf', 'pwd', 'read', 'readlink', 'shopt', 'test',
  'timeout', 'true', 'type', 'ulimit', 'umask', 'unalias', 'uname', 'wait', 'find_on_path', 'become', 'stop', 'is_still',
  'fail_over', 'forget_state', 'has_system_policy', 'prepare_for_node', 'put_variables_aside', 'put_variables_back',
  'run_without_node',
]; // prettier-ignore

describe('bash as /bin/sh takes functions and options from the environment', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
    mkdirSync(path.join(box.home, '.config/pipward'), { recursive: true });
  });
  afterAll(() => box?.remove());

  /** Calls the shim as bash does when it is /bin/sh. */
  const call = (args: readonly string[], env: Record<string, string>) =>
    box.run(['/bin/bash', '--posix', box.pip, ...args], { env });

  test.each(['list', 'install'])('%s: no function runs', async (word) => {
    const trace = path.join(box.home, `trace-${word}`);
    const functions = FUNCTIONS.map((name) => [`BASH_FUNC_${name}%%`, `() { builtin echo ${name} >>'${trace}'; }`]);
    const { status, stdout } = await call([word, 'x'], Object.fromEntries(functions));
    expect(stdout).toMatch(new RegExp(`${word} x\\n$`));
    expect(status).toBe(7);
    const { stdout: ran } = await box.shell(`cat '${trace}' 2>/dev/null || echo none`);
    expect(ran).toBe('none\n');
  });

  test.each(chooseSome(['true', 'read', '[', 'cd', 'echo', 'ulimit', 'command', 'test', 'printf'], 3))(
    'a function %s cannot evade the policy of a project',
    async (name) => {
      box.write('pipward.toml', '[policy]\nrequire-virtual-environment = "enforce"\n');
      for (const body of ['() { return 0; }', '() { return 1; }', '() { exit 0; }', '() { exec pip.real "$@"; }']) {
        const { status, stdout } = await call(['install', 'x'], { [`BASH_FUNC_${name}%%`]: body });
        expect({ body, status, stdout }).toEqual({ body, status: 3, stdout: '' });
      }
      box.write('pipward.toml', '');
    },
  );

  test.each(
    chooseSome(
      ['errexit', 'nounset', 'noglob', 'allexport', 'noclobber', 'errexit:nounset:noglob', 'physical', 'keyword'],
      3,
    ),
  )('SHELLOPTS=%s: pip runs', async (options) => {
    for (const word of ['list', 'install']) {
      const { status, stdout, stderr } = await call([word, 'x'], { SHELLOPTS: options });
      expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
      expect(stdout).toMatch(new RegExp(`${word} x\\n$`));
    }
  });

  test('SHELLOPTS=allexport: pip gets no variable of the shim', async () => {
    box.write('../bin/python3', '#!/bin/dash\nexec env\n', 0o755);
    const { stdout } = await call(['list'], { SHELLOPTS: 'allexport' });
    expect(stdout).not.toContain('pipward_');
    expect(stdout).toContain('HOME=');
    box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
  });

  test.each(['noexec', 'noexec:nounset'])(
    'SHELLOPTS=%s: pip cannot run, and the reason is printed',
    async (options) => {
      const { status, stdout, stderr } = await call(['install', 'x'], { SHELLOPTS: options });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('pip was not run, because the variable SHELLOPTS has the option noexec');
    },
  );

  test('other exported functions arrive at pip', async () => {
    box.write('../bin/python3', '#!/bin/bash\nmodule\n', 0o755);
    const { stdout } = await call(['list'], { 'BASH_FUNC_module%%': '() { echo modules; }' });
    expect(stdout).toBe('modules\n');
  });

  describe.each([['bash --posix'], ['zsh --emulate sh'], ['dash']])('%s', (shell) => {
    const [program = '', ...flags] = shell.split(' ');
    test.skipIf(!hasProgram(program)).each(['0', '1', '2'])(
      `FUNCNEST=%j limits no function of the shim, and arrives at pip (needs ${program})`,
      async (limit) => {
        box.write('../bin/python3', '#!/bin/dash\nprintf "%s" "$*:$FUNCNEST"\nexit 7\n', 0o755);
        const run = (word: string) => box.run([program, ...flags, box.pip, word, 'x'], { env: { FUNCNEST: limit } });
        for (const word of ['list', 'install']) {
          const { status, stdout, stderr } = await run(word);
          expect({ word, status, stderr }).toEqual({ word, status: 7, stderr: '' });
          expect(stdout).toMatch(new RegExp(`${word} x:${limit}$`));
        }
        box.write('pipward.toml', '[policy]\nrequire-virtual-environment = "enforce"\n');
        const { status, stdout } = await run('install');
        box.write('pipward.toml', '');
        expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
      },
    );
  });

  test('without Node, FUNCNEST=1: pip still runs', async () => {
    const node = path.join(box.prefix, 'node');
    renameSync(node, `${node}.away`);
    const start = ['/usr/bin/env', `PATH=${box.shims}:${box.bin}`, 'FUNCNEST=1', '/bin/bash', '--posix'] as const;
    const { status, stdout } = await box.run([...start, box.pip, 'install', 'x']);
    renameSync(`${node}.away`, node);
    expect(status).toBe(7);
    expect(stdout).toMatch(/install x:1$/);
  });
});

describe.skipIf(!hasProgram('perl'))('bash as /bin/sh passes on every variable (needs perl)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    const look =
      'for (sort keys %ENV) { my $line = "$_=$ENV{$_}"; $line =~ s/([^ -~])/sprintf "<%x>", ord $1/ge; print "$line\\n" }';
    box.write('../bin/python3', `#!/usr/bin/perl\n${look}\n`, 0o755);
  });
  afterAll(() => box?.remove());

  test.each(['list', 'install'])(
    '%s: one whose name is not an identifier, or not UTF-8, or one of JavaScript',
    async (word) => {
      const { stdout, stderr } = await box.shell(
        `env $'\\xff\\xfe=1' a-b=2 __proto__=3 constructor=4 'with space=5' /bin/bash --posix "$1" ${word} x`.replace(
          '$1',
          box.pip,
        ),
      );
      expect(stderr).toBe('');
      expect(stdout.split('\n')).toEqual(
        expect.arrayContaining(['<ff><fe>=1', 'a-b=2', '__proto__=3', 'constructor=4', 'with space=5']),
      );
    },
  );

  test.each(['LANG', 'LC_MESSAGES', 'LC_ALL'])(
    '%s names a locale that is not installed: the shim adds no word of bash',
    async (name) => {
      box.write('../bin/python3', '#!/bin/dash\n', 0o755);
      // bash itself warns of LC_ALL before the first line of any script.
      const bash = `env -u LANG ${name}=xx_XX.UTF-8 /bin/bash --posix`;
      const { stderr } = await box.shell(`${bash} -c :`);
      for (const word of ['list', 'install']) {
        expect(await box.shell(`${bash} '${box.pip}' ${word} x`)).toMatchObject({ status: 0, stderr });
      }
    },
  );
});
