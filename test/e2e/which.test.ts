import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listPyenvPythons, pyenvRoot as root } from '../support/pythons.ts';
import { createSandbox, isRoot, type Sandbox } from '../support/sandbox.ts';

const pythons = existsSync(path.join(root, 'shims', 'python')) ? listPyenvPythons() : [];
const newest = pythons.at(-1);
// Another user could not look into pyenv's folder below root's home.
describe.skipIf(newest === undefined || !isRoot)('pipward which and pythons (needs root and pyenv)', () => {
  let sandbox: Sandbox;
  const withShims = () => `${sandbox.shims}:${root}/shims:/usr/bin:/bin`;

  beforeAll(() => {
    sandbox = createSandbox();
    sandbox.set('PYENV_ROOT', root);
  });
  afterAll(() => sandbox.remove());

  test('in words: the answer first, then the ledger, then the policy', async () => {
    sandbox.write('.python-version', `${newest?.version}\n`);
    const { stdout, status } = await sandbox.run(
      [`${sandbox.prefix}/node`, `${sandbox.prefix}/dist/admin.cjs`, 'which', '--all', '--', 'install', 'x'],
      { env: { PATH: withShims() }, unprivileged: false },
    );
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(
      `${newest?.executable}  (Python ${newest?.version}; no environment, from pyenv; installs to ${path.join(
        path.dirname(path.dirname(newest?.executable ?? '')),
        'lib',
        `python${newest?.version.split('.').slice(0, 2).join('.')}`,
        'site-packages',
      )})`,
    );
    expect(lines[1]).toMatch(
      /^chosen by {5}pyenv: .*\.python-version:1 \(.*\), changed \d{4}-\d\d-\d\d \d\d:\d\d UTC$/,
    );
    const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
    expect([at('considered, '), at('not considered:'), at('policy ')].map((index) => index > 1)).toEqual([
      true,
      true,
      true,
    ]);
    expect(at('policy ')).toBeGreaterThan(at('not considered:'));
    expect(stdout).toContain('no policy file applies here');
  });

  test('the pip that would have run without us belongs to another Python', async () => {
    sandbox.write('.python-version', '# none\n');
    const bin = path.join(sandbox.folder, 'other');
    mkdirSync(bin, { recursive: true });
    sandbox.write(path.join(bin, 'pip'), '#!/opt/other/bin/python3\nimport pip\n', 0o755);
    symlinkSync(newest?.executable ?? '', path.join(bin, 'python3'));
    const env = { PATH: `${sandbox.shims}:${path.dirname(newest?.executable ?? '')}`, VIRTUAL_ENV: undefined };
    const run = (command: string, searchPath: string, ...options: readonly string[]) =>
      sandbox.run([`${sandbox.prefix}/node`, `${sandbox.prefix}/dist/admin.cjs`, command, ...options], {
        env: { ...env, PATH: searchPath },
        unprivileged: false,
      });
    const searchPath = `${sandbox.shims}:${bin}:${path.dirname(newest?.executable ?? '')}:/usr/bin:/bin`;
    const told = `without pipward, ${bin}/pip would run, for /opt/other/bin/python3`;
    expect((await run('which', searchPath)).stdout).toContain(`other pip     ${told}`);
    expect((await run('doctor', searchPath, '--verbose')).stdout).toContain(told);
    const own = `${sandbox.shims}:${path.dirname(newest?.executable ?? '')}:/usr/bin:/bin`;
    expect((await run('which', own)).stdout).not.toContain('other pip');
  });

  test('the keys of its JSON are what other programs read', async () => {
    sandbox.write('.python-version', `${newest?.version}\n`);
    const { stdout } = await sandbox.run(
      [`${sandbox.prefix}/node`, `${sandbox.prefix}/dist/admin.cjs`, 'which', '--all', '--json'],
      { env: { PATH: withShims() }, unprivileged: false },
    );
    const answer: { resolution: object; policy: object } = JSON.parse(stdout);
    expect(Object.keys(answer).join(' ')).toBe(
      'schema resolution manager report otherPip contradictions ignored others action status start policy',
    );
    expect(Object.keys(answer.resolution).join(' ')).toBe('kind interpreter source evidence driver ledger');
    expect(Object.keys(answer.policy).join(' ')).toBe('verdict onRefusal layers');
  });

  test('pythons: each with its pip, and the names that reach it', async () => {
    sandbox.write('.python-version', `${newest?.version}\n`);
    const { stdout, status } = await sandbox.run(
      [`${sandbox.prefix}/node`, `${sandbox.prefix}/dist/admin.cjs`, 'pythons', '--json'],
      { env: { PATH: withShims() }, unprivileged: false },
    );
    expect(status).toBe(0);
    type Told = { executable: string; realPath: string; names: string[]; manager: string; pip: { version: string } };
    const answer: { pythons: Told[] } = JSON.parse(stdout);
    const listed = answer.pythons;
    for (const { executable } of pythons) {
      const found = listed.find((each) => path.dirname(each.executable) === path.dirname(executable));
      expect(found?.manager).toBe('pyenv');
      const { stdout: own } = await sandbox.run([executable, '-c', 'import pip; print(pip.__version__)'], {
        unprivileged: false,
      });
      expect(found?.pip.version).toBe(own.trim());
      expect(found?.names.includes('python')).toBe(executable === newest?.executable);
    }
  });
});

describe('what the policy says', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    box.write('../bin/python3', '#!/bin/sh\n', 0o755);
  });
  afterAll(() => box?.remove());

  const which = async (policy: string, ...words: readonly string[]) => {
    box.write('pipward.toml', policy);
    const { stdout } = await box.run([box.pipward, 'which', ...words]);
    return stdout.slice(stdout.indexOf('\npolicy ') + 1);
  };
  const ENFORCE = '[policy]\nrequire-virtual-environment = "enforce"\n';
  const ALLOWED = '              commands that change nothing (list, show, ...) are allowed\n';

  test.each<[what: string, policy: string, words: readonly string[], said: RegExp]>([
    ['no rule', '[policy]\n', [], /^policy {8}allows pip install \(.*pipward\.toml\)\nstarts {8}\S/],
    [
      'an enforced rule',
      ENFORCE,
      [],
      new RegExp(
        `^policy {8}pip install is refused by .*pipward\\.toml:2 \\(require-virtual-environment\\)\\n${ALLOWED.replace(/[.()]/g, '\\$&')}starts {8}\\S`,
      ),
    ],
    [
      'an enforced rule, a call that breaks it',
      ENFORCE,
      ['--', 'install', 'x'],
      /^policy {8}pip install is refused by .*pipward\.toml:2 \(require-virtual-environment\)\nstarts {8}nothing, since this call is refused\n$/,
    ],
    ['an enforced rule, a call that keeps it', ENFORCE, ['--', 'list'], /^policy {8}allows pip list \(.*\)\nstarts/],
    [
      'an invalid file',
      'this is not TOML',
      [],
      /^policy {8}pip install is refused, since a policy file is invalid: .*pipward\.toml; see `pipward policy check`\n {14}commands that change nothing/,
    ],
    [
      'an invalid file, a call',
      '[policy]\nacept = []\n',
      ['--', 'install', 'x'],
      /^policy {8}pip install is refused, since a policy file is invalid: .*pipward\.toml; see `pipward policy check`\n$/,
    ],
  ])('%s', async (_, policy, words, said) => {
    expect(await which(policy, ...words)).toMatch(said);
  });

  test('JSON without arguments: the verdict is that of an install, the start that of pip', async () => {
    const { policy, start, action } = JSON.parse(
      (await box.run([box.pipward, 'which', '--json'], { cwd: path.dirname(box.write('pipward.toml', ENFORCE)) }))
        .stdout,
    );
    expect([policy.verdict, policy.layers.length, action, Array.isArray(start)]).toEqual(['refused', 1, 'run', true]);
  });
});
