import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareScreens, watchScreen, type Act } from '../support/compare-screens.ts';
import { serveIndex } from '../support/index-server.ts';
import { copyInterpreter, findAnyPython, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const installed = listPyenvPythons().filter(({ version }) => !version.startsWith('2.'));
/** Python 2 has no venv of its own. */
const pythons = new Set(installed.length > 0 ? installed : [findAnyPython()].filter((found) => found !== null));
const shared = installed.findLast(({ version }) => version.startsWith('3.12'));

/** Times and speeds differ from run to run; which of them a bar still shows does, too. */
const withoutTimes = (text: string) =>
  text
    .replaceAll(/\d+(\.\d+)? ?([kM]?B)\/s/g, 'SPEED')
    .replaceAll(/eta [-\d:]+/g, 'eta TIME')
    .replaceAll(/\/tmp\/pip-[\w-]+/g, '/tmp/pip-X')
    .replaceAll(/ +$/gm, '');

describe.skipIf(!hasProgram('tmux') || pythons.size === 0)('real pips on a terminal (skipped without tmux)', () => {
  let box: Sandbox;
  let index: Awaited<ReturnType<typeof serveIndex>>;
  beforeAll(async () => {
    box = createSandbox();
    makeWheel(box.wheels, 'demo-app');
    index = await serveIndex(makeWheel(box.home, 'big-one', '1.0', { padding: 3_000_000 }));
  });
  afterAll(() => {
    index?.close();
    box?.remove();
  });

  /** The process of that environment's Python whose command line holds the word. Other tests run at the same time. */
  function findPip(venv: string, word: string): string | undefined {
    return readdirSync('/proc').find((pid) => {
      try {
        const words = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0') : [];
        return words[0]?.startsWith(venv) && words.includes(word);
      } catch {
        return false;
      }
    });
  }

  describe.each([...pythons])('of Python $version', ({ executable, version }) => {
    let venv: string;
    beforeAll(async () => {
      venv = path.join(box.project, `venv-${version}`);
      await box.run([executable, '-m', 'venv', venv], { unprivileged: false });
    });
    const both = (act: Act, options: { env?: Record<string, string | undefined>; columns?: number } = {}) =>
      compareScreens(box, `${venv}/bin/python -m pip`, act, {
        ...options,
        env: { VIRTUAL_ENV: venv, ...options.env },
        clean: withoutTimes,
      });
    const fromIndex = (place: string) => ({
      PIP_NO_INDEX: undefined,
      PIP_FIND_LINKS: undefined,
      PIP_INDEX_URL: `${index.url}/${place}/`,
    });
    const install = () =>
      box.run([`${venv}/bin/python`, '-m', 'pip', 'install', '-q', 'demo-app'], { unprivileged: false });

    test.each([
      ['y', ['y', 'Enter']],
      ['n', ['n', 'Enter']],
      ['Ctrl-D', ['C-d']],
      ['Ctrl-C', ['C-c']],
    ])('the uninstall question, answered %s', async (_, keys) => {
      const seen: string[] = [];
      const { bare, ours } = await both(async (terminal) => {
        await install();
        await terminal.command('$P uninstall demo-app; echo "ended $?"');
        await terminal.waitFor(/Proceed/);
        const pid = findPip(venv, 'demo-app') ?? '';
        seen.push(...[0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)));
        terminal.type(...keys);
        await terminal.waitFor(/^ended \d+$/m);
      });
      expect(ours).toBe(bare);
      const [, , , input, output, error] = seen;
      expect(seen.every((name) => /^\/dev\/(pts|tty)/.test(name))).toBe(true);
      // Only the second run was ours: its output went another way than the keyboard's terminal.
      expect([output === error, output === input]).toEqual([true, false]);
    });

    test.each([100, 40])('an install with a progress bar, %i columns', async (columns) => {
      const { bare, ours } = await both(
        async (terminal) => {
          await terminal.command('$P uninstall -qy big-one; clear; $P install --no-cache-dir big-one; echo "ended $?"');
          await terminal.waitFor(/^ended 0$/m);
        },
        { env: fromIndex('simple'), columns },
      );
      expect(ours).toBe(bare);
      expect(ours).toContain('3.0');
    });

    test('the bar is seen while it grows', async () => {
      const act: Act = async (terminal) => {
        await terminal.command(
          '$P download --no-cache-dir big-one -d "$HOME/down"; rm -r "$HOME/down"; echo "ended $?"',
        );
        await terminal.waitFor(/[12]\.\d\/3\.0 MB|\b[3-7]\d%/);
        await terminal.waitFor(/^ended 0$/m);
      };
      const place = { env: { VIRTUAL_ENV: venv, ...fromIndex('simple') } };
      expect(await watchScreen(box, 'pip', act, place)).toContain('ended 0');
    });

    test('an error in red', async () => {
      const { bare, ours } = await both(async (terminal) => {
        await terminal.command('$P install no-such-thing; echo "ended $?"');
        await terminal.waitFor(/^ended 1$/m);
      });
      expect(ours).toBe(bare);
      expect(ours).toContain('\u001b[31m');
    });

    test('a user and a password that the index wants', async () => {
      const { bare, ours } = await both(
        async (terminal) => {
          await terminal.command('$P install secret-app; echo "ended $?"');
          await terminal.waitFor(/User for .*: $|User for .*:$/);
          terminal.type('me', 'Enter');
          await terminal.waitFor(/Password/);
          terminal.type('secret', 'Enter');
          // pip 22 and 23.0 may have a keyring to keep it in, and ask.
          const asked = await terminal.waitFor(/^ended 1$|\[y\/N\]:?$/m);
          if (!asked.includes('ended 1')) terminal.type('n', 'Enter');
          await terminal.waitFor(/^ended 1$/m);
        },
        { env: fromIndex('private') },
      );
      expect(ours).toBe(bare);
    });

    test('Ctrl-C while it downloads', async () => {
      const { bare, ours } = await both(
        async (terminal) => {
          await terminal.command('$P download --no-cache-dir big-one -d "$HOME/down"; clear; echo "ended $?"');
          await terminal.waitFor(/MB|%/);
          terminal.type('C-c');
          await terminal.waitFor(/^ended \d/m);
        },
        { env: fromIndex('simple') },
      );
      expect(ours).toBe(bare);
    });
  });

  test.skipIf(shared === undefined || !hasSetpriv)(
    'the fallback of another user, whose terminal this is not (skipped without root, setpriv, Python 3.12)',
    async () => {
      if (shared === undefined) return;
      const own = createSandbox();
      try {
        const { executable } = copyInterpreter(shared, path.join(own.folder, 'python'));
        own.set('LD_LIBRARY_PATH', path.join(own.folder, 'python/lib'));
        own.set('PATH', `${own.shims}:${path.dirname(executable)}:/usr/bin:/bin`);
        own.set('HISTFILE', '');
        makeWheel(own.wheels, 'demo-app');
        const command = own.wrap(['bash', '--norc', '--noprofile', '-i']).join(' ');
        const act: Act = async (terminal) => {
          await terminal.command('$P install demo-app');
          await terminal.waitFor(/^more: /m);
        };
        const screen = await watchScreen(own, 'pip', act, { command });
        expect(screen).toContain('Defaulting to user installation');
        expect(screen).toContain('[user-install-fallback]');
        expect(screen.indexOf('Successfully')).toBeLessThan(screen.indexOf('user-install-fallback]'));
      } finally {
        own.remove();
      }
    },
  );
});
