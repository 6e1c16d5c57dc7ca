import { existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, hasSetpriv, type Sandbox } from '../support/sandbox.ts';
import { readNamesPutAside } from '../support/shim-names.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const putAside = readNamesPutAside();

/**
 * Users of this test file alone, one for each purpose: the system counts processes by user, and those that an earlier test
 * has left to the first process count until that looks.
 */
const FIRST_USER = 20_000 + (process.pid % 4000) * 10;
const USERS = { limits: FIRST_USER, parent: FIRST_USER + 1, processes: FIRST_USER + 2, memory: FIRST_USER + 3 };

const asUser = (user: keyof typeof USERS, ...command: readonly string[]): [string, ...string[]] => [
  'setpriv',
  `--reuid=${USERS[user]}`,
  `--regid=${USERS[user]}`,
  '--clear-groups',
  ...command,
];

describe.skipIf(!hasSetpriv || !existsSync('/proc/self/limits'))(
  'pip runs where Node cannot (needs root, setpriv and /proc)',
  () => {
    let box: Sandbox;

    beforeAll(() => {
      box = createSandbox();
      // exec and builtins only: it must not need a process of its own.
      box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
    });
    afterAll(() => box?.remove());

    // dash cannot limit processes: `ulimit -u` does nothing there.
    const limited = (limit: string, word: string, env = {}) =>
      box.run(asUser('limits', '/bin/bash', '-c', `${limit} && exec "$@"`, 'bash', box.pip, word, 'x'), {
        unprivileged: false,
        env: { HOME: '/nonexistent', ...env },
      });

    const LIMITS = [
      ...[20_000, 60_000, 110_000, 300_000, 700_000, 900_000].map((size) => `ulimit -v ${size}`),
      ...[5000, 20_000, 40_000, 60_000, 100_000].map((size) => `ulimit -d ${size}`),
      ...[2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 24].map((count) => `ulimit -u ${count}`),
      ...[12, 16, 24].map((count) => `ulimit -n ${count}`),
      ...[64, 128].map((size) => `ulimit -s ${size}`),
      'ulimit -f 0',
      'ulimit -l 0',
    ];

    test.each(chooseSome(LIMITS, 2))('%s', async (limit) => {
      for (const word of ['list', 'install']) {
        const { status, stdout, stderr } = await limited(limit, word);
        expect({ word, status }).toEqual({ word, status: 7 });
        // What sh says of a process that was killed.
        expect(stderr).not.toMatch(/Aborted|Segmentation fault|breakpoint trap/);
        expect(stdout).toMatch(new RegExp(`${word} x\\n$`));
      }
    });

    test.runIf(isMatrix)('few processes are left, though many are allowed (needs the matrix)', async () => {
      // 56 of 60 are in use while pip is called.
      const line = `ulimit -u 60; i=0; while [ $i -lt 56 ]; do sleep 600 >/dev/null 2>&1 & i=$((i + 1)); done
        "$0" install x; s=$?; kill $(jobs -p); exit $s`;
      const { status, stdout } = await box.run(asUser('limits', '/bin/bash', '-c', line, box.pip), {
        unprivileged: false,
        env: { HOME: '/nonexistent' },
      });
      expect({ status, ends: stdout.endsWith('install x\n') }).toEqual({ status: 7, ends: true });
    });
  },
);

describe.skipIf(!hasSetpriv || !existsSync('/proc/self/limits'))(
  'a call that has little room is not monitored (needs root, setpriv and /proc)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      // Builtins only.
      const look = `#!/bin/dash
read -r name <"/proc/$PPID/comm"
while read -r key value; do [ "$key" != Threads: ] || threads=$value; done <"/proc/$PPID/status"
echo "$name $threads"
`;
      box.write('../bin/python3', look, 0o755);
    });
    afterAll(() => box?.remove());

    const run = async (line: string, user: keyof typeof USERS) => {
      const command = asUser(user, '/bin/bash', '-c', line, box.pip, path.join(box.prefix, 'node'));
      const { stdout, stderr } = await box.run(command, { unprivileged: false, env: { HOME: '/nonexistent' } });
      return { stdout: stdout.trim(), stderr };
    };
    /** Returns which program runs pip, and how many threads that has: bash if pip takes the place of the shim. */
    const findParent = async (limit: string, user: keyof typeof USERS = 'parent') => {
      const { stdout, stderr } = await run(`${limit} && "$0" install x; exit $?`, user);
      expect(stderr).toBe('');
      const [, name = '', threads = ''] = /^(.*) (\d+)$/m.exec(stdout) ?? [];
      return { name, threads: Number(threads) };
    };
    /** Returns the first limit under which Node starts, with so many threads that do its work. */
    const findLeast = async (option: string, sizes: string, threads: number, user: keyof typeof USERS) => {
      const program = 'require("fs").stat("/", () => process.reallyExit(0))';
      const start = `UV_THREADPOOL_SIZE=${threads} timeout --foreground -s KILL 5 "$1" --v8-pool-size=0 -e '${program}'`;
      const line = `for size in ${sizes}; do
          if (ulimit ${option} $size && ${start}) >/dev/null 2>&1; then echo $size; break; fi
        done 2>/dev/null; exit 0`;
      return Number((await run(line, user)).stdout);
    };

    test('one without limits is, by a Node without worker threads of V8', async () => {
      const { name, threads } = await findParent('true');
      expect(name).not.toBe('bash');
      const script = `console.log(/Threads:\\t(\\d+)/.exec(require('fs').readFileSync('/proc/self/status', 'utf8'))[1])`;
      const usual = await box.run([path.join(box.prefix, 'node'), '-e', script], { unprivileged: false });
      expect(threads).toBeLessThan(Number(usual.stdout));
    });

    test('address space: any limit', async () => {
      expect((await findParent('ulimit -v 8000000')).name).toBe('bash');
    });

    test('stack: with little of it Node crashes now and then', async () => {
      expect((await findParent('ulimit -S -s 200')).name).toBe('bash');
      expect((await findParent('ulimit -S -s 1000')).name).not.toBe('bash');
    });

    test('processes: a dozen more than Node needs', async () => {
      const least = await findLeast('-u', '$(seq 5 40)', 4, 'processes');
      expect(least).toBeGreaterThan(0);
      expect((await findParent(`ulimit -u ${least + 12}`, 'processes')).name).toBe('bash');
      expect((await findParent(`ulimit -u ${least + 60}`, 'processes')).name).not.toBe('bash');
    });

    test('memory: 40 MB more than Node needs', async () => {
      const least = await findLeast('-d', '$(seq 40000 16000 800000)', 20, 'memory');
      expect(least).toBeGreaterThan(0);
      expect((await findParent(`ulimit -d ${least + 40_000}`, 'memory')).name).toBe('bash');
      expect((await findParent(`ulimit -d ${least + 160_000}`, 'memory')).name).not.toBe('bash');
    });
  },
);

describe('pip runs, and gets its variables, whatever they do to Node', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\nexec env\n', 0o755);
    writeFileSync(path.join(box.folder, 'openssl.cnf'), 'openssl_conf = [\n[[ none\n.include /nonexistent\n');
  });
  afterAll(() => box?.remove());

  /** Values that stop or change Node 20: by an exit, a crash, a hang, a file that is written. */
  const FATAL: readonly (readonly [name: string, value: string])[] = [
    ['OPENSSL_CONF', 'FOLDER/openssl.cnf'],
    ['LANG', '/nonexistent'],
    ['LC_ALL', '99999999999999999999'],
    ['LC_MESSAGES', '/nonexistent'],
    ['MALLOC_MMAP_THRESHOLD_', '0'],
    ['GLIBC_TUNABLES', 'glibc.malloc.mmap_threshold=0'],
    ['NODE_CHANNEL_FD', '0'],
    ['NODE_OPTIONS', '--no-such-option'],
    ['NODE_ICU_DATA', '/nonexistent'],
    ['NODE_V8_COVERAGE', 'FOLDER/coverage'],
    ['NODE_COMPILE_CACHE', 'FOLDER/compile-cache'],
    ['NODE_DEBUG_NATIVE', 'HTTP2STREAM'],
    ['UV_THREADPOOL_SIZE', '1024'],
  ];

  test.each(chooseSome(FATAL, 3))('%s=%s', async (name, text) => {
    const value = text.replace('FOLDER', box.folder);
    for (const word of ['list', 'install']) {
      const { status, stdout, stderr } = await box.run([box.pip, word, 'x'], { env: { [name]: value } });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout.split('\n')).toContain(`${name}=${value}`);
    }
    expect(existsSync(path.join(box.folder, 'coverage')) || existsSync(path.join(box.folder, 'compile-cache'))).toBe(
      false,
    );
  });

  test('all of them at once arrive at pip unchanged', async () => {
    // The dynamic linker writes about these to stderr for every program, sh and pip included.
    const env = Object.fromEntries(putAside.map((name) => [name, `/nonexistent/${name.toLowerCase()}`]));
    for (const word of ['list', 'install']) {
      const { status, stdout } = await box.run([box.pip, word, 'x'], { env });
      const lines = stdout.split('\n');
      expect({ status, lost: putAside.filter((name) => !lines.includes(`${name}=${env[name]}`)) }).toEqual({
        status: 0,
        lost: [],
      });
      expect(lines.filter((line) => line.startsWith('_PIPWARD_')).map((line) => line.split('=')[0])).toEqual([
        '_PIPWARD_DEPTH',
      ]);
    }
  });
});

describe('a Node that misbehaves', () => {
  let box: Sandbox;
  let node: string;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\nread -r line\necho "ran $* with $line"\necho error >&2\nexit 7\n', 0o755);
    node = path.join(box.prefix, 'node');
    renameSync(node, `${node}.real`);
  });
  afterAll(() => box?.remove());

  const replaceNode = (text: string) => {
    rmSync(node, { force: true });
    writeFileSync(node, text, { mode: 0o755 });
  };

  test.each(chooseSome(['install', 'list'], 1))('%s: it hangs', async (word) => {
    replaceNode('#!/bin/sh\nexec sleep 3600\n');
    const { status, stdout, stderr } = await box.run([box.pip, word, 'x'], { input: 'input\n' });
    expect({ status, ends: stdout.endsWith(`${word} x with input\n`) }).toEqual({ status: 7, ends: true });
    expect(stderr).toMatch(/^pipward: .*; running \S+\/python3 -m pip without it\nerror\n$/);
  });

  test.runIf(isMatrix)('install: it can be started once, and cannot be started again (needs the matrix)', async () => {
    replaceNode(`#!/bin/sh\nrm -f '${node}'\nexit 86\n`);
    for (const shell of [['/bin/sh'], ['/bin/bash', '--posix']] as const) {
      replaceNode(`#!/bin/sh\nrm -f '${node}'\nexit 86\n`);
      const { status, stdout, stderr } = await box.run([...shell, box.pip, 'install', 'x'], {
        input: 'input\n',
        // It takes itself away.
        unprivileged: false,
      });
      expect({ status, ends: stdout.endsWith('install x with input\n') }).toEqual({ status: 7, ends: true });
      expect(stderr).toMatch(/running \S+\/python3 -m pip without it\nerror\n$/);
    }
  });

  test.each(
    chooseSome(['kill -ABRT $$', 'kill -SEGV $$', 'kill -KILL $$', 'exit 13', 'exit 0', 'echo nonsense >&3'], 3),
  )('it ends otherwise: %s', async (act) => {
    replaceNode(`#!/bin/sh\n${act} 2>/dev/null\n`);
    for (const word of ['list', 'install']) {
      const { status, stdout } = await box.run([box.pip, word, 'x'], { input: 'input\n' });
      expect({ word, status, ends: stdout.endsWith(`${word} x with input\n`) }).toEqual({
        word,
        status: 7,
        ends: true,
      });
    }
  });

  test('the program ends at its first line: the same, and no core file', async () => {
    rmSync(node, { force: true });
    symlinkSync(process.execPath, node);
    const program = path.join(box.prefix, 'dist/call.cjs');
    renameSync(program, `${program}.away`);
    writeFileSync(program, 'process.abort()');
    const { status, stdout } = await box.shell('ulimit -c unlimited; pip list x; s=$?; ls; exit $s', {
      input: 'input\n',
    });
    renameSync(`${program}.away`, program);
    expect(stdout).toMatch(/list x with input\n$/);
    expect(status).toBe(7);
  });
});
