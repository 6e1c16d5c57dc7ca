import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAdvice } from '../support/advice.ts';
import { simulateApt } from '../support/apt.ts';
import { backend, makeBrokenSdists, pyproject } from '../support/builds.ts';
import { copyInterpreter, listPyenvPythons, type Python } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, type RunOptions, type Sandbox } from '../support/sandbox.ts';
import { serveSimpleIndex } from '../support/simple-index.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const pythons = listPyenvPythons();
const find = (start: string) => pythons.findLast(({ version }) => version.startsWith(start));
/** With the pips that they came with: 18.1, 23.0.1, 23.2.1 (with setuptools and without), 24.2; 2.7 only lends its 19.2.3. */
const VERSIONS = ['2.7.', '3.6.', '3.9.', '3.11.', '3.12.', '3.13.'] as const;
type Version = (typeof VERSIONS)[number];
/** Debian's python3-wheel-whl has a wheel; its setuptools is made for Debian's Python, that of ensurepip for all up to 3.11. */
const shared = '/usr/share/python-wheels';
const ensured = path.join(path.dirname(find('3.11.')?.executable ?? ''), '../lib/python3.11/ensurepip/_bundled');
const builders = [shared, ensured].flatMap((folder) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith(folder === shared ? 'wheel-' : 'setuptools-'))
        .map((name) => path.join(folder, name))
    : [],
);
const missing = VERSIONS.some((version) => find(version) === undefined)
  ? `no pyenv Pythons ${VERSIONS.join(' ')}`
  : builders.length < 2
    ? 'no python3-wheel-whl'
    : hasSetpriv
      ? null
      : 'needs root and setpriv';

describe.skipIf(missing !== null)(`builds that fail${missing === null ? '' : ` (${missing})`}`, () => {
  let box: Sandbox;
  const copies = new Map<string, Python>();
  const templates = new Map<string, string>();
  let tools = '';

  beforeAll(async () => {
    box = createSandbox();
    tools = path.join(box.folder, 'tools');
    mkdirSync(tools);
    for (const file of builders) copyFileSync(file, path.join(tools, path.basename(file)));
    for (const version of VERSIONS) {
      const python = find(version);
      if (python !== undefined) copies.set(version, copyInterpreter(python, path.join(box.folder, `python${version}`)));
    }
    const libraries = [...copies.values()].map(({ executable }) => path.join(path.dirname(executable), '..', 'lib'));
    box.set('LD_LIBRARY_PATH', libraries.join(':'));
    makeBrokenSdists(box.wheels);
    makeWheel(box.wheels, 'demo-lib', '1.0');
    makeWheel(box.wheels, 'numpy', '1.0');
  });
  afterAll(() => box?.remove());

  const pipOf = (version: Version) => {
    const lib = path.join(
      path.dirname(copies.get(version)?.executable ?? ''),
      '..',
      'lib',
      `python${version.slice(0, -1)}`,
    );
    const folder = path.join(lib, 'ensurepip', '_bundled');
    const name = readdirSync(folder).find((file) => file.startsWith('pip-')) ?? '';
    return path.join(folder, name);
  };

  let count = 0;
  /** A project with an environment in use; ensurepip takes seconds, so its result is copied. */
  async function makeProject(version: Version, pip: Version | null = null) {
    count += 1;
    const name = `project-${count}`;
    const cwd = path.join(box.project, name);
    box.write(path.join(name, 'notes.txt'), '');
    const executable = copies.get(version)?.executable ?? '';
    const made = templates.get(version) ?? path.join(box.home, `template-${version}`);
    if (!templates.has(version)) await box.run([executable, '-m', 'venv', made]);
    templates.set(version, made);
    await box.run([executable, '-m', 'venv', '--without-pip', '.venv'], { cwd });
    await box.run(['cp', '-a', `${path.join(made, 'lib')}/.`, path.join(cwd, '.venv/lib')]);
    // pip keeps what it has built.
    const environment = { VIRTUAL_ENV: path.join(cwd, '.venv'), XDG_CACHE_HOME: path.join(cwd, '.cache') };
    if (pip !== null) await box.shell(`.venv/bin/python -m pip install --force-reinstall ${pipOf(pip)}`, { cwd });
    const run = (line: string, env: RunOptions['env'] = {}) =>
      box.typed(line, { cwd, env: { ...environment, ...env } });
    const isInstalled = async (project: string) => (await run(`.venv/bin/python -m pip show ${project}`)).status === 0;
    return { cwd, run, isInstalled };
  }

  /** setuptools and wheel can be had, too. */
  const withTools = () => ({ PIP_FIND_LINKS: `${box.wheels} ${tools}` });

  describe.each<[pip: string, version: Version]>(
    chooseSome(
      [
        ['23.0.1', '3.9.'],
        ['18.1', '3.6.'],
        ['23.2.1', '3.11.'],
      ],
      1,
    ),
  )('pip %s', (pip, version) => {
    let project: Awaited<ReturnType<typeof makeProject>>;
    beforeAll(async () => void (project = await makeProject(version)));
    const rows: readonly (readonly [line: string, headline: RegExp, row: RegExp])[] = [
      [
        'pip install needs-numpy',
        /building needs-numpy needs the module numpy\n/,
        /build says +\w+: No module named 'numpy'/,
      ],
      ['pip install -r list.txt', /: building raises failed\n/, /last error +RuntimeError: this build cannot go on/],
      ['pip wheel raises', /: building raises failed\n/, /last error/],
      ['pip install needs-tool', /building needs.tool needs a-build-tool>=3\n/, /pip says/],
      ['pip install rusty', /needs a Rust compiler\n/, /build says +error: can't find Rust compiler/],
      ['pip install needs-unknown', /needs the module a_module_of_nobody\n/, /build says/],
    ];
    test.each(chooseSome(rows.slice(0, pip === '23.0.1' ? rows.length : 4), 2))('%s', async (line, headline, row) => {
      const { run } = project;
      // The full form comes once a day for a directory.
      await run("rm -rf ~/.local/state; printf 'demo-lib\\nraises\\n' >list.txt");
      const { status, stdout, stderr } = await run(line, withTools());
      expect([status, `${stdout}${stderr}`.includes('18.1')]).toEqual([1, pip === '18.1']);
      const { text } = readAdvice(stderr, 'build-failed');
      expect(text).toMatch(headline);
      expect(text).toMatch(row);
      expect(text.includes('list.txt')).toBe(line.includes('list.txt'));
      expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(18);
    });
  });

  test.each<[case_: string, version: Version, line: string, project: string]>(
    chooseSome(
      [
        ['a build that failed and was made good, 18.1', '3.6.', 'pip install no-wheel', 'no-wheel'],
        ['a build that failed and was made good, 23.0.1', '3.9.', 'pip install no-wheel', 'no-wheel'],
        ['what a good build prints, 23.0.1', '3.9.', 'pip install -v noisy', 'noisy'],
        ['what a good build prints, 24.2', '3.13.', 'pip install -v noisy', 'noisy'],
      ],
      2,
    ),
  )('silence: %s', async (_, version, line, project) => {
    const { run, isInstalled } = await makeProject(version);
    const { status, stderr } = await run(line, withTools());
    expect([status, stderr]).toEqual([0, expect.not.stringMatching(/^\w+\[/m)]);
    expect(await isInstalled(project)).toBe(true);
  });

  test.each([
    ['pip install raises', 'building raises needs a newer setuptools', 'ImpImporter'],
    ['pip install needs-tool', 'needs a-build-tool>=3', 'pip says'],
  ])('pip 24.2, %s', async (line, headline, row) => {
    const { run } = await makeProject('3.13.');
    // With nothing newer at hand, pip takes a setuptools from before 2023.
    const { text } = readAdvice((await run(line, withTools())).stderr, 'build-failed');
    expect(text).toContain(headline);
    expect(text).toContain(row);
  });

  test('what the compiler said first is named, not that it failed', async () => {
    const { run } = await makeProject('3.9.');
    const { text, commands } = readAdvice((await run('pip install own-fails')).stderr, 'build-failed');
    expect(text).toMatch(/building own.fails failed: gcc reported an error/);
    expect(text).toContain("src/x.c:3:1: error: unknown type name 'strange'");
    expect(commands).toEqual([]);
  });

  test.skipIf(!hasProgram('cc') || !hasProgram('apt-get'))(
    'a header of a library: the package that has it',
    async () => {
      const { run } = await makeProject('3.9.');
      const { text, commands } = readAdvice((await run('pip install needs-postgres')).stderr, 'build-failed');
      expect(text).toContain('building needs-postgres needs libpq-fe.h');
      expect(commands).toEqual(['sudo apt install libpq-dev', 'pip install needs-postgres']);
      expect(simulateApt(commands[0] ?? '') ?? 'Inst libpq-dev').toMatch(/^Inst libpq-dev|libpq-dev is already/m);
    },
  );

  test.skipIf(!isMatrix || !hasProgram('apt-get'))(
    'no compiler: the package that has one (needs the matrix)',
    async () => {
      const { run } = await makeProject('3.9.');
      const { text, commands } = readAdvice(
        (await run('pip install needs-compiler', { CC: 'absent-cc' })).stderr,
        'build-failed',
      );
      expect(text).toContain('building needs-compiler needs absent-cc');
      expect(commands).toEqual(['sudo apt install build-essential', 'pip install needs-compiler']);
      expect(simulateApt(commands[0] ?? '') ?? 'build-essential').toMatch(/build-essential/);
    },
  );

  test.runIf(isMatrix)('a module that the build does not bring along (needs the matrix)', async () => {
    const { run, isInstalled } = await makeProject('3.9.');
    const { commands } = readAdvice((await run('pip install needs-numpy', withTools())).stderr, 'build-failed');
    expect(commands).toEqual([
      expect.stringMatching(/python -m pip install numpy setuptools wheel$/),
      'pip install --no-build-isolation needs-numpy',
    ]);
    expect(await run(commands.join(' && '), withTools())).toMatchObject({ status: 0 });
    expect(await isInstalled('needs-numpy')).toBe(true);
  });

  test.each<[case_: string, prepare: string, headline: string]>([
    ['no setuptools', '.venv/bin/python -m pip uninstall -y setuptools', 'needs the module setuptools'],
    ['setuptools without wheel', 'true', 'needs the package wheel'],
  ])('%s, --no-build-isolation', async (_, prepare, headline) => {
    const { run, isInstalled } = await makeProject('3.11.');
    await run(prepare);
    const { stderr } = await run('pip install --no-build-isolation plain', withTools());
    const { text, commands } = readAdvice(stderr, 'build-failed');
    expect(text).toContain(headline);
    expect(commands).toEqual([
      expect.stringMatching(/python -m pip install --upgrade setuptools wheel$/),
      'pip install --no-build-isolation plain',
    ]);
    expect(await run(commands.join(' && '), withTools())).toMatchObject({ status: 0 });
    expect(await isInstalled('plain')).toBe(true);
  });

  test.runIf(isMatrix)('Python 3.12 comes without setuptools (needs the matrix)', async () => {
    const { run } = await makeProject('3.12.');
    const { commands } = readAdvice(
      (await run('pip install --no-build-isolation plain', withTools())).stderr,
      'build-failed',
    );
    expect(commands[0]).toMatch(/python -m pip install --upgrade setuptools wheel$/);
  });

  test('--no-index: the build works with installed packages, once all are there', async () => {
    const { run, isInstalled } = await makeProject('3.11.');
    const first = readAdvice((await run('pip install declared')).stderr, 'build-failed');
    expect(first.text).toContain('building declared needs setuptools>=40.8.0');
    // Nothing that is installed can build it: what is left is the index.
    expect(first.commands).toEqual(['unset PIP_NO_INDEX', 'pip install declared']);
    await run('.venv/bin/python -m pip install wheel', withTools());
    await run('rm -rf ~/.local/state');
    const { commands } = readAdvice((await run('pip install declared')).stderr, 'build-failed');
    expect(commands).toEqual(['pip install --no-build-isolation declared']);
    expect(await run(commands.join(' && '))).toMatchObject({ status: 0 });
    expect(await isInstalled('declared')).toBe(true);
  });

  describe('an old pip', () => {
    test.runIf(isMatrix)(
      'does not see the wheel that is there: the upgrade comes first (needs the matrix)',
      async () => {
        const { run, isInstalled } = await makeProject('3.9.', '3.6.');
        const folder = path.join(box.folder, 'index');
        mkdirSync(folder);
        copyFileSync(path.join(box.wheels, 'rusty-1.0.tar.gz'), path.join(folder, 'rusty-1.0.tar.gz'));
        const wheel = makeWheel(folder, 'rusty', '1.0');
        renameSync(wheel, wheel.replace('py2.py3-none-any', 'py3-none-manylinux_2_17_x86_64'));
        copyFileSync(pipOf('3.9.'), path.join(folder, path.basename(pipOf('3.9.'))));
        const index = await serveSimpleIndex(folder);
        try {
          const env = { PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined, PIP_INDEX_URL: index.url };
          const { text, commands } = readAdvice((await run('pip install rusty', env)).stderr, 'build-failed');
          expect(text).toContain('pip 18.1');
          expect(commands).toEqual([
            expect.stringMatching(/python -m pip install --upgrade pip$/),
            'pip install rusty',
          ]);
          expect(await run(commands.join(' && '), env)).toMatchObject({ status: 0 });
        } finally {
          index.close();
        }
        expect(await isInstalled('rusty')).toBe(true);
      },
    );

    test.each<[case_: string, pip: Version, line: string, headline: string]>(
      chooseSome(
        [
          ['knows nothing but setup.py', '3.6.', 'pip install ./modern', 'pip 18.1 is too old for building'],
          ['cannot do -e', '2.7.', 'pip install -e ./modern', 'pip 19.2.3 is too old to install this project with -e'],
        ],
        1,
      ),
    )('%s', async (_, pip, line, headline) => {
      const { run, cwd, isInstalled } = await makeProject('3.9.', pip);
      box.write(path.join(cwd, 'modern/pyproject.toml'), pyproject(['demo-lib']));
      box.write(path.join(cwd, 'modern/own_backend.py'), backend('modern'));
      const pips = path.join(cwd, 'pips');
      mkdirSync(pips);
      copyFileSync(pipOf('3.9.'), path.join(pips, path.basename(pipOf('3.9.'))));
      // Without an index, a new pip has to be in one of the folders.
      const env = { PIP_FIND_LINKS: `${box.wheels} ${pips}` };
      const { text, commands } = readAdvice((await run(line, env)).stderr, 'build-failed');
      expect(text).toContain(headline);
      expect(commands).toEqual([expect.stringMatching(/python -m pip install --upgrade pip$/), line]);
      const after = await run(commands.join(' && '), env);
      expect(after.stderr).not.toMatch(/^\w+\[/m);
      expect(await isInstalled('modern')).toBe(true);
    });
  });
});
