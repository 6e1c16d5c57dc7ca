import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../support/processes.ts';
import { hasProgram, type Sandbox } from '../support/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';
import { createPerson, createSandboxWithPython, whyNoPeople, type Person } from '../support/trust.ts';
import { makeWheel } from '../support/wheel.ts';
import { isMatrix } from '../support/matrix.ts';

const missing = whyNoPeople('git');

describe.skipIf(missing !== '')(`pipward venv and run${missing}`, () => {
  let box: Sandbox;
  let executable: string;
  let person: Person;
  let prefix: string;
  let count = 0;

  beforeAll(() => {
    ({ box, executable } = createSandboxWithPython());
    makeWheel(box.wheels, 'demo-lib');
    makeWheel(box.wheels, 'demo-app', '1.0', { scripts: ['demo-app'] });
  });
  afterAll(() => box?.remove());
  beforeEach(() => {
    count += 1;
    person = createPerson(box, `person-${count}`, true, executable);
    prefix = path.join(person.cwd, '.venv');
  });

  const installed = (environment: string) =>
    readdirSync(path.join(environment, 'lib/python3.12/site-packages')).filter((name) => name.startsWith('demo_'));

  /** An interpreter that is never done with making an environment. */
  function plantSlow(): string {
    const slow = path.join(person.home, 'slow');
    for (const name of ['bin', 'lib/python3.12/venv', 'lib/python3.12/ensurepip']) {
      mkdirSync(path.join(slow, name), { recursive: true });
    }
    for (const name of ['os.py', 'venv/__init__.py', 'ensurepip/__init__.py']) {
      writeFileSync(path.join(slow, 'lib/python3.12', name), '');
    }
    const program = path.join(slow, 'bin/python3.12');
    writeFileSync(program, '#!/bin/sh\nfor last; do :; done\necho >"$last/half"\nexec sleep 1000\n', { mode: 0o755 });
    person.own();
    return program;
  }

  test('a clone with .venv in it; an environment of our own; pip lands there without activation', async () => {
    person.plantPth(person.makeEnvironment(prefix).site);
    writeFileSync(path.join(person.cwd, 'pipward.toml'), '[policy]\nrequire-virtual-environment = "enforce"\n');
    for (const name of ['venv.py', 'ensurepip.py', 'pip.py', 'typing.py', 'site.py']) {
      writeFileSync(path.join(person.cwd, name), person.plantedCode);
    }
    await person.commit();

    const refused = await person.pip('install demo-app');
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('.venv, but it came with the repository: not recommended');
    const taken = await person.pipward('venv');
    expect(taken.status).toBe(1);
    expect(taken.stderr).toContain('.venv is there already; nothing was changed\nit is not recommended: ');
    expect(taken.stderr).not.toContain('bin/');
    expect(taken.stderr).toContain('\n    pipward venv venv');

    // As it was printed.
    const made = await person.pipward('venv venv -- install demo-lib');
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(made.stdout).toMatch(/^made venv \(Python 3\.12, of .*\nuse it with\n {4}venv\/bin\/python -P -m pip\n/);
    const again = await person.pipward('venv venv');
    expect(again.stderr).toMatch(
      /^pipward: venv is there already; nothing was changed\nit is trusted: pip uses it here where no other environment is active\nfix: make another\n/,
    );
    const typed = await box.typed(`'${box.pipward}' venv typed`);
    expect(typed.stdout).toMatch(/\nactivate it:\n {4}source typed\/bin\/activate\n/);
    const own = path.join(person.cwd, 'venv');
    // Python writes it by itself from 3.13 on.
    expect(readFileSync(path.join(own, '.gitignore'), 'utf8')).toMatch(/^\*$/m);
    expect(installed(own)).toContain('demo_lib-1.0.dist-info');

    const used = await person.pip('install demo-app');
    expect(used).toMatchObject({ status: 0, stderr: '' });
    expect(installed(own)).toContain('demo_app-1.0.dist-info');
    const { stdout } = await person.pipward('which');
    expect(stdout).toMatch(/^chosen by {5}project environment: .*\/project\/venv, as .*config\.toml:2 asks$/m);
    expect(stdout).toContain(`python        ${executable} in this shell: another place than pip's`);
    expect(existsSync(person.trace)).toBe(false);

    // The line that activates works as printed; then both mean one place, and there is nothing to tell.
    const activation = '. venv/bin/activate';
    const active = await person.run(['/bin/bash', '-c', `${activation}; '${box.pipward}' which; demo-app`]);
    expect(active.stdout).toContain('chosen by     active environment');
    expect(active.stdout).not.toContain('another place');
    expect(active.stdout).toContain('demo-app 1.0');
  });

  test('"advise", the default, and "ignore" use nothing; "ignore" names nothing either', async () => {
    const config = path.join(person.home, '.config/pipward/config.toml');
    person.makeEnvironment(prefix);
    expect((await person.pipward('trust')).status).toBe(0);
    writeFileSync(path.join(person.cwd, 'pipward.toml'), '[policy]\nrequire-virtual-environment = "enforce"\n');
    const refusals = [];
    for (const text of ['', '[resolve]\nproject-environment = "ignore"\n']) {
      writeFileSync(config, text);
      const { status, stderr } = await person.pip('install demo-app');
      expect(status).toBe(3);
      refusals.push(stderr);
    }
    expect(refusals[0]).toContain('found         ./.venv');
    expect(refusals[1]).not.toContain('found         ');
  });

  test.runIf(isMatrix)('a project cannot ask for it (needs the matrix)', async () => {
    person.makeEnvironment(prefix);
    await person.pipward('trust');
    rmSync(path.join(person.home, '.config/pipward/config.toml'));
    writeFileSync(path.join(person.cwd, 'pipward.toml'), '[resolve]\nproject-environment = "use"\n');
    const { stderr } = await person.pip('install --no-deps nothing');
    expect(stderr).toContain("`resolve` is ignored in a project's file");
    expect((await person.pipward('which')).stdout).toContain(`chosen by     PATH`);
  });

  test.runIf(isMatrix)("pip's exit status is ours, and the environment stays (needs the matrix)", async () => {
    const { status, stderr } = await person.pipward('venv -- install nothing');
    expect(status).toBe(1);
    expect(stderr).toContain('No matching distribution found for nothing');
    expect((await person.pipward('run -- python -c import(sys)')).status).toBe(1);
    expect((await person.run([box.pipward, 'run', '--', 'python', '-c', 'raise SystemExit(7)'])).status).toBe(7);
  });

  test.each([
    ['a file', () => writeFileSync(prefix, 'mine')],
    ['an empty folder', () => mkdirSync(prefix)],
  ])('never overwrites %s', async (_, put) => {
    put();
    person.own();
    const { status, stderr } = await person.pipward('venv');
    expect(status).toBe(1);
    expect(stderr).toContain('.venv is there already; nothing was changed');
    expect(readdirSync(person.cwd).toSorted()).toEqual(['.venv', 'pyproject.toml']);
  });

  test.runIf(isMatrix)('TERM while it is made leaves nothing behind (needs the matrix)', async () => {
    const program = plantSlow();
    const wait = 'while [ ! -e sub/.venv/half ]; do sleep 0.02; done';
    const line = `'${box.pipward}' venv sub/.venv & ${wait}; kill -TERM $!; wait $!; echo $?`;
    const { stdout } = await person.run(['/bin/sh', '-c', line], { env: { PIPWARD_PYTHON: program } });
    expect(stdout.trim()).toBe('143');
    expect(readdirSync(person.cwd)).toEqual(['pyproject.toml']);
    expect(existsSync(person.store)).toBe(false);
  });

  test.skipIf(!hasProgram('tmux'))('Ctrl-C while it is made leaves nothing behind (needs tmux)', async () => {
    const program = plantSlow();
    const environment = box.environment({ HOME: person.home, PIPWARD_PYTHON: program, PS1: '$ ' });
    const terminal = openTerminal(environment, person.cwd);
    try {
      await terminal.command(`'${box.pipward}' venv`);
      expect(await waitUntil(() => existsSync(path.join(prefix, 'half')))).toBe(true);
      terminal.type('C-c');
      await terminal.waitFor(/interrupted; nothing is left of the environment/);
      await terminal.command('echo status=$?');
      await terminal.waitFor(/^status=130$/m);
      expect(readdirSync(person.cwd)).toEqual(['pyproject.toml']);
    } finally {
      terminal.close();
    }
  });

  describe('an interpreter without ensurepip', () => {
    let bare: string;
    beforeEach(() => {
      bare = path.join(person.home, 'bare/bin/python3.12');
      mkdirSync(path.join(person.home, 'bare/lib/python3.12/venv'), { recursive: true });
      for (const name of ['os.py', 'venv/__init__.py']) {
        writeFileSync(path.join(person.home, 'bare/lib/python3.12', name), '');
      }
      mkdirSync(path.dirname(bare), { recursive: true });
      copyFileSync('/bin/true', bare);
      person.own();
    });

    test('and no virtualenv: says what to install, makes nothing', async () => {
      const { status, stderr } = await person.pipward('venv', { env: { PIPWARD_PYTHON: bare } });
      expect(status).toBe(1);
      expect(stderr).toContain('has no ensurepip, and virtualenv is not on PATH; nothing was made\nfix: ');
      expect(existsSync(prefix)).toBe(false);
    });

    test('virtualenv makes it', async () => {
      const tools = path.join(person.home, 'tools');
      mkdirSync(tools);
      const text = `#!/bin/sh\necho "$@" >'${person.trace}'\nexec '${executable}' -m venv --without-pip "$3"\n`;
      writeFileSync(path.join(tools, 'virtualenv'), text, { mode: 0o755 });
      const PATH = `${box.shims}:${tools}:/usr/bin:/bin`;
      const { status } = await person.pipward('venv', { env: { PIPWARD_PYTHON: bare, PATH } });
      expect(status).toBe(0);
      expect(readFileSync(person.trace, 'utf8')).toBe(`--python ${bare} ${prefix}\n`);
      expect(existsSync(path.join(prefix, 'pyvenv.cfg'))).toBe(true);
    });
  });

  describe('run', () => {
    beforeEach(async () => {
      person.makeEnvironment(prefix);
      await person.pipward('trust');
    });
    const run = (script: string, env: Record<string, string> = {}) =>
      person.run([box.pipward, 'run', '--', '/bin/sh', '-c', script], { env });

    test('the environment: VIRTUAL_ENV, PATH, no PYTHONHOME; the rest as it was', async () => {
      const env = { PYTHONHOME: '/nowhere', _PIPWARD_DEPTH: '3', NODE_OPTIONS: '--no-warnings' };
      const { stdout } = await run(
        'echo "$VIRTUAL_ENV|${PATH%%:*}|${PYTHONHOME-unset}|$_PIPWARD_DEPTH|$NODE_OPTIONS"',
        env,
      );
      expect(stdout).toBe(`${prefix}|${prefix}/bin|unset|3|--no-warnings\n`);
      expect((await run('env', env)).stdout).not.toContain('_PIPWARD_ANSWER');
    });

    test("exit status, signals and input are the command's own; the process is the one that was started", async () => {
      expect((await run('exit 9')).status).toBe(9);
      expect((await run('kill -TERM $$')).signal).toBe('SIGTERM');
      const piped = await person.run([box.pipward, 'run', '--', 'cat'], { input: 'through\n' });
      expect(piped.stdout).toBe('through\n');
      const line = `sh -c 'echo $$; exec "$0" run -- sh -c "echo \\$\\$"' '${box.pipward}'`;
      const [outer, inner] = (await person.run(['/bin/sh', '-c', line])).stdout.trim().split('\n');
      expect(inner).toBe(outer);
      expect((await person.pipward('run -- no-such-command')).status).toBe(127);
      expect((await person.pipward('run')).status).toBe(2);
    });

    test('untrusted: says why and how, and runs nothing', async () => {
      await person.pipward('untrust');
      const { status, stdout, stderr } = await run('echo ran');
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toBe(
        'pipward: .venv is not trusted; nothing was run\nfix: look at it and trust it\n    pipward trust .venv\n',
      );
    });
  });

  test.skipIf(!isMatrix || process.platform !== 'linux')(
    'in a folder whose name is not UTF-8: nothing is made in another one (needs the matrix)',
    async () => {
      const before = readdirSync(person.cwd);
      const here = `cd "$(printf 'caf\\351')" && touch pyproject.toml`;
      const { stdout } = await person.run(['/bin/sh', '-c', `mkdir "$(printf 'caf\\351')" && ${here} && pwd`]);
      expect(stdout).not.toBe('');
      const run = (line: string) => person.run(['/bin/sh', '-c', `${here} && ${line}`]);
      const made = await run(`'${box.pipward}' venv`);
      expect(made).toMatchObject({ status: 1, stdout: '' });
      expect(made.stderr).toContain('is not UTF-8, which Python');
      expect(readdirSync(person.cwd).length).toBe(before.length + 1);
      // Asked in that very folder, by whatever name a child finds it.
      expect((await run(`'${box.pipward}' which`)).stdout).toMatch(/^\S+\/python {2}\(Python 3\.12\.1; no environment/);
      expect((await run(`mkdir -p gone && VIRTUAL_ENV="$PWD/gone" '${box.pipward}' doctor`)).stdout).toContain(
        '/gone/bin/python does not exist',
      );
    },
  );

  test.runIf(isMatrix)(
    'run, where something speaks against the environment: the same way out as that of trust (needs the matrix)',
    async () => {
      person.plantProgram(path.join(prefix, 'bin/python'));
      writeFileSync(path.join(prefix, 'pyvenv.cfg'), `home = ${path.dirname(executable)}\n`);
      person.own();
      const [ran, trusted] = [await person.pipward('run -- true'), await person.pipward('trust')];
      expect(ran.stderr).toBe(trusted.stderr.replace('pipward: ', 'pipward: nothing was run: '));
      expect(ran.stderr).toContain('fix: make an environment of your own\n    pipward venv venv\n');
      expect((await person.pipward('venv venv')).status).toBe(0);
      expect((await person.pipward('run -- true')).status).toBe(0);
      expect(existsSync(person.trace)).toBe(false);
    },
  );
});
