import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, writes, type Installation } from './installation.ts';
import { runWine, toWindowsPath, WINE_MISSING } from './wine.ts';

let it: Installation;
beforeAll(() => {
  if (WINE_MISSING === null) it = install();
});

/** Asks in one call, and returns the answers. */
function ask(questions: readonly string[]): readonly (string | null)[] {
  const steps = questions.flatMap((question) => [writes('ask', question), 'read']);
  it.script(...steps, writes('run', `"${it.python}" -m pip`), 'read');
  const result = it.pip(['install']);
  expect(result).toMatchObject({ status: 0, stderr: '' });
  // Each answer is a line with its length, then as many bytes.
  let rest = Buffer.from(`${result.received.join('\n')}\n`);
  return questions.map(() => {
    const end = rest.indexOf('\n');
    const header = rest.subarray(0, end).toString();
    const size = Number(/^answer (\d+)$/.exec(header)?.[1] ?? 0);
    const text = rest.subarray(end + 1, end + 1 + size).toString();
    rest = rest.subarray(end + 1 + size);
    while (rest[0] === 10) rest = rest.subarray(1);
    return header === 'unknown' ? null : text;
  });
}

describe.skipIf(WINE_MISSING !== null)('questions of Node', () => {
  test('known folders', () => {
    const [data, local, roaming, profile, programs, other] = ask(
      ['ProgramData', 'LocalAppData', 'RoamingAppData', 'Profile', 'ProgramFiles', 'Other'].map(
        (name) => `folder ${name}`,
      ),
    );
    expect(data).toBe('C:\\ProgramData');
    expect(local).toMatch(/^C:\\users\\.*\\AppData\\Local$/);
    expect(roaming).toMatch(/^C:\\users\\.*\\AppData\\Roaming$/);
    expect(profile).toMatch(/^C:\\users\\\w+$/);
    expect(programs).toBe('C:\\Program Files');
    expect(other).toBeNull();
  });

  test('the registry', () => {
    const KEY = 'HKCU\\Software\\pipward test';
    const add = (name: string, type: string, data: string) =>
      runWine(['reg', 'add', KEY, '/v', name, '/t', type, '/d', data, '/f']);
    add('text', 'REG_SZ', 'caf\u00E9 x');
    add('expand', 'REG_EXPAND_SZ', '%PATH%\\y');
    add('number', 'REG_DWORD', '4294967295');
    add('many', 'REG_MULTI_SZ', 'a\\0b\\0c');
    add('binary', 'REG_BINARY', '0102');
    add('long', 'REG_SZ', 'z'.repeat(5000));
    runWine(['reg', 'add', KEY, '/ve', '/d', 'default', '/f']);
    runWine(['reg', 'add', `${KEY}\\one`, '/f']);
    runWine(['reg', 'add', `${KEY}\\two words`, '/f']);
    expect(
      ask([
        ...['text', 'expand', 'number', 'many', 'binary', 'long', '', 'missing'].map((name) => `value ${KEY}\n${name}`),
        `keys ${KEY}`,
        `keys ${KEY}\\one`,
        `keys ${KEY}\\missing`,
        `value ${KEY}`,
        'value HKCR\\x\ny',
        'keys software',
        'value HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion\nProductName',
        'value HKLM32\\Software\\Microsoft\\Windows NT\\CurrentVersion\nProductName',
      ]),
    ).toEqual([
      'caf\u00E9 x',
      '%PATH%\\y',
      '4294967295',
      'a\nb\nc',
      null,
      'z'.repeat(5000),
      'default',
      null,
      'one\ntwo words',
      '',
      null,
      null,
      null,
      null,
      expect.stringContaining('Windows'),
      expect.stringContaining('Windows'),
    ]);
    runWine(['reg', 'delete', KEY, '/f']);
  });

  test('folders and access lists', () => {
    const folder = path.join(it.home, 'an \u00F6pen folder');
    mkdirSync(folder);
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const [adds, inFile, inMissing, relative, access, ofMissing, ofRelative] = ask([
      `may-add ${toWindowsPath(folder)}`,
      `may-add ${toWindowsPath(file)}`,
      `may-add ${toWindowsPath(folder)}\\missing`,
      'may-add folder',
      `access ${toWindowsPath(folder)}`,
      `access ${toWindowsPath(folder)}\\missing`,
      'access x',
    ]);
    expect([adds, inMissing, relative, ofMissing, ofRelative]).toEqual(['yes', 'no', null, null, null]);
    expect(['yes', 'no']).toContain(inFile);
    expect(access).toMatch(/^owner S-1-[\d-]+(?:\n(?:allow|deny) S-1-[\d-]+ [\da-f]+ [\da-f]+)+$/);
  });

  test('the caller', () => {
    const [parent, elevated, console_, line] = ask(['parent', 'elevated', 'console', 'line 100']);
    expect(parent).toBe('harness.exe');
    expect(elevated).toMatch(/^(?:yes|no)$/);
    expect(console_).toBe('stdin no\nstderr no\ncolumns 0\ncolours no');
    expect(line).toBeNull();
  });

  test('what is not understood', () => {
    const long = `folder ${'x'.repeat(100_000)}`;
    expect(ask(['', ' ', 'folder', 'Folder ProgramData', 'elevated now', 'line x', 'line -1', 'other', long])).toEqual(
      Array(9).fill(null),
    );
  });
});
