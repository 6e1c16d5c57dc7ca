import { checkProperty } from '../../../support/random.ts';
import { describe, expect, test } from 'vitest';
import {
  expandVariables,
  isSameValue,
  isSameWindowsFolder,
  listFolders,
  MAX_VARIABLE,
  parseValue,
  putFirst,
  readText,
  renderValue,
  takeOut,
  type RawValue,
} from '../../../../src/admin/setup/windows/path-value.ts';

const SHIMS = 'C:\\Users\\Jörg\\AppData\\Local\\Programs\\pipward\\shims';
const env = { LocalAppData: 'C:\\Users\\Jörg\\AppData\\Local', SystemRoot: 'C:\\Windows' };
const isOurs = (entry: string) => isSameWindowsFolder(expandVariables(entry, env), SHIMS);
const value = (text: string, type = 2, end = '\0'): RawValue => ({ type, bytes: Buffer.from(text + end, 'utf16le') });
const put = (before: RawValue) => {
  const made = putFirst(before, SHIMS, isOurs);
  return made.kind === 'changed' ? made.value : made.kind;
};

describe('the shims come first', () => {
  test.each<readonly [string, RawValue, RawValue | 'unchanged' | 'too-long']>([
    ['no value', null, value(SHIMS)],
    ['an empty value', value(''), value(SHIMS)],
    ['a value without a byte', value('', 1, ''), value(SHIMS, 1, '')],
    ['one folder', value('C:\\x', 1), value(`${SHIMS};C:\\x`, 1)],
    ['what is not expanded stays so', value('%SystemRoot%;%x%'), value(`${SHIMS};%SystemRoot%;%x%`)],
    ['empty entries and quotes stay', value(';C:\\x;;"C:\\a;b";'), value(`${SHIMS};;C:\\x;;"C:\\a;b";`)],
    ['no zero at the end', value('C:\\x', 2, ''), value(`${SHIMS};C:\\x`, 2, '')],
    ['bytes behind the zero', value('C:\\x', 2, '\0\0rest'), value(`${SHIMS};C:\\x`, 2, '\0\0rest')],
    ['they are first already', value(`${SHIMS};C:\\x`), 'unchanged'],
    ['written in another way', value('"%localappdata%/PROGRAMS\\pipward\\shims\\";C:\\x'), 'unchanged'],
    ['they are later', value(`C:\\x;${SHIMS};D:\\y`), value(`${SHIMS};C:\\x;D:\\y`)],
    ['they are last', value(`C:\\x;${SHIMS}`), value(`${SHIMS};C:\\x`)],
    ['they are there twice', value(`${SHIMS};C:\\x;${SHIMS.toLowerCase()}`), value(`${SHIMS};C:\\x`)],
    ['a folder whose name only begins alike', value(`${SHIMS}2`), value(`${SHIMS};${SHIMS}2`)],
    [
      'the longest',
      value('x'.repeat(MAX_VARIABLE - 2 - SHIMS.length)),
      value(`${SHIMS};${'x'.repeat(MAX_VARIABLE - 2 - SHIMS.length)}`),
    ],
    ['one character more', value('x'.repeat(MAX_VARIABLE - 1 - SHIMS.length)), 'too-long'],
  ])('%s', (_, before, after) => {
    expect(put(before)).toEqual(after);
  });
});

describe('unsetup', () => {
  const changed = (before: RawValue) => {
    const made = put(before);
    if (typeof made === 'string') throw new Error(made);
    return made;
  };

  test.each<readonly [string, RawValue, (made: RawValue) => RawValue, RawValue]>([
    ['a missing value is missing again', null, (made) => made, null],
    ['an entry was put in front', value('C:\\x'), (made) => value(`D:\\n;${readText(made)}`), value('D:\\n;C:\\x')],
    ['an entry was put behind', null, (made) => value(`${readText(made)};D:\\n`), value('D:\\n')],
    ['the type was changed', value('C:\\x', 1), (made) => value(readText(made), 2), value('C:\\x', 2)],
    ['the entry is gone', value('C:\\x'), () => value('D:\\n'), value('D:\\n')],
    ['the value is gone', value('C:\\x'), () => null, null],
    ['the value was empty', value(''), (made) => made, value('')],
    ['it is the last of others', value('C:\\x'), () => value(`C:\\x;${SHIMS}`), value('C:\\x')],
  ])('%s', (_, before, change, after) => {
    expect(takeOut(change(changed(before)), SHIMS, isOurs, before)).toEqual(after);
  });

  test('any value comes back byte for byte', () => {
    checkProperty(1, ({ below, pick }) => {
      const bytes = Buffer.from(Array.from({ length: below(60) }, () => pick([0, 59, 34, 92, 67, below(256)])));
      const before: RawValue = pick([null, { type: 1, bytes }, { type: 2, bytes }]);
      const made = putFirst(before, SHIMS, isOurs);
      const after = made.kind === 'changed' ? takeOut(made.value, SHIMS, isOurs, before) : before;
      expect(isSameValue(after, before)).toBe(true);
    });
  });

  test('any list of entries keeps the others, whatever changed meanwhile', () => {
    checkProperty(2, ({ below, pick }) => {
      const choose = () =>
        Array.from({ length: below(8) }, () => pick(['C:\\x', '', '"D:\\a;b"', '%Ö%', SHIMS, `${SHIMS}\\`]));
      const [before, now] = [choose(), choose()];
      const rest = takeOut(value(now.join(';')), SHIMS, isOurs, value(before.join(';')));
      const others = now.filter((entry) => !isOurs(entry));
      expect(listFolders(readText(rest))).toEqual(listFolders(others.join(';')));
    });
  });
});

test('values are written in lines, and read from them', () => {
  expect(renderValue(null)).toBe('missing');
  expect(renderValue(value('ö', 1))).toBe('value 1 f6000000');
  for (const each of [null, value('', 2, ''), value('C:\\ö;%x%')]) expect(parseValue(renderValue(each))).toEqual(each);
  for (const line of ['', 'value 7 00', 'value 2 0', 'value 2', 'failed 5']) expect(parseValue(line)).toBeUndefined();
});

test('variables are found in any case, and unknown ones stay', () => {
  expect(expandVariables('%SYSTEMROOT%\\a;%none%;100%', env)).toBe('C:\\Windows\\a;%none%;100%');
});
