import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSome } from '../support/matrix.ts';
import { isGone, readProcess, waitUntil } from '../support/processes.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';

const SIGNALS = ['HUP', 'INT', 'QUIT', 'ABRT', 'USR1', 'USR2', 'ALRM', 'TERM', 'XCPU'] as const;

/** In each, pip must not run when the signal has come, and the shim must not end with 0. */
const SHELLS: readonly (readonly [shell: string, ...words: string[]])[] = [
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['mksh'],
  ['ksh'],
  ['zsh', '--emulate', 'sh'],
];

describe.skipIf(process.platform !== 'linux')(
  'a signal while sh waits for Node ends the call (Linux only)',
  { timeout: 240_000 },
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', '#!/bin/dash\necho ran >"$HOME/ran"\n', 0o755);
      const node = path.join(box.prefix, 'node');
      renameSync(node, `${node}.real`);
      // Each start of Node waits for a word.
      const wait = ': >"$HOME/$2"; until [ -e "$HOME/go" ]; do sleep 0.02; done';
      box.write(
        '../prefix/node',
        `#!/bin/dash\nset -- "$@"\n${wait.replace('$2', 'mode-$3')}\nexec "$0.real" "$@"\n`,
        0o755,
      );
    });
    afterAll(() => box?.remove());

    const homeFile = (name: string) => path.join(box.home, name);

    /** Signals the shim, or its process group, in the first start of Node; returns how the shim ended. */
    async function signalAtStart(
      shell: readonly string[],
      word: string,
      name: (typeof SIGNALS)[number],
      to: 'shim' | 'group',
    ) {
      for (const file of readdirSync(box.home)) rmSync(homeFile(file), { recursive: true });
      const [program = '', ...words] = shell;
      const child = spawn(program, [...words, box.pip, word, 'x'], {
        cwd: box.project,
        env: box.environment(),
        stdio: 'ignore',
        detached: true,
      });
      const ended = new Promise<string>((resolve) => {
        child.once('exit', (status, signal) => resolve(signal ?? String(status)));
      });
      const pid = child.pid ?? 0;
      const phase = word === 'list' ? 'mode-decide' : 'mode-try';
      expect(await waitUntil(() => existsSync(homeFile(phase)) || readProcess(pid) === null)).toBe(true);
      process.kill(to === 'group' ? -pid : pid, `SIG${name}`);
      // What has ended by now has; what waits goes on.
      await waitUntil(() => !/SigPnd:\s*0*[1-9a-f]|ShdPnd:\s*0*[1-9a-f]/.test(readStatus(pid)));
      box.write('../home/go', '');
      const end = await ended;
      expect(await isGone(pid)).toBe(true);
      return { end, ran: existsSync(homeFile('ran')) };
    }

    const cases = SHELLS.flatMap(
      (shell) =>
        (['list', 'install'] as const).flatMap((word) =>
          (['shim', 'group'] as const).map((to) => [shell.join(' '), word, to, shell] as const),
        ),
      // zsh as sh blocks WINCH, so such a call is not monitored: it has no trial start.
    ).filter(([shell, word]) => !(shell.startsWith('zsh') && word === 'install'));

    for (const [label, word, to, shell] of chooseSome(cases, 8)) {
      test.skipIf(!hasProgram(shell[0]))(
        `${label}, pip ${word}, to the ${to} (skipped without ${shell[0]})`,
        async () => {
          for (const name of chooseSome(SIGNALS, 4)) {
            const { end, ran } = await signalAtStart(shell, word, name, to);
            // (A shell that cannot end by the signal ends with the status that shows it.)
            const isEnd = end === `SIG${name}` || end === String(128 + constants.signals[`SIG${name}`]);
            expect({ name, end, isEnd, ran }).toEqual({ name, end, isEnd: true, ran: false });
          }
        },
      );
    }
  },
);

/** HUP is bit 0 of SigIgn, INT bit 1, QUIT bit 2 (proc_pid_status(5)). */
const IGNORED = [
  ['HUP', 1],
  ['INT QUIT', 6],
] as const;

describe.skipIf(process.platform !== 'linux')('what the caller ignores, pip ignores, too (Linux only)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\nexec grep SigIgn /proc/self/status\n', 0o755);
  });
  afterAll(() => box?.remove());

  for (const shell of SHELLS) {
    test.skipIf(!hasProgram(shell[0]))(`${shell.join(' ')} (skipped without ${shell[0]})`, async () => {
      for (const [names, bits] of IGNORED) {
        const line = `trap '' ${names}; exec "$@"`;
        const { stdout } = await box.run(['/bin/dash', '-c', line, 'sh', ...shell, box.pip, 'list']);
        const [, digit = ''] = /SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(stdout) ?? [];
        expect({ names, bits: Number.parseInt(digit, 16) & bits }).toEqual({ names, bits });
      }
    });
  }
});

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return '';
  }
}

describe.skipIf(!hasProgram('script'))(
  'a signal that the caller ignores, while Node starts (skipped without script)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', '#!/bin/dash\necho ran >"$HOME/ran"\n', 0o755);
      const node = path.join(box.prefix, 'node');
      renameSync(node, `${node}.real`);
      // Node has set the signal to its default by then, whatever its caller did.
      box.write(
        '../prefix/node',
        `#!/bin/dash\n: >"$HOME/mode-$3"\nexec "$0.real" -e 'process.kill(process.pid, process.env.NAME)'\n`,
        0o755,
      );
    });
    afterAll(() => box?.remove());

    for (const shell of chooseSome(SHELLS, 3)) {
      test.skipIf(!hasProgram(shell[0]))(
        `pip runs without it where there is a terminal, which may send one (skipped without ${shell[0]})`,
        async () => {
          for (const name of ['HUP', 'INT']) {
            for (const file of readdirSync(box.home)) rmSync(path.join(box.home, file), { recursive: true });
            const line = `trap '' ${name}; exec ${shell.join(' ')} '${box.pip}' install x`;
            await box.run(['script', '-qec', line, '/dev/null'], { env: { NAME: `SIG${name}` } });
            const made = readdirSync(box.home).filter((file) => /^(?:ran|mode-\w+)$/.test(file));
            expect(made.toSorted()).toEqual(['mode-decide', 'ran']);
          }
        },
      );
    }

    test('elsewhere pip is monitored: no terminal sends anything', async () => {
      for (const file of readdirSync(box.home)) rmSync(path.join(box.home, file), { recursive: true });
      await box.run(['setsid', '--wait', 'dash', '-c', `trap '' HUP; exec '${box.pip}' install x`], {
        env: { NAME: 'SIGHUP' },
      });
      expect(existsSync(path.join(box.home, 'mode-try'))).toBe(true);
    });
  },
);
