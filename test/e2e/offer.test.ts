import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findAnyPython } from '../support/pythons.ts';
import { waitUntil } from '../support/processes.ts';
import { createSandbox, hasProgram, isRoot, type Sandbox } from '../support/sandbox.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { createPerson, createSandboxWithPython, whyNoPeople, type Person } from '../support/trust.ts';
import { makeWheel } from '../support/wheel.ts';
import { chooseSome, isMatrix } from '../support/matrix.ts';

const python = findAnyPython();
const missing = python === null ? ' (skipped: no Python)' : hasProgram('tmux') ? '' : ' (skipped: needs tmux)';

const QUESTION = /then Enter \(stops after 30 seconds\):/;
const ASKED = /then Enter/;

describe.skipIf(missing !== '')(`on-refusal = "offer"${missing}`, () => {
  let box: Sandbox;
  let person: Person;
  let terminal: Terminal;
  let count = 0;

  beforeAll(() => {
    box = createSandbox();
    makeWheel(box.wheels, 'demo-lib');
  });
  afterAll(() => box?.remove());
  beforeEach(() => {
    count += 1;
    person = createPerson(box, `person-${count}`, false, python?.executable ?? '');
    // Nothing of their own configuration: the project's file alone speaks.
    writeFileSync(path.join(person.home, '.config/pipward/config.toml'), '');
    write('require-virtual-environment = "enforce"\non-refusal = "offer"');
    terminal = open();
  });
  afterEach(() => terminal.close());

  const write = (policy: string) => writeFileSync(path.join(person.cwd, 'pipward.toml'), `[policy]\n${policy}\n`);
  const open = (extra: Record<string, string> = {}) =>
    openTerminal(
      {
        ...box.environment({
          HOME: person.home,
          PATH: `${box.shims}:${path.dirname(python?.executable ?? '')}:/usr/bin:/bin`,
        }),
        // Those of the tests themselves are handed on by tmux.
        CI: '',
        GITHUB_ACTIONS: '',
        PS1: '$ ',
        ...extra,
      },
      person.cwd,
      { lines: 60 },
    );
  /** A terminal with nothing on it yet. */
  const renew = () => {
    terminal.close();
    terminal = open();
  };
  const isMade = () => existsSync(path.join(person.cwd, '.venv'));
  const hasDemo = async () =>
    (await person.run([path.join(person.cwd, '.venv/bin/python'), '-c', 'import demo_lib'])).status === 0;

  /** Runs a line that asks, answers it, and returns the screen; the terminal must be as it was. */
  async function answer(line: string, ...keys: string[]): Promise<string> {
    await terminal.command('stty -g >before');
    await terminal.command(line);
    await terminal.waitFor(QUESTION);
    terminal.type(...keys);
    // (Ctrl-C ends the line, not the shell.)
    await terminal.command('echo "was $?"; stty -g >after; echo "all done"');
    const screen = await terminal.waitFor(/^all done$/m);
    const [before, after] = ['before', 'after'].map((name) => readFileSync(path.join(person.cwd, name), 'utf8'));
    expect(after).toBe(before);
    return screen;
  }

  test('policy test and which say what is offered: a new environment, the one that is there, or none', async () => {
    const told = async (words: string) =>
      /^ *on refusal +(.*)$/m.exec((await person.pipward(words, { cwd: person.cwd })).stdout)?.[1];
    const both = async () => [await told('policy test -- install x'), await told('which')];
    const offered = (what: string) => `pipward offers to ${what} (on a terminal, outside CI)`;
    expect(await both()).toEqual([offered('make .venv'), offered('make .venv')]);
    const none = 'no environment can be offered here; the message of the refusal says what to do';
    // Nothing can be removed from a new one.
    expect(await told('policy test -- uninstall x')).toBe(none);
    person.makeEnvironment(path.join(person.cwd, 'env'));
    expect(await both()).toEqual([none, none]);
    await person.pipward('venv');
    expect(await both()).toEqual([offered('use .venv'), offered('use .venv')]);
  });

  test('m makes ./.venv, trusts it, and pip works in it, watched, with its own status; then u uses it', async () => {
    const screen = await answer('pip install demo-lib; echo "[$?]"', 'm', 'Enter');
    expect(screen).toContain('pipward: policy allows `pip install` only in an environment (');
    expect(screen).toMatch(/^ {2}m {2}make \.venv with .*, and go on\n {2}s {2}stop$/m);
    expect(screen).toContain('made .venv (Python 3.');
    expect(screen).toMatch(/^activate it:\n +source \.venv\/bin\/activate$/m);
    expect(screen).toContain('Successfully installed demo-lib-1.0');
    expect(screen).toContain('[0]');
    expect(screen).not.toContain('error[');
    expect(await hasDemo()).toBe(true);

    renew();
    const again = await answer('pip uninstall -y demo-lib; echo "[$?]"', 'u', 'Enter');
    expect(again).toMatch(/^ {2}u {2}use \.venv, and go on$/m);
    expect(again).toContain('Successfully uninstalled demo-lib-1.0');
    expect(await hasDemo()).toBe(false);
    // pip's own status, and advice after it.
    renew();
    const failed = await answer('pip install nothing; echo "[$?]"', 'u', 'Enter');
    expect(failed).toContain('[1]');
    expect(failed).toContain('advice[no-matching-distribution]');
  });

  test.each<[name: string, ...keys: string[]]>(
    chooseSome(
      [
        ['s', 's', 'Enter'],
        ['Enter alone', 'Enter'],
        ['a key that was not offered', 'u', 'Enter'],
        ['a word', 'make', 'Enter'],
        ['Ctrl-D', 'C-d'],
        ['Ctrl-D behind the key', 'm', 'C-d', 'C-d'],
      ],
      3,
    ),
  )('%s stops: the refusal, 3, nothing made', async (_, ...keys) => {
    const screen = await answer('pip install demo-lib; echo "[$?]"', ...keys);
    expect(screen).toMatch(/^error\[venv-required\]/m);
    expect(screen).toContain('[3]');
    expect(isMade()).toBe(false);
  });

  test('Ctrl-C ends the call as it ends any program, with nothing more said', async () => {
    const screen = await answer('pip install demo-lib; echo "[$?]"', 'C-c');
    expect(screen).not.toContain('error[');
    expect(screen).not.toContain('[0]');
    expect(screen).toContain('was 130');
    expect(isMade()).toBe(false);
  });

  test.runIf(isMatrix)('no answer in time stops (needs the matrix)', async () => {
    await terminal.command('stty -g >before; pip install demo-lib; echo "[$?]"; stty -g >after');
    await terminal.waitFor(QUESTION);
    const screen = await terminal.waitFor(/^\[3\]$/m);
    expect(screen).toMatch(/30 seconds\): \n\nerror\[venv-required\]/);
    await terminal.command('cmp before after && echo same');
    await terminal.waitFor(/^same$/m);
    expect(isMade()).toBe(false);
  });

  test.each([
    ['a line', ['m', 'Enter']],
    ['the beginning of one', ['m']],
    ['several', ['m', 'Enter', 'm', 'Enter', 'm']],
  ])('input typed before the question is not an answer: %s', async (_, keys) => {
    const started = path.join(person.cwd, 'started');
    await terminal.command(
      `clear; touch started; until [ -e typed ]; do sleep 0.05; done; pip install demo-lib; echo "[$?]"`,
    );
    expect(await waitUntil(() => existsSync(started))).toBe(true);
    terminal.type(...keys);
    // It is there once the terminal has echoed it.
    await terminal.waitFor(new RegExp(`^${keys.join('').replaceAll('Enter', '\n').trim()}$`));
    writeFileSync(path.join(person.cwd, 'typed'), '');
    await terminal.waitFor(QUESTION);
    terminal.type('Enter');
    expect(await terminal.waitFor(/^\[\d+\]$/m)).toContain('[3]');
    expect(isMade()).toBe(false);
  });

  test('killed while it asks: the terminal is as it was, and no process takes the next input', async () => {
    await terminal.command('stty -g >before; pip install demo-lib');
    await terminal.waitFor(QUESTION);
    await person.run(['/bin/sh', '-c', `kill -9 $(ps -o pid= --ppid ${terminal.shell})`]);
    await terminal.waitFor(/Killed/);
    await terminal.command('stty -g >after; cmp before after && echo same');
    await terminal.waitFor(/^same$/m);
    await terminal.command('echo one line');
    await terminal.waitFor(/^one line$/m);
    expect(isMade()).toBe(false);
  });

  test.runIf(isMatrix)('stopped and continued, the question still waits (needs the matrix)', async () => {
    await terminal.command('pip install demo-lib; echo "[$?]"');
    await terminal.waitFor(QUESTION);
    terminal.type('C-z');
    await terminal.waitFor(/Stopped/);
    await terminal.command('fg');
    await terminal.waitFor(/^pip install demo-lib$/m);
    terminal.type('m', 'Enter');
    await terminal.waitFor(/Successfully installed demo-lib-1\.0/);
    expect(isMade()).toBe(true);
  });

  test.each([
    ['u', 'the one that was trusted', true],
    ['m', 'none', false],
  ])('%s, with a planted .venv in place of %s since the question: told of as it is now', async (key, _, hadOne) => {
    const place = path.join(person.cwd, '.venv');
    const { status } = hadOne ? await person.pipward('venv') : { status: 0 };
    expect(status).toBe(0);
    await terminal.command('pip install demo-lib; echo "[$?]"');
    await terminal.waitFor(QUESTION);
    if (hadOne) renameSync(place, path.join(person.home, 'kept'));
    person.makeEnvironment(place, { python: '' });
    person.plantProgram(path.join(place, 'bin/python'));
    terminal.type(key, 'Enter');
    const screen = await terminal.waitFor(/^\[\d+\]$/m);
    expect(screen).toContain('[3]');
    expect(screen).toMatch(/^ {2}found .* not recommended$/m);
    expect(screen).not.toContain('.venv/bin/activate');
    expect(existsSync(person.trace)).toBe(false);
  });

  test.each<[where: string, line: string, env?: Record<string, string>]>(
    chooseSome(
      [
        ['a piped stdin', 'echo m | pip install demo-lib'],
        ['no stdin', 'pip install demo-lib </dev/null'],
        ['a piped stdout', 'pip install demo-lib | cat; (exit ${PIPESTATUS[0]})'],
        ['stderr in a file', 'pip install demo-lib 2>said; (exit $?; ); s=$?; cat said; (exit $s)'],
        ['-q', 'pip -q install demo-lib'],
        ['PIP_QUIET', 'PIP_QUIET=1 pip install demo-lib'],
        ['--no-input', 'pip --no-input install demo-lib'],
        ['PIP_NO_INPUT', 'PIP_NO_INPUT=1 pip install demo-lib'],
        ['advice off', 'PIPWARD_ADVICE=off pip install demo-lib'],
        ['the background', 'pip install demo-lib & wait $!'],
        ['a watched run', '_PIPWARD_DEPTH=1 pip install demo-lib'],
        ['CI', 'CI=true pip install demo-lib'],
        ['GitHub Actions', 'GITHUB_ACTIONS=true pip install demo-lib'],
        ['PIPWARD_PYTHON', 'PIPWARD_PYTHON=python3 pip install demo-lib'],
        ['an uninstall with nothing to use', 'pip uninstall -y demo-lib'],
        ['what would be refused there, too', 'pip install --user demo-lib'],
        ['a terminal without line editing', 'stty -icanon; pip install demo-lib; s=$?; stty icanon; (exit $s)'],
      ],
      3,
    ),
  )('no question, the refusal at once: %s', async (_, line) => {
    await terminal.command(`${line}; echo "[$?]"`);
    const screen = await terminal.waitFor(/^\[\d+\]$/m);
    expect(screen).toContain('[3]');
    expect(screen).toMatch(/error\[venv-required\]/);
    expect(screen).not.toMatch(ASKED);
    expect(isMade()).toBe(false);
  });

  test.skipIf(!isMatrix || !isRoot)(
    'one that is there and not trusted is not offered, nor another beside it (needs the matrix)',
    async () => {
      // As another tool would make it.
      await person.run([python?.executable ?? '', '-m', 'venv', path.join(person.cwd, '.venv')]);
      await terminal.command('pip install demo-lib; echo "[$?]"');
      const screen = await terminal.waitFor(/^\[\d+\]$/m);
      expect(screen).toContain('pipward trust .venv');
      expect(screen).not.toMatch(ASKED);
    },
  );
});

const unable = whyNoPeople('tmux', 'bash');
describe.skipIf(unable !== '')(`on-refusal = "offer" on a terminal of another user, as after su${unable}`, () => {
  test('the question is asked, and the answer is read', async () => {
    const { box, executable } = createSandboxWithPython();
    const person = createPerson(box, 'ada', true, executable);
    writeFileSync(path.join(person.home, '.config/pipward/config.toml'), '');
    writeFileSync(
      path.join(person.cwd, 'pipward.toml'),
      '[policy]\nrequire-virtual-environment = "enforce"\non-refusal = "offer"\n',
    );
    makeWheel(box.wheels, 'demo-lib');
    person.own();
    const PATH = `${box.shims}:${path.dirname(executable)}:/usr/bin:/bin`;
    const env = { ...box.environment({ HOME: person.home, PATH }), CI: '', GITHUB_ACTIONS: '', PS1: '$ ' };
    const command = box.wrap(['bash', '--norc', '--noprofile', '-i']).join(' ');
    const terminal = openTerminal(env, person.cwd, { lines: 60, command });
    try {
      await terminal.command('true <"$(tty)"; echo "opens: $?"');
      await terminal.waitFor(/^opens: 1$/m);
      await terminal.command('stty -g >before; pip install demo-lib; echo "[$?]"; stty -g | cmp - before && echo same');
      await terminal.waitFor(QUESTION);
      terminal.type('m', 'Enter');
      const screen = await terminal.waitFor(/^\[\d+\]$/m);
      expect(screen).toContain('[0]');
      await terminal.waitFor(/^same$/m);
      const { status } = await person.run([path.join(person.cwd, '.venv/bin/python'), '-c', 'import demo_lib']);
      expect(status).toBe(0);
    } finally {
      terminal.close();
      box.remove();
    }
  });
});
