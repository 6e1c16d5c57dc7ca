import type { CallContext } from '../model/call-context.ts';
import { pathsOf } from '../util/paths.ts';
import { readVariable } from '../util/variables.ts';
import { findPyenvRoot } from './discovery/pyenv.ts';
import { listFoundPrefixes } from './project/project.ts';
import { followName } from './project/environment-file.ts';

/** Tools keep one for each project or program. */
const MAX_LISTED = 200;

/**
 * Returns the folders of the environments that are found without a search of the disk: the project's, and those where
 * virtualenvwrapper, pipenv, pipx, poetry, hatch, uv, pyenv-virtualenv and conda keep theirs (conda's base, too); 200 at most. Nothing
 * is started.
 */
export function listEnvironments(context: CallContext, names: readonly string[]): readonly string[] {
  const { files, platform } = context;
  const paths = pathsOf(platform);
  const found = listFoundPrefixes(context, names).flatMap((place) => followName(place, context) ?? []);
  const kept = listStores(context)
    .filter((folder) => paths.isAbsolute(folder))
    .flatMap((folder) =>
      files
        .list(folder)
        .toSorted()
        .map((name) => paths.join(folder, name)),
    );
  const seen = new Set<string>();
  const isNew = (folder: string) => {
    const real = files.realPath(folder) ?? folder;
    return seen.has(real) ? false : seen.add(real) !== undefined;
  };
  const isEnvironment = (folder: string) =>
    ['pyvenv.cfg', 'conda-meta'].some((mark) => files.status(paths.join(folder, mark)) !== null);
  return [...found, ...kept, ...listCondaBases(context)]
    .filter((folder) => isEnvironment(folder) && isNew(folder))
    .slice(0, MAX_LISTED);
}

/** Folders with an environment in each of their folders. */
function listStores(context: CallContext): readonly string[] {
  const { home, platform, files } = context;
  const paths = pathsOf(platform);
  const read = (name: string) => readVariable(context, name);
  const pyenv = findPyenvRoot(context);
  const inHome = (...names: readonly string[]) => (home === null ? [] : [paths.join(home, ...names)]);
  const [data = ''] = [read('XDG_DATA_HOME') ?? '', ...inHome('.local', 'share')].filter(Boolean);
  const [cache = ''] = [read('XDG_CACHE_HOME') ?? '', ...inHome('.cache')].filter(Boolean);
  const hatch = paths.join(data, 'hatch', 'env', 'virtual');
  return [
    read('WORKON_HOME') ?? '',
    ...inHome('.virtualenvs'),
    paths.join(data, 'virtualenvs'),
    ...[read('PIPX_HOME') ?? '', paths.join(data, 'pipx'), ...inHome('.local', 'pipx')].map((root) =>
      paths.join(root, 'venvs'),
    ),
    paths.join(cache, 'pypoetry', 'virtualenvs'),
    paths.join(data, 'uv', 'tools'),
    // hatch: project, hash, environment.
    ...files
      .list(hatch)
      .flatMap((name) => files.list(paths.join(hatch, name)).map((hash) => paths.join(hatch, name, hash))),
    ...(pyenv === null ? [] : [paths.join(pyenv, 'versions')]),
    ...listCondaBases(context).map((folder) => paths.join(folder, 'envs')),
  ];
}

/** Where conda's installers put it, each a folder with an environment of its own (base) and with others in `envs`. */
function listCondaBases({ home, platform }: CallContext): readonly string[] {
  const paths = pathsOf(platform);
  const own = ['anaconda3', 'miniconda3', 'miniforge3', 'mambaforge', 'micromamba', '.conda'];
  const inHome = home === null ? [] : own.map((name) => paths.join(home, name));
  return [...inHome, '/opt/conda', '/opt/miniconda3', '/opt/miniforge3', '/opt/anaconda3'];
}
