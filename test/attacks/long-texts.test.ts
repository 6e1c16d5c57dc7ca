import { expect, test } from 'vitest';
import { listRequested } from '../../src/diagnostics/index/list-requested.ts';
import { readTypedProjects } from '../../src/diagnostics/index/typed-projects.ts';
import { splitRequirement } from '../../src/diagnostics/shared/requirements/requirement.ts';
import { isTypedSource } from '../../src/diagnostics/shared/requirements/typed-sources.ts';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import { renderDiagnostic } from '../../src/terminal/render.ts';
import { redactText } from '../../src/util/redact.ts';
import { factsWith } from '../diagnostics/build.ts';
import { surroundingsOf } from '../interpreter/layouts.ts';
import { growsLinearly } from '../support/growth.ts';

// Patterns that search a text again from each of its positions: 100 kB, as one word of a command line or a file of a
// project has, take minutes with these.

const UNITS = [
  ' ',
  '\n',
  '\t',
  '[',
  '[]',
  '?',
  '?a',
  '@',
  '://',
  'http:/a:',
  '=',
  '/',
  '-1',
  'a ',
  'a@',
  'name\n',
  '\\',
  '\x1b[',
];
const facts = factsWith();
const render = (text: string) =>
  renderDiagnostic(
    { severity: 'advice', code: 'network', headline: 'x', facts: [{ label: 'index', text }], blocks: [] },
    { form: 'full', colour: false, columns: 80, shell: 'bash' },
  );

const STEPS: readonly (readonly [what: string, step: (text: string) => unknown])[] = [
  ['a requirement', (text) => splitRequirement(`a${text}x`)],
  ['a source', (text) => isTypedSource(`a${text}x`, facts, parsePipCommand('pip', ['install', `file:a${text}x`]))],
  ['the sources of a command', (text) => isTypedSource('a', facts, parsePipCommand('pip', ['install', `a${text}!`]))],
  ['a text without secrets', redactText],
  ['a fact', render],
  ...['pyproject.toml', 'setup.cfg', 'setup.py'].map((name) => [
    name,
    (text: string) =>
      readTypedProjects(
        parsePipCommand('pip', ['install', '.']),
        // Of a larger file nothing is read.
        surroundingsOf({ tree: { [`/code/${name}`]: `${text.slice(0, 60_000)}x` }, cwd: '/code' }),
      ),
  ] as const),
  ['requirements.txt', (text) => {
    // Longer lines are skipped.
    const line = `${text.replaceAll('\n', ' ').slice(0, 1900)} x\n`;
    const lines = [`a${line}`, `-r${line}`].join('').repeat(Math.min(60, Math.ceil(text.length / 1900)));
    const context = surroundingsOf({ tree: { '/code/r.txt': lines }, cwd: '/code' });
    return listRequested(['r.txt'], ['r.txt'], context).requested.map(({ requirement }) => splitRequirement(requirement));
  }],
]; // prettier-ignore

test.each(STEPS)('time grows with the length and no faster: %s', (_, step) => {
  for (const unit of UNITS) {
    const isLinear = growsLinearly(100_000, (size) => step(unit.repeat(size / unit.length)));
    expect({ unit, isLinear }).toEqual({ unit, isLinear: true });
  }
});
