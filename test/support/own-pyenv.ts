import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { listPyenvPythons, pyenvRoot, type Python } from './pythons.ts';

const pyenv = path.join(pyenvRoot, 'bin', 'pyenv');

/** Whether this machine has a pyenv that shims can be made with. */
export const hasPyenv = existsSync(pyenv) && listPyenvPythons().length > 0;

/** A pyenv root of its own: the same Pythons, shims that pyenv itself writes, and nothing else of the person's. */
export type OwnPyenv = {
  readonly root: string;
  readonly shims: string;
  /** Oldest first, started through this root. */
  readonly pythons: readonly Python[];
};

/** Makes one. The version `withEnvironments` is a folder, not a link, so that pyenv-virtualenv's `envs` fit into it. */
export function makeOwnPyenv(root: string, withEnvironments: string): OwnPyenv {
  const versions = path.join(root, 'versions');
  mkdirSync(versions, { recursive: true });
  for (const { version } of listPyenvPythons()) {
    const source = path.join(pyenvRoot, 'versions', version);
    const target = path.join(versions, version);
    if (version === withEnvironments) {
      mkdirSync(path.join(target, 'envs'), { recursive: true });
      for (const name of readdirSync(source)) {
        if (name !== 'envs') symlinkSync(path.join(source, name), path.join(target, name));
      }
    } else symlinkSync(source, target);
  }
  const made = spawnSync(pyenv, ['rehash'], { env: { PATH: '/usr/bin:/bin', PYENV_ROOT: root }, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`pyenv rehash: ${made.stderr}`);
  const pythons = listPyenvPythons().map(({ version }) => ({
    version,
    executable: path.join(versions, version, 'bin', 'python'),
  }));
  return { root, shims: path.join(root, 'shims'), pythons };
}
