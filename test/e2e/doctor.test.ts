import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt } from '../support/product.ts';
import { hasProgram, hasSetpriv, NOBODY } from '../support/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';
import { isMatrix } from '../support/matrix.ts';

type Finding = { readonly subject: string; readonly state: string; readonly text: string; readonly fix: string | null };

let scratch = '';
let home = '';
let product = '';
const at = (...names: readonly string[]) => path.join(home, ...names);
const installed = (...names: readonly string[]) => at('.local/share/pipward', ...names);

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-doctor-'));
  product = copyProduct(path.join(scratch, 'product'));
  home = path.join(scratch, 'home');
  mkdirSync(at('bin'), { recursive: true });
  for (const name of ['python3', 'python3.99']) {
    writeFileSync(at('bin', name), '#!/bin/sh\necho pip 99 from a stub\n');
    chmodSync(at('bin', name), 0o755);
  }
  runAt(home, [path.join(product, 'install.sh'), '--yes'], environment());
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

function environment(extra: Readonly<Record<string, string>> = {}) {
  const PATH = [at('bin'), path.dirname(findOwnNode()), '/usr/bin', '/bin'].join(':');
  return { PATH, SHELL: '/bin/bash', ...extra };
}

function examine(extra: Readonly<Record<string, string>> = {}) {
  const PATH = `${installed('shims')}:${environment().PATH}`;
  const env = environment({ PATH, ...extra });
  const { status, stdout } = runAt(home, [installed('bin/pipward'), 'doctor', '--json'], env);
  const { schema, findings }: { schema: number; findings: readonly Finding[] } = JSON.parse(stdout);
  expect(schema).toBe(1);
  const about = (subject: string) => findings.filter((finding) => finding.subject === subject);
  return { status, about, wrong: findings.filter(({ state }) => state === 'wrong') };
}

describe.skipIf(!hasProgram('bash'))('pipward doctor', () => {
  test('a fresh installation: every place is checked; cron is reported as a note, not as a fault', () => {
    const { about, wrong } = examine();
    // The stub is not a Python, which is the only fault here.
    expect(wrong.map(({ subject }) => subject)).toEqual(['Python']);
    expect(about('pipward')[0]).toMatchObject({ state: 'ok' });
    expect(about('pip3.99')[0]?.text).toBe(`${installed('shims/pip3.99')} (pipward)`);
    expect(about('bash login')[0]).toMatchObject({ state: 'ok' });
    expect(about('IDE')[0]).toMatchObject({ state: 'ok' });
    expect(about('cron')[0]).toMatchObject({ state: 'note' });
    expect(about('sudo')[0]).toMatchObject({ state: 'note' });
  });

  test.skipIf(!hasSetpriv).each([
    [NOBODY, /^chmod u\+rwx /],
    [0, /^set HOME, or XDG_STATE_HOME, /],
  ])('a home that cannot be written, of user %i: chmod where that helps (skipped without setpriv)', (owner, fix) => {
    const closed = path.join(scratch, `closed-${owner}`);
    mkdirSync(closed, { mode: 0o555 });
    chownSync(closed, owner, owner);
    chmodSync(scratch, 0o755);
    const drop = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;
    const { stdout } = runAt(closed, [...drop, path.join(product, 'bin/pipward'), 'doctor', '--json'], environment());
    const { findings }: { findings: readonly Finding[] } = JSON.parse(stdout);
    expect(findings.find(({ subject }) => subject === 'state')?.fix).toMatch(fix);
  });

  test('a program that is cut off is named', () => {
    const file = installed('dist/reporter.cjs');
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, 9000));
    const [finding] = examine().about('pipward');
    writeFileSync(file, whole);
    expect(finding).toMatchObject({ state: 'wrong', text: expect.stringMatching(/: dist\/reporter\.cjs damaged$/) });
    expect(examine().about('pipward')[0]).toMatchObject({ state: 'ok' });
  });

  test('a Node that vanished: the fix recreates the link', () => {
    const node = installed('node');
    rmSync(node);
    symlinkSync('/nonexistent/.nvm/versions/node/v20.0.0/bin/node', node);
    const { status, about } = examine();
    expect(status).toBe(1);
    expect(about('Node')[0]).toMatchObject({ state: 'wrong' });
    expect(about('Node')[0]?.text).toContain(
      '/nonexistent/.nvm/versions/node/v20.0.0/bin/node is gone; the Node on PATH is used',
    );
    const refreshed = runAt(home, [installed('bin/pipward'), 'setup', '--refresh'], environment());
    expect(refreshed).toMatchObject({ status: 0, stderr: '' });
    expect(refreshed.stdout).toContain('  wrote    node -> /');
    expect(examine().about('Node')[0]?.state).not.toBe('wrong');
  });

  test.runIf(isMatrix)(
    'a Node that was broken since: doctor itself runs with the one on PATH (needs the matrix)',
    () => {
      const node = installed('node');
      renameSync(node, at('kept'));
      writeFileSync(node, '#!/bin/sh\nexit 1\n');
      chmodSync(node, 0o755);
      const { status, about } = examine();
      renameSync(at('kept'), node);
      expect(status).toBe(1);
      expect(about('Node')[0]).toMatchObject({ state: 'wrong' });
      expect(about('Node')[0]?.text).toBe(`${node} does not run: until that is mended, pip runs without pipward`);
    },
  );

  test.runIf(isMatrix)(
    'a Python that came since: its pip3.X is missing, and --refresh makes it (needs the matrix)',
    () => {
      writeFileSync(at('bin/python3.98'), '#!/bin/sh\n', { mode: 0o755 });
      const [finding] = examine().about('names');
      expect(finding).toMatchObject({ state: 'wrong', fix: 'pipward setup --refresh' });
      expect(finding?.text).toMatch(/^pip3\.98: /);
      expect(runAt(home, [installed('bin/pipward'), 'setup', '--refresh'], environment()).stdout).toContain(
        '  wrote    shims/pip3.98 -> pip\n',
      );
      expect(examine().about('names')).toEqual([]);
      rmSync(at('bin/python3.98'));
    },
  );

  test('another pip before ours, a lost block, a lost file, a broken environment', () => {
    writeFileSync(at('bin/pip'), '#!/bin/sh\n', { mode: 0o755 });
    const before = readFileSync(at('.bashrc'));
    writeFileSync(at('.bashrc'), '');
    renameSync(installed('env.sh'), at('kept'));
    mkdirSync(at('project/.venv/bin'), { recursive: true });
    writeFileSync(at('project/.venv/pyvenv.cfg'), 'home = /nonexistent\n');
    symlinkSync('/nonexistent/python3', at('project/.venv/bin/python'));
    const PATH = `${at('bin')}:${installed('shims')}:${path.dirname(findOwnNode())}:/usr/bin:/bin`;
    const { stdout, status } = runAt(
      home,
      ['/bin/sh', '-c', `cd project && exec '${installed('bin/pipward')}' doctor`.replace('project', at('project'))],
      environment({ PATH, VIRTUAL_ENV: at('project/.venv') }),
    );
    renameSync(at('kept'), installed('env.sh'));
    writeFileSync(at('.bashrc'), before);
    rmSync(at('bin/pip'));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^problem PATH: .*~\/bin\/pip comes before pipward\n +fix: /m);
    expect(stdout).toMatch(/^problem startup files: .*~\/\.bashrc has lost its pipward block\n +fix: pipward setup$/m);
    expect(stdout).toMatch(/^problem pipward: .*env\.sh missing\n +fix: /m);
    expect(stdout).toMatch(
      /^problem environment: .*\.venv is broken.*; VIRTUAL_ENV names it\n +fix: python3 -m venv --clear /m,
    );
    expect(stdout.match(/--clear/g)).toHaveLength(1);
    expect(stdout).toMatch(/^problem bash interactive: .*\n +fix: pipward setup;/m);
  });

  test.runIf(isMatrix)(
    'a shell that is older than the setup may start another pip; a new one does not (needs the matrix)',
    () => {
      const pipward = installed('bin/pipward');
      const ask = (before: string) =>
        runAt(
          home,
          ['/bin/bash', '-c', `${before}; '${pipward}' which; '${pipward}' doctor; true`],
          environment({ PATH: `${installed('shims')}:${environment().PATH}` }),
        ).stdout;
      expect(ask('true')).not.toContain('may still start');
      const told = ask(`'${product}/install.sh' --uninstall --yes; '${product}/install.sh' --yes`);
      expect(told).toMatch(/^shell {9}this shell is older than the last setup, .*`type pip` shows it; then hash -r /m);
      expect(told).toMatch(/^note {4}shell: .*\n +fix: hash -r /m);
    },
  );

  test.skipIf(!hasProgram('tmux'))(
    'on a terminal it has signs and colours; NO_COLOR takes the colours away',
    async () => {
      const PATH = `${installed('shims')}:${environment().PATH}`;
      const look = async (extra: Readonly<Record<string, string>>) => {
        const clean = { HOME: home, LANG: 'C.UTF-8', ...environment({ PATH, ...extra }) };
        const terminal = openTerminal(clean, home);
        try {
          const raw = at('raw');
          await terminal.command(`script -qec "'${installed('bin/pipward')}' doctor" '${raw}'; echo ended`);
          await terminal.waitFor(/^ended$/m);
          return readFileSync(raw, 'utf8');
        } finally {
          terminal.close();
        }
      };
      const coloured = await look({});
      expect(coloured).toMatch(/\u001b\[31m✗\u001b\[39m \u001b\[1mPython: /);
      const plain = await look({ NO_COLOR: '1' });
      expect(plain).toMatch(/^✗ Python: /m);
      expect(plain).toMatch(/^✓ installation {6}version /m);
      expect(plain).not.toContain('\u001b[3');
      expect(await look({ NO_COLOR: '1', LC_ALL: 'C' })).toMatch(/^problem Python: /m);
    },
  );

  test('a pip before ours on PATH: which says that it is what the shell starts', () => {
    writeFileSync(at('bin/pip'), '#!/bin/sh\n', { mode: 0o755 });
    const which = (PATH: string) => runAt(home, [installed('bin/pipward'), 'which'], environment({ PATH })).stdout;
    const rest = environment().PATH;
    const [before, without] = [which(`${at('bin')}:${installed('shims')}:${rest}`), which(rest)];
    const behind = which(`${installed('shims')}:${rest}`);
    rmSync(at('bin/pip'));
    expect(before).toContain(`shell         ${at('bin/pip')} stands before pipward on PATH: that is what pip starts`);
    expect(without).toContain(`shell         pipward is not on PATH: pip starts ${at('bin/pip')} in this shell`);
    expect(behind).not.toContain('shell         ');
  });
});
