import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_LIMIT } from '../support/limits.ts';
import { listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const [old, newer] = ['3.12', '3.13'].map((prefix) =>
  listPyenvPythons().findLast(({ version }) => version.startsWith(prefix)),
);
const shells = ['bash', 'zsh', 'fish'].filter((name) => hasProgram(name));
const isMissing = old === undefined || newer === undefined || !isRoot;

/** `@` is the folder of this state; it has `here`, a project, and `there`, another one. */
type State = {
  readonly title: string;
  /** Folders where venv makes an environment (without pip, as uv does: an environment's own pip goes past us). */
  readonly environments: readonly string[];
  /** What is typed in `here`. ACTIVATE is the script for the shell, SET sets a variable in it. */
  readonly typed: readonly string[];
  readonly says: readonly string[];
  /** Whether the shells differ: in their activate scripts, in what they remember. */
  readonly everywhere?: boolean;
};

const uninstall = 'pip uninstall -y nothing-of-the-kind';
const activate = 'source @here/.venv/bin/ACTIVATE';
const elsewhere = 'so pip uses @base/python3; what to do: pipward doctor';

const all: readonly State[] = [
  { title: 'nothing is active', environments: [], typed: [uninstall], says: [] },
  {
    everywhere: true,
    title: 'active, in its project',
    environments: ['here/.venv'],
    typed: [activate, uninstall],
    says: [],
  },
  {
    title: 'active, in a folder below its project',
    environments: ['here/.venv'],
    typed: [activate, 'mkdir src', 'cd src', uninstall],
    says: [],
  },
  {
    everywhere: true,
    title: 'deleted while it is active: each time',
    environments: ['here/.venv'],
    typed: [activate, 'rm -r .venv', uninstall, uninstall],
    says: Array(2).fill(`VIRTUAL_ENV: @here/.venv does not exist, ${elsewhere}`),
  },
  {
    title: 'deleted, and deactivated',
    environments: ['here/.venv'],
    typed: [activate, 'rm -r .venv', 'deactivate', uninstall],
    says: [],
  },
  {
    title: 'moved while it is active',
    environments: ['here/.venv'],
    typed: [activate, 'mv .venv venv', uninstall],
    says: [`VIRTUAL_ENV: @here/.venv does not exist (it was moved to @here/venv), ${elsewhere}`],
  },
  {
    everywhere: true,
    title: 'moved before: its script activates the old place',
    environments: ['there/.venv'],
    typed: ['mv ../there/.venv .venv', activate, uninstall],
    says: [`VIRTUAL_ENV: @there/.venv does not exist (it was moved to @here/.venv), ${elsewhere}`],
  },
  {
    everywhere: true,
    title: 'its base was removed: its python is a link that leads nowhere',
    environments: ['here/.venv'],
    typed: [activate, 'rm .venv/bin/python*', 'ln -s /nonexistent/python .venv/bin/python', uninstall],
    says: [`VIRTUAL_ENV: @here/.venv/bin/python is a link that leads nowhere, ${elsewhere}`],
  },
  {
    title: 'its python may not be started',
    environments: ['here/.venv'],
    typed: [activate, 'rm .venv/bin/python*', 'touch .venv/bin/python', uninstall],
    says: [`VIRTUAL_ENV: @here/.venv/bin/python is not executable, ${elsewhere}`],
  },
  {
    title: 'a variable that names no environment',
    environments: [],
    typed: ['SET VIRTUAL_ENV @base', uninstall],
    says: [`VIRTUAL_ENV: @base/bin/python does not exist, ${elsewhere}`],
  },
  {
    title: 'a relative one',
    environments: ['here/.venv'],
    typed: ['SET VIRTUAL_ENV .venv', uninstall],
    says: [`VIRTUAL_ENV: .venv is not an absolute path, ${elsewhere}`],
  },
  {
    everywhere: true,
    title: "another project's, while there is one here: once a day",
    environments: ['here/.venv', 'there/.venv'],
    typed: ['source ../there/.venv/bin/ACTIVATE', uninstall, uninstall],
    says: ['the active environment @there/.venv is of the project @there, not of @here; what to do: deactivate'],
  },
  {
    title: "another project's, which may well be meant: none is here",
    environments: ['there/.venv'],
    typed: ['source ../there/.venv/bin/ACTIVATE', uninstall],
    says: [],
  },
  {
    title: "another project's, with a name of its own: it is for many",
    environments: ['here/.venv', 'there/tools'],
    typed: ['source ../there/tools/bin/ACTIVATE', uninstall],
    says: [],
  },
  {
    title: 'its base was upgraded in place: once a day',
    environments: ['here/.venv'],
    typed: [activate, 'ln -sfn @newer @base/python3', uninstall, uninstall, 'ln -sfn @old @base/python3'],
    says: [
      '@here/.venv was made for Python 3.12, its python is 3.13 now: packages installed before are not seen; what to do: recreate the environment',
    ],
  },
  {
    title: 'what changes nothing, goes elsewhere by its own words, or wants no advice',
    environments: ['here/.venv'],
    typed: [
      activate,
      'rm -r .venv',
      'pip list',
      'pip --version',
      'pip help install',
      'pip install --help',
      'pip install --target @here/x nothing-of-the-kind',
      'pip install --dry-run nothing-of-the-kind',
      `env PIPWARD_ADVICE=off ${uninstall}`,
      `env PIPWARD_PYTHON=@base/python3 ${uninstall}`,
    ],
    says: [],
  },
];

// Another user could not look into pyenv's folder below root's home.
describe.skipIf(isMissing)(
  'an active environment that is broken or contradicts (needs root, pyenv 3.12 and 3.13)',
  () => {
    let box: Sandbox;
    const at = (...names: readonly string[]) => path.join(box.folder, ...names);

    beforeAll(() => {
      box = createSandbox();
      for (const name of ['base', 'home-of-root']) mkdirSync(at(name));
    });
    afterAll(() => box.remove());

    test.each(chooseSome(shells, 1))(
      '%s',
      async (shell) => {
        const states = chooseSome(shell === shells[0] ? all : all.filter(({ everywhere }) => everywhere), 3);
        const root = at(shell);
        const fill = (text: string, folder: string) =>
          text
            .replace('ACTIVATE', shell === 'fish' ? 'activate.fish' : 'activate')
            .replace(/^SET (\S+) /, shell === 'fish' ? 'set -gx $1 ' : 'export $1=')
            .replaceAll('@newer', newer?.executable ?? '')
            .replaceAll('@old', old?.executable ?? '')
            .replaceAll('@base', at('base'))
            .replaceAll('@', `${folder}/`);
        rmSync(at('base/python3'), { force: true });
        symlinkSync(old?.executable ?? '', at('base/python3'));
        const lines = states.flatMap(({ environments, typed }, index) => {
          const folder = path.join(root, String(index));
          for (const name of ['here', 'there']) {
            mkdirSync(path.join(folder, name), { recursive: true });
            writeFileSync(path.join(folder, name, 'pyproject.toml'), '');
          }
          return [
            `echo 'STATE ${index}' >&2`,
            `cd '${folder}/here'`,
            ...environments.map((place) => `'${at('base/python3')}' -m venv --without-pip '${folder}/${place}'`),
            ...typed.map((line) => fill(line, folder)),
            // In the next state nothing is active.
            shell === 'fish'
              ? 'functions -q deactivate; and deactivate'
              : 'command -v deactivate >/dev/null && deactivate',
            shell === 'fish' ? 'set -e VIRTUAL_ENV' : 'unset VIRTUAL_ENV',
          ];
        });
        const { stderr } = await box.run([shell, '-c', lines.join('\n')], {
          // Its own: what was said today is not remembered in another user's.
          env: { PATH: `${box.shims}:${at('base')}:/usr/bin:/bin`, HOME: at('home-of-root'), CI: undefined },
          unprivileged: false,
        });
        const said = stderr
          .split(/^STATE \d+\n/m)
          .slice(1)
          .map((text) => text.split('\n').filter((line) => line.startsWith('pipward: ')));
        const expected = states.map(({ says }, index) =>
          says.map((line) => `pipward: ${fill(line, path.join(root, String(index)))}`),
        );
        const titled = (lists: readonly (readonly string[])[]) =>
          lists.map((list, index) => [states[index]?.title, list]);
        expect(titled(said)).toEqual(titled(expected));
      },
      TEST_LIMIT,
    );

    test.runIf(isMatrix)(
      'the command that doctor prints recreates it and keeps the list of its packages (needs the matrix)',
      async () => {
        const prefix = at('broken env');
        const run = (line: string) =>
          box.shell(line, {
            env: { PATH: `${box.shims}:${at('base')}:/usr/bin:/bin`, VIRTUAL_ENV: prefix },
            unprivileged: false,
          });
        await run(`'${old?.executable}' -m venv --without-pip '${prefix}'`);
        const site = path.join(prefix, 'lib/python3.12/site-packages');
        mkdirSync(path.join(site, 'kept-1.0.dist-info'));
        writeFileSync(
          path.join(site, 'kept-1.0.dist-info/METADATA'),
          'Metadata-Version: 2.1\nName: kept\nVersion: 1.0\n',
        );
        rmSync(path.join(prefix, 'bin/python'));
        symlinkSync('/nonexistent/python', path.join(prefix, 'bin/python'));
        const { stdout } = await run(`'${box.pipward}' doctor --json`);
        const report: { findings: readonly { subject: string; fix: string }[] } = JSON.parse(stdout);
        const fix = report.findings.find(({ subject }) => subject === 'VIRTUAL_ENV')?.fix;
        expect((await run(`${fix} && cat packages.txt && "$VIRTUAL_ENV/bin/python" -c 'print("works")'`)).stdout).toBe(
          'kept==1.0\nworks\n',
        );
      },
    );
  },
);
