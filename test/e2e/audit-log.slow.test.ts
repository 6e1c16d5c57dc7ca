import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { canMount } from '../support/namespaces.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';
import { checkAgainst, readSchema } from '../support/json-schema.ts';
import { isMatrix } from '../support/matrix.ts';

const root = path.join(import.meta.dirname, '../..');
const schema = readSchema(path.join(root, 'docs/audit.schema.json'));
const hasPython = existsSync('/usr/bin/python3');
/** A name that looks like the end of a record and a record, with an escape code, a direction mark and a lone byte. */
const HOSTILE = `a"}\n{"schema":1,"event":"decision","call":"forged","verdict":"bypassed"}\n\x1b[2J\u202e`;

let box: Sandbox;
let log: string;
beforeAll(() => {
  box = createSandbox();
  log = path.join(box.home, '.local/state/pipward/audit.jsonl');
});
beforeEach(() => rmSync(path.join(box.home, '.local'), { recursive: true, force: true }));
afterAll(() => box.remove());

function configure(text: string, file = '../home/.config/pipward/config.toml'): void {
  box.write(file, text);
  if (isRoot) spawnSync('chown', ['-R', '65534:65534', box.home]);
}

const ENFORCE = '[policy]\nrequire-virtual-environment = "enforce"\n';
const ON = '[audit]\nlog = "file"\n';
const readLines = () => readFileSync(log, 'utf8').trimEnd().split('\n');
const readRecords = () => readLines().map((line): Record<string, unknown> => JSON.parse(line));

describe.skipIf(!hasPython)('log = "file" (needs /usr/bin/python3)', () => {
  test.each<[what: string, policy: string, env: Record<string, string>, expected: object, ends: boolean]>([
    ['refused', ENFORCE, {}, { verdict: 'refused', rule: 'require-virtual-environment', line: 2 }, false],
    [
      'bypassed',
      ENFORCE,
      { PIPWARD_BYPASS: 'image token=hunter2' },
      { verdict: 'bypassed', bypassReason: 'image token=****' },
      true,
    ],
    [
      'exempted',
      `${ENFORCE}exempt = ["ci"]\n`,
      { CI: 'true' },
      { verdict: 'exempted', exemption: 'ci', evidence: 'CI=true' },
      true,
    ],
    ['advised', ENFORCE.replace('enforce', 'advise'), {}, { verdict: 'advised', from: null }, true],
    [
      'to be refused',
      ENFORCE.replace('"enforce"', '{ level = "enforce", from = 2999-01-01 }'),
      {},
      { verdict: 'would-refuse', from: '2999-01-01' },
      true,
    ],
  ])(
    '%s: one record as the schema has it, before pip starts, and how pip ended',
    async (_, policy, env, expected, ends) => {
      configure(policy + ON);
      const { status } = await box.run(['pip', 'install', 'no-such-thing'], { env });
      const [decision, ...rest] = readRecords();
      expect(decision).toMatchObject({
        event: 'decision',
        subcommand: 'install',
        requirements: ['no-such-thing'],
        directory: box.project,
        ...expected,
      });
      expect(rest.map(({ event, call, exitStatus }) => [event, call, exitStatus])).toEqual(
        ends ? [['end', decision?.['call'], 1]] : [],
      );
      expect(status).toBe(ends ? 1 : 3);
      for (const record of readRecords()) expect(checkAgainst(schema, record)).toEqual([]);
    },
  );

  test.runIf(isMatrix)(
    "a hostile folder's name, secrets and make: one line, no secret, and `pipward audit` shows both safely (needs the matrix)",
    async () => {
      configure(ENFORCE + ON);
      const cwd = path.join(box.project, HOSTILE);
      mkdirSync(cwd, { recursive: true });
      writeFileSync(
        path.join(cwd, 'Makefile'),
        'all:\n\t@true; pip install "$$WHAT" --index-url https://u:s3cret@h/simple; true\n',
      );
      const env = { WHAT: 'git+https://s3cret@github.com/x/y' };
      const called = hasProgram('make') ? 'make' : 'sh';
      await box.run(['/bin/sh', '-c', called === 'make' ? 'make' : 'pip install "$WHAT"; true'], { cwd, env });
      const lines = readLines();
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(/^[ -~]+$/);
      expect(lines[0]).not.toContain('s3cret');
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ directory: cwd, caller: { name: called } });
      for (const options of [[], ['--by', 'project'], ['--json']]) {
        const { status, stdout, stderr } = await box.run([box.pipward, 'audit', ...options]);
        expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
        expect(stdout).toMatch(/^[^\p{Cc}\p{Cf}]*$/mu);
        expect(stdout).not.toMatch(/forged(?!\W+verdict)|^\{"schema":1,"event"/m);
        expect(stdout.trimEnd().split('\n').length).toBeLessThan(10);
      }
    },
  );

  test('a policy file that cannot be read, and a directory that is gone', async () => {
    configure(ON);
    box.write('pyproject.toml', '[tool.pipward.policy]\nacept = 1\n');
    await box.run(['pip', 'install', 'x']);
    rmSync(path.join(box.project, 'pyproject.toml'));
    configure(ENFORCE + ON);
    await box.shell('mkdir gone && cd gone && rmdir ../gone && pip install x');
    expect(readRecords()).toMatchObject([
      { verdict: 'unreadable', rule: null, file: path.join(box.project, 'pyproject.toml') },
      { verdict: 'refused', directory: null },
    ]);
  });

  test("a project's file turns no log on; a call that keeps the rules leaves no record", async () => {
    configure('[audit]\nlog = "off"\n');
    box.write('pipward.toml', `${ENFORCE}${ON}`);
    const { stderr } = await box.run(['pip', 'install', 'x'], { env: { PIPWARD_BYPASS: 'x' } });
    expect(stderr).toContain("`audit` is ignored in a project's file");
    rmSync(path.join(box.project, 'pipward.toml'));
    configure(ENFORCE + ON);
    await box.run(['pip', 'list']);
    expect(existsSync(log)).toBe(false);
  });

  test.each<[what: string, make: () => void]>([
    ['a link', () => symlinkSync(path.join(box.home, 'victim'), log)],
    ['a FIFO', () => void spawnSync('mkfifo', [log])],
  ])('%s at its path: pip says and does what it says and does without a log; audit says why', async (_, make) => {
    configure(ENFORCE);
    const plain = await box.run(['pip', 'install', 'x']);
    configure(ENFORCE + ON);
    mkdirSync(path.dirname(log), { recursive: true, mode: 0o700 });
    make();
    spawnSync('chown', ['-hR', '65534:65534', box.home]);
    expect(await box.run(['pip', 'install', 'x'])).toEqual(plain);
    const { status, stderr } = await box.run([box.pipward, 'audit']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/nothing is recorded: .*audit\.jsonl is (a link|not a regular file)/);
    expect(readdirSync(path.dirname(log)).filter((name) => name.startsWith('audit'))).toEqual(['audit.jsonl']);
    expect(existsSync(path.join(box.home, 'victim'))).toBe(false);
  });
});

describe.skipIf(!canMount || !hasPython || !existsSync('/usr/bin/logger'))(
  'in a mount namespace (needs root that may mount, /usr/bin/python3 and /usr/bin/logger)',
  () => {
    const inNamespace = (script: string, env: Record<string, string> = {}) =>
      spawnSync('unshare', ['-m', '/bin/sh', '-c', script], {
        cwd: box.project,
        env: { ...box.environment(), ...env },
        encoding: 'utf8',
        timeout: 120_000,
      });

    test("root with the HOME of another user: the log of root's own account", () => {
      configure(ENFORCE + ON);
      const { stdout } = inNamespace(
        'mount -t tmpfs none /root && pip install x 2>/dev/null; cat /root/.local/state/pipward/audit.jsonl',
      );
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'refused', user: { id: 0, name: 'root' } });
      expect(existsSync(log)).toBe(false);
    });

    test('on a full disk audit and doctor say that nothing is recorded', () => {
      configure(ENFORCE + ON);
      const { stdout } = inNamespace(
        `mount -t tmpfs -o size=64k,mode=700 none /root; mkdir -p -m 700 /root/.local/state/pipward; cat /dev/zero >/root/fill 2>/dev/null
        pip install x 2>/dev/null; echo "pip $?"; '${box.pipward}' audit 2>&1; echo "audit $?"; '${box.pipward}' doctor --verbose | grep 'audit log'`,
      );
      expect(stdout).toMatch(/^pip 3\n/);
      expect(stdout).toMatch(/nothing is recorded: no space is left for .*\n(?:.*\n)*audit 1\n/);
      expect(stdout).toMatch(/^problem +audit log: nothing is recorded .*: no space is left for /m);
    });

    test('log = "journal": logger is not waited for, and keeps no pipe of the caller open', async () => {
      configure(`${ENFORCE}[audit]\nlog = "journal"\n`);
      const told = path.join(box.folder, 'told');
      const fake = path.join(box.folder, 'logger');
      writeFileSync(
        fake,
        `#!/bin/sh\nprintf '%s\\n' "$@" >'${told}.part'; ls /proc/$$/fd >'${told}.fds'; mv '${told}.part' '${told}'; exec sleep 600\n`,
      );
      chmodSync(fake, 0o755);
      chmodSync(box.folder, 0o777);
      const asNobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
      const { stdout, status } = inNamespace(
        `mount --bind '${fake}' /usr/bin/logger && ${asNobody} /bin/bash -c 'exec 40>&1; pip install x 2>&1; echo $?' | tail -n 1`,
      );
      // The reader of the pipe has seen its end while logger still sleeps.
      expect({ status, stdout }).toEqual({ status: 0, stdout: '3\n' });
      while (!existsSync(told)) await new Promise((resolve) => setTimeout(resolve, 10));
      const words = readFileSync(told, 'utf8').trimEnd().split('\n');
      expect(words.slice(0, -1)).toEqual(['-t', 'pipward', '-p', 'user.notice', '-S', '8192', '--']);
      expect(JSON.parse(words.at(-1) ?? '')).toMatchObject({ verdict: 'refused', user: { id: 65534 } });
      spawnSync('/bin/sh', [
        '-c',
        `for p in /proc/[0-9]*; do [ "$(readlink $p/exe)" = /usr/bin/sleep ] && tr '\\0' ' ' <$p/cmdline | grep -q 'sleep 600' && [ "$(stat -c %u $p)" = 65534 ] && kill "\${p#/proc/}"; done`,
      ]);
      expect(existsSync(log)).toBe(false);
    });
  },
);
