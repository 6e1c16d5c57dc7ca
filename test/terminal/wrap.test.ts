import { describe, expect, test } from 'vitest';
import { balanceText, cutLines, wrapText } from '../../src/terminal/wrap.ts';

describe('wrapText', () => {
  test.each<[case_: string, lines: readonly string[], expected: readonly string[]]>([
    ['fits', wrapText('aa bb', 5, 0), ['aa bb']],
    ['does not fit', wrapText('aa bb', 4, 0), ['aa', 'bb']],
    ['hanging indent counts', wrapText('aa bb cc', 8, 2, 0), ['aa bb cc']],
    ['hanging indent is put in', wrapText('aa bb cc', 6, 2, 0), ['aa bb', '  cc']],
    ['a long word stays whole', wrapText('a /very/long/path b', 6, 2), ['a', '  /very/long/path', '  b']],
    ['two spaces stay within a line', wrapText('a:3  b', 10, 0), ['a:3  b']],
    ['two spaces at a break go', wrapText('aaa:3  bbb', 8, 0), ['aaa:3', 'bbb']],
    ['a version stays with its name', wrapText('/x (Python 3.12.1), y', 14, 0), ['/x', '(Python 3.12.1),', 'y']],
    ['but a Python without one may be left', wrapText('a Python found', 9, 0), ['a Python', 'found']],
    ['empty', wrapText('', 10, 2), ['']],
  ])('%s', (_, lines, expected) => {
    expect(lines).toEqual(expected);
  });
});

test('balanceText takes no more lines than wrapText', () => {
  expect(wrapText('aaaa bbbb cccc d', 14, 0)).toEqual(['aaaa bbbb cccc', 'd']);
  expect(balanceText('aaaa bbbb cccc d', 14, 0)).toEqual(['aaaa bbbb', 'cccc d']);
});

test('cutLines says that it cut', () => {
  expect(cutLines(['a', 'b', 'c'], 2, 10)).toEqual(['a', 'b ...']);
  expect(cutLines(['a', 'b'], 2, 10)).toEqual(['a', 'b']);
});
