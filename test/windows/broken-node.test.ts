import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { install, writes, writesLine, type Installation } from './installation.ts';
import { toWindowsPath, WINE_MISSING } from './wine.ts';

let it: Installation;
let run = '';
let node = '';
beforeAll(() => {
  if (WINE_MISSING !== null) return;
  it = install();
  run = writes('run', `"${it.python}" -P -m pip`);
  node = toWindowsPath(path.join(it.home, 'node.exe'));
});

const noAnswer = () => `pipward: its program gave no answer (${node}); running ${it.python} -m pip without it\n`;

describe.skipIf(WINE_MISSING !== null)('pip runs without Node', () => {
  const scripts: readonly (readonly [string, () => readonly string[]])[] = [
    ['it dies at once', () => ['exit 9']],
    ['it ends without an answer', () => []],
    ['it ends in a line', () => [writesLine('ru')]],
    ['it ends in a number', () => [writesLine('run 2')]],
    ['it ends in a content', () => [writesLine('run 20\n"C:\\')]],
    ['it ends after a word', () => [writes('say', '').slice(0, -2)]],
    ['the message is not known', () => [writesLine('go 1\n'), 'wait 60000']],
    ['the number is a word', () => [writesLine('run x\n'), 'wait 60000']],
    ['the number is negative', () => [writesLine('run -1\n'), 'wait 60000']],
    ['the number is too large', () => [writesLine('say 99999999999999999999\n'), 'wait 60000']],
    ['the content is too large', () => [writesLine('run 4000000000\n'), 'wait 60000']],
    ['a line has no end', () => [writesLine('x'.repeat(5000)), 'wait 60000']],
    ['bytes are not a message', () => [writesLine('\u0000\u00FF\n\n\n'), 'wait 60000']],
    ['the program is relative', () => [writes('run', '"python.exe" -m pip'), 'wait 60000']],
    ['the program depends on the current drive', () => [writes('run', '"\\python.exe" -m pip'), 'wait 60000']],
    ['the program is not in quotation marks', () => [writes('run', `${it.python} -m pip`), 'wait 60000']],
    ['the program has no end', () => [writes('run', `"${it.python}`), 'wait 60000']],
    ['the start is empty', () => [writes('run', ''), 'wait 60000']],
    ['the start is not UTF-8', () => ['write 72756e20340a22ff2222', 'wait 60000']],
    ['the start has a zero', () => [writes('run', `"${it.python}" -m\u0000pip`), 'wait 60000']],
  ];
  test.each(scripts)('if %s', (_, make) => {
    it.script(...make());
    const result = it.pip(['install', 'a"b'], { env: { STANDIN_EXIT: '300' } });
    expect(result).toMatchObject({ status: 300, stderr: noAnswer(), stdout: 'python ran\n' });
    expect(result.starts.map(({ words }) => [words[0], words[1], ...words.slice(3)])).toEqual([
      [it.python, '-c', 'install', 'a"b'],
    ]);
  });

  test('if it hangs: after 15 seconds, and what it has said is printed', () => {
    it.script(writes('say', 'wait\n'), 'hang');
    const result = it.pip(['install']);
    expect(result.stderr).toBe(`wait\npipward: ${node} hangs; running ${it.python} -m pip without it\n`);
    expect(result).toMatchObject({ status: 0, starts: [{ console: false }] });
  });

  test('if node.exe is missing, or is not a program', () => {
    const file = path.join(it.home, 'node.exe');
    renameSync(file, `${file}.aside`);
    expect(it.pip(['install'])).toMatchObject({
      status: 0,
      stderr: `pipward: Node.js was not found; running ${it.python} -m pip without it\n`,
    });
    writeFileSync(file, 'no program');
    expect(it.pip(['install'])).toMatchObject({ status: 0, stderr: noAnswer() });
    renameSync(`${file}.aside`, file);
  });

  test('if its program is missing', () => {
    const file = path.join(it.home, 'dist/shim.cjs');
    renameSync(file, `${file}.aside`);
    expect(it.pip(['install'])).toMatchObject({
      status: 0,
      stderr: `pipward: its program is missing (${toWindowsPath(file)}); running ${it.python} -m pip without it\n`,
    });
    renameSync(`${file}.aside`, file);
  });
});

describe.skipIf(WINE_MISSING !== null)('pip ends as it ended', () => {
  test.each([
    ['dies while pip runs', () => [run, 'exit 9'], ''],
    ['dies after the end of pip', () => [run, 'read', 'exit 9'], ''],
    ['is cut off when it speaks', () => [run, 'read', writesLine('say 5\nab')], ''],
    ['sends a second answer', () => [run, 'read', writes('say', 'a\n'), run, writes('say', 'b\n')], 'a\n'],
    ['sends what is not a message', () => [run, 'read', writesLine('x\n'), 'hang'], ''],
    ['hangs after the end of pip', () => [run, 'read', writes('say', 'a\n'), 'hang'], 'a\n'],
    ['does not read', () => [run, 'hang'], ''],
  ])('if Node %s', (_, make, stderr) => {
    it.script(...make());
    expect(it.pip(['install'], { env: { STANDIN_EXIT: '7' } })).toMatchObject({ status: 7, stderr, starts: [{}] });
  });

  test('if Node hangs after `stop`', () => {
    it.script(writesLine('stop 3\n'), 'hang');
    expect(it.pip(['install'])).toMatchObject({ status: 3, starts: [] });
  });
});
