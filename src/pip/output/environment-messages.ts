import type { OutputLine, ScriptsNotOnPath, Stream } from '../../model/observation.ts';

/** What pip says about the install location, or about its own end. */
export type EnvironmentObservation = OutputLine &
  (
    | { readonly kind: 'running-as-root' }
    | { readonly kind: 'user-install-in-venv' }
    | { readonly kind: 'pip-venv-required' }
    /** `path` is null if it could not be read; `readOnly`: the file system is; `uncaught`: the end of a traceback. */
    | {
        readonly kind: 'permission-denied';
        readonly path: string | null;
        readonly readOnly: boolean;
        readonly uncaught: boolean;
      }
    /** Another program has it open (32), or uses a part of it (33). */
    | { readonly kind: 'file-in-use'; readonly path: string | null; readonly uncaught: boolean }
    /** pip's own word for a current directory that was deleted; it ends with it, outside of environments. */
    | { readonly kind: 'no-directory' }
    /** The system's word for it, in the middle of a run: the one error of that number without a path. */
    | { readonly kind: 'directory-lost'; readonly uncaught: boolean }
    /** More than 260 characters, or more than Windows takes at all. */
    | { readonly kind: 'path-too-long'; readonly path: string; readonly uncaught: boolean }
    /** A line of pip that a traceback follows; `status`: what pip then ends with. */
    | { readonly kind: 'traceback-announced'; readonly status: 1 | 2 }
    | ({ readonly kind: 'script-not-on-path' } & ScriptsNotOnPath)
    /** --dry-run ends with it. */
    | { readonly kind: 'would-install' }
    /** A package that was requested, or a dependency, was there already. */
    | { readonly kind: 'already-satisfied' }
    | { readonly kind: 'cancelled' }
  );

/** As NEEDLES of messages.ts: words that no line of interest here is without. */
export const ENVIRONMENT_NEEDLES: readonly string[] = [
  'no longer be found',
  '[Errno ',
  '[WinError ',
  '[Error ',
  'which is not on PATH.',
  'Running pip as ',
  "'--user' install",
  'activated virtualenv',
  'Exception:',
  'Operation cancelled',
  'Would install ',
  'already satisfied',
];

/** pip/_internal/commands/install.py, create_os_error_message. `ERROR: ` since 19.1; `OSError` since 21.0. */
const INSTALL_ERROR = /^(?:ERROR: )?Could not install packages due to an (?:EnvironmentError|OSError): (.*)$/;
/** The last line of a traceback; Python 2.7 has no PermissionError. */
const TRACEBACK_END = /^(?:PermissionError|FileNotFoundError|OSError|IOError|WindowsError): (\[.*)$/;
/** pip/_internal/cli/base_command.py: an exception that pip did not catch, with its traceback below. */
const UNCAUGHT = /^(?:ERROR: )?Exception:$/;
/** INSTALL_ERROR with -v (10.0 and later): a full stop and a traceback in place of the error. */
const INSTALL_TRACEBACK = /^(?:ERROR: )?Could not install packages due to an (?:EnvironmentError|OSError)\.$/;
/**
 * EPERM, EACCES and EROFS have these numbers on Linux, the BSDs and macOS. Their texts are in the caller's language. With
 * --debug pip 22.0 and later wrap a long line before the path. Python 2.7 on Windows says `Error`.
 */
const DENIED = /^\[(?:Errno (1|13|30)|(?:Win)?Error 5)\] .*?:(?: (u?['"].*))?$/;
/**
 * distlib, scripts.py, _write_script: it could not write the program, and tries to move one away that is not there. So it is
 * the folder that may not be written.
 */
const SCRIPT_DENIED = /^\[(?:Win)?Error 2\] .*?: (u?['"].*)$/;
/** ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION. */
const IN_USE = /^\[(?:Win)?Error (?:32|33)\] .*?(?:: (u?['"].*))?$/;
/**
 * ENOENT, ERROR_PATH_NOT_FOUND and ERROR_FILENAME_EXCED_RANGE: the first two only with a path of more than MAX_PATH. The third
 * without a path is a command line that is too long.
 */
const TOO_LONG = /^\[(?:(Errno 2|(?:Win)?Error 3)|(?:Win)?Error 206)\] .*?: (u?['"].*)$/;
const MAX_PATH = 260;
/** pip/_internal/locations (locations.py of older pips). */
const NO_DIRECTORY = 'The folder you are executing pip from can no longer be found.';
/** ENOENT of getcwd(2): os.getcwd names no path. (tempfile.py names its folders in brackets where it can write to none.) */
const DIRECTORY_LOST = /^\[Errno 2\] [^:[]+$/;
/** pip/_internal/operations/install/wheel.py; two columns in, as pip indents what belongs to a package. */
const SCRIPTS = /^(?: {2})?(?:WARNING: )?The scripts? /;
const SCRIPTS_IN = " installed in '";
const SCRIPTS_END = "' which is not on PATH.";
/** pip/_internal/cli/req_command.py, warn_if_run_as_root (21.1); the second text is that of 21.1.0 to 21.1.2. */
const ROOT = /^WARNING: Running pip as (?:the 'root' user can result in|root will break packages)/;
const USER_IN_VENV =
  /^(?:ERROR: )?Can not perform a '--user' install\. User site-packages are not visible in this virtualenv\.$/;
const VENV_REQUIRED = /^(?:ERROR: )?Could not find an activated virtualenv \(required\)\.$/;
const CANCELLED = /^(?:ERROR: )?Operation cancelled by user$/;

/** Returns what a line says of the place that pip works on, or null; the rules of `readLine` hold. */
export function readEnvironmentLine(stream: Stream, text: string): EnvironmentObservation | null {
  const line = { stream, line: text };
  const failure = INSTALL_ERROR.exec(text)?.[1] ?? null;
  const end = failure ?? TRACEBACK_END.exec(text)?.[1] ?? null;
  const denied = end === null ? null : DENIED.exec(end);
  if (denied !== null) {
    const path = readRepr(denied[2] ?? '');
    return { ...line, kind: 'permission-denied', path, readOnly: denied[1] === '30', uncaught: failure === null };
  }
  if (text === NO_DIRECTORY) return { ...line, kind: 'no-directory' };
  if (end !== null && DIRECTORY_LOST.test(end)) return { ...line, kind: 'directory-lost', uncaught: failure === null };
  const failed = end === null ? null : readWindowsError(end);
  if (failed !== null) return { ...line, ...failed, uncaught: failure === null };
  if (UNCAUGHT.test(text)) return { ...line, kind: 'traceback-announced', status: 2 };
  if (INSTALL_TRACEBACK.test(text)) return { ...line, kind: 'traceback-announced', status: 1 };
  if (ROOT.test(text)) return { ...line, kind: 'running-as-root' };
  if (USER_IN_VENV.test(text)) return { ...line, kind: 'user-install-in-venv' };
  if (VENV_REQUIRED.test(text)) return { ...line, kind: 'pip-venv-required' };
  if (text.startsWith('Would install ')) return { ...line, kind: 'would-install' };
  // Every release since 1.0; `(use --upgrade to upgrade)` before the colon up to 9.0.
  if (text.startsWith('Requirement already satisfied')) return { ...line, kind: 'already-satisfied' };
  if (CANCELLED.test(text)) return { ...line, kind: 'cancelled' };
  const start = SCRIPTS.exec(text)?.[0].length;
  const middle = text.indexOf(SCRIPTS_IN);
  if (start === undefined || middle < start || !text.endsWith(SCRIPTS_END)) return null;
  const names = text.slice(start, middle).replace(/ (?:is|are)$/, '');
  const directory = text.slice(middle + SCRIPTS_IN.length, -SCRIPTS_END.length);
  return { ...line, kind: 'script-not-on-path', scripts: names.split(/, | and /), directory };
}

function readWindowsError(text: string) {
  const script = /\.deleteme['"]$/.test(text) ? readRepr(SCRIPT_DENIED.exec(text)?.[1] ?? '') : null;
  if (script !== null) {
    return { kind: 'permission-denied', path: script.replace(/[\\/][^\\/]*$/, ''), readOnly: false } as const;
  }
  const held = IN_USE.exec(text);
  if (held !== null) return { kind: 'file-in-use', path: readRepr(held[1] ?? '') } as const;
  const long = TOO_LONG.exec(text);
  if (long === null) return null;
  const path = readRepr(long[2] ?? '');
  if (path === null || !/^(?:[A-Za-z]:[\\/]|\\\\)/.test(path)) return null;
  return long[1] === undefined || path.length >= MAX_PATH ? ({ kind: 'path-too-long', path } as const) : null;
}

/** The first string of a Python repr (`'a'`, `u"a's"`, `'a' -> 'b'`); null if there is none. */
function readRepr(text: string): string | null {
  const quoted = /^u?'((?:[^'\\]|\\.)*)'/.exec(text) ?? /^u?"((?:[^"\\]|\\.)*)"/.exec(text);
  return (
    quoted?.[1]?.replace(
      /\\(?:x(..)|u(.{4})|U(.{8})|(.))/g,
      (_, x?: string, u?: string, U?: string, plain?: string) => {
        const code = Number.parseInt(x ?? u ?? U ?? '', 16);
        if (Number.isNaN(code) || code > 0x10ffff) return { n: '\n', r: '\r', t: '\t' }[plain ?? ''] ?? plain ?? '';
        return String.fromCodePoint(code);
      },
    ) ?? null
  );
}
