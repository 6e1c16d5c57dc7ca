import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR } from '../support/actor.ts';
import { canBeFirst } from '../support/namespaces.ts';
import { findAnyPython, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const python = findAnyPython()?.executable ?? 'python3';

describe('the process that the caller sees', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', ACTOR, 0o755);
  });
  afterAll(() => box?.remove());

  /** Both ways through Node; the words behind are ours. */
  const ways = [
    ['decide', 'list'],
    ['watch', 'install'],
  ] as const;
  const unprivileged = false;

  describe.each(chooseSome(ways, 3))('%s', (_, word) => {
    test.each(chooseSome([0, 1, 2, 3, 23, 120, 255], 3))('exit status %i comes through', async (status) => {
      expect(await box.run(['pip', word, `do:sys.exit(${status})`], { unprivileged })).toMatchObject({
        status,
        signal: null,
      });
    });

    test.each(chooseSome(['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGPIPE', 'SIGUSR1', 'SIGABRT'] as const, 3))(
      'pip dies by %s, and so do we',
      async (signal) => {
        const line = `do:signal.signal(signal.${signal === 'SIGKILL' ? 'SIGTERM' : signal}, signal.SIG_DFL); os.kill(os.getpid(), signal.${signal})`;
        expect(await box.run(['pip', word, line], { unprivileged })).toMatchObject({ status: null, signal });
      },
    );

    test.each(chooseSome(['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1'] as const, 3))(
      '%s to the shim ends pip and the shim',
      async (signal) => {
        const pidFile = path.join(box.home, `pid-${word}-${signal}`);
        const line = `do:signal.signal(signal.SIGINT, signal.SIG_DFL); open(${JSON.stringify(pidFile)}, "w").write(str(os.getpid())); print("up", flush=True); until("never")`;
        const child = spawn(box.pip, [word, line], {
          env: box.environment(),
          stdio: ['ignore', 'pipe', 'pipe'],
          detached: true,
        });
        await new Promise((resolve) => child.stdout.once('data', resolve));
        const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_status, by) => resolve(by)));
        child.kill(signal);
        expect(await ended).toBe(signal);
        const pid = Number(readFileSync(pidFile, 'utf8'));
        expect(() => process.kill(pid, 0)).toThrow('ESRCH');
      },
    );

    test('pip runs in the process group of the caller', async () => {
      const { stdout } = await box.shell(`pip ${word} 'do:print(os.getpgid(0))'; ps -o pgid= -p $$`, { unprivileged });
      const [own, shell] = stdout.split('\n').map((text) => text.trim());
      expect(own).toBe(shell);
    });

    test('limits, ignored signals and other descriptors are those of the caller', async () => {
      const look = `do:import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0], *[signal.getsignal(s) == signal.SIG_IGN for s in (1, 2, 3, 6, 15)], os.read(9, 5), os.read(4, 5))`;
      const { stdout } = await box.shell(
        `ulimit -Sn 777; trap '' HUP INT QUIT ABRT; pip ${word} '${look}' 9< <(printf nine) 4< <(printf four)`,
        { unprivileged },
      );
      expect(stdout).toBe(`777 True True True True False b'nine' b'four'\n`);
    });

    test('variables are those of the caller, Node has not seen its own', async () => {
      const env = {
        NODE_OPTIONS: '--require /nonexistent/no-such-file',
        NODE_EXTRA_CA_CERTS: '/nonexistent',
        NODE_CHANNEL_FD: '3',
        ODD: ' a\n"b" $c ü ',
      };
      const look = `do:print([(n, v) for n, v in sorted(os.environ.items()) if n.startswith("NODE_") or n == "ODD" or (n.startswith("_PIPWARD") and n != "_PIPWARD_DEPTH")])`;
      const { stdout } = await box.run(['pip', word, look], { unprivileged, env });
      const expected = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(stdout).toBe(
        `[${expected.map(([name, value]) => `('${name}', '${value.replace('\n', '\\n')}')`).join(', ')}]\n`,
      );
    });

    test.each([
      ['stdin', '<&-', 0],
      ['stdout', '>&-', 1],
      ['stderr', '2>&-', 2],
    ])('%s that is closed stays closed', async (_name, redirection, fd) => {
      const out = path.join(box.home, `closed-${word}-${fd}`);
      const look = `do:
f = os.open(${JSON.stringify(out)}, os.O_CREAT | os.O_WRONLY)
f = os.dup2(f, 20)
for n in (0, 1, 2):
    try: os.fstat(n); os.write(20, b"open ")
    except OSError: os.write(20, b"closed ")`;
      // The file may land on the closed descriptor, so it is looked for before: fstat comes after dup2, on 20.
      const { status } = await box.shell(
        `pip ${word} '${look.replace('f = os.dup2(f, 20)', 'os.dup2(f, 20); os.close(f)')}' ${redirection}`,
        { unprivileged },
      );
      expect(status).toBe(0);
      expect(readFileSync(out, 'utf8').trim().split(' ')).toEqual([0, 1, 2].map((n) => (n === fd ? 'closed' : 'open')));
    });

    test('bytes that are not UTF-8 in arguments, variables and the directory arrive as they are', async () => {
      const odd = `$'\\xff\\xfe\\n'`;
      const line = `mkdir -p ${odd} && cd ${odd} && X=${odd} pip ${word} 'do:print(os.fsencode(words[-1]), os.environb[b"X"], os.path.basename(os.getcwdb()))' ${odd}`;
      const { stdout } = await box.shell(line, { unprivileged });
      expect(stdout).toBe(`b'\\xff\\xfe\\n' b'\\xff\\xfe\\n' b'\\xff\\xfe\\n'\n`);
    });

    test('a long variable with a byte that is not UTF-8 arrives as it is', async () => {
      const line = `X=$(printf -- '-\\344%%1%0100000d' 1) pip ${word} 'do:x = os.environb[b"X"]; print(len(x), x[:5])'`;
      expect((await box.shell(line, { unprivileged })).stdout).toBe(`100004 b'-\\xe4%10'\n`);
    });

    test('stdin is the caller’s', async () => {
      const { stdout } = await box.run(['pip', word, 'do:print(sys.stdin.read())'], { unprivileged, input: 'typed' });
      expect(stdout).toBe('typed\n');
    });

    test('a reader that goes away: pip meets a broken pipe as it would without us', async () => {
      const act = `do:
for i in range(200000): print("line", i, flush=True)`;
      const line = (start: string) => `${start} ${word} '${act}' | head -1; echo "\${PIPESTATUS[0]}"`;
      const bare = await box.shell(line(`${path.join(box.bin, 'python3')} -m pip`), { unprivileged });
      const ours = await box.shell(line('pip'), { unprivileged });
      expect(ours.stdout).toBe(bare.stdout);
    });
  });

  test.skipIf(!canBeFirst)(
    'as the first process of a container, too, pip’s death is not a success (needs root)',
    async () => {
      // (Where sh runs pip in its own place, pip itself is the first process, with or without us.)
      const line = `unshare --pid --fork --mount-proc pip install 'do:os.kill(os.getpid(), 9)'; echo "$?"`;
      expect((await box.shell(line, { unprivileged })).stdout).toBe('137\n');
    },
  );

  test.each(chooseSome(['>/dev/full', '2>/dev/full', '>/dev/full 2>&1', '>small'], 3))(
    'a full disk keeps pip’s words back, and pip goes on: the status is the same without us (%s)',
    async (where) => {
      const act = `do:
for n in range(99):
    for stream in (sys.stdout, sys.stderr):
        try: stream.write("x" * 99); stream.flush()
        except OSError: pass
open(os.environ["HOME"] + "/went-on", "w")`;
      const went = path.join(box.home, 'went-on');
      const line = (start: string) => `ulimit -f 4; ${start} install '${act}' ${where}; echo "$?" >&3`;
      const statusOf = async (start: string) =>
        (await box.shell(`exec 3>&1; { ${line(start)}; } | cat >/dev/null`, { unprivileged })).stdout;
      const bare = await statusOf(`${path.join(box.bin, 'python3')} -m pip`);
      rmSync(went);
      expect(await statusOf('pip')).toBe(bare);
      expect(existsSync(went)).toBe(true);
    },
  );

  test('stdout that is open for reading alone, and stderr the same file for writing: the status is the same without us', async () => {
    const act = 'do:sys.stderr.write("word")';
    const statusOf = async (start: string) =>
      (await box.shell(`${start} install '${act}' 1</dev/null 2>/dev/null 3>&1; echo "$?"`, { unprivileged })).stdout;
    expect(await statusOf(`${path.join(box.bin, 'python3')} -m pip`)).toBe('0\n');
    expect(await statusOf('pip')).toBe('0\n');
  });

  const python2 = listPyenvPythons().find(({ version }) => version.startsWith('2.'));
  test.skipIf(python2 === undefined)('the same of Python 2, which says nothing of it (needs Python 2)', async () => {
    const statusOf = async (start: string) =>
      (await box.shell(`${start} install nothing >/dev/full; echo "$?"`, { unprivileged, env })).stdout;
    const env = { PATH: `${box.shims}:${path.dirname(python2?.executable ?? '')}:/usr/bin:/bin` };
    const bare = await statusOf('python -m pip');
    expect(bare).toBe('1\n');
    expect(await statusOf('pip')).toBe(bare);
  });

  test.each([
    ['an argument', '', '"$X"', 'os.fsencode(sys.argv[-1])'],
    ['a variable', 'export X;', '', 'os.environb[b"X"]'],
  ])('%s of 100,000 bytes that are not UTF-8 arrives as it is', async (_, before, word, read) => {
    const act = `do:x = ${read}; print(len(x), set(x), sorted(os.listdir("/proc/self/fd"))[:4])`;
    const line = (start: string) =>
      `X=$(head -c 100000 /dev/zero | tr '\\0' '\\344'); ${before} ${start} install '${act}' ${word}; echo "$?"`;
    const bare = await box.shell(line(path.join(box.bin, 'python3')), { unprivileged });
    expect(bare.stdout).toContain('100000 {228}');
    expect(await box.shell(line('pip'), { unprivileged })).toEqual(bare);
  });

  test('output that could not be written is told', async () => {
    const { stderr } = await box.shell(`pip install 'do:print("x")' >/dev/full`, { unprivileged });
    expect(stderr).toContain("pipward: pip's output could not be written whole (ENOSPC)\n");
  });

  describe('a reader that is gone before pip writes once', () => {
    /** A terminal that has hung up, a pipe and a socket without a reader, a full disk. */
    const caller = `import os, socket, subprocess, sys
def gone(kind):
    if kind == "full": return os.open("/dev/full", os.O_WRONLY)
    if kind == "terminal": ends = os.openpty()
    elif kind == "pipe": ends = os.pipe()
    else: ends = [end.detach() for end in socket.socketpair()]
    os.close(ends[0]); return ends[1]
kind, stream, *command = sys.argv[1:]
fd = gone(kind)
streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
for name in ("stdout", "stderr"):
    if stream in (name, "both"): streams[name] = fd
ended = subprocess.run(command, stdin=subprocess.DEVNULL, **streams)
print(ended.returncode, (ended.stderr or b"").decode().count("could not be written whole"))`;
    const kinds = ['pipe', 'socket', 'full', 'terminal'];

    test.each(
      chooseSome(
        kinds.flatMap((kind) => ['stdout', 'stderr', 'both'].map((stream) => [kind, stream] as const)),
        3,
      ),
    )('%s as %s: the status says that its output was not delivered', async (kind, stream) => {
      const file = box.write('gone.py', caller);
      const act = `do:sys.stdout.write("one line\\n"); sys.stderr.write("another\\n")`;
      const run = (start: string) =>
        box.shell(`python3 ${file} ${kind} ${stream} ${start} install '${act}'`, {
          unprivileged,
          env: { PATH: `${box.shims}:${path.dirname(python)}:${box.bin}:/usr/bin:/bin`, PIPWARD_PYTHON: actor },
        });
      const actor = path.join(box.bin, 'python3');
      expect((await run(actor)).stdout).toBe('120 0\n');
      expect((await run('pip')).stdout).toBe(`120 ${stream === 'stdout' ? 1 : 0}\n`);
    });

    test('advice that cannot be written changes nothing', async () => {
      const act = `do:sys.stdout.write("Defaulting to user installation because normal site-packages is not writeable\\n")`;
      const line = `pip install '${act}' 2>&1 >/dev/null | true; echo "\${PIPESTATUS[0]}"`;
      expect((await box.shell(line, { unprivileged })).stdout).toBe('0\n');
    });
  });

  test.each([
    ['a small address space', 'ulimit -v 600000;'],
    ['very few files', 'ulimit -n 20;'],
    [
      'a library path that Node cannot start with',
      'mkdir -p lib; echo >lib/libstdc++.so.6; export LD_LIBRARY_PATH=$PWD/lib;',
    ],
  ])('%s: pip runs all the same', async (_, before) => {
    const { status, stdout } = await box.shell(`${before} pip install 'do:print("ran")'`, { unprivileged });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'ran\n' });
  });

  test('a Python that sh cannot start: sh says that it is not found, and we say what is missing', async () => {
    box.write('broken', '#!/nowhere/python3\n', 0o755);
    const { status, stderr } = await box.shell(`PIPWARD_PYTHON="$PWD/broken" pip install x`, { unprivileged });
    expect({ status, shell: /^sh: .*broken.*$/m.test(stderr) }).toEqual({ status: 127, shell: true });
    expect(stderr).toContain('\nerror[interpreter-not-runnable]: ');
    expect(stderr).toContain('its first line names /nowhere/python3, which does not exist\n');
  });

  test('output of any size is whole, in order, and ours adds nothing', async () => {
    const act = `do:
for i in range(60000):
    sys.stdout.write("o%d\\n" % i); sys.stdout.flush()
    sys.stderr.write("e%d\\n" % i)`;
    const { stdout } = await box.shell(
      `pip install '${act}' >"$HOME/all" 2>&1; wc -l <"$HOME/all"; md5sum <"$HOME/all"`,
      { unprivileged },
    );
    const bare = await box.shell(`python3 install '${act}' 2>&1 | md5sum`, { unprivileged });
    expect(
      stdout
        .split('\n')
        .map((line) => line.trim())
        .slice(0, 2),
    ).toEqual(['120000', bare.stdout.trim()]);
  });

  test.runIf(isMatrix)(
    'output that is still in the pipe when pip ends reaches a slow reader (needs the matrix)',
    async () => {
      // However long that takes: a reader that is slower than pip is what this is about, and load makes it slower still.
      // 64 kB wait in the reader's pipe and 256 kB in Node, which then reads no more; the rest is in pip's pipe.
      for (const size of [350_000, 400_000, 420_000, 440_000]) {
        const act = `do:os.write(1, b"o" * ${size}); os._exit(0)`;
        const { stdout } = await box.shell(`pip install '${act}' | { sleep 0.7; wc -c; }`, { unprivileged });
        expect(Number(stdout)).toBe(size);
      }
    },
  );

  test('a process that outlives pip and writes without a pause does not keep us', async () => {
    const line = `do:os.system("yes leftover &"); print("pip is done", flush=True)`;
    // How much of the rest comes through depends on who is scheduled when; what pip wrote does.
    const { status, stdout } = await box.shell(`${box.pip} install '${line}' | grep -c 'pip is done'`, {
      unprivileged,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '1\n' });
  });

  test('pip sees a pipe, not a socket: builds open /dev/stderr', async () => {
    const { status, stdout } = await box.shell(
      `pip install 'do:os.system("echo out >/dev/stdout; echo err >/dev/stderr")' 2>&1 | cat`,
      { unprivileged },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'out\nerr\n' });
  });

  test('a sibling that writes to the same pipe loses nothing', async () => {
    const line = `{ seq 1 200000 & pip install 'do:print("x" * 100000)'; wait; } | { sleep 0.5; wc -c; }`;
    const { stdout } = await box.shell(line, { unprivileged });
    expect(Number(stdout)).toBe(1_288_895 + 100_001);
  });

  test('nohup: pip and we outlive the hang-up', async () => {
    const line = `nohup pip install 'do:print("up", flush=True); until("go"); print("done")' >"$HOME/nohup" 2>&1 & until grep -q up "$HOME/nohup"; do sleep 0.1; done; kill -HUP $!; touch "$HOME/go"; wait $!; echo "$?"; cat "$HOME/nohup"`;
    const { stdout } = await box.shell(line, { unprivileged });
    expect(stdout).toContain('0\n');
    expect(stdout).toContain('done');
  });

  test('a loop of shims ends with an error that names it', async () => {
    box.write('../bin/python3.6', `#!/bin/sh\nexec pip3.6 "$@"\n`, 0o755);
    const { status, stderr } = await box.shell(`ln -s pip "${box.shims}/pip3.6"; pip3.6 install x`, { unprivileged });
    expect(status).toBe(126);
    expect(stderr).toContain('error[call-loop]');
  });

  describe.skipIf(!hasProgram('tmux'))('in a terminal (skipped without tmux)', () => {
    const act = `'do:print("up"); until("never")'`;
    test.each(chooseSome(ways, 3))(
      '%s: Ctrl-C in a shell loop goes on with the loop, as with bare pip',
      async (_, word) => {
        const screens: string[] = [];
        for (const start of ['python3', 'pip']) {
          const terminal = openTerminal(box.environment({ PS1: '> ' }), box.project);
          try {
            await terminal.command(`for i in 1 2; do ${start} ${word} ${act}; echo "ended $?"; done; echo all`);
            await terminal.waitFor(/^up$/m);
            terminal.type('C-c');
            await terminal.waitFor(/^ended 1\nup$/m);
            terminal.type('C-c');
            screens.push((await terminal.waitFor(/^all\n.*[#$]$/m)).replace(/^[^]*?^up$/m, 'up'));
          } finally {
            terminal.close();
          }
        }
        expect(screens[1]).toBe(screens[0]);
      },
    );

    test('a raw-mode program in the foreground is not disturbed by pip in the background', async () => {
      const terminal = openTerminal(box.environment({ PS1: '> ' }), box.project);
      try {
        await terminal.command(
          `pip install 'do:open(os.environ["HOME"] + "/up", "w"); until("raw")' & until [ -e "$HOME/up" ]; do sleep 0.1; done; stty raw -echo; touch "$HOME/raw"; wait; stty -a | grep -c -- '-icanon'; stty sane; echo ov''er`,
        );
        expect(await terminal.waitFor(/over/)).toMatch(/^\s*1\s*$/m);
      } finally {
        terminal.close();
      }
    });
  });

  test('pipward leaves no cache folder in the home directory', () => {
    expect(existsSync(path.join(box.home, '.cache'))).toBe(false);
  });
});
