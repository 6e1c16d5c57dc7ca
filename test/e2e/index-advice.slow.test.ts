import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyInterpreter, listPyenvPythons, type Python } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, type RunOptions, type Sandbox } from '../support/sandbox.ts';
import { serveIndex } from '../support/index-server.ts';
import { serveSimpleIndex, type SimpleIndexOptions } from '../support/simple-index.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const pythons = listPyenvPythons();
const find = (start: string) => pythons.findLast(({ version }) => version.startsWith(start));
const [used, spare, bundling] = [find('3.9.'), find('3.12.'), find('3.6.')];
const missing =
  used === undefined || spare === undefined || bundling === undefined
    ? 'no pyenv Pythons 3.6, 3.9, 3.12'
    : hasSetpriv
      ? null
      : 'needs root and setpriv';

describe.skipIf(missing !== null)(
  `what is printed about indexes works as printed${missing === null ? '' : ` (${missing})`}`,
  () => {
    let box: Sandbox;
    let main: Python;
    let template: string;

    beforeAll(async () => {
      if (used === undefined || spare === undefined) return;
      box = createSandbox();
      main = copyInterpreter(used, path.join(box.folder, 'python39'));
      const other = copyInterpreter(spare, path.join(box.folder, 'python312'));
      box.set('LD_LIBRARY_PATH', [main, other].map(libraries).join(':'));
      box.link(path.join(path.dirname(other.executable), 'python3.12'), 'python3.12');
      box.set('PATH', `${box.shims}:${path.dirname(main.executable)}:${path.dirname(other.executable)}:/usr/bin:/bin`);
      template = path.join(box.home, 'template');
      await box.run([main.executable, '-m', 'venv', template]);
      makeWheel(box.wheels, 'demo-lib', '1.0');
      makeWheel(box.wheels, 'demo-lib', '2.0');
      makeWheel(box.wheels, 'demo-lib', '3.0rc1');
      makeWheel(box.wheels, 'demo-app', '1.0', { requires: ['demo-lib<2'] });
      makeWheel(box.wheels, 'demo-web', '1.0', { requires: ['demo-lib>=2'] });
      makeWheel(box.wheels, 'needs-new', '1.0', { python: '>=3.12' });
      makeWheel(box.wheels, 'requests', '2.0');
      makeWheel(box.wheels, 'opencv-python', '4.0');
    });
    afterAll(() => box?.remove());

    const libraries = ({ executable }: Python) => path.join(path.dirname(path.dirname(executable)), 'lib');

    /** A project with an environment of Python 3.9 in use; the full form comes once a day for a directory. */
    async function makeProject(name: string, python: Python = main) {
      const cwd = path.join(box.project, name);
      box.write(path.join(name, 'pyproject.toml'), '');
      // ensurepip takes seconds; its result is copied.
      await box.run([python.executable, '-m', 'venv', '--without-pip', '.venv'], { cwd });
      await box.run(['cp', '-a', `${path.join(template, 'lib')}/.`, path.join(cwd, '.venv/lib')]);
      const active = { VIRTUAL_ENV: path.join(cwd, '.venv') };
      const pip = (line: string, env: RunOptions['env'] = {}) => box.typed(line, { cwd, env: { ...active, ...env } });
      const isInstalled = (file: string, environment = '.venv') => {
        const lib = path.join(cwd, environment, 'lib');
        return readdirSync(lib).some((version) =>
          existsSync(path.join(lib, version, 'site-packages', `${file}.dist-info`)),
        );
      };
      return { cwd, pip, isInstalled };
    }

    const commandsOf = (text: string) =>
      text
        .split('\n')
        .filter((line) => /^ {4}\S/.test(line) && line.startsWith('    '))
        .map((line) => line.trim());

    /** What stands below the last headline of ours. */
    function adviceOf(stderr: string, code: string): string {
      const at = stderr.search(new RegExp(`^(?:advice|warning)\\[${code}\\]`, 'm'));
      if (at === -1) throw new Error(`no ${code} in:\n${stderr}`);
      return stderr.slice(at);
    }

    async function withIndex(
      options: SimpleIndexOptions,
      use: (index: Awaited<ReturnType<typeof serveSimpleIndex>>) => Promise<void>,
    ) {
      const index = await serveSimpleIndex(box.wheels, options);
      try {
        await use(index);
      } finally {
        index.close();
      }
    }

    const fromIndex = (url: string) => ({ PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined, PIP_INDEX_URL: url });

    test('requires-python: an environment with the Python that is here', async () => {
      const { pip, isInstalled } = await makeProject('python');
      const { stderr, status } = await pip('pip install needs-new');
      expect(status).toBe(1);
      const advice = adviceOf(stderr, 'requires-python');
      expect(advice).toMatch(/^advice\[requires-python\]: needs-new needs Python >=3\.12, not 3\.9\.18\n/);
      const commands = commandsOf(advice);
      expect(commands).toEqual(['python3.12 -m venv .venv-2', 'source .venv-2/bin/activate', 'pip install needs-new']);
      expect(await pip(commands.join(' && '))).toMatchObject({ status: 0 });
      expect(isInstalled('needs_new-1.0', '.venv-2')).toBe(true);
    });

    test.runIf(isMatrix)('requires-python: the newest version for this Python (needs the matrix)', async () => {
      const { pip, isInstalled } = await makeProject('older');
      // pip 23.0 says what it skipped.
      await withIndex({ python: { 'demo_lib-2.0-py2.py3-none-any.whl': '>=3.99' } }, async ({ url }) => {
        const { stderr } = await pip('pip install demo-lib==2.0', fromIndex(url));
        const commands = commandsOf(adviceOf(stderr, 'requires-python'));
        expect(commands).toEqual(['pip install demo-lib==1.0']);
        expect(await pip(commands.join(' && '), fromIndex(url))).toMatchObject({ status: 0 });
      });
      expect(isInstalled('demo_lib-1.0')).toBe(true);
    });

    test.each(
      chooseSome(
        [
          [
            'a wrong name with a version',
            "pip install 'opencv>=1'",
            "pip install 'opencv-python>=1'",
            'opencv_python-4.0',
          ],
          ['a module', 'pip install --no-deps cv2', 'pip install --no-deps opencv-python', 'opencv_python-4.0'],
          ['a version that is not there', 'pip install demo-lib==9.9', 'pip install demo-lib==2.0', 'demo_lib-2.0'],
          ['a pre-release alone', "pip install 'demo-lib>=2.5'", 'pip install demo-lib==3.0rc1', 'demo_lib-3.0rc1'],
          ['a file without -r', 'pip install list.txt', 'pip install -r list.txt', 'demo_app-1.0'],
        ],
        3,
      ),
    )('no-matching-distribution: %s', async (label, line, fixed, installed) => {
      const { pip, isInstalled, cwd } = await makeProject(label.replaceAll(' ', '-'));
      writeFileSync(path.join(cwd, 'list.txt'), 'demo-app\n');
      const { stderr } = await pip(line);
      const commands = commandsOf(adviceOf(stderr, 'no-matching-distribution'));
      expect(commands).toEqual([fixed]);
      expect(await pip(fixed)).toMatchObject({ status: 0 });
      expect(isInstalled(installed)).toBe(true);
    });

    test.each([
      ['an option', 'pip install --retries 0 flask', {}, ['pip install flask']],
      ['a variable', 'pip install flask', { PIP_RETRIES: '0' }, ['unset PIP_RETRIES', 'pip install flask']],
    ])(
      'no retries by %s, and no index reached: nothing is claimed of Python or the project',
      async (label, line, env, fixed) => {
        const { pip } = await makeProject(`retries-${label.replaceAll(' ', '-')}`);
        const { stderr, status } = await pip(line, { ...fromIndex('http://127.0.0.1:9/simple/'), ...env });
        expect(status).toBe(1);
        const advice = adviceOf(stderr, 'no-matching-distribution');
        expect(advice).toContain('pip may not have reached the index');
        expect(advice).not.toContain('this Python');
        expect(commandsOf(advice)).toEqual(fixed);
      },
    );

    test.runIf(isMatrix)(
      'no network: the index in force is named, and a file without -r is still seen (needs the matrix)',
      async () => {
        const { pip, cwd } = await makeProject('offline');
        writeFileSync(path.join(cwd, 'requirements.txt'), 'demo-app\n');
        const env = fromIndex('https://index.invalid/simple/');
        const { stderr } = await pip('pip install --retries 1 flask', env);
        expect(adviceOf(stderr, 'network')).toContain('the host name index.invalid could not be resolved');
        const advice = adviceOf(
          (await pip('pip install --retries 1 requirements.txt', env)).stderr,
          'no-matching-distribution',
        );
        expect(advice).toContain('requirements.txt is a file; -r was left out');
        expect(advice).toContain('index.invalid could not be resolved');
        expect(commandsOf(advice)).toEqual(['pip install --retries 1 -r requirements.txt']);
      },
    );

    test('a folder of wheels as an index, one that is not there, and one of --find-links', async () => {
      const { pip, isInstalled } = await makeProject('folders');
      const online = { PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined };
      const { stderr } = await pip(`pip install -i file://${box.wheels} demo-lib`, online);
      const commands = commandsOf(adviceOf(stderr, 'no-matching-distribution'));
      expect(commands).toEqual([`pip install --no-index --find-links ${box.wheels} demo-lib`]);
      expect(await pip(commands.join('\n'), online)).toMatchObject({ status: 0 });
      expect(isInstalled('demo_lib-2.0')).toBe(true);
      const gone = await pip('pip install -i file:///nowhere/simple demo-web', online);
      expect(adviceOf(gone.stderr, 'no-matching-distribution')).toContain('the folder of the index does not exist');
      const links = await pip('pip install --no-index -f nowhere demo-web', online);
      expect(adviceOf(links.stderr, 'no-matching-distribution')).toContain('the folder of --find-links does not exist');
    });

    test('what an index answered is told after the printed command', async () => {
      const { pip } = await makeProject('answers');
      await withIndex({}, async ({ url }) => {
        const wrong = fromIndex(url.replace('simple', 'wrong'));
        const first = adviceOf((await pip('pip install demo-lib', wrong)).stderr, 'no-matching-distribution');
        expect(first).toContain('end in /simple/');
        const commands = commandsOf(first);
        expect(commands).toEqual(['pip install -vv --dry-run demo-lib']);
        const second = adviceOf((await pip(commands.join('\n'), wrong)).stderr, 'no-matching-distribution');
        expect(second).toContain('the index has no project demo-lib');
      });
    });

    test('an index that asks for a user name, without a terminal', async () => {
      const { pip } = await makeProject('login');
      const server = await serveIndex(path.join(box.wheels, 'demo_lib-2.0-py2.py3-none-any.whl'));
      try {
        const { stderr, status } = await pip('pip install demo-lib', fromIndex(`${server.url}/private/`));
        expect(status).toBe(2);
        expect(adviceOf(stderr, 'network')).toContain('127.0.0.1 asks for a user name');
      } finally {
        server.close();
      }
    });

    test('a mistyped name is asked about, and no command installs the guess', async () => {
      const { pip } = await makeProject('guess');
      const advice = adviceOf((await pip('pip install reqeusts')).stderr, 'no-matching-distribution');
      expect(advice).toContain('this is a guess: look at requests on the index first');
      expect(commandsOf(advice)).toEqual([]);
    });

    test.runIf(isMatrix)(
      'pip install -v of a setup.py that raises: not for want of setuptools (needs the matrix)',
      async () => {
        const { pip, cwd } = await makeProject('raises');
        writeFileSync(path.join(cwd, 'setup.py'), 'raise RuntimeError("this build cannot go on")\n');
        const { stderr } = await pip('pip install -v --no-build-isolation .');
        const advice = adviceOf(stderr, 'build-failed');
        expect(advice).toContain('RuntimeError: this build cannot go on');
        expect(advice).not.toContain('setuptools');
      },
    );

    test.each([
      ['variable', 'pip install demo-web', { PIP_NO_INDEX: '1' }, ['unset PIP_NO_INDEX', 'pip install demo-web']],
      ['option', 'pip install --no-index demo-web', {}, ['pip install demo-web']],
    ])('no-matching-distribution: told to use no index by a %s', async (label, line, env, fixed) => {
      const { pip, isInstalled } = await makeProject(`no-index-${label}`);
      await withIndex({}, async ({ url }) => {
        const { stderr } = await pip(line, { ...fromIndex(url), ...env });
        const commands = commandsOf(adviceOf(stderr, 'no-matching-distribution'));
        expect(commands).toEqual(fixed);
        expect(await pip(commands.join('\n'), { ...fromIndex(url), ...env })).toMatchObject({ status: 0 });
      });
      expect(isInstalled('demo_web-1.0')).toBe(true);
    });

    test.runIf(isMatrix)(
      'no-matching-distribution: of a pip.conf the file and line are named (needs the matrix)',
      async () => {
        const { pip, cwd } = await makeProject('no-index-file');
        writeFileSync(path.join(cwd, '.venv', 'pip.conf'), '[global]\nno-index = yes\n');
        const { stderr } = await pip('pip install demo-web', { PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined });
        expect(adviceOf(stderr, 'no-matching-distribution')).toContain('.venv/pip.conf:2');
      },
    );

    test.runIf(isMatrix)(
      'ssl-module-missing: an environment with a Python that has it (needs the matrix)',
      async () => {
        if (used === undefined) return;
        const bare = copyInterpreter(used, path.join(box.folder, 'python-without-ssl'));
        const modules = path.join(path.dirname(bare.executable), '../lib/python3.9/lib-dynload');
        for (const name of readdirSync(modules)) if (name.startsWith('_ssl.')) rmSync(path.join(modules, name));
        const { pip, isInstalled } = await makeProject('without-ssl', bare);
        const { stderr } = await pip('pip install --retries 1 demo-lib', fromIndex('https://127.0.0.1:1/simple/'));
        const commands = commandsOf(adviceOf(stderr, 'ssl-module-missing'));
        expect(commands).toEqual([
          'python3.12 -m venv .venv-2',
          'source .venv-2/bin/activate',
          'pip install --retries 1 demo-lib',
        ]);
        expect(await pip(commands.join(' && '))).toMatchObject({ status: 0 });
        expect(isInstalled('demo_lib-2.0', '.venv-2')).toBe(true);
      },
    );

    test.each([
      ['variables', '', { http_proxy: 'http://ada:secret@127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1' }],
      ['an option', '--proxy http://127.0.0.1:1 ', {}],
    ])('network: a dead proxy from %s', async (label, option, env) => {
      const { pip, isInstalled } = await makeProject(`proxy-${label.replace(' ', '-')}`);
      await withIndex({}, async ({ url }) => {
        const { stderr } = await pip(`pip install ${option}--retries 1 demo-lib`, { ...fromIndex(url), ...env });
        const advice = adviceOf(stderr, 'network');
        expect(advice).toContain('pip could not connect through the proxy');
        expect(advice).not.toContain('secret');
        const commands = commandsOf(advice);
        expect(commands.at(-1)).toBe('pip install --retries 1 demo-lib');
        expect(await pip(commands.join('\n'), { ...fromIndex(url), ...env })).toMatchObject({ status: 0 });
      });
      expect(isInstalled('demo_lib-2.0')).toBe(true);
    });

    test.runIf(isMatrix)(
      'network: of a pip.conf with a dead proxy the file and line are named (needs the matrix)',
      async () => {
        const { pip, cwd } = await makeProject('proxy-file');
        writeFileSync(path.join(cwd, '.venv', 'pip.conf'), '[global]\nproxy = http://127.0.0.1:1\n');
        await withIndex({}, async ({ url }) => {
          const { stderr } = await pip('pip install --retries 1 demo-lib', fromIndex(url));
          expect(adviceOf(stderr, 'network')).toContain('.venv/pip.conf:2');
        });
      },
    );

    test.runIf(isMatrix)('network: more time (needs the matrix)', async () => {
      const { pip, isInstalled } = await makeProject('slow');
      await withIndex({ delay: 2500 }, async ({ url }) => {
        const { stderr } = await pip('pip install --timeout=1 --retries 1 demo-lib', fromIndex(url));
        const commands = commandsOf(adviceOf(stderr, 'network'));
        expect(commands).toEqual(['pip install --timeout 60 --retries 10 demo-lib']);
        expect(await pip(commands.join('\n'), fromIndex(url))).toMatchObject({ status: 0 });
      });
      expect(isInstalled('demo_lib-2.0')).toBe(true);
    });

    test.runIf(isMatrix)(
      'network: more tries; a try that went well in the end is nothing (needs the matrix)',
      async () => {
        const { pip, isInstalled } = await makeProject('flaky');
        await withIndex({ failures: 2 }, async ({ url, fail }) => {
          const { stderr } = await pip('pip install --retries 1 demo-lib', fromIndex(url));
          const commands = commandsOf(adviceOf(stderr, 'network'));
          expect(commands).toEqual(['pip install --retries 10 demo-lib']);
          fail(2);
          const again = await pip(commands.join('\n'), fromIndex(url));
          expect(again).toMatchObject({ status: 0 });
          expect(again.stderr).toContain('Retrying');
          expect(again.stderr).not.toMatch(/^(?:advice|warning)\[/m);
        });
        expect(isInstalled('demo_lib-2.0')).toBe(true);
      },
    );

    test.skipIf(!isMatrix || !hasProgram('openssl'))(
      'network: certificates of a company (needs the matrix)',
      async () => {
        const { pip, isInstalled, cwd } = await makeProject('certificate');
        const [key, cert] = [path.join(box.folder, 'key.pem'), path.join(cwd, 'ours.pem')];
        const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
        const made = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2'];
        execFileSync('openssl', ['req', '-x509', ...made, ...subject], { stdio: 'pipe' });
        const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
        await withIndex({ tls }, async ({ url }) => {
          const { stderr } = await pip('pip install --retries 1 demo-lib', fromIndex(url));
          const advice = adviceOf(stderr, 'network');
          expect(advice).toContain('the certificate of 127.0.0.1 is not trusted');
          const [command = ''] = commandsOf(advice);
          expect(command).toBe('pip install --cert CERTIFICATES.pem --retries 1 demo-lib');
          const filled = command.replace('CERTIFICATES.pem', 'ours.pem');
          expect(await pip(filled, fromIndex(url))).toMatchObject({ status: 0 });
        });
        expect(isInstalled('demo_lib-2.0')).toBe(true);
      },
    );

    test('dependency-conflict: versions that fit together', async () => {
      const { pip } = await makeProject('conflict');
      await pip('pip install demo-app');
      const { stderr, status } = await pip('pip install demo-lib==2.0');
      expect(status).toBe(0);
      const advice = adviceOf(stderr, 'dependency-conflict');
      expect(advice).toContain('demo-app needs demo-lib<2, but 2.0 is installed');
      const commands = commandsOf(advice);
      expect(commands).toEqual(['pip install --upgrade demo-app demo-lib']);
      expect(await pip('pip check')).toMatchObject({ status: 1 });
      expect(await pip(commands.join('\n'))).toMatchObject({ status: 0 });
      expect(await pip('pip check')).toMatchObject({ status: 0 });
    });

    test.runIf(isMatrix)(
      'dependency-conflict: the resolver before 20.3 is upgraded first (needs the matrix)',
      async () => {
        const { pip, cwd } = await makeProject('old-resolver');
        const bundled = (python: Python | undefined) => {
          const folder = path.join(
            libraries(python ?? main),
            `python${python?.version.replace(/\.\d+$/, '')}`,
            'ensurepip/_bundled',
          );
          return readdirSync(folder)
            .filter((name) => name.startsWith('pip-'))
            .map((name) => path.join(folder, name));
        };
        // The wheels that ensurepip brings: an old pip, and a newer one to upgrade to.
        mkdirSync(path.join(cwd, 'pips'));
        const [old = ''] = bundled(bundling);
        for (const file of [old, ...bundled(used)]) {
          writeFileSync(path.join(cwd, 'pips', path.basename(file)), readFileSync(file));
        }
        await pip(`.venv/bin/python -m pip install --force-reinstall pips/${path.basename(old)}`);
        await pip('pip install demo-app');
        const links = { PIP_FIND_LINKS: `${box.wheels} ${path.join(cwd, 'pips')}` };
        const { stderr } = await pip('pip install demo-lib==2.0', links);
        const commands = commandsOf(adviceOf(stderr, 'dependency-conflict'));
        expect(commands[0]).toMatch(/ -m pip install --upgrade pip$/);
        expect(await pip(commands.join(' && '), links)).toMatchObject({ status: 0 });
        expect(await pip('pip check')).toMatchObject({ status: 0 });
      },
    );

    test.runIf(isMatrix)('resolution-impossible: without the exact versions (needs the matrix)', async () => {
      const { pip, isInstalled } = await makeProject('pinned');
      const { stderr } = await pip('pip install demo-app demo-lib==2.0');
      const advice = adviceOf(stderr, 'resolution-impossible');
      expect(advice).toContain('demo-app needs demo-lib<2, not demo-lib==2.0');
      const commands = commandsOf(advice);
      expect(commands).toEqual(['pip install demo-app demo-lib']);
      expect(await pip(commands.join('\n'))).toMatchObject({ status: 0 });
      expect(isInstalled('demo_lib-1.0')).toBe(true);
    });

    test.runIf(isMatrix)('resolution-impossible: in separate environments (needs the matrix)', async () => {
      const { pip, isInstalled } = await makeProject('apart');
      const { stderr } = await pip('pip install demo-app demo-web');
      const commands = commandsOf(adviceOf(stderr, 'resolution-impossible'));
      expect(commands).toHaveLength(3);
      expect(await pip(commands.join(' && '))).toMatchObject({ status: 0 });
      expect([isInstalled('demo_app-1.0'), isInstalled('demo_web-1.0', '.venv-2')]).toEqual([true, true]);
    });
  },
);
