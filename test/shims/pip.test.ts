import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { READ_ONLY_WORDS } from '../../src/invocation/pip-commands.ts';
import { BOOTSTRAP } from '../../src/pip/command-line.ts';
import { canMount } from '../support/namespaces.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../shims/pip'), 'utf8');

describe('what shims/pip repeats of src', () => {
  test('the read-only words are those of src/invocation/pip-commands.ts', () => {
    const [, fast = ''] = /^ {4}(list \| .*)\)\n {6}pipward_mode=fast$/m.exec(text) ?? [];
    expect([...fast.split(' | '), 'completion'].sort()).toEqual([...READ_ONLY_WORDS].sort());
    expect(text).toContain('completion) pipward_mode=decide');
  });

  test('the bootstrap is that of src/pip/command-line.ts', () => {
    expect(text).toContain(`pipward_bootstrap='${BOOTSTRAP}'`);
  });
});

const shells = [
  ['dash', ['dash']],
  ['bash as sh', ['bash', '--posix']],
  ['busybox ash', ['busybox', 'sh']],
  ['zsh as sh', ['zsh', '--emulate', 'sh']],
  ['ksh', ['ksh']],
] as const;

describe.each(chooseSome(shells, 2))('under %s', (_, [shell, ...flags]) => {
  describe.skipIf(!hasProgram(shell))('(skipped where it is not installed)', () => {
    let box: Sandbox;
    const run = (args: readonly string[], env = {}, line = '"$@"') =>
      box.run(['/bin/bash', '-c', line, 'bash', shell, ...flags, box.pip, ...args], { env, unprivileged: false });

    beforeAll(() => {
      box = createSandbox();
      box.write('../bin/python3', '#!/bin/sh\nprintf "<%s>" "$@"; echo; exit 7\n', 0o755);
    });
    afterAll(() => box?.remove());

    test.each([
      ['decide', 'list'],
      ['watch', 'install'],
    ])('%s: arguments arrive as they were typed, the status comes back', async (_way, word) => {
      const odd = ['', ' a  b ', '*', `'"`, '$HOME', '`id`', '\\', 'line\nline\n', '--', 'ü', '; exit 9'];
      const { status, stdout } = await run([word, ...odd]);
      expect(stdout.replace(/^(<-[^>]*>|<import[^>]*>)*(<pip>)?/, '')).toBe(
        `${[word, ...odd].map((part) => `<${part}>`).join('')}\n`,
      );
      expect(status).toBe(7);
    });

    test.each(chooseSome(['08', '099', '-1', 'x'], 3))(
      'a depth that pipward did not set does not count: %s',
      async (depth) => {
        const { status, stderr } = await run(['list'], { _PIPWARD_DEPTH: depth });
        expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
      },
    );

    test('fast path: the environment’s own python at once, though there is no Node', async () => {
      const environment = path.join(box.folder, 'an environment');
      const site = path.join(environment, 'lib/python3.12/site-packages/pip');
      mkdirSync(site, { recursive: true });
      mkdirSync(path.join(environment, 'bin'));
      writeFileSync(path.join(environment, 'pyvenv.cfg'), 'home = /usr/bin\n');
      writeFileSync(path.join(site, '__main__.py'), '');
      copyFileSync('/bin/echo', path.join(environment, 'bin/python'));
      chmodSync(path.join(environment, 'bin/python'), 0o755);
      const node = path.join(box.prefix, 'node');
      renameSync(node, `${node}.away`);
      const env = { VIRTUAL_ENV: environment, PATH: '/nonexistent' };
      const line = `PATH=/usr/bin:/bin; s=$(command -v "$1"); shift; PATH=/nonexistent; "$s" "$@"`;
      const { stdout } = await run(['list', '--outdated'], env, line);
      renameSync(`${node}.away`, node);
      expect(stdout).toBe('-P -m pip list --outdated\n');
    });

    test.each([0, 1, 2])('fast path: descriptor %i that is closed stays closed', async (fd) => {
      const environment = path.join(box.folder, `closed-${fd}`);
      mkdirSync(path.join(environment, 'lib/python3.12/site-packages/pip'), { recursive: true });
      mkdirSync(path.join(environment, 'bin'));
      writeFileSync(path.join(environment, 'pyvenv.cfg'), 'home = /usr/bin\n');
      writeFileSync(path.join(environment, 'lib/python3.12/site-packages/pip/__main__.py'), '');
      const file = path.join(environment, 'bin/python');
      // It is started from sh, which opens nothing of its own as 0 to 2 where that is free.
      writeFileSync(file, `#!/bin/dash\n[ -e /proc/$$/fd/${fd} ] && echo open >'${environment}/told'\nexit 5\n`);
      chmodSync(file, 0o755);
      const { status } = await run(['list'], { VIRTUAL_ENV: environment }, `exec ${fd}<&-; "$@"`);
      expect({ status, told: existsSync(path.join(environment, 'told')) }).toEqual({ status: 5, told: false });
    });

    test('no fast path for an environment whose base was upgraded: its python has no pip any more', async () => {
      const environment = path.join(box.folder, 'upgraded');
      const base = path.join(box.folder, 'base');
      mkdirSync(path.join(environment, 'lib/python3.12/site-packages/pip'), { recursive: true });
      mkdirSync(path.join(environment, 'bin'));
      mkdirSync(base, { recursive: true });
      writeFileSync(path.join(environment, 'lib/python3.12/site-packages/pip/__main__.py'), '');
      writeFileSync(path.join(environment, 'pyvenv.cfg'), `version = 3.12.1\nhome = ${base}`);
      for (const name of ['python3.12', 'python3.13']) {
        copyFileSync('/bin/echo', path.join(base, name));
        chmodSync(path.join(base, name), 0o755);
      }
      const leadTo = (name: string) => {
        for (const link of [path.join(base, 'python3'), path.join(environment, 'bin/python')])
          rmSync(link, { force: true });
        symlinkSync(name, path.join(base, 'python3'));
        symlinkSync(path.join(base, 'python3'), path.join(environment, 'bin/python'));
      };
      // Without Node everything but the fast path has to say that Node is gone.
      const node = path.join(box.prefix, 'node');
      renameSync(node, `${node}.away`);
      const line = `s=$(command -v "$1"); shift; PATH=${box.bin}; "$s" "$@"`;
      const list = () => run(['list'], { VIRTUAL_ENV: environment }, line);
      leadTo('python3.12');
      const same = await list();
      leadTo('python3.13');
      const other = await list();
      leadTo('python3.12');
      writeFileSync(path.join(environment, 'pyvenv.cfg'), `${'a = b\n'.repeat(60)}home = ${base}`);
      const long = await list();
      rmSync(path.join(base, 'python3.12'));
      const gone = await list();
      renameSync(`${node}.away`, node);
      expect(same).toMatchObject({ stdout: '-P -m pip list\n', stderr: '' });
      for (const { stderr } of [other, long, gone]) expect(stderr).toMatch(/^pipward: Node.js was not found; running /);
      rmSync(environment, { recursive: true });
      rmSync(base, { recursive: true });
    });

    test.each(chooseSome(['a:list', '--log=/dev/null:list', 'x:-h', 'x:completion', 'lists', ' list', 'list\n'], 3))(
      'no fast path for the first argument %j',
      async (word) => {
        const environment = path.join(box.folder, 'odd', 'lib/python3.12');
        mkdirSync(path.join(environment, 'bin'), { recursive: true });
        mkdirSync(path.join(environment, 'lib/python3.9/site-packages/pip'), { recursive: true });
        writeFileSync(path.join(environment, 'pyvenv.cfg'), 'home = /usr/bin\n');
        writeFileSync(path.join(environment, 'lib/python3.9/site-packages/pip/__main__.py'), '');
        writeFileSync(path.join(environment, 'bin/python'), '#!/bin/sh\necho "fast $1"\n', { mode: 0o755 });
        const env = { VIRTUAL_ENV: environment, _PIPWARD_DEPTH: '99999999999999999999' };
        expect((await run(['list'], env)).stdout).toBe('fast -c\n');
        // Its version is not known to be 3.11 or later, though its path says something like it.
        expect((await run(['list'], { ...env, PIPWARD_PYTHON: ':/x' })).stdout).not.toContain('fast');
        // Without Node: the fast path is silent, everything else has to say that Node is gone.
        const node = path.join(box.prefix, 'node');
        renameSync(node, `${node}.away`);
        const line = `s=$(command -v "$1"); shift; PATH=${box.bin}; "$s" "$@"`;
        const fast = await run(['list'], env, line);
        const odd = await run([word], env, line);
        renameSync(`${node}.away`, node);
        expect(fast.stderr).toBe('');
        expect(odd.stderr).toMatch(/^pipward: Node.js was not found; running /);
      },
    );

    test.each(
      chooseSome(
        [
          ['dist is gone', 'dist'],
          ['Node is gone', 'node'],
          ['Node is empty', 'node', ''],
          ['Node does not start', 'node', '#!/bin/sh\nexit 1\n'],
          ['Node is not a program', 'node', 'cut off'],
          ['the program is empty', 'dist/shim.cjs', ''],
        ],
        3,
      ),
    )('%s: python3 runs all the same, one line says so', async (_why, name, content?: string) => {
      const place = path.join(box.prefix, name);
      renameSync(place, `${place}.away`);
      if (content !== undefined) writeFileSync(place, content, { mode: 0o755 });
      const { status, stdout, stderr } = await run(
        ['install', 'x'],
        { PATH: `${box.bin}:/nonexistent` },
        `PATH=/usr/bin:/bin; s=$(command -v "$1"); shift; PATH=${box.bin}:/nonexistent; "$s" "$@"`,
      );
      renameSync(`${place}.away`, place);
      expect(stdout).toMatch(/<install><x>\n$/);
      expect(status).toBe(7);
      expect(stderr).toMatch(/^pipward: .*; running \S+\/python3 -m pip without it(?:; .*PIPWARD_ADVICE=off)?\n$/);
    });

    test.each(
      chooseSome(
        [
          ['dist is gone', 'dist', null],
          ['a broken program', 'dist/call.cjs', 'this is not a program'],
        ],
        1,
      ),
    )('%s: the Python that is meant runs, or none', async (_why, name, content) => {
      const place = path.join(box.prefix, name);
      renameSync(place, `${place}.away`);
      if (content !== null) writeFileSync(place, content);
      symlinkSync('pip', path.join(box.shims, 'pip3.9'));
      const print = (word: string) => `#!/bin/sh\necho ${word}\n`;
      const own = box.write('../own/bin/python', print('own'), 0o755);
      const PATH = `${box.bin}:/usr/bin:/bin`;
      const call = (called: string, env = {}) =>
        box.run([shell, ...flags, path.join(box.shims, called), 'install', 'x'], {
          env: { PATH, ...env },
          unprivileged: false,
        });
      const without = await call('pip3.9');
      box.write('../bin/python3.9', print('3.9'), 0o755);
      const results = [
        await call('pip3.9'),
        await call('pip', { PIPWARD_PYTHON: own }),
        await call('pip3.9', { PIPWARD_PYTHON: path.dirname(path.dirname(own)) }),
        await call('pip', { PIPWARD_PYTHON: 'python3.9' }),
      ];
      const missing = await call('pip', { PIPWARD_PYTHON: '/no/such' });
      rmSync(path.join(box.bin, 'python3.9'));
      rmSync(path.join(box.shims, 'pip3.9'));
      rmSync(place, { force: true });
      renameSync(`${place}.away`, place);
      expect(without).toMatchObject({ status: 127, stdout: '' });
      expect(without.stderr).toMatch(/^pipward: .*; and no python3\.9 was found\n$/);
      expect(results.map(({ stdout }) => stdout.trim())).toEqual(['3.9', 'own', 'own', '3.9']);
      expect(missing).toMatchObject({ status: 127, stdout: '' });
    });

    test.each([
      ['a broken program', 'call.cjs', 'this is not a program'],
      ['a broken entry', 'shim.cjs', 'neither is this'],
    ])('%s: pip still runs', async (_why, name, content) => {
      const place = path.join(box.prefix, 'dist', name);
      renameSync(place, `${place}.away`);
      writeFileSync(place, content);
      const results = [await run(['list']), ...(name === 'call.cjs' ? [await run(['install', 'x'])] : [])];
      rmSync(place);
      renameSync(`${place}.away`, place);
      for (const { status, stdout, stderr } of results) {
        expect(status).toBe(7);
        expect(stdout).toMatch(/<(list|install><x)>\n$/);
        expect(stderr).toMatch(/^pipward: .*\n$/);
      }
    });

    test.each([
      ['a link in another folder', 'elsewhere/pip3', 'pip'],
      ['a link to a link', 'elsewhere/pip', 'pip3'],
    ])('%s leads home', async (_what, name, target) => {
      const link = path.join(box.folder, name);
      mkdirSync(path.dirname(link), { recursive: true });
      rmSync(link, { force: true });
      if (target === 'pip3') symlinkSync('pip', path.join(box.shims, 'pip3'));
      symlinkSync(path.join('..', 'prefix', 'shims', target), link);
      const { stdout } = await box.run([shell, ...flags, link, 'list'], { unprivileged: false });
      rmSync(path.join(box.shims, 'pip3'), { force: true });
      expect(stdout).toMatch(/<list>\n$/);
    });

    test.each(['list', 'install'])('%s: the folder of the shims is reached by a link to it', async (word) => {
      const link = path.join(box.folder, `linked-${word}`);
      symlinkSync(box.shims, link);
      for (const place of [link, `${link}/`, `${link}/.`]) {
        const { stdout, stderr } = await box.run([shell, ...flags, `${place}/pip`, word], { unprivileged: false });
        expect(stdout).toMatch(new RegExp(`<${word}>\\n$`));
        expect(stderr).toBe('');
      }
    });
  });
});

describe.skipIf(!canMount)('a system policy that cannot be judged by (needs root and mount namespaces)', () => {
  test('install stops with 70, list runs', async () => {
    const box = createSandbox();
    box.write('../bin/python3', '#!/bin/sh\necho ran\n', 0o755);
    rmSync(path.join(box.prefix, 'dist'), { recursive: true });
    const line = `mount -t tmpfs none /etc/pipward && echo '[policy]' >/etc/pipward/policy.toml && { pip install x; echo "$?"; pip list; }`;
    const { stdout } = await box.run(
      // (The folder stays: another test may have mounted something on it, which would go with it.)
      ['unshare', '-m', '/bin/sh', '-c', `mkdir -p /etc/pipward; ${line}; true`],
      { unprivileged: false },
    );
    box.remove();
    expect(stdout).toBe('70\nran\n');
  });
});
