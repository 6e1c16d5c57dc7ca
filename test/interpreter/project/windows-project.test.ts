import { describe, expect, test } from 'vitest';
import { inspectInterpreter } from '../../../src/interpreter/inspect/inspect.ts';
import { prospectEnvironment } from '../../../src/interpreter/project/planned-environment.ts';
import { listSearchedPrefixes } from '../../../src/interpreter/project/project.ts';
import { blocksOf } from '../../support/tree.ts';
import { surroundingsOf, windows } from '../layouts.ts';

describe('projects on Windows', () => {
  test.each([
    ['C:\\Users\\me', 'C:\\Users\\me\\code', ['C:\\Users\\me\\code\\.venv']],
    ['c:\\users\\ME', 'C:\\Users\\me\\code', ['C:\\Users\\me\\code\\.venv']],
    ['C:\\Users\\me', 'C:\\code', ['C:\\code\\.venv', 'C:\\.venv']],
  ])('the home directory %s ends the search from %s, in any case', (home, cwd, expected) => {
    const context = surroundingsOf({ platform: 'win32', tree: { [`${cwd}\\`]: '' }, home, cwd });
    expect(listSearchedPrefixes(context, ['.venv'])).toEqual(expected);
  });

  test('an environment that is about to be made has its python in Scripts and its packages in Lib', () => {
    const tree = { ...windows('C:\\Py312', '312'), 'C:\\code\\pyproject.toml': '', 'C:\\code\\.git\\HEAD': '' };
    const context = surroundingsOf({ platform: 'win32', tree, cwd: 'C:\\code' });
    const interpreter = inspectInterpreter('C:\\Py312\\python.exe', context);
    const evidence = { kind: 'path-entry', directory: 'C:\\Py312', position: 1 } as const;
    const found = {
      kind: 'resolved',
      interpreter,
      source: 'search-path',
      evidence,
      pipRunner: null,
      trace: [],
    } as const;
    const files = { ...context.files, readBlocks: blocksOf(Buffer.from('DIRC\0\0\0\x02\0\0\0\0', 'latin1')) };
    const search = { names: ['.venv'], file: 'C:\\config.toml', line: 1 };
    const onPath = { ...context, files, env: { PATH: 'C:\\Py312' } };
    expect(prospectEnvironment(found, search, onPath)).toMatchObject({
      interpreter: {
        executable: 'C:\\code\\.venv\\Scripts\\python.exe',
        siteDirectories: ['C:\\code\\.venv\\Lib\\site-packages'],
      },
    });
  });
});
