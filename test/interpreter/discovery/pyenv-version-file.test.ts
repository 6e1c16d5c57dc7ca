import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileView } from '../../../src/host/files/file-view.ts';
import { followPyenv } from '../../../src/interpreter/discovery/pyenv.ts';
import { hasPyenv } from '../../support/own-pyenv.ts';
import { pyenvRoot } from '../../support/pythons.ts';
import { surroundingsOf } from '../layouts.ts';

describe.skipIf(!hasPyenv)('a version file is read as pyenv reads it (skipped without pyenv)', () => {
  let folder: string;
  let root: string;

  function makeVersion(place: string) {
    mkdirSync(path.join(place, 'bin'), { recursive: true });
    writeFileSync(path.join(place, 'bin', 'python'), '', { mode: 0o755 });
  }

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'pipward-test-')));
    root = path.join(folder, 'root');
    for (const version of ['3.12.1', '3.13.0', '3.12.1/envs/api', 'a:b/x'])
      makeVersion(path.join(root, 'versions', version));
    for (const outside of ['root', 'elsewhere/3.13.0', 'elsewhere/linked']) makeVersion(path.join(folder, outside));
    symlinkSync(path.join(folder, 'elsewhere/linked'), path.join(root, 'versions/linked'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The Python that is started, by its path below the folder; `system` for that of PATH. */
  function ask(text: string) {
    const cwd = path.join(folder, 'project');
    mkdirSync(cwd, { recursive: true });
    writeFileSync(path.join(cwd, '.python-version'), text);
    const show = (found: string) => path.relative(folder, found);
    const env = { PATH: `${folder}/system:/usr/bin:/bin`, PYENV_ROOT: root };
    makeSystem();
    const asked = spawnSync(path.join(pyenvRoot, 'bin', 'pyenv'), ['which', 'python'], { cwd, env, encoding: 'utf8' });
    const context = { ...surroundingsOf({ tree: {}, env, cwd }), files: createFileView() };
    const last = followPyenv(root, 'python', context).at(-1);
    return {
      pyenv: asked.status === 0 ? show(path.resolve(asked.stdout.trim())) : 'nothing',
      pipward:
        last?.problem?.reason === 'pyenv-system'
          ? 'system/python'
          : last?.problem === null && last.path !== null
            ? show(last.path)
            : 'nothing',
    };
  }

  function makeSystem() {
    mkdirSync(path.join(folder, 'system'), { recursive: true });
    writeFileSync(path.join(folder, 'system', 'python'), '', { mode: 0o755 });
  }

  const start = (version: string) => `root/versions/${version}/bin/python`;

  test.each([
    ['3.12.1/../3.13.0', start('3.13.0')],
    ['./3.13.0', start('3.13.0')],
    ['/3.13.0', start('3.13.0')],
    ['3.13.0/', start('3.13.0')],
    ['3.12.1/envs/api', start('3.12.1/envs/api')],
    ['3.12.1/envs/api/../../../3.13.0', start('3.13.0')],
    // Passed over as a whole, with what is before the colon.
    ['3.13.0:../b', 'system/python'],
    ['3.13.0:../b\n3.12.1', start('3.12.1')],
    ['3.13.0:3.12.1/envs/api', 'system/python'],
    ['3.12.1/envs/none', 'system/python'],
    ['9.9/../3.13.0', 'system/python'],
    ['3.12.1/..', 'system/python'],
    ['..', 'system/python'],
    ['../versions/3.13.0', start('3.13.0')],
    ['../../elsewhere/3.13.0', 'system/python'],
    ['/etc', 'system/python'],
    ['3.12.1:system', start('3.12.1')],
    ['linked', start('linked')],
    ['#3.13.0/..', 'system/python'],
  ])('%j', (text, expected) => {
    expect(ask(`${text}\n`)).toEqual({ pyenv: expected, pipward: expected });
  });

  test('a link does not lead out of versions/, as it does with pyenv', () => {
    expect(ask('linked/../3.13.0\n')).toEqual({ pyenv: 'root/versions/3.13.0/bin/python', pipward: 'system/python' });
  });
});
