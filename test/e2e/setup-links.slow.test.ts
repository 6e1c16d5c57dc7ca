import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canOverlay, runForAll, STANDARD, withoutForAll } from '../support/for-all.ts';
import { copyProduct } from '../support/product.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';
import { hasProgram } from '../support/sandbox.ts';
import { allowSudo, withoutSudo } from '../support/sudo.ts';

let scratch = '';
let product = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-links-'));
  chmodSync(scratch, 0o755);
  product = copyProduct(path.join(scratch, 'product'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

const run = (script: string) => runForAll(product, script).said;
const INSTALL = '"$1/install.sh" --system --yes';
/** The system's policy: an install that passes through pipward ends with status 3. */
const POLICY = `printf '[policy]\\nrequire-virtual-environment = "enforce"\\n' >/etc/pipward/policy.toml`;
const NOBODY = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
const bare = (more = '') => `${NOBODY} env -i HOME=/ ${more} PATH=${STANDARD}`;

test('the program that setup leaves in /usr/local/bin is known by its first lines', () => {
  const marker = "pipward's admin command";
  const links = readFileSync(path.join(import.meta.dirname, '../../src/admin/setup/links/plan-links.ts'), 'utf8');
  const program = readFileSync(path.join(import.meta.dirname, '../../bin/pipward'), 'latin1');
  expect([links.includes(marker), program.slice(0, 256).includes(marker)]).toEqual([true, true]);
});

describe.skipIf(withoutForAll !== '')(`links for all users${withoutForAll}`, () => {
  /** Each of them starts pip without a startup file of ours. `sh`: what the machine always has. */
  const starts: readonly (readonly [how: string, program: string, line: string])[] = [
    ['sh -c', 'sh', `${bare()} sh -c 'pip install x'`],
    ['bash -c in an empty environment', 'bash', `${bare()} bash -c 'pip install x'`],
    ['an ssh command', 'bash', `${bare("SSH_CONNECTION='::1 1 ::1 22'")} bash -c 'pip3 install x'`],
    ['an interactive bash', 'bash', `${bare()} bash -ic 'pip install x'`],
    ['a script for zsh', 'zsh', `${bare()} zsh -c 'pip install x'`],
    ['an interactive zsh', 'zsh', `${bare()} zsh -ic 'pip install x'`],
    ['a login of zsh', 'zsh', `${bare()} zsh -lc 'pip install x'`],
    ['fish -c', 'fish', `${bare()} fish --no-config -c 'pip install x'`],
    ['tcsh -c', 'tcsh', `${bare()} tcsh -fc 'pip install x'`],
    ['env', 'env', `${bare()} env pip install x`],
    ['su -c', 'su', `PATH=${STANDARD} su "$(id -un 65534)" -s /bin/sh -c 'pip install x'`],
    [
      'a program, without a shell',
      'python3',
      `${bare()} python3 -c 'import subprocess as s; exit(s.call(["pip", "install", "x"]))'`,
    ],
  ];
  test('each of them meets the policy of the system', () => {
    const tried = starts.filter(([, program]) => hasProgram(program));
    const lines = tried.map(
      ([how, , line]) => `${line} >/root/said 2>&1; echo "${how}: $? $(grep -c venv-required /root/said)"`,
    );
    const said = run(`${POLICY}; install "$1"; cd /\n${lines.join('\n')}`);
    expect(said.trim().split('\n')).toEqual(tried.map(([how]) => expect.stringMatching(`^${how}: 3 [1-9]`)));
  });

  const sshd = '/usr/sbin/sshd';
  const withoutSshd = existsSync(sshd) && hasProgram('ssh') ? '' : ' (needs openssh-server and openssh-client)';
  test.skipIf(withoutSshd !== '')(`a real sshd gives each kind of its sessions the policy${withoutSshd}`, () => {
    // Started for one connection, over a pipe: no port, and no server that could outlive the test.
    const said = run(`${POLICY}; install "$1"; mount -t tmpfs -o mode=755 none /run; mkdir /run/sshd
      mkdir -m 700 /root/.ssh; cd /root/.ssh; ssh-keygen -q -t ed25519 -N '' -f key; ssh-keygen -q -t ed25519 -N '' -f host
      cp key.pub authorized_keys; printf 'HostKey /root/.ssh/host\\nPermitRootLogin yes\\nUsePAM yes\\n' >sshd_config; cd /
      remote() {
        ssh -q -i /root/.ssh/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o BatchMode=yes \\
          -o ProxyCommand='${sshd} -i -f /root/.ssh/sshd_config' root@machine "$@" >/root/said 2>&1
        echo "$? $(grep -c 'error.*venv-required' /root/said)"
      }
      remote 'pip install x' </dev/null
      remote -tt 'pip3 install x' </dev/null
      echo 'pip install x || exit' | remote -tt
      echo 'pip install x || exit' | remote`);
    expect(said).toBe('3 1\n3 1\n3 1\n3 1\n');
  });

  test.skipIf(withoutSudo !== null)(
    `sudo, with its secure_path, meets it as well (${withoutSudo ?? 'real sudo'})`,
    () => {
      const forbid = allowSudo('ALL');
      try {
        const said = run(`${POLICY}; install "$1"; cd /
        ${NOBODY} env -i PATH=/usr/bin:/bin sudo -n pip install x; echo "status $?"
        ${NOBODY} env -i PATH=/usr/bin:/bin sudo -n pip3 --version; echo "status $?"`);
        expect(said).toContain('[venv-required]');
        expect(said).toMatch(/status 3\npip \d.*\nstatus 0\n$/);
      } finally {
        forbid();
      }
    },
  );

  test.runIf(isMatrix)('the shim finds its real place, and no link is taken for another pip (needs the matrix)', () => {
    const said = run(`install "$1"; cd /; for name in /usr/local/bin/pip*; do ${bare()} "$name" --version; done
      ${bare()} pipward which; ${bare('PIPWARD_DEBUG=1')} pip3 list >/dev/null; ${bare()} pipward doctor --verbose`);
    expect(said.match(/^pip \d.* \(python 3.*$/gm)?.length).toBeGreaterThanOrEqual(3);
    expect(said).toMatch(/^starts +\/usr\/bin\/python3 /m);
    expect(said).toMatch(/^ok +PATH +pip is \/usr\/local\/bin\/pip$/m);
    expect(said).toMatch(/^ok +links +pip, pip3, .*pipward in \/usr\/local\/bin lead to pipward$/m);
    expect(said).toMatch(/^ok +sudo +pip is pipward$/m);
    expect(said).not.toMatch(/call-loop|later on PATH: \/usr\/local|another installation/);
  });

  test('its last lines say what is reached, and what is not', () => {
    const said = run(INSTALL);
    expect(said).toMatch(/^ +login +interactive +script +ssh command\n +bash +ok +ok +ok +ok$/m);
    expect(said).toMatch(/^ +cron +NO: .*this line: PATH=\/usr\/local\/bin:\/usr\/bin:\/bin$/m);
    const shadowed = run(
      `printf '#!/bin/sh\\n' >/usr/local/sbin/pip; chmod 755 /usr/local/sbin/pip; ${INSTALL}; echo "status $?"`,
    );
    expect(shadowed).toMatch(/^ +bash +ok +ok +NO +ok$/m);
    expect(shadowed).toContain('NO: pip is /usr/local/sbin/pip');
    expect(shadowed).toMatch(/status 1\n$/);
  });

  test.each(
    chooseSome(
      [
        [
          'a program',
          `printf '#!/usr/local/bin/python3.12\\n' >/usr/local/bin/pip`,
          '/usr/local/bin/pip (a script for /usr/local/bin/python3.12)',
        ],
        ['a link', 'ln -s /opt/x/pip3 /usr/local/bin/pip3', '/usr/local/bin/pip3 -> /opt/x/pip3'],
        ['a folder', 'mkdir /usr/local/bin/pip', '/usr/local/bin/pip'],
        [
          'several',
          'touch /usr/local/bin/pip /usr/local/bin/pipward',
          '/usr/local/bin/pip\n    /usr/local/bin/pipward',
        ],
      ],
      2,
    ),
  )('refuses where %s of someone else is, names it, and changes nothing', (_, prepare, named) => {
    const said =
      run(`${prepare}; tree >/root/before; ${INSTALL}; echo "status $?"; tree | diff /root/before - && echo same
      ${INSTALL} --dry-run >/dev/null; echo "dry run $?"`);
    expect(said).toContain(`    ${named}\n`);
    expect(said).toContain('    ENV PATH=/usr/local/lib/pipward/shims:$PATH');
    expect(said).toMatch(/status 1\nsame\n/);
    expect(said).toMatch(/dry run 1\n$/);
  });

  test.runIf(isMatrix)('beside the pip of a python image: --no-links, and one line for PATH (needs the matrix)', () => {
    const said = run(`printf '#!/bin/sh\\necho own\\n' >/usr/local/bin/pip; chmod 755 /usr/local/bin/pip; ${POLICY}
      ${INSTALL} --no-links; echo "status $?"; cd /; cat /usr/local/bin/pip; ls /usr/local/bin
      ${NOBODY} env -i PATH=/usr/local/lib/pipward/shims:${STANDARD} sh -c 'pip install x'; echo "status $?"`);
    expect(said).toMatch(/^ +bash +ok +NO +NO +NO$/m);
    expect(said).toMatch(/^ {4}PATH=\/usr\/local\/lib\/pipward\/shims:\$PATH$/m);
    expect(said).toMatch(/status 0\n#!\/bin\/sh\necho own\npip\n/);
    expect(said).toMatch(/status 3\n$/);
  });

  test.runIf(isMatrix)("npm's own link to pipward stays (needs the matrix)", () => {
    const said = run(`mkdir -p /usr/local/lib/node_modules; cp -R "$1" /usr/local/lib/node_modules/pipward
      ln -s ../lib/node_modules/pipward/bin/pipward /usr/local/bin/pipward; tree >/root/before
      /usr/local/bin/pipward setup --system --yes >/dev/null; echo "status $?"; readlink /usr/local/bin/pipward /usr/local/bin/pip
      test -L /usr/local/lib/pipward/shims/pip || echo copied
      /usr/local/bin/pipward unsetup --system --yes >/dev/null; tree | diff /root/before - && echo same`);
    expect(said).toBe(
      'status 0\n../lib/node_modules/pipward/bin/pipward\n/usr/local/lib/pipward/shims/pip\ncopied\nsame\n',
    );
  });

  test.runIf(isMatrix)(
    'doctor names a link that was replaced, removed or written through, and what comes before it (needs the matrix)',
    () => {
      const said = run(`install "$1"; cd /usr/local/bin; rm pip pip3; echo own >pip
      echo '#!/usr/bin/python3' >/usr/local/lib/pipward/shims/pip
      for name in pip pip3; do printf '#!/bin/sh\\n' >/usr/local/sbin/$name; chmod 755 /usr/local/sbin/$name; done
      ${bare()} /usr/local/lib/pipward/bin/pipward doctor; echo "status $?"; rm pip; ${INSTALL} >/dev/null 2>&1
      ${bare()} pipward doctor | grep links; rm /usr/local/sbin/pip*; ${bare()} pipward doctor --verbose | grep links`);
      expect(said).toMatch(/^problem links: \/usr\/local\/bin\/pip was replaced: it does not lead to pipward$/m);
      expect(said).toMatch(/^problem links: \/usr\/local\/bin\/pip3 is gone$/m);
      expect(said).toMatch(/^problem links: \S+shims\/pip3\.\d+ is not pipward's file: another program wrote it/m);
      expect(said).toContain('status 1\n');
      expect(said).toMatch(
        /^problem links: \/usr\/local\/sbin, which has pip, pip3, comes before \/usr\/local\/bin on PATH$/m,
      );
      expect(said).toMatch(/^problem links: \/usr\/local\/sbin, which has .* on PATH for sudo$/m);
      expect(said).toMatch(/ok +links +pip, pip3, .* lead to pipward\n$/);
    },
  );

  test('a second setup changes nothing, and unsetup leaves the machine as it was', () => {
    const said = run(`rmdir /usr/local/bin; touch /usr/local/sbin/other; tree >/root/before; install "$1"
      stamps() { find /usr/local /etc/profile.d -printf '%p %i %T@ %C@\\n' | sort; }
      stamps >/root/times; ${INSTALL} | head -1; stamps | diff /root/times - && echo unchanged
      ${INSTALL} --uninstall >/dev/null; echo "status $?"; tree | diff /root/before - && echo same`);
    expect(said).toMatch(
      /is set up in \/usr\/local\/lib\/pipward already: nothing to change\nunchanged\nstatus 0\nsame\n$/,
    );
  });

  test.runIf(isMatrix)('what has replaced a link stays after unsetup, which says so (needs the matrix)', () => {
    const said = run(`install "$1"; cd /usr/local/bin; rm pip pip3; echo own >pip; ln -s /usr/bin/pip3 pip3
      "$1/install.sh" --system --uninstall --yes | grep stays; ls -A /usr/local/bin; cat pip; readlink pip3`);
    const stays = (name: string) => `/usr/local/bin/${name} stays: it is not the link that setup made\n`;
    expect(said).toBe(`${stays('pip')}${stays('pip3')}pip\npip3\nown\n/usr/bin/pip3\n`);
  });

  test.runIf(isMatrix)(
    'refresh follows the Pythons of the machine, and leaves what another program has (needs the matrix)',
    () => {
      const said =
        run(`install "$1"; cd /usr/local/bin; for name in 3.77 3.78; do printf '#!/bin/sh\\n' >python$name; done
      chmod 755 python3.7*; echo own >pip3.78; /usr/local/bin/pipward setup --refresh; echo "status $?"; readlink pip3.77; cat pip3.78
      rm python3.7* pip3.78; /usr/local/bin/pipward setup --refresh; ls -A`);
      expect(said).toContain('wrote    /usr/local/bin/pip3.77 -> /usr/local/lib/pipward/shims/pip3.77\n');
      expect(said).toContain("kept     /usr/local/bin/pip3.78, which is another program's\n");
      expect(said).toContain('status 0\n/usr/local/lib/pipward/shims/pip3.77\nown\n');
      expect(said).toContain('deleted  /usr/local/bin/pip3.77\n');
      expect(said.slice(said.lastIndexOf('deleted'))).not.toMatch(/^pip3\.7/m);
    },
  );

  test.each(
    chooseSome(
      [
        ["a user's", 'chown 65534 /usr/local/bin', 'belongs to user'],
        ['open to all', 'chmod 1777 /usr/local/bin', 'can be written by other users (mode 1777)'],
        ['open to group root', 'chmod 775 /usr/local/bin', 'can be written by other users (mode 775)'],
        ["below a user's folder", 'chown 65534 /usr/local', 'belongs to user'],
        ['read-only', 'mount -t tmpfs -o ro,mode=755 none /usr/local/bin', 'cannot be written'],
      ],
      1,
    ),
  )('refuses a /usr/local/bin that is %s', (_, prepare, reason) => {
    const said = run(
      `${prepare}; tree >/root/before; ${INSTALL}; echo "status $?"; tree | diff /root/before - && echo same`,
    );
    expect(said).toContain(reason);
    expect(said).toMatch(/status 1\nsame\n$/);
  });

  const STAFF =
    'chgrp 50 /usr/local /usr/local/bin /usr/local/lib; chmod 2775 /usr/local /usr/local/bin /usr/local/lib';
  const group = (line: string) =>
    `grep -v '^staff:\\|:50:' /etc/group >/root/group; echo '${line}' >>/root/group; mount --bind /root/group /etc/group`;
  test.each(
    chooseSome(
      [
        ['is empty', group('staff:x:50:'), 'status 0'],
        ['has root alone', group('staff:x:50:root'), 'status 0'],
        ['has a member', group('staff:x:50:ada'), 'status 1'],
        [
          'is the first group of a user',
          `${group('staff:x:50:')}; (cat /etc/passwd; echo ada:x:4000:50::/:/bin/sh) >/root/passwd; mount --bind /root/passwd /etc/passwd`,
          'status 1',
        ],
        ["is not Debian's", group('other:x:50:'), 'status 1'],
      ],
      1,
    ),
  )('takes folders of group staff, as Debian has them, if it %s', (_, prepare, status) => {
    const node =
      'mkdir /usr/local/node; cp "$(command -v node)" /usr/local/node/node; chgrp 50 /usr/local/node; chmod 2775 /usr/local/node';
    const said = run(`${STAFF}; ${prepare}; ${INSTALL}; echo "status $?"
      ${node}; PATH=/usr/local/node:/usr/bin:/bin "$1/install.sh" --system --dry-run >/root/said 2>&1; echo "with such a Node: status $?"`);
    expect(said).toContain(`\n${status}\n`);
    expect(said).toContain(`with such a Node: ${status}\n`);
    expect(said.includes('can be written by other users')).toBe(status === 'status 1');
  });

  test.skipIf(!isMatrix || !canOverlay)(
    'a program of a package is linked, not copied; it is taken back without a trace (needs the matrix)',
    () => {
      const said =
        run(`mkdir /root/cover; mount -t tmpfs none /root/cover; mkdir /root/cover/up /root/cover/work; ${POLICY}
      mount -t overlay -o lowerdir=/usr/lib,upperdir=/root/cover/up,workdir=/root/cover/work none /usr/lib
      cp -R "$1" /usr/lib/pipward; chown -R 0:0 /usr/lib/pipward; cp "$(command -v node)" /usr/lib/pipward/node
      (tree; find /usr/lib/pipward) >/root/before
      install "$1"; /usr/lib/pipward/bin/pipward setup --system --yes >/root/said; echo "over a copy: $?"
      for file in node bin/pipward shims/pip dist/shim.cjs; do readlink "/usr/local/lib/pipward/$file"; done
      ls -A /usr/local/lib/pipward/dist; cd /; ${bare()} sh -c 'pip install x' >/root/said 2>&1; echo "status $?"
      ${bare()} pip3 --version; ${bare()} pipward doctor --verbose | grep -a '^ok *\\(PATH\\|links\\|pipward\\)'
      /usr/lib/pipward/bin/pipward setup --system --yes | head -1
      install "$1"; test -L /usr/local/lib/pipward/shims/pip || echo "copied again"
      /usr/lib/pipward/bin/pipward setup --system --yes >/root/said
      /usr/lib/pipward/bin/pipward unsetup --yes >/dev/null; echo "removed: $?"; (tree; find /usr/lib/pipward) | diff /root/before - && echo same`);
      expect(said).toContain(
        'over a copy: 0\n/usr/lib/pipward/node\n/usr/lib/pipward/bin/pipward\n/usr/lib/pipward/shims/pip\n',
      );
      expect(said).toContain('/usr/lib/pipward/dist/shim.cjs\nadmin.cjs\nshim.cjs\nstatus 3\npip ');
      expect(said).toMatch(
        /^ok +pipward +version \S+ in \/usr\/local\/lib\/pipward\nok +PATH +pip is \/usr\/local\/bin\/pip\nok +links/m,
      );
      expect(said).toMatch(/already: nothing to change\ncopied again\nremoved: 0\nsame\n$/);
    },
  );

  test.runIf(isMatrix)(
    'killed at many moments, each link leads somewhere and pip runs; then it comes out whole (needs the matrix)',
    () => {
      // Most of what is written is written in the first half.
      const parts = [5, 15, 25, 35, 45, 60];
      const said = run(`tree >/root/before; cd /; killed=0
      start=$(date +%s%N); install "$1"; whole=$(($(date +%s%N) - start)); ${INSTALL} --uninstall >/dev/null
      for part in ${parts.join(' ')}; do
        after=$(echo "$whole $part" | awk '{ print $1 * $2 / 1e11 }')
        for option in '' --uninstall; do
          timeout -s KILL $after "$1/install.sh" --system --yes $option >/dev/null 2>&1; [ $? -ne 137 ] || killed=1
          for link in /usr/local/bin/*; do
            if [ -L "$link" ] && [ ! -e "$link" ]; then echo "$link leads nowhere"; fi
          done
          ${bare()} sh -c 'pip --version' >/root/said 2>&1 || { echo "after $after: $?"; cat /root/said; }
          ${bare()} bash -lc 'pip --version' >/root/said 2>&1 || { echo "login after $after: $?"; cat /root/said; }
        done
      done
      echo "killed $killed"; ${INSTALL} >/root/said 2>&1; echo "status $?"
      ${INSTALL} --uninstall >/dev/null; tree | diff /root/before - && echo same`);
      expect(said).toBe('killed 1\nstatus 0\nsame\n');
    },
  );
});
