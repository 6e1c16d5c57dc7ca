import type { OutputLine, Stream } from '../../model/observation.ts';

/** What pip, its launcher or Windows itself says on Windows alone. The texts behind numbers are translated, and mean nothing here. */
export type WindowsObservation = OutputLine &
  /** "Run `python -m pip`": pip.exe was asked to replace itself. */
  (
    | { readonly kind: 'pip-replaces-itself' }
    /** pip's hint behind a path of more than 260 characters (21.2 and later). */
    | { readonly kind: 'long-path-hint' }
    /** A launcher (pip.exe, or that of another program) whose Python is gone. */
    | { readonly kind: 'launcher-failed'; readonly python: string | null; readonly program: string | null }
    /** `python` was the alias that opens the Microsoft Store. */
    | { readonly kind: 'store-alias' }
    /** A package that was removed in part; `directory` is site-packages, `name` as pip says it. */
    | { readonly kind: 'leftover'; readonly name: string | null; readonly directory: string }
  );

/** As NEEDLES of messages.ts. */
export const WINDOWS_NEEDLES: readonly string[] = [
  'To modify pip, please run',
  'HINT: This error might',
  'Fatal error in launcher',
  'Microsoft Store',
  'Ignoring invalid distribution',
  'Failed to remove contents in a temporary',
];

/** pip/_internal/utils/misc.py, protect_pip_from_modification_on_windows. */
const REPLACES = /^(?:ERROR: )?To modify pip, please run the following command:$/;
/** pip/_internal/commands/install.py, create_os_error_message; never translated. */
const HINT =
  /^HINT: This error might have occurred since this system does not have Windows Long Path support enabled\./;
/** distlib, PC/launcher.c: `"python" "program" arguments`, with two spaces between them. */
const LAUNCHER = /^Fatal error in launcher: Unable to create process using '(.*)$/;
/** pip/_internal/metadata/base.py. Only with a path of Windows: elsewhere the cause is another one. */
const INVALID = /^WARNING: Ignoring invalid distribution (\S+) \(((?:[A-Za-z]:\\|\\\\).*)\)$/;
/** pip/_internal/utils/temp_dir.py (23.1 and later); with another pip it is the last part of an error. */
const NOT_REMOVED =
  /^WARNING: Failed to remove contents in a temporary directory '((?:[A-Za-z]:\\|\\\\).*)\\([^\\']+)'\.$/;

/** Returns what a line means, or null; the rules of `readLine` hold. */
export function readWindowsLine(stream: Stream, text: string): WindowsObservation | null {
  const line = { stream, line: text };
  if (REPLACES.test(text)) return { ...line, kind: 'pip-replaces-itself' };
  if (HINT.test(text)) return { ...line, kind: 'long-path-hint' };
  const started = LAUNCHER.exec(text)?.[1];
  if (started !== undefined) {
    const [, python = null, program = null] = /^"([^"]*)"(?: +"([^"]*)")?/.exec(started) ?? [];
    return { ...line, kind: 'launcher-failed', python, program };
  }
  if (isStoreAlias(text)) return { ...line, kind: 'store-alias' };
  const [, name = null, site] = INVALID.exec(text) ?? [];
  if (site !== undefined) return { ...line, kind: 'leftover', name, directory: site };
  const [, parent, folder = null] = NOT_REMOVED.exec(text) ?? [];
  return parent === undefined ? null : { ...line, kind: 'leftover', name: folder, directory: parent };
}

/** Translated but for the names of products; the way to the switch has a `>` in it. Not a pattern, which would take time to fail. */
function isStoreAlias(text: string): boolean {
  const store = text.indexOf('Microsoft Store');
  return store !== -1 && /^\S/.test(text) && text.includes('Python') && text.includes('>', store);
}
