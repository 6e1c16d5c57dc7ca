import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NOBODY, type Sandbox } from '../support/sandbox.ts';
import { createPerson, createSandboxWithPython, whyNoPeople, type Person } from '../support/trust.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const missing = whyNoPeople('git');

/** A user who is neither the user of the tests nor root. */
const STRANGER = 4711;

describe.skipIf(missing !== '').each(
  chooseSome(
    [
      ['an unprivileged user', true],
      ['root', false],
    ] as const,
    1,
  ),
)(`trust, %s${missing}`, (_, unprivileged) => {
  let box: Sandbox;
  let executable: string;
  let person: Person;
  let prefix: string;
  let count = 0;

  beforeAll(() => {
    ({ box, executable } = createSandboxWithPython());
  });
  afterAll(() => box?.remove());
  beforeEach(() => {
    count += 1;
    person = createPerson(box, `person-${count}`, unprivileged, executable);
    prefix = path.join(person.cwd, '.venv');
  });

  /** Everything of ours that might start what was found, but `trust`. Returns what was printed. */
  async function tryEverything(options: Parameters<Person['run']>[1] = {}): Promise<string> {
    const printed: string[] = [];
    const { stdout, stderr } = await person.pip('install nothing', options);
    printed.push(stdout, stderr);
    // A user makes little difference to the others.
    for (const words of unprivileged ? ['which', 'doctor', 'venv'] : ['which']) {
      const result = await person.pipward(words, options);
      printed.push(result.stdout, result.stderr);
    }
    return printed.join('\n');
  }

  const explain = async () => (await person.pipward('which')).stdout;
  const started = () => existsSync(person.trace);

  test('planted code leaves a trace where it is trusted (so that the tests below can fail)', async () => {
    person.plantPth(person.makeEnvironment(prefix).site);
    expect(await tryEverything()).toContain('.venv is not trusted');
    expect(started()).toBe(false);
    const { status, stdout } = await person.pipward('trust');
    expect(status).toBe(0);
    // Named before it runs.
    expect(stdout).toContain('evil.pth');
    expect(started()).toBe(false);
    await person.pip('list');
    expect(started()).toBe(true);
  });

  describe('a planted environment is neither used nor started nor trusted', () => {
    const attacks: readonly (readonly [name: string, plant: () => unknown, words: string])[] = [
      [
        'a program in bin/python',
        () => {
          person.makeEnvironment(prefix, { python: '' });
          person.plantProgram(path.join(prefix, 'bin/python'));
        },
        'its python leads into the project',
      ],
      [
        'bin/python that leads to a program elsewhere in the repository',
        () => {
          person.plantProgram(path.join(person.cwd, 'tools/python3'));
          person.makeEnvironment(prefix, { python: '../../tools/python3', home: path.join(person.cwd, 'tools') });
        },
        'its python leads into the project',
      ],
      [
        'home = that lies',
        () => {
          person.plantProgram(path.join(person.home, 'evil/python3'));
          person.makeEnvironment(prefix, { python: path.join(person.home, 'evil/python3') });
        },
        'its pyvenv.cfg and its python disagree',
      ],
      [
        'an honest link and a .pth file, in the index of the repository',
        () => {
          person.plantPth(person.makeEnvironment(prefix).site);
          return person.commit();
        },
        'it came with the repository',
      ],
      [
        'a link to an environment in the index',
        () => {
          person.plantPth(person.makeEnvironment(path.join(person.cwd, 'data/env')).site);
          symlinkSync('data/env', prefix);
          return person.commit();
        },
        'it came with the repository',
      ],
      [
        'a link through a folder that everybody can write to',
        () => {
          const shared = path.join(person.home, 'shared');
          mkdirSync(shared);
          person.plantPth(person.makeEnvironment(path.join(shared, 'env')).site);
          chmodSync(shared, 0o777);
          symlinkSync(path.join(shared, 'env'), prefix);
        },
        'other users can write to it',
      ],
      [
        'in a project that everybody can write to',
        () => {
          person.plantPth(person.makeEnvironment(prefix).site);
          chmodSync(person.cwd, 0o777);
        },
        'other users can write to it',
      ],
      ...(['lib/python3.12', 'lib/python3.12/site-packages', 'lib/python3.12/site-packages/evil.pth'] as const).map(
        (part) =>
          [
            `everybody can write to its ${part}`,
            () => {
              person.plantPth(person.makeEnvironment(prefix).site);
              chmodSync(path.join(prefix, part), 0o777);
            },
            'other users can write to it',
          ] as const,
      ),
      [
        "packages of another user's",
        () => {
          const { site } = person.makeEnvironment(prefix);
          person.plantPth(site);
          person.giveTo(site, STRANGER);
        },
        'it belongs to another user',
      ],
      [
        "another user's",
        () => {
          person.plantPth(person.makeEnvironment(prefix).site);
          person.giveTo(prefix, unprivileged ? STRANGER : NOBODY);
        },
        'it belongs to another user',
      ],
      [
        "in a folder that is another user's",
        () => {
          person.plantPth(person.makeEnvironment(prefix).site);
          person.giveTo(person.cwd, STRANGER);
        },
        'it belongs to another user',
      ],
    ];
    test.each(chooseSome(attacks, 1))('%s', async (_name, plant, words) => {
      await plant();
      expect(await tryEverything()).toContain(`is not used: ${words}`);
      const { status, stderr } = await person.pipward('trust');
      expect(status).toBe(1);
      expect(stderr).toMatch(/^pipward: .* is not trusted:\n {2}- /);
      expect(stderr).toContain('\nfix: ');
      expect(existsSync(person.store)).toBe(false);
      expect((await person.pipward('run -- python -V')).status).toBe(1);
      expect(started()).toBe(false);
    });
  });

  describe('trust ends', () => {
    const changes: readonly (readonly [name: string, change: () => unknown, words: string])[] = [
      [
        'another environment takes the place',
        () => {
          renameSync(prefix, `${prefix}-old`);
          person.plantPth(person.makeEnvironment(prefix).site);
        },
        'another folder has taken its place',
      ],
      [
        'the same folder, emptied and refilled',
        () => {
          const text = readFileSync(path.join(prefix, 'pyvenv.cfg'));
          for (const name of readdirSync(prefix)) rmSync(path.join(prefix, name), { recursive: true });
          rmSync(path.join(prefix, 'pyvenv.cfg'), { force: true });
          const { site } = person.makeEnvironment(`${prefix}-new`);
          person.plantPth(site);
          for (const name of ['bin', 'lib']) renameSync(path.join(`${prefix}-new`, name), path.join(prefix, name));
          writeFileSync(path.join(prefix, 'pyvenv.cfg'), text);
        },
        'its pyvenv.cfg was rewritten',
      ],
      [
        'pyvenv.cfg is edited',
        () => writeFileSync(path.join(prefix, 'pyvenv.cfg'), 'prompt = x\n', { flag: 'a' }),
        'its pyvenv.cfg says something else now',
      ],
      [
        'bin/python and home lead elsewhere together',
        () => {
          person.plantProgram(path.join(person.home, 'evil/python'));
          rmSync(path.join(prefix, 'bin/python'));
          symlinkSync(path.join(person.home, 'evil/python'), path.join(prefix, 'bin/python'));
          writeFileSync(path.join(prefix, 'pyvenv.cfg'), `home = ${path.join(person.home, 'evil')}\n`);
        },
        'its pyvenv.cfg says something else now',
      ],
      [
        'a folder that home names is a link, and leads elsewhere with bin/python',
        () => {
          person.plantProgram(path.join(person.home, 'evil/python'));
          rmSync(path.join(person.home, 'current'));
          symlinkSync(path.join(person.home, 'evil'), path.join(person.home, 'current'));
        },
        'its python leads elsewhere now',
      ],
      [
        'the repository begins to bring files of it',
        () => {
          person.plantPth(path.join(prefix, 'lib/python3.12/site-packages'));
          return person.commit();
        },
        'it came with the repository',
      ],
      [
        'its packages are opened to others',
        () => chmodSync(path.join(prefix, 'lib/python3.12/site-packages'), 0o777),
        'other users can write to it',
      ],
      ['it is opened to others', () => chmodSync(path.join(prefix, 'bin'), 0o777), 'other users can write to it'],
    ];
    test.each(chooseSome(changes, 1))('%s', async (_name, change, words) => {
      const current = path.join(person.home, 'current');
      symlinkSync(path.dirname(executable), current);
      person.makeEnvironment(prefix, { home: current, python: path.join(current, 'python') });
      expect((await person.pipward('trust')).status).toBe(0);
      expect(await explain()).toMatch(/^chosen by {5}project environment: /m);
      await change();
      expect(await tryEverything()).toContain(words);
      expect((await person.pipward('run -- python -V')).status).toBe(1);
      expect(started()).toBe(false);
    });
  });

  describe('a store that another could have written trusts nothing', () => {
    const spoilt: readonly (readonly [name: string, spoil: () => Record<string, string> | void, words: string])[] = [
      ['its file is open to others', () => chmodSync(person.store, 0o666), 'the trust store is open to others'],
      ['to the group', () => chmodSync(person.store, 0o660), 'the trust store is open to others'],
      ['as a checkout would have it', () => chmodSync(person.store, 0o644), 'the trust store is open to others'],
      [
        'its folder is open to others',
        () => chmodSync(path.dirname(person.store), 0o777),
        'the trust store is open to others',
      ],
      ["it is another user's", () => person.giveTo(person.store, STRANGER), 'the trust store belongs to another user'],
      [
        'a link below the home directory leads into a repository',
        () => {
          const folder = path.dirname(person.store);
          renameSync(folder, path.join(person.cwd, 'state'));
          symlinkSync(path.join(person.cwd, 'state'), folder);
        },
        'the trust store is a link',
      ],
      [
        'a link further up leads into the project',
        () => {
          const state = path.dirname(path.dirname(person.store));
          renameSync(state, path.join(person.cwd, 'state'));
          symlinkSync(path.join(person.cwd, 'state'), state);
        },
        'the trust store lies in the project itself',
      ],
      [
        'XDG_STATE_HOME leads into the project',
        () => {
          const folder = path.join(person.cwd, 'pipward');
          mkdirSync(folder, { mode: 0o700 });
          copyFileSync(person.store, path.join(folder, 'trust.json'));
          chmodSync(path.join(folder, 'trust.json'), 0o600);
          person.own();
          return { XDG_STATE_HOME: person.cwd };
        },
        'the trust store lies in the project itself',
      ],
      ['it is damaged', () => writeFileSync(person.store, '{"schema": 1'), 'the trust store is damaged'],
    ];
    test.each(chooseSome(spoilt, 1))('%s', async (_name, spoil, words) => {
      const { site } = person.makeEnvironment(prefix);
      expect((await person.pipward('trust')).status).toBe(0);
      person.plantPth(site);
      const env = spoil() ?? {};
      expect(await tryEverything({ env })).toContain(words);
      // Nor is it written to: what stands in it would then look like ours.
      const { status, stderr } = await person.pipward('trust', { env });
      expect(status).toBe(1);
      expect(stderr).toMatch(/^pipward: /);
      expect((await person.pipward('run -- python -V', { env })).status).toBe(1);
      expect(started()).toBe(false);
    });
  });

  test.runIf(isMatrix)('escape codes and line ends in names reach no terminal (needs the matrix)', async () => {
    const odd = path.join(person.cwd, '\u001b[2Jcleared\nline');
    person.plantPth(person.makeEnvironment(path.join(odd, '.venv')).site);
    const outputs = [await tryEverything({ cwd: odd })];
    expect(started()).toBe(false);
    for (const words of ['trust', 'which', 'trust --list', 'untrust', 'run -- true']) {
      const { stdout, stderr } = await person.pipward(words, { cwd: odd });
      outputs.push(stdout, stderr);
    }
    expect(outputs.join('\n')).toContain('cleared?line');
    expect(outputs.join('\n')).not.toContain('\u001b');
    expect(outputs.join('\n')).not.toContain('cleared\n');
  });

  test.runIf(isMatrix)('relative entries of PATH choose nothing (needs the matrix)', async () => {
    for (const name of ['python', 'python3', 'virtualenv', 'node', 'git', 'pip', 'tools/python3', 'tools/virtualenv']) {
      person.plantProgram(path.join(person.cwd, name));
    }
    person.own();
    const PATH = `.:tools::${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`;
    for (const words of ['venv', 'trust', 'which', 'doctor', 'trust --list', 'untrust']) {
      await person.pipward(words, { env: { PATH } });
    }
    expect(existsSync(path.join(prefix, 'bin/python'))).toBe(true);
    expect(started()).toBe(false);
  });

  test('the store: 0600 in 0700, both records of two writers at once, nothing left beside it', async () => {
    const places = ['a', 'b', 'c', 'd'].map((name) => path.join(person.cwd, name));
    for (const place of places) person.makeEnvironment(path.join(place, '.venv'));
    const results = await Promise.all(places.map((place) => person.run([box.pipward, 'trust', place])));
    expect(results.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(statSync(person.store).mode & 0o7777).toBe(0o600);
    expect(statSync(path.dirname(person.store)).mode & 0o7777).toBe(0o700);
    expect(readdirSync(path.dirname(person.store))).toEqual(['trust.json']);
    const { stdout } = await person.pipward('trust --list');
    expect(stdout.trim().split('\n').toSorted()).toEqual(places.map((place) => path.join(place, '.venv')));
  });

  test('untrust ends it; a second time there is nothing to end', async () => {
    person.makeEnvironment(prefix);
    await person.pipward('trust');
    expect(await person.pipward('untrust')).toMatchObject({ status: 0, stdout: 'no longer trusted: .venv\n' });
    expect(await explain()).toContain('.venv is not trusted');
    expect((await person.pipward('untrust')).status).toBe(1);
    const list = await person.pipward('trust --list');
    expect(list).toMatchObject({ status: 0, stdout: '', stderr: 'no environment is trusted\n' });
  });

  test.runIf(isMatrix)(
    'one in the home directory: every message leads to its activation, and that works (needs the matrix)',
    async () => {
      const own = { cwd: person.home };
      expect((await person.pipward('venv', own)).status).toBe(0);
      for (const words of ['run -- true', 'trust', 'trust .venv', 'venv']) {
        const { status, stderr } = await person.pipward(words, own);
        expect(status).toBe(1);
        expect(stderr).toMatch(
          /the home directory is not a project: .*\nfix: activate it\n {4}(?:source|\.) \.venv\/bin\/activate\n/,
        );
        expect(stderr).not.toContain('pipward trust');
      }
      const line = `source .venv/bin/activate && '${box.pipward}' which | head -n 1`;
      const { stdout } = await person.run(['/bin/bash', '-c', line], own);
      expect(stdout).toContain(`${person.home}/.venv/bin/python  `);
    },
  );
});
