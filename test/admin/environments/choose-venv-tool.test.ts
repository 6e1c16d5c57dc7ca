import { expect, test } from 'vitest';
import { chooseMaker } from '../../../src/admin/environments/choose-venv-tool.ts';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import type { CallContext } from '../../../src/model/call-context.ts';
import { program, viewOf, type Tree } from '../../support/tree.ts';
import { windowsFacts } from '../../support/windows-facts.ts';

const python = 'C:\\Python27\\python.exe';

function choose(tree: Tree, path: string) {
  const files = viewOf(
    { [python]: program, 'C:\\Python27\\python27.dll': '', 'C:\\Python27\\Lib\\os.py': '', ...tree },
    'win32',
  );
  const context: CallContext = {
    platform: 'win32',
    env: { PATH: path },
    cwd: 'C:\\p',
    home: 'C:\\Users\\me',
    userId: null,
    name: 'pip',
    arguments: [],
    shimsDirectory: null,
    today: '2026-11-24',
    files,
    windows: windowsFacts(),
  };
  return chooseMaker(inspectInterpreter(python, context), 'C:\\p\\.venv', context);
}

test('virtualenv of Windows is virtualenv.exe in a folder of PATH', () => {
  const maker = choose({ 'D:\\tools\\virtualenv.exe': program }, 'C:\\Windows;D:\\tools');
  expect(maker).toEqual({ kind: 'found', command: ['D:\\tools\\virtualenv.exe', '--python', python, 'C:\\p\\.venv'] });
});

test('a folder that depends on the current drive, and a script without an ending, are not looked at', () => {
  const planted = { 'C:\\bin\\virtualenv': program, 'C:\\bin\\virtualenv.exe': program, 'D:\\x\\virtualenv': program };
  expect(choose(planted, '\\bin;D:\\x')).toMatchObject({ kind: 'missing' });
});
