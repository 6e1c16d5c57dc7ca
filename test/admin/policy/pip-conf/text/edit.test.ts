import { describe, expect, test } from 'vitest';
import type { ConfLine } from '../../../../../src/admin/policy/pip-conf/text/conf-line.ts';
import { editConf } from '../../../../../src/admin/policy/pip-conf/text/edit.ts';
import { scanLines, splitLines } from '../../../../../src/admin/policy/pip-conf/text/scan.ts';
import { undoEdits } from '../../../../../src/admin/policy/pip-conf/text/undo.ts';
import { parseIni } from '../../../../../src/pip/ini.ts';

const WANTED: readonly ConfLine[] = [
  { section: 'install', option: 'require-virtualenv', value: 'true' },
  { section: 'uninstall', option: 'require-virtualenv', value: 'true' },
  { section: 'install', option: 'user', value: 'no' },
];
const MARK = '# written by `pipward policy apply`; `pipward policy revert` removes it';
const OURS = `${MARK}\nrequire-virtualenv = true\nuser = no\n`;

/** UTF-8 as the bytes that an editor of bytes sees. */
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

function edit(before: string, wanted = WANTED) {
  const result = editConf(before, wanted);
  if (result.kind === 'refused') throw new Error(`line ${result.line}: ${result.message}`);
  return result;
}

/** Files as people write them. Each is edited, edited again, and restored byte by byte. */
const AWKWARD: readonly (readonly [what: string, bytes: string])[] = [
  ['an empty file', ''],
  ['one line end', '\n'],
  ['only blank lines', '\n\n \n'],
  ['only a comment', '# nothing here'],
  ['another section', '[global]\ntimeout = 60\n'],
  ['no final newline', '[global]\ntimeout = 60'],
  ['no final newline in the section', '[install]\ntimeout = 60'],
  ['no final newline, and the other section last', '[install]\na = 1\n[uninstall]\nb = 2'],
  ['CR LF', '[global]\r\ntimeout = 60\r\n\r\n[install]\r\nno-cache-dir = yes\r\n'],
  ['CR LF without a final one', '[install]\r\nno-cache-dir = yes'],
  ['mixed line ends', '[global]\r\ntimeout = 60\n[install]\nno-cache-dir = yes\r\n'],
  ['blank lines at the end', '[global]\ntimeout = 60\n\n\n\n'],
  ['an empty section', '[install]\n'],
  ['an empty section, then another', '[install]\n\n[global]\ntimeout = 60\n'],
  ['an empty section without a line end', '[install]'],
  ['a value of several lines', '[install]\nfind-links =\n    /a\n    /b\n'],
  [
    'a value of several lines, a blank one among them',
    '[install]\nfind-links =\n    /a\n\n    /b\n\n[global]\nx = 1\n',
  ],
  ['a comment in a value', '[install]\nfind-links =\n    /a\n    # /b\n    /c\n'],
  ['an indented comment at the end of a value', '[install]\nfind-links = /a\n    # /b\n\n[list]\nformat = columns\n'],
  ['comments between sections', '[install]\ntimeout = 1\n\n# about list\n; and more\n[list]\nformat = columns\n'],
  ['a comment before all', '# ours\n\n[global]\nindex-url = https://u:p@h/simple\n'],
  ['UTF-8', latin1('[global]\n# höher, à, \u0085, \u00a0\ntimeout = 60\n')],
  ['UTF-8 that ends in a byte like a space', latin1('[install]\ncert = /à\n')],
  ['Latin-1', '[global]\n# h\xf6her\ntimeout = 60\n'],
  ['a NUL', '[install]\n# \0\ntimeout = 60\n'],
  ['percent signs', '[install]\nfind-links = /%(home)s/%%\n'],
  ['colons', '[install]\ntimeout: 60\n'],
  ['upper case in a section of another name', '[Install]\nrequire-virtualenv = false\n'],
  ['spaces in the name of a section', '[ install ]\nrequire-virtualenv = false\n'],
  ['it is said in [global]', '[global]\nrequire-virtualenv = true\n'],
  ['the opposite in [global]', '[global]\nrequire-virtualenv = false\n'],
  ['it is said by hand', '[install]\nrequire-virtualenv = true\nuser = no\n[uninstall]\nrequire-virtualenv = 1\n'],
  [
    'it is said by another name',
    '[install]\nrequire-venv = YES\nno-user = off\n[uninstall]\nRequire_Virtualenv = on\n',
  ],
  ['the opposite', '[install]\nrequire-virtualenv = false\ntimeout = 4\n'],
  ['the opposite without a final newline', '[install]\nrequire-virtualenv=false'],
  ['the opposite by two names', '[install]\nrequire-venv = 0\nrequire_virtualenv : off\nno-user = 1\n'],
  ['no value', '[install]\nrequire-virtualenv =\nuser=\n'],
  ['no value on that line', '[install]\nrequire-virtualenv =\n    false\n    ; why\ntimeout = 4\n'],
  ['what is neither true nor false', '[install]\nuser = maybe ; not sure\n'],
  ['a key with dashes', '[install]\n--require-virtualenv = no\n'],
  ['[DEFAULT] beside both sections', '[DEFAULT]\ntimeout = 1\n[install]\n[uninstall]\n'],
  ['a line that looks like ours', `[global]\n${MARK}\nrequire-virtualenv = true\n`],
];

describe('a file is edited and restored', () => {
  test.each(AWKWARD)('%s', (_, before) => {
    const { bytes, edits } = edit(before);
    for (const dialect of ['3', '3.10'] as const) {
      const { sections } = parseIni(bytes, dialect);
      const said = (section: string, names: readonly string[]) =>
        [...(sections.get(section) ?? [])].filter(([key]) =>
          names.includes(key.replaceAll('_', '-').replace(/^--/, '')),
        );
      for (const section of ['install', 'uninstall']) {
        const values = said(section, ['require-virtualenv', 'require-venv']).map(([, { value }]) => value);
        expect(values.length).toBeGreaterThan(0);
        expect(values.filter((value) => !/^(?:true|yes|on|1)$/i.test(value))).toEqual([]);
      }
      expect(said('install', ['user', 'no-user']).map(([, { value }]) => value)).toEqual([
        expect.stringMatching(/^(?:no|off)$/),
      ]);
    }
    expect(undoEdits(bytes, edits)).toEqual({ bytes: before, gone: [] });
    // A second apply takes out what the first one wrote, and writes it again.
    expect(edit(undoEdits(bytes, edits).bytes)).toEqual({ kind: 'edited', bytes, edits });
  });

  test('there are enough of them', () => {
    expect(AWKWARD.length).toBeGreaterThanOrEqual(30);
  });
});

test('only lines are added: all bytes of the file stay where they were', () => {
  const before =
    '# ours\r\n[global]\r\ntimeout = 60\r\n\r\n[install]\r\nretries = 1\r\n\r\n; list\r\n[list]\r\nformat = columns\r\n';
  const added = OURS.replaceAll('\n', '\r\n');
  const [head = '', tail = ''] = before.split('\r\n\r\n; list');
  const rest = `\r\n[uninstall]\r\n${MARK}\r\nrequire-virtualenv = true\r\n`;
  expect(edit(before).bytes).toBe(`${head}\r\n${added}\r\n; list${tail}${rest}`);
});

test('the opposite is replaced where it is, in its own spelling', () => {
  const { bytes } = edit('[install]\nRequire_Venv:\toff\nuser = yes\n', WANTED.slice(2));
  expect(bytes).toBe('[install]\nRequire_Venv:\toff\nuser = no\n');
  expect(edit('[install]\nRequire_Venv:\toff\n', WANTED.slice(0, 1)).bytes).toBe('[install]\nRequire_Venv:\ttrue\n');
});

describe('a file that pip cannot read, or that would mean more, is refused', () => {
  test.each([
    ['[install]\na = 1\n[install]\n', 3, '[install] is there twice'],
    ['[install]\na = 1\nA = 2\n', 3, 'a is in [install] twice (also in line 2)'],
    ['[global]\nfoo\n', 2, 'neither a section nor a setting'],
    ['foo = 1\n[global]\n', 1, 'a line before the first [section]'],
    [latin1('\uFEFF[global]\n'), 1, 'the file begins with a byte order mark, which pip does not skip'],
    [latin1('\uFEFF'), 1, 'the file begins with a byte order mark, which pip does not skip'],
    ['[global]\n= 1\n', 2, 'a setting without a name'],
    ['[install] # see [x]\n', 1, 'Pythons differ in how they read this section'],
    ['[global]\n# a\rtimeout = 60\n', 2, 'it ends in a CR alone'],
    ['[DEFAULT]\ntimeout = 1\n', 2, '[DEFAULT] applies to each section'],
    // What the ConfigParser of Python 2 cannot read.
    ['[install]\n   [global]\ntimeout = 60\n', 2, 'it is indented'],
    ['[install]\n    timeout = 60\n    retries = 1\n', 2, 'it is indented'],
    ['[install]\n\ttimeout = 60\n', 2, 'it is indented'],
    ['[global]\nx = y\n[install]\n z = 1\n', 4, 'it is indented'],
    ['  # ours\n[install]\n', 1, 'it is indented'],
    ['[install]\n# a\n  # b\ntimeout = 1\n', 3, 'it is indented'],
    ['[install]\nrem x = y\n  y = z\n', 3, 'it is indented'],
    ['[global]\na = b\n  [install]\n', 3, 'a part of the value before it'],
  ])('%j', (before, line, message) => {
    expect(editConf(before, WANTED)).toEqual({ kind: 'refused', line, message: expect.stringContaining(message) });
  });
});

describe('what was changed by hand since', () => {
  const before = '[global]\ntimeout = 60\n';
  const { bytes, edits } = edit(before);

  test.each<[what: string, changed: string, restored: string, gone: readonly string[]]>([
    ['a line before', `# new\n${bytes}`, `# new\n${before}`, []],
    ['a section behind', `${bytes}\n[list]\nformat = columns\n`, `${before}\n[list]\nformat = columns\n`, []],
    [
      'a setting behind the last line, in our section',
      `${bytes}timeout = 1\n`,
      `${before}\n[uninstall]\ntimeout = 1\n`,
      [],
    ],
    [
      'a setting among ours',
      bytes.replace('user = no', 'retries = 2\nuser = no'),
      `${before}\n[install]\nretries = 2\n`,
      [],
    ],
    ['our line deleted', bytes.replace('user = no\n', ''), before, ['user = no']],
    ['our comment deleted', bytes.replace(`${MARK}\n`, ''), before, []],
    ['our line changed', bytes.replace('user = no', 'user = yes'), `${before}\n[install]\nuser = yes\n`, ['user = no']],
    ['line ends changed', bytes.replaceAll('\n', '\r\n'), before.replaceAll('\n', '\r\n'), []],
    ['all deleted', '', '', ['require-virtualenv = true', 'require-virtualenv = true', 'user = no']],
    [
      'pip config set wrote the whole file again',
      '[global]\ntimeout = 9\n\n[install]\nrequire-virtualenv = true\nuser = no\n\n[uninstall]\nrequire-virtualenv = true\n\n',
      '[global]\ntimeout = 9\n\n',
      [],
    ],
    ['the final newline deleted', bytes.slice(0, -1), before, []],
    // pip cannot read such a file, but only our lines are ours.
    ['a section of that name before ours', `[install]\nuser = no\n${bytes}`, `[install]\nuser = no\n${before}`, []],
    ['a section of that name behind ours', `${bytes}[install]\nuser = no\n`, `${before}[install]\nuser = no\n`, []],
  ])('%s', (_, changed, restored, gone) => {
    const result = undoEdits(changed, edits);
    expect(result.bytes).toBe(restored);
    expect(result.gone.map(({ line }) => line).toSorted()).toEqual(gone);
  });

  test('a line behind a file that had no final newline keeps its line', () => {
    const open = edit('[install]\ntimeout = 60', WANTED.slice(0, 1));
    const { bytes: restored } = undoEdits(`${open.bytes}retries = 2\n`, open.edits);
    expect(restored).toBe('[install]\ntimeout = 60\nretries = 2\n');
  });

  test('a replaced value that was changed stays, and is told', () => {
    const replaced = edit('[install]\nuser = yes\n', WANTED.slice(2));
    const changed = replaced.bytes.replace('no', 'off');
    expect(undoEdits(changed, replaced.edits)).toEqual({
      bytes: changed,
      gone: [{ section: 'install', line: 'user = no' }],
    });
  });
});

test('a file with 5,000 keys is edited and restored', () => {
  const before = `[a]\n${Array.from({ length: 5_000 }, (_, index) => `k${index}=1\n`).join('')}`;
  const { bytes, edits } = edit(before);
  expect(undoEdits(bytes, edits).bytes === before).toBe(true);
});

test('lines are split where Python 3 splits them, and nothing is lost', () => {
  const bytes = 'a\r\nb\rc\n\nd\x85e\x0bf';
  expect(splitLines(bytes).map(({ end }) => end)).toEqual(['\r\n', '\r', '\n', '\n', '']);
  expect(scanLines(splitLines('[a]\nb = 1\n  c\nd = 2\n')).entries.map(({ first, last }) => [first, last])).toEqual([
    [1, 2],
    [3, 3],
  ]);
});
