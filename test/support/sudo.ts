import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const RULES = '/etc/sudoers.d';

/** Why no test may use a real sudo as user `nobody`; null if one may (root, sudo, and a rule that is removed again). */
export const withoutSudo: string | null =
  process.getuid?.() !== 0 ? 'needs root' : existsSync(RULES) && existsSync('/usr/bin/sudo') ? null : 'needs sudo';

/** Lets user `nobody` start these programs as root without a password, until the returned function is called. */
export function allowSudo(...programs: readonly string[]): () => void {
  const file = `${RULES}/pipward-test-${process.pid}`;
  writeFileSync(file, `nobody ALL=(root) NOPASSWD: ${programs.join(', ')}\n`, { mode: 0o440 });
  if (spawnSync('/usr/sbin/visudo', ['-cf', file]).status !== 0) {
    rmSync(file);
    throw new Error(`sudo takes no such rule: ${programs.join(', ')}`);
  }
  return () => rmSync(file, { force: true });
}
