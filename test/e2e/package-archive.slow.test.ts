import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
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
import { LIMIT_SECONDS } from '../support/limits.ts';
import { buildTestProduct, unpackOwnArchive } from '../support/packages.ts';
import { snapshot } from '../support/product.ts';
import { copyInterpreter, listPyenvPythons } from '../support/pythons.ts';
import { hasSetpriv, NOBODY } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';
import { isMatrix } from '../support/matrix.ts';

const python = listPyenvPythons().findLast(({ version }) => version.startsWith('3.12'));
const missing =
  python === undefined ? ' (no pyenv Python 3.12 to copy)' : hasSetpriv ? '' : ' (needs root and setpriv)';

/** What a machine without Node has. */
const PROGRAMS = 'sh bash cat dirname env grep id ls mkdir readlink rm sed stty timeout uname';

describe.skipIf(missing !== '')(`an archive on a machine without Node${missing}`, () => {
  let scratch = '';
  let home = '';
  let original = '';
  const product = buildTestProduct();

  beforeAll(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), 'pipward-archive-'));
    chmodSync(scratch, 0o755);
    mkdirSync(path.join(scratch, 'bin'));
    original = await unpackOwnArchive(product, path.join(scratch, 'original'));
    for (const name of PROGRAMS.split(' ')) {
      const found = ['/usr/bin', '/bin'].map((folder) => `${folder}/${name}`).find((file) => existsSync(file));
      if (found !== undefined) symlinkSync(found, path.join(scratch, 'bin', name));
    }
    if (python === undefined) return;
    const { executable } = copyInterpreter(python, path.join(scratch, 'python'));
    // A shared libpython is looked for where the original is, which this user may not read.
    writeFileSync(
      path.join(scratch, 'bin/python3'),
      `#!/bin/sh\nLD_LIBRARY_PATH=${scratch}/python/lib exec ${executable} "$@"\n`,
      { mode: 0o755 },
    );
    mkdirSync(path.join(scratch, 'wheels'));
    makeWheel(path.join(scratch, 'wheels'), 'demo-app');
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

  /** Unpacks the archive where the user may change it. */
  function unpack(): string {
    const folder = path.join(scratch, 'unpacked');
    rmSync(folder, { recursive: true, force: true });
    spawnSync('cp', ['-a', original, folder]);
    spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);
    return folder;
  }

  function makeHome(): void {
    home = mkdtempSync(path.join(scratch, 'home-'));
    spawnSync('chown', [`${NOBODY}:${NOBODY}`, home]);
  }

  /** Runs as a user who has nothing but these programs. */
  function run(...command: readonly string[]) {
    const user = ['/usr/bin/setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
    const [program = '', ...args] = [...user, ...command];
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: home,
      encoding: 'utf8',
      env: {
        HOME: home,
        PATH: path.join(scratch, 'bin'),
        SHELL: '/bin/bash',
        LANG: 'C.UTF-8',
        PIP_NO_INDEX: '1',
        PIP_FIND_LINKS: path.join(scratch, 'wheels'),
        PIP_DISABLE_PIP_VERSION_CHECK: '1',
      },
      timeout: LIMIT_SECONDS * 1000,
      killSignal: 'SIGKILL',
    });
    return { status, stdout, stderr };
  }
  /** Runs a line where the startup file was read. (A login shell would read /etc/profile, which sets another PATH.) */
  const typed = (line: string) => run('bash', '-c', `. "$HOME/.bashrc" && ${line}`);

  test('it installs, pip falls back with advice, doctor finds its Node, and unsetup leaves nothing', () => {
    makeHome();
    const before = snapshot(home);
    const folder = unpack();
    expect(run('sh', '-c', 'command -v node npm').stdout).toBe('');
    const installed = run(path.join(folder, 'install.sh'), '--yes');
    expect([installed.status, installed.stdout]).toEqual([0, expect.stringContaining('will be set up for this user')]);
    // The folder of the archive may be deleted.
    rmSync(folder, { recursive: true });
    const node = path.join(home, '.local/share/pipward/node');
    expect(lstatSync(node).isFile()).toBe(true);

    const call = typed('pip install demo-app');
    expect([call.status, call.stdout]).toEqual([0, expect.stringContaining('Successfully installed demo-app-1.0')]);
    expect(call.stderr).toContain('user-install-fallback');
    expect(typed('pipward doctor --verbose').stdout).toMatch(
      /^(?:ok|note) +Node:? +~\/\.local\/share\/pipward\/node, version/m,
    );
    expect(typed('pipward setup --refresh').stdout).toContain('nothing to refresh');

    expect(typed('pip uninstall -y demo-app').status).toBe(0);
    const removed = typed('pipward unsetup --yes');
    expect([removed.status, removed.stderr]).toEqual([0, '']);
    rmSync(path.join(home, '.cache'), { recursive: true, force: true });
    const left = snapshot(home).filter((line) => !before.includes(line));
    // pip's own folder for users.
    expect(left.filter((line) => !/^\.local\/ |^\.local\/(?:lib|bin)/.test(line))).toEqual([]);
  });

  test('without installing, its own pipward and shim run with its Node', () => {
    makeHome();
    const folder = unpack();
    expect(run(path.join(folder, 'bin/pipward'), '--version').stdout.trim()).toBe(product.version);
    expect(run(path.join(folder, 'shims/pip'), 'list', '--debug').stderr).not.toContain('Node.js was not found');
  });

  test.runIf(isMatrix)(
    'an upgrade and a downgrade are named, and what the user trusts stays (needs the matrix)',
    () => {
      makeHome();
      const state = path.join(home, '.local/state/pipward');
      const installVersion = (version: string) => {
        const folder = unpack();
        // The version of the program is that of the build.
        for (const name of ['dist/admin.cjs', 'dist/call.cjs']) {
          const file = path.join(folder, name);
          writeFileSync(file, readFileSync(file, 'utf8').replaceAll(`"${product.version}"`, `"${version}"`));
        }
        return run(path.join(folder, 'install.sh'), '--yes');
      };
      expect(installVersion('1.9.0').stdout).toContain('pipward 1.9.0 will be set up for this user:');
      expect(typed('mkdir app && cd app && python3 -m venv .venv && pipward trust .venv').status).toBe(0);
      const trusted = snapshot(state);
      expect(trusted.length).toBeGreaterThan(0);
      expect(installVersion('1.10.0').stdout).toContain('pipward will be upgraded, 1.9.0 -> 1.10.0, for this user:');
      expect(snapshot(state)).toEqual(trusted);
      expect(typed('pipward --version').stdout.trim()).toBe('1.10.0');
      const back = installVersion('1.9.0');
      expect([back.status, back.stdout]).toEqual([
        0,
        expect.stringContaining('pipward will be downgraded, 1.10.0 -> 1.9.0, for this user:'),
      ]);
      expect(snapshot(state)).toEqual(trusted);
      expect(installVersion('1.9.0').stdout).toContain('is set up in ~/.local/share/pipward already');
    },
  );

  test('install.sh --uninstall of the archive removes it', () => {
    makeHome();
    const folder = unpack();
    expect(run(path.join(folder, 'install.sh'), '--yes', '--no-modify-path').status).toBe(0);
    expect(run(path.join(folder, 'install.sh'), '--uninstall', '--yes').status).toBe(0);
    expect(existsSync(path.join(home, '.local/share/pipward'))).toBe(false);
  });

  test.each([
    ['is for another machine', '#!/nonexistent/loader\n', 'Take the archive for this machine'],
    [
      'lacks a library',
      '#!/bin/sh\necho "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file" >&2\nexit 127\n',
      'sudo apt-get install libatomic1',
    ],
  ])('install.sh changes nothing and says why, if its Node %s', (_, program, said) => {
    makeHome();
    const folder = unpack();
    renameSync(path.join(folder, 'node'), path.join(folder, 'other'));
    writeFileSync(path.join(folder, 'node'), program, { mode: 0o755 });
    // A Node on PATH is not taken instead.
    symlinkSync('/usr/bin/true', path.join(scratch, 'bin/node'));
    const { status, stderr } = run(path.join(folder, 'install.sh'), '--yes');
    rmSync(path.join(scratch, 'bin/node'));
    expect([status, stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(stderr).toContain('Nothing was changed.');
    expect(snapshot(home)).toEqual([]);
  });
});
