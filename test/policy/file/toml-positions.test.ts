import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { locateKeys } from '../../../src/policy/file/toml-positions.ts';

const basic = '"""';
const literal = "'''";

describe('locateKeys', () => {
  test.each<[what: string, text: string, places: Record<string, number | null>]>([
    ['a table and its keys', '[a]\nb = 1\n\nc = 2\n', { a: 1, 'a/b': 2, 'a/c': 4, b: null }],
    ['a dotted header', '\n[a.b]\nc = 1', { a: 2, 'a/b': 2, 'a/b/c': 3 }],
    ['spaces in a header', '[ a . "b" ]\nc=1', { 'a/b': 1, 'a/b/c': 2 }],
    ['a dotted key', 'x = 1\na.b . c = 2', { a: 2, 'a/b': 2, 'a/b/c': 2 }],
    ['quoted keys', '"a.b" = 1\n\'c"d\' = 2\n"e\\u0066" = 3', { 'a.b': 1, 'c"d': 2, ef: 3, a: null }],
    ['an inline table', 'a = { b = 1, c.d = {e = 2} }\nf = 3', { 'a/b': 1, 'a/c/d/e': 1, f: 2, b: null }],
    ['an inline table on several lines', 'a = {\n b = 1, # }\n c = 2\n}\nd = 1', { 'a/b': 2, 'a/c': 3, d: 5 }],
    ['comments', '# a = 1\nb = 1 # c = 2\n#[d]\nc = 3', { a: null, b: 2, c: 4, d: null }],
    ['text that looks like keys', 's = "a = 1 # \\" \\\\"\nt = \'b = 1 # \\\'\na = 2', { a: 3, b: null, t: 2 }],
    [
      'basic text of several lines',
      `s = ${basic}\na = 1\n[b]\n\\${basic}x${basic}""\na = 2`,
      { a: 5, b: null, 's/a': null },
    ],
    ['literal text of several lines', `s = ${literal}\n[a]\n\\${literal}'\na = 2`, { a: 4 }],
    ['empty text', `s = ""\nt = ''\nu = ${basic}${basic}\nv = 1`, { t: 2, u: 3, v: 4 }],
    ['a list on several lines', 'l = [\n "a = 1", # x ]\n [1, 2],\n]\na = 1', { a: 5, l: 1 }],
    ['tables in a list have no place', 'l = [{ a = "}", "b=" = [1] }, {c=1}]\nd = 1', { d: 2, a: null, 'l/a': null }],
    ['a list of tables', '[[a]]\nb = 1\n[[a]]\nb = 2\n[c]\nb = 3', { a: 1, 'a/b': 2, 'c/b': 6 }],
    ['CR LF', '[a]\r\nb = 1\r\n# x\r\nc = 2\r\n', { a: 1, 'a/b': 2, 'a/c': 4 }],
    ['dates and numbers', 'd = 2027-01-15 10:00:00Z\nf = -1.5e3\ng = inf\nh = 1', { d: 1, f: 2, g: 3, h: 4 }],
    ['the first place of a table named twice', '[a.b]\nc = 1\n[a]\nd = 1', { a: 1, 'a/d': 4 }],
    ['nothing', '', { a: null }],
    ['no line end', 'a=1', { a: 1 }],
  ])('%s', (_, text, places) => {
    expect(() => parse(text)).not.toThrow();
    const lineOf = locateKeys(text);
    expect(Object.fromEntries(Object.keys(places).map((path) => [path, lineOf(path.split('/'))]))).toEqual(places);
  });

  test.each([
    ['not closed', '[a'],
    ['no value', 'a ='],
    ['no key', '= 1'],
    ['open text', 'a = "b'],
    ['open list', 'a = [1, {b'],
    ['only brackets', ']]}}'],
  ])('ends on a text that is not TOML: %s', (_, text) => {
    expect(locateKeys(text)(['nowhere'])).toBeNull();
  });

  test.each([
    ['a long key', `${'a.'.repeat(200_000)}a = 1\nb = 1`, 2],
    ['a long header and many keys', `b = 1\n[${'a.'.repeat(50_000)}a]\n${'"" = 1\n'.repeat(50_000)}`, 1],
    ['many comments', `${'#\n'.repeat(200_000)}b = 1`, 200_001],
    ['many lists', `a = ${'['.repeat(900)}${']'.repeat(900)}\nb = 1`, 2],
    ['long text', `a = "${'\\"'.repeat(300_000)}"\nb = 1`, 2],
  ])(
    'is quick with %s',
    (_, text, line) => {
      expect(locateKeys(text)(['b'])).toBe(line);
    },
    2000,
  );
});
