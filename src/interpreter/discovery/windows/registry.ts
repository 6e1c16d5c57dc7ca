import type { CallContext } from '../../../model/call-context.ts';
import { pathsOf } from '../../../util/paths.ts';
import { compareVersions } from '../pyenv-versions.ts';

/** A Python as PEP 514 registers it, or as the Python install manager records it. */
export type RegisteredPython = {
  readonly company: string;
  readonly tag: string;
  readonly executable: string;
  /** Where that is said: a registry key or a file. */
  readonly place: string;
};

/** As many companies, and tags of one, as are looked at: any user may register some. */
const MAX_KEYS = 100;

/** Returns the Pythons of the registry (PEP 514): the user's own, then the machine's, then those of 32 bits. What the user registers hides the machine's of that name. */
export function listRegistered({ windows }: CallContext): readonly RegisteredPython[] {
  if (windows === undefined) return [];
  const found = new Map<string, RegisteredPython>();
  const paths = pathsOf('win32');
  for (const root of ['HKCU', 'HKLM', 'HKLM32'].map((hive) => `${hive}\\Software\\Python`)) {
    for (const company of windows.registryKeys(root).slice(0, MAX_KEYS)) {
      // Its key is that of the launcher `py` itself.
      if (company.toLowerCase() === 'pylauncher') continue;
      for (const tag of windows.registryKeys(`${root}\\${company}`).slice(0, MAX_KEYS)) {
        const identity = `${company}\\${tag}`.toLowerCase();
        const place = `${root}\\${company}\\${tag}\\InstallPath`;
        const folder = found.has(identity) ? null : windows.registryValue(place, '');
        const named = found.has(identity) ? null : windows.registryValue(place, 'ExecutablePath');
        const executable = named ?? (folder === null ? '' : paths.join(folder, 'python.exe'));
        if (paths.isAbsolute(executable)) {
          found.set(identity, { company, tag, executable: paths.normalize(executable), place });
        }
      }
    }
  }
  return [...found.values()];
}

/** Returns Pythons in the order in which `py` prefers them: those of python.org before others, the newest first, 64 bits before 32. */
export function sortByPreference(pythons: readonly RegisteredPython[]): readonly RegisteredPython[] {
  return pythons.toSorted(
    (one, other) =>
      Number(isCore(other)) - Number(isCore(one)) ||
      Number(isPreview(one)) - Number(isPreview(other)) ||
      compareVersions(splitTag(other.tag).version, splitTag(one.tag).version) ||
      PLATFORMS.indexOf(splitTag(one.tag).platform) - PLATFORMS.indexOf(splitTag(other.tag).platform),
  );
}

const PLATFORMS = ['', '-64', '-arm64', '-32'];

/** Returns those that a tag asks for: `3` and `3.12` any of these versions, `3.12-32` one of 32 bits, `Company\Tag` that one. */
export function filterByTag(pythons: readonly RegisteredPython[], wanted: string): readonly RegisteredPython[] {
  const cut = wanted.replaceAll('/', '\\').lastIndexOf('\\');
  const company = cut < 0 ? null : wanted.slice(0, cut).toLowerCase();
  const { version, platform } = splitTag(wanted.slice(cut + 1));
  return pythons.filter((python) => {
    const own = splitTag(python.tag);
    const isCompany = company === null ? isCore(python) : python.company.toLowerCase() === company;
    const isVersion = version === '' || own.version === version || own.version.startsWith(`${version}.`);
    return isCompany && isVersion && (platform === '' || (own.platform || '-64') === platform);
  });
}

function isCore({ company }: RegisteredPython): boolean {
  return company.toLowerCase() === 'pythoncore';
}

function isPreview({ tag }: RegisteredPython): boolean {
  return /-dev\b|\d(?:a|b|rc)\d/i.test(tag);
}

function splitTag(tag: string): { readonly version: string; readonly platform: string } {
  const [, version = '', platform = ''] = /^(.*?)(-(?:64|32|arm64))?$/i.exec(tag.toLowerCase()) ?? [];
  return { version, platform };
}
