import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeConda, writeVirtualenvScripts } from '../support/activate-scripts.ts';
import { makeEnvironment } from '../support/environments.ts';
import { TEST_LIMIT } from '../support/limits.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt } from '../support/product.ts';
import { findAnyPython } from '../support/pythons.ts';
import { hasProgram } from '../support/sandbox.ts';
import { openTerminal } from '../support/terminal.ts';
import { chooseSome } from '../support/matrix.ts';

const SHELLS = ['bash', 'zsh', 'fish'].filter((name) => hasProgram(name));
const python = findAnyPython();
const needs = 'needs tmux and a Python with venv';
/** Debian's own, whose scripts differ from release to release. */
const hasVirtualenv = spawnSync('/usr/bin/python3', ['-m', 'virtualenv', '--version']).status === 0;
if (!hasVirtualenv) process.stderr.write('a real virtualenv is not tried: python3-virtualenv is not installed\n');
const MADE_BY = ['one', 'virtualenv', ...(hasVirtualenv ? ['real virtualenv'] : [])];

let scratch = '';
let blocks = new Map<string, string>();
let conda: (shell: string) => string = () => '';
const at = (...names: readonly string[]) => path.join(scratch, ...names);
const shims = () => at('pipward/shims');
const plainPath = () => `${path.dirname(findOwnNode())}:/usr/bin:/bin:${path.dirname(findOwnNode())}/../more`;

beforeAll(() => {
  if (python === null) return;
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-in-environments-'));
  const product = copyProduct(at('product'));
  mkdirSync(at('first'));
  const { status, stdout } = runAt(
    at('first'),
    [path.join(product, 'install.sh'), '--yes', '--in-environments', '--prefix', at('pipward')],
    { PATH: plainPath() },
  );
  if (status !== 0) throw new Error(stdout);
  blocks = new Map(
    [
      ['bash', '.bashrc'],
      ['zsh', '.zshrc'],
      ['fish', '.config/fish/conf.d/pipward.fish'],
    ].flatMap(([shell = '', file = '']) =>
      existsSync(at('first', file)) ? [[shell, readFileSync(at('first', file), 'utf8')] as const] : [],
    ),
  );
  for (const name of ['one', 'two']) makeEnvironment(python, at('envs', name));
  makeEnvironment(python, at('envs/virtualenv'));
  writeVirtualenvScripts(at('envs/virtualenv'));
  if (hasVirtualenv) {
    const made = spawnSync('/usr/bin/python3', ['-m', 'virtualenv', '-q', '--no-download', at('envs/real virtualenv')]);
    if (made.status !== 0) throw new Error(String(made.stderr));
  }
  for (const name of ['conda', 'conda2']) {
    makeEnvironment(python, at('envs', name));
    mkdirSync(at('envs', name, 'conda-meta'));
    writeFileSync(at('envs', name, 'conda-meta/history'), '');
  }
  conda = writeConda(at('miniconda'));
}, TEST_LIMIT);
afterAll(() => {
  try {
    if (scratch !== '') rmSync(scratch, { recursive: true, force: true, maxRetries: 20 });
  } catch {
    // A fish whose terminal was just closed still writes its completions: what is left is below the system's /tmp.
  }
});

type Typing = {
  /** Lines of the startup file in front of pipward's block, and behind it. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Types lines into a shell on a terminal; returns what they wrote to $OUT, by lines. */
async function type(shell: string, lines: readonly string[], { before = [], after = [], env = {} }: Typing = {}) {
  const home = mkdtempSync(at(`${shell}-`));
  const block = blocks.get(shell) ?? '';
  if (shell === 'fish') {
    mkdirSync(path.join(home, '.config/fish/conf.d'), { recursive: true });
    writeFileSync(path.join(home, '.config/fish/conf.d/pipward.fish'), block);
    const prompt = "function fish_prompt; printf '$ '; end; function fish_greeting; end";
    writeFileSync(path.join(home, '.config/fish/config.fish'), [prompt, ...before, ...after, ''].join('\n'));
  } else {
    const file = path.join(home, shell === 'bash' ? '.bashrc' : '.zshrc');
    writeFileSync(file, [`PS1='$ '`, ...before, block, ...after, ''].join('\n'));
  }
  const out = path.join(home, 'out');
  writeFileSync(out, '');
  const clean = { HOME: home, PATH: plainPath(), OUT: out, VIRTUAL_ENV_DISABLE_PROMPT: '1', LANG: 'C.UTF-8', ...env };
  const terminal = openTerminal({ ...clean, ZDOTDIR: home }, home, { command: `${shell} -i`, lines: 200 });
  try {
    for (const line of lines) await terminal.command(line);
    await terminal.command('echo en""ded');
    const screen = await terminal.waitFor(/^ended$/m);
    return { written: readFileSync(out, 'utf8').split('\n').slice(0, -1), screen };
  } finally {
    terminal.close();
  }
}

const activate = (shell: string, name: string) =>
  `source '${at('envs', name, 'bin', shell === 'fish' ? 'activate.fish' : 'activate')}'`;
const PATH = 'printenv PATH >>$OUT';
const WHICH = 'command -v pip >>$OUT';
const short = (lines: readonly string[]) =>
  lines.map((line) => line.replaceAll(shims(), 'SHIMS').replaceAll(plainPath(), 'REST').replaceAll(scratch, '@'));

describe.skipIf(!hasProgram('tmux') || python === null)(`inside an environment (${needs})`, () => {
  test.each(
    chooseSome(
      SHELLS.flatMap((shell) => MADE_BY.map((name) => [shell, name] as const)),
      3,
    ),
  )(
    '%s, %s: pip is pipward and works for the environment; twice is as once; deactivate restores PATH',
    async (shell, name) => {
      const lines = [
        PATH,
        activate(shell, name),
        PATH,
        WHICH,
        'pip --version >>$OUT',
        activate(shell, name),
        PATH,
        activate(shell, 'two'),
        PATH,
        'deactivate',
        PATH,
        WHICH,
      ];
      const { written } = await type(shell, lines);
      const [first, active, found, version, ...rest] = short(written);
      expect([first, active, found]).toEqual(['SHIMS:REST', `SHIMS:@/envs/${name}/bin:REST`, 'SHIMS/pip']);
      expect(version).toMatch(new RegExp(`^pip .* from @/envs/${name}/lib/`));
      // Two scripts that know each other: the first one's PATH is restored before the second one's is made.
      expect(rest).toEqual([`SHIMS:@/envs/${name}/bin:REST`, 'SHIMS:@/envs/two/bin:REST', 'SHIMS:REST', 'SHIMS/pip']);
    },
    TEST_LIMIT,
  );

  test.each(chooseSome(SHELLS, 1))(
    '%s: conda rebuilds PATH: activate, another one over it, back, and out',
    async (shell) => {
      const to = (name: string) => `conda activate '${at('envs', name)}'`;
      const lines = [to('conda'), PATH, WHICH, 'pip --version >>$OUT', to('conda2'), PATH, 'conda deactivate', PATH];
      const { written } = await type(shell, [...lines, 'conda deactivate', PATH], { before: [conda(shell)] });
      const [one, found, version, ...rest] = short(written);
      expect([one, found]).toEqual(['SHIMS:@/envs/conda/bin:@/miniconda/condabin:REST', 'SHIMS/pip']);
      expect(version).toMatch(/^pip .* from @\/envs\/conda\/lib\//);
      expect(rest).toEqual([
        'SHIMS:@/envs/conda2/bin:@/miniconda/condabin:REST',
        'SHIMS:@/envs/conda/bin:@/miniconda/condabin:REST',
        'SHIMS:@/miniconda/condabin:REST',
      ]);
    },
    TEST_LIMIT,
  );

  test.each(chooseSome(SHELLS, 1))(
    '%s: nested shells, and a startup file that is read again: PATH does not grow',
    async (shell) => {
      const source = `source '${at('pipward', shell === 'fish' ? 'env.fish' : 'env.sh')}'`;
      const lines = [activate(shell, 'one'), shell, WHICH, activate(shell, 'two'), PATH, shell, PATH];
      const { written } = await type(shell, [...lines, 'exit', 'exit', source, source, PATH, 'deactivate', PATH]);
      // fish exports what PATH was before: there the second script takes the first environment out, also in a nested shell.
      const both = shell === 'fish' ? 'SHIMS:@/envs/two/bin:REST' : 'SHIMS:@/envs/two/bin:@/envs/one/bin:REST';
      expect(short(written)).toEqual(['SHIMS/pip', both, both, 'SHIMS:@/envs/one/bin:REST', 'SHIMS:REST']);
    },
    TEST_LIMIT,
  );

  test.each(chooseSome(SHELLS, 1))(
    '%s: rules and read-only commands there; a shell with `set -u` says nothing',
    async (shell) => {
      mkdirSync(at('project'), { recursive: true });
      const rules = ['minimum-pip = "99"', 'requires-python = ">=99"', 'forbid-root = "enforce"'];
      const rule = (index: number) => `printf '[policy]\\n${rules[index]}\\n' >'${at('project/pipward.toml')}'`;
      const lines = [activate(shell, 'one'), `cd '${at('project')}'`];
      const install = 'pip install --no-index nothing-of-the-kind 2>>$OUT';
      const status = shell === 'fish' ? 'echo $status >>$OUT' : 'echo $? >>$OUT';
      const before = shell === 'fish' ? [] : ['set -u'];
      const { written, screen } = await type(
        shell,
        [...lines, ...rules.flatMap((_, index) => [rule(index), install, status]), 'pip list >/dev/null', status],
        { before, env: { CI: '' } },
      );
      for (const code of ['pip-too-old', 'python-not-allowed', 'root-forbidden']) {
        expect(written.join('\n')).toContain(`[${code}`);
      }
      expect(written.filter((line) => /^\d+$/.test(line))).toEqual([
        '3',
        '3',
        process.getuid?.() === 0 ? '3' : '1',
        '0',
      ]);
      expect(screen).not.toMatch(/unbound|parameter not set/);
    },
    TEST_LIMIT,
  );

  test.each(SHELLS)(
    '%s: an .env that names a planted environment: nothing in it runs, and it is not on PATH',
    async (shell) => {
      const planted = at('planted');
      mkdirSync(path.join(planted, 'bin'), { recursive: true });
      for (const name of ['python', 'pip']) {
        writeFileSync(path.join(planted, 'bin', name), `#!/bin/sh\necho ran >>'${at('ran')}'\n`, { mode: 0o755 });
      }
      const env = path.join(planted, '.env');
      writeFileSync(env, `VIRTUAL_ENV='${planted}'\nCONDA_PREFIX='${planted}'\n`);
      const load =
        shell === 'fish'
          ? `set -gx VIRTUAL_ENV '${planted}'; set -gx CONDA_PREFIX '${planted}'`
          : `set -a; . '${env}'; set +a`;
      const { written } = await type(shell, [load, 'true', 'true', PATH, WHICH]);
      expect(short(written)).toEqual(['SHIMS:REST', 'SHIMS/pip']);
      expect(existsSync(at('ran'))).toBe(false);
    },
    TEST_LIMIT,
  );

  test.skipIf(!hasProgram('direnv')).each(chooseSome(SHELLS, 1))(
    '%s: direnv beside it, in front of the block and behind it: settled, and back (needs direnv)',
    async (shell) => {
      const project = at('direnv project');
      mkdirSync(project, { recursive: true });
      writeFileSync(
        path.join(project, '.envrc'),
        `export VIRTUAL_ENV='${at('envs/one')}'\nPATH_add "$VIRTUAL_ENV/bin"\n`,
      );
      const hook = shell === 'fish' ? 'direnv hook fish | source' : `eval "$(direnv hook ${shell})"`;
      const lines = [`cd '${project}'`, 'direnv allow', 'true', PATH, WHICH, PATH, PATH, 'cd ..', 'true', PATH];
      const settled = 'SHIMS:@/envs/one/bin:REST';
      for (const place of ['before', 'after']) {
        // oxlint-disable-next-line no-await-in-loop -- one terminal at a time
        const { written } = await type(shell, lines, { [place]: [hook] });
        expect(short(written)).toEqual([settled, 'SHIMS/pip', settled, settled, 'SHIMS:REST']);
      }
    },
    TEST_LIMIT,
  );

  test.skipIf(!hasProgram('mise')).each(chooseSome(SHELLS, 1))(
    '%s: mise beside it: its environment is active, pip is pipward, and nothing moves from then on (needs mise)',
    async (shell) => {
      const project = at('mise project');
      mkdirSync(project, { recursive: true });
      writeFileSync(path.join(project, 'mise.toml'), `[env]\n_.python.venv = "${at('envs/one')}"\n`);
      const hook = shell === 'fish' ? 'mise activate fish | source' : `eval "$(mise activate ${shell})"`;
      const lines = [`mise trust '${project}/mise.toml'`, `cd '${project}'`, 'true', PATH, WHICH, PATH, PATH];
      for (const place of ['before', 'after']) {
        // oxlint-disable-next-line no-await-in-loop -- one terminal at a time
        const { written } = await type(shell, [...lines, 'cd ..', 'true', PATH], { [place]: [hook] });
        const [first = '', found, second, third, last = ''] = short(written);
        expect(found).toBe('SHIMS/pip');
        expect(first.split(':').filter((entry) => entry === 'SHIMS' || entry === '@/envs/one/bin')).toEqual([
          'SHIMS',
          '@/envs/one/bin',
        ]);
        expect([second, third]).toEqual([first, first]);
        expect(last.split(':').filter((entry) => entry === 'SHIMS')).toEqual(['SHIMS']);
        expect(last).not.toContain('@/envs/one/bin');
      }
    },
    TEST_LIMIT,
  );
});
