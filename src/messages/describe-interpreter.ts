import type { EnvironmentMismatch, Interpreter, Manager, ShadowedPip, PythonVersion } from '../model/environment.ts';
import { shortenHome } from '../terminal/clean.ts';

const MANAGERS = {
  pyenv: 'pyenv',
  'pyenv-virtualenv': 'pyenv-virtualenv',
  poetry: 'Poetry',
  pipenv: 'Pipenv',
  hatch: 'Hatch',
  virtualenvwrapper: 'virtualenvwrapper',
  virtualenv: 'virtualenv',
  uv: 'uv',
  pipx: 'pipx',
  conda: 'conda',
  micromamba: 'micromamba',
  homebrew: 'Homebrew',
  'python.org': 'python.org',
  'install-manager': 'the Python install manager',
  'microsoft-store': 'the Microsoft Store',
  nuget: 'NuGet',
  apple: 'Apple',
  mise: 'mise',
  asdf: 'asdf',
} as const satisfies Record<Manager, string>;

/** Returns the kind of an interpreter in words, and who made it or decides: `virtual environment of Poetry`. */
export function describePlaceKind({ environment }: Interpreter, manager: Manager | null): string {
  const maker = manager === null ? '' : MANAGERS[manager];
  switch (environment.kind) {
    case 'virtual':
      return maker === '' ? 'virtual environment' : `virtual environment of ${maker}`;
    case 'conda':
      return environment.isBase ? `base environment of ${maker || 'conda'}` : `environment of ${maker || 'conda'}`;
    case 'base': {
      const kind = environment.managedMarker === null ? 'no environment' : 'externally managed';
      return maker === '' ? kind : `${kind}, from ${maker}`;
    }
    case 'unknown':
      return maker === '' ? 'a wrapper' : `a shim: ${maker} decides`;
  }
}

/** Returns `3.12.1`, or as much as is known; null where nothing is. */
export function showVersion(version: PythonVersion | null): string | null {
  if (version === null) return null;
  return [version.major, version.minor, version.patch].filter((part) => part !== null).join('.');
}

/** Returns what does not fit together in one line, and what to do about it; null where nothing is to be done. */
export function describeMismatch(found: EnvironmentMismatch): { readonly text: string; readonly fix: string | null } {
  switch (found.kind) {
    case 'environment-moved':
      return {
        text: `${found.prefix} was moved: its activate script says ${found.from}`,
        fix: 'recreate the environment; its programs still start the old path',
      };
    case 'environment-of-other-project':
      return {
        text: `the active environment ${found.prefix} is of the project ${found.project}, not of ${found.here}`,
        fix: 'deactivate',
      };
    case 'python-elsewhere':
      return {
        text: `python is ${found.python} in this shell, not that of the active environment ${found.prefix}, where pip works`,
        fix: `activate it again: its ${found.prefix.includes('\\') ? 'Scripts' : 'bin'} is not first on PATH`,
      };
    case 'base-upgraded':
      return {
        text: `${found.prefix} was made for Python ${found.from}, its python is ${found.to} now: packages installed before are not seen`,
        fix: 'recreate the environment',
      };
    case 'sudo':
      return found.environment === null
        ? { text: `called through sudo: what is active for ${found.user} is not used here`, fix: 'pip without sudo' }
        : {
            text: `called through sudo in ${found.environment}: files there will be root's, not ${found.user}'s`,
            fix: 'pip without sudo',
          };
    case 'environment-link':
      return {
        text:
          found.to === null ? `${found.path} is a link that leads nowhere` : `${found.path} is a link to ${found.to}`,
        fix: null,
      };
    case 'environment-file':
      return {
        text:
          found.to === null
            ? `${found.path} is a file, and names no environment (draft PEP 832)`
            : `${found.path} is a file that names ${found.to} (draft PEP 832)`,
        fix: null,
      };
  }
}

/** Returns what the called name would have meant without us, in one line. */
export function describeOtherPip({ path: pip, interpreter }: ShadowedPip, home: string | null): string {
  const version = showVersion(interpreter?.version ?? null);
  const python = interpreter === null ? 'another Python' : shortenHome(interpreter.executable, home);
  return `without pipward, ${shortenHome(pip, home)} would run, for ${python}${version === null ? '' : ` (Python ${version})`}`;
}
