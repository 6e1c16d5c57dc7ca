import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR } from '../support/actor.ts';
import { compareScreens, type Act } from '../support/compare-screens.ts';
import { TEST_LIMIT } from '../support/limits.ts';
import { listSession, readProcess, waitUntil } from '../support/processes.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import type { Terminal } from '../support/terminal.ts';
import { chooseSome } from '../support/matrix.ts';

const SIGNALS = ['INT', 'QUIT', 'TERM', 'HUP'] as const;

/** Says that it is up, then each signal that comes; ends when it is told to. (Python interrupts its sleep for each.) */
const COUNT = `do:
def say(number, _): sys.stdout.write("got %s\\n" % signal.Signals(number).name); sys.stdout.flush()
for name in ("INT", "QUIT", "TERM", "HUP", "USR1"): signal.signal(getattr(signal, "SIG" + name), say)
print("up", flush=True); tell("pids"); until("go"); print("down")`;
const WAIT = `do:tell("pids"); until("go")`;

describe.skipIf(!hasProgram('tmux'))(
  'signals on a terminal, one by one (skipped without tmux)',
  { timeout: TEST_LIMIT },
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', ACTOR, 0o755);
      box.write('count', COUNT);
      box.write('wait', WAIT);
      if (box.nativePart === null) throw new Error('without the native part of node-pty nothing here is looked at');
    });
    afterAll(() => box?.remove());

    /** bash names the process of a background job: [1] 12345. */
    const withoutIds = (text: string) => text.replaceAll(/^(\[\d+\]) \d+$/gm, '$1 PID');
    const both = (act: Act) => compareScreens(box, 'python3', act, { clean: withoutIds });
    const go = () => box.write('../home/go', '');

    /** Types a line that starts an actor; resolves to its process group, whose first process the shell started. */
    async function start(terminal: Terminal, line: string): Promise<number> {
      const pids = path.join(box.home, 'pids');
      for (const name of ['go', 'pids']) rmSync(path.join(box.home, name), { force: true });
      await terminal.command(line);
      const read = () => {
        try {
          return readFileSync(pids, 'utf8').split(' ').map(Number);
        } catch {
          return [];
        }
      };
      expect(await waitUntil(() => read().length === 2)).toBe(true);
      const actor = readProcess(read()[0] ?? 0);
      expect(await isSettled(terminal)).toBe(true);
      return actor?.group ?? 0;
    }

    /**
     * Everything sleeps, and slept a while ago: then our look at the signal probe, a timer of 20 ms, is behind us, since a
     * process whose timer is over does not sleep.
     */
    async function isSettled(terminal: Terminal): Promise<boolean> {
      const sleeps = () => listSession(terminal.shell).every((pid) => readProcess(pid)?.state === 'S');
      for (;;) {
        if (!(await waitUntil(sleeps))) return false;
        await new Promise((resolve) => setTimeout(resolve, 200));
        if (sleeps()) return true;
      }
    }

    /** Nothing of the session is left but its shell. */
    const isAlone = (terminal: Terminal) => waitUntil(() => listSession(terminal.shell).length === 0);

    describe.each(
      chooseSome(
        [
          ['in the foreground', ''],
          ['in the background', ' & wait $!'],
        ],
        1,
      ),
    )('%s', (_, behind) => {
      test.each([
        ['the shim’s process id', 1],
        ['its group', -1],
      ])('to %s: status, words of the shell, processes left', async (_name, sign) => {
        const { bare, ours } = await both(async (terminal) => {
          await terminal.command(`stty -g >"$HOME/before"`);
          for (const signal of SIGNALS) {
            const group = await start(terminal, `$P install "$(cat wait)"${behind}; echo "${signal} $?"`);
            process.kill(sign * group, `SIG${signal}`);
            await terminal.waitFor(new RegExp(`^${signal} \\d+$`, 'm'));
            expect(await isAlone(terminal)).toBe(true);
          }
          await terminal.command(`stty -g | cmp - "$HOME/before" && echo "same"" settings"`);
          await terminal.waitFor(/^same settings$/m);
        });
        expect(ours).toBe(bare);
      });

      test.each([
        ['the shim’s process id', 1],
        ['its group', -1],
      ])('to %s: pip gets it, and gets it once', async (_name, sign) => {
        const { bare, ours } = await both(async (terminal) => {
          const group = await start(terminal, `$P install "$(cat count)"${behind}`);
          for (const signal of [...SIGNALS, 'USR1']) {
            process.kill(sign * group, `SIG${signal}`);
            await terminal.waitFor(new RegExp(`^got SIG${signal}$`, 'm'));
            expect(await isSettled(terminal)).toBe(true);
          }
          go();
          await terminal.waitFor(/^down$/m);
        });
        expect(ours).toBe(bare);
        expect(ours.match(/^got /gm)).toHaveLength(5);
      });
    });
  },
);
