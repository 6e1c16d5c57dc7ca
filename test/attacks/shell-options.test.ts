import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';

const installer = path.join(import.meta.dirname, '../../install.sh');
const PYTHON = '/usr/bin/python3';
const POLICY = '[policy]\nrequire-virtual-environment = "enforce"\n';

describe('bash, linked as sh, takes options and functions from the environment', () => {
  let box: Sandbox;
  let sh: string;
  let trace: string;
  let cwd: string;
  beforeAll(async () => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
    mkdirSync(path.join(box.home, '.config/pipward'), { recursive: true });
    sh = path.join(box.bin, 'sh');
    trace = path.join(box.home, 'trace');
    symlinkSync('/bin/bash', sh);
    // (box.write changes the project's files, and so their trust.)
    cwd = path.join(box.home, 'sub');
    await box.shell('mkdir "$HOME/sub"');
    // What pipward makes is trusted.
    if (hasProgram(PYTHON)) await box.run([box.pipward, 'venv', '.venv'], { cwd, env: { PIPWARD_PYTHON: PYTHON } });
  });
  afterAll(() => box?.remove());

  const call = (args: readonly string[], env: Record<string, string>) => box.run([sh, box.pip, ...args], { env });
  /** Exported functions of these names, each of which leaves a trace. */
  const plant = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`BASH_FUNC_${name}%%`, `() { builtin echo ${name} >>'${trace}'; }`]));
  const readTrace = async () => (await box.shell(`cat '${trace}' 2>/dev/null || echo none`)).stdout;

  test.each([
    { SHELLOPTS: 'xtrace' },
    { SHELLOPTS: 'xtrace', BASH_XTRACEFD: '2' },
    { BASHOPTS: 'failglob' },
    { BASHOPTS: 'failglob:nullglob:nocasematch', SHELLOPTS: 'xtrace:errexit:nounset' },
  ])('%j: prints nothing of the shim, and a policy holds', async (env) => {
    for (const word of ['list', 'install']) {
      const { status, stdout, stderr } = await call([word, 'x'], env);
      expect({ word, status, stderr }).toEqual({ word, status: 7, stderr: '' });
      expect(stdout).toMatch(/^ran /);
      expect(stdout).toMatch(new RegExp(`${word} x\\n$`));
    }
    box.write('pipward.toml', POLICY);
    for (const advice of ['short', 'off']) {
      // (-V is a read-only word, -v is not.)
      for (const words of [['install'], ['-v', 'install']]) {
        const { status, stdout } = await call([...words, 'x'], { ...env, PIPWARD_ADVICE: advice });
        expect({ words, advice, status, stdout }).toEqual({ words, advice, status: 3, stdout: '' });
      }
    }
    box.write('pipward.toml', '');
  });

  test('SHELLOPTS=verbose prints no more than the first lines', async () => {
    const { status, stderr } = await call(['install', 'x'], { SHELLOPTS: 'verbose' });
    expect({ status, lines: stderr.split('\n').length }).toEqual({ status: 7, lines: 5 });
  });

  test('no function runs in bin/pipward', async () => {
    const { status, stdout } = await box.run([sh, box.pipward, '--version'], {
      env: plant(['[', 'cd', 'command', 'fail', 'find_home', 'main', 'printf', 'readlink', 'start', 'test', 'true']),
    });
    expect({ status, stdout: /^\d+\.\d+\.\d+\n$/.test(stdout) }).toEqual({ status: 0, stdout: true });
    expect(await readTrace()).toBe('none\n');
  });

  test('nor in install.sh', async () => {
    const { status, stdout } = await box.run([sh, installer, '--dry-run'], {
      env: plant(['[', 'cd', 'command', 'dirname', 'find_node', 'main', 'npm', 'printf', 'pwd', 'readlink', 'uname']),
    });
    expect(await readTrace()).toBe('none\n');
    expect({ status, stdout: stdout.includes(box.home) }).toEqual({ status: 0, stdout: true });
  });

  describe.each([['sh'], ['bash --posix'], ['zsh --emulate sh']])('%s', (shell) => {
    const [program = '', ...flags] = shell.split(' ');
    test.skipIf(!hasProgram(program) || !hasProgram(PYTHON)).each(['0', '1', '2', '3', '500'])(
      `FUNCNEST=%j limits no function of bin/pipward and install.sh, and arrives at a command (needs ${program} and Debian's Python)`,
      async (limit) => {
        const env = { FUNCNEST: limit };
        const start = [program === 'sh' ? sh : program, ...flags] as const;
        const ran = await box.run([...start, box.pipward, 'run', '--', '/usr/bin/printenv', 'FUNCNEST'], { env, cwd });
        expect(ran).toMatchObject({ status: 0, stdout: `${limit}\n`, stderr: '' });
        expect((await box.run([...start, box.pipward, '--version'], { env })).status).toBe(0);
        expect((await box.run([...start, installer, '--help'], { env })).status).toBe(0);
      },
    );
  });
});
