import { parse, TomlError } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { findOurTable } from '../../../src/policy/file/find-our-table.ts';
import { hasOurTable, namesUs, namesUsIn, seemsOurs } from '../../../src/policy/file/names-us.ts';
import { checkProperty, type Random } from '../../support/random.ts';
import { blocksOf } from '../../support/tree.ts';

const basic = '"""';
const literal = "'''";
const rule = 'require-virtual-environment = "enforce"';

/** Every way of TOML 1.0 to write a table `tool.pipward`. */
const OURS: readonly (readonly [what: string, text: string])[] = [
  ['a header', `[tool.pipward.policy]\n${rule}`],
  ['the table itself', '[tool.pipward]'],
  ['a header with spaces', `[ tool . pipward . policy ]\n${rule}`],
  ['an indented header', ' \t[tool.pipward]'],
  ['quoted parts', `["tool"."pipward"]\npolicy.${rule}`],
  ['literal quotes', `['tool'.'pipward'.policy]\n${rule}`],
  ['one quoted part', `[tool."pipward"]`],
  ['escapes', `["t\\u006fol"."\\U00000070ipw\\u0061rd"]`],
  ['every letter an escape', String.raw`["\u0074\u006F\u006f\u006c"."\u0070\u0069\u0070\u0077\u0061\u0072\u0064"]`],
  ['a dotted key at the top', `tool.pipward.policy.${rule}`],
  ['a dotted key with spaces and quotes', `tool . "pipward" . policy . ${rule}`],
  ['a dotted key in [tool]', `[tool]\nblack.x = 1\npipward.policy.${rule}`],
  ['an inline table in [tool]', `[tool]\npipward = { policy = { ${rule} } }`],
  ['an inline table of tool', `tool = { black = { a = [1, "}"] }, pipward = { policy = { ${rule} } } }`],
  ['an inline table with a dotted key', `tool = { x = 1, "pipward".policy.${rule} }`],
  ['an empty key before', `"" = 1\n[tool.pipward]`],
  ['behind text of several lines', `x = ${basic}\n[a]\n"\\${basic}\n${basic}""\n[tool.pipward]`],
  ['behind literal text', `x = ${literal}"${literal}\ny = 'a\\'\n[tool.pipward]`],
  ['behind a comment with quotes', `x = 1 # "\n# '''\n[tool.pipward]`],
  ['behind nested lists', `x = [[{a = "]"}, # ]\n[']']], 1]\n[tool.pipward]`],
  ['behind tables of others', '[tool.black]\n[[tool.mypy]]\nx = 1\n[tool.pipward]'],
  ['CR LF', '[tool.black]\r\nx = 1\r\n[tool.pipward]\r\n'],
  ['a list of tables, which is a mistake', '[[tool.pipward]]'],
  ['a value instead of a table, which is a mistake', '[tool]\npipward = 1'],
];

const OTHERS: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['a comment', '# [tool.pipward.policy]\n[tool.black]'],
  ['a dependency', '[project]\ndependencies = ["pipward>=1", "pipward"]'],
  ['a dependency of poetry', '[tool.poetry.dependencies]\npipward = "^1.0"'],
  ['a table below another', '[x.tool.pipward]\na = 1'],
  ['a name that goes on', '[tool.pipward-extra]\n[tool.pipwardx]\n[tools.pipward]'],
  ['text of several lines', `x = ${basic}\n\n  see [tool.pipward]\n${basic}`],
  ['our name at the top', '[pipward]\npolicy = 1'],
  ['one key with a dot', '"tool.pipward" = 1\n["tool.pipward.x"]'],
  ['a key below another in [tool]', '[tool]\nx.pipward = 1\ny = { pipward = 1 }'],
  ['a key in a list', 'tool = { x = [{ pipward = 1 }] }'],
  ['a deeper inline table', 'tool = { x = { pipward = 1 } }'],
  ['a value of our name', 'tool = { x = "pipward", y = ["pipward"] }'],
  ['tool as a value', 'x = "tool"\npipward = 1'],
];

/** The name lies everywhere in the blocks, across their ends too. */
describe('a large file is searched for our name block by block', () => {
  const search = (text: string) => blocksOf(Buffer.from(text))('', Infinity, namesUsIn);
  const signs = ['pipward', String.raw`\u0070`, String.raw`\U00000070`, String.raw`\x70`];

  test.each(signs)('%s', (sign) => {
    for (let before = 900; before < 1100; before += 1) {
      expect(search(`${'#'.repeat(before)}${sign}${'#'.repeat(2000)}`)).toBe(true);
    }
  });

  test('nothing like it', () => {
    expect(search('#'.repeat(5000))).toBe(false);
    expect(search('pipwar\\n'.repeat(1000))).toBe(false);
    expect(search('')).toBe(false);
  });
});

describe('findOurTable', () => {
  test.each(OURS)('finds %s', (_, text) => {
    expect(() => parse(text)).not.toThrow();
    expect(findOurTable(text)).toBe(true);
    expect(namesUs(text)).toBe(true);
    expect(hasOurTable(text)).toBe(true);
  });

  test.each(OTHERS)('does not take for it: %s', (_, text) => {
    expect(() => parse(text)).not.toThrow();
    expect(findOurTable(text)).toBe(false);
    expect(hasOurTable(text)).toBe(false);
  });

  test.each([
    ['open', '[tool.pipward'],
    ['behind an open string', `x = "\n[tool.pipward]`],
    ['behind an open text', `x = ${basic}\n[tool.pipward]`],
    ['a dotted key behind an open list', 'x = [\ntool.pipward.policy.x = 1'],
  ])('a text that is not TOML and has a line of our table counts as ours: %s', (_, text) => {
    expect(() => parse(text)).toThrow(TomlError);
    expect(hasOurTable(text)).toBe(true);
    expect(seemsOurs(text)).toBe(true);
  });

  test.each([
    ['lists', '['.repeat(300_000)],
    ['inline tables', `a = ${'{a='.repeat(100_000)}`],
    ['an inline table of tool', `tool = ${'{tool='.repeat(60_000)}`],
  ])('nesting does not exhaust the stack: %s', (_, text) => {
    expect(findOurTable(text)).toBe(false);
  });

  test('agrees with a TOML reader on texts made at random', () => {
    let found = 0;
    checkProperty(11, (random) => {
      const text = randomDocument(random);
      let document: Record<string, unknown>;
      try {
        document = parse(text);
      } catch {
        return;
      }
      const { tool } = document;
      const isOurs = typeof tool === 'object' && tool !== null && Object.hasOwn(tool, 'pipward');
      if (isOurs) found += 1;
      expect({ text, ours: findOurTable(text) }).toEqual({ text, ours: isOurs });
      expect({ text, named: isOurs && !namesUs(text) }).toEqual({ text, named: false });
    });
    expect(found).toBeGreaterThan(10);
  });
});

const NAMES = ['tool', '"tool"', "'tool'", '"t\\u006fol"', 'pipward', '"pipward"', String.raw`"pip\U00000077ard"`];

function randomKey(random: Random): string {
  const parts = Array.from({ length: 1 + random.below(3) }, (_, index) =>
    random.below(3) === 0 ? random.pick(['x', '""', '"a.b"', 'policy', `k${random.below(9)}`]) : nameAt(index, random),
  );
  return parts.join(random.pick(['.', ' . ', '.']));
}

function nameAt(index: number, random: Random): string {
  return random.pick(index === 0 ? NAMES.slice(0, 5) : NAMES.slice(3));
}

function randomValue(random: Random, depth = 0): string {
  const inner = () => randomValue(random, depth + 1);
  const simple = ['1', 'true', '2027-01-15', '"a"', `'"'`, '"\\""', '"[tool.pipward]"', `"#"`];
  const long = [
    `${basic}\n[tool.pipward]\n\\${basic}${basic}`,
    `${literal}\ntool = "${literal}`,
    `${basic}a""${basic}`,
  ];
  switch (random.below(depth > 2 ? 2 : 5)) {
    case 0:
      return random.pick(simple);
    case 1:
      return random.pick(long);
    case 2:
      return `[${[inner(), inner()].join(random.pick([', ', ', # ]\n']))}]`;
    default:
      return `{ ${randomKey(random)} = ${inner()}, ${randomKey(random)} = ${inner()} }`;
  }
}

function randomDocument(random: Random): string {
  const lines = Array.from({ length: 1 + random.below(4) }, () => {
    switch (random.below(4)) {
      case 0:
        return `[${random.pick(['', ' '])}${randomKey(random)}${random.pick(['', ' '])}]`;
      case 1:
        return `# ${randomKey(random)} = "`;
      default:
        return `${randomKey(random)} = ${randomValue(random)}${random.pick(['', ' # "', '  '])}`;
    }
  });
  return lines.join(random.pick(['\n', '\r\n', '\n\n']));
}
