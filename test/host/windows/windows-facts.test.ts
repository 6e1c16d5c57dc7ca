import { describe, expect, test } from 'vitest';
import { createWindowsFacts, readAccess } from '../../../src/host/windows/windows-facts.ts';

const ADMINISTRATORS = 'S-1-5-32-544';

describe('readAccess', () => {
  test.each([
    ['an owner and two entries', `owner ${ADMINISTRATORS}\nallow S-1-5-18 1f01ff 0\ndeny S-1-1-0 2 0b`, 2],
    ['no entries: no user has a right', `owner ${ADMINISTRATORS}\n`, 0],
    ['no list: everyone has every right', `owner ${ADMINISTRATORS}\neveryone`, null],
  ])('%s', (_, answer, count) => {
    const rights = readAccess(answer);
    expect(rights?.owner).toBe(ADMINISTRATORS);
    expect(rights?.entries?.length ?? null).toBe(count);
  });

  test('reads kind, identifier, mask and flags', () => {
    expect(readAccess(`owner ${ADMINISTRATORS}\ndeny S-1-1-0 2 0B`)?.entries).toEqual([
      { kind: 'deny', identifier: 'S-1-1-0', mask: 2, flags: 11 },
    ]);
  });

  test.each([
    ['no answer', null],
    ['an empty answer', ''],
    ['no owner', 'allow S-1-5-18 1f01ff 0'],
    ['an entry that is not understood', `owner ${ADMINISTRATORS}\nallow S-1-5-18 1f01ff 0\naudit S-1-1-0 2 0`],
    ['an owner that is not an identifier', 'owner me'],
  ])('%s: not known', (_, answer) => expect(readAccess(answer)).toBe(null));
});

describe('createWindowsFacts', () => {
  const asked: string[] = [];
  const answers: Readonly<Record<string, string>> = {
    'folder ProgramData': 'C:\\ProgramData',
    'value HKCU\\Software\\X\nPath': 'C:\\x',
    'keys HKCU\\Software\\Python': 'PythonCore\nContinuumAnalytics',
    'may-add C:\\x': 'no',
    elevated: 'yes',
    parent: 'cmd.exe',
  };
  const facts = createWindowsFacts({ ask: (question) => (asked.push(question), answers[question] ?? null) });

  test('asks in the words of the protocol', () => {
    expect(facts.knownFolder('ProgramData')).toBe('C:\\ProgramData');
    expect(facts.registryValue('HKCU\\Software\\X', 'Path')).toBe('C:\\x');
    expect(facts.registryKeys('HKCU\\Software\\Python')).toEqual(['PythonCore', 'ContinuumAnalytics']);
    expect(facts.mayAddFile('C:\\x')).toBe(false);
    expect(facts.isElevated()).toBe(true);
    expect(facts.parentProgram()).toBe('cmd.exe');
  });

  test('what is not known is null, empty or no', () => {
    expect(facts.knownFolder('Profile')).toBe(null);
    expect(facts.registryKeys('HKLM\\Software\\None')).toEqual([]);
    expect(facts.mayAddFile('C:\\none')).toBe(null);
    expect(facts.access('C:\\none')).toBe(null);
  });

  test('asks once', () => {
    asked.length = 0;
    expect([facts.parentProgram(), facts.parentProgram(), facts.mayAddFile('C:\\none')]).toEqual([
      'cmd.exe',
      'cmd.exe',
      null,
    ]);
    expect(asked).toEqual([]);
  });
});
