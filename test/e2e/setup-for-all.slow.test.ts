import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findExposure } from '../../src/host/files/ownership.ts';
import { copyProduct, runAt } from '../support/product.ts';
import { isRoot } from '../support/sandbox.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const canUnshare = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;
const why = !canUnshare
  ? ' (needs root and unshare)'
  : findExposure(process.execPath) === null
    ? ''
    : ' (needs a Node that only root can change)';

/** The machine's folders are empty ones that only this process and its children see. $1: the product, $2: the Node. */
const PRIVATE = `set -e
for folder in /usr/local /etc/profile.d; do mkdir -p "$folder"; mount -t tmpfs -o mode=755 none "$folder"; done
if [ -d /usr/share/fish ]; then
  mkdir -p /usr/share/fish/vendor_conf.d
  mount -t tmpfs -o mode=755 none /usr/share/fish/vendor_conf.d
fi
mkdir -p /usr/local/lib /usr/local/node/bin
`;
/** What an ordinary user may have on PATH: it says that it was run, and goes on as the real one. */
const WRAPPER = `printf '#!/bin/sh\\necho run >>/usr/local/trace\\nexec "%s" "$@"\\n' "$2" >/usr/local/node/bin/node
chmod 755 /usr/local/node/bin/node
`;
const SHOW = `status=0
"$@" >/usr/local/out 2>/usr/local/err </dev/null || status=$?
echo "status $status, run $(cat /usr/local/trace 2>/dev/null | wc -l), installed $(ls -A /usr/local/lib /etc/profile.d | grep -c pipward || true)"
cat /usr/local/out /usr/local/err`;

let scratch = '';
let product = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-for-all-'));
  chmodSync(scratch, 0o755);
  product = copyProduct(path.join(scratch, 'product'));
  mkdirSync(path.join(scratch, 'home'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

function attempt(prepare: string, command: string, home = path.join(scratch, 'home'), PATH = '/usr/bin:/bin') {
  const script = `${PRIVATE}${prepare}\nset -- ${command}\n${SHOW}`;
  const { stdout, stderr } = runAt(home, ['unshare', '-m', 'sh', '-c', script, 'sh', product, process.execPath], {
    PATH,
  });
  const [, status, runs, installed] = /^status (\d+), run (\d+), installed (\d+)\n/.exec(stdout) ?? [];
  return { status: Number(status), runs: Number(runs), installed: Number(installed), said: stdout + stderr };
}

const INSTALL = '"$1/install.sh" --system --yes';
const NODE_FIRST = '/usr/local/node/bin:/usr/bin:/bin';

describe.skipIf(why !== '')(`install.sh --system${why}`, () => {
  test.each<[what: string, prepare: string, said: string]>(
    chooseSome(
      [
        [
          "the program is a user's",
          'chown 65534 /usr/local/node/bin/node',
          '/usr/local/node/bin/node belongs to user 65534',
        ],
        ["its folder is a user's", 'chown 65534 /usr/local/node/bin', '/usr/local/node/bin belongs to user 65534'],
        ["a folder above is a user's", 'chown 65534 /usr/local/node', '/usr/local/node belongs to user 65534'],
        [
          'a group can write the program',
          'chmod 775 /usr/local/node/bin/node',
          '/usr/local/node/bin/node can be written by other users',
        ],
        ['a group can write a folder', 'chmod 775 /usr/local/node', '/usr/local/node can be written by other users'],
        ['all can write a folder', 'chmod 757 /usr/local/node', '/usr/local/node can be written by other users'],
        [
          'all can write a sticky folder',
          'chmod 1777 /usr/local/node',
          '/usr/local/node can be written by other users',
        ],
        [
          "a link to it is a user's",
          'mv /usr/local/node/bin/node /usr/local/node/real; ln -s ../real /usr/local/node/bin/node; chown -h 65534 /usr/local/node/bin/node',
          '/usr/local/node/bin/node belongs to user 65534',
        ],
        [
          "a link to a folder leads through a user's",
          'mkdir /usr/local/ada; mv /usr/local/node/bin /usr/local/ada/bin; ln -s ../ada/bin /usr/local/node/bin; chown 65534 /usr/local/ada',
          '/usr/local/ada belongs to user 65534',
        ],
      ],
      3,
    ),
  )('refuses a Node where %s, before it is run', (_, prepare, said) => {
    const result = attempt(`${WRAPPER}${prepare}`, INSTALL, undefined, NODE_FIRST);
    expect(result).toMatchObject({ status: 1, runs: 0, installed: 0 });
    expect(result.said).toContain(said);
  });

  test("takes root's Node, by links of root's; a product of a user's is copied", () => {
    const prepare = `${WRAPPER}ln -s node/bin /usr/local/short; cp -R "$1" /usr/local/product; chown -R 65534 /usr/local/product`;
    const command = '/usr/local/product/install.sh --system --yes';
    const result = attempt(prepare, command, undefined, '/usr/local/short:/usr/bin:/bin');
    expect([result.status, result.said]).toEqual([0, expect.stringContaining('will be set up for all users')]);
    expect(result.installed).toBe(2);
  });

  test.each<[what: string, prepare: string, said: string]>([
    [
      "the program is a user's",
      'cp "$2" /usr/local/node/node; chown 65534 /usr/local/node/node',
      '/usr/local/node/node belongs to user',
    ],
    [
      'a group can write its folder',
      'cp "$2" /usr/local/node/node; chmod 775 /usr/local/node',
      '/usr/local/node can be written by other users (mode 775)',
    ],
  ])('pipward setup --system refuses it as well: %s', (_, prepare, said) => {
    const result = attempt(prepare, '/usr/local/node/node "$1/dist/admin.cjs" setup --system --yes');
    expect(result).toMatchObject({ status: 1, installed: 0 });
    expect(result.said).toContain(said);
  });

  test.each<[what: string, prepare: string, said: string]>([
    ['a folder above its place', 'chmod 775 /usr/local/lib', '/usr/local/lib can be written by other users (mode 775)'],
    [
      'its place',
      'mkdir /usr/local/lib/pipward; chown 65534 /usr/local/lib/pipward',
      '/usr/local/lib/pipward belongs to user',
    ],
    ['the folder of startup files', 'chown 65534 /etc/profile.d', '/etc/profile.d belongs to user'],
  ])('refuses where others can change %s', (_, prepare, said) => {
    const result = attempt(prepare, INSTALL);
    expect(result.status).toBe(1);
    expect(result.said).toContain(said);
    expect(result.said).not.toContain('will be set up');
  });

  test.runIf(isMatrix)('doctor says what others can change since (needs the matrix)', () => {
    const doctor = (change: string) =>
      attempt(`${INSTALL} >/dev/null 2>&1; ${change}`, '/usr/local/lib/pipward/bin/pipward doctor').said;
    expect(doctor('chmod 775 /usr/local/lib/pipward/dist')).toMatch(
      /^problem pipward: \/usr\/local\/lib\/pipward\/dist can be written by other users/m,
    );
    expect(
      doctor(`cp "$2" /usr/local/node/node; chown 65534 /usr/local/node/node
      ln -sfn /usr/local/node/node /usr/local/lib/pipward/node`),
    ).toMatch(/^problem Node: \/usr\/local\/node\/node belongs to user/m);
  });

  test.each([
    ['/usr/local/lib/pipward', "a user's own installation"],
    ['/usr/local/user', 'the installation for all users'],
  ])('the doctor of %s takes %s for pipward', (prefix) => {
    // Each installation is first once: as the other's doctor sees it.
    const other = prefix === '/usr/local/user' ? '/usr/local/lib/pipward' : '/usr/local/user';
    const prepare = `mkdir -p /usr/local/ada; export HOME=/usr/local/ada SHELL=/bin/bash
      ${INSTALL} >/dev/null 2>&1; "$1/install.sh" --prefix=/usr/local/user --yes >/dev/null 2>&1
      for name in .bashrc .bash_profile .profile; do echo '. ${other}/env.sh' >>"$HOME/$name"; done
      export PATH="${other}/shims:${prefix}/shims:$PATH"`;
    const { said } = attempt(prepare, `${prefix}/bin/pipward doctor --verbose`);
    const words = `pip is ${other}/shims/pip, of another installation of pipward, which comes first`;
    expect(said).toMatch(new RegExp(`^ok +PATH +${words}$`, 'm'));
    expect(said).toMatch(new RegExp(`^ok +bash login +pip is pipward; ${words}$`, 'm'));
    expect(said).toMatch(new RegExp(`^ok +bash interactive +pip is pipward; ${words}$`, 'm'));
  });

  test.runIf(isMatrix)(
    "nothing of a user's is run, and nothing is left in a user's HOME, where sudo left it set (needs the matrix)",
    () => {
      const prepare = `mkdir -p /usr/local/ada; for name in .bashrc .bash_profile .profile; do
      echo 'echo "$(id -u)" >>/usr/local/ran' >"/usr/local/ada/$name"; done; chown -R 65534 /usr/local/ada
      export HOME=/usr/local/ada SHELL=/bin/bash`;
      const result = attempt(prepare, INSTALL);
      expect(result).toMatchObject({ status: 0, installed: 2 });
      const after = attempt(`${prepare}; ${INSTALL} >/dev/null 2>&1`, 'ls -lnA /usr/local/ada /usr/local/ran');
      expect(after.said).toContain('.bashrc');
      expect(after.said).toMatch(/\/usr\/local\/ran.*No such file/);
      expect(after.said).not.toMatch(/^[-dl]\S+ +\d+ +0 /m);
      const own = attempt(prepare, '"$1/install.sh" --yes');
      expect(own.status).toBe(1);
      expect(own.said).toContain('HOME is /usr/local/ada, which belongs to user');
    },
  );
});
