import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { TEST_LIMIT } from '../support/limits.ts';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, isRoot, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { isMatrix } from '../support/matrix.ts';

const python = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));
/** A place without the marks of a container: the machine's folders, but not what lies beside them. */
const OUTSIDE = `root=$1; shift
for name in $(ls /); do
  [ -d "/$name" ] && [ "$name" != run ] || continue
  if [ -L "/$name" ]; then cp -P "/$name" "$root/"; else mkdir -p "$root/$name" && mount --rbind "/$name" "$root/$name"; fi || exit
done
exec /usr/sbin/chroot "$root" "$@"`;
const canLeave =
  isRoot &&
  python !== undefined &&
  spawnSync('unshare', [
    '-m',
    'sh',
    '-c',
    'mount -t tmpfs none /mnt && mkdir -p /mnt/tmp && mount --rbind /tmp /mnt/tmp',
  ]).status === 0;

// Each makes an environment and runs pip several times: slow where the machine is busy.
describe.skipIf(!canLeave)(
  'pip as root (skipped without root, unshare and a pyenv Python 3.12)',
  { timeout: TEST_LIMIT },
  () => {
    let box: Sandbox;
    let executable: string;

    beforeAll(() => {
      if (python === undefined) return;
      box = createSandbox();
      executable = copyInterpreter(python, path.join(box.folder, 'python')).executable;
      box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
      box.set('PATH', `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
      box.set('XDG_STATE_HOME', '/dev/null');
      makeWheel(box.wheels, 'demo-lib');
      box.write('pyproject.toml', '');
      mkdirSync(path.join(box.folder, 'outside'));
    });
    afterAll(() => box?.remove());

    /** Runs a line as root where no mark of a container is. */
    const outside = (line: string, env: Record<string, string> = {}) =>
      box.run(
        [
          'unshare',
          '-m',
          'sh',
          '-c',
          OUTSIDE,
          'sh',
          path.join(box.folder, 'outside'),
          '/bin/bash',
          '-c',
          `cd ${box.project} && ${line}`,
        ],
        { env, unprivileged: false },
      );

    test.runIf(isMatrix)('an environment, and what root installed is taken back (needs the matrix)', async () => {
      const { stderr, status } = await outside('pip install demo-lib');
      expect(status).toBe(0);
      const { text, commands } = readAdvice(stderr, 'running-as-root');
      expect(text).toContain('python3.12/site-packages');
      expect(commands.slice(0, 2)).toEqual(['python -m venv .venv', '.venv/bin/python -m pip install demo-lib']);
      const installed = path.join(box.folder, 'python/lib/python3.12/site-packages/demo_lib.py');
      expect(existsSync(installed)).toBe(true);
      const followed = await box.shell(commands.join(' &&\n'), { unprivileged: false, input: 'y\n' });
      expect(followed).toMatchObject({ status: 0 });
      expect(existsSync(installed)).toBe(false);
      expect(existsSync(path.join(box.project, '.venv/lib/python3.12/site-packages/demo_lib.py'))).toBe(true);
    });

    const sudo = () => ({
      SUDO_USER: 'nobody',
      SUDO_UID: String(NOBODY),
      SUDO_COMMAND: `${box.shims}/pip install demo-lib`,
    });
    const throughSudo = async () => {
      await box.run([executable, '-m', 'pip', 'uninstall', '-y', 'demo-lib'], { unprivileged: false });
      return outside('pip install demo-lib', sudo());
    };

    test.runIf(isMatrix)(
      'through sudo: the caller’s own environment without sudo; sudo only to undo (needs the matrix)',
      async () => {
        const { stderr } = await throughSudo();
        const { text, commands } = readAdvice(stderr, 'running-as-root');
        expect(text).toContain('in an environment of nobody no sudo is needed');
        expect(commands.filter((command) => command.startsWith('sudo'))).toEqual([
          `sudo ${executable} -m pip uninstall demo-lib`,
        ]);
        expect(commands[0]).not.toContain('sudo');
      },
    );

    test.skipIf(!hasProgram('sudo'))('the printed sudo line takes it back (skipped without sudo)', async () => {
      const { commands } = readAdvice((await throughSudo()).stderr, 'running-as-root');
      const installed = path.join(box.folder, 'python/lib/python3.12/site-packages/demo_lib.py');
      expect(existsSync(installed)).toBe(true);
      const undo = commands.filter((command) => command.startsWith('sudo')).join('\n');
      expect(await box.shell(undo, { unprivileged: false, input: 'y\n' })).toMatchObject({ status: 0 });
      expect(existsSync(installed)).toBe(false);
    });

    test('what replaced another version has no such line', async () => {
      await throughSudo();
      const { stderr } = await outside('pip install --force-reinstall demo-lib', sudo());
      expect(stderr).toContain('running-as-root');
      expect(stderr).not.toContain('uninstall');
    });

    test.each([
      ['in a container', '', (line: string) => box.shell(line, { unprivileged: false, env: { container: 'oci' } })],
      ['by an option of pip', '--root-user-action=ignore', outside],
    ])('silence %s', async (_, option, run) => {
      const { stderr, status } = await run(`pip install --force-reinstall ${option} demo-lib`);
      expect(status).toBe(0);
      expect(stderr).not.toContain('running-as-root');
    });
  },
);
