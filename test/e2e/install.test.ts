import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { copyProduct, snapshot } from '../support/product.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const isInstalled = (program: string) => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;
const shells = ['bash', 'zsh', 'fish'].map((name) => ({ name, installed: isInstalled(name) }));

let scratch = '';
let product = '';
let home = '';
const at = (...names: readonly string[]) => path.join(home, ...names);
const installed = (...names: readonly string[]) => at('.local/share/pipward', ...names);

beforeAll(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'pipward install '));
  // In a folder whose name is awkward.
  product = copyProduct(path.join(scratch, "it's a package"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));
beforeEach(() => {
  home = mkdtempSync(path.join(scratch, 'home '));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 20 }));

type Env = Readonly<Record<string, string | undefined>>;

function run(program: string, args: readonly string[], env: Env = {}) {
  const clean = { HOME: home, PATH: process.env['PATH'], TERM: 'dumb', LANG: 'C.UTF-8', SHELL: '/bin/sh', ...env };
  const defined = Object.entries(clean).filter((entry) => entry[1] !== undefined);
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: '/',
    encoding: 'utf8',
    env: Object.fromEntries(defined),
  });
  return { status, stdout, stderr };
}

const install = (args: readonly string[] = ['--yes'], env: Env = {}) =>
  run(path.join(product, 'install.sh'), args, env);

/** A copy of the product whose pip is this script: what the shim does is not at stake then. */
function withShim(script: string): string {
  const copy = mkdtempSync(path.join(scratch, 'product '));
  cpSync(product, copy, { recursive: true });
  writeFileSync(path.join(copy, 'shims/pip'), `#!/bin/sh\n# pipward-shim\n${script}\n`);
  return path.join(copy, 'install.sh');
}

describe('an empty home', () => {
  test('setup proves itself, changes nothing the second time, and --uninstall leaves nothing', () => {
    const first = install();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toContain('a policy refused pip install with exit status 3');
    expect(first.stdout).not.toContain('error[');
    expect(readlinkSync(installed('shims/pip3'))).toBe('pip');
    expect(path.isAbsolute(readlinkSync(installed('node')))).toBe(true);
    expect(existsSync(at('.bash_profile'))).toBe(false);

    const before = snapshot(home, true);
    const second = install();
    expect(second).toMatchObject({ status: 0, stderr: '' });
    expect(second.stdout).toContain('nothing to change');
    expect(snapshot(home, true)).toEqual(before);

    expect(install(['--uninstall', '--yes'])).toMatchObject({ status: 0, stderr: '' });
    expect(snapshot(home)).toEqual([]);
  });

  describe.each(chooseSome(shells, 2))('$name', ({ name, installed: isThere }) => {
    test.skipIf(!isThere)('a new shell finds our pip, login or not, and setup has looked', () => {
      const { stdout } = install();
      expect(stdout).toMatch(/^ +login +interactive +plain$/m);
      expect(stdout).toMatch(new RegExp(`^ +${name} +ok +ok +(?:ok|-)$`, 'm'));
      for (const options of ['-lic', '-ic']) {
        const found = run('setsid', [name, options, 'command -v pip; echo $PATH']);
        expect(found.stdout).toMatch(`${installed('shims/pip')}\n`);
        expect(found.stdout.split(installed('shims'))).toHaveLength(3);
      }
    });

    test.skipIf(!isThere)('the shell of the person is the one that runs pip --version', () => {
      const env = { SHELL: run('/bin/sh', ['-c', `command -v ${name}`]).stdout.trim() };
      expect(install(['--yes'], env).stdout).toMatch(`pip --version in ${name}: pip `);
    });
  });

  test.for(
    chooseSome(
      [
        ['bash', [], /^ {4}if \[ -r '.*env\.sh' \]; then \. '.*env\.sh'; fi$/m, 'run `hash -r` or'],
        ['zsh', [], /^ {4}if \[ -r '.*env\.sh' \]; then \. '.*env\.sh'; fi$/m, 'run `hash -r` or'],
        ['fish', [], /^ {4}if test -r '.*env\.fish'; source '.*env\.fish'; end$/m, 'Done.\n'],
        ['tcsh', ['-f'], /^ {4}if \( -r '.*env\.csh' \) source '.*env\.csh'$/m, 'run `rehash` or'],
      ] as const,
      1,
    ),
  )('what comes next is told in the words of the shell that called: %s', ([shell, flags, next, forget], { skip }) => {
    skip(!isInstalled(shell), `needs ${shell}`);
    // Not the one that $SHELL names; and told something more to do, so that it stays.
    const call = (args: string) => run(shell, [...flags, '-c', `'${script}' ${args}; echo`], { SHELL: '/bin/other' });
    const script = at('install');
    symlinkSync(product, at('product'));
    writeFileSync(script, `#!/bin/sh\nexec "$HOME/product/install.sh" "$@"\n`, { mode: 0o755 });
    expect(call('--yes --no-modify-path').stdout).toMatch(next);
    expect(call('--uninstall --yes').stdout).toContain(forget);
  });

  test('dry runs name every file, show the diffs and change nothing', () => {
    const plan = install(['--dry-run']);
    expect(plan).toMatchObject({ status: 0, stderr: '' });
    expect(plan.stdout).toContain(`write   ${installed('shims/pip3')} -> pip\n`);
    expect(plan.stdout).toContain(`--- /dev/null\n+++ ${at('.profile')}\n@@ -0,0 +1,4 @@\n+# >>> pipward >>>\n`);
    expect(snapshot(home)).toEqual([]);

    install();
    // Nothing is left to do, and nothing is announced.
    expect(install(['--dry-run']).stdout).toBe('\ndry run: nothing was changed\n');
    const before = snapshot(home, true);
    const removal = install(['--uninstall', '--dry-run']);
    expect(removal.stdout).toContain(`delete  ${installed('shims/pip')}\n`);
    expect(removal.stdout).toContain(`--- ${at('.profile')}\n+++ /dev/null\n`);
    expect(snapshot(home, true)).toEqual(before);
  });

  test.each([
    [
      'apt-get',
      /^To get it:\n {4}sudo apt-get install nodejs .*\nor, anywhere, without root, with nvm .*:\n {4}curl /m,
    ],
    ['no package manager', /^To get it without root, with nvm .*:\n {4}curl .*\n {4}nvm install 22 /m],
  ])('without Node, with %s: every line of advice belongs to a command', (manager, advice) => {
    mkdirSync(at('bin'));
    for (const name of ['dirname', 'readlink', 'uname', 'id']) {
      symlinkSync(run('/bin/sh', ['-c', `command -v ${name}`]).stdout.trim(), at('bin', name));
    }
    if (manager === 'apt-get') writeFileSync(at('bin/apt-get'), '#!/bin/sh\n', { mode: 0o755 });
    const { status, stderr } = run('/bin/sh', [path.join(product, 'install.sh')], { PATH: at('bin') });
    expect(status).toBe(1);
    expect(stderr).toMatch(advice);
    expect(stderr).toContain('\n\nThen run this again.\n');
  });

  test.runIf(isMatrix)('uninstall names the lines that setup did not write, and leaves them (needs the matrix)', () => {
    install();
    const kept = `# ${installed('env.sh')} is a comment\n`;
    writeFileSync(at('.bashrc'), `${kept}${readFileSync(at('.bashrc'), 'utf8')}. ~/.local/share/pipward/env.sh\n`);
    mkdirSync(at('.config/fish'), { recursive: true });
    writeFileSync(at('.config/fish/config.fish'), `\nsource '${installed('env.fish')}'\n`);
    writeFileSync(at('.zshrc'), 'eval "$(pipward completion zsh)"\n');
    writeFileSync(at('.profile-not-read'), installed('env.sh'));
    const { status, stdout } = install(['--uninstall', '--yes']);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /Delete them yourself:\n {2}~\/\.bashrc:6: \. ~\/\.local\/share\/pipward\/env\.sh\n {2}~\/\.zshrc:1: eval .*\n {2}~\/\.config\/fish\/config\.fish:2: source '.*'\n\n/,
    );
    expect(readFileSync(at('.bashrc'), 'utf8')).toBe(`${kept}. ~/.local/share/pipward/env.sh\n`);
  });

  test.skipIf(!isMatrix || !isInstalled('zsh'))(
    'a NO of zsh does not keep from saying what to do in this terminal (needs the matrix)',
    () => {
      writeFileSync(at('.zshrc'), 'alias pip=/bin/true\n');
      const { status, stdout, stderr } = install();
      expect(status).toBe(1);
      expect(stdout).toMatch(/^ {2}zsh interactive: NO: /m);
      expect(stdout).toMatch(
        /^Done\. New terminals have it, except for the shells with NO above; in this one, run\n {4}\S/m,
      );
      expect(stderr).toContain('see the lines with NO');
    },
  );

  test.runIf(isMatrix)(
    '--no-modify-path leaves the startup files alone and says what to add (needs the matrix)',
    () => {
      const { status, stdout } = install(['--yes', '--no-modify-path']);
      expect(status).toBe(0);
      expect(stdout).toContain(`env.sh'`);
      expect(readdirSync(home)).toEqual(['.local']);
      expect(install(['--uninstall', '--yes']).status).toBe(0);
      expect(snapshot(home)).toEqual([]);
    },
  );

  test.runIf(isMatrix)('what was trusted goes with it (needs the matrix)', () => {
    install();
    mkdirSync(at('.local/state/pipward'), { recursive: true, mode: 0o700 });
    writeFileSync(at('.local/state/pipward/trust.json'), '{}', { mode: 0o600 });
    expect(install(['--uninstall', '--yes']).status).toBe(0);
    expect(existsSync(at('.local/state/pipward'))).toBe(false);
  });

  test.runIf(isMatrix)('--prefix with an awkward name; its own pipward takes it out again (needs the matrix)', () => {
    const prefix = at('my $dir "of" `tools` it\'s');
    expect(install(['--yes', '--prefix', prefix])).toMatchObject({ status: 0, stderr: '' });
    // What advice prints is found where pip is found.
    const found = run('/bin/sh', ['-c', '. "$1" && pipward explain call-loop', 'sh', path.join(prefix, 'env.sh')]);
    expect(found).toMatchObject({ status: 0, stderr: '' });
    const policy = run(path.join(prefix, 'bin/pipward'), ['policy', 'init', at('pipward.toml')]);
    expect(existsSync(/: (\/.*schema\.json)$/m.exec(policy.stdout)?.[1] ?? '')).toBe(true);
    rmSync(at('pipward.toml'));
    symlinkSync(path.join(prefix, 'bin/pipward'), at('pipward-link'));
    const removed = run(at('pipward-link'), ['unsetup'], { PIPWARD_HOME: at('elsewhere') });
    expect(removed).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(home)).toEqual(['pipward-link']);
  });
});

describe('a home with awkward startup files', () => {
  beforeEach(() => {
    writeFileSync(at('.bashrc'), '# umlaut in Latin-1: \xfc\r\nalias ll="ls -l"\r\n', 'latin1');
    mkdirSync(at('dotfiles'));
    writeFileSync(at('dotfiles/bash_login'), 'export EDITOR=vi');
    symlinkSync('dotfiles/bash_login', at('.bash_login'));
    writeFileSync(at('.profile'), '# not read by a bash that has a .bash_login\n');
    writeFileSync(at('.zshrc'), '\n\n');
    chmodSync(at('.zshrc'), 0o600);
    writeFileSync(at('.zprofile'), '');
    mkdirSync(at('.config/fish'), { recursive: true });
    writeFileSync(at('.config/fish/config.fish'), 'set -g fish_greeting\n');
  });

  test('all work, and removal gives them back byte for byte', () => {
    const before = snapshot(home);
    const profile = statSync(at('.profile')).mtimeMs;
    const env = { SHELL: '/bin/bash' };
    const first = install(['--yes'], env);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).not.toContain('NO:');
    expect(lstatSync(at('.bash_login')).isSymbolicLink()).toBe(true);
    expect(statSync(at('.zshrc')).mode & 0o777).toBe(0o600);
    expect(statSync(at('.profile')).mtimeMs).toBe(profile);
    expect(readFileSync(at('.bashrc'), 'latin1')).toContain('# <<< pipward <<<\r\n');
    expect(readFileSync(installed('backup/.bashrc.1'), 'latin1')).toContain('\xfc\r\n');

    const settled = snapshot(home, true);
    expect(install(['--yes'], env).stdout).toContain('nothing to change');
    expect(snapshot(home, true)).toEqual(settled);

    expect(install(['--uninstall', '--yes'])).toMatchObject({ status: 0, stderr: '' });
    expect(snapshot(home)).toEqual(before);
  });

  test('removal works where startup files that setup changed are gone, or are something else now', () => {
    install(['--yes'], { SHELL: '/bin/bash' });
    rmSync(at('.bashrc'));
    rmSync(at('.zshrc'));
    mkdirSync(at('.zshrc'));
    rmSync(at('dotfiles'), { recursive: true });
    const { status, stdout } = install(['--uninstall', '--yes']);
    expect(status).toBe(0);
    expect(stdout).toContain('Done.');
    expect(existsSync(installed('manifest.json'))).toBe(false);
    expect(existsSync(at('.bashrc'))).toBe(false);
  });

  test.each<[how: string, move: () => void, installs: readonly string[]]>([
    ['was moved', () => renameSync(at('old'), at('new')), ['old', 'new']],
    ['has another name now', () => symlinkSync('old', at('new')), ['new', 'old']],
  ])('removal works where the home directory %s between two setups', (_, move, [first = '', second = '']) => {
    mkdirSync(at('old'));
    if (first === 'new') move();
    const setUp = (name: string) => install(['--yes'], { HOME: at(name), SHELL: '/bin/bash' });
    expect(setUp(first).status).toBe(0);
    if (first === 'old') move();
    expect(setUp(second).status).toBe(0);
    expect(setUp(second)).toMatchObject({ status: 0, stdout: expect.stringContaining('nothing to change') });
    expect(install(['--uninstall', '--yes'], { HOME: at(second) })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(at(second))).toEqual([]);
  });

  test('removal works where the home directory was moved after setup', () => {
    mkdirSync(at('old'));
    expect(install(['--yes'], { HOME: at('old'), SHELL: '/bin/bash' }).status).toBe(0);
    renameSync(at('old'), at('new'));
    expect(install(['--uninstall', '--yes'], { HOME: at('new') })).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(at('new'))).toEqual([]);
  });

  test.runIf(isMatrix)('what the person added since stays, also in files that we made (needs the matrix)', () => {
    rmSync(at('.bash_login'));
    rmSync(at('.profile'));
    writeFileSync(at('.bash_profile'), 'export EDITOR=vi');
    rmSync(at('.bashrc'));
    install();
    for (const name of ['.bashrc', '.bash_profile']) {
      writeFileSync(at(name), 'export ADDED=1\n', { flag: 'a' });
    }
    expect(install(['--uninstall', '--yes']).status).toBe(0);
    expect(readFileSync(at('.bashrc'), 'utf8')).toBe('export ADDED=1\n');
    expect(readFileSync(at('.bash_profile'), 'utf8')).toBe('export EDITOR=vi\nexport ADDED=1\n');
  });

  test.runIf(isMatrix)(
    'a damaged block and a read-only file are left alone, with what to do (needs the matrix)',
    () => {
      writeFileSync(at('.profile'), '');
      writeFileSync(at('.bashrc'), 'a=1\n# >>> pipward >>>\n');
      chmodSync(at('dotfiles/bash_login'), 0o444);
      const { stderr } = install();
      expect(stderr).toContain('~/.bashrc: line 2 starts or ends a pipward block that is not whole');
      expect(stderr).toContain('~/.bash_login was left alone: it is read-only. Add this line to it:\n    if [ -r ');
      expect(readFileSync(at('.bashrc'), 'utf8')).toBe('a=1\n# >>> pipward >>>\n');
      expect(readFileSync(at('dotfiles/bash_login'), 'utf8')).toBe('export EDITOR=vi');
    },
  );
});

describe.skipIf(!isInstalled('bash'))('the verification fails', () => {
  beforeEach(() => {
    mkdirSync(at('other'));
    writeFileSync(at('other/pip'), '#!/bin/sh\n');
    chmodSync(at('other/pip'), 0o755);
  });

  test.each(
    chooseSome(
      [
        [
          'a startup file that sets PATH after our block',
          'PATH=$HOME/other:/usr/bin:/bin\n',
          /NO: pip is .*\/other\/pip\n/,
        ],
        ['an alias', 'alias pip="python3 -m pip"\n', /NO: pip is alias pip='python3 -m pip', an alias or a function/],
        ['a function', 'pip() { python3 -m pip "$@"; }\n', /NO: pip is pip, an alias or a function/],
        ['a startup file that ends the shell', 'exit 4\n', /NO: exit status 4/],
      ],
      2,
    ),
  )('with status 1 and the shell named: %s', (_, line, expected) => {
    install();
    writeFileSync(at('.bashrc'), line, { flag: 'a' });
    const { status, stdout, stderr } = install();
    expect(status).toBe(1);
    expect(stdout).toMatch(/bash +ok +NO +-/);
    expect(stdout).toMatch(new RegExp(`bash interactive: ${expected.source}`));
    expect(stderr).toContain('not everything above works');
  });

  test.each([
    ['pip --version fails', 'echo broken >&2; exit 9', /shims\/pip: NO: exit status 9, broken/],
    [
      'nothing is refused',
      'echo pip 1',
      /NO: in a temporary project, a policy did not refuse pip install \(exit status 0, pip 1\)/,
    ],
  ])('and all is taken back when %s', (_, script, expected) => {
    writeFileSync(at('.bashrc'), 'a=1', { flag: 'a' });
    const before = snapshot(home);
    const { status, stdout, stderr } = run(withShim(script), ['--yes']);
    expect(status).toBe(1);
    expect(stdout).toMatch(expected);
    expect(stderr).toContain('setup was taken back, everything is as it was before: ');
    expect(snapshot(home)).toEqual(before);
  });

  test('an update that does not run leaves the version before in place', () => {
    run(withShim('exit 127'), ['--yes']);
    const before = snapshot(home);
    const { status, stderr } = run(withShim('exit 9'), ['--yes']);
    expect(stderr).toContain('pip --version fails');
    expect(status).toBe(1);
    expect(snapshot(home)).toEqual(before);
  });

  test.runIf(isMatrix)(
    'a shell that did not start before does not keep pipward from the others (needs the matrix)',
    () => {
      writeFileSync(at('.bashrc'), 'exit 4\n');
      const { status, stderr } = install();
      expect(status).toBe(1);
      expect(stderr).toContain(
        'pipward is installed; but bash does not start (interactive), with pipward or without it',
      );
      expect(existsSync(installed('shims/pip'))).toBe(true);
    },
  );

  test('a machine without a Python that has pip is not a failure', () => {
    const { status, stdout } = run(withShim('exit 127'), ['--yes']);
    expect(status).toBe(0);
    expect(stdout).toContain('installed; no Python with pip was found on this machine yet\n');
  });

  test.runIf(isMatrix)(
    'nor is a Python that does not run, which the message does not call missing (needs the matrix)',
    () => {
      const { status, stdout } = run(withShim('echo "python: libpython3.so: cannot open" >&2; exit 127'), ['--yes']);
      expect(status).toBe(0);
      expect(stdout).toContain(
        'installed; but the Python that pip means here does not run: exit status 127, python: libpython3.so: cannot open\n',
      );
    },
  );
});

test.runIf(isMatrix)('an update replaces what differs and deletes what is no longer shipped (needs the matrix)', () => {
  const older = withShim('exit 127');
  writeFileSync(path.join(path.dirname(older), 'dist/diagnostics/gone.md'), '# gone\n');
  run(older, ['--yes']);
  expect(existsSync(installed('dist/diagnostics/gone.md'))).toBe(true);
  writeFileSync(installed('foreign'), '');
  expect(install().status).toBe(0);
  expect(existsSync(installed('dist/diagnostics/gone.md'))).toBe(false);
  expect(readFileSync(installed('shims/pip'))).toEqual(readFileSync(path.join(product, 'shims/pip')));
  expect(install(['--uninstall', '--yes']).stdout).toContain('stays, since other files are in it');
  expect(readdirSync(installed())).toEqual(['foreign']);
});

describe('what cannot be', () => {
  test.each<readonly [string, readonly string[], Env, number, string]>(
    chooseSome(
      [
        ['a relative prefix', ['--prefix', 'here'], {}, 2, '--prefix must be an absolute path, not "here"'],
        ['the root folder', ['--prefix', '//'], {}, 2, '--prefix must not be the root folder'],
        ['a colon', ['--prefix', '/tmp/a:b'], {}, 2, '--prefix must not contain a colon'],
        ['a line end', ['--prefix', '/tmp/a\nb'], {}, 2, '--prefix must be printable UTF-8 text: "/tmp/a\\nb"'],
        ['no folder', ['--prefix'], {}, 2, '--prefix needs a folder'],
        ['a relative PIPWARD_HOME', [], { PIPWARD_HOME: 'x' }, 2, 'PIPWARD_HOME must be an absolute path'],
        ['an unknown argument', ['--sudo'], {}, 2, 'unknown argument: --sudo'],
        ['no HOME', [], { HOME: undefined }, 1, 'HOME is not set: set it to your home directory'],
        [
          'a HOME that is not there',
          [],
          { HOME: '/nonexistent/home' },
          1,
          'HOME is /nonexistent/home, which is not a folder',
        ],
        [
          'a prefix below a file',
          ['--prefix', '/dev/null/x'],
          {},
          1,
          '/dev/null/x could not be read or written: a part of',
        ],
        ['an uninstall of nothing', ['--uninstall'], {}, 1, 'pipward is not installed in '],
      ],
      3,
    ),
  )('%s', (_, args, env, status, message) => {
    const result = install([...args, '--yes'].slice(0, args[0] === '--prefix' && args.length === 1 ? 1 : 9), env);
    expect(result.status).toBe(status);
    expect(result.stderr).toContain(message);
    expect(snapshot(home)).toEqual([]);
  });

  test.skipIf(!existsSync('/proc/self'))('a prefix where the system makes no folders (needs /proc)', () => {
    const { status, stderr } = install(['--yes', '--prefix', '/proc/pipward/x']);
    expect(status).toBe(1);
    expect(stderr).toContain('/proc/pipward could not be read or written: a folder on that path is missing');
  });

  test('install.sh by a link works in its own folder; from standard input it has none', () => {
    symlinkSync(path.join(product, 'install.sh'), at('link'));
    symlinkSync('link', at('install'));
    expect(run(at('install'), ['--dry-run'])).toMatchObject({ status: 0, stderr: '' });
    const { status, stderr } = run('/bin/sh', ['-c', `cd "$HOME"; sh <"$0"`, path.join(product, 'install.sh')]);
    expect(status).toBe(1);
    expect(stderr).toContain("is not pipward's folder");
  });

  test.runIf(isMatrix)('the home directory itself, under whatever name (needs the matrix)', () => {
    symlinkSync(home, at('me'));
    for (const prefix of [home, `${home}/`, at('me'), at('x/..')]) {
      expect(install(['--yes', '--prefix', prefix])).toMatchObject({ status: 2 });
    }
  });

  test.runIf(isMatrix)('a folder with other files in it (needs the matrix)', () => {
    mkdirSync(at('full'));
    writeFileSync(at('full/file'), '');
    const { status, stderr } = install(['--yes', '--prefix', at('full')]);
    expect(status).toBe(1);
    expect(stderr).toContain('has other files in it');
    writeFileSync(at('full/manifest.json'), '{"schema": 2}');
    expect(install(['--yes', '--prefix', at('full')]).stderr).toContain('is not one that this pipward wrote');
    const other = at('other');
    mkdirSync(other);
    writeFileSync(path.join(other, 'notes'), 'secret\n');
    const marked = '# >>> pipward >>>\nsecret\n# <<< pipward <<<\n';
    const whole = { schema: 1, version: '', prefix: at('full'), files: [], profiles: [], createdFolders: [] };
    // What anyone may have written: it must lead to nothing but what setup writes.
    for (const foreign of [
      { files: ['../../x'] },
      { profiles: [{ path: path.join(other, 'notes'), existed: true, block: 'secret\n' }] },
      { profiles: [{ path: path.join(other, 'notes'), existed: true, block: `${marked}secret\n${marked}` }] },
    ]) {
      writeFileSync(at('full/manifest.json'), JSON.stringify({ ...whole, ...foreign }));
      expect(install(['--uninstall', '--yes', '--prefix', at('full')]).stderr).toContain(
        'is not one that this pipward',
      );
      expect(readFileSync(path.join(other, 'notes'), 'utf8')).toBe('secret\n');
    }
    const folders = [at('empty'), `${at('full')}-not`];
    for (const folder of folders) mkdirSync(folder);
    writeFileSync(at('full/manifest.json'), JSON.stringify({ ...whole, createdFolders: folders }));
    expect(install(['--uninstall', '--yes', '--prefix', at('full')]).status).toBe(0);
    expect(folders.filter((folder) => !existsSync(folder))).toEqual([]);
  });
});

describe('install.sh before there is a Node or a build', () => {
  /** A PATH with the named tools alone, and scripts in place of node and npm. */
  function toolbox(scripts: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(path.join(scratch, 'bin '));
    for (const name of ['sh', 'dirname', 'uname', 'find', 'cat', 'mkdir', 'touch', 'sed']) {
      symlinkSync(run('/bin/sh', ['-c', `command -v ${name}`]).stdout.trim(), path.join(folder, name));
    }
    for (const [name, script] of Object.entries(scripts)) {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(path.join(folder, name), 0o755);
    }
    return folder;
  }
  const node = `exec '${process.execPath.replaceAll("'", String.raw`'\''`)}' "$@"`;

  test.each(
    chooseSome(
      [
        ['none', {}, 'Node.js was not found on PATH; pipward needs Node.js 20.19 or later.'],
        ['one that is too old', { node: 'echo 18.20.4' }, 'node is version 18.20.4; pipward needs'],
        ['one that is just too old', { node: 'echo 20.18.3' }, 'node is version 20.18.3; pipward needs'],
        ['one that does not run', { node: 'exit 1' }, 'node does not run; pipward needs'],
        ['one that says something else', { node: 'echo v' }, 'node does not say its version; pipward needs'],
      ],
      3,
    ),
  )('Node: %s', (_, scripts, message) => {
    const { status, stderr } = install(['--yes'], { PATH: toolbox(scripts) });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).toContain('\n    nvm install 22 ');
    expect(snapshot(home)).toEqual([]);
  });

  test('a package without sources is not built, whatever the times of its files', () => {
    const script = withShim('exit 0');
    writeFileSync(path.join(path.dirname(script), 'package.json'), '{}');
    const { status, stdout, stderr } = run(script, ['--dry-run'], {
      PATH: toolbox({ node, npm: 'echo built; exit 1' }),
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).not.toContain('npm');
  });

  test.runIf(isMatrix)(
    'uninstalling without a Node and without an installation says how to do it by hand (needs the matrix)',
    () => {
      const { status, stderr } = install(['--uninstall'], { PATH: toolbox({}) });
      expect(status).toBe(1);
      expect(stderr).toContain(`3. Delete the folder ${installed()}\n`);
      // Whatever setup edits on a machine that has every shell is named.
      expect(install(['--yes']).status).toBe(0);
      for (const name of readdirSync(home).filter((each) => each !== '.local' && each !== '.config')) {
        expect(stderr.split(/[\s,]+/)).toContain(`~/${name}`);
      }
    },
  );

  /** The package with sources beside it, as in a checkout, and a build that is older than they. */
  function checkoutCopy(): string {
    const copy = mkdtempSync(path.join(scratch, 'checkout '));
    cpSync(product, copy, { recursive: true });
    mkdirSync(path.join(copy, 'src'));
    writeFileSync(path.join(copy, 'src/new.ts'), '');
    for (const name of ['call', 'admin', 'shim']) utimesSync(path.join(copy, `dist/${name}.cjs`), 1, 1);
    return copy;
  }
  const npm = `echo "npm $* NODE_OPTIONS=\${NODE_OPTIONS-none}" >>"$PWD/npm.log"; echo noise; [ "$1" != "$FAIL" ] || exit 1
[ "$1" != run ] || touch dist/call.cjs dist/warm-up.cjs dist/watch.cjs dist/reporter.cjs dist/recorder.cjs dist/admin.cjs dist/shim.cjs`;

  test('a checkout is built once, quietly, with what that needs', () => {
    const copy = checkoutCopy();
    const env = { PATH: toolbox({ node, npm }), NODE_OPTIONS: '--require /nonexistent.js' };
    const first = run(path.join(copy, 'install.sh'), ['--dry-run'], env);
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).not.toContain('noise');
    expect(run(path.join(copy, 'install.sh'), ['--dry-run'], env).status).toBe(0);
    expect(readFileSync(path.join(copy, 'npm.log'), 'utf8')).toBe(
      'npm ci --include=dev --no-audit --no-fund NODE_OPTIONS=none\nnpm run build NODE_OPTIONS=none\n',
    );
  });

  test.each(['ci', 'run'])('when npm %s fails, its output is shown', (command) => {
    const { status, stderr } = run(path.join(checkoutCopy(), 'install.sh'), ['--yes'], {
      PATH: toolbox({ node, npm }),
      FAIL: command,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(new RegExp(`npm ${command}.* failed:\nnoise`));
    expect(snapshot(home)).toEqual([]);
  });
});

describe.skipIf(!isInstalled('script'))('at a terminal', () => {
  // util-linux's script gives it one; what is typed comes from our pipe.
  const ask = (typed: string, args = '') =>
    spawnSync(
      'script',
      ['-qec', `sh '${path.join(product, 'install.sh').replaceAll("'", String.raw`'\''`)}' ${args}`, '/dev/null'],
      {
        encoding: 'utf8',
        input: typed,
        env: { HOME: home, PATH: process.env['PATH'], TERM: 'dumb', SHELL: '/bin/sh' },
      },
    );

  test('a no changes nothing', () => {
    const { status, stdout } = ask('n\n');
    expect(stdout).toContain('create  ~/.profile');
    expect(stdout).toContain('Go on? [Y/n] ');
    expect(stdout).toContain('nothing was changed');
    expect(status).toBe(1);
    expect(snapshot(home)).toEqual([]);
  });

  test.runIf(isMatrix)('the empty answer is a yes, and the second time nothing is asked (needs the matrix)', () => {
    expect(ask('\n').status).toBe(0);
    expect(existsSync(installed('shims/pip'))).toBe(true);
    const { status, stdout } = ask('');
    expect(status).toBe(0);
    expect(stdout).not.toContain('Go on?');
  });

  test('--yes asks nothing', () => {
    const { status, stdout } = ask('', '--yes');
    expect(status).toBe(0);
    expect(stdout).not.toContain('Go on?');
  });
});

test.skipIf(!isInstalled('shellcheck')).each(['install.sh', 'bin/pipward'])(
  '%s has no finding of shellcheck',
  (name) => {
    for (const dialect of ['dash', 'bash']) {
      expect(run('shellcheck', ['-s', dialect, path.join(product, name)])).toMatchObject({ status: 0, stdout: '' });
    }
  },
);

describe.each(chooseSome(['dash', 'bash', 'busybox sh'], 2))('as a script of %s', (name) => {
  const [shell = '', ...options] = name.split(' ');

  test.skipIf(!isInstalled(shell))('install.sh and pipward run', () => {
    const dryRun = run(shell, [...options, path.join(product, 'install.sh'), '--dry-run', `--prefix=${at('p')}`]);
    expect(dryRun).toMatchObject({ status: 0, stderr: '' });
    expect(dryRun.stdout).toContain(`write   ${at('p/shims/pip')} `);
    const version = run(shell, [...options, path.join(product, 'bin/pipward'), '--version']);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
