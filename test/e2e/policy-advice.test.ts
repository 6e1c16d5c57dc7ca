import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome } from '../support/matrix.ts';

const python = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));
const missing = python === undefined ? 'no pyenv Python 3.12 to copy' : hasSetpriv ? null : 'needs root and setpriv';

const LATER = '[policy]\nrequire-virtual-environment = { level = "enforce", from = 2099-01-15 }\n';
const WORD = 'pipward.toml:2 require-virtual-environment = "enforce", from 2099-01-15';

describe.skipIf(missing !== null)(
  `what a policy advises is always said${missing === null ? '' : ` (${missing})`}`,
  () => {
    let box: Sandbox;
    let count = 0;

    beforeAll(() => {
      if (python === undefined) return;
      box = createSandbox();
      const { executable } = copyInterpreter(python, path.join(box.folder, 'python'));
      box.set('LD_LIBRARY_PATH', path.join(box.folder, 'python/lib'));
      box.set('PATH', `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
      makeWheel(box.wheels, 'rocket');
    });
    afterAll(() => box?.remove());

    function freshFolder(policy: string): string {
      count += 1;
      const folder = path.join(box.project, `folder-${count}`);
      mkdirSync(folder);
      box.write(path.join(folder, 'pipward.toml'), policy);
      rmSync(path.join(box.home, '.local/lib'), { recursive: true, force: true });
      return folder;
    }
    const say = async (line: string, env = {}, policy = LATER) => {
      const { stderr } = await box.shell(line, { cwd: freshFolder(policy), env });
      return stderr.replaceAll(/\s+/g, ' ');
    };

    test.each(
      chooseSome(
        [
          ['in full', 'pip install rocket', {}, 'policy /'],
          ['in one line', 'pip install rocket', { PIPWARD_ADVICE: 'short' }, '; policy: '],
          ['in CI', 'pip install rocket', { CI: 'true', GITHUB_ACTIONS: 'true' }, '%0Apolicy: '],
          ['pip found nothing', 'pip install no-such-rocket', {}, 'no-matching-distribution'],
          ['pip was told --user', 'pip install --user rocket', {}, 'warning[venv-required]'],
          ['pip could not be started', 'pip install rocket', { PIPWARD_PYTHON: '/etc/passwd' }, null],
        ],
        3,
      ),
    )('%s', async (_, line, env, also) => {
      const said = await say(line, env);
      expect(said.includes(WORD)).toBe(also !== null);
      expect(said).toContain(also ?? 'interpreter-not-found');
      expect(said).not.toContain('next time say --user');
    });

    test('with too few free descriptors sh runs pip, and a message says so first', async () => {
      const said = await say('exec 3</dev/null 4<&3 5<&3 6<&3 7<&3 8<&3 9<&3; pip install rocket');
      expect(said).toContain(WORD);
      expect(said).toContain('warning[venv-required]');
    });

    test('advice is off: nothing', async () => {
      expect(await say('pip install rocket', { PIPWARD_ADVICE: 'off' })).toBe('');
    });

    test('an exemption that counts: the rule does not apply', async () => {
      const exempt = `${LATER}exempt-packages = ["rocket"]\n`;
      expect(await say('pip install rocket', {}, exempt)).not.toContain(WORD);
    });

    // The last one: what is removed here stays away.
    test('pipward itself failed: the rule is printed anyway', async () => {
      rmSync(path.join(box.prefix, 'dist/reporter.cjs'));
      const said = await say('pip install rocket');
      expect(said).toContain('pipward: policy advises against this: ');
      expect(said).toContain(WORD);
    });
  },
);
