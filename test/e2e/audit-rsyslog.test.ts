import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { canMount, OWN_DEV, OWN_DEV_READY } from '../support/namespaces.ts';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';

const RSYSLOGD = '/usr/sbin/rsyslogd';
const page = path.join(import.meta.dirname, '../../docs/reference/audit.md');
const canRun =
  canMount && existsSync(RSYSLOGD) && ['logger', 'python3'].every((name) => existsSync(`/usr/bin/${name}`));
const boxes: Sandbox[] = [];
afterAll(() => {
  for (const box of boxes) box.remove();
});

/** The two configurations of the page: of each machine, and of the host that collects. */
function readConfigurations(): readonly [string, string] {
  const section = readFileSync(page, 'utf8').split('## To another host, with rsyslog\n')[1] ?? '';
  const [sender = '', collector = ''] = [...section.matchAll(/^```\n(.*?)^```$/gms)].map(([, text = '']) => text);
  return [sender, collector];
}

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Ends with what the collector wrote. */
const SCRIPT = `
set -e
cd "$1"
${OWN_DEV}
${OWN_DEV_READY}
/usr/sbin/rsyslogd -n -f collector.conf -i "$1/collector.pid" & collector=$!
/usr/sbin/rsyslogd -n -f sender.conf -i "$1/sender.pid" & sender=$!
trap 'kill $collector $sender; wait' EXIT
until [ -S /dev/log ]; do sleep 0.1; done
setpriv --reuid=65534 --regid=65534 --clear-groups "$2" install 'git+https://s3cret@github.com/x/y' "$3" || true
until grep -qs '"event":"decision"' logs/*.jsonl; do sleep 0.1; done
cat logs/*.jsonl
`;

test.skipIf(!canRun)(
  "the page's rsyslog configuration carries a refusal to another host (needs root that may mount, rsyslogd, logger and python3)",
  async () => {
    const box = createSandbox();
    boxes.push(box);
    box.write(
      '../home/.config/pipward/config.toml',
      '[policy]\nrequire-virtual-environment = "enforce"\n[audit]\nlog = "journal"\n',
    );
    spawnSync('chown', ['-R', '65534:65534', box.home]);
    const port = await findFreePort();
    const [sender, collector] = readConfigurations();
    const folder = path.join(box.folder, 'syslog');
    mkdirSync(path.join(folder, 'logs'), { recursive: true });
    chmodSync(folder, 0o755);
    const global = (name: string) => {
      mkdirSync(path.join(folder, name));
      return `global(workDirectory="${path.join(folder, name)}")\n`;
    };
    const adapt = (text: string) =>
      text
        .replace('logs.example.com', '127.0.0.1')
        .replace('port="514"', `port="${port}"`)
        .replace('/var/log/pipward', `${folder}/logs`);
    writeFileSync(path.join(folder, 'sender.conf'), `${global('sent')}module(load="imuxsock")\n${adapt(sender)}`);
    writeFileSync(path.join(folder, 'collector.conf'), global('collected') + adapt(collector));
    const long = `${'x'.repeat(900)}\u001b[2J`;
    const { stdout, stderr } = spawnSync('unshare', ['-m', '/bin/sh', '-c', SCRIPT, 'sh', folder, box.pip, long], {
      cwd: box.project,
      env: box.environment(),
      encoding: 'utf8',
      timeout: 120_000,
    });
    expect(stderr).toContain('venv-required');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      verdict: 'refused',
      user: { id: 65534 },
      requirements: ['git+https://****@github.com/x/y', long],
    });
    const { stdout: shown } = await box.run([box.pipward, 'audit', '-', '--by', 'rule'], { input: stdout });
    expect(shown).toContain('1        1  require-virtual-environment');
  },
);
