import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';

const root = path.join(homedir(), '.pyenv');
const pythons = existsSync(path.join(root, 'shims', 'python')) ? listPyenvPythons() : [];
const newest = pythons.at(-1);
const shells = ['bash', 'zsh', 'fish'].filter((name) => hasProgram(name));
const ways = [
  ['plain', '-c'],
  ['login', '-lc'],
  ['interactive', '-ic'],
] as const;
const kinds = shells.flatMap((shell) => ways.map(([way, flags]) => [shell, way, flags] as const));

// Another user could not look into pyenv's folder below root's home.
describe.skipIf(newest === undefined || !isRoot)('pipward which and the shell’s python (needs root and pyenv)', () => {
  let sandbox: Sandbox;
  const withShims = () => `${sandbox.shims}:${root}/shims:/usr/bin:/bin`;

  beforeAll(async () => {
    sandbox = createSandbox();
    sandbox.set('PYENV_ROOT', root);
    // A login shell sets PATH anew, so each shell's own files set ours, as a person's do.
    const files = ['.bash_profile', '.bashrc', '.zshenv', '.zprofile', '.zshrc'];
    for (const name of files) sandbox.write(path.join(sandbox.home, name), 'export PATH="$TEST_PATH"\n');
    sandbox.write(path.join(sandbox.home, '.config/fish/config.fish'), 'set -gx PATH (string split : $TEST_PATH)\n');
    const venv = path.join(sandbox.folder, 'venv');
    await sandbox.run([newest?.executable ?? 'python3', '-m', 'venv', '--without-pip', venv], { unprivileged: false });
  }, 60_000);
  afterAll(() => sandbox.remove());

  /** What `python` (or another name) is in the shell, and what we say in the same shell; null for neither. */
  async function compare(
    shell: string,
    flags: string,
    {
      command = 'python',
      env = {},
      searchPath = withShims(),
    }: { command?: string; env?: Record<string, string>; searchPath?: string } = {},
  ) {
    const program = `${sandbox.prefix}/node ${sandbox.prefix}/dist/admin.cjs which --json`;
    const line = `${command} -c 'import sys; print("MEANT " + sys.executable)'; ${program}`;
    const { stdout, stderr } = await sandbox.run([shell, flags, line], {
      env: { ...env, PATH: searchPath, TEST_PATH: searchPath },
      unprivileged: false,
    });
    const json = stdout.split('\n').find((each) => each.startsWith('{'));
    if (json === undefined) throw new Error(`no answer: ${stdout}${stderr}`);
    const answer: { resolution: { interpreter?: { executable: string } } } = JSON.parse(json);
    const { resolution } = answer;
    return {
      meant: /^MEANT (.+)$/m.exec(stdout)?.[1] ?? null,
      told: resolution.interpreter?.executable ?? null,
    };
  }

  test.each(pythons.map(({ version, executable }) => [version, executable]))(
    'PYENV_VERSION=%s',
    async (version, executable) => {
      const both = await compare('/bin/sh', '-c', { env: { PYENV_VERSION: version } });
      expect(both).toEqual({ meant: executable, told: executable });
    },
    60_000,
  );

  describe.each(kinds)('%s, %s', (shell, _, flags) => {
    test('.python-version with a prefix', async () => {
      const [major, minor] = newest?.version.split('.') ?? [];
      sandbox.write('.python-version', `# ours\n${major}.${minor}\n`);
      const both = await compare(shell, flags);
      expect(both).toEqual({ meant: newest?.executable, told: newest?.executable });
    }, 60_000);

    test('.python-version with one that is not installed, then one that is', async () => {
      sandbox.write('.python-version', `3.99.0\n${newest?.version}\n`);
      const both = await compare(shell, flags);
      expect(both).toEqual({ meant: newest?.executable, told: newest?.executable });
    }, 60_000);

    test('.python-version with one that is not installed: neither', async () => {
      sandbox.write('.python-version', '3.99.0\n');
      expect(await compare(shell, flags)).toEqual({ meant: null, told: null });
    }, 60_000);

    test('the same without the shims on PATH: the file does not matter', async () => {
      sandbox.write('.python-version', '3.99.0\n');
      const bin = path.dirname(newest?.executable ?? '');
      const both = await compare(shell, flags, { searchPath: `${sandbox.shims}:${bin}:/usr/bin:/bin` });
      expect(both).toEqual({ meant: newest?.executable, told: newest?.executable });
    }, 60_000);

    test.skipIf(!existsSync('/usr/bin/python3') || existsSync('/usr/bin/python'))(
      'system',
      async () => {
        sandbox.write('.python-version', 'system\n');
        const both = await compare(shell, flags, { command: 'python3' });
        expect(both).toEqual({ meant: '/usr/bin/python3', told: '/usr/bin/python3' });
      },
      60_000,
    );

    test('an active environment', async () => {
      sandbox.write('.python-version', '3.99.0\n');
      const venv = path.join(sandbox.folder, 'venv');
      const both = await compare(shell, flags, {
        env: { VIRTUAL_ENV: venv },
        searchPath: `${venv}/bin:${withShims()}`,
      });
      expect(both).toEqual({ meant: `${venv}/bin/python`, told: `${venv}/bin/python` });
    }, 60_000);
  });

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
    expect([at('looked at, '), at('not looked at:'), at('policy ')].map((index) => index > 1)).toEqual([
      true,
      true,
      true,
    ]);
    expect(at('policy ')).toBeGreaterThan(at('not looked at:'));
    expect(stdout).toContain('pip install is allowed (no policy file)');
  }, 60_000);

  test('the pip that would have run without us belongs to another Python', async () => {
    sandbox.write('.python-version', '# none\n');
    const bin = path.join(sandbox.folder, 'other');
    mkdirSync(bin, { recursive: true });
    sandbox.write(path.join(bin, 'pip'), '#!/opt/other/bin/python3\nimport pip\n', 0o755);
    symlinkSync(newest?.executable ?? '', path.join(bin, 'python3'));
    const env = { PATH: `${sandbox.shims}:${path.dirname(newest?.executable ?? '')}`, VIRTUAL_ENV: undefined };
    const run = (command: string, searchPath: string) =>
      sandbox.run([`${sandbox.prefix}/node`, `${sandbox.prefix}/dist/admin.cjs`, command], {
        env: { ...env, PATH: searchPath },
        unprivileged: false,
      });
    const searchPath = `${sandbox.shims}:${bin}:${path.dirname(newest?.executable ?? '')}:/usr/bin:/bin`;
    const told = `without pipward, ${bin}/pip would run, for /opt/other/bin/python3`;
    expect((await run('which', searchPath)).stdout).toContain(`other pip     ${told}`);
    expect((await run('doctor', searchPath)).stdout).toContain(told);
    const own = `${sandbox.shims}:${path.dirname(newest?.executable ?? '')}:/usr/bin:/bin`;
    expect((await run('which', own)).stdout).not.toContain('other pip');
  }, 60_000);

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
  }, 120_000);
});
