import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { canMount } from '../support/namespaces.ts';
import { copyInterpreter, findAnyPython, findManagedPython, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasSetpriv, isRoot, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

const POLICY =
  '[policy]\nrequire-virtual-environment = "enforce"\nforbid-user-install = "enforce"\naccept = ["venv"]\n';
const CONF = '# ours\r\n[global]\r\nindex-url = https://ada:hunter2@host/simple\r\n[install]\r\nretries = 1';

let box: Sandbox;
beforeAll(() => {
  box = createSandbox();
});
afterAll(() => box.remove());

const inHome = (name: string) => path.join(box.home, name);
const conf = () => inHome('.config/pip/pip.conf');
const pipward = (line: string, env: Record<string, string> = {}) =>
  box.run([box.pipward, 'policy', ...line.split(' ')], { env: { PATH: '/usr/bin:/bin', ...env } });

/** A file of the sandbox's user. */
function put(name: string, text: string): void {
  box.write(path.join('../home', name), text);
  if (isRoot) spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, box.home]);
}

function clearHome(): void {
  rmSync(box.home, { recursive: true, force: true });
  mkdirSync(box.home);
}

describe('policy apply --user, verify, revert', () => {
  beforeEach(() => {
    clearHome();
    put('.config/pipward/config.toml', POLICY);
  });

  test('nothing is left after revert, and apply twice is apply once', async () => {
    expect(await pipward('apply')).toMatchObject({ status: 0, stderr: '' });
    const written = readFileSync(conf(), 'utf8');
    expect(written).toContain('[install]\n# written by');
    expect(await pipward('apply')).toMatchObject({ status: 0, stdout: expect.stringContaining('says this already') });
    expect(readFileSync(conf(), 'utf8')).toBe(written);
    expect(statSync(inHome('.local/state/pipward/policy-apply.json')).mode & 0o777).toBe(0o600);
    expect(await pipward('verify')).toMatchObject({ status: 0, stdout: expect.stringContaining('deters') });
    expect(await pipward('revert')).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(inHome('.config/pip'))).toBe(false);
    expect(existsSync(inHome('.local/state'))).toBe(false);
  });

  test('several at once: what is in the file is in the record, so that revert gives the file back', async () => {
    const old = '[install]\nuser = yes\n';
    for (let round = 0; round < (isMatrix ? 30 : 6); round += 1) {
      put('.config/pip/pip.conf', old);
      const lines = ['apply', 'apply', ...(round % 2 === 0 ? ['apply'] : ['revert', 'apply'])];
      const ends = await Promise.all(lines.map((line) => pipward(line)));
      for (const { status, stderr } of ends) {
        expect(stderr).toMatch(/^$|run this again|was changed while this ran/);
        expect(status).toBe(stderr === '' ? 0 : 1);
      }
      expect(await pipward('revert')).toMatchObject({ status: 0, stderr: '' });
      expect(readFileSync(conf(), 'utf8')).toBe(old);
      expect(existsSync(inHome('.local/state/pipward/policy-apply.json'))).toBe(false);
    }
  });

  test('a file with secrets: none is shown, its copy is private, and it comes back byte for byte', async () => {
    put('.config/pip/pip.conf', CONF);
    chmodSync(conf(), 0o600);
    const { status, stdout } = await pipward('apply --dry-run');
    expect(stdout).toContain('+require-virtualenv = true');
    expect(stdout).not.toContain('hunter2');
    expect(status).toBe(0);
    expect(readFileSync(conf(), 'utf8')).toBe(CONF);
    await pipward('apply');
    const backups = inHome('.local/state/pipward/pip-conf-backups');
    expect(readdirSync(backups).map((name) => statSync(path.join(backups, name)).mode & 0o777)).toEqual([0o600]);
    expect(statSync(conf()).mode & 0o777).toBe(0o600);
    await pipward('revert');
    expect(readFileSync(conf(), 'utf8')).toBe(CONF);
    expect(existsSync(backups)).toBe(false);
  });

  test('a line that Pythons read differently, and that does not matter, is not drift', async () => {
    const before = '[uninstall]\n--user = false ; Python 2 ends it here\n[list]\nformat = columns ; as well\n';
    put('.config/pip/pip.conf', before);
    expect(await pipward('apply')).toMatchObject({ status: 0, stderr: '' });
    expect(await pipward('verify')).toMatchObject({ status: 0, stdout: expect.not.stringContaining('Pythons differ') });
    await pipward('revert');
    expect(readFileSync(conf(), 'utf8')).toBe(before);
  });

  test.runIf(isMatrix)('what was changed by hand stays at revert, and is named (needs the matrix)', async () => {
    await pipward('apply');
    writeFileSync(
      conf(),
      `${readFileSync(conf(), 'utf8').replace('user = no', 'user = yes')}[list]\nformat = columns\n`,
    );
    expect(await pipward('verify')).toMatchObject({ status: 1, stdout: expect.stringContaining('pip.conf:4') });
    const { status, stderr } = await pipward('revert');
    expect(stderr).toContain('pip.conf:2: user in [install] was changed by hand and stays');
    expect(status).toBe(1);
    expect(readFileSync(conf(), 'utf8')).toBe('[install]\nuser = yes\n[list]\nformat = columns\n');
  });

  test('a revert that fails says so, and can be repeated', async () => {
    put('.config/pip/pip.conf', CONF);
    await pipward('apply');
    const written = readFileSync(conf(), 'utf8');
    chmodSync(inHome('.config/pip'), 0o555);
    const { status, stdout, stderr } = await pipward('revert');
    expect(stderr).toMatch(/^pipward: nothing was changed: .*pip\.conf cannot be written \(EACCES\)\n$/);
    expect([status, stdout]).toEqual([1, '']);
    expect(readFileSync(conf(), 'utf8')).toBe(written);
    chmodSync(inHome('.config/pip'), 0o755);
    expect(await pipward('revert')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(conf(), 'utf8')).toBe(CONF);
  });

  test.each<[what: string, env: Record<string, string>, expected: string]>(
    chooseSome(
      [
        ['a variable', { PIP_REQUIRE_VIRTUALENV: '0' }, 'PIP_REQUIRE_VIRTUALENV=0 in the environment'],
        ['a variable of another name', { PIP_REQUIRE_VENV: 'off' }, 'PIP_REQUIRE_VENV=off in the environment'],
        ['no files at all', { PIP_CONFIG_FILE: '/dev/null' }, 'PIP_CONFIG_FILE=/dev/null in the environment'],
        ['another policy', {}, 'the policy has changed since it was applied'],
        ['a policy that has been made milder', {}, 'it advises, and pip.conf can only refuse'],
      ],
      1,
    ),
  )('verify finds %s', async (what, env, expected) => {
    await pipward('apply');
    if (what === 'another policy') put('.config/pipward/config.toml', POLICY.replace(/forbid-user.*\n/, ''));
    if (what.endsWith('milder')) put('.config/pipward/config.toml', POLICY.replaceAll('"enforce"', '"advise"'));
    const { status, stdout } = await pipward('verify', env);
    expect(stdout).toContain(expected);
    expect(status).toBe(1);
  });

  test('what pip.conf cannot say is named with its line, and nothing is written', async () => {
    put('.config/pipward/config.toml', `${POLICY}exempt = ["ci"]\n`);
    const { status, stdout, stderr } = await pipward('apply');
    expect(stderr).toMatch(/config\.toml:5: exempt: it exempts CI.*\n {4}fix: /);
    expect([status, stdout]).toEqual([1, '']);
    expect(existsSync(conf())).toBe(false);
  });

  test.runIf(isMatrix)('an option that an action does not know is an error (needs the matrix)', async () => {
    expect(await pipward('show --system')).toMatchObject({ status: 2 });
    expect(await pipward('apply --system --user')).toMatchObject({ status: 2 });
  });
});

/** All of /etc and /var/lib of its own, which only this process and its children see. */
const OWN_ETC = `set -eu; cp -a /etc "$BOX/etc"; mount --bind "$BOX/etc" /etc; mkdir "$BOX/lib"; mount --bind "$BOX/lib" /var/lib
rm -f /etc/pip.conf /etc/xdg/pip/pip.conf; mkdir -p /etc/pipward; chmod 755 /etc/pipward; umask 022
printf %s "$POLICY" >/etc/pipward/policy.toml; printf %s "$CONF" >/etc/pip.conf; cp /etc/pip.conf "$BOX/before"
set +e`;
/** pip from its own wheels reads the file as each other pip does. */
const TRY = `for python in $PYTHONS; do
  $python -m pip install tool >"$BOX/out" 2>&1; echo "install $?"; grep -ao 'Could not find an activated virtualenv' "$BOX/out"
  $python -m pip uninstall -y tool >/dev/null 2>&1; echo "uninstall $?"
  $python -m pip download --no-index -f "$WHEELS" -d "$BOX/d" tool >/dev/null 2>&1; echo "download $?"
done`;

const managed = findManagedPython();
const pythons = [...listPyenvPythons(), ...(managed === null ? [] : [managed])];
const any = findAnyPython();

describe.skipIf(!hasSetpriv || !canMount)('policy apply for all users (needs root and mount namespaces)', () => {
  let attempt: (
    script: string,
    env?: Record<string, string>,
  ) => Promise<{ readonly stdout: string; readonly stderr: string }>;
  beforeEach(() => {
    clearHome();
    attempt = async (script, env = {}) => {
      for (const name of ['etc', 'lib', 'd']) rmSync(path.join(box.folder, name), { recursive: true, force: true });
      return box.run(['unshare', '-m', '/bin/sh', '-c', `${OWN_ETC}\n${script}`], {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', BOX: box.folder, POLICY, CONF, P: box.pipward, ...env },
        unprivileged: false,
      });
    };
  });

  test.skipIf(pythons.length === 0)(
    'each pip refuses by itself, goes on with downloads, and after revert as before',
    async () => {
      makeWheel(box.wheels, 'tool', '1.0');
      const chosen = chooseSome(pythons, 1);
      const script = `$P policy apply >/dev/null || exit 9\n${TRY}\n$P policy revert >/dev/null; cmp /etc/pip.conf "$BOX/before" && echo same`;
      const { stdout } = await attempt(script, {
        CONF: CONF.replace('[install]', 'no-index = yes\r\n[install]'),
        WHEELS: box.wheels,
        PYTHONS: chosen.map(({ executable }) => executable).join(' '),
      });
      const each = ['install 3', 'Could not find an activated virtualenv', 'uninstall 3', 'download 0'];
      expect(stdout.trim().split('\n')).toEqual([...chosen.flatMap(() => each), 'same']);
    },
  );

  test.runIf(isMatrix)(
    "a user's own file that says the opposite is found by root, a link is not followed (needs the matrix)",
    async () => {
      put('.config/pip/pip.conf', '[install]\nrequire-venv = off\n');
      const { stdout } = await attempt(
        `echo "ada:x:65534:65534::${box.home}:/bin/sh" >>/etc/passwd; HOME=/; $P policy apply >/dev/null; $P policy verify; echo "verify $?"
       $P policy revert >/dev/null; mv /etc/pip.conf /etc/other; ln -s other /etc/pip.conf; $P policy apply 2>&1; echo "link $?"
       cmp /etc/other "$BOX/before" && echo same`,
      );
      expect(stdout).toContain(`is overridden by ${conf()}:2 (for user ada)`);
      expect(stdout).toContain('verify 1\n');
      expect(stdout).toMatch(/pip\.conf is a link: .*\nlink 1\nsame\n$/);
    },
  );

  test.runIf(isMatrix)('on a full disk nothing is changed, and nothing is left behind (needs the matrix)', async () => {
    const { stdout } = await attempt(
      `mount -t tmpfs -o size=16k,mode=755 none /var/lib; head -c 100000 /dev/zero >/var/lib/x 2>/dev/null
       $P policy apply 2>&1; echo "full $?"; find /var/lib/pipward -type f; cmp /etc/pip.conf "$BOX/before" && echo same
       rm /var/lib/x; $P policy apply >/dev/null; echo "apply $?"; $P policy revert >/dev/null; cmp /etc/pip.conf "$BOX/before" && echo same; ls /var/lib`,
    );
    expect(stdout).toMatch(/^pipward: no space is left for \/var\/lib\/pipward: .*\nfull 1\nsame\napply 0\nsame\n$/);
  });

  test.runIf(isMatrix && any !== null && any !== managed)(
    'a Python in /usr/local gets a marker of the team, and loses it again (needs the matrix)',
    async () => {
      const library = path.join('lib', `python${any?.version.split('.').slice(0, 2).join('.') ?? ''}`);
      if (any !== null) copyInterpreter(any, path.join(box.folder, 'py'));
      const { stdout } = await attempt(
        `mount --bind "$BOX/py" /usr/local/share; $P policy apply --mark-interpreter /usr/local/share/bin/python3 >/dev/null; echo "apply $?"
       PIP_REQUIRE_VIRTUALENV=0 /usr/local/share/bin/python3 -m pip install tool 2>&1 | grep -ao 'Ask: .*'
       $P policy verify >/dev/null; echo "verify $?"; echo "# mine" >>/usr/local/share/${library}/EXTERNALLY-MANAGED; $P policy revert >/dev/null; echo "revert $?"
       $P policy apply --mark-interpreter /usr/local/share/bin/python3 2>&1; echo "apply $?"; $P policy apply --mark-interpreter /usr/bin/python3 >/dev/null 2>&1; echo "system $?"`,
        { POLICY: `${POLICY}contact = "#py \\u001b[31m%(x)s"\n` },
      );
      expect(stdout).toMatch(
        /^apply 0\nAsk: #py \?\[31m%\(x\)s\nverify 0\nrevert 1\n.*EXTERNALLY-MANAGED is there already and stays\napply 1\nsystem 1\n$/,
      );
    },
  );
});
