import { spawnSync } from 'node:child_process';

/** Whether mounts can be made that only a process and its children see: root may, but for root of most containers. */
export const canMount =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', '/bin/sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0;

/** Whether a process can be the first one of a system of its own. */
export const canBeFirst =
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' }).status === 0;

/** Lines of sh that make a /dev of its own in `dev`, so that /dev/log is not the machine's; `OWN_DEV_READY` puts it in place. */
export const OWN_DEV = `mkdir dev && mount -t tmpfs none dev
for name in null zero full random urandom tty; do : >"dev/$name"; mount --bind "/dev/$name" "dev/$name"; done
ln -s /proc/self/fd dev/fd`;
export const OWN_DEV_READY = 'mount --rbind dev /dev';
