import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMatrix } from '../support/matrix.ts';
import { TEST_LIMIT } from '../support/limits.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt, snapshot } from '../support/product.ts';
import { hasProgram } from '../support/sandbox.ts';

const MOMENTS = isMatrix ? 50 : 5;
const SEED = 20_261_124;
const ANSWER = 'pip 99 from a stub';

/** What a person would start next, each asked for the same thing. */
const SHELLS: readonly (readonly [name: string, script: string])[] = [
  ['bash', "bash -lic 'pip --version'"],
  ['bash', "bash -ic 'pip --version'"],
  ['zsh', "zsh -lic 'pip --version'"],
  ['tcsh', 'echo pip --version | tcsh -l'],
  ['dash', "dash -lc 'pip --version'"],
];

let scratch = '';
let product = '';
let home = '';
let env: Readonly<Record<string, string>> = {};

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-killed-'));
  product = copyProduct(path.join(scratch, 'product'));
  home = path.join(scratch, 'home');
  mkdirSync(home);
  // An interpreter and a pip that answer at once: what is at stake is whether they are reached.
  const bin = path.join(scratch, 'bin');
  mkdirSync(bin);
  for (const name of ['python', 'python3', 'pip']) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\necho '${ANSWER}'\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  env = { PATH: `${bin}:${path.dirname(findOwnNode())}:/usr/bin:/bin`, PIPWARD_ADVICE: 'off' };
  writeFileSync(path.join(home, '.bashrc'), 'export ONE=1');
  writeFileSync(path.join(home, '.profile'), `PATH='${bin}':$PATH\n[ -z "$BASH_VERSION" ] || . ~/.bashrc\n`);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Starts install.sh and kills it, and what it started in its process group, after so many milliseconds. */
function installUntil(milliseconds: number, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(path.join(product, 'install.sh'), ['--yes', ...args], {
      cwd: '/',
      env: { HOME: home, TERM: 'dumb', SHELL: '/bin/bash', ...env },
      stdio: 'ignore',
      detached: true,
    });
    const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), milliseconds);
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

/** Each installed shell's answer, all started at once. */
function askShells(): readonly string[] {
  const lines = SHELLS.filter(([name]) => hasProgram(name)).map(
    ([, script], index) =>
      `{ setsid -w sh -c "${script}" >"$1/${index}" 2>/dev/null </dev/null || echo FAILED >>"$1/${index}"; tail -n 1 "$1/${index}"; } &`,
  );
  const folder = mkdtempSync(path.join(scratch, 'answers-'));
  const { stdout } = runAt(home, ['sh', '-c', `${lines.join('\n')}\nwait`, 'sh', folder], env);
  rmSync(folder, { recursive: true });
  return stdout.trim().split('\n');
}

test(
  `killed at ${MOMENTS} moments, every shell starts and pip runs; then it installs and comes out whole`,
  { timeout: TEST_LIMIT },
  async () => {
    const before = snapshot(home);
    const random = createRandom(SEED);
    const started = performance.now();
    expect(runAt(home, [path.join(product, 'install.sh'), '--yes'], env).status).toBe(0);
    const whole = performance.now() - started;
    expect(new Set(askShells())).toEqual(new Set([ANSWER]));
    runAt(home, [path.join(product, 'install.sh'), '--yes', '--uninstall'], env);
    expect(snapshot(home)).toEqual(before);

    let killed = 0;
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      // Most of what is written is written in the first half. A removal comes now and then: it is killed as well.
      const removal = moment % 5 === 4;
      const after = Math.floor(random() * whole * 0.8);
      if (await installUntil(after, removal ? ['--uninstall'] : ['--no-modify-path'].slice(moment % 3 === 0 ? 0 : 1)))
        killed += 1;
      expect({ moment, after, answers: [...new Set(askShells())] }).toEqual({ moment, after, answers: [ANSWER] });
    }
    expect(killed).toBeGreaterThan(0);

    // What a kill between the writing and the renaming leaves: no moment is sure to hit that.
    writeFileSync(path.join(home, '.pipward.0123456789ab'), 'export ONE=1');
    expect(runAt(home, [path.join(product, 'install.sh'), '--yes'], env)).toMatchObject({ status: 0, stderr: '' });
    expect(runAt(home, [path.join(product, 'install.sh'), '--yes', '--uninstall'], env).status).toBe(0);
    expect(snapshot(home)).toEqual(before);
  },
);
