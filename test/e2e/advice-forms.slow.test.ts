import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAnyPython } from '../support/pythons.ts';
import { createSandbox, type RunOptions, type Sandbox } from '../support/sandbox.ts';
import { isMatrix } from '../support/matrix.ts';

const python = findAnyPython();

describe.skipIf(python === null)('the forms of advice (skipped without any Python)', () => {
  let box: Sandbox;

  beforeAll(() => {
    box = createSandbox();
    // pipward remembers nothing below the home directory of another user.
    const home = path.join(box.folder, 'own-home');
    mkdirSync(home);
    box.set('HOME', home);
    box.set('PATH', `${box.shims}:${path.dirname(python?.executable ?? '')}:/usr/bin:/bin`);
    // It may be one that apt manages. Nothing is found, so nothing is installed.
    box.set('PIP_BREAK_SYSTEM_PACKAGES', '1');
  });
  afterAll(() => box?.remove());

  /** The form in which advice was printed. */
  async function readForm(line: string, env: RunOptions['env'] = {}) {
    const { stderr } = await box.shell(line, { env, unprivileged: false });
    expect(stderr).toContain('advice[no-matching-distribution]');
    return stderr.includes('\nmore: pipward explain') ? 'full' : 'short';
  }

  test('the same message again is one line; a message of the same kind about something else is not', async () => {
    // What a message names tells it from others: here the line of a file.
    box.write('one.txt', 'no-such-project\n');
    box.write('two.txt', '# a comment\nno-such-project\n');
    expect(await readForm('pip install -r one.txt')).toBe('full');
    expect(await readForm('pip install -r one.txt')).toBe('short');
    expect(await readForm('pip install -r two.txt')).toBe('full');
    expect(await readForm('pip install -r two.txt')).toBe('short');
  });

  test('the same headline about another folder is another message', async () => {
    const env = { PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined };
    for (const form of ['full', 'short'] as const) {
      expect(await readForm('pip install -i file:///nowhere/a no-such-project', env)).toBe(form);
      expect(await readForm('pip install -i file:///nowhere/b no-such-project', env)).toBe(form);
    }
  });

  test.runIf(isMatrix)(
    'full always means full: the second time, in CI, and where pip is asked to be quiet (needs the matrix)',
    async () => {
      for (const [line, env] of [
        ['pip install no-such-project-c', {}],
        ['pip install no-such-project-c', {}],
        ['pip install -q no-such-project-c', {}],
        ['pip install no-such-project-c', { CI: 'true' }],
      ] as const) {
        expect(await readForm(line, { ...env, PIPWARD_ADVICE: 'full' })).toBe('full');
      }
      expect(await readForm('pip install no-such-project-d', { CI: 'true' })).toBe('short');
    },
  );
});
