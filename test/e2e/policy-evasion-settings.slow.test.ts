import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome } from '../support/matrix.ts';

/** Writes /etc/pipward/policy.toml where only this process and its children see it, then goes on as user `nobody`. */
const AS_NOBODY = `mkdir -p /etc/pipward; mount -t tmpfs none /etc/pipward && \
printf '%s' "$POLICY" >/etc/pipward/policy.toml && chmod 0644 /etc/pipward/policy.toml && chmod 0755 /etc/pipward && \
unset POLICY && exec setpriv --reuid=65534 --regid=65534 --clear-groups /bin/sh -c "$1"`;

const old = listPyenvPythons().find(({ version }) => /^3\.[89]\./.test(version)) ?? null;
const another = listPyenvPythons().find(({ version }) => version !== old?.version && version.startsWith('3.')) ?? null;
const canRun = hasSetpriv && hasProgram('unshare') && old !== null && another !== null;
const hasLocales = existsSync('/usr/share/i18n/charmaps') && hasProgram('localedef');

const NO_USER = '[policy]\nforbid-user-install = "enforce"\nallow-bypass = "never"\n';
const NEED = '[policy]\nrequire-virtual-environment = "enforce"\nallow-bypass = "never"\nexempt = ["target"]\n';

describe.skipIf(!canRun)(
  'real pips led past a policy by settings (needs root, mount namespaces, Pythons of pyenv)',
  () => {
    let box: Sandbox;
    let python: string;
    let other: string;
    const made = !existsSync('/etc/pipward');

    beforeAll(async () => {
      if (old === null || another === null) return;
      box = createSandbox();
      python = copyInterpreter(old, path.join(box.folder, 'old')).executable;
      other = path.join(box.folder, 'another');
      copyInterpreter(another, other);
      // This user may write into both, so that pip does not fall back by itself.
      for (const folder of [path.join(box.folder, 'old'), other]) {
        spawnSync('find', [folder, '-type', 'd', '-exec', 'chown', `${NOBODY}`, '{}', '+']);
      }
      box.set('LD_LIBRARY_PATH', ['old/lib', 'another/lib'].map((lib) => path.join(box.folder, lib)).join(':'));
      makeWheel(box.wheels, 'rocket');
      mkdirSync(path.join(box.folder, 'bare'));
      writeFileSync(
        path.join(box.folder, 'bare', 'pip'),
        `#!/bin/sh\n[ -z "$VIRTUAL_ENV" ] || exec "$VIRTUAL_ENV/bin/python" -m pip "$@"\nexec '${python}' -m pip "$@"\n`,
        { mode: 0o755 },
      );
      symlinkSync(python, path.join(box.bin, 'python3'));
      if (hasLocales) {
        spawnSync('localedef', ['-c', '-f', 'ISO-8859-1', '-i', 'en_US', path.join(box.folder, 'en_US.ISO-8859-1')]);
      }
    }, 600_000);
    beforeEach(() => {
      for (const folder of [box.project, box.home]) {
        for (const entry of readdirSync(folder)) rmSync(path.join(folder, entry), { recursive: true, force: true });
      }
      box.write('README', '');
      for (const name of ['old', 'another']) take(path.join(box.folder, name, 'lib'));
    });
    afterAll(() => {
      box?.remove();
      if (made) rmSync('/etc/pipward', { recursive: true, force: true, maxRetries: 20 });
    });

    /** The line as it is, with pip's own `python -m pip`, or through the shim and with a policy of the machine. */
    async function attempt(line: string, policy: string | null) {
      const prepared = `B='${box.folder}'; export HOME='${box.home}'; ${line}`;
      if (policy === null) return box.shell(`PATH='${path.join(box.folder, 'bare')}':$PATH; ${prepared}`);
      const command = ['unshare', '-m', '/bin/sh', '-c', AS_NOBODY, 'sh', prepared] as const;
      return box.run([...command], { env: { POLICY: policy }, unprivileged: false });
    }

    /** Whether the package is anywhere below a folder; it is removed. */
    function take(folder: string): boolean {
      const found = spawnSync('find', ['-L', folder, '-maxdepth', '9', '-path', '*rocket*'], { encoding: 'utf8' });
      const files = found.stdout.split('\n').filter((file) => file !== '' && !file.endsWith('.whl'));
      for (const file of files) rmSync(file, { recursive: true, force: true });
      return files.length > 0;
    }

    const user = () => path.join(box.home, '.local');
    /** Makes $E look like an environment around a link to the Python, whose packages are read-only. `cfg`: what writes pyvenv.cfg. */
    const around = (environment: string, cfg: string) =>
      `E=${environment}; S=$(echo "$B"/old/lib/python3.*/site-packages); L=$(basename "$(dirname "$S")"); mkdir -p "$E/bin" "$E/lib/$L/site-packages"; \
ln -s "$B"/old/bin/python3 "$E/bin/python"; ${cfg}; trap 'chmod 755 "$S" "$E"/lib/*/site-packages' EXIT; chmod 555 "$S"; export VIRTUAL_ENV="$E"; `;
    const closed = `chmod 555 "$E/lib/$L/site-packages"`;
    const big = `{ awk 'BEGIN { for (i = 0; i < 20000; i++) print "# ${'x'.repeat(60)}" }'; printf '[install]\\nuser = yes\\n'; } >c`;

    test.each<[what: string, line: string, policy: string, where: () => string]>(
      chooseSome(
        [
          ['a pip.conf of 1.2 MB', `${big}; PIP_CONFIG_FILE=c pip install rocket`, NO_USER, user],
          [
            'a header that Python 3.9 ends at its first bracket',
            `printf '[install] # see [x]\\nuser = yes\\n' >c; PIP_CONFIG_FILE=c pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'a folder of the name ~ in XDG_CONFIG_DIRS',
            `mkdir -p ~/x/pip; printf '[install]\\nuser = yes\\n' >~/x/pip/pip.conf; XDG_CONFIG_DIRS='~/x' pip install rocket`,
            NO_USER,
            user,
          ],
          [
            '~/.pydistutils.cfg',
            `printf '[install]\\nuser = 1\\n' >~/.pydistutils.cfg; pip install --no-user rocket`,
            NO_USER,
            user,
          ],
          ['./setup.cfg', `printf '[install]\\nuser = 1\\n' >setup.cfg; pip install rocket`, NO_USER, user],
          [
            'a prefix of distutils that cannot be written',
            `printf '[install]\\nprefix = /usr/nowhere\\n' >setup.cfg; pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'an environment at the user base',
            `${around('$HOME/.local', `echo "home = $B/old/bin" >"$E/pyvenv.cfg"`)} pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'the same where an environment is required',
            `${around('$HOME/.local', `echo "home = $B/old/bin" >"$E/pyvenv.cfg"`)} pip install rocket`,
            NEED,
            user,
          ],
          [
            'an environment at HOME, --prefix to the user base',
            `${around('$HOME', `echo "home = $B/old/bin" >"$E/pyvenv.cfg"`)} pip install --prefix ~/.local rocket`,
            NEED,
            user,
          ],
          ['a folder as pyvenv.cfg', `${around('$PWD/e', 'mkdir "$E/pyvenv.cfg"')} pip install rocket`, NO_USER, user],
          [
            '/dev/null as pyvenv.cfg',
            `${around('$PWD/e', 'ln -s /dev/null "$E/bin/pyvenv.cfg"')} pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'pyvenv.cfg beside the python',
            `${around('$PWD/e', `echo "home = $B/old/bin" >"$E/bin/pyvenv.cfg"; ${closed}`)} pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'a pyvenv.cfg with a byte order mark',
            `${around('$PWD/e', `printf '\\357\\273\\277include-system-site-packages = false\\n' >"$E/pyvenv.cfg"; ${closed}`)} pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'a pyvenv.cfg with white space that Python alone takes away',
            `${around('$PWD/e', `printf 'include-system-site-packages = false\\ninclude-system-site-packages\\037= true\\034\\n' >"$E/pyvenv.cfg"; ${closed}`)} pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'PYTHONHOME, where the packages are read-only',
            `mkdir -p ~/h/lib; cp -rs "$B"/old/lib/python3.* ~/h/lib/; trap 'chmod 755 ~/h/lib/*/site-packages' EXIT; chmod 555 ~/h/lib/*/site-packages; PYTHONHOME=$HOME/h pip install rocket`,
            NO_USER,
            user,
          ],
          [
            'a pip.conf on standard input',
            `printf '[install]\\nuser = yes\\n' >c; PIP_CONFIG_FILE=/dev/stdin pip install rocket <c`,
            NO_USER,
            user,
          ],
          [
            'a link to the descriptors, and a pip.conf among them',
            `printf '[install]\\nuser = yes\\n' >c; ln -s /proc/self/fd d; PIP_CONFIG_FILE=d/3 pip install rocket 3<c`,
            NO_USER,
            user,
          ],
          [
            'a HOME that is open and has no other name',
            `mkdir -p h/.config/pip; printf '[install]\\nuser = yes\\n' >h/.config/pip/pip.conf; HOME=/dev/fd/3 pip install rocket 3<h`,
            NO_USER,
            () => path.join(box.project, 'h'),
          ],
          [
            '--prefix to the user site, which is open',
            `mkdir -p ~/.local; PIPWARD_ADVICE=off pip install --prefix /dev/fd/3 rocket 3<~/.local`,
            NO_USER,
            user,
          ],
          [
            "--target to another Python's library, which is open",
            `PIPWARD_ADVICE=off pip install --target /dev/fd/3 rocket 3<"$(echo "$B"/another/lib/python3.?*)"`,
            NEED,
            () => path.join(other, 'lib'),
          ],
          [
            'an environment whose library is a link to the user site, which is open',
            `rm -rf e l; mkdir -p ~/.local/lib; python3 -m venv --without-pip e; mv e/lib l; cp -r "$B"/old/lib/python3.*/site-packages/pip* l/python3.*/site-packages; cp -r l/. ~/.local/lib; rm -rf l; ln -s /dev/fd/3 e/lib; PIPWARD_ADVICE=off VIRTUAL_ENV=$PWD/e pip install rocket 3<~/.local/lib`,
            NEED,
            user,
          ],
          ['--prefix to the user site', `pip install --prefix ~/.local rocket`, NO_USER, user],
          [
            "--target to another Python's library",
            `pip install --target "$(echo "$B"/another/lib/python3.?*)" rocket`,
            NEED,
            () => path.join(other, 'lib'),
          ],
          [
            'the same through a link and `..`',
            `ln -s "$B"/another/bin up; pip install --prefix up/.. rocket`,
            NEED,
            () => path.join(other, 'lib'),
          ],
          [
            '--root with a link below it',
            `mkdir -p "r$(dirname "$B")"; ln -s "$B" "r$B"; pip install --root r rocket`,
            NEED,
            () => path.join(path.dirname(path.dirname(python)), 'lib'),
          ],
          [
            '--prefix with a link below it',
            `mkdir p; ln -s "$B"/old/lib p/lib; pip install --prefix p rocket`,
            NEED,
            () => path.join(path.dirname(path.dirname(python)), 'lib'),
          ],
        ],
        3,
      ),
    )('%s', { timeout: 600_000 }, async (_, line, policy, where) => {
      const bare = await attempt(line, null);
      // Without the policy it works: it is an attack.
      expect(`${bare.stdout}${bare.stderr}${take(where()) ? 'installed' : 'not there'}`).toMatch(/installed$/);
      const { status, stderr } = await attempt(
        line.replace('mkdir ', 'mkdir -p ').replace('ln -s ', 'ln -sfn '),
        policy,
      );
      expect(stderr).toContain('/etc/pipward/policy.toml');
      expect([status, take(where())]).toEqual([3, false]);
    });

    test.skipIf(!hasLocales)(
      'Latin-1 in pip.conf under such a locale (needs localedef)',
      { timeout: 600_000 },
      async () => {
        const line = `export LOCPATH="$B" LC_ALL=en_US.ISO-8859-1; printf '# f\\374r\\n[install]\\nuser = yes\\n' >c; PIP_CONFIG_FILE=c pip install rocket`;
        await attempt(line, null);
        expect(take(user())).toBe(true);
        const { status, stderr } = await attempt(line, NO_USER);
        expect(stderr).toContain('c:3');
        expect([status, take(user())]).toEqual([3, false]);
      },
    );

    test('a refusal for a file that cannot be read names the file and why', { timeout: 600_000 }, async () => {
      const { stderr } = await attempt(`${big}; PIP_CONFIG_FILE=c pip install rocket`, NO_USER);
      expect(stderr).toMatch(/unknown\s+pip's settings in \S+\/c\s+cannot be checked \(larger than 1024 KiB\)/);
      expect(stderr).not.toContain('is not writable');
    });

    test(
      'a FIFO as pip.conf is not opened, and what pip would read from it is not known',
      { timeout: 600_000 },
      async () => {
        const { status, stderr } = await attempt('mkfifo f; PIP_CONFIG_FILE=f pip install rocket', NO_USER);
        expect(stderr).toMatch(/cannot be checked \(a pipe or a\s+device\)/);
        expect(status).toBe(3);
      },
    );

    test.each<[what: string, line: string, policy: string]>(
      chooseSome(
        [
          ...(hasLocales
            ? ([
                [
                  'a pip.conf with comments in Latin-1',
                  `export LOCPATH="$B" LC_ALL=en_US.ISO-8859-1; printf '# f\\374r\\n' >c; PIP_CONFIG_FILE=c pip install rocket`,
                  NO_USER,
                ],
              ] satisfies [string, string, string][])
            : []),
          ['a folder as pip.conf', `mkdir -p c; PIP_CONFIG_FILE=c pip install rocket`, NO_USER],
          ['a target of its own', `pip install --target vendor rocket`, NEED],
          [
            'a prefix of its own, which has packages of the call before',
            `pip install --prefix p rocket >/dev/null && pip install --prefix p --force-reinstall rocket`,
            NEED,
          ],
          ['a root of its own', `pip install --root out rocket`, NEED],
          [
            'a setup.cfg about other things',
            `printf '[metadata]\\nname = x\\n' >setup.cfg; pip install rocket`,
            NO_USER,
          ],
        ],
        3,
      ),
    )('%s does not cause a refusal', { timeout: 600_000 }, async (_, line, policy) => {
      const { status, stderr } = await attempt(line, policy);
      expect(stderr).not.toContain('policy.toml');
      expect(status).toBe(0);
      take(path.join(box.folder, 'old', 'lib'));
    });
  },
);
