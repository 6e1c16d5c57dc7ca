import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACTOR } from '../support/actor.ts';
import { compareScreens, watchScreen, type Act } from '../support/compare-screens.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

/** Each line on the other stream than the one before; what each descriptor is, into the file "look". */
const BOTH = `do:open(os.environ["HOME"] + "/look", "a").write(look() + chr(10))
for i in range(4):
    for fd in (1, 2):
        try: os.write(fd, b"to %d, %d\\n" % (fd, i))
        except OSError: pass`;
const FALLBACK = `do:print("Defaulting to user installation because normal site-packages is not writeable")
print("Successfully installed demo-app-1.0")`;

describe.skipIf(!hasProgram('tmux'))('on a terminal (skipped without tmux)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', ACTOR, 0o755);
    if (box.nativePart === null) throw new Error('without the native part of node-pty nothing here is looked at');
  });
  afterAll(() => box?.remove());

  const on = (start: string, act: Act) => watchScreen(box, start, act);
  const both = (act: Act, clean?: (text: string) => string) =>
    compareScreens(box, 'python3', act, clean === undefined ? {} : { clean });

  test('pip sees terminals of the right size on all three, its own for output, in the caller’s session and group', async () => {
    const screen = await on('pip', async (terminal) => {
      const line = `do:print(look(), os.get_terminal_size(1).columns, os.ttyname(0) != os.ttyname(1) == os.ttyname(2), os.getsid(0) == os.getsid(os.getppid()), os.tcgetpgrp(0) == os.getpgid(0))`;
      await terminal.command(`$P install '${line}'`);
      await terminal.waitFor(/^terminal.*$/m);
    });
    expect(screen).toMatch(/^terminal terminal terminal 100 True True True$/m);
  });

  test('pip inherits no descriptor of pipward', async () => {
    const { bare, ours } = await both(async (terminal) => {
      await terminal.command(`$P install 'do:print(sorted(map(int, os.listdir("/proc/self/fd"))))'; echo "en"ded`);
      await terminal.waitFor(/^ended/m);
    });
    expect(ours).toBe(bare);
  });

  // For itself it holds the terminal open.
  test.skipIf(!hasProgram('mksh'))('nor one of mksh as /bin/sh (skipped without mksh)', async () => {
    const screen = await on(`mksh ${box.shims}/pip`, async (terminal) => {
      await terminal.command(`$P install 'do:print("open:", sorted(map(int, os.listdir("/proc/self/fd"))))'`);
      await terminal.waitFor(/^open: .*$/m);
    });
    expect(screen).toMatch(/^open: \[0, 1, 2, 3\]$/m);
  });

  test.each(
    chooseSome(
      [
        ['in the middle of a line', 'print("open", end="")', 'open'],
        ['on a bar that is drawn over', 'print("50%", end="\\r")', '50%'],
        ['on a fresh line', 'print("closed")', 'closed'],
        // As pip writes its errors: the colour ends behind the line feed.
        ['on a fresh line, in colour', 'sys.stdout.write("\\x1b[31mred\\n\\x1b[0m")', '\\S*red\\S*'],
      ],
      3,
    ),
  )('what happened is read from the stream, and said on a fresh line: pip ends %s', async (_, last, shown) => {
    const screen = await on('pip', async (terminal) => {
      box.write('last', `${FALLBACK}\n${last}`);
      rmSync(path.join(box.home, '.local'), { recursive: true, force: true, maxRetries: 20 });
      await terminal.command('$P install "$(cat last)"');
      await terminal.waitFor(/^more: /m);
    });
    expect(screen).toMatch(new RegExp(`^${shown}\\n\\n\\S*note\\S*\\[user-install-fallback\\]`, 'm'));
  });

  test.each(chooseSome([40, 80, 100], 1))(
    'advice fits a terminal of %i columns; colours obey NO_COLOR, TERM and FORCE_COLOR',
    async (columns) => {
      box.write('fallback', FALLBACK);
      const act: Act = async (terminal) => {
        for (const set of ['A=1', 'NO_COLOR=1', 'TERM=dumb', 'FORCE_COLOR=1 NO_COLOR=1 TERM=dumb']) {
          rmSync(path.join(box.home, '.local'), { recursive: true, force: true, maxRetries: 20 });
          await terminal.command(`${set} $P install "$(cat fallback)"; echo "end"" ${set}"`);
          await terminal.waitFor(new RegExp(`^end ${set}$`, 'm'));
        }
      };
      const screen = await watchScreen(box, 'pip', act, { columns });
      const said = screen.split(/^(?=.*\[user-install-fallback\])/m).slice(1);
      expect(said.map((text) => text.slice(0, text.indexOf('\nend')).includes('\u001b['))).toEqual([
        true,
        false,
        false,
        true,
      ]);
      // Escape sequences take no columns, and a command is never cut.
      const lines = screen
        .replaceAll(/\u001b\[[\d;]*m/g, '')
        .split('\n')
        .filter((line) => /^(  |\S+:)/.test(line));
      const prose = lines.filter((line) => !/^( {4}pip|more: |bash)/.test(line));
      expect(prose.filter((line) => line.length > Math.min(columns, 80))).toEqual([]);
      expect(prose.length).toBeGreaterThan(8);
    },
  );

  test.runIf(isMatrix)(
    'without the native part the terminal is inherited, and doctor says so (needs the matrix)',
    async () => {
      const other = createSandbox();
      other.write('../bin/python3', ACTOR, 0o755);
      rmSync(other.nativePart ?? '');
      const terminal = openTerminal(other.environment(), other.project);
      try {
        await terminal.command(`pip install 'do:print(look(), os.ttyname(0) == os.ttyname(1))'`);
        await terminal.waitFor(/^terminal terminal terminal True$/m);
        const { stdout } = await other.run([process.execPath, path.join(other.prefix, 'dist/admin.cjs'), 'doctor']);
        expect(stdout.match(/^info +terminal .*missing.*$/gm)).toHaveLength(1);
      } finally {
        terminal.close();
        other.remove();
      }
      const { stdout } = await box.run([process.execPath, path.join(box.prefix, 'dist/admin.cjs'), 'doctor']);
      expect(stdout).toMatch(/^ok +terminal /m);
    },
  );

  test.each(
    chooseSome(
      [
        ['as it is', ''],
        ['stdout to a file', '>"$HOME/file"'],
        ['stderr to a file', '2>"$HOME/file"'],
        ['stdout to /dev/null', '>/dev/null'],
        ['stderr to /dev/null', '2>/dev/null'],
        ['stdout closed', '>&-'],
        ['stderr closed', '2>&-'],
        ['stdin closed', '<&-'],
        ['stdin /dev/null', '</dev/null'],
        ['stdout to a pipe', '| cat'],
        ['both to a pipe', '2>&1 | cat'],
        ['both to a file', '>"$HOME/file" 2>&1'],
        ['the terminal under another name', '2>/dev/tty'],
        ['the streams exchanged', '3>&1 1>&2 2>&3 3>&-'],
      ],
      3,
    ),
  )('each stream is what it is: %s', async (name, redirection) => {
    box.write('both', BOTH);
    const fresh = () => ['file', 'look'].forEach((file) => rmSync(path.join(box.home, file), { force: true }));
    const act = async (terminal: Terminal) => {
      fresh();
      const line = `$P install "$(cat both)" ${redirection}; cat "$HOME/look" "$HOME/file" 2>/dev/null; echo "en"ded`;
      await terminal.command(line);
      await terminal.waitFor(/^ended/m);
    };
    // The order in which a terminal and a pipe deliver output is not defined.
    const order = (text: string) => (name === 'stdout to a pipe' ? text.split('\n').sort().join('\n') : text);
    const { bare, ours } = await both(act, order);
    expect(ours).toBe(bare);
    expect(ours).toContain(name === 'as it is' ? 'terminal terminal terminal' : 'to ');
  });

  test('two terminals: each gets its own', async () => {
    const other = openTerminal(box.environment(), box.project, { columns: 60 });
    try {
      const file = path.join(box.home, 'tty');
      await other.command(`tty >'${file}'; echo "re"ady`);
      await other.waitFor(/^ready/m);
      const screen = await on('pip', async (terminal) => {
        const line = `do:print("out", os.get_terminal_size(1).columns); sys.stderr.write("err %d\\n" % os.get_terminal_size(2).columns)`;
        await terminal.command(`$P install '${line}' 2>"$(cat '${file}')"; echo "en"ded`);
        await terminal.waitFor(/^ended/m);
      });
      expect(screen).toMatch(/^out 100\nended$/m);
      expect(await other.waitFor(/err \d+/)).toMatch(/err 60$/m);
    } finally {
      other.close();
    }
  });

  test('a new size arrives in mid-run', async () => {
    const screen = await on('pip', async (terminal) => {
      const line = `do:print("up", flush=True)
while os.get_terminal_size(2).columns != 61: time.sleep(0.05)
print("now", 61)`;
      box.write('resize', line);
      await terminal.command(`$P install "$(cat resize)"`);
      await terminal.waitFor(/^up$/m);
      terminal.resize(61);
      await terminal.waitFor(/^now 61$/m);
    });
    expect(screen).toContain('now 61');
  });

  test.skipIf(!isMatrix || !hasProgram('script') || !existsSync('/usr/bin/time'))(
    '200 MB: whole, and in little memory (skipped without script and time) (needs the matrix)',
    async () => {
      const act = `do:for i in range(200): sys.stdout.write("0123456789abcde\\n" * 65536)`;
      box.write('many', act);
      // script(1) has a terminal of its own, and writes down what comes out of it.
      const line = `script -qec 'stty -opost; /usr/bin/time -f %M -o "$HOME/memory" pip install "$(cat many)"' /dev/null | md5sum`;
      const { stdout } = await box.shell(line, { unprivileged: false });
      // Node 20 takes 40 MB for nothing, and Node 26 takes 63.
      await box.shell('/usr/bin/time -f %M -o "$HOME/nothing" "$NODE" -e 0', { env: { NODE: findOwnNode() } });
      const read = (name: string) => Number(readFileSync(path.join(box.home, name), 'utf8').trim());
      const expected = await box.shell(`python3 install "$(cat many)" | md5sum`, { unprivileged: false });
      expect(stdout).toBe(expected.stdout);
      expect(read('memory') - read('nothing')).toBeLessThan(40 * 1024);
    },
  );
});
