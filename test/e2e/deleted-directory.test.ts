import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { makeEnvironment } from '../support/environments.ts';
import { TEST_LIMIT } from '../support/limits.ts';
import { chooseSome } from '../support/matrix.ts';
import { findAnyPython, listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, type Sandbox } from '../support/sandbox.ts';
import { makeWheel } from '../support/wheel.ts';

/** Old pips never ask for the current directory in pip/__main__.py; Pythons before 3.11 have no -P. */
const pythons = [
  ...['2.7', '3.6', '3.9'].flatMap((prefix) => listPyenvPythons().filter(({ version }) => version.startsWith(prefix))),
  ...[findAnyPython()].filter((python) => python !== null),
];
const shells = [['dash'], ['bash'], ['busybox', 'ash'], ['ksh'], ['mksh'], ['zsh']].filter(([name = '']) =>
  hasProgram(name),
);

/** What sh says of the directory before the first line of the shim, and where it starts a monitored pip. */
const COMPLAINTS = /^(?:sh: 0: getcwd\(\)|shell-init: error retrieving current directory).*\n/gm;
/** What each mode of the shim runs; a download writes below the home directory. */
const CALLS = ['--version', 'list --format=freeze', 'completion --bash', 'download --no-deps -d "$OUT" demo-lib'];

describe.skipIf(pythons.length === 0)('a deleted directory (skipped without any Python)', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());

  /** Returns what pip's own script does, which users had before (`python -m pip` ends with a traceback), and the shim. */
  async function runBoth(script: string, variables: Readonly<Record<string, string>>, sh: readonly string[]) {
    const results: { readonly bare: object[]; readonly ours: object[] } = { bare: [], ours: [] };
    for (const [who, program] of [
      ['bare', script],
      ['ours', `${sh.join(' ')} ${box.pip}`],
    ] as const) {
      const out = path.join(box.home, `out-${who}`);
      for (const call of CALLS) {
        const { status, stdout, stderr } = await box.shell(
          `mkdir gone && cd gone && rmdir ../gone && ${program} ${call}`,
          {
            env: { ...variables, OUT: out },
            unprivileged: false,
          },
        );
        results[who].push({
          call,
          status,
          stdout: stdout.replaceAll(out, '$OUT'),
          stderr: stderr.replaceAll(COMPLAINTS, '').replace(/\nadvice\[directory-deleted\][^]*/, ''),
        });
      }
      rmSync(out, { recursive: true, force: true });
    }
    return results;
  }

  test.each(chooseSome(pythons, 2))(
    'Python $version outside of environments: pip says in one line that the directory is gone',
    async ({ executable }) => {
      const folder = path.dirname(executable);
      const variables = { PATH: `${box.shims}:${folder}:/usr/bin:/bin` };
      const { bare, ours } = await runBoth(`${executable} ${folder}/pip`, variables, ['dash']);
      expect(ours).toEqual(bare);
    },
    TEST_LIMIT,
  );

  test.each(chooseSome(pythons.filter((python) => !python.version.startsWith('2')).toReversed(), 1))(
    'Python $version in an active environment: pip works',
    async (python) => {
      const environment = path.join(box.folder, `environment-${python.version}`);
      makeEnvironment(python, environment);
      const variables = { VIRTUAL_ENV: environment, PATH: `${box.shims}:${environment}/bin:/usr/bin:/bin` };
      for (const sh of chooseSome(shells, 2)) {
        const { bare, ours } = await runBoth(`${environment}/bin/pip`, variables, sh);
        expect({ sh, ours }).toEqual({ sh, ours: bare });
      }
    },
    TEST_LIMIT,
  );

  test('what is printed leads out of it, also into a new directory of the same name', async () => {
    const env = { PATH: `${box.shims}:${path.dirname(pythons.at(-1)?.executable ?? '')}:/usr/bin:/bin` };
    const options = { env, unprivileged: false };
    const gone = 'mkdir gone; cd gone; rmdir ../gone; pip install --target "$HOME/t" demo-lib';
    const { status, stderr } = await box.typed(gone, options);
    expect(status).toBe(1);
    const { commands } = readAdvice(stderr, 'directory-deleted');
    expect(commands).toEqual(['cd', 'cd "$PWD"']);
    const again = `mkdir ${path.join(box.project, 'gone')}`;
    const ways = [commands[0], `${again} && ${commands[1]}`];
    for (const way of ways) {
      const followed = await box.typed(`${gone}; ${way} && pip install --upgrade --target "$HOME/t" demo-lib`, options);
      expect(followed.stdout).toContain('Successfully installed demo-lib-1.0');
    }
    const recipe = await box.shell(gone, options);
    expect(recipe.stderr).toContain('advice[directory-deleted]: ');
    expect(recipe.stderr).not.toContain('cd');
  });
});
