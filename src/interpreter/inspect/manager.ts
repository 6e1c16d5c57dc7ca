import type { Interpreter, Manager } from '../../model/environment.ts';
import type { CallContext } from '../../model/call-context.ts';
import { readVariable } from '../../util/variables.ts';
import { readScript } from './inspect.ts';
import { liesWithin, pathsOf } from '../../util/paths.ts';
import { CONFIG_LIMIT } from './pyvenv-cfg.ts';
import { findPyenvRoot } from '../discovery/pyenv.ts';

/**
 * Returns who made an interpreter or its environment, or who decides behind a shim, as its place tells; null where
 * nothing does. For words alone: nothing is chosen by it.
 */
export function findManager(interpreter: Interpreter, context: CallContext): Manager | null {
  const { environment, executable, realPath } = interpreter;
  switch (environment.kind) {
    case 'virtual':
      return findEnvironmentManager(environment.prefix, context);
    case 'conda':
      return findByPlace(environment.prefix, CONDA_PLACES) ?? 'conda';
    case 'base':
      return findInstaller(executable, realPath, context);
    case 'unknown':
      return findDecider(executable, realPath, context);
  }
}

type Places = readonly (readonly [Manager, RegExp])[];

/** Where each tool keeps the environments that it makes, by default, on all systems. */
const ENVIRONMENT_PLACES: Places = [
  ['poetry', /[/\\]pypoetry[/\\](?:cache[/\\])?virtualenvs[/\\]/i],
  ['hatch', /[/\\]hatch[/\\](?:data[/\\])?env[/\\]virtual[/\\]/i],
  ['pipx', /[/\\]pipx[/\\]venvs[/\\]/i],
  ['uv', /[/\\]uv[/\\](?:data[/\\])?tools[/\\]/i],
];

const CONDA_PLACES: Places = [['micromamba', /[/\\](?:\.?micromamba|\.local[/\\]share[/\\]mamba)(?:[/\\]|$)/i]];

const INSTALLATIONS: Places = [
  ['uv', /[/\\]uv[/\\](?:data[/\\])?python[/\\]/i],
  ['mise', /[/\\]mise[/\\]installs[/\\]python[/\\]/i],
  ['asdf', /[/\\]\.?asdf[/\\]installs[/\\]python[/\\]/i],
  ['hatch', /[/\\]hatch[/\\](?:data[/\\])?pythons[/\\]/i],
  ['homebrew', /^(?:\/opt\/homebrew|\/home\/linuxbrew\/\.linuxbrew|\/usr\/local)\/(?:Cellar|opt)\//],
  ['apple', /^(?:\/Library\/Developer\/CommandLineTools|\/Applications\/Xcode[^/]*\.app)\//],
  ['python.org', /^\/Library\/Frameworks\/Python\.framework\//],
  ['install-manager', /\\Python\\pythoncore-\d\.\d+[^\\]*\\/i],
  ['microsoft-store', /\\WindowsApps\\PythonSoftwareFoundation\.Python\.\d/i],
  ['nuget', /\\\.nuget\\packages\\python\\/i],
  ['python.org', /\\(?:Programs\\Python|Program Files(?: \(x86\))?)\\Python\d+(?:-32|-arm64)?\\[^\\]+$/i],
];

function findByPlace(path: string, places: Places): Manager | null {
  return places.find(([, place]) => place.test(path))?.[0] ?? null;
}

function findEnvironmentManager(prefix: string, context: CallContext): Manager | null {
  const { files, platform, home } = context;
  const paths = pathsOf(platform);
  const byPlace = findByPlace(prefix, ENVIRONMENT_PLACES);
  if (byPlace !== null) return byPlace;
  const root = findPyenvRoot(context);
  if (root !== null && liesWithin(prefix, paths.join(root, 'versions'), platform)) return 'pyenv-virtualenv';
  // Both keep environments in WORKON_HOME; pipenv writes into each which project it is of.
  const folder = paths.dirname(prefix);
  const chosen = readVariable(context, 'WORKON_HOME');
  const isPipenvs =
    files.status(paths.join(prefix, '.project')) !== null &&
    (folder === chosen || /[/\\](?:\.local[/\\]share[/\\]|\.)virtualenvs$/.test(folder));
  if (isPipenvs) return /-[\w-]{8}(?:-[\w.]+)?$/.test(paths.basename(prefix)) ? 'pipenv' : 'virtualenvwrapper';
  if (folder === chosen || (home !== null && folder === paths.join(home, '.virtualenvs'))) return 'virtualenvwrapper';
  const read = files.readText(paths.join(prefix, 'pyvenv.cfg'), CONFIG_LIMIT);
  const keys = read.kind === 'text' ? read.text.toLowerCase() : '';
  if (/^[ \t]*uv[ \t]*=/m.test(keys)) return 'uv';
  return /^[ \t]*virtualenv[ \t]*=/m.test(keys) ? 'virtualenv' : null;
}

function findInstaller(executable: string, realPath: string, context: CallContext): Manager | null {
  const root = findPyenvRoot(context);
  const versions = root === null ? null : pathsOf(context.platform).join(root, 'versions');
  if (versions !== null && liesWithin(executable, versions, context.platform)) return 'pyenv';
  return findByPlace(realPath, INSTALLATIONS);
}

/** A shim decides by itself, each time that it is started; only it can say what. */
function findDecider(executable: string, realPath: string, { files, platform }: CallContext): Manager | null {
  // With Apple's tools installed, xcrun finds theirs.
  if (platform === 'darwin' && executable === '/usr/bin/python3') return 'apple';
  if (/^mise(?:\.exe)?$/i.test(pathsOf(platform).basename(realPath))) return 'mise';
  const script = readScript(executable, files) ?? '';
  if (/\basdf exec\b/.test(script)) return 'asdf';
  return /\bmise (?:x|exec)\b/.test(script) ? 'mise' : null;
}
