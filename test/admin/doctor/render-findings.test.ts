import { expect, test } from 'vitest';
import { renderFindings, type FindingStyle } from '../../../src/admin/doctor/render-findings.ts';
import type { Area, Finding } from '../../../src/admin/doctor/finding.ts';

const PLAIN: FindingStyle = { verbose: false, colour: false, signs: false, columns: null, home: '/home/ada' };

function finding(state: Finding['state'], subject: string, text: string, fix: string | null = null): Finding {
  return { subject, state, text, fix };
}

const areas: readonly Area[] = [
  { name: 'installation', findings: [finding('ok', 'pipward', '/home/ada/x')], summary: null, urgent: 'fixes' },
  {
    name: 'Python',
    findings: [
      finding('ok', 'Python', '/usr/bin/python3'),
      finding('note', 'user site', 'its programs are not on PATH', 'use a virtual environment'),
      finding('note', 'other pip', 'is for another Python'),
    ],
    summary: null,
    urgent: 'fixes',
  },
  {
    name: 'PATH',
    findings: [
      finding('wrong', 'PATH', '/home/ada/bin/pip comes before pipward', 'export PATH=\'/x/shims\':"$PATH"'),
      finding('note', 'PATH', 'later on PATH: /usr/bin/pip'),
    ],
    summary: null,
    urgent: 'fixes',
  },
  {
    name: 'other programs',
    findings: [finding('note', 'cron', 'pip is /usr/bin/pip', 'in the crontab: PATH=/x')],
    summary: 'not in cron',
    urgent: 'none',
  },
  { name: 'policy', findings: [finding('note', 'policy', 'odd\u001b[31m key')], summary: 'x.toml', urgent: 'notes' },
];

test('problems come first, then notes, each with its fix; then one line per area and a count', () => {
  expect(renderFindings(areas, PLAIN)).toBe(
    `problem PATH: ~/bin/pip comes before pipward
        fix: export PATH='/x/shims':"$PATH"

note    user site: its programs are not on PATH
        fix: use a virtual environment

note    policy: odd?[31m key

ok      installation      ~/x
note    Python            /usr/bin/python3 (1 note)
problem PATH              1 problem
ok      other programs    not in cron
note    policy            x.toml (1 note)

1 problem, 2 notes found. \`pipward doctor --verbose\` lists every check.`,
  );
});

test('--verbose lists every finding after the problems', () => {
  const lines = renderFindings(areas, { ...PLAIN, verbose: true }).split('\n');
  expect(lines[0]).toBe('problem PATH: ~/bin/pip comes before pipward');
  expect(lines).toContain('info    PATH              later on PATH: /usr/bin/pip');
  expect(lines).toContain('info    other pip         is for another Python');
  expect(lines).toContain('                          fix: in the crontab: PATH=/x');
  expect(lines.at(-1)).toBe('1 problem, 2 notes found.');
  // As many rows as are counted, each after its own line above.
  expect(lines.filter((line) => line.startsWith('note '))).toHaveLength(4);
});

test('--verbose has a line for an area without findings, too', () => {
  const area: Area = { name: 'policy', findings: [], summary: 'no policy file applies here', urgent: 'notes' };
  expect(renderFindings([area], { ...PLAIN, verbose: true })).toContain(
    'ok      policy            no policy file applies here\n',
  );
});

test('the home directory is ~ wherever a path begins with it', () => {
  const text = 'see /home/ada/a, /home/ada/b:3 and /home/adam, not "/home/ada/c"';
  const [area] = areas;
  const row = renderFindings([{ ...area!, findings: [finding('ok', 'policy', text)] }], PLAIN);
  expect(row).toContain('see ~/a, ~/b:3 and /home/adam, not "/home/ada/c"\n');
});

test('if all is well there is one line per area', () => {
  expect(renderFindings(areas.slice(0, 1), PLAIN)).toBe(
    'ok      installation      ~/x\n\nNo problems found. `pipward doctor --verbose` lists every check.',
  );
});

test('an area with nothing but a note counts it', () => {
  const area: Area = {
    name: 'Node',
    findings: [finding('note', 'Node', 'old', 'update')],
    summary: null,
    urgent: 'fixes',
  };
  expect(renderFindings([area], PLAIN)).toContain('\nnote    Node              1 note\n');
});

test('an area that only has a note without a fix says it, marked as information', () => {
  const area: Area = {
    name: 'terminal',
    findings: [finding('note', 'terminal', '/x is missing')],
    summary: null,
    urgent: 'fixes',
  };
  expect(renderFindings([area], PLAIN)).toMatch(/^info {4}terminal {10}\/x is missing\n\nNo problems found\./);
});

test('on a terminal: signs and colours, text wrapped, commands whole', () => {
  const style = { ...PLAIN, signs: true, columns: 30 };
  const command = `run ${'x'.repeat(40)}`;
  const long: Area = {
    name: 'PATH',
    findings: [finding('wrong', 'PATH', 'a problem that takes more than thirty columns', command)],
    summary: null,
    urgent: 'fixes',
  };
  const text = renderFindings([long], style);
  expect(text).toContain('✗ PATH: a problem that takes\n  more than thirty columns\n  fix: run xxx');
  expect(text).toContain(command);
  expect(text).not.toContain('\u001b');
  const coloured = renderFindings(areas, { ...style, columns: 80, colour: true });
  expect(coloured).toContain('\u001b[31m✗\u001b[39m \u001b[1mPATH: ~/bin/pip comes before pipward\u001b[22m\n');
  expect(coloured).toContain('\u001b[32m✓\u001b[39m installation');
  expect(coloured).toContain('\u001b[33m!\u001b[39m Python');
});
