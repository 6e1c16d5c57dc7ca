import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, hasSetpriv, NOBODY, type Sandbox } from '../support/sandbox.ts';

/** Another unprivileged user of the machine. */
const EVE = 65533;
const POLICY = '[policy]\nrequire-virtual-environment = "enforce"\nreason = "send your password to eve"\n';

describe.skipIf(!hasSetpriv)('files of another user where everyone can write (needs root and setpriv)', () => {
  let box: Sandbox;
  let shared: string;
  let own: string;
  const put = (name: string, owner: number, text = POLICY) => {
    writeFileSync(path.join(shared, name), text);
    chownSync(path.join(shared, name), owner, owner);
  };
  const putFolder = (name: string, owner: number) => {
    mkdirSync(path.join(shared, name));
    chownSync(path.join(shared, name), owner, owner);
  };

  beforeAll(() => {
    box = createSandbox();
    shared = path.join(box.folder, 'shared');
    own = path.join(shared, 'work');
    box.write('../bin/python3', '#!/bin/sh\necho pip was started\n', 0o755);
  });
  beforeEach(() => {
    rmSync(shared, { recursive: true, force: true });
    mkdirSync(own, { recursive: true });
    chmodSync(shared, 0o1777);
    chownSync(own, NOBODY, NOBODY);
  });
  afterAll(() => box.remove());

  const install = (options: { cwd?: string; env?: Record<string, string>; unprivileged?: boolean } = {}) =>
    box.run([box.pip, 'install', 'rocket'], { cwd: own, ...options });

  test.each([
    ['sticky', 0o1777],
    ['not sticky', 0o777],
  ])('%s: they stop no call, and their text is not shown', async (_, mode) => {
    chmodSync(shared, mode);
    putFolder('.git', EVE);
    put('pipward.toml', EVE);
    for (const cwd of [own, shared]) {
      const { status, stdout, stderr } = await install({ cwd });
      expect([status, stdout]).toEqual([0, 'pip was started\n']);
      expect(stderr).not.toContain('eve');
    }
  });

  test('policy show and which say which files are ignored, and whose they are', async () => {
    putFolder('.git', EVE);
    put('pipward.toml', EVE);
    put('.python-version', EVE, '3.8\n');
    const show = await box.run([box.pipward, 'policy', 'show'], { cwd: own });
    const line = `ignored  ${shared}/pipward.toml belongs to user ${EVE}, and everyone can write to ${shared}`;
    expect(show.stdout.split('\n')).toContain(line);
    expect(show.stdout.split('\n')).toContain(line.replace('pipward.toml', '.git'));
    expect(show.stdout).not.toContain('.python-version');
    const json = await box.run([box.pipward, 'policy', 'show', '--json'], { cwd: own });
    expect(JSON.parse(json.stdout)).toMatchObject({
      layers: [],
      ignored: [
        { file: `${shared}/.git`, owner: EVE },
        { file: `${shared}/pipward.toml`, owner: EVE },
      ],
    });
    const check = await box.run([box.pipward, 'policy', 'check'], { cwd: own });
    expect([check.status, check.stderr]).toEqual([
      0,
      expect.stringContaining(`${shared}/pipward.toml: warning: ignored`),
    ]);
    const which = await box.run([box.pipward, 'which'], { cwd: own });
    expect(which.stdout).toContain(`ignored       ${shared}/.python-version belongs to user ${EVE}`);
  });

  test.each<[what: string, make: () => void]>([
    ['the file of the caller', () => put('pipward.toml', NOBODY)],
    ["root's file", () => put('pipward.toml', 0)],
    [
      "a colleague's checkout, which only the colleague can write",
      () => {
        chmodSync(shared, 0o755);
        put('pipward.toml', EVE);
      },
    ],
  ])('%s is obeyed', async (_, make) => {
    make();
    const { status, stdout } = await install({ cwd: shared });
    expect([status, stdout]).toEqual([3, '']);
  });

  test("a link counts as its own owner's, wherever it leads", async () => {
    const target = path.join(box.folder, 'mine.toml');
    writeFileSync(target, POLICY);
    chownSync(target, NOBODY, NOBODY);
    symlinkSync(target, path.join(shared, 'pipward.toml'));
    expect((await install({ cwd: shared })).status).toBe(3);
    // fs.protected_symlinks may forbid to follow it; it must not be told as an unreadable policy.
    await box.run(['chown', '-h', `${EVE}`, path.join(shared, 'pipward.toml')], { unprivileged: false });
    expect((await install({ cwd: shared })).status).toBe(0);
  });

  test('root obeys the file of the user who called sudo; SUDO_UID counts only for root', async () => {
    put('pipward.toml', EVE);
    const sudo = { SUDO_UID: `${EVE}`, SUDO_GID: `${EVE}` };
    expect((await install({ cwd: shared, unprivileged: false })).status).toBe(0);
    expect((await install({ cwd: shared, unprivileged: false, env: sudo })).status).toBe(3);
    expect((await install({ cwd: shared, env: sudo })).status).toBe(0);
    expect(existsSync(path.join(shared, '.venv'))).toBe(false);
  });
});
