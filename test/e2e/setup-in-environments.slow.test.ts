import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TEST_LIMIT } from '../support/limits.ts';
import { canMount } from '../support/namespaces.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt, snapshot } from '../support/product.ts';
import { hasProgram } from '../support/sandbox.ts';
import { isMatrix } from '../support/matrix.ts';

type Finding = { readonly subject: string; readonly state: string; readonly text: string; readonly fix: string | null };

let scratch = '';
let product = '';
let home = '';
const at = (...names: readonly string[]) => path.join(home, ...names);
const installed = (...names: readonly string[]) => at('.local/share/pipward', ...names);
const rest = () => [path.dirname(findOwnNode()), '/usr/bin', '/bin'].join(':');
const env = (extra: Readonly<Record<string, string>> = {}) => ({ PATH: rest(), SHELL: '/bin/bash', ...extra });
const install = (...words: readonly string[]) =>
  runAt(home, [path.join(product, 'install.sh'), '--yes', ...words], env());
const setup = (...words: readonly string[]) =>
  runAt(home, [installed('bin/pipward'), 'setup', '--yes', ...words], env());
const hooks = () => ['bash', 'zsh', 'fish'].filter((shell) => existsSync(installed(`in-environments.${shell}`)));

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-setup-hooks-'));
  product = copyProduct(path.join(scratch, 'product'));
});
beforeEach(() => {
  home = mkdtempSync(path.join(scratch, 'home '));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

describe.skipIf(!hasProgram('bash'))('setup --in-environments', () => {
  test(
    'is shown first, proved in real shells, kept by later setups, taken back, and leaves nothing',
    () => {
      const before = snapshot(home);
      const dry = install('--in-environments', '--dry-run').stdout;
      expect(dry).toMatch(/^write {3}.*\/in-environments\.bash /m);
      expect(dry).toMatch(/^hook {4}before each prompt of bash, zsh and fish: /m);
      expect(snapshot(home)).toEqual(before);

      const first = install('--in-environments');
      expect(first).toMatchObject({ status: 0, stderr: '' });
      expect(first.stdout).toMatch(/^Inside an active environment\?\n {2}bash +ok$/m);
      expect(first.stdout).toMatch(
        /\nInside an active environment, pip is pipward as well, in shells that start from now on:\n .*\n$/,
      );
      expect(hooks()).toEqual(['bash', 'zsh', 'fish']);
      expect(JSON.parse(readFileSync(installed('manifest.json'), 'utf8'))).toMatchObject({ inEnvironments: true });

      // Neither a setup without the option nor --refresh changes what was chosen.
      const settled = snapshot(home, true);
      expect(setup().stdout).toContain('nothing to change');
      expect(install().stdout).toContain('nothing to change');
      expect(setup('--refresh').stdout).toContain('nothing to refresh');
      expect(snapshot(home, true)).toEqual(settled);

      const off = setup('--no-in-environments');
      expect(off.status).toBe(0);
      expect(off.stdout).toContain(
        "hook    removed from bash, zsh and fish: an active environment's own pip comes first",
      );
      expect(off.stdout).toMatch(
        /\nInside an active environment, its own pip comes first again, in shells .*\n {4}pipward setup --in-environments\n$/,
      );
      expect(hooks()).toEqual([]);
      expect(readFileSync(installed('env.sh'), 'utf8')).not.toContain('in-environments');
      expect(setup().stdout).toContain('nothing to change');

      expect(install('--in-environments').status).toBe(0);
      expect(install('--uninstall')).toMatchObject({ status: 0, stderr: '' });
      expect(snapshot(home)).toEqual(before);
    },
    TEST_LIMIT,
  );

  test.each([
    [['--in-environments', '--no-in-environments'], 'exclude each other'],
    [['--refresh', '--in-environments'], 'leave --refresh out'],
  ])('%s is a mistake', (words, why) => {
    const { status, stderr } = runAt(home, [path.join(product, 'bin/pipward'), 'setup', ...words], env());
    expect({ status, stderr }).toMatchObject({ status: 2 });
    expect(stderr).toContain(why);
  });

  test.runIf(isMatrix)(
    'shells start without a word once the files are gone (needs the matrix)',
    () => {
      install('--in-environments');
      rmSync(installed(), { recursive: true });
      for (const shell of ['bash', 'zsh', 'fish'].filter((name) => hasProgram(name))) {
        const { stdout, stderr } = runAt(home, ['setsid', '-w', shell, '-ic', 'echo started'], env());
        expect(stdout).toContain('started');
        expect(stderr).not.toMatch(/pipward|environments/);
      }
    },
    TEST_LIMIT,
  );

  test.runIf(isMatrix)(
    'another program replaces the hook: setup and doctor say so, and their line cures it (needs the matrix)',
    () => {
      install('--in-environments');
      const shells = ['bash', 'zsh', 'fish'].filter((name) => hasProgram(name));
      const spoil = {
        bash: ['.bashrc', 'PROMPT_COMMAND=(true)'],
        zsh: ['.zshrc', 'precmd_functions=()'],
        fish: ['.config/fish/config.fish', 'functions --erase _pipward_move'],
      };
      mkdirSync(at('.config/fish'), { recursive: true });
      for (const [file = '', line = ''] of Object.values(spoil)) appendFileSync(at(file), `${line}\n`);
      const { status, stdout } = setup();
      expect(status).toBe(1);
      for (const shell of shells) {
        expect(stdout).toMatch(new RegExp(`^  ${shell} interactive: NO: .* does not have pipward's hook: `, 'm'));
        const lost = examine({ SHELL: `/bin/${shell}` })(`${shell} interactive, in environments`);
        expect(lost).toMatchObject([{ state: 'wrong' }]);
        const line = lost[0]?.fix?.replace(/^.*?: /, '') ?? '';
        appendFileSync(at(spoil[shell === 'bash' ? 'bash' : shell === 'zsh' ? 'zsh' : 'fish'][0] ?? ''), `${line}\n`);
        expect(examine({ SHELL: `/bin/${shell}` })(`${shell} interactive, in environments`)).toMatchObject([
          { state: 'ok' },
        ]);
      }
    },
    TEST_LIMIT,
  );

  test.runIf(isMatrix)(
    'doctor in an active environment: the command without the option; with it, a shell that does not run the hook (needs the matrix)',
    () => {
      install();
      const environment = at('environment');
      mkdirSync(path.join(environment, 'bin'), { recursive: true });
      writeFileSync(path.join(environment, 'bin/pip'), '#!/bin/sh\n', { mode: 0o755 });
      const behind = `${environment}/bin:${installed('shims')}:${rest()}`;
      const inFront = `${installed('shims')}:${environment}/bin:${rest()}`;
      for (const name of ['VIRTUAL_ENV', 'CONDA_PREFIX']) {
        const [first, ...others] = examine({ [name]: environment, PATH: behind })('PATH');
        expect(first).toMatchObject({ state: 'note', fix: 'pipward setup --in-environments' });
        expect(first?.text).toContain(`pip is the active environment's own: ${environment}/bin/pip`);
        expect(others).toEqual([]);
      }
      expect(setup('--in-environments').status).toBe(0);
      const active = { VIRTUAL_ENV: `${environment}/` };
      const [wrong] = examine({ ...active, PATH: behind })('PATH');
      expect(wrong).toMatchObject({ state: 'wrong' });
      expect(wrong?.fix).toContain(`open a new shell, or: if [ -r '${installed('env.sh')}' ]`);
      expect(examine({ ...active, PATH: inFront })('PATH')[0]).toMatchObject({ state: 'ok' });
    },
    TEST_LIMIT,
  );

  test.skipIf(!isMatrix || !canMount)(
    'for all users: login shells of bash have it (needs root and mounts) (needs the matrix)',
    () => {
      const script = `set -e
for folder in /usr/local /etc/profile.d; do mkdir -p "$folder"; mount -t tmpfs -o mode=755 none "$folder"; done
if [ -d /usr/share/fish ]; then mkdir -p /usr/share/fish/vendor_conf.d; mount -t tmpfs -o mode=755 none /usr/share/fish/vendor_conf.d; fi
mkdir -p /usr/local/lib /usr/local/node
cp "$2" /usr/local/node/node
PATH=/usr/local/node:/usr/bin:/bin
"$1/install.sh" --system --in-environments --yes
"$1/install.sh" --system --uninstall --yes >/dev/null
ls -A /usr/local/lib /etc/profile.d`;
      const { status, stdout, stderr } = runAt(
        home,
        ['unshare', '-m', 'sh', '-c', script, 'sh', product, process.execPath],
        env(),
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Inside an active environment\?\n {2}bash +ok$/m);
      expect(stdout).toContain('login shells of bash');
      expect(stdout).toMatch(/\/etc\/profile\.d:\n\n?$|\/etc\/profile\.d:\n\n\/usr\/local\/lib:\n$/);
    },
    TEST_LIMIT,
  );
});

/** What doctor found about a subject, for programs. */
function examine(extra: Readonly<Record<string, string>>): (subject: string) => readonly Finding[] {
  const { stdout } = runAt(home, [installed('bin/pipward'), 'doctor', '--json'], env(extra));
  const { findings }: { findings: readonly Finding[] } = JSON.parse(stdout);
  return (subject) => findings.filter((finding) => finding.subject === subject);
}
