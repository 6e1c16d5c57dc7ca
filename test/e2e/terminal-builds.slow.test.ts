import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareScreens, type Act } from '../support/compare-screens.ts';
import { serveIndex } from '../support/index-server.ts';
import { listSession, waitUntil } from '../support/processes.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import type { Terminal } from '../support/terminal.ts';
import {
  fewPythons,
  findPip,
  makeOwnPython,
  makeSlowProject,
  withoutTimes,
  type OwnPython,
} from '../support/terminal-pips.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const DOWNLOAD = '$P download --no-cache-dir big-one -d "$HOME/down"';
/** Before a download, not after: a try that ended early leaves a file, and what is there is not downloaded again. */
const AFRESH = 'rm -rf "$HOME/down"';
/** So many that they are not through before a key is pressed. */
const MANY = 3000;

describe.skipIf(!hasProgram('tmux') || fewPythons.length === 0)(
  'builds, colours, sizes and Ctrl-C on a terminal: oldest, middle and newest pip (skipped without tmux)',
  () => {
    let box: Sandbox;
    let index: Awaited<ReturnType<typeof serveIndex>>;
    beforeAll(async () => {
      box = createSandbox();
      if (box.nativePart === null) throw new Error('without the native part of node-pty nothing here is looked at');
      makeWheel(box.wheels, 'many-files', '1.0', { modules: MANY });
      index = await serveIndex(makeWheel(box.home, 'big-one', '1.0', { padding: 3_000_000 }));
    });
    afterAll(() => {
      index?.close();
      box?.remove();
    });

    describe.each(chooseSome(fewPythons, 1))('of Python $version', (python) => {
      let own: OwnPython;
      beforeAll(async () => void (own = await makeOwnPython(box, python)));
      const both = (act: Act, env: Record<string, string | undefined> = {}) =>
        compareScreens(box, `${own.executable} -m pip`, act, { env: { ...own.env, ...env }, clean: withoutTimes });
      const fromIndex = () => ({
        PIP_NO_INDEX: undefined,
        PIP_FIND_LINKS: undefined,
        PIP_INDEX_URL: `${index.url}/simple/`,
      });
      const removeManyFiles = () => {
        for (const name of readdirSync(own.sitePackages).filter((found) => found.startsWith('many_files'))) {
          rmSync(path.join(own.sitePackages, name), { recursive: true, force: true, maxRetries: 20 });
        }
      };
      // A pip that swallows its key installs all the many files first.
      const isAlone = (terminal: Terminal) => waitUntil(() => listSession(terminal.shell).length === 0);

      test('a build: it spins, and the screen is the same', async () => {
        const project = makeSlowProject(box, python, 1);
        const { bare, ours } = await both(async (terminal) => {
          await terminal.command(
            `rm -rf "$HOME/built"; $P install --no-deps --target "$HOME/built" '${project}'; echo "ended $?"`,
          );
          await terminal.waitFor(/\.\.\. ?[-\\|/]$/m);
          await terminal.waitFor(/^ended 0$/m);
          expect(await isAlone(terminal)).toBe(true);
        });
        expect(ours).toBe(bare);
      });

      test.runIf(isMatrix)('TERM=dumb, NO_COLOR, FORCE_COLOR (needs the matrix)', async () => {
        const { bare, ours } = await both(
          async (terminal) => {
            for (const set of ['TERM=dumb', 'NO_COLOR=1', 'FORCE_COLOR=1']) {
              await terminal.command(`${set} $P install ./none; echo "ended"" ${set}"`);
              await terminal.waitFor(new RegExp(`^ended ${set}$`, 'm'));
            }
            const empty = 'PIP_NO_INDEX= PIP_FIND_LINKS=';
            await terminal.command(`${AFRESH}; ${empty} TERM=dumb ${DOWNLOAD}; echo "ended"" bar $?"`);
            await terminal.waitFor(/^ended bar 0$/m);
          },
          { PIP_INDEX_URL: `${index.url}/simple/` },
        );
        expect(ours).toBe(bare);
        expect(ours).toContain('\u001b[31m');
      });

      test.runIf(isMatrix)(
        'a resize while a bar grows, and typed-ahead input, which reaches the shell (needs the matrix)',
        async () => {
          const { bare, ours } = await both(async (terminal) => {
            index.hold();
            await terminal.command(`stty -g >"$HOME/before"; ${AFRESH}; echo "cha""nce"; ${DOWNLOAD}`);
            await terminal.waitFor(/^chance$[^]*(MB|%)/m);
            terminal.resize(40);
            terminal.type(
              'echo "sett""led"; stty size; stty -g | cmp - "$HOME/before" && echo "same"" settings"',
              'Enter',
            );
            index.release();
            await terminal.waitFor(/^settled$[^]*^same settings$/m);
          }, fromIndex());
          expect(ours).toBe(bare);
          expect(ours).toMatch(/^settled\n40 40$/m);
        },
      );

      test('Ctrl-C at the start, in a build, in an install, and twice: stopped, alone, the settings the same', async () => {
        const project = makeSlowProject(box, python, 100_000);
        const { bare, ours } = await both(async (terminal) => {
          await terminal.command(`stty -g >"$HOME/before"; echo "re""ady"`);
          await terminal.waitFor(/^ready$/m);
          // Where Python or pip is just then is chance, and so is what they say of it and by which status.
          const stop = async (
            name: string,
            line: string,
            isThere: RegExp | (() => boolean),
            { keys = ['C-c'], statuses = '1 | 2 | 130' } = {},
          ) => {
            // What pip did before the key, in this step, screen or try, must not affect the next one.
            removeManyFiles();
            await terminal.command(`echo "cha""nce ${name}"; ${line}`);
            if (typeof isThere === 'function') await waitUntil(isThere);
            else await terminal.waitFor(new RegExp(`^chance ${name}$[^]*${isThere.source}`, 'm'));
            terminal.type(...keys);
            expect({ name, alone: await isAlone(terminal) }).toEqual({ name, alone: true });
            const judge = `case $? in ${statuses}) s=stopped ;; *) s=$? ;; esac`;
            await terminal.command(`${judge}; echo; echo "sett""led: ${name} $s"`);
            await terminal.waitFor(new RegExp(`^settled: ${name} `, 'm'));
          };
          const many = '$P install many-files';
          // Python, 2 and 3, may swallow a key that comes while it imports: pip goes on, and all is installed.
          await stop('start', many, () => findPip(own.executable, 'many-files') !== undefined, {
            statuses: '0 | 1 | 2 | 130',
          });
          await stop('build', `$P install --no-deps '${project}'`, /\.\.\. ?[-\\|/]$/);
          await stop('install', many, /^Installing collected packages/);
          await stop('twice', many, /^Installing collected packages/, { keys: ['C-c', 'C-c'] });
          await terminal.command(`stty -g | cmp - "$HOME/before" && echo "same"" settings"`);
          await terminal.waitFor(/^same settings$/m);
        });
        expect(ours).toBe(bare);
        expect(ours.match(/^settled: \w+ stopped$/gm)).toHaveLength(4);
      });
    });
  },
);
