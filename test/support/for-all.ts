import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { findExposure } from '../../src/host/files/ownership.ts';
import { canMount } from './namespaces.ts';
import { runAt } from './product.ts';

/** Why no test may install for all users; empty if one may: in a mount namespace, which nothing outside of it sees. */
export const withoutForAll = !canMount
  ? ' (needs root and unshare)'
  : findExposure(process.execPath) === null
    ? ''
    : ' (needs a Node that only root can change)';

/** Whether folders can be covered by one that has the same in it. */
export const canOverlay =
  canMount &&
  spawnSync(
    'unshare',
    [
      '-m',
      'sh',
      '-c',
      'mount -t tmpfs none /mnt && mkdir /mnt/up /mnt/work && mount -t overlay -o lowerdir=/usr/lib,upperdir=/mnt/up,workdir=/mnt/work none /usr/lib',
    ],
    { stdio: 'ignore' },
  ).status === 0;

/** What programs get as PATH from a service, a container, and sudo. */
export const STANDARD = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Empty folders of the machine, a policy folder, a home directory of root's; $1 is the product. `tree` lists all of it. */
const PREPARE = `set -e
for folder in /usr/local /etc/profile.d /etc/pipward /root; do
  mkdir -p "$folder"
  mount -t tmpfs -o mode=755 none "$folder"
done
if [ -d /usr/share/fish ]; then
  mkdir -p /usr/share/fish/vendor_conf.d
  mount -t tmpfs -o mode=755 none /usr/share/fish/vendor_conf.d
fi
mkdir -p /usr/local/bin /usr/local/sbin /usr/local/lib
export HOME=/root
STANDARD=${STANDARD}
install() { "$1/install.sh" --system --yes >/root/said 2>&1 || { echo "install: $?"; cat /root/said; }; }
tree() {
  for root in /usr/local /etc/profile.d /usr/share/fish/vendor_conf.d; do
    [ ! -d "$root" ] || find "$root" -printf '%p %y %m %u:%g %l\\n'
  done | sort
}
set +e
`;

/** Runs a script of sh as root on a machine of its own, whose $1 is the product. Returns what it printed, both streams in one. */
export function runForAll(product: string, script: string, PATH?: string) {
  const node = path.dirname(process.execPath);
  const { status, stdout } = runAt(
    '/',
    ['unshare', '-m', 'sh', '-c', `${PREPARE}{\n${script}\n} 2>&1`, 'sh', product],
    { PATH: PATH ?? `${node}:/usr/bin:/bin` },
  );
  return { status, said: stdout };
}
