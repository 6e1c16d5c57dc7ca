import { parse, TomlError } from 'smol-toml';
import { expect, test } from 'vitest';
import { parseToml } from '../../../src/policy/file/parse-toml.ts';
import { checkProperty, RUNS } from '../../support/random.ts';

const MARKS = [
  '#',
  '\n',
  '\n',
  ' ',
  '\t',
  '\r\n',
  '\r',
  '\u0001',
  '"',
  "'",
  '"""',
  "'''",
  '\\',
  ',',
  '[',
  ']',
  '{',
  '}',
];
const WORDS = ['# x\n', '#\u0007\n', '[a]', '[[b]]', '[a.c]\n', 'a = 1\n', 'b = "x # y"\n', 'c = [\n', 'd = {\n'];
const PIECES = [...MARKS, ...WORDS, '= ', '2027-01-15', 'true', 'é'];

/** Everything that the rest of us gets of it. */
function outcome(read: () => unknown): unknown {
  try {
    const value = read();
    if (value instanceof Error) throw value;
    return JSON.parse(JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return [error.message.split('\n')[0], error.line, error.column];
  }
}

test('with and without the lines that are left out the same, errors and their places too', () => {
  const seen = { values: 0, errors: 0, comments: 0 };
  checkProperty(20_265, (random) => {
    const text = Array.from({ length: 1 + random.below(14) }, () => random.pick(PIECES)).join('');
    const [with_, without] = [outcome(() => parse(text)), outcome(() => parseToml(text))];
    if (JSON.stringify(with_) !== JSON.stringify(without)) throw new Error(JSON.stringify({ text, with_, without }));
    seen[Array.isArray(with_) ? 'errors' : 'values'] += 1;
    if (/^#/m.test(text)) seen.comments += 1;
  });
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 20);
});

test.each([
  ['in a text of several lines', `s = """\n# no comment\n"""`, { s: '# no comment\n' }],
  ['in a literal text of several lines', `s = '''\n# no comment\n'''`, { s: '# no comment\n' }],
  ['in a list of several lines', `s = [\n1,\n# 2,\n3]`, { s: [1, 3] }],
])('a line that begins with #, %s', (_, text, value) => {
  expect(outcome(() => parseToml(text))).toEqual(value);
});

test('a comment with a character that none may have', () => {
  expect(parseToml('a = 1\n# \u0007\n')).toMatchObject({ line: 2 });
});
