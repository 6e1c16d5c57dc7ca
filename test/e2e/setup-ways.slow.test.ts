import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findExposure } from '../../src/host/files/ownership.ts';
import { LIMIT_SECONDS } from '../support/limits.ts';
import { canMount } from '../support/namespaces.ts';
import { waitUntil } from '../support/processes.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt, snapshot } from '../support/product.ts';
import { hasProgram } from '../support/sandbox.ts';
import { isMatrix } from '../support/matrix.ts';

const checkout = path.join(import.meta.dirname, '../..');
// Nothing of a user's npm: no configuration, no cache, no network.
const npm = (home: string, args: readonly [string, ...string[]], cwd = home) =>
  spawnSync('npm', [...args, '--offline', '--ignore-scripts', '--cache', path.join(home, 'cache')], {
    cwd,
    encoding: 'utf8',
    timeout: LIMIT_SECONDS * 1000,
    env: { PATH: process.env['PATH'], HOME: home, npm_config_userconfig: '/dev/null' },
  });

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-ways-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

describe.skipIf(!hasProgram('npm'))('the archive of npm pack', () => {
  test('installs with npm -g, and unpacked with install.sh, without a network: the same thing', () => {
    const [work, one, other] = ['work', 'one', 'other'].map((name) => path.join(scratch, name));
    if (work === undefined || one === undefined || other === undefined) throw new Error('unreachable');
    for (const folder of [work, one, other]) mkdirSync(folder);
    expect(npm(work, ['pack', '--pack-destination', work], checkout).status).toBe(0);
    const [archive = ''] = readdirSync(work).filter((name) => name.endsWith('.tgz'));

    const global = npm(work, ['install', '-g', '--prefix', path.join(work, 'global'), path.join(work, archive)]);
    expect(`${global.stdout}${global.stderr}`).toContain('added 1 package');
    const setup = runAt(one, [path.join(work, 'global/bin/pipward'), 'setup', '--yes']);
    expect(setup).toMatchObject({ status: 0, stderr: '' });

    expect(runAt(work, ['tar', '-xzf', path.join(work, archive), '-C', work]).status).toBe(0);
    expect(runAt(other, [path.join(work, 'package/install.sh'), '--yes']).status).toBe(0);
    // The startup files and the manifest name the home directory; the compiled code differs each time.
    const program = (home: string) =>
      snapshot(path.join(home, '.local/share/pipward')).filter(
        (line) => !/^(?:env|manifest|dist\/\S+\.cache )/.test(line),
      );
    expect(program(one)).toEqual(program(other));
    expect(runAt(one, [path.join(work, 'global/bin/pipward'), 'unsetup', '--yes']).status).toBe(0);
    expect(readdirSync(one)).toEqual([]);
  });
});

const isExposed = findExposure(process.execPath) !== null;
const lacks = canMount ? (isExposed ? ' (needs a Node that only root can change)' : '') : ' (needs root and unshare)';
/** The tests' own Node is in a folder of theirs, which install.sh does not take as everybody's. */
const PATH = `${path.dirname(realpathSync(process.execPath))}:/usr/bin:/bin`;
describe.skipIf(lacks !== '')(`--system${lacks}`, () => {
  test('installs for all users, whatever the umask; a login of another user finds it; comes out whole', () => {
    const product = copyProduct(path.join(scratch, 'product'));
    const home = path.join(scratch, 'home');
    mkdirSync(home);
    // In a mount namespace of its own the machine's folders are empty ones.
    const script = `set -e
umask 077
for folder in /usr/local/lib /usr/local/bin /etc/profile.d; do
  mkdir -p "$folder"
  mount -t tmpfs -o mode=755 none "$folder"
done
if [ -d /usr/share/fish ]; then
  mkdir -p /usr/share/fish/vendor_conf.d
  mount -t tmpfs -o mode=755 none /usr/share/fish/vendor_conf.d
fi
"$1/install.sh" --system --yes
echo "== $(ls /usr/local/lib /etc/profile.d | xargs)"
setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME=/nonexistent PATH=/usr/bin:/bin bash -lc 'command -v pip; pip --version'
setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME=/ SHELL=/bin/bash PATH=/usr/bin:/bin bash -lc 'pipward doctor --verbose' | grep '^[A-Za-z]* *bash '
setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME=/ PATH=/usr/bin:/bin bash -lc 'pipward unsetup --yes; pipward setup --refresh' 2>&1 | sed 's/^/nobody: /' || true
"$1/install.sh" --system --uninstall --yes
echo "== $(ls /usr/local/lib /etc/profile.d | xargs)"`;
    const { status, stdout, stderr } = runAt(home, ['unshare', '-m', 'sh', '-c', script, 'sh', product], { PATH });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('will be set up for all users of this machine');
    expect(stdout).toMatch(/^ +bash +ok +ok +ok +ok$/m);
    expect(stdout).toContain(
      '== /etc/profile.d: pipward.sh /usr/local/lib: pipward\n/usr/local/lib/pipward/shims/pip\n',
    );
    // It reads no startup file of ours, and finds the link.
    expect(stdout).toMatch(/^ok +bash login .*\nok +bash interactive /m);
    expect(stdout.match(/^nobody: .*$/gm)).toEqual(
      Array.from({ length: 2 }, () => expect.stringMatching(/pipward: an installation for all users needs root, /)),
    );
    expect(stdout).toContain('== /etc/profile.d: /usr/local/lib:\n');
    expect(readdirSync(home)).toEqual([]);
  });

  test('without root it says so, and asks for nothing', () => {
    const product = copyProduct(path.join(scratch, 'readable'));
    spawnSync('chmod', ['-R', 'a+rX', scratch]);
    const { status, stderr } = runAt('/', [
      'setpriv',
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      path.join(product, 'install.sh'),
      '--system',
      '--yes',
    ]);
    expect(status).toBe(1);
    expect(stderr).toContain('an installation for all users needs root');
  });

  test('--system and --prefix together are a mistake', () => {
    const product = copyProduct(path.join(scratch, 'both'));
    const line = [path.join(product, 'install.sh'), '--system', '--prefix', '/opt/x', '--yes'] as const;
    const { status, stderr } = runAt('/', line, { PATH });
    expect(status).toBe(2);
    expect(stderr).toContain('leave --prefix out');
  });
});

test.runIf(isMatrix)(
  'an update does not disturb a call that runs: it ends as it would have (needs the matrix)',
  async () => {
    const home = path.join(scratch, 'running');
    mkdirSync(path.join(home, 'bin'), { recursive: true });
    const older = copyProduct(path.join(scratch, 'older'));
    for (const name of ['call', 'watch', 'speak', 'shim'])
      appendFileSync(path.join(older, `dist/${name}.cjs`), '\n// older\n');
    const product = copyProduct(path.join(scratch, 'newer'));
    const python = `#!/bin/sh
case " $* " in
  *' install rocket '*)
    echo Defaulting to user installation because normal site-packages is not writeable
    touch "$HOME/started"
    until [ -e "$HOME/go" ]; do sleep 0.05; done
    echo finished
    exit 7 ;;
  *) echo pip 99 from a stub ;;
esac
`;
    writeFileSync(path.join(home, 'bin/python3'), python, { mode: 0o755 });
    const env = { PATH: `${home}/bin:${path.dirname(findOwnNode())}:/usr/bin:/bin` };
    expect(runAt(home, [path.join(older, 'install.sh'), '--yes', '--no-modify-path'], env).status).toBe(0);

    const child = spawn(path.join(home, '.local/share/pipward/shims/pip'), ['install', 'rocket'], {
      env: { HOME: home, ...env },
      cwd: home,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
    expect(await waitUntil(() => existsSync(path.join(home, 'started')))).toBe(true);
    expect(runAt(home, [path.join(product, 'install.sh'), '--yes', '--no-modify-path'], env).status).toBe(0);
    expect(readFileSync(path.join(home, '.local/share/pipward/dist/call.cjs'), 'utf8')).not.toContain('// older');
    writeFileSync(path.join(home, 'go'), '');
    expect(await ended).toBe(7);
    expect(stdout).toBe('Defaulting to user installation because normal site-packages is not writeable\nfinished\n');
  },
);
