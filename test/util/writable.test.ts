import { describe, expect, test } from 'vitest';
import { surroundingsOf, windows } from '../interpreter/layouts.ts';
import { isWritable } from '../../src/util/windows/writable.ts';
import { createPipCallFor } from '../../src/decision/pip-call.ts';
import { findOwner } from '../../src/decision/install-folders.ts';
import { findInstallPlace } from '../../src/decision/install-location.ts';
import { inspectInterpreter } from '../../src/interpreter/inspect/inspect.ts';
import { parsePipCommand } from '../../src/invocation/parse.ts';
import type { Tree } from '../support/tree.ts';
import { windowsFacts } from '../support/windows-facts.ts';

const python = 'C:\\Program Files\\Python312';
const site = `${python}\\Lib\\site-packages`;
const closed = [python, `${python}\\Lib`, site];

describe('whether a folder can be written on Windows', () => {
  test.each<[what: string, path: string, tree: Tree, expected: boolean]>([
    ['Windows says no, whatever the read-only attribute says', site, {}, false],
    ['Windows says yes', 'C:\\work', {}, true],
    ['yes to a folder with the read-only attribute, which means nothing there', 'C:\\work', readOnly('C:\\work'), true],
    ['missing: the closest folder that is there says no', `${site}\\new\\deep`, {}, false],
    ['missing: the closest folder that is there says yes', 'C:\\work\\new\\deep', {}, true],
    ['a file: its attribute tells', 'C:\\work\\file', { 'C:\\work\\file': { readOnly: true } }, false],
  ])('%s', (_, path, tree, expected) => {
    const context = surroundingsOf({
      platform: 'win32',
      tree: { 'C:\\work\\': '', ...windows(python, '312'), ...tree },
    });
    expect(isWritable(path, { ...context, windows: windowsFacts({ closed }) })).toBe(expected);
  });

  test.each<[what: string, tree: Tree, expected: boolean]>([
    ['no attribute', { 'C:\\x\\': '' }, true],
    ['read-only', readOnly('C:\\x'), false],
  ])('without an answer of Windows the attribute is all there is: %s', (_, tree, expected) => {
    const context = surroundingsOf({ platform: 'win32', tree });
    const silent = { ...windowsFacts(), mayAddFile: () => null };
    expect([context, { ...context, windows: silent }].map((each) => isWritable('C:\\x', each))).toEqual([
      expected,
      expected,
    ]);
  });

  test('pip falls back to the user site where Windows lets no file be added', () => {
    const context = surroundingsOf({ platform: 'win32', tree: windows(python, '312') });
    const interpreter = inspectInterpreter(`${python}\\python.exe`, context);
    const command = parsePipCommand('pip', ['install', 'flask']);
    const places = [[], closed].map((folders) =>
      findInstallPlace(
        { ...context, windows: windowsFacts({ closed: folders }) },
        createPipCallFor(context, command, interpreter, interpreter).settings(),
        { user: null, places: [], unknown: [] },
        interpreter,
        () => '24.0',
        command,
      ),
    );
    expect(places).toEqual([{ kind: 'environment' }, { kind: 'user-site', because: 'fallback' }]);
  });
});

describe('whose packages a folder of Windows holds', () => {
  const roaming = 'C:\\Users\\me\\AppData\\Roaming';
  const store = 'C:\\Users\\me\\AppData\\Local\\Packages\\PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0';
  test.each<[folder: string, expected: ReturnType<typeof findOwner>]>([
    [`${roaming}\\Python\\Python312\\site-packages`, 'user-site'],
    [`${roaming}\\Python\\Python312-32\\site-packages`, 'user-site'],
    [`${roaming}\\Python\\Scripts`, 'other-python'],
    [`${store}\\LocalCache\\local-packages\\Python312\\site-packages`, 'user-site'],
    ['C:\\Users\\me\\.local\\lib\\app', 'nobody'],
    ['C:\\vendor', 'nobody'],
  ])('%s: %s', (folder, expected) => {
    const context = surroundingsOf({ platform: 'win32', tree: { [`${store}\\LocalCache\\`]: '' } });
    expect(findOwner(folder, context, null)).toBe(expected);
  });
});

function readOnly(folder: string): Tree {
  return { [folder]: { directory: true, readOnly: true } };
}
