import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isMatrix } from '../support/matrix.ts';
import { canMount } from '../support/namespaces.ts';
import { createSandbox, hasSetpriv, type Sandbox } from '../support/sandbox.ts';

const hasVenv = spawnSync('/usr/bin/python3', ['-c', 'import venv, ensurepip']).status === 0;
const NEED = '[policy]\nrequire-virtual-environment = "enforce"\n';
const OWN = '.config/pipward/config.toml';
/** An environment whose pip and whose Python say that they were started. */
const ENVIRONMENT = `mkdir -p .venv/bin; echo 'home = /usr/bin' >.venv/pyvenv.cfg; cp "$TRACER" .venv/bin/python; cp "$TRACER" .venv/bin/pip
export VIRTUAL_ENV="$PWD/.venv" PATH="$PWD/.venv/bin:$PATH"; `;

/** The rows of docs/guides/team.md that say "not held": each is shown to pass, beside what does not. */
describe('what a policy does not hold against', () => {
  let box: Sandbox;
  let trace = '';
  let tracer = '';

  beforeAll(() => {
    box = createSandbox();
    trace = path.join(box.home, 'started');
    tracer = box.write('../bin/python3', `#!/bin/sh\necho "$@" >>'${trace}'\n`, 0o755);
    box.write('../bin/uv', `#!/bin/sh\necho "uv $@" >>'${trace}'\n`, 0o755);
  });
  beforeEach(() => {
    rmSync(box.project, { recursive: true, force: true, maxRetries: 20 });
    rmSync(path.join(box.home, '.config'), { recursive: true, force: true });
    rmSync(trace, { force: true });
    box.write('.git/HEAD', '');
  });
  afterAll(() => box.remove());

  async function attempt(line: string, files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) {
      box.write(name === OWN ? path.join(box.home, OWN) : name, text);
    }
    const { status, stderr } = await box.shell(line, { env: { TRACER: tracer, SHIM: box.pip } });
    return { status, stderr, started: existsSync(trace) ? readFileSync(trace, 'utf8') : '' };
  }

  const project = { 'pipward.toml': NEED };

  test('the same calls, as they are typed: refused with 3, nothing started', async () => {
    for (const files of [project, { [OWN]: NEED }, { [OWN]: '[policy]\nminimum-pip = "99"\n' }]) {
      expect(await attempt('pip install x', files)).toMatchObject({ status: 3, started: '' });
      rmSync(path.join(box.home, '.config'), { recursive: true, force: true });
    }
  });

  test.each<[what: string, line: string, files: Readonly<Record<string, string>>, started: string]>([
    ['python -m pip', 'python3 -m pip install x', project, '-m pip install x'],
    ['an absolute path to another pip', '"$TRACER" -m pip install x', project, '-m pip install x'],
    ['another PATH', 'PATH="${TRACER%/*}:/usr/bin:/bin"; python3 -m pip install x', project, '-m pip install x'],
    [
      'the pip of an activated environment',
      `${ENVIRONMENT}pip install x`,
      { [OWN]: '[policy]\nminimum-pip = "99"\n' },
      'install x',
    ],
    ['cd out of the project', 'cd / && pip install x', project, 'install x'],
    ['a .git in a subfolder', 'mkdir -p sub/.git && cd sub && pip install x', project, 'install x'],
    [
      "the user's own file, moved away by XDG_CONFIG_HOME",
      'XDG_CONFIG_HOME=$PWD pip install x',
      { [OWN]: NEED },
      'install x',
    ],
    ['a file that agrees to CI', 'CI=true pip install x', { 'pipward.toml': `${NEED}exempt = ["ci"]\n` }, 'install x'],
    ['a pyproject.toml that is not a file', 'mkdir pyproject.toml; pip install x', {}, 'install x'],
    ['an environment whose python does something else', `${ENVIRONMENT}"$SHIM" install x`, project, 'install x'],
    ['another tool', 'uv pip install x', project, 'uv pip install x'],
  ])('%s: not held', async (_, line, files, started) => {
    const result = await attempt(line, files);
    expect(result.started).toContain(started);
    expect(result.status).toBe(0);
  });

  test.skipIf(!hasSetpriv || !canMount)('root: not held (needs root and mount namespaces)', async () => {
    const script = `mkdir -p /etc/pipward && mount -t tmpfs none /etc/pipward && printf '%s' "$POLICY" >/etc/pipward/policy.toml
      chmod 755 /etc/pipward; pip install x; echo "first $?"; rm /etc/pipward/policy.toml; pip install x; echo "then $?"`;
    const env = { POLICY: NEED, TRACER: tracer };
    const { stdout } = await box.run(['unshare', '-m', '/bin/sh', '-c', script], { env, unprivileged: false });
    expect(stdout).toBe('first 3\nthen 0\n');
  });

  test.runIf(isMatrix && hasVenv)(
    'a setup.py that installs by itself: not held (needs the matrix and a Python with venv)',
    async () => {
      const setup = `import os; open(os.path.expanduser('~/elsewhere'), 'w').write('x')\nfrom setuptools import setup\nsetup(name='own', version='1')\n`;
      const line = `/usr/bin/python3 -m venv .venv && VIRTUAL_ENV=$PWD/.venv "$SHIM" install --no-build-isolation ./own; cat ~/elsewhere`;
      box.write('own/setup.py', setup);
      box.write('pipward.toml', NEED);
      const { stdout } = await box.shell(line, { env: { SHIM: box.pip } });
      expect(stdout).toMatch(/x$/);
    },
  );
});
