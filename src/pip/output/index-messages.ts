import type { Conflict, IgnoredVersion, NetworkTrouble, OutputLine, Stream } from '../../model/observation.ts';
import { readConnection } from './network-messages.ts';

/** What pip says of indexes, of versions and of the network. `origin`: who asked for it (`demo-app`, `-r a.txt (line 3)`). */
export type IndexObservation = OutputLine &
  (
    | {
        readonly kind: 'requires-python';
        readonly requirement: string;
        readonly specifier: string;
        readonly running: string;
      }
    /** Versions that the index has for other Pythons (22.1 and later). */
    | { readonly kind: 'versions-ignored'; readonly versions: readonly IgnoredVersion[] }
    /** A wheel that is for another Python or system; told with -vv. */
    | { readonly kind: 'wheel-skipped'; readonly file: string }
    /** Versions that their author withdrew, of the project that pip ended at (24.2 says so, 23.2 does not). */
    | { readonly kind: 'versions-yanked'; readonly versions: readonly string[] }
    /** `versions`: those that there are; null when pip did not list them. */
    | {
        readonly kind: 'unsatisfied';
        readonly requirement: string;
        readonly origin: string | null;
        readonly versions: readonly string[] | null;
      }
    /** The end of a run, always after `unsatisfied`. */
    | { readonly kind: 'no-match'; readonly requirement: string; readonly origin: string | null }
    /** Addresses of indexes, told when they are not the usual one; pip has hidden passwords. */
    | { readonly kind: 'indexes'; readonly addresses: readonly string[] }
    | { readonly kind: 'untrusted-host'; readonly host: string }
    | { readonly kind: 'ssl-missing' }
    /** An index did not accept the user or the password. */
    | { readonly kind: 'unauthorised' }
    /** pip asked for a user name: the answer did not end the line. */
    | { readonly kind: 'login-asked'; readonly host: string }
    | {
        readonly kind: 'connection';
        readonly trouble: NetworkTrouble;
        /** The exception as pip printed it. */
        readonly detail: string;
        readonly host: string | null;
        /** Path or address that was asked for. */
        readonly place: string | null;
        /** `retry` is not the end, `last-retry` may be; `skipped`: pip goes on without that index; `failed`: pip ended. */
        readonly stage: 'retry' | 'last-retry' | 'skipped' | 'failed';
      }
    /** An index answered with an error (404, 403, 503) where it should list a project; told with -vv. */
    | { readonly kind: 'page-refused'; readonly status: number; readonly place: string }
    | ({ readonly kind: 'conflict' } & Conflict)
    | { readonly kind: 'unresolvable'; readonly requested: readonly string[] }
    /** `a 1.0 depends on b==1`, `The user requested b==2`. */
    | { readonly kind: 'conflict-cause'; readonly cause: string }
  );

/** As NEEDLES of messages.ts, for what pip says of indexes, versions and the network. */
export const INDEX_NEEDLES: readonly string[] = [
  'ERROR: ',
  'No matching d',
  'Skipping link',
  'Could not ',
  'Retrying (',
  'requires Python',
  'TLS/SSL',
  'Looking in ind',
  'trusted or',
  'pip._vendor.',
  'connection-',
  'ssl-',
  ' which is ',
  ' depends on ',
  'Double req',
  'user requested',
  '401 Error',
  'User for ',
];

/** Beginnings of lines that list every version of a package. */
export const LONG_LINES =
  /^(?:(?:ERROR|INFO): | {2})?(?:Ignored the following versions|Could not find a version that satisfies)/;

/** package_finder.py: in the words of 22, of 19 and of 10. */
const SKIPPED =
  /^ *Skipping link(: none of the wheel's tags (?:\([^()]*\) are compatible [^:]*|match: [^:]*):)? (\S+) \(from [^()]*\)(.*)$/;

const NAME = '[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?';
/** PEP 508 without its parentheses; `(from x)` is pip's: who asked for it. */
const REQUIREMENT = /^([A-Za-z0-9][\w.-]*(?:\[[\w\s,.-]*\])?(?:\s*[<>=!~;@][^()]*?)?)(?: \(from (.+)\))?$/;
/** pip/_internal/resolution/resolvelib/factory.py; up to 19.1 resolve.py in other words. */
const REQUIRES = new RegExp(
  `^(?:ERROR: )?(?:Package '(.+)' requires a different Python: (\\S+) not in '([^']*)'|(${NAME}) requires Python '([^']*)' but the running Python is (\\S+))$`,
);
const IGNORED = /^(?:ERROR|INFO): Ignored the following versions that require a different python version: (.+)$/;
const YANKED = /^(?:ERROR|INFO): Ignored the following yanked versions: (.+)$/;
/** Two spaces and no prefix: up to 19.0. Deeper is a build's output. */
const UNSATISFIED = /^(?:ERROR: | {2})?Could not find a version that satisfies the requirement (.+)$/;
const FROM_VERSIONS = ' (from versions: ';
const NO_MATCH = /^(?:ERROR: )?No matching distribution found for (.+)$/;
/** pip/_internal/network/auth.py, warn_on_401. On a terminal behind pip's own question, whose line only the answer ended. */
const UNAUTHORISED = /^(?:User for \S+: )? {0,2}(?:WARNING: )?401 Error, Credentials not correct for /;
/** pip/_internal/network/auth.py, _prompt_for_password. What else was buffered may follow in the same line. */
const LOGIN = /^User for ([\w.[\]-]+)(?::\d+)?:/;
const INDEXES = /^Looking in indexes: (.+)$/;
const UNTRUSTED = /^ {0,2}(?:WARNING: )?The repository located at (\S+) is not a trusted or secure host/;
/** `has requirement ... you'll have`: the resolver before 20.3, which takes what it meets first. */
const CONFLICT = new RegExp(
  `^(?:ERROR: )?(${NAME}) (\\S+) (requires|has requirement) ([A-Za-z0-9][^()]*?), (?:but you(?:'ll)? have (${NAME}) (\\S+) which is incompatible|which is not installed)\\.$`,
);
const UNRESOLVABLE = /^ERROR: Cannot install (.+) because these package versions have conflicting dependencies\.$/;
/** The resolver before 20.3 ends at a project that was asked for twice. */
const TWICE = /^(?:ERROR: )?Double requirement given: (.+) \(already in (.+), name='[^']*'\)$/;
const CAUSE = /^ {4}(\S+ \S+ depends on \S.*|The user requested \S.*)$/;

/** Returns what a line says of indexes, versions or the network, or null; `text` as in readLine. */
export function readIndexLine(stream: Stream, text: string): IndexObservation | null {
  const seen = { stream, line: text };
  const requires = REQUIRES.exec(text);
  if (requires !== null) {
    const [, name, running, specifier, oldName, oldSpecifier, oldRunning] = requires;
    return {
      ...seen,
      kind: 'requires-python',
      requirement: name ?? oldName ?? '',
      specifier: specifier ?? oldSpecifier ?? '',
      running: running ?? oldRunning ?? '',
    };
  }
  const ignored = IGNORED.exec(text)?.[1];
  if (ignored !== undefined) {
    const versions = ignored.split('; ').flatMap((entry) => {
      const [version, specifier] = entry.split(' Requires-Python ');
      return version && specifier ? [{ version, specifier }] : [];
    });
    return { ...seen, kind: 'versions-ignored', versions };
  }
  const skipped = readSkipped(text);
  if (skipped !== null) return { ...seen, kind: 'wheel-skipped', file: skipped };
  const yanked = YANKED.exec(text)?.[1];
  if (yanked !== undefined) return { ...seen, kind: 'versions-yanked', versions: yanked.split(', ') };
  const unsatisfied = UNSATISFIED.exec(text)?.[1];
  if (unsatisfied !== undefined) return readUnsatisfied(seen, unsatisfied);
  const [, unmatched, origin = null] = REQUIREMENT.exec(NO_MATCH.exec(text)?.[1] ?? '') ?? [];
  if (unmatched !== undefined) return { ...seen, kind: 'no-match', requirement: unmatched, origin };
  const conflict = CONFLICT.exec(text);
  if (conflict !== null) {
    const [, dependent = '', version = '', verb, requirement = '', dependency = null, found = null] = conflict;
    const oldResolver = verb === 'has requirement';
    return { ...seen, kind: 'conflict', dependent, version, requirement, dependency, found, oldResolver };
  }
  const impossible = UNRESOLVABLE.exec(text)?.[1];
  if (impossible !== undefined) return { ...seen, kind: 'unresolvable', requested: splitRequested(impossible) };
  const [, second, first] = TWICE.exec(text) ?? [];
  if (first !== undefined && second !== undefined) {
    return { ...seen, kind: 'unresolvable', requested: [first, second].map((each) => each.replace(/ \(?from .*/, '')) };
  }
  const cause = CAUSE.exec(text)?.[1];
  if (cause !== undefined) return { ...seen, kind: 'conflict-cause', cause };
  const indexes = INDEXES.exec(text)?.[1];
  if (indexes !== undefined) return { ...seen, kind: 'indexes', addresses: indexes.split(', ') };
  if (UNAUTHORISED.test(text)) return { ...seen, kind: 'unauthorised' };
  const asking = LOGIN.exec(text)?.[1];
  if (asking !== undefined) return { ...seen, kind: 'login-asked', host: asking };
  const host = UNTRUSTED.exec(text)?.[1];
  if (host !== undefined) return { ...seen, kind: 'untrusted-host', host };
  return readConnection(seen, text);
}

/** `aa!=12 and >=10 and dd==1.0` are two: pip joins clauses as it joins requirements. */
function splitRequested(text: string): readonly string[] {
  return text
    .split(/, | and /)
    .reduce<readonly string[]>(
      (list, part) =>
        /^[<>=!~]/.test(part) ? [...list.slice(0, -1), `${list.at(-1) ?? ''},${part}`] : [...list, part],
      [],
    );
}

/** Returns the file name of a wheel that is not for this Python and system. */
function readSkipped(text: string): string | null {
  const [, reason, address = '', rest = ''] = SKIPPED.exec(text) ?? [];
  const [place = ''] = address.split(/[?#]/, 1);
  const isIt = reason !== undefined || rest.endsWith('it is not compatible with this Python');
  return isIt && place.endsWith('.whl') ? (place.split('/').at(-1) ?? null) : null;
}

type Seen = { readonly stream: Stream; readonly line: string };

function readUnsatisfied(seen: Seen, text: string): IndexObservation | null {
  const at = text.lastIndexOf(FROM_VERSIONS);
  const [, requirement, origin = null] = REQUIREMENT.exec(at === -1 ? text : text.slice(0, at)) ?? [];
  if (requirement === undefined) return null;
  // 20.3 leaves the list out.
  if (at === -1) return { ...seen, kind: 'unsatisfied', requirement, origin, versions: null };
  const list = text.slice(at + FROM_VERSIONS.length);
  // A list that was cut because of its length has no end.
  if (!list.endsWith(')') && list.length < 4096) return null;
  const versions = list
    .replace(/\)$/, '')
    .split(', ')
    .filter((version) => version !== 'none' && version !== '');
  return { ...seen, kind: 'unsatisfied', requirement, origin, versions };
}
