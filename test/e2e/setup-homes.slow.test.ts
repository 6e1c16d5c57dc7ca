import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, runAt, snapshot } from '../support/product.ts';
import { hasProgram } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

/** How each shell is asked for `pip` in the modes in which it reads a file of the person. */
const SHELLS: Readonly<Record<string, readonly (readonly [string, ...string[]])[]>> = {
  bash: [
    ['bash', '-lic', 'command -v pip'],
    ['bash', '-ic', 'command -v pip'],
  ],
  zsh: [
    ['zsh', '-lic', 'command -v pip'],
    ['zsh', '-ic', 'command -v pip'],
    ['zsh', '-c', 'command -v pip'],
  ],
  fish: [
    ['fish', '-lic', 'command -v pip'],
    ['fish', '-c', 'command -v pip'],
  ],
  tcsh: [
    ['sh', '-c', 'echo which pip | tcsh -l'],
    ['tcsh', '-c', 'which pip'],
  ],
  dash: [['dash', '-lc', 'command -v pip']],
};

type Home = {
  readonly name: string;
  readonly shell: string;
  readonly make: () => void;
  readonly env?: () => Readonly<Record<string, string>>;
};

/** Without pyenv's shims, which take their time. */
const plainPath = `${path.dirname(findOwnNode())}:/usr/bin:/bin`;

let scratch = '';
let product = '';
let older = '';
let home = '';
const at = (...names: readonly string[]) => path.join(home, ...names);
const write = (name: string, text: string, mode = 0o644) => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), text, 'latin1');
  chmodSync(at(name), mode);
};

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward-homes-'));
  product = copyProduct(path.join(scratch, 'product'));
  // A version before this one: other bytes, another set of files, other words in the block.
  older = copyProduct(path.join(scratch, 'older'));
  writeFileSync(path.join(older, 'dist/diagnostics/gone.md'), '# gone\n');
  const admin = path.join(older, 'dist/admin.cjs');
  const text = readFileSync(admin, 'utf8');
  writeFileSync(
    admin,
    text.replaceAll("pipward's pip comes first on PATH.", 'pipward stands first.').replaceAll('0.1.0', '0.0.9'),
  );
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));
beforeEach(() => {
  home = mkdtempSync(path.join(scratch, 'höme '));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 20 }));

const homes: readonly Home[] = [
  { name: 'nothing at all', shell: 'bash', make: () => {} },
  {
    name: 'CR LF, no final newline, a symlinked dotfile',
    shell: 'bash',
    make: () => {
      write('.bashrc', 'alias ll="ls -l" #\r\n# the end');
      write('dotfiles/profile', 'export EDITOR=vi #\r\n');
      symlinkSync('dotfiles/profile', at('.bash_profile'));
    },
  },
  {
    name: 'set -eu, Latin-1 bytes, a file that mentions pipward',
    shell: 'bash',
    make: () => {
      write(
        '.bashrc',
        '# \xfcber pipward: # >>> pipward >>> is its marker\nset -eu\nPATH="$PATH:$HOME/.local/share/pipward"\n',
      );
      write('.profile', 'set -eu\n', 0o600);
    },
  },
  {
    name: 'a ZDOTDIR that ~/.zshenv sets',
    shell: 'zsh',
    make: () => {
      write('.zshenv', 'export ZDOTDIR=$HOME/.config/zsh\n');
      write('.config/zsh/.zshrc', 'setopt no_unset err_return\nPATH=/usr/bin:/bin');
    },
  },
  {
    name: 'a ZDOTDIR and an XDG_CONFIG_HOME of the environment',
    shell: 'fish',
    make: () => {
      mkdirSync(at('z'));
      write('x/fish/config.fish', 'set -g fish_greeting\nset -gx EDITOR vi');
    },
    env: () => ({ ZDOTDIR: at('z'), XDG_CONFIG_HOME: at('x') }),
  },
  {
    name: '.tcshrc before .cshrc, and a .login that sets PATH',
    shell: 'tcsh',
    make: () => {
      write('.tcshrc', 'set prompt = "% "\nset path = ( /usr/bin /bin )');
      write('.cshrc', 'this is not read\n');
      write('.login', 'setenv PATH /usr/bin:/bin\n');
    },
  },
  {
    name: 'a .bash_profile of which dash knows nothing',
    shell: 'dash',
    make: () => {
      write('.bash_profile', 'export EDITOR=vi\n');
      write('.profile', 'set -eu\numask 022');
    },
  },
];

describe.each(chooseSome(homes, 1))('$shell, $name', ({ shell, make, env = () => ({}) }) => {
  const install = (from: string, ...args: readonly string[]) =>
    runAt(home, [path.join(from, 'install.sh'), '--yes', ...args], {
      SHELL: `/bin/${shell}`,
      PATH: plainPath,
      ...env(),
    });
  // fish writes into its data folder at every start.
  const findPip = (command: readonly [string, ...string[]]) =>
    runAt(home, ['setsid', '-w', ...command], { XDG_DATA_HOME: path.join(scratch, 'data'), ...env() })
      .stdout.trim()
      .split('\n')
      .at(-1);

  test.skipIf(!hasProgram(shell))('over an older version, three times, and out again', () => {
    make();
    const before = snapshot(home);
    expect(install(older).status).toBe(0);
    const first = install(product);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).not.toMatch(/\bNO\b/);
    expect(existsSync(at('.local/share/pipward/dist/diagnostics/gone.md'))).toBe(false);
    for (const command of SHELLS[shell] ?? []) expect(findPip(command)).toBe(at('.local/share/pipward/shims/pip'));

    const settled = snapshot(home, true);
    expect(install(product).stdout).toContain('nothing to change');
    expect(install(product).stdout).toContain('nothing to change');
    expect(snapshot(home, true)).toEqual(settled);

    // Gone without a word to us: every shell still starts, silently, and finds what it found before.
    renameSync(at('.local/share/pipward'), at('away'));
    for (const command of SHELLS[shell] ?? []) expect(findPip(command)).not.toContain('pipward');
    renameSync(at('away'), at('.local/share/pipward'));
    expect(install(product, '--uninstall')).toMatchObject({ status: 0, stderr: '' });
    expect(snapshot(home)).toEqual(before);
  });
});

describe('a startup file that may not be written', () => {
  test('is left alone with the line to add, also for root', () => {
    write('.bashrc', 'a=1\n', 0o444);
    write('.cshrc', '# mine\n', 0o444);
    const before = snapshot(home);
    const times = statSync(at('.bashrc')).mtimeMs;
    const { stderr } = runAt(home, [path.join(product, 'install.sh'), '--yes']);
    expect(stderr).toContain('~/.bashrc was left alone: it is read-only. Add this line to it:\n    if [ -r ');
    expect(stderr).toContain('~/.cshrc was left alone: it is read-only. Add this line to it:\n    if ( -r ');
    expect(statSync(at('.bashrc')).mtimeMs).toBe(times);
    runAt(home, [path.join(product, 'install.sh'), '--yes', '--uninstall']);
    expect(snapshot(home)).toEqual(before);
  });
});
