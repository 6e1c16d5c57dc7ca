import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../support/sandbox.ts';
import { createPerson, createSandboxWithPython, whyNoPeople, type Person } from '../support/trust.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const missing = whyNoPeople('git');
const STRANGER = 4711;

describe.skipIf(missing !== '')(`a file, or a link, that names the environment${missing}`, () => {
  let box: Sandbox;
  let executable: string;
  let person: Person;
  /** The name that is looked for. */
  let place: string;
  /** An environment elsewhere, whose start leaves a trace. */
  let elsewhere: string;
  let count = 0;

  beforeAll(() => {
    ({ box, executable } = createSandboxWithPython());
  });
  afterAll(() => box?.remove());
  beforeEach(() => {
    count += 1;
    person = createPerson(box, `person-${count}`, true, executable);
    place = path.join(person.cwd, '.venv');
    elsewhere = path.join(person.home, 'envs/app');
    person.plantPth(person.makeEnvironment(elsewhere).site);
  });

  const name = (text: string | Buffer) => {
    rmSync(place, { force: true, recursive: true });
    writeFileSync(place, text);
    person.own();
  };
  const started = () => existsSync(person.trace);

  /** Everything of ours that might start what was found, but `trust`. Returns what was printed. */
  async function tryEverything(cwd = person.cwd, more: readonly string[] = []): Promise<string> {
    const results = [
      await person.pip('install nothing', { cwd }),
      await person.pip('list', { cwd }),
      ...(await Promise.all(['which', 'run -- python -V', ...more].map((words) => person.pipward(words, { cwd })))),
    ];
    return results.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  }

  test.runIf(isMatrix)('found, not trusted, trusted, used; untrusted again (needs the matrix)', async () => {
    name('../home/envs/app\n');
    expect(await tryEverything()).toContain('.venv is not trusted; to let pip use it: pipward trust .venv');
    expect(started()).toBe(false);
    const trusted = await person.pipward('trust .venv');
    expect(trusted).toMatchObject({ status: 0 });
    expect(trusted.stdout).toContain('trusted: .venv\n  folder       ~/envs/app\n');
    expect(started()).toBe(false);
    expect((await person.pipward('which')).stdout).toMatch(new RegExp(`^${elsewhere}/bin/python  `));
    expect(started()).toBe(true);
    const { stdout } = await person.run([box.pipward, 'run', '--', 'python', '-c', 'import sys; print(sys.prefix)']);
    expect(stdout).toBe(`${elsewhere}\n`);
    expect((await person.pipward('trust --list')).stdout).toBe(`${elsewhere}  (as ${place})\n`);
    expect(await person.pipward('untrust')).toMatchObject({ status: 0, stdout: 'no longer trusted: .venv\n' });
    rmSync(person.trace);
    expect(await tryEverything()).toContain('.venv is not trusted');
    expect(started()).toBe(false);
  });

  test('advice names the environment and the file, and its command works', async () => {
    rmSync(path.join(person.home, '.config/pipward/config.toml'));
    spawnSync('cp', [
      '-r',
      path.join(box.folder, 'python/lib/python3.12/site-packages'),
      path.join(elsewhere, 'lib/python3.12'),
    ]);
    rmSync(path.join(elsewhere, 'lib/python3.12/site-packages/evil.pth'), { force: true });
    writeFileSync(path.join(elsewhere, 'bin/activate'), `export VIRTUAL_ENV='${elsewhere}'\n`);
    name(`${elsewhere}\n`);
    const { stderr } = await person.pip('install --no-index nothing', { env: { PIP_REQUIRE_VIRTUALENV: '1' } });
    expect(stderr.replace(/\n {11,}/g, ' ')).toContain(
      'found         ~/envs/app (Python 3.12.1), named by ./.venv, not active in this shell\n',
    );
    expect(stderr).toContain(`${elsewhere}/bin/python -m pip install --no-index nothing\n`);
    expect(started()).toBe(false);
  });

  describe('what another project trusts', () => {
    const ways: readonly (readonly [way: string, plant: (other: string) => void])[] = [
      ['a file with a relative path', (other) => writeFileSync(path.join(other, '.venv'), '../project/.venv\n')],
      ['a file with an absolute path', (other) => writeFileSync(path.join(other, '.venv'), `${place}\n`)],
      ['a link', (other) => symlinkSync('../project/.venv', path.join(other, '.venv'))],
      [
        'a link to a file',
        (other) => {
          writeFileSync(path.join(other, 'name'), '../project/.venv\n');
          symlinkSync('name', path.join(other, '.venv'));
        },
      ],
    ];
    test.each(chooseSome(ways, 1))('%s does not lead into it', async (_, plant) => {
      person.plantPth(person.makeEnvironment(place).site);
      expect((await person.pipward('trust')).status).toBe(0);
      const other = path.join(person.cwd, '../other');
      mkdirSync(other);
      writeFileSync(path.join(other, 'pyproject.toml'), '');
      plant(other);
      spawnSync('chown', ['-hR', '65534:65534', other]);
      expect(await tryEverything(other)).toContain('.venv is not trusted');
      expect(started()).toBe(false);
      // Where it was trusted, it still is; and the other project may be trusted with it, too.
      expect((await person.pipward('trust', { cwd: other })).status).toBe(0);
      expect((await person.pipward('untrust', { cwd: other })).status).toBe(0);
      await person.pip('list');
      expect(started()).toBe(true);
    });
  });

  test.runIf(isMatrix)(
    'a file of the repository may name an environment that was made inside of it (needs the matrix)',
    async () => {
      person.makeEnvironment(path.join(person.cwd, '.tox/dev'));
      writeFileSync(path.join(person.cwd, '.gitignore'), '.tox\n');
      name('.tox/dev\n');
      await person.run(['/bin/sh', '-c', 'git init -q . && git add .venv .gitignore']);
      expect(await person.pipward('trust')).toMatchObject({ status: 0, stderr: '' });
      expect((await person.pipward('run -- python -V')).status).toBe(0);
    },
  );

  test.runIf(isMatrix)(
    'a file that names another environment later: that one is not trusted (needs the matrix)',
    async () => {
      const second = path.join(person.home, 'envs/second');
      person.plantPth(person.makeEnvironment(second).site);
      name(elsewhere);
      expect((await person.pipward('trust')).status).toBe(0);
      name(second);
      expect(await tryEverything()).toContain('.venv is not trusted');
      expect(started()).toBe(false);
    },
  );

  describe('a planted environment is neither used nor started nor trusted', () => {
    const attacks: readonly (readonly [title: string, plant: () => unknown, words: string])[] = [
      ["another user's file", () => (name(elsewhere), person.giveTo(place, STRANGER)), 'it belongs to another user'],
      ['a file that others can write', () => (name(elsewhere), chmodSync(place, 0o666)), 'other users can write to it'],
      [
        'an environment that came with the repository',
        () => {
          person.plantPth(person.makeEnvironment(path.join(person.cwd, 'tools/env')).site);
          name('tools/env\n');
          return person.commit();
        },
        'it came with the repository',
      ],
      [
        'a file of the repository that names an environment outside of it',
        () => (name('../home/envs/app\n'), person.commit()),
        'it came with the repository',
      ],
      [
        'an environment whose python is in the project, without a repository',
        () => {
          person.plantProgram(path.join(person.cwd, 'bin/python3'));
          const bin = path.join(person.cwd, 'bin');
          person.makeEnvironment(path.join(person.cwd, 'deep/env'), { python: path.join(bin, 'python3'), home: bin });
          name('deep/env\n');
        },
        'its python leads into the project',
      ],
      [
        'an environment in a folder that everybody can write to',
        () => (name(elsewhere), chmodSync(path.dirname(elsewhere), 0o777)),
        'other users can write to it',
      ],
    ];
    test.each(chooseSome(attacks, 2))('%s', async (_, plant, words) => {
      await plant();
      expect(await tryEverything(person.cwd, ['doctor'])).toContain(`.venv is not used: ${words}`);
      const { status, stderr } = await person.pipward('trust');
      expect({ status, names: stderr.includes(words.replace(/^it /, '')) }).toEqual({ status: 1, names: true });
      expect(existsSync(person.store)).toBe(false);
      expect(started()).toBe(false);
    });
  });

  describe('what names nothing is as if it were not there', () => {
    const contents: readonly (readonly [title: string, plant: () => unknown])[] = [
      ['a FIFO', () => (rmSync(place, { force: true }), spawnSync('mkfifo', [place]))],
      ['a gigabyte', () => (name(elsewhere), spawnSync('truncate', ['-s', '1G', place]))],
      ['bytes that are not UTF-8', () => name(Buffer.from([0x2f, 0xff, 0xfe]))],
      ['a link to a device', () => symlinkSync('/dev/zero', place)],
      ['a link to itself', () => symlinkSync('.venv', place)],
      ['escape codes', () => name(`\u001b[2J\u001b]0;owned\u0007${elsewhere}\n`)],
      ['a command of the shell', () => name(`${elsewhere}; touch ${person.trace}\n`)],
      ['a substitution', () => name(`$(touch ${person.trace})${elsewhere}\n`)],
      ['two environments', () => name(`${elsewhere}\n${elsewhere}\n`)],
      ['the interpreter', () => name(`${elsewhere}/bin/python\n`)],
      ['a folder that is not an environment', () => name('/usr\n')],
    ];
    test.each(chooseSome(contents, 1))('%s', async (_, plant) => {
      await plant();
      person.own();
      const printed = await tryEverything();
      expect(printed).not.toMatch(/[\u0007\u001b]/);
      expect(printed).not.toContain('trusted');
      const { status, stderr } = await person.pipward('trust');
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: expect.stringContaining('there is no virtual environment from here upward'),
      });
      expect(started()).toBe(false);
    });
  });

  test.runIf(isMatrix)('pipward venv does not write over it (needs the matrix)', async () => {
    name(`${elsewhere}\n`);
    const { status, stderr } = await person.pipward('venv');
    expect(status).toBe(1);
    expect(stderr).toContain(
      '.venv is there already; nothing was changed\nfix: if it is yours, let pip use it\n    pipward trust .venv\n',
    );
    expect(readFileSync(place, 'utf8')).toBe(`${elsewhere}\n`);
  });
});
