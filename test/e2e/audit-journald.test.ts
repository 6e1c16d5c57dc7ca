import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { canMount, OWN_DEV, OWN_DEV_READY } from '../support/namespaces.ts';
import { createSandbox, NOBODY, type Sandbox } from '../support/sandbox.ts';

const JOURNALD = '/lib/systemd/systemd-journald';
const canRun =
  canMount && [JOURNALD, '/usr/bin/journalctl', '/usr/bin/logger', '/etc/machine-id'].every((file) => existsSync(file));
const boxes: Sandbox[] = [];
afterAll(() => {
  for (const box of boxes) box.remove();
});

/**
 * journald needs no systemd. It has a /dev, a /run and a machine id of its own here. Another user sends a copy of
 * the record. Ends with all records, and with what `pipward audit` makes of them.
 */
const SCRIPT = `
set -e
cd "$1"
${OWN_DEV}
ln -s /run/systemd/journal/dev-log dev/log
${OWN_DEV_READY}
mount -t tmpfs none /run
mkdir -p /run/systemd/journal /run/log/journal
echo 0123456789abcdef0123456789abcdef >machine-id && mount --bind machine-id /etc/machine-id
${JOURNALD} & daemon=$!
trap 'kill $daemon; wait' EXIT
until [ -S /run/systemd/journal/dev-log ]; do sleep 0.1; done
as() { id=$1; shift; setpriv --reuid="$id" --regid="$id" --clear-groups "$@"; }
as ${NOBODY} "$2" install 'git+https://s3cret@github.com/x/y' "$4" || true
records() { journalctl -t pipward -o json --no-pager; }
until records | grep -q decision; do sleep 0.1; done
as 1 logger -t pipward -S 8192 -- "$(journalctl -t pipward -o cat --no-pager)"
until [ "$(records | wc -l)" = 2 ]; do sleep 0.1; done
records
echo --
records | "$3" audit - --json
`;

test.skipIf(!canRun)(
  'journald has each refusal once, with the user that the kernel reports (needs root that may mount, and systemd-journald)',
  async () => {
    const box = createSandbox();
    boxes.push(box);
    box.write(
      '../home/.config/pipward/config.toml',
      '[policy]\nrequire-virtual-environment = "enforce"\n[audit]\nlog = "journal"\n',
    );
    spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, box.home]);
    const script = path.join(box.folder, 'journal.sh');
    writeFileSync(script, SCRIPT);
    const long = `${'x'.repeat(900)}\u001b[2J\n{"forged": true}`;
    const { stdout, stderr } = spawnSync('unshare', ['-m', '/bin/sh', script, box.folder, box.pip, box.pipward, long], {
      cwd: box.project,
      env: box.environment(),
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(stderr).toContain('venv-required');
    const [records = '', audited = ''] = stdout.split('\n--\n');
    const [own, forged] = records.split('\n').map((line) => JSON.parse(line));
    expect(own).toMatchObject({ _UID: `${NOBODY}`, PRIORITY: '5', SYSLOG_IDENTIFIER: 'pipward' });
    expect(forged).toMatchObject({ _UID: '1', MESSAGE: own.MESSAGE });
    expect(JSON.parse(own.MESSAGE)).toMatchObject({
      verdict: 'refused',
      user: { id: NOBODY },
      requirements: ['git+https://****@github.com/x/y', long],
    });
    // The copy counts as the user's who sent it, not as the one's who is named in it.
    expect(JSON.parse(audited)).toMatchObject({ calls: [{ user: { id: NOBODY } }, { user: { id: 1 } }] });
  },
);
