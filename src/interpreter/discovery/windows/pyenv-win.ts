import type { CallContext } from '../../../model/call-context.ts';
import { pathsOf } from '../../../util/paths.ts';
import { readVariable } from '../../../util/variables.ts';

/**
 * Returns the root of pyenv-win; null if there is none: PYENV, PYENV_ROOT, PYENV_HOME, the parent of a shims folder on PATH, or
 * ~\.pyenv\pyenv-win. PYENV_ROOT may come from a pyenv of Git Bash or WSL, which Windows cannot use: only pyenv-win has a
 * batch file.
 */
export function findPyenvWinRoot(context: CallContext): string | null {
  const { files, home } = context;
  const paths = pathsOf('win32');
  const named = ['PYENV', 'PYENV_ROOT', 'PYENV_HOME'].map((name) => readVariable(context, name));
  const onPath = (readVariable(context, 'PATH') ?? '')
    .split(';')
    .flatMap((entry) => /^"?(.*[\\/]pyenv-win)[\\/]shims[\\/]*"?$/i.exec(entry)?.[1] ?? []);
  const usual = home === null ? null : paths.join(home, '.pyenv', 'pyenv-win');
  for (const place of [...named, ...onPath, usual]) {
    if (place === null || !paths.isAbsolute(place)) continue;
    const root = paths.join(place, '.').replace(/(?<!:)\\$/, '');
    if (files.status(paths.join(root, 'bin', 'pyenv.bat'))?.kind === 'file') return root;
  }
  return null;
}

/** Returns where a version has a command: pyenv-win puts these three folders on PATH. */
export function findInVersion(root: string, version: string, command: string, { files }: CallContext): string {
  const paths = pathsOf('win32');
  const folder = paths.join(root, 'versions', version);
  const places = [folder, paths.join(folder, 'Scripts'), paths.join(folder, 'bin')].map((place) =>
    paths.join(place, /\.exe$/i.test(command) ? command : `${command}.exe`),
  );
  return places.find((place) => files.status(place)?.kind === 'file') ?? paths.join(folder, `${command}.exe`);
}

/** Returns the versions that a name without an architecture may mean: `3.10` does not mean 3.10.5-win32. */
export function filterByArchitecture(name: string, versions: readonly string[]): readonly string[] {
  const suffix = /-(?:win32|arm64)$/;
  return suffix.test(name) ? versions : versions.filter((version) => !suffix.test(version));
}
