import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareScreens, watchScreen, type Act } from '../support/compare-screens.ts';
import { serveIndex } from '../support/index-server.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { listSession, waitUntil } from '../support/processes.ts';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { everyPython, findPip, makeOwnPython, withoutTimes, type OwnPython } from '../support/terminal-pips.ts';
import { makeWheel } from '../support/wheel.ts';

const shared = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));

/** Removed before, not after: a try that ended early leaves a file, and what is there is not downloaded again. */
const DOWNLOAD = 'rm -rf "$HOME/down"; $P download --no-cache-dir big-one -d "$HOME/down"; status=$?';

/** Prints, reads a key as an editor does, and puts the terminal back as it was. */
const EDITOR = `#!/bin/sh
before=$(stty -g </dev/tty)
stty -icanon -echo </dev/tty
echo "editing $(basename "$1")"
key=$(dd bs=1 count=1 2>/dev/null </dev/tty)
stty "$before" </dev/tty
echo "got $key"
`;

describe.skipIf(!hasProgram('tmux') || everyPython.length === 0)(
  'real pips on a terminal (skipped without tmux)',
  () => {
    let box: Sandbox;
    let index: Awaited<ReturnType<typeof serveIndex>>;
    beforeAll(async () => {
      box = createSandbox();
      if (box.nativePart === null) throw new Error('without the native part of node-pty nothing here is looked at');
      makeWheel(box.wheels, 'demo-app');
      box.write('editor', EDITOR, 0o755);
      index = await serveIndex(makeWheel(box.home, 'big-one', '1.0', { padding: 3_000_000 }));
    });
    afterAll(() => {
      index?.close();
      box?.remove();
    });

    describe.each(chooseSome(everyPython.toReversed(), 1))('of Python $version', (python) => {
      let own: OwnPython;
      beforeAll(async () => void (own = await makeOwnPython(box, python)));
      const both = (act: Act, env: Record<string, string | undefined> = {}) =>
        compareScreens(box, `${own.executable} -m pip`, act, { env: { ...own.env, ...env }, clean: withoutTimes });
      const fromIndex = (place: string) => ({
        PIP_NO_INDEX: undefined,
        PIP_FIND_LINKS: undefined,
        PIP_INDEX_URL: `${index.url}/${place}/`,
      });

      test('questions: uninstall (n, Ctrl-D, Ctrl-C, y), an error in red, an editor; the settings stay', async () => {
        const seen: string[] = [];
        await box.run([own.executable, '-m', 'pip', 'install', '-q', 'demo-app'], {
          unprivileged: false,
          env: own.env,
        });
        const { bare, ours } = await both(async (terminal) => {
          await terminal.command(`stty -g >"$HOME/before"; $P install -q demo-app; echo "in""stalled"`);
          await terminal.waitFor(/^installed$/m);
          for (const [name, ...keys] of [
            ['n', 'n', 'Enter'],
            ['D', 'C-d'],
            ['C', 'C-c'],
            ['y', 'y', 'Enter'],
          ] as const) {
            await terminal.command(`$P uninstall demo-app; echo "${name}"" ended $?"`);
            await terminal.waitFor(/Proceed [^\n]*\?$/);
            const pid = findPip(own.executable, 'demo-app') ?? 0;
            if (name === 'y') seen.push(...[0, 1, 2].map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)));
            terminal.type(...keys);
            await terminal.waitFor(new RegExp(`^${name} ended \\d+$`, 'm'));
          }
          await terminal.command('$P install ./none; echo "red"" ended $?"');
          await terminal.waitFor(/^red ended 1$/m);
          await terminal.command('$P config edit --user --editor "$PWD/editor"; echo "edit"" ended $?"');
          await terminal.waitFor(/^editing pip.conf$/m);
          terminal.type('k');
          await terminal.waitFor(/^edit ended 0$/m);
          await terminal.command(`stty -g | cmp - "$HOME/before" && echo "same"" settings"`);
          await terminal.waitFor(/^same settings$/m);
          expect(await waitUntil(() => listSession(terminal.shell).length === 0)).toBe(true);
        });
        expect(ours).toBe(bare);
        expect(ours).toContain('got k');
        expect(ours).toContain('\u001b[31m');
        expect(seen.every((name) => /^\/dev\/(pts|tty)/.test(name))).toBe(true);
        const [, , , input, output, error] = seen;
        // Only the second run was ours: its output went another way than the keyboard's terminal.
        expect([output === error, output === input]).toEqual([true, false]);
      });

      test.runIf(isMatrix)(
        'a slow index: a bar at 100 and at 40 columns, a password, Ctrl-C while it downloads (needs the matrix)',
        async () => {
          const { bare, ours } = await both(async (terminal) => {
            index.hold();
            await terminal.command(`${DOWNLOAD}; echo "wide"" ended"`);
            // The bar is seen while it grows, in whatever style pip draws it.
            await terminal.waitFor(/[12]\.\d(\/3\.0 )?MB |\b[3-7]\d%/);
            index.release();
            await terminal.waitFor(/^wide ended$/m);
            await terminal.command(
              `export PIP_INDEX_URL=\${PIP_INDEX_URL/simple/private} PIP_QUIET=1; ${DOWNLOAD}; echo "pass"" ended $status"`,
            );
            await terminal.waitFor(/User for .*:$/);
            terminal.type('me', 'Enter');
            await terminal.waitFor(/Password:$/);
            terminal.type('secret', 'Enter');
            // pip 22 and 23.0 may have a keyring to keep it in, and ask.
            const asked = await terminal.waitFor(/^pass ended \d$|\[y\/N\]:?$/m);
            if (!asked.includes('pass ended 0')) terminal.type('n', 'Enter');
            await terminal.waitFor(/^pass ended 0$/m);
            await terminal.command('export PIP_INDEX_URL=${PIP_INDEX_URL/private/simple}; unset PIP_QUIET');
            index.hold();
            await terminal.command(`echo "cha""nce"; ${DOWNLOAD}; echo "stop"" ended"`);
            await terminal.waitFor(/^chance$[^]*(MB|%)/m);
            terminal.type('C-c');
            await terminal.waitFor(/^stop ended$/m);
            index.release();
            terminal.resize(40);
            await terminal.command('echo "sett""led $status"');
            await terminal.waitFor(/^settled 1$/m);
            await terminal.command(`${DOWNLOAD}; echo "narrow"" ended $status"`);
            await terminal.waitFor(/^narrow ended 0$/m);
          }, fromIndex('simple'));
          expect(ours).toBe(bare);
          expect(ours.match(/\b3\.0/g)?.length).toBeGreaterThan(1);
        },
      );
    });

    test.skipIf(!isMatrix || shared === undefined || !hasSetpriv)(
      'the fallback of another user, whose terminal this is not (skipped without root, setpriv, Python 3.12) (needs the matrix)',
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
  },
);
