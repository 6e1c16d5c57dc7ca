import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { putBack } from '../../src/host/process/inherited-state.ts';
import { LIMIT_SECONDS } from '../support/limits.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { readNamesPutAside } from '../support/shim-names.ts';

const program = path.join(import.meta.dirname, '../../bin/pipward');
const scratch = mkdtempSync(path.join(tmpdir(), 'pipward-admin-node-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('bin/pipward keeps the same variables from Node as shims/pip', () => {
  expect(readNamesPutAside('bin/pipward')).toEqual(readNamesPutAside());
});

describe('pipward works under variables with which Node does not start', () => {
  const run = (variables: NodeJS.ProcessEnv, ...args: readonly string[]) =>
    spawnSync(program, args, {
      cwd: scratch,
      env: { HOME: path.join(scratch, 'home'), PATH: `${path.dirname(findOwnNode())}:/usr/bin:/bin`, ...variables },
      encoding: 'utf8',
      timeout: LIMIT_SECONDS * 1000,
    });
  // OpenSSL rejects it as a configuration.
  mkdirSync(path.join(scratch, 'home'));
  writeFileSync(path.join(scratch, 'odd.cnf'), 'openssl_conf = x\n[x]\nssl_conf = y\n[y\n');
  const odd = path.join(scratch, 'odd.cnf');

  test.each([
    ['OPENSSL_CONF', odd],
    ['LANG', '/nonexistent'],
    ['LC_ALL', '/nonexistent'],
    ['NODE_OPTIONS', '--no-such-option'],
    ['NODE_ICU_DATA', '/nonexistent'],
    ['UV_THREADPOOL_SIZE', '-1'],
  ])('%s=%s', (name, value) => {
    const { status, stdout, stderr } = run({ [name]: value }, '--version');
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+/),
      stderr: '',
    });
  });

  test.skipIf(!existsSync('/usr/bin/python3'))('a command that it starts gets them as they are (needs python3)', () => {
    mkdirSync(path.join(scratch, '.venv/bin'), { recursive: true });
    writeFileSync(path.join(scratch, '.venv/pyvenv.cfg'), 'home = /usr/bin\nversion = 3.11.2\n');
    symlinkSync('/usr/bin/python3', path.join(scratch, '.venv/bin/python'));
    const variables = {
      LANG: '/nonexistent',
      OPENSSL_CONF: odd,
      NODE_OPTIONS: '--no-such-option',
      // Names that a script may use for itself.
      ...Object.fromEntries(
        ['name', 'names', 'home', 'node', 'self', 'link', 'rest', 'answer'].map((name) => [name, 'own']),
      ),
    };
    expect(run({}, 'trust', '.venv').status).toBe(0);
    const { stdout, stderr } = run(variables, 'run', '--', 'env');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual(
      expect.arrayContaining(Object.entries(variables).map(([name, value]) => `${name}=${value}`)),
    );
    expect(stdout).not.toContain('_PIPWARD_');
  });
});

test('what was put aside counts for what pipward judges', () => {
  expect(putBack({ _PIPWARD_ASIDE_LANG: 'C', HOME: '/h', _PIPWARD_DEPTH: '1' })).toEqual({
    LANG: 'C',
    HOME: '/h',
    _PIPWARD_DEPTH: '1',
  });
});
