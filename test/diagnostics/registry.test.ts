import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PAGES } from '../../src/diagnostics/registry.ts';
import { noRules } from '../../src/policy/file/defaults.ts';
import { renderDiagnostic, renderGitHubAnnotation } from '../../src/terminal/render.ts';
import { describeWith } from '../../src/diagnostics/describe-finding.ts';
import type { Obstacle } from '../../src/model/trial.ts';
import { adviceOf, type AllFacts, cleanEnvironment, command, factsWith, layerWith, print, UNKNOWN } from './build.ts';
import { findings, longPath, places, WINDOWS_CODES } from './findings.ts';

const docs = path.join(import.meta.dirname, '..', '..', 'docs', 'diagnostics');

const codes = PAGES.map(({ code }) => code);

test('every page belongs to a code', () => {
  expect(readdirSync(docs).sort()).toEqual(codes.map((code) => `${code}.md`).sort());
});

describe.each(codes)('the page of %s', (code) => {
  const lines = readFileSync(path.join(docs, `${code}.md`), 'utf8')
    .trimEnd()
    .split('\n');

  test('has the headings that explain prints', () => {
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      `# ${code}`,
      '## What it means',
      '## Why',
      '## What to do',
      '## How to silence it',
    ]);
  });

  test('is one screen or two', () => {
    expect(lines.length).toBeGreaterThanOrEqual(20);
    expect(lines.length).toBeLessThanOrEqual(60);
    // `pipward explain` prints it unchanged.
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
});

describe.each(Object.entries(places))('%s', (_, facts) => {
  test.each(Object.entries(findings))('%s: 18 lines, 80 columns, ASCII', (code, cases) => {
    for (const finding of cases) {
      for (const line of ['pip install httpie', 'pip uninstall httpie', 'pip install -t /opt/x httpie']) {
        const lines = print(finding, facts, line).trimEnd().split('\n');
        const prose = lines.filter(
          (text) => !/^ {4}\S/.test(text) && !text.includes(longPath.slice('/home/ada/'.length, -1)),
        );
        expect(lines.length).toBeLessThanOrEqual(18);
        expect(Math.max(...prose.map((text) => text.length))).toBeLessThanOrEqual(80);
        expect(lines.join('')).toMatch(/^[ -~]+$/);
        expect(lines.join('')).not.toContain('secret');
        expect(lines[0]?.length).toBeLessThan(80);
        expect(lines[0]).not.toMatch(/\.$/);
        expect(lines.at(-1)).toBe(`more: pipward explain ${code}`);
        expect(print(finding, facts, line, { form: 'short' })).toMatch(/^[ -~]{1,400}\n$/);
      }
    }
  });
});

test('each fact that one diagnostic alone mentions has a value in a place, or its text is tested nowhere', () => {
  const unset = Object.entries(UNKNOWN).filter(([name, unknown]) =>
    Object.values(places).every((facts) => JSON.stringify(Reflect.get(facts, name)) === JSON.stringify(unknown)),
  );
  expect(unset.map(([name]) => name)).toEqual([]);
});

test('the catalogue: every diagnostic, to be read from top to bottom', async () => {
  const facts = factsWith({ project: { environments: [cleanEnvironment] } });
  const elsewhere = Object.entries(findings).filter(([code]) => !WINDOWS_CODES.some((each) => each === code));
  const pages = elsewhere.flatMap(([code, cases]) =>
    cases.map((finding, index) => {
      const diagnostic = describeWith(finding, facts, command('pip install httpie'));
      const [full, short] = (['full', 'short'] as const).map((form) =>
        renderDiagnostic(diagnostic, { form, colour: false, columns: 80, shell: 'bash' }),
      );
      return `## ${code} ${index + 1}\n\n${full}\n${short}\n${renderGitHubAnnotation(diagnostic)}`;
    }),
  );
  await expect(pages.join('\n')).toMatchFileSnapshot('catalogue.snap.txt');
});

describe('what a policy advises', () => {
  const demands = {
    'require-virtual-environment': { level: 'enforce', from: '2031-01-15', value: null, line: 3 },
    'minimum-pip': { level: 'advise', from: null, value: '24.0', line: 7 },
  } as const;
  const project = layerWith({ rules: { ...noRules, demands } });
  const system = layerWith({ scope: 'system', file: `${longPath}policy.toml`, rules: project.rules });
  const advised = [
    adviceOf(system, { from: '2031-01-15' }),
    adviceOf(project, { rule: 'minimum-pip', line: 7 }),
    adviceOf(project, { from: '2031-01-15' }),
  ];
  const words = [
    `${longPath.replace('/home/ada', '~')}policy.toml:3 require-virtual-environment = "enforce", from 2031-01-15`,
    '~/code/api/pipward.toml:7 minimum-pip = "24.0", level = "advise"',
    '~/code/api/pipward.toml:3 require-virtual-environment = "enforce", from 2031-01-15',
  ];

  test.each(Object.entries(findings))('%s carries it in every form', (_, cases) => {
    for (const facts of Object.values(places).map((place): AllFacts => ({ ...place, advised }))) {
      for (const finding of cases) {
        const diagnostic = describeWith(finding, facts, command('pip install httpie'));
        const full = renderDiagnostic(diagnostic, { form: 'full', colour: false, columns: 80, shell: 'bash' });
        const short = renderDiagnostic(diagnostic, { form: 'short', colour: false, columns: 80, shell: 'bash' });
        const annotation = renderGitHubAnnotation(diagnostic);
        for (const text of words) {
          expect(full.replaceAll(/\s+/g, ' ')).toContain(`policy ${text}`);
          expect(short).toContain(`; policy: ${text}`);
          expect(annotation).toContain(`%0Apolicy: ${text}`);
        }
        expect(short.split('\n')).toHaveLength(2);
      }
    }
  });
});

describe('what would fail is not printed', () => {
  const obstacles: readonly Obstacle[] = [
    { kind: 'not-found', path: '/usr/bin/python3' },
    { kind: 'no-pip', executable: '/usr/bin/python3' },
    { kind: 'managed', executable: '/usr/bin/python3', marker: '/usr/lib/python3.11/EXTERNALLY-MANAGED' },
    { kind: 'not-writable', path: '/srv/app' },
    { kind: 'no-user-site', place: '/nonexistent/.local', isRelative: false },
    { kind: 'no-user-site', place: '~/.local', isRelative: true },
    { kind: 'user-site-off' },
    { kind: 'user-in-environment' },
    { kind: 'setting', option: '--require-virtualenv', origin: { kind: 'command-line' } },
    { kind: 'policy', rule: adviceOf(layerWith()) },
    { kind: 'policy', rule: adviceOf(layerWith(), { rule: 'forbid-root' }) },
    { kind: 'policy-unreadable', file: '/etc/pipward/policy.toml' },
    { kind: 'no-venv', executable: '/usr/bin/python3', missing: 'venv' },
    { kind: 'no-root', command: 'apt install python3.11-venv' },
    { kind: 'no-program', name: 'virtualenv' },
  ];

  test.each(Object.entries(findings))(
    '%s: every block that needs something is kept or dropped as a whole',
    (_, cases) => {
      for (const facts of Object.values(places)) {
        for (const obstacle of obstacles) {
          const closed: AllFacts = { ...facts, findObstacle: () => obstacle };
          for (const finding of cases) {
            const { blocks } = describeWith(finding, closed, command('pip install httpie'));
            expect(blocks.filter(({ needs }) => needs.length > 0)).toEqual([]);
            const open = describeWith(finding, facts, command('pip install httpie')).blocks;
            const wasFix = open.some(
              ({ kind, commands, needs }) => kind === 'fix' && commands.length > 0 && needs.length > 0,
            );
            const isFix = blocks.some(({ kind, commands }) => kind === 'fix' && commands.length > 0);
            const says = blocks.filter(({ title }) => /^no command can help here: .+; .+/.test(title));
            expect(says.length).toBeGreaterThanOrEqual(wasFix && !isFix ? 1 : 0);
          }
        }
      }
    },
  );

  test('rules that forbid every command are named together, and whom to ask is said once', () => {
    const root: Obstacle = { kind: 'policy', rule: adviceOf(layerWith(), { rule: 'forbid-root' }) };
    const place: Obstacle = { kind: 'policy', rule: adviceOf(layerWith()) };
    const facts: AllFacts = { ...factsWith(), findObstacle: ({ kind }) => (kind === 'pip' ? root : place) };
    const titles = (findings['externally-managed'] ?? []).flatMap((finding) =>
      describeWith(finding, facts, command('pip install httpie')).blocks.map(({ title }) => title),
    );
    expect(titles).toContain(
      'no command can help here: require-virtual-environment (~/code/api/pipward.toml:3) and forbid-root ' +
        '(~/code/api/pipward.toml:3) forbid the commands that would help; ' +
        'run pip as an ordinary user, or ask #python-help for an exception',
    );
  });
});

describe('printed commands', () => {
  /** All commands that are printed for a call, each with its finding's code. */
  function listCommands(line: string, changes: Partial<AllFacts>): readonly string[] {
    return Object.values(places).flatMap((place) =>
      Object.values(findings)
        .flat()
        .flatMap((finding) => describeWith(finding, { ...place, ...changes }, command(line)).blocks)
        // That --no-index is left out is what the fix says.
        .filter(({ title }) => title !== 'let pip look at the index')
        .flatMap(({ commands }) => commands),
    );
  }

  const INSTALL = /^(?!sudo |apt |brew |conda ).*\b(?:pip[\d.]*|pipx)['"]? install\b/;

  test.each([
    '--no-index',
    '--find-links wheels',
    '--index-url https://h/simple',
    '--constraint c.txt',
    '--proxy h:3128',
  ])('every install takes files from where the call does: %s', (option) => {
    const installs = listCommands(`pip install ${option} httpie`, {}).filter((text) => INSTALL.test(text));
    expect(installs.length).toBeGreaterThan(100);
    expect(installs.filter((text) => !text.includes(option))).toEqual([]);
  });

  test('an option that is not to be printed leaves a place for it', () => {
    const line = 'pip install --index-url https://ada:secret@h/simple httpie';
    const installs = listCommands(line, {}).filter((text) => INSTALL.test(text));
    expect(installs.filter((text) => !/ \.\.\.( |$)/.test(text))).toEqual([]);
  });

  test.each(['pip install httpie', 'pip uninstall httpie'])(
    '%s: none runs a module of the current directory',
    (line) => {
      const starts = (texts: readonly string[]) => texts.filter((text) => / -m (?:pip|venv|ensurepip)\b/.test(text));
      expect(starts(listCommands(line, { isShadowed: true })).filter((text) => !/ -[IP] -m /.test(text))).toEqual([]);
      expect(starts(listCommands(line, {}))).not.toEqual([]);
    },
  );
});
