import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR } from '../support/actor.ts';
import { chooseSome } from '../support/matrix.ts';
import { isGone, readProcess, waitUntil } from '../support/processes.ts';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';

const python = findAnyPython()?.executable ?? 'python3';
const LIMIT_SECONDS = 120;
/** The end is told by a shell: Node itself knows no real-time signals. */
const END = 'echo "$?"';
/** The kernel drops TSTP, TTIN and TTOU in a group whose parent is in another session, as the tests' own may be. */
const IN_OWN_GROUP =
  'import os, subprocess, sys; sys.exit(subprocess.call(sys.argv[1:], preexec_fn=lambda: os.setpgid(0, 0)))';

describe.skipIf(process.platform !== 'linux')('signals, number by number (Linux only)', { timeout: 240_000 }, () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', ACTOR, 0o755);
  });
  afterAll(() => box?.remove());
  /** As the one who runs the tests, who can start the actor's Python. */
  const shell = (line: string, env = {}) => box.shell(line, { unprivileged: false, env });

  /** Starts pip as an actor, sends the signal to the shim's process id alone, tells how the shim ended. */
  async function sendAlone(number: number, act: string) {
    for (const name of ['pids', 'go', 'got']) rmSync(path.join(box.home, name), { force: true });
    const line = `pip install 'do:${act}; tell("pids"); until("go")'; ${END}`;
    const caller = spawn(python, ['-c', IN_OWN_GROUP, '/bin/bash', '-c', line], {
      env: box.environment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let told = '';
    caller.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    const closed = new Promise((resolve) => caller.once('close', resolve));
    const pids = path.join(box.home, 'pids');
    const read = () => (existsSync(pids) ? readFileSync(pids, 'utf8').split(' ').map(Number) : []);
    expect(await waitUntil(() => read().length === 2, LIMIT_SECONDS)).toBe(true);
    const [pip = 0, shim = 0] = read();
    await settle(shim);
    process.kill(shim, number);
    return { shim, pip, ended: closed.then(() => told.trim()) };
  }

  /** The shim and its two children, pip and the signal probe, sleep and slept a while ago. */
  async function settle(shim: number) {
    const children = () => readFileSync(`/proc/${shim}/task/${shim}/children`, 'latin1').trim().split(' ').map(Number);
    const sleep = () =>
      children().length === 2 && [shim, ...children()].every((pid) => readProcess(pid)?.state === 'S');
    for (let quiet = 0; quiet < 3;) {
      await waitUntil(sleep, LIMIT_SECONDS);
      await new Promise((resolve) => setTimeout(resolve, 60));
      quiet = sleep() ? quiet + 1 : 0;
    }
  }

  const endings = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 24, 26, 27, 29, 30, 31, 32, 34, 40, 64];
  test.each(chooseSome(endings, 3))(
    '%i to the shim’s process id alone ends pip, and the shim as bare pip',
    async (number) => {
      const act = 'signal.signal(signal.SIGINT, signal.SIG_DFL)';
      const { pip, ended } = await sendAlone(number, act);
      expect(await ended).toBe(String(128 + number));
      expect(await isGone(pip)).toBe(true);
    },
  );

  const caught = [1, 3, 6, 10, 12, 13, 14, 15, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 34, 40, 64];
  test.each(chooseSome(caught, 3))(
    '%i to the shim’s process id alone reaches a pip that handles it, which goes on',
    async (number) => {
      const act = `signal.signal(${number}, lambda number, _: tell("got"))`;
      const { ended } = await sendAlone(number, act);
      expect(await waitUntil(() => existsSync(path.join(box.home, 'got')), LIMIT_SECONDS)).toBe(true);
      box.write('../home/go', '');
      expect(await ended).toBe('0');
    },
  );

  test.each([constants.signals.SIGTSTP, constants.signals.SIGTTIN, constants.signals.SIGTTOU])(
    '%i to the shim’s process id alone stops pip and the shim, CONT lets both go on',
    async (number) => {
      const { shim, pip, ended } = await sendAlone(number, 'pass');
      const areStopped = () => [shim, pip].every((pid) => readProcess(pid)?.state === 'T');
      expect(await waitUntil(areStopped, LIMIT_SECONDS)).toBe(true);
      process.kill(shim, 'SIGCONT');
      expect(await waitUntil(() => [shim, pip].every((pid) => readProcess(pid)?.state === 'S'), LIMIT_SECONDS)).toBe(
        true,
      );
      box.write('../home/go', '');
      expect(await ended).toBe('0');
    },
  );

  test.each(chooseSome([32, 33, 34, 40, 64], 3))(
    'pip ended by the real-time signal %i is not success',
    async (number) => {
      for (const word of ['list', 'install']) {
        const line = `pip ${word} 'do:os.kill(os.getpid(), ${number})' | cat; echo "\${PIPESTATUS[0]}"`;
        expect((await shell(line)).stdout).toBe(`${128 + number}\n`);
      }
    },
  );

  test.skipIf(!isRoot)('as the first process of a container, too (needs root)', async () => {
    for (const number of [11, 40]) {
      const line = `unshare --pid --fork --mount-proc pip install 'do:os.kill(os.getpid(), ${number})'; ${END}`;
      expect((await shell(line)).stdout).toBe(`${128 + number}\n`);
    }
  });

  const corePattern = readFileSync('/proc/sys/kernel/core_pattern', 'latin1').trim();
  test.skipIf(corePattern !== 'core')(
    'a crash of pip leaves pip’s core file, not Node’s (needs core_pattern core)',
    async () => {
      const line = `ulimit -c unlimited && ulimit -S -c 65536; pip install 'do:
import resource; print(resource.getrlimit(resource.RLIMIT_CORE)[0]); sys.stdout.flush(); os.kill(os.getpid(), 11)'; ${END}; grep -c _PIPWARD_FDS core; rm -f core`;
      expect((await shell(line)).stdout).toBe(`${65536 * 1024}\n139\n0\n`);
    },
  );

  test('no core file where the caller allows none', async () => {
    const line = `ulimit -S -c 0; pip install 'do:os.kill(os.getpid(), 6)'; ${END}; ls core 2>/dev/null`;
    expect((await shell(line)).stdout).toBe('134\n');
  });

  const masks = `do:print([line for line in open("/proc/self/status") if line[:6] in ("SigIgn", "SigBlk")])`;
  test('ignored and blocked signals are the caller’s', async () => {
    // dash sets CHLD for itself before it reads a line, so that nothing can tell what it was.
    const program = `import os, signal, sys
for number in eval(sys.argv[1]): signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_SETMASK, eval(sys.argv[2]))
os.execvp(sys.argv[3], sys.argv[3:])`;
    const file = box.write('masks.py', program);
    const sets = chooseSome(
      [
        '[]',
        '[2, 3]',
        '[3]',
        '[1, 10, 14, 21, 34, 64]',
        '[n for n in range(1, 65) if n not in (3, 9, 17, 19, 32, 33)]',
      ],
      2,
    );
    for (const ignored of sets) {
      for (const blocked of ['[]', '[1, 15, 40]']) {
        const shown = (start: string) => shell(`${python} ${file} '${ignored}' '${blocked}' ${start} '${masks}'`);
        const bare = await shown(`${path.join(box.bin, 'python3')} install`);
        expect(bare.stdout).toContain('SigIgn');
        for (const word of ['list', 'install']) expect(await shown(`pip ${word}`)).toEqual(bare);
      }
    }
  });

  for (const sh of ['bash', 'bash --posix', 'busybox sh', 'zsh', 'dash']) {
    test.skipIf(!hasProgram(sh.split(' ')[0] ?? ''))(
      `QUIT is not ignored for pip where ${sh} ignores it while it runs the shim (skipped without it)`,
      async () => {
        const look = 'do:import signal; print(signal.getsignal(3) == signal.SIG_IGN)';
        const { stdout } = await shell(`${sh} "$(command -v pip)" install '${look}'`);
        expect(stdout).toBe('False\n');
      },
    );
  }

  test('with the descriptors 3 to 9 all open pip has these, and not the shim’s file', async () => {
    const look = `do:
for fd in range(10, 30):
    try: print(fd, os.readlink("/proc/self/fd/%d" % fd))
    except OSError: pass
print(os.read(9, 4))`;
    for (const word of ['list', 'install']) {
      for (const more of ['', '10</dev/null 11<&-', '{fd}</dev/null']) {
        const line = `exec 3</dev/null 4<&3 5<&3 6<&3 7<&3 8<&3 9< <(echo nine) ${more}; pip ${word} '${look}'`;
        const { stdout } = await shell(line);
        expect(stdout).not.toContain('shims/pip');
        expect(stdout).toContain("b'nine'");
      }
    }
  });

  test('nor does the bash that closes it read ~/.bashrc where stdin is a socket, as it does for a remote shell', async () => {
    const onSocket =
      'import socket, subprocess, sys; a, b = socket.socketpair(); subprocess.call(sys.argv[1:], stdin=a, close_fds=False)';
    for (const word of ['list', 'install']) {
      // (The file comes after the start of the bash that reads this line.)
      const line = `echo 'echo planted >&2' >"$HOME/.bashrc"; exec 3</dev/null 4<&3 5<&3 6<&3 7<&3 8<&3 9<&3; ${python} -c '${onSocket}' env -u SHLVL pip ${word} 'do:print("ran")'`;
      const { stdout, stderr } = await shell(line);
      rmSync(path.join(box.home, '.bashrc'));
      expect({ stdout, stderr }).toEqual({ stdout: 'ran\n', stderr: '' });
    }
  });
});
