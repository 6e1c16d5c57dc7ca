import type { OutputLine, Stream } from '../../model/observation.ts';
import { readEnvironmentLine, type EnvironmentObservation } from './environment-messages.ts';
import { readIndexLine, type IndexObservation } from './index-messages.ts';

/** What pip says about a build, and what the build printed. */
export type BuildObservation = OutputLine &
  /** What pip works on from here on. */
  (
    | { readonly kind: 'building' }
    /** A line of a build that may be its error; `about`: what it would mean as a line of pip's own. */
    | { readonly kind: 'build-trouble'; readonly about: EnvironmentObservation | IndexObservation | null }
    /** The command that failed, as pip repeats it: between start and end is source text, not output. */
    | { readonly kind: 'command-shown'; readonly part: 'start' | 'end' }
    /** pip gives up because of a build, or skips a release because of it. */
    | { readonly kind: 'build-failed' }
  );

/** As NEEDLES of messages.ts, for builds: where pip is, what a build stumbled over, and that pip gave up because of it. */
export const BUILD_NEEDLES: readonly string[] = [
  'Collecting ',
  'Processing ',
  'Obtaining ',
  'Running setup.py ',
  'Failed building ',
  'rror: ',
  'subprocess-exited',
  'metadata-generation',
  'legacy-install',
  'failed-wheel',
  'failed-build-dependency',
  'Rust',
  'unable to execute ',
  'error C1083: ',
  'failed with error code ',
  'WARNING: Discarding ',
  'BackendUnavailable',
  ', but editable mode ',
  'full command: ',
  'cwd: ',
];

/** What pip works on from here on; with a name, a path or an address, and who asked for it. */
const BUILDING =
  /^(?:(?:Collecting|Processing|Obtaining) | {0,4}(?:ERROR: )?Failed building wheel for | {2,4}Running setup\.py (?:install|develop) for |ERROR: Failed to build ')/;
/**
 * pip's last words on a build: `Command "..."` up to 19.1 and `Command errored out` up to 21.3 (utils/subprocess.py), boxes
 * from 22.0 on, sentences for wheels and from 26.0 on; uncaught exceptions; editable installs that are not possible. In 20.3 to
 * 21.3 a release that could not be built is skipped ("Discarding"), and pip ends without any.
 */
const FAILED =
  /^(?:(?:ERROR: )?Command (?:".*" failed with error code \d+ in |errored out with exit status \d+: )|ERROR: Command errored out|error: (?:subprocess-exited-with-error|metadata-generation-failed|legacy-install-failure|failed-wheel-build-for-install|failed-build-dependency-install)$|(?:ERROR: ){0,2}(?:Could not build wheels for|Failed to build installable wheels)|ERROR: (?:Failed to build (?:one or more wheels$|')|Project file:.* missing the 'build_editable' hook)|\(A "pyproject\.toml" file was found, but editable mode |WARNING: Discarding .*Command errored out|(?:pip\._vendor\.[\w.]+)?BackendUnavailable(?:: |$))/;
/** A line of a build that may be its error, at any depth: compilers' (C1083 is Microsoft's), Python's, setuptools', those of Rust's tools. */
const TROUBLE =
  /rror: \S|rror C1083: |Unknown compiler\(s\): \[\['icl'\]|unable to execute |setuptools is not available|Rust compiler|Rust and Cargo|\bRetrying \(Retry\(|o matching distribution found|TLS\/SSL, /;

/**
 * With -v pip 22.0 and later repeat the command of a subprocess that failed, up to a line with its directory. The source text
 * of pip's own caller of setup.py is in there, with all messages that it might print.
 */
const COMMAND_START = /^\s*full command: \S/;
const COMMAND_END = /^\s*cwd: /;
/**
 * pip's own summary of a failure, which names no cause: the heading of a box (22.0 and later; pip has some twenty, and new ones
 * come), or the end of a traceback behind `Exception information:` (-v). Python 2 leaves the exception's module out. Another
 * pip that the build runs prints the same lines, indented.
 */
const SUMMARY =
  /^(?:error: [a-z]+(?:-[a-z]+)+$|pip\.(?!_vendor\.)[\w.]+: |(?:InstallationError|CommandError): |DistributionNotFound: No matching )/;

/** Returns what a line says of a build, or null; the rules of `readLine` hold, but for a build's own output, which is indented. */
export function readBuildLine(stream: Stream, text: string): BuildObservation | null {
  const seen = { stream, line: text };
  if (FAILED.test(text)) return { ...seen, kind: 'build-failed' };
  if (BUILDING.test(text)) return { ...seen, kind: 'building' };
  if (COMMAND_START.test(text)) return { ...seen, kind: 'command-shown', part: 'start' };
  if (COMMAND_END.test(text)) return { ...seen, kind: 'command-shown', part: 'end' };
  if (SUMMARY.test(text.trimStart())) return null;
  if (!TROUBLE.test(text) || /^(?:ERROR|WARNING): /.test(text)) return null;
  // A build may have a pip of its own, and setup.py's install writes where pip would.
  const inner = text.trimStart().replace(/^error: (?=\[)/, 'OSError: ');
  const about = readEnvironmentLine(stream, inner) ?? readIndexLine(stream, inner);
  return { ...seen, kind: 'build-trouble', about };
}
