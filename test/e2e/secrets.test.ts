import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECRET, SECRET_WORDS } from '../support/secret-words.ts';
import { createSandbox, type RunOptions, type Sandbox } from '../support/sandbox.ts';
import { chooseSome } from '../support/matrix.ts';

const REFUSE = '[policy]\nrequire-virtual-environment = "enforce"\nexempt = ["target"]\n';

describe('a secret in what was typed is printed by no command', () => {
  let box: Sandbox;
  beforeAll(() => {
    box = createSandbox();
    // A pip that is silent of its arguments, falls back and fails in the usual ways.
    box.write(
      '../bin/python3',
      `#!/bin/sh
case $* in *runpy* | *'-m pip'*) ;; *) exit 1 ;; esac
echo 'Defaulting to user installation because normal site-packages is not writeable'
echo 'ERROR: Could not find a version that satisfies the requirement x (from versions: none)' >&2
echo 'ERROR: No matching distribution found for x' >&2
exit "\${PIP_TEST_STATUS:-0}"
`,
      0o755,
    );
  });
  afterAll(() => box.remove());

  const findSecret = (text: string) => /.*(?:s3c|r3t).*/.exec(text)?.[0] ?? null;
  const run = ([first = '', ...rest]: readonly string[], env: RunOptions['env'] = {}) => {
    // A day of its own each time: the second message of a day is the short one.
    calls += 1;
    return box.run([first, ...rest], { env: { XDG_STATE_HOME: path.join(box.home, `state-${calls}`), ...env } });
  };
  let calls = 0;
  const pipward = () => path.join(box.prefix, 'bin', 'pipward');
  const commands: readonly (readonly [
    what: string,
    (words: readonly string[]) => readonly string[],
    RunOptions['env']?,
    string?,
  ])[] = [
    ['policy test', (words) => [pipward(), 'policy', 'test', '--', 'install', ...words, 'x'], {}, REFUSE],
    [
      'policy test --json',
      (words) => [pipward(), 'policy', 'test', '--json', '--', 'install', ...words, 'x'],
      {},
      REFUSE,
    ],
    ['policy test without --', (words) => [pipward(), 'policy', 'test', 'install', ...words], {}, REFUSE],
    ['which', (words) => [pipward(), 'which', '--', 'install', ...words, 'x']],
    ['which --json', (words) => [pipward(), 'which', '--json', '--', 'install', ...words, 'x']],
    ['run', (words) => [pipward(), 'run', '--', 'pip', 'install', ...words]],
    ['an unknown command', (words) => [pipward(), ...words]],
    ['a refusal', (words) => ['pip', 'install', ...words, 'x'], {}, REFUSE],
    ['a refusal in GitHub Actions', (words) => ['pip', 'install', ...words, 'x'], { GITHUB_ACTIONS: 'true' }, REFUSE],
    ['a refusal in short', (words) => ['pip', 'install', ...words, 'x'], { PIPWARD_ADVICE: 'short' }, REFUSE],
    ['a refusal of uninstall', (words) => ['pip', 'uninstall', ...words, 'x'], {}, REFUSE],
    ['PIPWARD_DEBUG', (words) => ['pip', 'install', ...words, 'x'], { PIPWARD_DEBUG: '1' }],
    ['advice after a fallback', (words) => ['pip', 'install', ...words, 'x']],
    ['advice after a failure', (words) => ['pip', 'install', ...words, 'x'], { PIP_TEST_STATUS: '1' }],
    ['no interpreter', (words) => ['pip3.4', 'install', ...words, 'x']],
  ];

  test.each(
    chooseSome(
      commands.map((row) => [row[0], row] as const),
      3,
    ),
  )('%s', async (_, [, make, env = {}, policy]) => {
    box.write('pipward.toml', policy ?? '');
    box.write('requirements.txt', '');
    // All at once, and one alone that the parser of pip does not know.
    for (const words of [SECRET_WORDS.flat(), ['--no-such', `https://user:${SECRET}@h/`]]) {
      const { stdout, stderr } = await run(make(words), env);
      expect(findSecret(stdout + stderr)).toBeNull();
      expect(stdout + stderr).not.toBe('');
    }
  });

  test.each<[what: string, env: Record<string, string>, command: () => readonly string[]]>(
    chooseSome(
      [
        ['PIPWARD_PYTHON, which', { PIPWARD_PYTHON: `/x/http://u:${SECRET}@h` }, () => [pipward(), 'which']],
        ['PIPWARD_PYTHON, a call', { PIPWARD_PYTHON: `/x/http://u:${SECRET}@h` }, () => ['pip', 'install', 'x']],
        ['VIRTUAL_ENV, which', { VIRTUAL_ENV: `/x/http://u:${SECRET}@h` }, () => [pipward(), 'which', '--json']],
        [
          'VIRTUAL_ENV, a call',
          { VIRTUAL_ENV: `/x/http://u:${SECRET}@h`, PIPWARD_DEBUG: '1' },
          () => ['pip', 'install', 'x'],
        ],
        ['PIPWARD_BYPASS', { PIPWARD_BYPASS: `see https://u:${SECRET}@h/x` }, () => ['pip', 'install', 'x']],
        [
          'PIPWARD_BYPASS, policy test',
          { PIPWARD_BYPASS: `https://u:${SECRET}@h` },
          () => [pipward(), 'policy', 'test', '--json', '--', 'install', 'x'],
        ],
        [
          'PIP_INDEX_URL',
          { PIP_INDEX_URL: `https://u:${SECRET}@h/`, PIP_TEST_STATUS: '1', PIPWARD_BYPASS: 'y' },
          () => ['pip', 'install', 'x'],
        ],
        [
          'PIP_PROXY',
          { PIP_PROXY: `u:${SECRET}@h:1`, PIP_TEST_STATUS: '1', PIPWARD_BYPASS: 'y' },
          () => ['pip', 'install', 'x'],
        ],
        [
          'https_proxy',
          { https_proxy: `http://${SECRET}@h:1`, PIP_TEST_STATUS: '1', PIPWARD_BYPASS: 'y' },
          () => ['pip', 'install', 'x'],
        ],
        [
          'PIP_TARGET',
          { PIP_TARGET: `https://u:${SECRET}@h/` },
          () => [pipward(), 'policy', 'test', '--', 'install', 'x'],
        ],
        ['PIP_PYTHON', { PIP_PYTHON: `https://u:${SECRET}@h/` }, () => ['pip', 'install', 'x']],
        [
          'doctor',
          { PIP_INDEX_URL: `https://u:${SECRET}@h/`, VIRTUAL_ENV: `/x/http://u:${SECRET}@h` },
          () => [pipward(), 'doctor', '--json'],
        ],
      ],
      3,
    ),
  )('nor one in a variable: %s', async (_, env, command) => {
    box.write('pipward.toml', REFUSE);
    const { stdout, stderr } = await run(command(), env);
    expect(stdout + stderr).not.toMatch(/s3c|r3t/);
    expect(stdout + stderr).not.toBe('');
  });

  test('nor one in a log, in a policy file or in pip.conf', async () => {
    box.write(
      'pipward.toml',
      `${REFUSE}reason = "see https://u:${SECRET}@h/${'x'.repeat(300)}"\nminimum-pip = "https://user:${SECRET}@h/and/a/long/path"\n`,
    );
    box.write(
      'log',
      `$ pip install -i https://u:${SECRET}@h/ x\nERROR: Could not find a version that satisfies the requirement x@https://u:${SECRET}@h/x (from versions: none)\nERROR: No matching distribution found for x@https://u:${SECRET}@h/x\n`,
    );
    writeFileSync(path.join(box.home, 'pip.conf'), `[global]\nindex-url = https://u:${SECRET}@h/\nuser = yes\n`);
    for (const command of [
      [pipward(), 'policy', 'check'],
      [pipward(), 'policy', 'show'],
      [pipward(), 'policy', 'show', '--json'],
      [pipward(), 'diagnose', 'log'],
      [pipward(), 'diagnose', '--json', 'log'],
      ['pip', 'install', 'x'],
    ]) {
      const { stdout, stderr } = await run(command, { PIP_CONFIG_FILE: path.join(box.home, 'pip.conf') });
      expect({ command, printed: findSecret(stdout + stderr) }).toEqual({ command, printed: null });
    }
  });

  test('nor one in a startup file that setup would change', async () => {
    const lines = [
      `export PIP_INDEX_URL="https://u:${SECRET}@h/"`,
      `setenv UV_TOKEN ${SECRET}`,
      `set -gx DB_PASS '${SECRET} ${SECRET}'`,
    ];
    for (const file of ['.profile', '.bashrc']) box.write(path.join('h', file), `${lines.join('\n')}\n`);
    const { stdout, stderr } = await run([pipward(), 'setup', '--dry-run'], {
      HOME: path.join(box.project, 'h'),
    });
    expect(stderr).toBe('');
    expect(stdout).toContain(
      ' export PIP_INDEX_URL="https://****@h/"\n setenv UV_TOKEN ****\n set -gx DB_PASS ****\n+',
    );
    expect(findSecret(stdout)).toBeNull();
  });

  test('a fix that leaves a secret out says what to put in its place', async () => {
    box.write('pipward.toml', REFUSE);
    const { stderr } = await box.run(['pip', 'install', '-i', `https://u:${SECRET}@h/`, 'x']);
    expect(stderr).toContain('pip install ...');
    expect(stderr.replace(/\s+/g, ' ')).toContain('for ... put the rest of what you typed');
  });
});
