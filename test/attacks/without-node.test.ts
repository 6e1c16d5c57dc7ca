import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

/** How Node, or the program that it runs, is taken away. */
const BROKEN = [
  ['Node is gone', 'node', null],
  ['the program is broken', 'dist/call.cjs', 'this is not a program'],
  ['what loads the program is broken', 'dist/shim.cjs', 'this is not a program'],
  ['a program that only ends well is in its place', 'node', '#!/bin/sh\nexit 0\n'],
] as const;

describe.each(BROKEN)('pip without Node: %s', (_, name, content) => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\n', 0o755);
    const place = path.join(box.prefix, name);
    renameSync(place, `${place}.away`);
    if (content !== null) writeFileSync(place, content, { mode: 0o755 });
  });
  afterAll(() => box?.remove());

  test.each(chooseSome(['.venv', './.venv', '../project/.venv', ''], 2))(
    'VIRTUAL_ENV=%s is not absolute: an environment of the current directory does not run',
    async (value) => {
      box.write('.venv/pyvenv.cfg', 'home = /usr/bin\n');
      box.write('.venv/bin/python', '#!/bin/dash\necho planted\n', 0o755);
      box.write('bin/python', '#!/bin/dash\necho planted\n', 0o755);
      box.write('pyvenv.cfg', 'home = /usr/bin\n');
      for (const word of ['list', 'install']) {
        const { status, stdout } = await box.run([box.pip, word, 'x'], { env: { VIRTUAL_ENV: value } });
        expect({ status, planted: stdout.includes('planted') }).toEqual({ status: 0, planted: false });
      }
    },
  );

  test('an absolute one is used', async () => {
    const environment = path.join(box.folder, 'environment');
    mkdirSync(path.join(environment, 'bin'), { recursive: true });
    writeFileSync(path.join(environment, 'pyvenv.cfg'), '');
    writeFileSync(path.join(environment, 'bin/python'), '#!/bin/dash\necho own\n', { mode: 0o755 });
    const { stdout } = await box.run([box.pip, 'install', 'x'], { env: { VIRTUAL_ENV: environment } });
    expect(stdout).toBe('own\n');
  });

  test('of one whose python is a folder, nothing is started', async () => {
    const environment = path.join(box.folder, 'odd environment');
    mkdirSync(path.join(environment, 'bin/python'), { recursive: true });
    writeFileSync(path.join(environment, 'pyvenv.cfg'), '');
    const { status, stdout } = await box.run([box.pip, 'install', 'x'], { env: { VIRTUAL_ENV: environment } });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('ran ') });
  });

  test('descriptors of the caller arrive, closed ones stay closed', async () => {
    box.write('../bin/python3', '#!/bin/dash\nread -r line <&5; { true 3<&0; } 2>/dev/null || echo "$line"\n', 0o755);
    const { stdout } = await box.run(['/bin/bash', '-c', `"$0" install x 5<<<five 0<&-`, box.pip]);
    expect(stdout).toBe('five\n');
  });
});

/** Programs of a call that do no work, and do not fail either. */
const IDLE = [
  ['call ends Node at its first line', 'call', 'process.exit(0);'],
  ['call waits for nothing', 'call', 'module.exports = { runShim: () => new Promise(() => {}) };'],
  ['watch ends Node at its first line', 'watch', 'process.exit(1);'],
  ['watch waits for nothing', 'watch', 'module.exports = new Proxy({}, { get: () => () => new Promise(() => {}) });'],
] as const;

test.each(IDLE)('pip runs, once, where a program of the call is damaged: %s', async (_, name, body) => {
  const box = createSandbox();
  try {
    box.write('../bin/python3', '#!/bin/dash\necho ran\nexit 5\n', 0o755);
    const file = path.join(box.prefix, 'dist', `${name}.cjs`);
    const mark = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
    writeFileSync(file, `(function (exports, require, module, __filename, __dirname) { ${body} })\n${mark}\n`);
    const { status, stdout, stderr } = await box.run([box.pip, 'install', 'x']);
    expect({ status, stdout }).toEqual({ status: 5, stdout: 'ran\n' });
    expect(stderr).toContain('its program ended by itself; running ');
  } finally {
    box.remove();
  }
});

describe.skipIf(!isRoot || !hasProgram('unshare') || !hasProgram('setpriv'))(
  'a system policy that cannot be evaluated (needs root, setpriv and mount namespaces)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', '#!/bin/dash\necho ran\n', 0o755);
    });
    afterAll(() => box?.remove());

    /** Runs pip as an ordinary user where /etc is a folder of its own, made by `prepare`. */
    const runWith = (prepare: string, call: string) =>
      box.run(
        [
          ...(['unshare', '-m', '/bin/sh', '-c'] as const),
          `mount -t tmpfs none /etc && chmod 755 /etc && ${prepare}
           exec setpriv --reuid=65534 --regid=65534 --clear-groups /bin/sh -c "$1"`,
          'sh',
          call,
        ],
        { unprivileged: false },
      );

    const POLICIES = [
      ['a dangling link', 'mkdir /etc/pipward; ln -s /nonexistent/policy.toml /etc/pipward/policy.toml;'],
      ['a folder that may not be entered', 'mkdir -m 700 /etc/pipward; echo "[policy]" >/etc/pipward/policy.toml;'],
      ['a file that may not be read', 'mkdir /etc/pipward; (umask 077; echo "[policy]" >/etc/pipward/policy.toml);'],
      ['a folder that is a dangling link', 'ln -s /nonexistent /etc/pipward;'],
      ['a link into a folder that may not be entered', 'mkdir -m 700 /etc/a; mkdir /etc/a/b; ln -s a/b /etc/pipward;'],
    ] as const;

    test.each(chooseSome(POLICIES, 1))('%s: install stops with 70, list runs', async (_, prepare) => {
      for (const [name, content] of [
        ['node', null],
        ['dist/call.cjs', 'this is not a program'],
      ] as const) {
        const place = path.join(box.prefix, name);
        renameSync(place, `${place}.away`);
        if (content !== null) writeFileSync(place, content);
        const PATH = `PATH=${box.shims}:${box.bin}`;
        const { stdout } = await runWith(
          prepare,
          `${PATH}; pip install x; echo "$?"; pip -q uninstall x; echo "$?"; pip list`,
        );
        renameSync(`${place}.away`, place);
        expect({ name, stdout }).toEqual({ name, stdout: '70\n70\nran\n' });
      }
    });

    test('no policy: pip runs', async () => {
      const node = path.join(box.prefix, 'node');
      renameSync(node, `${node}.away`);
      const { stdout } = await runWith('mkdir /etc/pipward;', `PATH=${box.shims}:${box.bin}; pip install x`);
      renameSync(`${node}.away`, node);
      expect(stdout).toBe('ran\n');
    });
  },
);

describe.skipIf(!isRoot || !hasProgram('unshare') || !hasProgram('setpriv'))(
  'no place for the temporary file of a here-document (needs root, setpriv and mount namespaces)',
  () => {
    test.each(['list', 'install'])('%s: pip runs, without a word', async (word) => {
      const box = createSandbox();
      box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\n', 0o755);
      const script = `for d in /tmp /var/tmp /usr/tmp; do
          if [ -d $d ]; then mount --bind $d $d && mount -o remount,ro,bind $d; fi
        done
        cd / && exec setpriv --reuid=65534 --regid=65534 --clear-groups /bin/bash --posix "$@"`;
      // As bash 5.0 and earlier did, with a file for each here-document.
      const { status, stdout, stderr } = await box.run(
        ['unshare', '-m', '/bin/sh', '-c', script, 'sh', box.pip, word, 'x'],
        { unprivileged: false, env: { BASH_COMPAT: '50', TMPDIR: '/nonexistent' } },
      );
      box.remove();
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`${word} x\\n$`));
    });
  },
);

describe.skipIf(!isRoot || !hasProgram('unshare') || !hasProgram('setpriv'))(
  'no /dev/null that can be used (needs root, setpriv and mount namespaces)',
  () => {
    let box: Sandbox;
    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', '#!/bin/dash\necho "ran $*"\nexit 7\n', 0o755);
    });
    afterAll(() => box?.remove());

    const STATES = [
      ['missing', ':'],
      ['a file of root alone', '(umask 077; : >/dev/null)'],
      ['a file that root alone may write', '(umask 022; : >/dev/null)'],
      ['a folder', 'mkdir /dev/null'],
    ] as const;
    const SHELLS = [
      ['dash'],
      ['bash', '--posix'],
      ['busybox', 'sh'],
      ['ksh'],
      ['mksh'],
      ['zsh', '--emulate', 'sh'],
    ] as const;

    test.each(chooseSome(STATES, 2))('%s: pip runs, its output arrives, and one line says why', async (_, prepare) => {
      const script = `mount -t tmpfs none /dev && chmod 755 /dev && ${prepare}
        exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"`;
      for (const shell of SHELLS) {
        if (!hasProgram(shell[0])) continue;
        for (const word of ['list', 'install']) {
          const start = ['unshare', '-m', '/bin/sh', '-c', script, 'sh', ...shell, box.pip, word, 'x'] as const;
          const { status, stdout, stderr } = await box.run([...start], { unprivileged: false, cwd: '/' });
          expect({ shell, word, status, ran: stdout.endsWith(`${word} x\n`) }).toEqual({
            shell,
            word,
            status: 7,
            ran: true,
          });
          expect(stderr).toMatch(/^pipward: \/dev\/null cannot be used; running \S+ -m pip without it\n$/);
        }
      }
    });
  },
);
