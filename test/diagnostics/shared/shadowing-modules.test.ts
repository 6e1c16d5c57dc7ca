import { describe, expect, test } from 'vitest';
import { holdsShadowingModule } from '../../../src/diagnostics/shared/shadowing-modules.ts';
import { viewOf, type Tree } from '../../support/tree.ts';

const cwd = '/home/ada/code/api';
const holds = (entries: Readonly<Record<string, string>>, changes: { readonly cwd?: string | null } = {}) => {
  const tree: Tree = Object.fromEntries(Object.entries(entries).map(([name, text]) => [`${cwd}/${name}`, text]));
  return holdsShadowingModule({ cwd, home: '/home/ada', platform: 'linux', files: viewOf(tree), ...changes });
};

describe('a module of the current directory that would run in place of Python’s', () => {
  test.each([
    'pip.py',
    'pip/__init__.py',
    'pip/__init__.cpython-312-x86_64-linux-gnu.so',
    'venv.py',
    'venv/__init__.py',
    'logging.py',
    'logging.pyc',
    'typing.cpython-311-x86_64-linux-gnu.so',
    'typing.abi3.so',
    'loggingmodule.so',
    'winreg.py',
    'ensurepip.pyd',
    'runpy.pyo',
    'setuptools/__init__.py',
    '_manylinux.py',
    '_posixsubprocess.so',
    'org/__init__.py',
  ])('%s', (name) => {
    expect(holds({ [name]: '', 'README.md': '' })).toBe(true);
  });

  test.each([
    ['an environment', 'venv/pyvenv.cfg'],
    ['a folder that is not a package', 'logging/server.log'],
    ['compiled files of Python 3', '__pycache__/logging.cpython-312.pyc'],
    ['a module that Python does not have', 'api.py'],
    ['a package that Python does not have', 'api/__init__.py'],
    ['a module inside of a package', 'api/logging.py'],
    ['usual files', 'setup.py'],
    ['a package in the current directory itself', '__init__.py'],
    ['what only looks like a module', 'logging.conf'],
    ['a name with more in it', 'pip.conf.py.bak'],
  ])('not %s: %s', (_, name) => {
    expect(holds({ [name]: '', 'README.md': '' })).toBe(false);
  });

  test('a directory that cannot be listed is asked for each name', () => {
    const hidden = (entries: Tree) => ({ ...viewOf(entries), list: () => [] });
    const judge = (entries: Tree) =>
      holdsShadowingModule({ cwd, home: null, platform: 'linux', files: hidden(entries) });
    expect(judge({ [`${cwd}/venv/__init__.py`]: '' })).toBe(true);
    expect(judge({ [`${cwd}/api.py`]: '' })).toBe(false);
  });

  test('commands for a deleted directory run in the home directory', () => {
    const tree = viewOf({ '/home/ada/pip.py': '' });
    expect(holdsShadowingModule({ cwd: null, home: '/home/ada', platform: 'linux', files: tree })).toBe(true);
    expect(holdsShadowingModule({ cwd: null, home: null, platform: 'linux', files: tree })).toBe(false);
  });
});
