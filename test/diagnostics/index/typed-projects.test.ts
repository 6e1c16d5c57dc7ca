import { expect, test } from 'vitest';
import { readTypedProjects } from '../../../src/diagnostics/index/typed-projects.ts';
import { surroundingsOf } from '../../interpreter/layouts.ts';
import { viewOf } from '../../support/tree.ts';
import { command } from '../build.ts';

const tree = {
  '/p/pyproject.toml': '[build-system]\nrequires = []\n[project]\nname = "ada-api"\n',
  '/p/old/setup.py': 'from setuptools import setup\nsetup(name="old-app", version="1")\n',
  '/p/cfg/setup.cfg': '[metadata]\nname = cfg-app\n',
  '/p/cfg/setup.py': 'from setuptools import setup\nsetup()\n',
  '/p/none/readme.txt': 'name = x\n',
};

test.each([
  ['pip install .', { '.': 'ada-api' }],
  ['pip install -e .[dev] ./old', { '.[dev]': 'ada-api', './old': 'old-app' }],
  ['pip install file:///p/cfg ./none ./absent flask', { 'file:///p/cfg': 'cfg-app' }],
])('%s', (line, names) => {
  const context = { ...surroundingsOf({ tree, cwd: '/p' }), files: viewOf(tree) };
  expect(readTypedProjects(command(line), context)).toEqual(names);
});
