import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { escapeRoff, renderManPage } from '../../packaging/man-page.ts';
import { COMMANDS } from '../../src/admin/cli.ts';
import { hasProgram } from '../support/sandbox.ts';

const page = renderManPage(COMMANDS, '1.2.3', 1_700_000_000);
const admin = path.join(import.meta.dirname, '../../dist/admin.cjs');
const help = (...words: readonly string[]) =>
  spawnSync(process.execPath, [admin, ...words, '--help'], { encoding: 'utf8' }).stdout;

test('it names the version and the date of the release', () => {
  expect(page.split('\n')[0]).toBe('.TH PIPWARD 1 "2023-11-14" "pipward 1.2.3" "User Commands"');
});

test.each(COMMANDS.map((command) => [command.usage.split(' ')[0] ?? '', command] as const))(
  '%s is described as --help describes it',
  (name, { summary, options = {}, words = {}, examples, note = '' }) => {
    const shown = help(name).replaceAll(/\s+/g, ' ');
    expect(shown).toContain(summary);
    expect(page).toContain(`\\&${escapeRoff(summary)}`);
    expect(shown).toContain(note);
    expect(page).toContain(escapeRoff(note));
    for (const [option, { describe: meaning }] of Object.entries(options)) {
      expect(shown).toContain(`--${option}`);
      expect(page).toContain(`\\fB${escapeRoff(`--${option}`)}\\fR`);
      expect(page).toContain(`\\&${escapeRoff(meaning)}`);
    }
    for (const word of Object.keys(words)) expect(page).toContain(`\\fI${word}\\fR`);
    for (const [line] of examples) expect(page).toContain(`\\fB${escapeRoff(line)}\\fR`);
  },
);

test('every command of --help is in it', () => {
  const names = [...help().matchAll(/^ {2}pipward ([a-z]+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(page).toContain(`.SS pipward ${name}`);
});

test.each([
  ['--yes', '\\-\\-yes'],
  ['a\\b', 'a\\eb'],
  ['eval "$(it\'s)"', 'eval \\(dq$(it\\(aqs)\\(dq'],
  ['~/.bashrc', '\\(ti/.bashrc'],
])('%j can be copied from the page', (text, expected) => {
  expect(escapeRoff(text)).toBe(expected);
});

const lacks = hasProgram('groff') ? '' : ' (needs groff)';
describe.skipIf(lacks !== '')(`groff${lacks}`, () => {
  test('finds nothing wrong with it, and shows commands as they are typed', () => {
    const done = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-cbou'], { input: page, encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toContain('pipward setup --dry-run');
    expect(done.stdout).toContain('eval "$(pipward completion bash 2>/dev/null)"');
  });
});
