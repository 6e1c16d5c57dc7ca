import type { Observation } from '../../pip/output/messages.ts';
import { normalizeName } from '../../util/project-name.ts';
import { splitRequirement } from '../shared/requirements/requirement.ts';
import type { EndedRun, Seen } from './ended-run.ts';
import type { NetworkFailure, SslModuleMissing } from './index-failure.ts';
import type { PermissionDenied } from './install-location.ts';
import type { PathTooLong } from './windows-failure.ts';

/** A package had to be built, and that failed. */
export type BuildFailure = {
  readonly code: 'build-failed';
  /** The project, path or address that was built, as pip named it; null where it did not. */
  readonly subject: string | null;
  /** Who asked for it; null for the command line. */
  readonly origin: string | null;
  readonly cause: BuildCause;
  /** The line of the build that tells it, or is likely to; null where there is none. */
  readonly evidence: string | null;
  /** pip was installing already (`setup.py install`): what came before is installed. */
  readonly installing: boolean;
};

/** What a build stumbled over, as far as its output tells. */
export type BuildCause =
  /** A file that the C compiler did not find: `Python.h`, `openssl/ssl.h`. */
  | { readonly kind: 'header'; readonly name: string }
  /** A program that failed, or is not there. */
  | { readonly kind: 'program'; readonly name: string; readonly missing: boolean }
  | { readonly kind: 'rust' }
  /** The C++ compiler of Microsoft, which Python extensions on Windows are built with. */
  | { readonly kind: 'visual-c' }
  /** A module that the build imports. */
  | { readonly kind: 'module'; readonly name: string }
  /** setuptools without the package `wheel`. */
  | { readonly kind: 'bdist-wheel' }
  /** A setuptools from before 2023 on Python 3.12 or later. */
  | { readonly kind: 'old-setuptools' }
  /** pip before 19.0 knows nothing but setup.py. */
  | { readonly kind: 'no-setup-py' }
  /** pip before 21.3, or a build backend without PEP 660. */
  | { readonly kind: 'not-editable'; readonly by: 'pip' | 'backend' }
  /** The program that fetches the source (git, hg, svn, bzr) failed: nothing was built yet. */
  | { readonly kind: 'fetch'; readonly name: string }
  /** Something that the build itself needs was not found. */
  | { readonly kind: 'requirement'; readonly name: string }
  | { readonly kind: 'unknown' };

type Trouble = Seen<'build-trouble'>;
type Found = BuildFailure | SslModuleMissing | NetworkFailure | PermissionDenied | PathTooLong;

/** Returns why a build made pip fail; null if none did. A Python without ssl or a dead network may be the cause as well. */
export function findBuildFailure({ observations: seen, status }: EndedRun): Found | null {
  const end = seen.findLastIndex((each) => each.kind === 'build-failed' && isTheEnd(each.line, seen, status));
  if (end === -1) return null;
  const last = seen[end]?.line ?? '';
  const start = seen.findLastIndex(({ kind }, index) => kind === 'building' && index < end);
  // Behind the last words stands what the build backend could not import.
  const output = dropCommand(seen.slice(findStart(seen, start)));
  const troubles = output.filter((each) => each.kind === 'build-trouble');
  // Old pips print what a pip inside of a build says two columns in, as they do with their own words.
  const about = output.map((each) => (each.kind === 'build-trouble' ? each.about : each));
  const isSslMissing = [...seen, ...about].some((each) => each?.kind === 'ssl-missing');
  const requirement = about.findLast((each) => each?.kind === 'no-match');
  if (requirement !== undefined && isSslMissing) return { code: 'ssl-module-missing' };
  const dead = about.findLast((each) => each?.kind === 'connection' && isGivenUp(each));
  if (requirement !== undefined && dead?.kind === 'connection') {
    const { trouble, detail, host } = dead;
    return { code: 'network', trouble, detail, host, requirement: null };
  }
  const installing = / Running setup\.py (?:install|develop) for /.test(seen[start]?.line ?? '');
  const denied = troubles.at(-1)?.about;
  if (denied?.kind === 'path-too-long') return { code: 'path-too-long', path: denied.path };
  if (installing && denied?.kind === 'permission-denied') {
    return { code: 'permission-denied', path: denied.path, readOnly: denied.readOnly };
  }
  const { cause, evidence } = findCause(troubles, last);
  return { code: 'build-failed', ...readSubject(seen[start]?.line ?? ''), cause, evidence, installing };
}

/** Whether the pip of a build stopped asking: after its last try, or with --retries 0 after the only one. */
function isGivenUp({ stage }: Seen<'connection'>): boolean {
  return stage === 'last-retry' || stage === 'skipped';
}

/** Leaves out what is part of a repeated command. Its end may be missing: then any line of pip's own ends it. */
function dropCommand(seen: readonly Observation[]): readonly Observation[] {
  let inCommand = false;
  return seen.filter((each) => {
    if (each.kind === 'command-shown') inCommand = each.part === 'start';
    else if (each.kind !== 'build-trouble') inCommand = false;
    return !(inCommand && each.kind === 'build-trouble');
  });
}

/** A release that was skipped is the cause only where nothing else of that project would do. */
function isTheEnd(line: string, seen: readonly Observation[], status: number): boolean {
  if (/BackendUnavailable/.test(line)) return status === 2 && seen.some(({ kind }) => kind === 'traceback-announced');
  if (!line.startsWith('WARNING: Discarding ')) return status === 1;
  const missing = seen.findLast(({ kind }) => kind === 'no-match');
  const name = missing?.kind === 'no-match' ? splitRequirement(missing.requirement).name : '';
  return status === 1 && name !== '' && normalizeName(line).includes(`/${normalizeName(name)}-`);
}

/** Where the output of the build begins: a build is named when it ends, too, and a wheel only then. */
function findStart(seen: readonly Observation[], last: number): number {
  const { line = '' } = seen[last] ?? {};
  const isWheel = line.includes('Failed building wheel for ');
  let start = last;
  for (let index = last - 1; index >= 0; index -= 1) {
    const each = seen[index];
    if (each?.kind !== 'building') continue;
    if (isWheel) return index;
    if (readSubject(each.line).subject !== readSubject(line).subject) break;
    start = index;
  }
  return Math.max(start, 0);
}

/** What pip is at, and who asked for it: `Collecting a>=1 (from -r b.txt (line 2))`, `Processing ./a-1.0.tar.gz`. */
function readSubject(line: string): Pick<BuildFailure, 'subject' | 'origin'> {
  const [, place, asked, origin = null, other] =
    /^(?:(?:Processing|Obtaining) (.+?)|Collecting (.+?))(?: \(from (.+)\))?$|(?: for |ERROR: Failed to build ')([^\s':]+)/.exec(
      line,
    ) ?? [];
  const archive = /(?:^|[/\\])([A-Za-z0-9][\w.-]*?)-\d[^/\\]*\.(?:tar\.\w+|tgz|zip)$/.exec(place ?? '')?.[1];
  const name =
    asked === undefined ? undefined : (/^([\w.-]+) ?@ /.exec(asked)?.[1] ?? (splitRequirement(asked).name || asked));
  return { subject: archive ?? place ?? name ?? other ?? null, origin };
}

/** What pip says of the program that fetches a source: the heading of a box, or up to 21.3 the end of its error. */
const FETCHING = /(?:^\u00d7 |\bCommand (?:"|errored out with exit status \d+: ))(git|hg|svn|bzr) /;
/** Errors of such a program. A build may run it, too, and go on without it. */
const OF_FETCHING = /^\s*(?:(?:fatal|abort): |\u00d7 )/;

/** Returns the program that did not fetch the source, with the first thing that it says; null if something else failed. */
function findFetching(troubles: readonly Trouble[], last: string): Pick<BuildFailure, 'cause' | 'evidence'> | null {
  const lines = troubles.map(({ line }) => line);
  const [, name] = FETCHING.exec(last) ?? FETCHING.exec(lines.findLast((line) => line.startsWith('× ')) ?? '') ?? [];
  if (name === undefined) return null;
  const evidence = lines.find((line) => /^\s*(?:fatal|abort|error): \S/.test(line))?.trim() ?? null;
  return { cause: { kind: 'fetch', name }, evidence };
}

function findCause(all: readonly Trouble[], last: string): Pick<BuildFailure, 'cause' | 'evidence'> {
  const fetching = findFetching(all, last);
  if (fetching !== null) return fetching;
  const troubles = all.filter(({ line }) => !OF_FETCHING.test(line));
  if (last.startsWith('(A "pyproject.toml"')) return { cause: { kind: 'not-editable', by: 'pip' }, evidence: null };
  if (last.includes("'build_editable' hook")) return { cause: { kind: 'not-editable', by: 'backend' }, evidence: null };
  const unavailable = /BackendUnavailable: Cannot \w+ '([\w.]+)'/.exec(last)?.[1];
  if (unavailable !== undefined)
    return { cause: { kind: 'module', name: unavailable.split('.')[0] ?? '' }, evidence: null };
  const read = troubles.map(({ line, about }) => ({ cause: readCause(line.trim(), about), evidence: line.trim() }));
  // Behind a compiler's error comes that the compiler failed, behind a missing tool that the build did.
  const isTelling = ({ kind }: BuildCause) => kind !== 'unknown' && kind !== 'program';
  const final = read.at(-1);
  // What follows on Rust is advice of the build's own.
  if (final?.cause.kind === 'rust') return read.find(({ cause }) => cause.kind === 'rust') ?? final;
  if (final !== undefined && isTelling(final.cause)) return final;
  return (
    read.findLast(({ cause }) => isTelling(cause)) ??
    read.findLast(({ cause }) => cause.kind === 'program' && cause.missing) ??
    (final?.cause.kind === 'program' ? { ...final, evidence: findFirstError(read) ?? final.evidence } : final) ?? {
      cause: { kind: 'unknown' },
      evidence: null,
    }
  );
}

/** What the compiler said first: the rest often follows from it. */
function findFirstError(read: readonly { readonly cause: BuildCause; readonly evidence: string }[]): string | null {
  return (
    read.find(({ cause, evidence }) => cause.kind === 'unknown' && /:\d+(?::\d+)?: error: /.test(evidence))?.evidence ??
    null
  );
}

/**
 * setuptools and distutils ("Microsoft Visual C++ 14.0 or greater is required", to 2019 without "or greater"; 9.0 and
 * "Unable to find vcvarsall.bat" for old Pythons), and Meson, which tries cl beside Intel's compiler.
 */
const NEEDS_VISUAL_C =
  /error: Microsoft Visual C\+\+ [\d.]+ (?:or greater )?is required|Unable to find vcvarsall\.bat|Unknown compiler\(s\): \[\['icl'\]|error: command '?cl(?:\.exe)?'? failed:/;

function readCause(text: string, about: Observation | null): BuildCause {
  if (about?.kind === 'no-match') return { kind: 'requirement', name: about.requirement };
  const header = /fatal error: '?([\w.+/-]+\.h\w*)'?(?:: | file not found)/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', name: header };
  // Only the number is not translated (C1083, "Cannot open include file").
  const included = /fatal error C1083: (.{0,400})/.exec(text)?.[1] ?? '';
  const name = /[\w.+/\\-]+\.h\w*/.exec(included)?.[0];
  if (name !== undefined) return { kind: 'header', name: name.replaceAll('\\', '/') };
  if (NEEDS_VISUAL_C.test(text)) return { kind: 'visual-c' };
  const [, quoted, failed = quoted, missing, started] =
    /error: command (?:'([^']+)'|([^' ]+)) (?:failed(:)|failed with exit )|(?:unable to execute '?([^' :]+))/.exec(
      text,
    ) ?? [];
  const program = failed ?? started;
  if (program !== undefined)
    return { kind: 'program', name: program, missing: missing !== undefined || started !== undefined };
  const tool = /Error: (\w+_config) executable not found/.exec(text)?.[1];
  if (tool !== undefined) return { kind: 'program', name: tool, missing: true };
  if (/Rust compiler|Rust and Cargo/.test(text)) return { kind: 'rust' };
  const module = /No module named '?([\w.]+)/.exec(text)?.[1]?.split('.')[0];
  if (module !== undefined) return { kind: 'module', name: module };
  if (/setup\.py` since setuptools is not available/.test(text)) return { kind: 'module', name: 'setuptools' };
  if (/invalid command '?bdist_wheel/.test(text)) return { kind: 'bdist-wheel' };
  if (/has no attribute 'ImpImporter'/.test(text)) return { kind: 'old-setuptools' };
  if (/^(?:FileNotFoundError|IOError): .*[/\\]setup\.py'$/.test(text)) return { kind: 'no-setup-py' };
  return { kind: 'unknown' };
}
