import { describe, expect, test } from 'vitest';
import { compareVersions, parseSpecifier, parseVersion, type Version } from '../../src/util/pep440.ts';

const read = (text: string): Version => {
  const version = parseVersion(text);
  if (version === null) throw new Error(`${text} is not a version`);
  return version;
};

// "Summary of permitted suffixes and relative ordering", "Examples of compliant version schemes", "Local version identifiers".
const ORDERED = [
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0rc1.dev456',
  '1.0rc1',
  '1.0',
  '1.0+abc.5',
  '1.0+abc.7',
  '1.0+5',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.0.15',
  '1.1.dev1',
  '2013.10',
  '2014.4',
  '1!1.0',
  '1!1.1',
  '1!2.0',
];

describe('versions', () => {
  test.each(ORDERED.map((text, index) => [text, index] as const))('%s stands in its place', (text, index) => {
    for (const [other, name] of ORDERED.entries()) {
      expect(Math.sign(compareVersions(read(text), read(name)))).toBe(Math.sign(index - other));
    }
  });

  test.each([
    ['1.1RC1', '1.1rc1'],
    ['1.1.a1', '1.1a1'],
    ['1.1-a1', '1.1a1'],
    ['1.1a.1', '1.1a1'],
    ['1.1alpha1', '1.1a1'],
    ['1.1beta2', '1.1b2'],
    ['1.1c3', '1.1rc3'],
    ['1.1preview3', '1.1rc3'],
    ['1.2a', '1.2a0'],
    ['1.2-post2', '1.2.post2'],
    ['1.2post2', '1.2.post2'],
    ['1.0-r4', '1.0.post4'],
    ['1.0-1', '1.0.post1'],
    ['1.2.post', '1.2.post0'],
    ['1.2-dev2', '1.2.dev2'],
    ['1.2.dev', '1.2.dev0'],
    ['1.0+ubuntu-1', '1.0+ubuntu.1'],
    ['v1.0', '1.0'],
    ['1.0\n', '1.0'],
    ['00.9', '0.9'],
    ['1.0.0', '1'],
    ['0!1', '1'],
  ])('%j is %s', (written, normal) => {
    expect(compareVersions(read(written), read(normal))).toBe(0);
  });

  test.each(['', 'x', '1.', '1..2', '1.0x', '1.0+', '1.0+a..b', '>=1', '1.0 a', '!1', `${'1.'.repeat(200)}1`])(
    '%.20j is not a version',
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );
});

describe('specifiers', () => {
  test.each<[specifier: string, inside: string, outside: string]>([
    ['~= 2.2', '2.2 2.3 2.2.post1 2.99', '2.1 3.0 2.2.dev1'],
    ['~= 1.4.5', '1.4.5 1.4.9', '1.4.4 1.5'],
    ['~= 2.2.post3', '2.2.post3 2.3', '2.2 2.2.post2 3'],
    ['~= 1.4.5a4', '1.4.5a4 1.4.5 1.4.6', '1.4.5a3 1.5'],
    ['~= 2.2.0', '2.2.0 2.2.7', '2.3'],
    ['== 1.1', '1.1 1.1.0 1.1+local', '1.1.post1 1.1a1 1.1.dev1 1.2'],
    ['== 1.1+local', '1.1+local', '1.1 1.1+other'],
    ['== 1.1.post1', '1.1.post1', '1.1'],
    ['== 1.1.*', '1.1 1.1.0 1.1.post1 1.1a1 1.1.9', '1.2 1.10 1'],
    ['=== 1.0', '1.0', '1.1'],
    ['!= 1.1', '1.1.post1 1.0', '1.1 1.1.0'],
    ['!= 1.1.*', '1.2 1.0', '1.1 1.1.post1'],
    ['<= 3', '3 2.9 3.0 3+local', '3.1 3.post1'],
    ['>= 1.7', '1.7 1.8 1.7.post1', '1.6 1.7rc1 1.7.dev0'],
    ['> 1.7', '1.7.1 1.8', '1.7 1.7.0.post1 1.7+local'],
    ['> 1.7.post2', '1.7.1 1.7.post3', '1.7.0 1.7.post2'],
    ['< 3.1', '3.0 3.0.post1', '3.1 3.1.dev0 3.1rc1'],
    ['< 3.1rc2', '3.1rc1 3.1.dev0', '3.1rc2 3.1'],
    ['~= 0.9, >= 1.0, != 1.3.4.*, < 2.0', '', '0.9 1.3.4 2.0'],
    ['>= 1.0, != 1.3.4.*, < 2.0', '1.0 1.3.5 1.9', '0.9 1.3.4 1.3.4.1 2.0 2.0a1'],
    ['>=3.10,<3.14', '3.10 3.10.0 3.13.9', '3.9.18 3.14.0'],
    ['== 1!1.0', '1!1', '1.0'],
  ])('%s', (text, inside, outside) => {
    const isIn = parseSpecifier(text);
    const list = (words: string) => words.split(' ').filter(Boolean);
    expect(list(inside).filter((version) => isIn?.(read(version)) !== true)).toEqual([]);
    expect(list(outside).filter((version) => isIn?.(read(version)) !== false)).toEqual([]);
  });

  test.each([
    '',
    '3.10',
    '>=',
    '>=x',
    '=>3',
    '>=3,',
    '~=3',
    '~=3.*',
    '>=3.*',
    '>=1.0+local',
    '==1.0.dev1.*',
    '>=3 <4',
    '!=3.11 .*',
  ])('%j is not a specifier', (text) => {
    expect(parseSpecifier(text)).toBeNull();
  });
});
