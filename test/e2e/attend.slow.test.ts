import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFileSync, rmSync } from 'node:fs';
import { makeEnvironment } from '../support/environments.ts';
import { attendCall } from '../support/launcher.ts';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { isMatrix } from '../support/matrix.ts';

const python = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));
const missing = python === undefined ? 'no pyenv Python 3.12 to copy' : hasSetpriv ? null : 'needs root and setpriv';

// The launcher itself is tried in test/windows. Here is the other end of its pipes, with a real pip.
describe.skipIf(missing !== null)(`mode attend${missing === null ? '' : ` (${missing})`}`, () => {
  let box: Sandbox;
  let executable: string;

  beforeAll(() => {
    if (python === undefined) return;
    box = createSandbox();
    const copy = copyInterpreter(python, path.join(box.folder, 'python'));
    executable = copy.executable;
    box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
    box.set('PATH', `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
    makeWheel(box.wheels, 'demo-lib', '2.0');
    makeEnvironment(copy, path.join(box.project, 'env'), {
      unprivileged: true,
    });
  });
  afterAll(() => box?.remove());

  test('pip falls back to a user installation: told from facts, since its output was not read', async () => {
    const { status, kinds, said, started } = await attendCall(box, ['pip', 'install', 'demo-lib']);
    expect(status).toBe(0);
    expect(started).toEqual([executable, '-P', '-m', 'pip', 'install', 'demo-lib']);
    expect(kinds.slice(0, 1)).toEqual(['run']);
    expect(said).toContain('warning[user-install-fallback]');
    expect(said).toContain('~/.local/lib/python3.12/site-packages');
  });

  test('pip could write: nothing to say', async () => {
    const env = { VIRTUAL_ENV: path.join(box.project, 'env') };
    const { status, said, started, stdout } = await attendCall(box, ['pip', 'install', 'demo-lib'], { env });
    expect({ status, said }).toEqual({ status: 0, said: '' });
    expect(started?.[0]).toBe(path.join(box.project, 'env/bin/python'));
    expect(stdout).toContain('Successfully installed demo-lib');
  });

  test('a policy refuses: said, then the status, and pip is not started', async () => {
    const rules = box.write(
      'strict/pyproject.toml',
      '[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\n',
    );
    const cwd = path.dirname(rules);
    const { status, kinds, said, started } = await attendCall(box, ['pip', 'install', 'demo-lib'], { cwd });
    expect({ status, started, last: kinds.at(-1) }).toEqual({ status: 3, started: null, last: 'stop' });
    expect(said).toContain('error[venv-required]');
  });

  test('a read-only command: Node ends before pip does', async () => {
    const { status, kinds, nodeEndedFirst } = await attendCall(box, ['pip', 'list'], { waitsForNode: true });
    expect({ status, kinds, nodeEndedFirst }).toEqual({ status: 0, kinds: ['run'], nodeEndedFirst: true });
  });

  test('no interpreter of the name: said, and 127', async () => {
    const { status, said, started } = await attendCall(box, ['pip3.4', 'install', 'demo-lib']);
    expect({ status, started }).toEqual({ status: 127, started: null });
    expect(said).toContain('3.4');
  });

  test.runIf(isMatrix)('the words of the console decide colours and the question (needs the matrix)', async () => {
    const rules = box.write(
      'asks/pyproject.toml',
      '[tool.pipward.policy]\nrequire-virtual-environment = "enforce"\non-refusal = "offer"\n',
    );
    const cwd = path.dirname(rules);
    const answers = {
      console: 'stdin yes\nstderr yes\ncolumns 100\ncolours yes\n',
      'line 30000': 'm',
    };
    const env = { TERM: 'xterm', CI: undefined, GITHUB_ACTIONS: undefined };
    const asked = await attendCall(box, ['pip', 'install', 'demo-lib'], { cwd, answers, env });
    expect(asked.questions).toContain('line 30000');
    expect({ status: asked.status, started: asked.started?.[0] }).toEqual({
      status: 0,
      started: path.join(cwd, '.venv/bin/python'),
    });
    rmSync(path.join(cwd, '.venv'), { recursive: true });
    const declined = await attendCall(box, ['pip', 'install', 'demo-lib'], {
      cwd,
      env,
      answers: { ...answers, 'line 30000': 'n' },
    });
    expect(declined.status).toBe(3);
    expect(declined.said).toContain('\u001b[');
    const closed = await attendCall(box, ['pip', 'install', 'demo-lib'], { cwd, env });
    expect(closed.questions).not.toContain('line 30000');
    expect(closed.said).not.toContain('\u001b[');
  });

  test('the log has the call, and how pip ended', async () => {
    box.write(
      path.join(box.home, '.config/pipward/config.toml'),
      '[policy]\nrequire-virtual-environment = "advise"\n[audit]\nlog = "file"\n',
    );
    const { status } = await attendCall(box, ['pip', 'install', 'demo-lib']);
    const log = readFileSync(path.join(box.home, '.local/state/pipward/audit.jsonl'), 'utf8');
    rmSync(path.join(box.home, '.config/pipward/config.toml'));
    expect(status).toBe(0);
    expect(log).toContain('"exitStatus":0');
  });

  test.each([
    ['ask', 'strict'],
    ['run', '.'],
  ] as const)('the launcher is gone at its %s: Node ends', async (goneAt, folder) => {
    const cwd = path.join(box.project, folder);
    const { kinds } = await attendCall(box, ['pip', 'install', 'demo-lib'], { cwd, goneAt });
    expect(kinds).toEqual([goneAt]);
  });
});
