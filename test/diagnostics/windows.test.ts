import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { describeWith } from '../../src/diagnostics/describe-finding.ts';
import type { DiagnosticCode, Finding } from '../../src/diagnostics/registry.ts';
import type { ShellKind } from '../../src/model/diagnostic.ts';
import { renderDiagnostic } from '../../src/terminal/render.ts';
import { readCmd, readPowerShell } from '../support/shell-commands.ts';
import { command, print } from './build.ts';
import { findings } from './findings.ts';
import { listWindowsPlaces, windowsEnvironment, windowsFacts, WINDOWS_SHELLS } from './windows-places.ts';

const LINES = ['pip install httpie', 'pip uninstall httpie', 'pip install -t D:\\x httpie'];

/** The same finding with paths of Windows: a text that is a path as a whole. */
function toWindows<Value>(value: Value): Value;
function toWindows(value: unknown): unknown {
  if (typeof value === 'string') {
    if (value.startsWith('/usr/bin/python3')) return 'C:\\Python310\\python.exe';
    return /^\/[\w./'\- ]*$/.test(value) ? `C:${value.replace('/home/', '/Users/').replaceAll('/', '\\')}` : value;
  }
  if (Array.isArray(value)) return value.map((each: unknown) => toWindows(each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toWindows(each)]));
}

const visualC = {
  code: 'build-failed',
  subject: 'httpie',
  origin: null,
  cause: { kind: 'visual-c' },
  evidence:
    'error: Microsoft Visual C++ 14.0 or greater is required. Get it with "Microsoft C++ Build Tools": https://visualstudio.microsoft.com/visual-cpp-build-tools/',
  installing: false,
} as const;
const scripts: Finding = {
  code: 'script-not-on-path',
  scripts: ['f2py.exe'],
  directory: 'C:\\Users\\ada\\AppData\\Roaming\\Python\\Python312\\Scripts',
};
/** pip never says on Windows that it runs as root (pip/_internal/cli/req_command.py, warn_if_run_as_root). */
const cases: readonly (readonly [code: string, found: readonly Finding[]])[] = Object.entries(findings)
  .filter(([code]) => code !== 'running-as-root')
  .map(([code, found]): [string, readonly Finding[]] => [
    code,
    [
      ...found.map((each) => toWindows(each)),
      ...(code === 'build-failed' ? [visualC] : []),
      ...(code === 'script-not-on-path' ? [scripts] : []),
    ],
  ]);

/** Words and places that Windows does not have; the name of a rule is the same everywhere. */
const NOT_OF_WINDOWS = [
  /\bsudo\b/,
  /\bapt\b/,
  /\bDebian\b/,
  /\bch(?:mod|own)\b/,
  /(?<!forbid-|\b)\broot\b(?!-forbidden)/,
  /(?:^|[\s'"=(])~(?:[/\\\s]|$)/m,
  /(?<![\w.:])\/(?:tmp|usr|home|etc|opt|dev|bin|var)\b/,
  /(?<![\w\\])python3(?![\w.])/,
  /\bpy -\d/,
];
const OF_POSIX_SHELLS = /^ {4}(?:source|export|unset|env|\.) /m;

/** Programs that printed commands start: a path that was cut at a space is not one of them. */
const PROGRAMS = new Set(
  (
    'pip pipx pipward python conda virtualenv rundll32 tasklist reg dir set echo ls brew Set-ExecutionPolicy Remove-Item ' +
    'Get-ChildItem $env:Path Out-File'
  ).split(' '),
);
const isProgram = (word: string) =>
  PROGRAMS.has(word) || /[/\\](?:python(?:3?\.\d+)?(?:\.exe)?|Activate\.ps1|activate\.bat|python)$/.test(word);

/** In a cell of a notebook a line begins with `!`, and its rest is cmd's; a magic command is IPython's own. */
function read(text: string, shell: ShellKind, isCell: boolean): readonly (readonly string[])[] {
  if (isCell && text.startsWith('%pip ')) return [['pip', text]];
  if (isCell && !text.startsWith('!')) throw new Error(`not a cell: ${text}`);
  return isCell || shell === 'cmd' ? readCmd(text.replace(/^!/, '')) : readPowerShell(text);
}

function listPrinted(shell: ShellKind, found: readonly Finding[]) {
  return Object.entries(listWindowsPlaces(shell)).flatMap(([place, facts]) =>
    found.flatMap((finding) => LINES.map((line) => ({ place, facts, finding, line }))),
  );
}

describe.each(WINDOWS_SHELLS)('on Windows, in %s', (shell) => {
  const isPosix = shell === 'posix';
  test.each(cases)('%s: 18 lines of 80 columns, and no word that is not of Windows', (_, found) => {
    for (const { place, facts, finding, line } of listPrinted(shell, found)) {
      const text = print(finding, facts, line);
      const shown = `${place}, ${line}:\n${text}`;
      const lines = text.trimEnd().split('\n');
      expect(lines.length, `on ${shown}`).toBeLessThanOrEqual(18);
      const prose = lines.filter((each) => !/^ {4}\S/.test(each) && !/\S{60}/.test(each));
      expect(Math.max(...prose.map((each) => each.length)), `on ${shown}`).toBeLessThanOrEqual(80);
      expect(text, `on ${shown}`).toMatch(/^[ -~\n]+$/);
      // What pip or a build printed is quoted as it is.
      const own = text.replace(/^ {2}(?:build says|last error|pip says) [^]*?(?=\n {2}\w|\n\n)/m, '');
      for (const word of NOT_OF_WINDOWS) expect(own, `on ${shown}`).not.toMatch(word);
      const typed = lines.filter((each) => /^ {4}\S/.test(each)).join('\n');
      expect(isPosix ? '' : typed, `on ${shown}`).not.toMatch(OF_POSIX_SHELLS);
    }
  });

  test.skipIf(isPosix).each(cases)('%s: every command is one in this shell', (_, found) => {
    for (const { place, facts, finding, line } of listPrinted(shell, found)) {
      const diagnostic = describeWith(finding, facts, command(line));
      const short = renderDiagnostic(diagnostic, { form: 'short', colour: false, columns: 80, shell });
      const joined = /; (?:fix|next time): (.*)\n$/.exec(short)?.[1];
      for (const text of [
        ...diagnostic.blocks.flatMap(({ commands }) => commands),
        ...(joined === undefined ? [] : [joined]),
      ]) {
        const words = read(text, shell, facts.caller.notebook !== null).map(([first = '']) => first);
        expect(
          words.filter((word) => !isProgram(word)),
          `${place}: ${text}`,
        ).toEqual([]);
      }
    }
  });
});

test.skipIf(!existsSync('/bin/bash'))('in Git Bash every command can be parsed', () => {
  const texts = (['posix', 'bash'] as const).flatMap((shell) =>
    cases.flatMap(([, found]) =>
      listPrinted(shell, found).flatMap(({ facts, finding, line }) =>
        facts.caller.notebook !== null
          ? []
          : describeWith(finding, facts, command(line)).blocks.flatMap(({ commands }) => commands),
      ),
    ),
  );
  const lines = [...new Set(texts)];
  expect(lines.length).toBeGreaterThan(100);
  const { stderr, status } = spawnSync('/bin/bash', ['-n'], { input: lines.join('\n'), encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  // A program's path with backslashes alone would be looked up on PATH.
  expect(lines.filter((line) => /^'?(?:[A-Za-z]:)?\\/.test(line))).toEqual([]);
});

test('the catalogue of Windows, to be read from top to bottom', async () => {
  const codes: readonly DiagnosticCode[] = [
    'user-install-fallback',
    'permission-denied',
    'script-not-on-path',
    'file-in-use',
    'path-too-long',
    'pip-replaces-itself',
    'launcher-broken',
    'store-alias',
    'leftover-folders',
    'root-forbidden',
    'venv-required',
  ];
  const pages = WINDOWS_SHELLS.flatMap((shell) =>
    [...cases.filter(([code]) => codes.some((each) => each === code)), ['build-failed', [visualC]] as const].flatMap(
      ([code, found]) =>
        found.map((finding, index) => {
          const project = code === 'permission-denied' ? {} : { environments: [windowsEnvironment] };
          const text = print(finding, windowsFacts(shell, { project }), 'pip install httpie');
          const short = print(finding, windowsFacts(shell, { project }), 'pip install httpie', { form: 'short' });
          return `## ${shell}: ${code} ${index + 1}\n\n${text}\n${short}`;
        }),
    ),
  );
  await expect(pages.join('\n')).toMatchFileSnapshot('catalogue-windows.snap.txt');
});
