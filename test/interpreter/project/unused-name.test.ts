import { expect, test } from 'vitest';
import { chooseFreeName } from '../../../src/interpreter/project/unused-name.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

test.each<[case_: string, tree: Tree, name: string]>([
  ['nothing there', { '/p/pyproject.toml': '' }, '.venv'],
  ['an environment', { '/p/.venv/pyvenv.cfg': '' }, '.venv-2'],
  [
    'a folder that is not an environment, with code in it',
    { '/p/.venv/lib/python3.12/site-packages/x.pth': 'import x' },
    '.venv-2',
  ],
  ['an empty folder', { '/p/.venv/': '' }, '.venv-2'],
  ['a file', { '/p/.venv': '' }, '.venv-2'],
  ['a dangling link', { '/p/.venv': { link: '/tmp/elsewhere' } }, '.venv-2'],
  ['both names', { '/p/.venv': '', '/p/.venv-2': { link: 'gone' } }, '.venv-3'],
])('%s', (_, tree, name) => {
  expect(chooseFreeName('/p', { files: viewOf(tree), platform: 'linux' })).toBe(name);
});
