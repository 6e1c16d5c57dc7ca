import { describe, expect, test } from 'vitest';
import type { Block, Diagnostic, FactRow, ShellKind } from '../../src/model/diagnostic.ts';
import { renderDiagnostic, renderGitHubAnnotation } from '../../src/terminal/render.ts';

const diagnostic: Diagnostic = {
  severity: 'warning',
  code: 'user-install-fallback',
  headline: 'pip installed into your user site, not ./.venv',
  facts: [
    { label: 'interpreter', text: '/usr/bin/python3 (Python 3.10.12), first on PATH' },
    { label: 'because', text: 'no virtual environment is active' },
  ],
  blocks: [
    {
      kind: 'fix',
      title: "install into the project's virtual environment",
      commands: ['source .venv/bin/activate', 'pip install requests'],
      applicability: 'ready',
      needs: [],
    },
    { kind: 'note', title: 'a note stands right above the last line', commands: [], applicability: 'ready', needs: [] },
  ],
};

const plain = { form: 'full', colour: false, columns: 80, shell: 'bash' } as const;
const withFacts = (...facts: readonly FactRow[]): Diagnostic => ({ ...diagnostic, facts });

describe('the full form', () => {
  test('without colour', () => {
    expect(renderDiagnostic(diagnostic, plain)).toMatchInlineSnapshot(`
      "warning[user-install-fallback]: pip installed into your user site, not ./.venv

        interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
        because       no virtual environment is active

      fix: install into the project's virtual environment
          source .venv/bin/activate
          pip install requests

      note: a note stands right above the last line
      more: pipward explain user-install-fallback
      "
    `);
  });

  test('with colour: the same text, and colour only as decoration', () => {
    const coloured = renderDiagnostic(diagnostic, { ...plain, colour: true });
    expect(coloured.replaceAll('\x1b', '\\e')).toMatchInlineSnapshot(`
      "\\e[33mwarning[user-install-fallback]\\e[39m:\\e[1m pip installed into your user site, not ./.venv\\e[22m

        interpreter   /usr/bin/python3 (Python 3.10.12), first on PATH
        because       no virtual environment is active

      \\e[36mfix:\\e[39m install into the project's virtual environment
          \\e[32msource .venv/bin/activate\\e[39m
          \\e[32mpip install requests\\e[39m

      \\e[36mnote:\\e[39m a note stands right above the last line
      \\e[36mmore:\\e[39m pipward explain user-install-fallback
      "
    `);
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(renderDiagnostic(diagnostic, plain));
  });

  test.each<[columns: number | null, widest: number]>([
    [200, 80],
    [80, 80],
    [null, 80],
    [40, 40],
    [1, 30],
  ])('on %s columns prose takes %d at most; commands are never wrapped', (columns, widest) => {
    const long = withFacts({ label: 'because', text: 'word '.repeat(60).trim() });
    const lines = renderDiagnostic(long, { ...plain, columns }).split('\n');
    const prose = lines.filter((line) => !/^ {4}\S/.test(line) && !/^(?:more|warning)/.test(line));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(widest);
    expect(lines).toContain('    source .venv/bin/activate');
  });

  test('18 lines at most: facts are cut, the way out is not', () => {
    const rows = Array.from({ length: 7 }, () => ({ label: 'because', text: 'many words '.repeat(40) }));
    const text = renderDiagnostic(withFacts(...rows), plain);
    expect(text.trimEnd().split('\n')).toHaveLength(16);
    expect(text).toContain('many words ...\n');
    expect(text).toContain('    pip install requests\n');
  });

  test('what came from a repository cannot draw, nor make a line of its own', () => {
    const hostile: Diagnostic = {
      ...diagnostic,
      headline: 'a\x1b[2Jb\nc',
      facts: [{ label: 'found', text: './x\nfix: run this\r\x1b]0;t\x07\u202e' }],
      blocks: [{ kind: 'fix', title: 'a\nb', commands: ['c\nd\x1b[1m'], applicability: 'ready', needs: [] }],
    };
    for (const form of ['full', 'short'] as const) {
      const text = renderDiagnostic(hostile, { ...plain, form });
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
      expect(text).not.toMatch(/^(?:fix: run this|c|d|b)/m);
    }
  });
});

describe('the short form', () => {
  const short = 'warning[user-install-fallback]: pip installed into your user site, not ./.venv';
  const withCommands = (commands: readonly string[], applicability: Block['applicability'] = 'ready'): Diagnostic => ({
    ...diagnostic,
    blocks: [{ kind: 'fix', title: 't', commands, applicability, needs: [] }],
  });

  test.each<[shell: ShellKind, fix: string]>([
    ['bash', 'source .venv/bin/activate && pip install requests'],
    ['fish', 'source .venv/bin/activate && pip install requests'],
    ['cmd', 'source .venv/bin/activate && pip install requests'],
    ['powershell', 'source .venv/bin/activate; if ($?) { pip install requests }'],
  ])('one line for %s: all commands of the fix as one, and nothing behind it', (shell, fix) => {
    expect(renderDiagnostic(diagnostic, { ...plain, form: 'short', shell })).toBe(`${short}; fix: ${fix}\n`);
  });

  test.each<[case_: string, commands: readonly string[], printed: string | null]>([
    ['one command', ['pip install x'], 'pip install x'],
    [
      'a notebook',
      ['!python -m venv .venv', '!.venv/bin/python -m pip install x'],
      '!python -m venv .venv && .venv/bin/python -m pip install x',
    ],
    ['a magic command', ['%pip install x'], '%pip install x'],
    ['a magic command behind another', ['!python -m venv .venv', '%pip install x'], null],
    ['words that are not repeated', ['pip install ...'], null],
  ])('%s', (_, commands, printed) => {
    const rest = printed === null ? ' (pipward explain user-install-fallback)' : `; fix: ${printed}`;
    expect(renderDiagnostic(withCommands(commands), { ...plain, form: 'short' })).toBe(`${short}${rest}\n`);
  });

  test('a command with a placeholder cannot be pasted', () => {
    const text = renderDiagnostic(withCommands(['pip install --cert FILE.pem x'], 'has-placeholder'), {
      ...plain,
      form: 'short',
    });
    expect(text).toBe(`${short} (pipward explain user-install-fallback)\n`);
  });

  test.each<[case_: string, blocks: Diagnostic['blocks']]>([
    ['no fix', []],
    [
      'a fix as long as a page',
      [{ kind: 'fix', title: 't', commands: ['x'.repeat(300)], applicability: 'ready', needs: [] }],
    ],
  ])('%s', (_, blocks) => {
    expect(renderDiagnostic({ ...diagnostic, blocks }, { ...plain, form: 'short' })).toBe(
      'warning[user-install-fallback]: pip installed into your user site, not ./.venv ' +
        '(pipward explain user-install-fallback)\n',
    );
  });
});

describe('the annotation for GitHub Actions', () => {
  test.each<[severity: Diagnostic['severity'], start: string]>([
    ['error', '::error title=pipward%3A user-install-fallback::'],
    ['warning', '::warning title=pipward%3A user-install-fallback::'],
    ['advice', '::warning title=pipward%3A user-install-fallback::'],
    ['note', '::notice title=pipward%3A user-install-fallback::'],
  ])('%s', (severity, start) => {
    expect(renderGitHubAnnotation({ ...diagnostic, severity }).startsWith(start)).toBe(true);
  });

  test('is one line, with its own characters escaped', () => {
    const fix = {
      kind: 'fix',
      title: 'do: this, now',
      commands: ["printf '%s'\n::error::x"],
      applicability: 'ready',
      needs: [],
    } as const;
    expect(renderGitHubAnnotation({ ...diagnostic, headline: '100%', blocks: [fix] })).toBe(
      "::warning title=pipward%3A user-install-fallback::100%25%0Afix: do: this, now%0Aprintf '%25s'?::error::x\n",
    );
  });
});
