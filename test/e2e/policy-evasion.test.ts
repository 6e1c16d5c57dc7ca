import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canMount } from '../support/namespaces.ts';
import { createSandbox, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

/** Writes /etc/pipward/policy.toml where only this process and its children see it, then goes on as user `nobody`. */
const AS_NOBODY = `mount -t tmpfs none /etc/pipward && printf '%s' "$POLICY" >/etc/pipward/policy.toml && \
chmod 0644 /etc/pipward/policy.toml && chmod 0755 /etc/pipward && unset POLICY && \
exec setpriv --reuid=65534 --regid=65534 --clear-groups /bin/sh -c "$1"`;

const canRun = hasSetpriv && canMount;

describe.skipIf(!canRun)("getting round the machine's policy (needs root and mount namespaces)", () => {
  let box: Sandbox;
  let trace: string;
  const made = !existsSync('/etc/pipward');

  beforeAll(() => {
    box = createSandbox();
    trace = path.join(box.home, 'started');
    box.write('../bin/python3', `#!/bin/sh\necho "$@" >>'${trace}'\n`, 0o755);
  });
  beforeEach(() => {
    rmSync(box.project, { recursive: true, force: true, maxRetries: 20 });
    rmSync(trace, { force: true });
    box.write('README', '');
  });
  afterAll(() => {
    box.remove();
    if (made) rmSync('/etc/pipward', { recursive: true, force: true, maxRetries: 20 });
  });

  const ENFORCE = '[policy]\nrequire-virtual-environment = "enforce"\nallow-bypass = "never"\n';

  async function attempt(line: string, env: Record<string, string> = {}, policy = ENFORCE) {
    const script = `mkdir -p /etc/pipward; ${AS_NOBODY}`;
    const result = await box.run(['unshare', '-m', '/bin/sh', '-c', script, 'sh', line], {
      env: { ...env, POLICY: policy },
      unprivileged: false,
    });
    return { ...result, started: existsSync(trace) ? readFileSync(trace, 'utf8') : null };
  }

  test.each<[what: string, line: string, env?: Record<string, string>]>(
    chooseSome(
      [
        ['plainly', 'pip install x'],
        ['a bypass', 'pip install x', { PIPWARD_BYPASS: 'I want to' }],
        ['CI and containers by variables', 'pip install x', { CI: 'true', container: 'docker', GITHUB_ACTIONS: '1' }],
        ['advice off', 'pip install x', { PIPWARD_ADVICE: 'off', PIP_QUIET: '3' }],
        ['a depth of calls', 'pip install x', { _PIPWARD_DEPTH: '3' }],
        [
          'PIP_ variables',
          'pip install x',
          { PIP_REQUIRE_VIRTUALENV: '0', PIP_CONFIG_FILE: '/dev/null', PIP_DRY_RUN: '1' },
        ],
        ['a target by a variable', 'pip install x', { PIP_TARGET: '/tmp/vendor' }],
        ['a folder that is not an environment', 'mkdir -p e/bin && VIRTUAL_ENV=$PWD/e pip install x'],
        ['an interpreter of its own', 'cp "$(command -v python3)" p; PIPWARD_PYTHON=$PWD/p pip install x'],
        ['another home', 'mkdir -p h && HOME=$PWD/h XDG_CONFIG_HOME=$PWD/h XDG_CONFIG_DIRS=$PWD/h pip install x'],
        ['no home', 'env -u HOME pip install x'],
        ['an empty environment', 'env -i PATH="$PATH" pip install x'],
        ['no cwd', 'mkdir gone && cd gone && rmdir ../gone && pip install x'],
        ['NODE_OPTIONS', 'pip install x', { NODE_OPTIONS: '--require /nonexistent.js' }],
        ['NODE_OPTIONS that lead to code', 'echo "process.exit(0)" >o.js; NODE_OPTIONS="-r $PWD/o.js" pip install x'],
        ['a time zone', 'pip install x', { TZ: 'Pacific/Kiritimati' }],
        [
          'their own file',
          'mkdir -p $HOME/.config/pipward; printf "[policy]\\nrequire-virtual-environment = \\"off\\"\\n" >$HOME/.config/pipward/config.toml; pip install x',
        ],
        [
          'a project that says off',
          'printf "[policy]\\nrequire-virtual-environment = \\"off\\"\\n" >pipward.toml; pip install x',
        ],
        ['a project that exempts', 'printf "[policy]\\nexempt = [\\"ci\\"]\\n" >pipward.toml; CI=1 pip install x'],
        ['a link in place of the project file', 'ln -sf /dev/zero pipward.toml; pip install x'],
        ['a link that leads nowhere', 'ln -sf /nonexistent pipward.toml; pip install x'],
        ['a link in a circle', 'ln -sf pipward.toml pipward.toml; pip install x'],
        ['a FIFO', 'mkfifo pipward.toml; pip install x'],
        ['a folder', 'mkdir pipward.toml; pip install x'],
        ['100 MB', 'truncate -s 100M pipward.toml; pip install x'],
        ['100 MB of pyproject.toml', 'truncate -s 100M pyproject.toml; pip install x'],
        ['a FIFO as pyproject.toml', 'mkfifo pyproject.toml; pip install x'],
        ['a file that cannot be read', ': >pipward.toml; chmod 0 pipward.toml; pip install x'],
        ['NUL bytes', 'printf "[policy]\\0\\n" >pipward.toml; pip install x'],
        ['no UTF-8', 'printf "\\377\\376" >pipward.toml; pip install x'],
        [
          'brackets without end',
          '{ printf "a = "; head -c 900000 /dev/zero | tr "\\0" "["; } >pipward.toml; pip install x',
        ],
        [
          'a million keys',
          'awk "BEGIN { for (i = 0; i < 90000; i++) print \\"k\\" i \\" = 1\\" }" >pipward.toml; pip install x',
        ],
      ],
      3,
    ),
  )('%s: refused with 3, nothing started', async (_, line, env = {}) => {
    const { status, stderr, started } = await attempt(line, env);
    expect(stderr).toMatch(/^error\[(venv-required|policy-unreadable)\]/m);
    expect(stderr).toContain('/etc/pipward/policy.toml');
    expect(status).toBe(3);
    expect(started).toBeNull();
  });

  // The machine's file in forms that editors make: it counts all the same.
  test.each([
    ['a byte order mark', `\uFEFF${ENFORCE}`],
    ['CR LF', ENFORCE.replaceAll('\n', '\r\n')],
    ['no last line feed', ENFORCE.trimEnd()],
  ])('written with %s', async (_, policy) => {
    const { status, stderr } = await attempt('pip install x', {}, policy);
    expect(stderr).toContain('/etc/pipward/policy.toml:2');
    expect(status).toBe(3);
  });

  test.each([
    ['broken', '[policy\n', 'policy.toml:1'],
    ['of NUL-like text', 'a = "\u0001"', 'policy.toml:1'],
    ['with a misspelt key', '[policy]\nacept = ["venv"]\n', 'policy.toml:2'],
  ])('%s: install stops with 3 and the place is named, list runs', async (_, policy, place) => {
    const bypass = { PIPWARD_BYPASS: 'why' };
    const { status, stderr, started } = await attempt('pip install x', bypass, policy);
    expect(stderr).toContain('policy-unreadable');
    expect(stderr).toContain(place);
    expect([status, started]).toEqual([3, null]);
    expect((await attempt('pip list', {}, policy)).started).toContain('list');
  });

  test('a bypass with a reason, where it is allowed: pip runs, one line says so', async () => {
    const policy = ENFORCE.replace('never', 'with-reason');
    const bypass = { PIPWARD_BYPASS: 'release night' };
    const { status, stderr, started } = await attempt('pip install x', bypass, policy);
    expect(stderr).toBe(
      'pipward: PIPWARD_BYPASS overrides require-virtual-environment (/etc/pipward/policy.toml:2): release night (not recorded: no [audit] log is set)\n',
    );
    expect(status).toBe(0);
    expect(started).toContain('install x');
    expect((await attempt('pip install x', { PIPWARD_BYPASS: '' }, policy)).status).toBe(3);
  });

  test("a file that belongs to another user is not the machine's, and a message says so", async () => {
    const script = `mkdir -p /etc/pipward; ${AS_NOBODY.replace('chmod 0755', 'chown 65534 /etc/pipward/policy.toml && chmod 0755')}`;
    const { status, stderr } = await box.run(['unshare', '-m', '/bin/sh', '-c', script, 'sh', 'pip install x'], {
      env: { POLICY: '[policy]\nacept = 1\n' },
      unprivileged: false,
    });
    expect(stderr).toContain("not owned by root, so it counts as the user's");
    expect(status).toBe(0);
  });
});
