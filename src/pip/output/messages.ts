import type { InstalledPackage, OutputLine, Stream } from '../../model/observation.ts';
import { BUILD_NEEDLES, readBuildLine, type BuildObservation } from './build-messages.ts';
import { ENVIRONMENT_NEEDLES, readEnvironmentLine, type EnvironmentObservation } from './environment-messages.ts';
import { INDEX_NEEDLES, readIndexLine, type IndexObservation } from './index-messages.ts';
import { readWindowsLine, WINDOWS_NEEDLES, type WindowsObservation } from './windows-messages.ts';

/** What a line of pip's output means; `line` is the evidence. */
export type Observation =
  | (OutputLine &
      (
        | { readonly kind: 'user-install-fallback' }
        | { readonly kind: 'externally-managed' }
        | { readonly kind: 'no-pip-module'; readonly executable: string }
        | { readonly kind: 'installed'; readonly packages: readonly InstalledPackage[] }
        | { readonly kind: 'uninstalled'; readonly packages: readonly InstalledPackage[] }
      ))
  | EnvironmentObservation
  | IndexObservation
  | BuildObservation
  | WindowsObservation;

/** Observations that give context but do not justify a message on their own. */
const INCIDENTAL: readonly Observation['kind'][] = [
  'installed',
  'uninstalled',
  'would-install',
  'already-satisfied',
  'traceback-announced',
  'cancelled',
  'indexes',
  'building',
  'build-trouble',
  'command-shown',
  'page-refused',
  'versions-yanked',
];

/** Whether an observation may be a reason to say something. */
export function isTelling({ kind }: Observation): boolean {
  return !INCIDENTAL.includes(kind);
}

/**
 * Substrings that every relevant line contains, and few others; a cheap filter. pip puts no colour code inside of them
 * (transcripts of 18.1 to 26.2.1).
 */
export const NEEDLES: readonly string[] = [
  'Defaulting',
  'Successfully',
  'externally-managed',
  'module named',
  ...ENVIRONMENT_NEEDLES,
  ...INDEX_NEEDLES,
  ...BUILD_NEEDLES,
  ...WINDOWS_NEEDLES,
];

/** pip/_internal/commands/install.py, decide_user_install: the same text in every release from 20.0 on. */
const FALLBACK = 'Defaulting to user installation because normal site-packages is not writeable';
/** pip/_internal/exceptions.py, ExternallyManagedEnvironment (23.0 and later). */
const EXTERNALLY_MANAGED = 'error: externally-managed-environment';
export const INSTALLED = 'Successfully installed ';
/** pip/_internal/req/req_install.py, uninstall: indented by what it is a part of. */
const UNINSTALLED = /^ {2,}Successfully uninstalled (\S+)$/;
/**
 * CPython's Lib/runpy.py, 2.7 and later: `python -m pip` names sys.executable; run_module, which our bootstrap calls, ends in a traceback.
 */
const NO_PIP =
  /^(ImportError|\/.*|[A-Za-z]:\\.*|\\\\.*|): No module named pip(?:\.__main__(?:; 'pip' is a package and cannot be directly executed)?)?$/;

/**
 * Returns what a whole line means, or null. The line is without colour codes and line end. All of these but one stand
 * at the beginning of a line: indented ones are pip's copy of a build's output and speak of another run.
 * `executable` is empty where the bootstrap's traceback said it.
 */
export function readLine(stream: Stream, line: string): Observation | null {
  const text = line.trimEnd();
  if (text === FALLBACK) return { stream, line: text, kind: 'user-install-fallback' };
  if (text === EXTERNALLY_MANAGED) return { stream, line: text, kind: 'externally-managed' };
  if (text.startsWith(INSTALLED)) {
    return { stream, line: text, kind: 'installed', packages: parseInstalled(text.slice(INSTALLED.length)) };
  }
  const uninstalled = UNINSTALLED.exec(text)?.[1];
  if (uninstalled !== undefined) {
    return { stream, line: text, kind: 'uninstalled', packages: parseInstalled(uninstalled) };
  }
  const executable = NO_PIP.exec(text)?.[1];
  if (executable === undefined) {
    return (
      readEnvironmentLine(stream, text) ??
      readWindowsLine(stream, text) ??
      readIndexLine(stream, text) ??
      readBuildLine(stream, text)
    );
  }
  return { stream, line: text, kind: 'no-pip-module', executable: executable === 'ImportError' ? '' : executable };
}

/** `name-version` words; the version begins after the last `-` before a digit, and is empty where an old pip knew none. */
function parseInstalled(text: string): readonly InstalledPackage[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, name = word, version = ''] = /^(.+)-(\d[^-]*(?:-.*)?)$/s.exec(word) ?? [];
      return { name, version };
    });
}
