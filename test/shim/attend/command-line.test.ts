import { describe, expect, test } from 'vitest';
import { formatCommandLine } from '../../../src/shim/attend/command-line.ts';
import { checkProperty } from '../../support/random.ts';
import { splitCommandLine } from '../../support/split-command-line.ts';

const PROGRAM = 'C:\\Program Files\\Python312\\python.exe';

describe('formatCommandLine', () => {
  test.each([
    [['-P', '-m', 'pip'], '-P -m pip'],
    [['a b'], '"a b"'],
    [[''], '""'],
    [['C:\\dir\\'], 'C:\\dir\\'],
    [['C:\\my dir\\'], '"C:\\my dir\\\\"'],
    [['a"b'], '"a\\"b"'],
    [['a\\"b'], '"a\\\\\\"b"'],
    [['a\\\\b c'], '"a\\\\b c"'],
    [['a\nb'], '"a\nb"'],
    [['%PATH%', 'a&b', 'a^b'], '%PATH% a&b a^b'],
  ])('%j', (words, expected) => {
    expect(formatCommandLine([PROGRAM, ...words])).toBe(`"${PROGRAM}" ${expected}`);
  });

  test('the runtime of C takes the words apart again', () => {
    checkProperty(28, ({ below, pick }) => {
      const word = () =>
        Array.from({ length: below(8) }, () => pick(['\\', '"', ' ', '\t', '\n', 'a', '%', '&', 'é'])).join('');
      const words = [PROGRAM, ...Array.from({ length: below(4) }, word)];
      expect(splitCommandLine(formatCommandLine(words))).toEqual(words);
    });
  });
});
