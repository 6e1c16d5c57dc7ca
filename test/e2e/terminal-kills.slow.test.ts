import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR } from '../support/actor.ts';
import { KILLER } from '../support/killer.ts';
import { LIMIT_SECONDS } from '../support/limits.ts';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';
import { chooseSome } from '../support/matrix.ts';

const python = findAnyPython()?.executable;
const RUNS = 50;
/** Longer than the longest wait before the blow; who has lost the terminal sees it at the next line. */
const SHORT = `do:for i in range(25): print("line", i, flush=True); time.sleep(0.02)`;

describe.skipIf(!hasProgram('tmux') || python === undefined)('killed at random moments (skipped without tmux)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', ACTOR, 0o755);
    box.write('killer', KILLER);
    if (box.nativePart === null) throw new Error('without the native part of node-pty nothing here is looked at');
  });
  afterAll(() => box?.remove());

  test.concurrent.each(chooseSome([1, 2, 3, 4], 1))(
    `seed %i: no process is left, none stopped, the terminal as it was, ${RUNS} times`,
    async (seed) => {
      const terminal = openTerminal(box.environment(), box.project);
      try {
        await terminal.command(
          `clear; ${python} killer ${seed} ${RUNS} pip install '${SHORT}' 2>&1 | grep -a -E '^seed|^seen'`,
        );
        const screen = await terminal.waitFor(/^seen .*$/m, 2 * LIMIT_SECONDS);
        expect(screen.match(/^seed .*$/gm) ?? []).toEqual([]);
        const [, runs, killed] = /^seen (\d+) runs, (\d+) killed$/m.exec(screen) ?? [];
        expect(Number(runs)).toBe(RUNS);
        // Some come too late, some to a Python that catches them; most do kill.
        expect(Number(killed)).toBeGreaterThan(RUNS / 4);
      } finally {
        terminal.close();
      }
    },
  );
});
