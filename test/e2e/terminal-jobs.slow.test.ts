import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR } from '../support/actor.ts';
import { compareScreens, watchScreen, type Act } from '../support/compare-screens.ts';
import { isGone, listSession, readProcess, waitUntil } from '../support/processes.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { isMatrix } from '../support/matrix.ts';

describe.skipIf(!hasProgram('tmux'))('keys, jobs and signals on a terminal (skipped without tmux)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', ACTOR, 0o755);
    if (box.nativePart === null) throw new Error('without the native part of node-pty nothing here is looked at');
  });
  afterAll(() => box?.remove());

  const on = (start: string, act: Act, leavesPip = false) => watchScreen(box, start, act, { leavesPip });
  const both = (act: Act, clean?: (text: string) => string) =>
    compareScreens(box, 'python3', act, clean === undefined ? {} : { clean });

  const withoutIds = (text: string) => text.replaceAll(/\b\d{3,}\b/g, 'PID');
  const pids = (name: string) => readFileSync(path.join(box.home, name), 'utf8').split(' ').map(Number);

  /** Prints up; and down as soon as `go` was called. */
  const UNTIL_GO = `do:print("up", flush=True); tell("go.pids"); until("go"); print("down")`;
  const go = () => box.write('../home/go', '');
  const notYet = () => rmSync(path.join(box.home, 'go'), { force: true });

  const isInForeground = (pid: number) =>
    waitUntil(() => {
      const found = readProcess(pid);
      return found !== null && found.state !== 'T' && found.group === found.foreground;
    });

  test('the terminal’s settings stay, and what was typed ahead reaches the shell', async () => {
    const { bare, ours } = await both(async (terminal) => {
      notYet();
      await terminal.command(`stty -g >"$HOME/before"; $P install '${UNTIL_GO}'`);
      await terminal.waitFor(/^up$/m);
      terminal.type(`stty -g | cmp - "$HOME/before" && echo "same"" settings"`, 'Enter');
      go();
      await terminal.waitFor(/^same settings$/m);
    });
    expect(ours).toBe(bare);
  });

  test('Ctrl-C: pip’s own words, its status, and once only', async () => {
    const { bare, ours } = await both(async (terminal) => {
      await terminal.command(`$P install 'do:print("up"); until("never")'; echo "ended $?"`);
      await terminal.waitFor(/^up$/m);
      terminal.type('C-c');
      await terminal.waitFor(/^ended 1$/m);
    });
    expect(ours).toBe(bare);
  });

  test.runIf(isMatrix)(
    'Ctrl-C, eight times, to a pip that takes its time: it comes as often as it was typed (needs the matrix)',
    async () => {
      box.write(
        'patient',
        `do:signal.signal(signal.SIGINT, lambda *_: os.write(1, b"got it\\n")); print("up", flush=True); until("go")`,
      );
      const { bare, ours } = await both(async (terminal) => {
        notYet();
        await terminal.command(`$P install "$(cat patient)"; echo "ended $?"`);
        await terminal.waitFor(/^up$/m);
        for (let times = 1; times <= 8; times += 1) {
          terminal.type('C-c');
          await terminal.waitFor(new RegExp(`(got it[^]*){${times}}$`));
        }
        go();
        await terminal.waitFor(/^ended 0$/m);
      });
      expect(ours).toBe(bare);
    },
  );

  test.each([
    ['the shim’s process id', '$(jobs -p)'],
    ['the job', '%1'],
  ])('Ctrl-Z, then kill -CONT to %s: pip goes on, in the background', async (_, job) => {
    const { bare, ours } = await both(async (terminal) => {
      notYet();
      rmSync(path.join(box.home, 'go.pids'), { force: true });
      await terminal.command(`$P install '${UNTIL_GO.replace('; print("down")', '')}; tell("down")'`);
      await terminal.waitFor(/^up$/m);
      await waitUntil(() => existsSync(path.join(box.home, 'go.pids')));
      terminal.type('C-z');
      await terminal.waitFor(/Stopped/);
      await terminal.command(`kill -CONT ${job}; touch "$HOME/go"; wait; echo "all"" done"`);
      await terminal.waitFor(/^all done$/m);
    });
    expect(ours).toBe(bare);
  });

  test('pip is killed by another process: the shell sees it, nothing is left, the settings are the same', async () => {
    const { bare, ours } = await both(
      async (terminal) => {
        rmSync(path.join(box.home, 'k'), { force: true });
        await terminal.command(
          `stty -g >"$HOME/before"; $P install 'do:print("up", flush=True); tell("k"); until("never")'; echo "ended $?"`,
        );
        await terminal.waitFor(/^up$/m);
        await waitUntil(() => existsSync(path.join(box.home, 'k')) && pids('k').length === 2);
        process.kill(pids('k')[0] ?? 0, 'SIGKILL');
        await terminal.waitFor(/^ended 137$/m);
        expect(await waitUntil(() => listSession(terminal.shell).length === 0)).toBe(true);
        await terminal.command(`stty -g | cmp - "$HOME/before" && echo "same"" settings"`);
        await terminal.waitFor(/^same settings$/m);
      },
      (text) => withoutIds(text).replace(/^.*line \d+: /m, ''),
    );
    expect(ours).toBe(bare);
  });

  test('Ctrl-Z, fg, Ctrl-Z, bg', async () => {
    const { bare, ours } = await both(
      async (terminal) => {
        notYet();
        // It says that it is up first, and then who it is: else this might be read of an earlier one, or be missing.
        rmSync(path.join(box.home, 'go.pids'), { force: true });
        await terminal.command(`$P install '${UNTIL_GO}'`);
        await terminal.waitFor(/^up$/m);
        await waitUntil(() => existsSync(path.join(box.home, 'go.pids')) && pids('go.pids').length === 2);
        terminal.type('C-z');
        await terminal.waitFor(/Stopped/);
        await terminal.command('fg');
        await isInForeground(pids('go.pids')[0] ?? 0);
        terminal.type('C-z');
        await terminal.waitFor(/Stopped[^]*Stopped/);
        await terminal.command('touch "$HOME/go"; bg; wait; echo "all"" done"');
        await terminal.waitFor(/^all done$/m);
      },
      (text) => text.replace(/\n(down)\n([^]*)/, '\n$2'),
    );
    expect(ours).toBe(bare);
  });

  test('in the background: prints where that is allowed, stops where it is not (tostop)', async () => {
    const { bare, ours } = await both(async (terminal) => {
      await terminal.command(`$P install 'do:print("from behind")' & wait; stty tostop`);
      await terminal.waitFor(/^from behind$/m);
      await terminal.command(
        `$P install 'do:print("held back")' & until jobs | grep -q Stopped; do sleep 0.1; done; jobs; echo "loo"ked`,
      );
      expect(await terminal.waitFor(/^looked$/m)).toMatch(/Stopped/);
      await terminal.command('fg');
      await terminal.waitFor(/^held back$/m);
    }, withoutIds);
    expect(ours).toBe(bare);
  });

  test('pip is killed: the shell sees it', async () => {
    const { bare, ours } = await both(
      async (terminal) => {
        await terminal.command(
          `$P install 'do:print("up"); sys.stdout.flush(); os.kill(os.getpid(), 9)'; echo "ended $?"`,
        );
        await terminal.waitFor(/^ended 137$/m);
      },
      (text) => withoutIds(text).replace(/^.*line \d+: /m, ''),
    );
    expect(ours).toBe(bare);
  });

  test.runIf(isMatrix)(
    'we are killed: pip ends at its next output, and the terminal is as it was (needs the matrix)',
    async () => {
      await on('pip', async (terminal) => {
        await terminal.command(
          `stty -g >"$HOME/before"; $P install 'do:tell("a")\nwhile True: print("up", flush=True); time.sleep(0.1)'`,
        );
        await terminal.waitFor(/^up$/m);
        const [actor, ours] = pids('a');
        process.kill(ours ?? 0, 'SIGKILL');
        await terminal.waitFor(/Killed/);
        expect(await isGone(actor ?? 0)).toBe(true);
        await terminal.command(`stty -g | cmp - "$HOME/before" && echo "same"" settings"`);
        await terminal.waitFor(/^same settings$/m);
      });
    },
  );

  test.each(['', `trap "" HUP; `])('the terminal hangs up (%s): nothing is left', async (before) => {
    let started: number[] = [];
    await on(
      'pip',
      async (terminal) => {
        rmSync(path.join(box.home, 'b'), { force: true });
        await terminal.command(
          `${before}$P install 'do:tell("b")\nwhile True: print("up", flush=True); time.sleep(0.1)'`,
        );
        await terminal.waitFor(/^up$/m);
        started = pids('b');
      },
      true,
    );
    expect(await Promise.all(started.map(isGone))).toEqual([true, true]);
  });
});
