import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEST_LIMIT } from '../support/limits.ts';
import { findOwnNode } from '../support/own-folder.ts';
import { copyProduct, snapshot } from '../support/product.ts';
import { copyInterpreter, findPyenvPython } from '../support/pythons.ts';
import { createSandbox, hasProgram, hasSetpriv, NOBODY, type Sandbox } from '../support/sandbox.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { makeWheel } from '../support/wheel.ts';

const document = path.join(import.meta.dirname, '../../docs/guides/first-minute.md');
const INTRODUCTION = `# The first minute

This page shows what a new user sees on a terminal. (In a fresh clone, \`install.sh\` builds pipward first.)
In this example, only root can install packages into the Python on PATH, so pip uses the *user site*, a folder in the home directory (\`~/.local\`). \`bash\` starts a new
shell, as a new terminal would. A test (\`test/e2e/first-minute.test.ts\`) types these commands and compares the output
with this page; with \`UPDATE_DOCS=1\` it rewrites the page.
`;
const python = findPyenvPython();
const missing = [
  ...['tmux', 'bash', 'zsh', 'fish', 'tcsh'].filter((name) => !hasProgram(name)),
  ...(hasSetpriv ? [] : ['root']),
  ...(python === null ? ['a Python of pyenv'] : []),
];

/** What differs between machines and days: versions, which Pythons there are, the Node and its age. */
function normalise(text: string): string {
  return text
    .replaceAll(/^( +shims +).*$/gm, '$1...')
    .replaceAll(/^! Node: .*\n(?: .*\n)*\n/gm, '')
    .replaceAll(/^\npipward's Node\.js, .*\nWith a newer one on PATH, run: .*\n/gm, '')
    .replaceAll(/^[!✓] Node .*\n/gm, '')
    .replaceAll(/(?:No problems|\d+ problems?), \d+ notes? found/g, 'No problems found')
    .replaceAll(/(visible to .*), but not with sudo$/gm, '$1')
    .replaceAll(/(not in cron) and sudo$/gm, '$1')
    .replaceAll(/\b\d+\.\d+(?:\.\d+)*\b/g, 'N')
    .replaceAll(/\(\d+ files to write/g, '(some files to write')
    .replaceAll(/\(\d+ files\)/g, '(some files)')
    .replaceAll(/pipward-\w{6}\b/g, 'pipward-xxxxxx')
    .replaceAll(/[\d.]+ [kM]B(?:\/s)?|eta .*/g, '')
    .replaceAll(/ +$/gm, '');
}

describe.skipIf(missing.length > 0)(`the first minute (needs ${missing.join(', ') || 'nothing more'})`, () => {
  let box: Sandbox;
  let terminal: Terminal;
  let interpreter = '';

  beforeAll(() => {
    box = createSandbox();
    interpreter = path.join(box.folder, 'python');
    if (python !== null) copyInterpreter(python, interpreter);
    writeFileSync(path.join(box.folder, 'bin/pip'), '#!/bin/sh\nexec python3 -m pip "$@"\n', { mode: 0o755 });
    makeWheel(box.wheels, 'rocket');
    copyProduct(path.join(box.home, 'pipward'));
    mkdirSync(path.join(box.home, 'orbit'));
    writeFileSync(path.join(box.home, 'orbit/pyproject.toml'), '[project]\nname = "orbit"\nversion = "1"\n');
    // A shared libpython is looked for where the original is, which this user may not read.
    writeFileSync(path.join(box.home, '.bashrc'), `PS1='$ '\nexport LD_LIBRARY_PATH=${interpreter}/lib\n`);
    spawnSync('chown', ['-hR', `${NOBODY}:${NOBODY}`, box.home]);
  });
  afterAll(() => {
    terminal?.close();
    box.remove();
  });

  /** Types a command, waits for the prompt after it, and returns what it printed. */
  async function follow(line: string): Promise<string> {
    await terminal.command(line);
    const end = String.raw`\n(?:[^]*\n)?(?:\(\.venv\) )?\$$`;
    const text = await terminal.waitFor(new RegExp(String.raw`\$ ${escapeText(line)}${end}`));
    return text.slice(text.lastIndexOf(`$ ${line}\n`) + line.length + 3).replace(/(?:\(\.venv\) )?\$$/, '');
  }

  test(
    'install, advice, following it, a clean doctor, uninstall: as docs/guides/first-minute.md says',
    { timeout: TEST_LIMIT },
    async () => {
      const before = snapshot(path.join(box.home));
      const env = box.environment({
        LD_LIBRARY_PATH: path.join(interpreter, 'lib'),

        PATH: `${path.join(box.folder, 'bin')}:${interpreter}/bin:${path.dirname(findOwnNode())}:/usr/bin:/bin`,
      });
      terminal = openTerminal(env, box.home, { lines: 50, command: box.wrap(['bash', '-i']).join(' ') });

      expect(await follow('./pipward/install.sh --yes')).toContain('Done. New terminals have it');
      await follow('bash');
      await follow('cd orbit');
      const advice = await follow('pip install rocket');
      expect(advice).toContain('Defaulting to user installation');
      expect(advice).toContain('warning[user-install-fallback]');
      const fix = /^fix: .*\n((?:\n| {4}.*\n)+)/m.exec(advice)?.[1] ?? '';
      const commands = [...fix.matchAll(/^ {4}(\S.*)$/gm)].map(([, command = '']) => command);
      expect(commands.length).toBeGreaterThan(1);
      for (const command of commands) await follow(command);
      expect(await follow('pip show rocket')).toContain(path.join(box.home, 'orbit/.venv'));
      await follow('deactivate');
      const findings = await follow('pipward doctor && echo all is well');
      expect(findings).toContain('all is well');
      expect(findings).toMatch(/^No problems(?:, \d notes?)? found\./m);
      expect(await follow('~/pipward/install.sh --uninstall --yes')).toContain('Done.');
      await follow('hash -r');
      expect(await follow('command -v pip')).toBe(`${path.join(box.folder, 'bin/pip')}\n`);

      const screen = terminal
        .screen()
        .replaceAll(box.home, '/home/you')
        .replaceAll(interpreter, '/opt/python')
        .replaceAll(path.join(box.folder, 'bin'), '/opt/bin')
        .replaceAll(box.wheels, '/opt/wheels');
      const text = `${INTRODUCTION}\n\`\`\`console\n${screen.replace(/\n\$$/, '')}\n\`\`\`\n`;
      if (process.env['UPDATE_DOCS'] === '1') writeFileSync(document, text);
      expect(normalise(text)).toBe(normalise(readFileSync(document, 'utf8')));

      // What pip, venv and bash left is the person's.
      const left = snapshot(box.home).filter(
        (line) => !/^(?:\.local|\.cache|orbit\/\.venv)\/|^\.bash_history /.test(line),
      );
      expect(left).toEqual(before.filter((line) => !line.startsWith('.local/')));
    },
  );
});

function escapeText(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}/]/g, String.raw`\$&`);
}
