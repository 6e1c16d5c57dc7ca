import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt } from '../support/product.ts';

let scratch = '';
let product = '';
let home = '';
let added = '';
let variables = '';
beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-ci-'));
  product = copyProduct(path.join(scratch, 'product'));
});
beforeEach(() => {
  home = mkdtempSync(path.join(scratch, 'home-'));
  const folder = mkdtempSync(path.join(scratch, 'runner-'));
  [added, variables] = [path.join(folder, 'add_path'), path.join(folder, 'set_env')];
  for (const file of [added, variables]) writeFileSync(file, '');
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

const setup = (env: Readonly<Record<string, string>>, ...options: readonly string[]) =>
  runAt(home, [path.join(product, 'install.sh'), '--ci', ...options], {
    PATH: `${path.dirname(findOwnNode())}:/usr/bin:/bin`,
    ...env,
  });
const github = () => ({ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_PATH: added, GITHUB_ENV: variables });
const read = (file: string) => readFileSync(file, 'utf8');

describe('pipward setup --ci', () => {
  test("in GitHub Actions it writes the runner's files, once, after what is in them, and no startup file", () => {
    writeFileSync(added, '/opt/hostedtoolcache/Python/3.12/bin');
    const prefix = path.join(home, '.local/share/pipward');
    expect(setup(github())).toMatchObject({ status: 0, stderr: '' });
    expect(read(added)).toBe(`/opt/hostedtoolcache/Python/3.12/bin\n${prefix}/shims\n`);
    expect(read(variables)).toBe(`PIPWARD_HOME=${prefix}\n`);
    expect(readdirSync(home)).toEqual(['.local']);
    expect(setup(github())).toMatchObject({ status: 0, stdout: expect.stringContaining('(was there already)') });
    expect([read(added), read(variables)].map((text) => text.split('\n').length)).toEqual([3, 2]);
    // A later setup-python in the same step comes first again: so do we after it.
    writeFileSync(added, `${prefix}/shims\n/opt/python/bin\n`);
    expect(setup(github()).status).toBe(0);
    expect(read(added)).toBe(`${prefix}/shims\n/opt/python/bin\n${prefix}/shims\n`);
  });

  test('elsewhere stdout is the one line for the shell', () => {
    const { status, stdout } = setup({ GITLAB_CI: 'true' });
    expect(status).toBe(0);
    expect(stdout).toBe(`export PATH='${home}/.local/share/pipward/shims':"$PATH"\n`);
    const found = runAt(home, ['sh', '-c', `${stdout}command -v pip`]);
    expect(found.stdout).toBe(`${home}/.local/share/pipward/shims/pip\n`);
    expect(readdirSync(home)).toEqual(['.local']);
  });

  test('outside of a CI it says so: status 2, and nothing is installed', () => {
    const { status, stderr } = setup({ CI: '' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('--ci is for jobs of a CI system')]);
    expect(readdirSync(home)).toEqual([]);
  });

  test.each([
    ['a relative path', () => ({ GITHUB_PATH: 'add_path' })],
    ['no file', () => ({ GITHUB_ENV: `${variables}-gone` })],
    ['a folder', () => ({ GITHUB_PATH: path.dirname(added) })],
    ['a link', () => (symlinkSync(added, `${added}-link`), { GITHUB_PATH: `${added}-link` })],
    ['a second name of a file', () => (linkSync(added, `${added}-too`), { GITHUB_PATH: `${added}-too` })],
    ['a device', () => ({ GITHUB_ENV: '/dev/null' })],
  ])('refuses a file of the runner that is %s: status 2, and nothing is installed', (_, change) => {
    const { status, stderr } = setup({ ...github(), ...change() });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/GITHUB_(?:PATH|ENV) (?:is|must be)/)]);
    expect([readdirSync(home), read(added), read(variables)]).toEqual([[], '', '']);
  });

  test.each([
    ['a line feed', '/x\nLD_PRELOAD=/tmp/evil.so'],
    ['a carriage return', '/x\rLD_PRELOAD=/tmp/evil.so'],
    ['a colon', '/x:/tmp/evil'],
  ])('refuses a place with %s in its path, which would be another variable or entry', (_, name) => {
    for (const env of [{ PIPWARD_HOME: home + name }, { XDG_DATA_HOME: home + name }]) {
      const { status } = setup({ ...github(), ...env });
      expect(status).toBe(2);
    }
    const inside = path.join(scratch, `odd${name.replaceAll('/', '-')}`);
    mkdirSync(inside, { recursive: true });
    expect(setup({ ...github(), HOME: inside }).status).toBe(2);
    expect([read(added), read(variables)]).toEqual(['', '']);
  });

  test('options that mean something else are a mistake; a dry run writes nothing', () => {
    for (const option of ['--no-modify-path', '--no-links']) expect(setup(github(), option).status).toBe(2);
    const { status, stdout } = setup(github(), '--dry-run');
    expect([status, stdout]).toEqual([0, expect.stringContaining(`append  ${added}: ${home}`)]);
    expect([readdirSync(home), read(added)]).toEqual([[], '']);
  });
});
