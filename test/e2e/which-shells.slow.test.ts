import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_LIMIT } from '../support/limits.ts';
import { chooseSome } from '../support/matrix.ts';
import { hasPyenv, makeOwnPyenv, type OwnPyenv } from '../support/own-pyenv.ts';
import { listPyenvPythons } from '../support/pythons.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';

const versions = listPyenvPythons().map(({ version }) => version);
const newest = versions.at(-1) ?? '';
const other = versions.at(-2) ?? '';
const prefixOf = (version: string) => version.split('.').slice(0, 2).join('.');

/** One state: what is set up before, what is typed, and the Python that it means; null where the shell says an error. */
type State = {
  readonly title: string;
  /** The lines of a .python-version. */
  readonly file?: readonly string[];
  /** Those of pyenv's global file. */
  readonly global?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Below the folder that has the file. */
  readonly below?: string;
  /** Environments that the person activates first, by their folder's name. */
  readonly activate?: readonly string[];
  /** Whether they are deactivated again. */
  readonly deactivate?: boolean;
  /** The folder's name under which an environment is by now; '': it is deleted. */
  readonly moveTo?: string;
  /** The name that is called; `pip` goes with `python`, and so on. */
  readonly name?: string;
  readonly path?: 'without pyenv';
  /** A version of pyenv's, or a path; `@` is the folder of the environments. */
  readonly means: string | null;
};

const system = '/usr/bin/python3';
// (Debian's python-is-python3 makes another; the tests' own machine has none.)
const hasSystem = existsSync(system) && spawnSync('/usr/bin/python', ['-V']).error !== undefined;

const states: readonly State[] = [
  ...versions.flatMap((version): readonly State[] => [
    { title: `PYENV_VERSION=${version}`, env: { PYENV_VERSION: version }, means: version },
    { title: `.python-version: ${version}`, file: [version], means: version },
    {
      title: `python${prefixOf(version)}, one of several versions that are selected`,
      env: { PYENV_VERSION: versions.toReversed().join(':') },
      name: `python${prefixOf(version)}`,
      means: version,
    },
  ]),
  { title: '.python-version: a prefix', file: ['# ours', prefixOf(newest)], means: newest },
  { title: '.python-version: a major version', file: ['3'], means: newest },
  { title: '.python-version: python-X.Y.Z', file: [`python-${other}`], means: other },
  { title: '.python-version: several, the first counts', file: [other, newest], means: other },
  { title: '.python-version: several in one line: the first word', file: [`${other} ${newest}`], means: other },
  { title: '.python-version: several with a colon', file: [`${other}:${newest}`], means: other },
  { title: '.python-version: none that is installed', file: ['3.99.0'], means: null },
  { title: '.python-version: a patch that is not installed', file: [`${prefixOf(newest)}.99`], means: null },
  { title: '.python-version: one missing, then one that is there', file: ['3.99.0', newest], means: newest },
  { title: '.python-version: blank lines and spaces', file: ['', `  ${other}  `, ''], means: other },
  { title: '.python-version: CRLF', file: [`${other}\r`], means: other },
  { title: '.python-version: of a folder above', file: [other], below: 'src/deep', means: other },
  {
    title: '.python-version: an environment of pyenv-virtualenv',
    file: ['app'],
    means: '@pyenv/versions/app/bin/python',
  },
  {
    title: '.python-version: the same by its full name',
    file: [`${newest}/envs/app`],
    means: `@pyenv/versions/${newest}/envs/app/bin/python`,
  },
  { title: 'PYENV_VERSION goes before the file', file: [other], env: { PYENV_VERSION: newest }, means: newest },
  { title: 'PYENV_VERSION: a prefix', env: { PYENV_VERSION: prefixOf(other) }, means: other },
  { title: 'PYENV_VERSION: none that is installed', env: { PYENV_VERSION: '3.99.0' }, means: null },
  {
    title: 'PYENV_DIR: its file goes before that of the current folder',
    file: [other],
    env: { PYENV_DIR: '@dir' },
    means: newest,
  },
  { title: 'the global file', global: [other], means: other },
  { title: 'the global file: several', global: ['3.99.0', other], means: other },
  { title: 'the global file: a missing one', global: ['3.99.0'], means: null },
  { title: '.python-version goes before the global file', file: [newest], global: [other], means: newest },
  {
    title: 'python3 of the selected version',
    file: [other],
    name: 'python3',
    means: other.startsWith('3') ? other : null,
  },
  ...(hasSystem
    ? ([
        { title: '.python-version: system', file: ['system'], name: 'python3', means: system },
        {
          title: '.python-version: one missing, then system',
          file: ['3.99.0', 'system'],
          name: 'python3',
          means: system,
        },
        { title: '.python-version: a name that climbs out', file: ['../../../evil'], name: 'python3', means: system },
        { title: '.python-version: empty', file: [], name: 'python3', means: system },
        { title: 'nothing is selected', name: 'python3', means: system },
        { title: 'the global file: system', global: ['system'], name: 'python3', means: system },
        {
          title: 'PYENV_VERSION=system',
          file: [other],
          env: { PYENV_VERSION: 'system' },
          name: 'python3',
          means: system,
        },
      ] as const)
    : []),
  {
    title: 'without pyenv on PATH its file does not matter',
    file: ['3.99.0'],
    path: 'without pyenv',
    means: '@plain/python',
  },
  { title: 'an active environment', file: ['3.99.0'], activate: ['venv'], means: '@venv/bin/python' },
  { title: 'python3 of an active environment', activate: ['venv'], name: 'python3', means: '@venv/bin/python' },
  {
    title: 'pythonX.Y of an active environment',
    activate: ['venv'],
    name: `python${prefixOf(newest)}`,
    means: '@venv/bin/python',
  },
  {
    title: 'pythonX.Y, another version than that of the active environment',
    activate: ['venv'],
    env: { PYENV_VERSION: other },
    name: `python${prefixOf(other)}`,
    means: other,
  },
  { title: 'an environment in another', activate: ['venv', 'inner'], means: '@inner/bin/python' },
  { title: 'no longer active', file: [other], activate: ['venv'], deactivate: true, means: other },
  { title: 'active, and deleted', file: [other], activate: ['doomed'], moveTo: '', means: other },
  { title: 'active, and moved', file: [other], activate: ['roamer'], moveTo: 'moved', means: other },
  { title: 'active, its base is gone', file: [other], activate: ['dangling'], means: other },
  {
    title: 'activated at its new place, with the old one in its script',
    file: [other],
    activate: ['carried'],
    means: other,
  },
];

const shells = ['bash', 'zsh', 'fish'].filter((name) => hasProgram(name));
const kinds = shells.flatMap((shell) =>
  (
    [
      ['plain', '-c'],
      ['login', '-lc'],
      ['interactive', '-ic'],
    ] as const
  ).map(([way, flags]) => [shell, way, flags] as const),
);

// Another user could not look into pyenv's folder below root's home.
describe.skipIf(!hasPyenv || versions.length < 2 || !isRoot)(
  'what `python` means, to the shell and to us (needs root and pyenv)',
  () => {
    let sandbox: Sandbox;
    let pyenv: OwnPyenv;
    const at = (...names: readonly string[]) => path.join(sandbox.folder, ...names);

    beforeAll(async () => {
      sandbox = createSandbox();
      pyenv = makeOwnPyenv(at('pyenv'), newest);
      // A login shell resets PATH, so each shell's own files set ours, as a user's files do.
      const files = ['.bash_profile', '.bashrc', '.zshenv', '.zprofile', '.zshrc'];
      for (const name of files) writeFileSync(path.join(sandbox.home, name), 'export PATH="$TEST_PATH"\n');
      mkdirSync(path.join(sandbox.home, '.config/fish'), { recursive: true });
      writeFileSync(path.join(sandbox.home, '.config/fish/config.fish'), 'set -gx PATH (string split : $TEST_PATH)\n');
      const base = pyenv.pythons.at(-1)?.executable ?? '';
      for (const place of ['venv', 'inner', 'dangling', 'carried-before']) await makeVenv(base, at(place));
      await makeVenv(base, at('pyenv/versions', newest, 'envs/app'));
      symlinkSync(at('pyenv/versions', newest, 'envs/app'), at('pyenv/versions/app'));
      renameSync(at('carried-before'), at('carried'));
      for (const name of ['python', 'python3', `python${prefixOf(newest)}`]) {
        rmSync(at('dangling/bin', name));
        symlinkSync('/nonexistent/python', at('dangling/bin', name));
      }
      mkdirSync(at('plain'));
      symlinkSync(base, at('plain/python'));
      mkdirSync(at('dir'));
      writeFileSync(at('dir/.python-version'), `${newest}\n`);
      mkdirSync(at('evil/bin'), { recursive: true });
      writeFileSync(at('evil/bin/python'), '#!/bin/sh\necho "MEANT evil"\n');
      chmodSync(at('evil/bin/python'), 0o755);
      writeFileSync(at('meant.py'), 'import sys\nprint("MEANT " + sys.executable)\n');
      // What `pip` would start, as the shim asks; and the same in words, where there is time for it.
      writeFileSync(
        at('ask'),
        `#!/bin/sh\n'${sandbox.prefix}/node' '${sandbox.prefix}/dist/shim.cjs' decide "$1" list 3>&1 9>/dev/null </dev/null >/dev/null 2>&1\n` +
          `[ "$2" = fast ] || exec '${sandbox.prefix}/node' '${sandbox.prefix}/dist/admin.cjs' which "$1" --json\n`,
      );
      chmodSync(at('ask'), 0o755);
    }, TEST_LIMIT);
    afterAll(() => sandbox.remove());

    async function makeVenv(base: string, place: string) {
      const { status, stderr } = await sandbox.run([base, '-m', 'venv', '--without-pip', place], {
        unprivileged: false,
      });
      if (status !== 0) throw new Error(stderr);
    }

    /** What a person types in one state; every shell here understands it. */
    function write(state: State, index: number, shell: string, pace: string): readonly string[] {
      const folder = at('states', String(index));
      mkdirSync(path.join(folder, state.below ?? ''), { recursive: true });
      if (state.file !== undefined)
        writeFileSync(path.join(folder, '.python-version'), state.file.map((line) => `${line}\n`).join(''));
      const script = shell === 'fish' ? 'activate.fish' : 'activate';
      const assign = Object.entries(state.env ?? {}).map(([name, value]) => `${name}=${expand(value)}`);
      const searchPath = state.path === undefined ? null : `${sandbox.shims}:${at('plain')}:/usr/bin:/bin`;
      const own = [...assign, ...(searchPath === null ? [] : [`PATH=${searchPath}`])].join(' ');
      const name = state.name ?? 'python';
      return [
        `echo 'STATE ${index}'`,
        `cd '${path.join(folder, state.below ?? '')}'`,
        ...(state.global === undefined ? [] : [`cp '${folder}/global' '${pyenv.root}/version'`]),
        ...(state.activate ?? []).map((place) => `source '${at(place)}/bin/${script}'`),
        // Called once while it is active, so that the shell may remember where it was.
        ...(state.deactivate === true ? ['python -c 1', 'deactivate'] : []),
        ...(state.moveTo === '' ? [`rm -r '${at(state.activate?.at(-1) ?? '')}'`] : []),
        ...(state.moveTo ? [`mv '${at(state.activate?.at(-1) ?? '')}' '${at(state.moveTo)}'`] : []),
        `${own} ${name} '${at('meant.py')}'`,
        `${own} '${at('ask')}' ${name.replace('python', 'pip')} ${pace}`,
        ...(state.activate === undefined || state.deactivate === true ? [] : ['deactivate']),
        `rm -f '${pyenv.root}/version'`,
      ];
    }

    const expand = (text: string) => (text.startsWith('@') ? at(text.slice(1)) : text);
    const meantBy = ({ means, name = 'python' }: State) => {
      if (means === null) return null;
      if (/^[@/]/.test(means)) return expand(means);
      return at('pyenv/versions', means, 'bin', name);
    };

    /** The names of an environment's python are one program; we start it by the first. */
    const nameCanonically = (executable: string | null, { activate }: State) =>
      activate === undefined ? executable : (executable?.replace(/(\/venv\/bin\/python)[\d.]+$/, '$1') ?? null);

    /** The interpreter in the answer to the shim; of an environment without pip the one that `--python` names. */
    const readAnswer = (text: string) =>
      /^run [^]*'--python' '([^']+)'[^]* #pipward$/m.exec(text)?.[1] ??
      /^run '([^']+)'[^]* #pipward$/m.exec(text)?.[1] ??
      null;

    test.each(chooseSome(kinds, 2))(
      '%s, %s: what it means in each state',
      async (shell, way, flags) => {
        rmSync(at('states'), { recursive: true, force: true });
        for (const place of ['doomed', 'roamer', 'moved']) rmSync(at(place), { recursive: true, force: true });
        for (const place of ['doomed', 'roamer']) await makeVenv(pyenv.pythons.at(-1)?.executable ?? '', at(place));
        // The program that answers in words takes longer: it is asked in one of the shells.
        const pace = shell === shells[0] && way === 'plain' ? 'whole' : 'fast';
        const tried = chooseSome(states, 4);
        const lines = tried.flatMap((state, index) => write(state, index, shell, pace));
        for (const [index, { global }] of tried.entries()) {
          if (global !== undefined)
            writeFileSync(at('states', String(index), 'global'), global.map((line) => `${line}\n`).join(''));
        }
        const TEST_PATH = `${sandbox.shims}:${pyenv.shims}:/usr/bin:/bin`;
        const { stdout } = await sandbox.run([shell, flags, lines.join('\n')], {
          env: { PATH: TEST_PATH, TEST_PATH, PYENV_ROOT: pyenv.root, PYENV_VIRTUALENV_DISABLE_PROMPT: '1' },
          unprivileged: false,
        });
        const answers = new Map(
          stdout
            .split(/^STATE /m)
            .slice(1)
            .map((text) => [Number.parseInt(text, 10), text]),
        );
        const found = tried.map((state, index) => {
          const text = answers.get(index) ?? '';
          const json = text.split('\n').find((line) => line.startsWith('{'));
          const inWords: { resolution: { interpreter?: { executable: string } } } | null =
            json === undefined ? null : JSON.parse(json);
          return {
            state: state.title,
            meant: nameCanonically(/^MEANT (.+)$/m.exec(text)?.[1] ?? null, state),
            started: readAnswer(text),
            ...(inWords === null ? {} : { told: inWords.resolution.interpreter?.executable ?? null }),
          };
        });
        const expected = tried.map((state) => {
          const is = meantBy(state);
          return { state: state.title, meant: is, started: is, ...(pace === 'whole' ? { told: is } : {}) };
        });
        expect(found).toEqual(expected);
      },
      TEST_LIMIT,
    );
  },
);
