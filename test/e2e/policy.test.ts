import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { makeEnvironment } from '../support/environments.ts';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome } from '../support/matrix.ts';

const ENFORCE = '[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\n';
const python = findAnyPython();

describe('require-virtual-environment', () => {
  const boxes: Sandbox[] = [];
  let box: Sandbox;
  let trace: string;

  beforeEach(() => {
    box = createSandbox();
    boxes.push(box);
    trace = path.join(box.home, 'started');
    makeWheel(box.wheels, 'demo-lib');
    // An interpreter that writes down that it was started.
    box.write('../bin/python3', `#!/bin/sh\necho "$@" >>'${trace}'\necho "recorded: $*"\n`, 0o755);
  });
  afterAll(() => {
    for (const each of boxes) each.remove();
  });

  const started = () => (existsSync(trace) ? readFileSync(trace, 'utf8') : null);

  test('enforced in pyproject.toml: refused with 3, the file and line named, no interpreter started', async () => {
    box.write('pyproject.toml', `[project]\nname = "x"\n\n${ENFORCE}reason = "Shared host."\ncontact = "#help"\n`);
    const { status, stdout, stderr } = await box.run(['pip', 'install', 'demo-lib']);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('error[venv-required]');
    expect(stderr).toContain('pyproject.toml:5');
    expect(stderr).toContain('Shared host.');
    expect(stderr).toContain('#help');
    expect(started()).toBe(null);
  });

  test.each(
    chooseSome(
      [
        ['install with options first', ['-q', 'install', 'demo-lib'], 3],
        ['uninstall', ['uninstall', '-y', 'demo-lib'], 3],
        ['list', ['list'], 0],
        ['help of install', ['install', '--help'], 0],
        ['a dry run', ['install', '--dry-run', 'demo-lib'], 0],
      ],
      3,
    ),
  )('%s -> %s: %i', async (_, args, status) => {
    box.write('pyproject.toml', ENFORCE);
    expect((await box.run(['pip', ...args])).status).toBe(status);
    expect(started() === null).toBe(status === 3);
  });

  test('no variable but a real environment helps: VIRTUAL_ENV that leads nowhere, advice off', async () => {
    box.write('pyproject.toml', ENFORCE);
    const env = { VIRTUAL_ENV: path.join(box.home, 'gone'), PIPWARD_ADVICE: 'off' };
    const { status, stderr } = await box.run(['pip', 'install', 'demo-lib'], { env });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error\[venv-required\].*$/m);
  });

  test.each([
    ['watch', undefined],
    ['decide', 'off'],
  ])('a refused call stays refused if the messages cannot be loaded: %s', async (_, advice) => {
    box.write('pyproject.toml', ENFORCE);
    rmSync(path.join(box.prefix, 'dist/reporter.cjs'));
    const { status, stderr } = await box.run(['pip', 'install', 'demo-lib'], { env: { PIPWARD_ADVICE: advice } });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^pipward: pip was not run, .*reporter\.cjs/);
    expect(started()).toBe(null);
  });

  test('in a folder below, up to the repository root', async () => {
    box.write('pyproject.toml', ENFORCE);
    const inner = path.dirname(box.write('a/b/file', ''));
    expect((await box.run(['pip', 'install', 'demo-lib'], { cwd: inner })).status).toBe(3);
    box.write('a/.git/HEAD', '');
    expect((await box.run(['pip', 'install', 'demo-lib'], { cwd: inner })).status).toBe(0);
  });

  test.each([
    ['system and user are enforcing, project says off', '[policy]\nrequire-virtual-environment = "enforce"\n', 3],
    ['advise lets pip run', '[policy]\nrequire-virtual-environment = "advise"\n', 0],
  ])('a project file cannot loosen: %s', async (_, user, status) => {
    rmSync(path.join(box.project, 'pyproject.toml'), { force: true });
    box.write('../home/.config/pipward/config.toml', user);
    box.write('pipward.toml', '[policy]\nrequire-virtual-environment = "off"\n');
    // A wrapper may lead into an environment. A program in an installation certainly does not, so it gets advice.
    box.write('../opt/lib/python3.12/os.py', '');
    box.write('../opt/lib/python3.12/site-packages/pip/__main__.py', '');
    mkdirSync(path.join(box.folder, 'opt/bin'));
    copyFileSync('/bin/true', path.join(box.folder, 'opt/bin/python3.12'));
    rmSync(path.join(box.bin, 'python3'));
    box.link(path.join(box.folder, 'opt/bin/python3.12'), 'python3');
    const result = await box.run(['pip', 'install', 'demo-lib']);
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(status === 0 ? 'warning[venv-required]' : 'error[venv-required]');
  });

  test('`allow-bypass = "never"` in another file counts for this one, and the files are named', async () => {
    box.write('../home/.config/pipward/config.toml', '[policy]\nallow-bypass = "never"\n');
    box.write('pipward.toml', '[policy]\nrequire-virtual-environment = "enforce"\n');
    const env = { PIPWARD_BYPASS: 'release night' };
    const { status, stderr } = await box.run(['pip', 'install', 'demo-lib'], { env });
    expect([status, started()]).toEqual([3, null]);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      'PIPWARD_BYPASS has no effect here: ~/.config/pipward/config.toml says allow-bypass = "never"',
    );
    const told = await box.run([box.pipward, 'policy', 'test', '--', 'install', 'demo-lib'], { env });
    expect(told.status).toBe(1);
    expect(told.stdout).toMatch(
      /refused +project .*pipward\.toml\n +line 2: .*\n +allow-bypass = "never" in ~\/\.config\/pipward\/config\.toml: PIPWARD_BYPASS has no effect\n/,
    );
    // Without the ban the same call goes on.
    box.write('../home/.config/pipward/config.toml', '');
    expect((await box.run(['pip', 'install', 'demo-lib'], { env })).status).toBe(0);
  });

  test('policy show: a day in the past is only named; until a day to come the rule advises', async () => {
    const demand = (from: string) => `{ level = "enforce", from = ${from} }`;
    const rules = `require-virtual-environment = ${demand('2020-01-01')}\nforbid-root = ${demand('2099-01-01')}\n`;
    box.write('pipward.toml', `[policy]\n${rules}`);
    const { stdout } = await box.run([box.pipward, 'policy', 'show']);
    expect(stdout).toMatch(/require-virtual-environment +enforce \(since 2020-01-01\), line 2\n/);
    expect(stdout).toMatch(/forbid-root +enforce from 2099-01-01 \(until then: advise\), line 3\n/);
  });

  test.each([
    ['without our table', '[project]\nname = "x"\n'],
    ['broken, without our table', '[project\nname = '],
  ])('a pyproject.toml %s changes nothing', async (_, text) => {
    box.write('pyproject.toml', text);
    const { status, stderr } = await box.run(['pip', 'install', 'demo-lib']);
    expect(status).toBe(0);
    expect(stderr).toBe('');
  });

  test.each([
    ['broken', 'pyproject.toml', '[tool.pipward.policy\n', 'pyproject.toml:1'],
    [
      'a misspelt key',
      'pipward.toml',
      '[policy]\nrequire-virtual-enviroment = "enforce"\n',
      'require-virtual-environment',
    ],
    ['a misspelt level', 'pipward.toml', '[policy]\nrequire-virtual-environment = "enforced"\n', 'enforce'],
  ])('a policy file that cannot be obeyed stops install and says where: %s', async (_, file, text, said) => {
    box.write(file, text);
    const { status, stderr } = await box.run(['pip', 'install', 'demo-lib']);
    expect(status).toBe(3);
    expect(stderr).toContain('policy-unreadable');
    expect(stderr).toContain(said);
    expect(started()).toBe(null);
    expect((await box.run(['pip', 'list'])).status).toBe(0);
    const told = await box.run([box.pipward, 'policy', 'test', '--', 'install', 'demo-lib']);
    expect(told.stdout).toMatch(/^pip install demo-lib: invalid\n {2}invalid +project  /);
  });

  test.each(['full', 'off'])(
    'a soft limit of few open files hides no policy, and pip keeps it: advice %s',
    async (advice) => {
      const env = { PIPWARD_ADVICE: advice };
      const limited = 'ulimit -S -n 13; exec pip install demo-lib';
      box.write('../bin/python3', '#!/bin/sh\necho "files: $(ulimit -S -n)"\n', 0o755);
      expect(await box.shell(limited, { shell: '/bin/sh', env })).toMatchObject({ status: 0, stdout: 'files: 13\n' });
      box.write('pyproject.toml', ENFORCE);
      expect(await box.shell(limited, { shell: '/bin/sh', env })).toMatchObject({ status: 3, stdout: '' });
    },
  );

  test.skipIf(python === null)('inside an environment install works, and pip checks again', async () => {
    if (python === null) return;
    box.write('pyproject.toml', ENFORCE);
    makeEnvironment(python, path.join(box.project, '.venv'));
    const env = { VIRTUAL_ENV: path.join(box.project, '.venv') };
    const { status, stdout } = await box.run(['pip', 'install', 'demo-lib'], { env, unprivileged: false });
    expect(status).toBe(0);
    expect(stdout).toContain('Successfully installed demo-lib-1.0');
  });
});
